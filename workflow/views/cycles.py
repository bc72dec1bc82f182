"""Cycles, for coordinators: plan, look over, change, open, close."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from offices.access import coordinator_page, request_desk
from offices.errors import DomainError
from workflow import opening
from workflow.forms.cycles import CloseCycleForm, CycleForm, NewCycleForm, OpenCycleForm, initial
from workflow.models import CycleState, ReportingCycle
from workflow.queries import cycles as queries
from workflow.queries import quorum
from workflow.queries.reminder_policies import policies_of
from workflow.reminder_words import policy_sentence
from workflow.reminding import Policy
from workflow.services import cycles as services
from workflow.services.cycle_policies import CyclePolicy, check_policy
from workflow.wording import policy_lines

Crumbs = list[tuple[str, str]]


def _crumbs(*more: tuple[str, str]) -> Crumbs:
    return [(_("Cycles"), reverse("workflow:cycle-list")), *more]


def _crumbs_of(cycle: ReportingCycle, page: str) -> Crumbs:
    return _crumbs((cycle.period_label, reverse("workflow:cycle-detail", args=[cycle.pk])), (page, ""))


@coordinator_page
@require_safe
def cycle_list(request: HttpRequest) -> HttpResponse:
    return render(request, "workflow/cycle_list.html", {"rows": queries.overview(timezone.localdate())})


@coordinator_page
@require_safe
def cycle_detail(request: HttpRequest, pk: int) -> HttpResponse:
    cycle = get_object_or_404(queries.all_cycles(), pk=pk)
    context = {
        "cycle": cycle,
        "progress": queries.progress(cycle, timezone.localdate()),
        "policy_lines": policy_lines(CyclePolicy.of(cycle)),
        "shortage": None if cycle.is_closed else quorum.shortage_of(cycle, timezone.localdate()),
        "reminders": policy_sentence(policies_of([cycle.pk])[cycle.pk]),
        "events": queries.events(cycle),
        "crumbs": _crumbs((cycle.period_label, "")),
    }
    return render(request, "workflow/cycle_detail.html", context)


@coordinator_page
@require_http_methods(["GET", "HEAD", "POST"])
def cycle_create(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    today = timezone.localdate(now)
    form = NewCycleForm(request.POST if request.method == "POST" else None)
    planned = None
    if request.method == "POST" and form.is_valid():
        edition, dates, policy = form.cleaned_data["edition"], form.dates(), form.policy()
        try:
            planned = services.plan(edition, dates, today)
            check_policy(policy)
            services.require_members(policy, today)
            if "save" in request.POST:
                by = request_desk(request).person
                cycle = services.create_cycle(edition, dates, by=by, now=now, today=today, policy=policy)
                messages.success(request, _("The cycle is planned. Nobody has been asked yet."))
                return redirect("workflow:cycle-detail", cycle.pk)
        except DomainError as error:
            form.add_error(_field_of(error), str(error))
            planned = None
    return _form_page(request, form, planned, _crumbs((_("New cycle"), "")))


@coordinator_page
@require_http_methods(["GET", "HEAD", "POST"])
def cycle_change(request: HttpRequest, pk: int) -> HttpResponse:
    cycle = get_object_or_404(queries.all_cycles(), pk=pk)
    if cycle.is_closed:
        messages.info(request, _("The cycle is closed. Its dates stay as they are."))
        return redirect("workflow:cycle-detail", pk)
    return _change_planned(request, cycle) if cycle.state == CycleState.PLANNED else _change_open(request, cycle)


def _change_planned(request: HttpRequest, cycle: ReportingCycle) -> HttpResponse:
    today = timezone.localdate()
    form = CycleForm(request.POST if request.method == "POST" else None, initial=initial(cycle))
    planned = None
    if request.method == "POST" and form.is_valid():
        planned = services.derive(form.dates(), today)
        try:
            services.check_dates(planned)
            check_policy(form.policy())
            services.require_members(form.policy(), today)
            if "save" in request.POST:
                return _save_change(request, cycle, planned, form.policy())
        except DomainError as error:
            form.add_error(_field_of(error), str(error))
            planned = None
    return _form_page(request, form, planned, _crumbs_of(cycle, _("Change")), cycle)


def _field_of(error: DomainError) -> str | None:
    """The field that the refusal is about, or ``None`` for the form as a whole."""
    return "quorum" if isinstance(error, services.QuorumError) else None


def _change_open(request: HttpRequest, cycle: ReportingCycle) -> HttpResponse:
    form = OpenCycleForm(request.POST if request.method == "POST" else None, initial=initial(cycle))
    if request.method == "POST" and form.is_valid():
        try:
            return _save_change(request, cycle, form.dates_for(cycle), form.policy())
        except DomainError as error:
            form.add_error(_field_of(error), str(error))
    return _form_page(request, form, None, _crumbs_of(cycle, _("Change")), cycle)


def _save_change(
    request: HttpRequest, cycle: ReportingCycle, dates: services.CycleDates, policy: CyclePolicy
) -> HttpResponse:
    now = timezone.now()
    today = timezone.localdate(now)
    services.change_cycle(cycle.pk, dates, by=request_desk(request).person, now=now, today=today, policy=policy)
    messages.success(request, _("Saved."))
    return redirect("workflow:cycle-detail", cycle.pk)


def _form_page(
    request: HttpRequest,
    form: CycleForm | OpenCycleForm,
    planned: services.CycleDates | None,
    crumbs: Crumbs,
    cycle: ReportingCycle | None = None,
) -> HttpResponse:
    context: dict[str, object] = {"form": form, "cycle": cycle, "crumbs": crumbs}
    # "Back" comes with all fields, so that nothing typed is lost on the way.
    if planned and isinstance(form, CycleForm) and "edit" not in request.POST:
        edition = cycle.edition if cycle else form.cleaned_data["edition"]
        shown = {
            "preview": form.preview(planned),
            "policy": form.policy(),
            "shortage": quorum.shortage_before(edition, form.policy(), timezone.localdate()),
            "policy_lines": policy_lines(form.policy()),
            "reminders": policy_sentence(policies_of([cycle.pk])[cycle.pk] if cycle else Policy()),
        }
        return render(request, "workflow/cycle_preview.html", context | shown)
    return render(request, "workflow/cycle_form.html", context)


@coordinator_page
@require_http_methods(["GET", "HEAD", "POST"])
def cycle_open(request: HttpRequest, pk: int) -> HttpResponse:
    cycle = get_object_or_404(queries.all_cycles(), pk=pk)
    now = timezone.now()
    today = timezone.localdate(now)
    if request.method == "POST":
        try:
            started = opening.open_cycle(pk, by=request_desk(request).person, now=now, today=today)
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _opened(started))
        return redirect("workflow:cycle-detail", pk)
    if cycle.is_closed:
        messages.info(request, _("The cycle is closed and cannot be opened again."))
        return redirect("workflow:cycle-detail", pk)
    context = {
        "cycle": cycle,
        "found": opening.prepare(cycle, today),
        "shortage": quorum.shortage_of(cycle, today),
        "is_late": cycle.state != CycleState.PLANNED,
        "is_early": cycle.state == CycleState.PLANNED and cycle.opens_on > today,
        "crumbs": _crumbs_of(cycle, _("Open")),
    }
    return render(request, "workflow/cycle_open.html", context)


def _opened(started: int) -> str:
    if not started:
        return _("Nothing to do: everything that has a lead office is asked already.")
    text = ngettext("%(number)s recommendation asked.", "%(number)s recommendations asked.", started)
    return text % {"number": started}


@coordinator_page
@require_http_methods(["GET", "HEAD", "POST"])
def cycle_close(request: HttpRequest, pk: int) -> HttpResponse:
    cycle = get_object_or_404(queries.all_cycles(), pk=pk)
    if not cycle.is_open:
        messages.info(request, _("The cycle is closed.") if cycle.is_closed else _("The cycle is not open."))
        return redirect("workflow:cycle-detail", pk)
    now = timezone.now()
    form = CloseCycleForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            ended = opening.close_cycle(pk, by=request_desk(request).person, now=now)
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _closed(ended))
        return redirect("workflow:cycle-detail", pk)
    context = {
        "cycle": cycle,
        "form": form,
        "gaps": queries.missing_by_office(cycle),
        "progress": queries.progress(cycle, timezone.localdate(now)),
        "crumbs": _crumbs_of(cycle, _("Close")),
    }
    return render(request, "workflow/cycle_close.html", context)


def _closed(ended: int) -> str:
    text = ngettext(
        "The cycle is closed. %(number)s recommendation ended without an approved entry.",
        "The cycle is closed. %(number)s recommendations ended without an approved entry.",
        ended,
    )
    return text % {"number": ended}
