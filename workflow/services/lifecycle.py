"""Ending a run early, and opening one again that has ended.

Who may is decided by the doors in ``workflow.runs``, which call these with the locks held and move the engine.
"""

import datetime
from collections.abc import Collection

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from offices.errors import ConflictError, DomainError
from offices.models import Office, OfficeSuccession, Person
from workflow.models import (
    OPEN_STATES,
    CoSignature,
    CoSignatureState,
    Event,
    EventKind,
    Participation,
    ParticipationState,
    StatusUpdate,
    UpdateState,
    WorkItem,
)
from workflow.services import course_notices, history, requests
from workflow.services.extensions import FURTHEST
from workflow.services.moves import move, required

REOPENABLE_STATES = (UpdateState.MISSING, UpdateState.CANCELLED)
"""What is opened again without a word to visitors. What they may read already is corrected, with a public note."""


def clear_desks(
    update_ids: "Collection[int] | QuerySet[StatusUpdate]", *, by: Person | None, now: datetime.datetime
) -> None:
    """End everything that is asked about the runs: contributions, co-signatures, open questions, every desk's rows.

    Texts and drafts are kept. Constant number of statements.
    """
    Participation.objects.filter(update__in=update_ids, state=ParticipationState.ASKED).update(
        state=ParticipationState.SKIPPED, skipped_by=by, skipped_at=now
    )
    CoSignature.objects.filter(revision__update__in=update_ids, state=CoSignatureState.ASKED).update(
        state=CoSignatureState.VOID
    )
    requests.lapse_all(update_ids, now=now)
    WorkItem.objects.filter(update__in=update_ids, is_open=True).update(is_open=False)


def cancel(update: StatusUpdate, *, reason: str, by: Person, now: datetime.datetime) -> UpdateState:
    """End an open run; return the state that it ends in, usually cancelled.

    A run that was opened again goes back to what it was before: an approved entry stays approved, a missing return
    stays missing.
    """
    said = required(reason, _("Please say why nothing is asked any more."))
    if update.state not in OPEN_STATES:
        raise ConflictError(_("This status update has ended already. Please load the page again."))
    before, state = update.state, _state_before_reopening(update)
    offices = list(Office.objects.filter(work_items__update=update, work_items__is_open=True).distinct())
    clear_desks([update.pk], by=by, now=now)
    update.correction_note = ""
    if state == UpdateState.APPROVED:
        # What was handed in since stays among the versions; the one that counts is the published one.
        update.submitted = update.approved
    # An approved entry stands by itself; why its correction was given up is for the history.
    note = "" if state == UpdateState.APPROVED else said
    move(update, state, now, "correction_note", "submitted", note=note)
    data = {"from": before, "to": state, "reason": said}
    history.record(update, EventKind.CANCELLED, by=by, now=now, data=data)
    course_notices.cancelled(update, offices, reason=said, now=now)
    return state


def _state_before_reopening(update: StatusUpdate) -> UpdateState:
    if update.approved_id is not None:
        return UpdateState.APPROVED
    opened = (EventKind.REOPENED, EventKind.CORRECTION_STARTED)
    last = Event.objects.filter(update=update, kind__in=opened).order_by("-sequence").first()
    return UpdateState(last.data["from"]) if last else UpdateState.CANCELLED


def reopen(update: StatusUpdate, *, reason: str, due_on: datetime.date, by: Person, now: datetime.datetime) -> None:
    """Put a missing or cancelled run back on the lead office's desk.

    An approved entry changes by a correction alone, so that visitors read what has changed.
    """
    said = required(reason, _("Please say why the entry is opened again."))
    if update.state == UpdateState.APPROVED:
        raise DomainError(correct_instead())
    if update.state not in REOPENABLE_STATES:
        raise ConflictError(_("This status update is open already. Please load the page again."))
    _again(update, EventKind.REOPENED, reason=said, due_on=due_on, by=by, now=now)
    course_notices.reopened(update, reason=said, correction=False, by=by, now=now)


def correct_instead() -> str:
    """Say what to do with an approved entry instead of opening it again."""
    return _("This entry is approved. Please start a correction: visitors then read what has changed.")


def start_correction(
    update: StatusUpdate,
    *,
    note: str,
    due_on: datetime.date,
    by: Person,
    now: datetime.datetime,
    on_behalf_of: Person | None = None,
) -> None:
    """Let the lead office correct its published entry; ``note`` is what visitors will read about the correction."""
    said = required(note, _("Please say what is corrected: visitors will read it."))
    if update.state != UpdateState.APPROVED:
        raise ConflictError(_("Only an approved entry can be corrected. Please load the page again."))
    update.correction_note = said
    _again(update, EventKind.CORRECTION_STARTED, reason=said, due_on=due_on, by=by, now=now, on_behalf_of=on_behalf_of)
    course_notices.reopened(update, reason=said, correction=True, by=by, now=now)


def _again(
    update: StatusUpdate,
    kind: EventKind,
    *,
    reason: str,
    due_on: datetime.date,
    by: Person,
    now: datetime.datetime,
    on_behalf_of: Person | None = None,
) -> None:
    today = timezone.localdate(now)
    if not today <= due_on <= today + FURTHEST:
        raise DomainError(_("Please choose a day between today and a year from now."))
    data: dict[str, object] = {"from": update.state, "due_on": due_on.isoformat(), "reason": reason}
    heir = _heir_of(update.lead_office, today)
    if heir != update.lead_office:
        data["office"] = heir.pk
        update.lead_office, update.lead_office_label = heir, heir.label
    if update.approved_id is not None:
        update.submitted = update.approved
    update.due_on = due_on
    # Nobody is asked to contribute any more; the lead office writes alone.
    clear_desks([update.pk], by=by, now=now)
    state = UpdateState.RETURNED if update.submitted_id else UpdateState.REQUESTED
    fields = ("due_on", "submitted", "correction_note", "lead_office", "lead_office_label")
    move(update, state, now, *fields, note=reason)
    history.record(update, kind, by=by, on_behalf_of=on_behalf_of, now=now, data=data)


def _heir_of(office: Office, today: datetime.date) -> Office:
    """Return the office that does today what ``office`` did; raises ``DomainError`` if nobody does."""
    seen: set[int] = set()
    while not office.is_valid_on(today):
        seen.add(office.pk)
        link = OfficeSuccession.objects.filter(predecessor=office, main=True).select_related("successor").first()
        if link is None or link.successor_id in seen:
            raise DomainError(
                _("%(office)s does not exist any more, and nobody follows it. Please record its successor first.")
                % {"office": office}
            )
        office = link.successor
    return office
