"""Giving a task to another office: proposed, answered, taken back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from offices.access import request_desk, staff_page
from offices.errors import DomainError
from workflow import access, runs
from workflow.forms.course import ReassignmentForm, TakeOverForm
from workflow.models import Reassignment, ReassignmentState
from workflow.queries import course as course_query
from workflow.views.course_pages import Button, FormPage, attempt, not_now
from workflow.views.extensions import hidden_of, task_of


@require_http_methods(["GET", "POST"])
@staff_page
def reassignment_propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask another office to take over. For the office that has the task, and for coordinators."""
    update, about = task_of(request, pk)
    desk, now = request_desk(request), timezone.now()
    if not access.is_writing(update, about):
        return not_now(request, update, _("Only what is still being written can go to another office."))
    present = about.office if about else update.lead_office
    form = ReassignmentForm(
        request.POST if request.method == "POST" else None,
        offices=course_query.offices_to_choose(timezone.localdate(now), present),
    )

    def act() -> str:
        data = form.cleaned_data
        made = runs.propose_reassignment(
            pk,
            by=desk.person,
            to_office_id=data["office"].pk,
            reason=data["reason"],
            now=now,
            participation_id=about.pk if about else None,
        )
        said = _("%(office)s is asked. Until it answers, the task stays where it is.")
        return said % {"office": made.to_office}

    if request.method == "POST" and form.is_valid() and attempt(request, form, act):
        return redirect("workflow:update-detail", pk=pk)
    page = FormPage(
        update,
        heading=_("Give it to another office"),
        lead=_("The other office is asked and answers. Until then nothing changes; drafts are not lost."),
        buttons=[Button(_("Ask this office"))],
        facts=[(_("On the desk of"), present.label)],
        hidden=hidden_of(about),
    )
    return page.show(request, form)


@require_http_methods(["GET", "POST"])
@staff_page
def reassignment_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the task over, or say why not. For people of the office that was asked."""
    one = course_query.offer(pk)
    if one is None or one.to_office_id not in request_desk(request).acting_for:
        raise Http404
    if one.state != ReassignmentState.PROPOSED:
        messages.info(request, _("This has been answered already."))
        return redirect("workflow:inbox")
    form = TakeOverForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and attempt(request, form, lambda: _answer(request, one, form)):
        accepted = request.POST.get("decision") == "accept"
        return redirect("workflow:update-detail", pk=one.update_id) if accepted else redirect("workflow:inbox")
    page = FormPage(
        one.update,
        heading=_("Will your office take over?"),
        lead=_("If you take over, the task and its deadline are yours at once."),
        buttons=[Button(_("Take over"), "accept"), Button(_("Do not take over"), "refuse", secondary=True)],
        facts=[
            (_("Asked by"), f"{one.proposed_by.name}, {one.from_office.label}"),
            (_("What"), _("the contribution") if one.participation_id else _("the lead: writing the status update")),
            (_("Recommendation"), one.update.recommendation.text or one.update.recommendation.title),
            (_("Reason"), one.reason),
        ],
    )
    return page.show(request, form)


def _answer(request: HttpRequest, one: Reassignment, form: TakeOverForm) -> str:
    by, now = request_desk(request).person, timezone.now()
    if request.POST.get("decision") == "accept":
        runs.accept_reassignment(one.pk, by=by, now=now)
        return _("Thank you. The task is on your desk now.")
    if request.POST.get("decision") == "refuse":
        runs.refuse_reassignment(one.pk, by=by, answer=form.cleaned_data["answer"], now=now)
        return _("Thank you for the answer. The task stays where it was.")
    raise DomainError(_("Please choose one of the two buttons."))


@require_POST
@staff_page
def reassignment_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back that another office was asked. For coordinators and the office that has the task."""
    desk = request_desk(request)
    one = course_query.offer(pk)
    if one is None or not access.may_withdraw_offer(desk, one):
        raise Http404
    try:
        runs.withdraw_reassignment(pk, by=desk.person, now=timezone.now())
    except DomainError as error:
        messages.info(request, str(error))
    else:
        messages.success(request, _("The other office is no longer asked. The task stays where it is."))
    return redirect("workflow:update-detail", pk=one.update_id)
