"""More time: asked for, given, decided, taken back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from offices.access import coordinator_page, request_desk, staff_page
from offices.errors import DomainError
from workflow import access, runs
from workflow.forms.course import ExtensionDecisionForm, ExtensionForm
from workflow.models import DeadlineExtension, ExtensionState, Participation, StatusUpdate
from workflow.queries import course as course_query
from workflow.services.extensions import deadline_of
from workflow.views.course_pages import Button, FormPage, attempt, not_now, run_of


def task_of(request: HttpRequest, pk: int) -> tuple[StatusUpdate, Participation | None]:
    """Return the run and, if ``beitrag`` names one, its contribution; for the office that has it, and coordinators."""
    update = run_of(request, pk)
    named = (request.POST if request.method == "POST" else request.GET).get("beitrag", "")
    about = course_query.participation(update, int(named)) if named.isdecimal() and len(named) < 10 else None  # noqa: PLR2004
    desk = request_desk(request)
    office_id = about.office_id if about else update.lead_office_id
    if (named and about is None) or not (desk.is_coordinator or office_id in desk.acting_for):
        raise Http404
    return update, about


def hidden_of(about: Participation | None) -> list[tuple[str, str]]:
    return [("beitrag", str(about.pk))] if about else []


@require_http_methods(["GET", "POST"])
@staff_page
def extension_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for more time, or give it. For the office that writes, and for coordinators, who need not ask."""
    update, about = task_of(request, pk)
    desk, now = request_desk(request), timezone.now()
    if not access.is_writing(update, about):
        return not_now(request, update, _("Nobody writes here at the moment, so there is no deadline to change."))
    asks = access.has_the_task(desk, update, about)
    form = ExtensionForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        day, reason = form.cleaned_data["wanted_on"], form.cleaned_data["reason"]
        today, key = timezone.localdate(now), about.pk if about else None
        if asks:
            runs.ask_for_extension(
                pk, by=desk.person, reason=reason, wanted_on=day, now=now, today=today, participation_id=key
            )
            return _("The coordinators have your request. Until they answer, the present deadline holds.")
        runs.extend(pk, by=desk.person, due_on=day, reason=reason, now=now, today=today, participation_id=key)
        return _("The deadline has changed. The office gets a mail.")

    if request.method == "POST" and form.is_valid() and attempt(request, form, act):
        _warn(request, update, about, form.cleaned_data["wanted_on"])
        return redirect("workflow:update-detail", pk=pk)
    facts = [(_("Office"), about.office_label if about else update.lead_office_label), _deadline(update, about)]
    page = FormPage(
        update,
        heading=_("Ask for more time") if asks else _("Extend the deadline"),
        lead=_("The coordinators decide and answer by mail.") if asks else _("The office gets a mail."),
        buttons=[Button(_("Ask for more time") if asks else _("Extend the deadline"))],
        facts=facts,
        hidden=hidden_of(about),
    )
    return page.show(request, form)


@require_http_methods(["GET", "POST"])
@coordinator_page
def extension_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant an extension, perhaps until another day, or refuse it with an answer. For coordinators."""
    one = course_query.extension(pk)
    if one is None:
        raise Http404
    if one.state != ExtensionState.REQUESTED:
        return not_now(request, one.update, _("This request has been answered already."))
    form = ExtensionDecisionForm(
        request.POST if request.method == "POST" else None, initial={"granted_on": one.wanted_on}
    )
    if request.method == "POST" and form.is_valid() and attempt(request, form, lambda: _decide(request, one, form)):
        return redirect("workflow:update-detail", pk=one.update_id)
    page = FormPage(
        one.update,
        heading=_("Decide on the extension"),
        lead="",
        buttons=[
            Button(_("Grant more time"), "grant"),
            Button(_("Refuse"), "refuse", secondary=True),
        ],
        facts=[
            (_("Office"), one.office.label),
            (_("Asked for by"), f"{one.requested_by.name}, {_day(timezone.localdate(one.requested_at))}"),
            _deadline(one.update, one.participation),
            (_("Wanted until"), _day(one.wanted_on)),
            (_("Reason"), one.reason),
        ],
    )
    return page.show(request, form)


def _decide(request: HttpRequest, one: DeadlineExtension, form: ExtensionDecisionForm) -> str:
    now, by, data = timezone.now(), request_desk(request).person, form.cleaned_data
    today = timezone.localdate(now)
    if request.POST.get("decision") == "refuse":
        runs.refuse_extension(one.pk, by=by, answer=data["answer"], now=now, today=today)
        return _("Refused. The office gets your answer by mail.")
    runs.grant_extension(one.pk, by=by, granted_on=data["granted_on"], answer=data["answer"], now=now, today=today)
    _warn(request, one.update, one.participation, data["granted_on"])
    return _("Granted. The office gets a mail with the new deadline.")


@require_POST
@staff_page
def extension_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back the request for more time. For people of the office that asked."""
    one = course_query.extension(pk)
    if one is None or one.office_id not in request_desk(request).acting_for:
        raise Http404
    try:
        runs.withdraw_extension(pk, by=request_desk(request).person, now=timezone.now())
    except DomainError as error:
        messages.info(request, str(error))
    else:
        messages.success(request, _("You no longer ask for more time. The deadline stays as it was."))
    return redirect("workflow:update-detail", pk=one.update_id)


def _deadline(update: StatusUpdate, about: Participation | None) -> tuple[str, str]:
    return _("Present deadline"), _day(deadline_of(update, about))


def _warn(request: HttpRequest, update: StatusUpdate, about: Participation | None, day: object) -> None:
    """Say that a contribution comes later than the text that it shall be part of."""
    if about is not None and isinstance(day, type(update.due_on)) and day > update.due_on:
        said = _("Mind that the lead office has to hand in by %(date)s, before this contribution is due.")
        messages.warning(request, said % {"date": _day(update.due_on)})


def _day(day: object) -> str:
    return date_format(day, "d.m.Y")  # type: ignore[arg-type]
