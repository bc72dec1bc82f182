"""Changes of course that concern the whole run: cancel, open again, correct. And the list of open questions."""

import datetime
from collections.abc import Callable

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from offices.access import coordinator_page, request_desk, staff_page
from workflow import access, runs
from workflow.forms.course import CancelForm, CorrectionForm, DiscardForm, ReopenForm
from workflow.models import StatusUpdate, UpdateState
from workflow.queries import course as course_query
from workflow.queries import withdrawal as withdrawal_query
from workflow.services.lifecycle import REOPENABLE_STATES, correct_instead
from workflow.views.course_pages import Button, FormPage, attempt, not_now, run_of

WEEKS = datetime.timedelta(days=28)


@require_safe
@coordinator_page
def request_list(request: HttpRequest) -> HttpResponse:
    """List what waits for the coordinators' decision, and what other offices have to answer."""
    context = {
        "extensions": list(course_query.open_extensions()),
        "offers": list(course_query.open_offers()),
        "today": timezone.localdate(),
    }
    return render(request, "workflow/request_list.html", context)


@require_http_methods(["GET", "POST"])
@coordinator_page
def update_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why the request is cancelled, and end it. For coordinators."""
    update = run_of(request, pk)
    if not update.is_open:
        return not_now(request, update, _("This status update has ended already."))
    if update.approved_id is not None:
        return _discard(request, update)
    form = CancelForm(request.POST if request.method == "POST" else None)
    page = FormPage(
        update,
        heading=_("Cancel the request"),
        lead=_("Nothing is asked of the offices any more. What they have written is kept; you can open it again."),
        buttons=[Button(_("Cancel the request"))],
    )

    def act() -> str:
        by, reason = request_desk(request).person, form.cleaned_data["reason"]
        runs.cancel(update.pk, by=by, reason=reason, now=timezone.now())
        return _("The request is cancelled. Nothing is asked of the offices any more.")

    return _handled(request, page, form, act)


def _discard(request: HttpRequest, update: StatusUpdate) -> HttpResponse:
    """Ask why the correction of an approved entry is given up, and say what visitors read then."""
    now = timezone.now()
    state = withdrawal_query.public_state(update, now)
    form = DiscardForm(request.POST if request.method == "POST" else None)
    if state.is_public:
        stands, button = _("The published text stays."), _("Discard the correction: the published text stays")
    elif state.is_withdrawn:
        stands, button = _("The entry stays off the pages."), _("Discard the correction")
    else:
        stands, button = _("The approved text stays."), _("Discard the correction: the approved text stays")
    kept = _("What was written for the correction is kept among the versions; you can begin another one at any time.")
    page = FormPage(update, heading=_("Discard the correction"), lead=f"{stands} {kept}", buttons=[Button(button)])

    def act() -> str:
        by, reason = request_desk(request).person, form.cleaned_data["reason"]
        runs.cancel(update.pk, by=by, reason=reason, now=now)
        return _("The correction is discarded.") + f" {stands}"

    return _handled(request, page, form, act)


@require_http_methods(["GET", "POST"])
@coordinator_page
def update_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why an ended run is opened again and until when, and open it. For coordinators."""
    update = run_of(request, pk)
    if update.state == UpdateState.APPROVED:
        return not_now(request, update, correct_instead())
    if update.state not in REOPENABLE_STATES:
        return not_now(request, update, _("This status update is open already."))
    form = ReopenForm(request.POST if request.method == "POST" else None, initial=_in_four_weeks())
    page = FormPage(
        update,
        heading=_("Open again"),
        lead=_("The entry lies on the lead office's desk again."),
        buttons=[Button(_("Open again"))],
    )

    def act() -> str:
        by, data = request_desk(request).person, form.cleaned_data
        runs.reopen(update.pk, by=by, reason=data["reason"], due_on=data["due_on"], now=timezone.now())
        return _("The status update is open again. The lead office gets a mail.")

    return _handled(request, page, form, act)


@require_http_methods(["GET", "POST"])
@staff_page
def update_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask what is corrected, publicly, and let the lead office correct. For it, or who follows it, and coordinators."""
    desk = request_desk(request)
    update = run_of(request, pk)
    if not access.answers_for(desk, update):
        raise Http404
    if not access.may_correct(desk, update):
        return not_now(request, update, _("Only an approved entry can be corrected."))
    form = CorrectionForm(request.POST if request.method == "POST" else None, initial=_in_four_weeks())
    page = FormPage(
        update,
        heading=_("Correct the published entry"),
        lead=_until_corrected(update),
        buttons=[Button(_("Begin the correction"))],
    )

    def act() -> str:
        data = form.cleaned_data
        runs.start_correction(update.pk, by=desk.person, note=data["note"], due_on=data["due_on"], now=timezone.now())
        return _("The correction has begun. The lead office has the text on its desk.")

    return _handled(request, page, form, act)


def _until_corrected(update: StatusUpdate) -> str:
    """Say what visitors read while an entry is being corrected, and afterwards."""
    state = withdrawal_query.public_state(update, timezone.now())
    if state.is_withdrawn:
        return _(
            "The correction is a new version: it is reviewed like every entry and then stands on the public pages "
            "again. Until then visitors read the note that the coordinators have left there."
        )
    if state.is_public:
        return _(
            "The correction is a new version: it is reviewed like every entry and then stands beside your note. "
            "Until then the present text stays public."
        )
    return _(
        "The correction is a new version: it is reviewed like every entry. Visitors read nothing of the entry yet; "
        "once it is public, the new text stands beside your note."
    )


def _in_four_weeks() -> dict[str, datetime.date]:
    return {"due_on": timezone.localdate() + WEEKS}


def _handled(request: HttpRequest, page: FormPage, form: Form, act: Callable[[], str]) -> HttpResponse:
    if request.method == "POST" and form.is_valid() and attempt(request, form, act):
        return redirect("workflow:update-detail", pk=page.update.pk)
    return page.show(request, form)
