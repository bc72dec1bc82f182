"""Reassignments: a task is offered to another office, which takes it over or does not.

Who may is decided by the doors in ``workflow.runs``, which call these with the locks held and move the engine's tasks.
The concept's responsibilities stay as they are: this is about one run.
"""

import datetime

from django.utils.translation import gettext as _

from offices.errors import ConflictError, DomainError
from offices.models import Office, Person
from workflow.models import (
    DeadlineExtension,
    EventKind,
    ExtensionState,
    Participation,
    ParticipationState,
    Reassignment,
    ReassignmentState,
    StatusUpdate,
    WorkStep,
)
from workflow.services import course_notices, history, requests, work_items
from workflow.services.moves import MAX_REASON, required


def propose(
    update: StatusUpdate,
    participation: Participation | None,
    *,
    from_office: Office,
    to_office: Office,
    reason: str,
    by: Person,
    now: datetime.datetime,
    today: datetime.date,
    on_behalf_of: Person | None = None,
) -> Reassignment:
    """Offer the lead, or the contribution, to another office; nothing changes until it answers."""
    said = required(reason, _("Please say why the other office should take over."))
    if not to_office.is_valid_on(today):
        raise DomainError(_("%(office)s does not exist any more. Please choose another one.") % {"office": to_office})
    _require_room_for(update, participation, from_office, to_office)
    if Reassignment.objects.filter(
        update=update, participation=participation, state=ReassignmentState.PROPOSED
    ).exists():
        raise ConflictError(_("Another office has been asked already. Please wait for its answer, or take it back."))
    made = Reassignment.objects.create(
        update=update,
        participation=participation,
        from_office=from_office,
        to_office=to_office,
        reason=said,
        proposed_by=by,
        proposed_at=now,
    )
    work_items.open_for(
        update=update,
        task_id=None,
        step=WorkStep.TAKE_OVER,
        office_id=to_office.pk,
        participation=participation,
        asked_on=today,
    )
    _record(EventKind.REASSIGNMENT_PROPOSED, made, by=by, on_behalf_of=on_behalf_of, now=now, reason=said)
    course_notices.take_over_asked(made, now=now, today=today)
    return made


def accept_lead(
    one: Reassignment, *, by: Person, now: datetime.datetime, on_behalf_of: Person | None = None
) -> list[Participation]:
    """Make the other office the lead; return its own contributions that are needless now.

    What was still asked about those (more time, another office) needs no answer any more.
    """
    _require_open(one)
    update, office = one.update, one.to_office
    needless = list(Participation.objects.filter(update=update, office=office, state=ParticipationState.ASKED))
    Participation.objects.filter(pk__in=[own.pk for own in needless]).update(
        state=ParticipationState.SKIPPED, skipped_by=by, skipped_at=now
    )
    requests.lapse(update, needless, now=now)
    update.lead_office, update.lead_office_label = office, office.label
    update.save(update_fields=["lead_office", "lead_office_label"])
    _accepted(one, by=by, now=now, on_behalf_of=on_behalf_of)
    return needless


def accept_contribution(
    one: Reassignment, *, by: Person, now: datetime.datetime, on_behalf_of: Person | None = None
) -> Participation:
    """Let the other office contribute instead; return the participation with its new office."""
    _require_open(one)
    participation = one.participation
    if participation is None or not participation.is_open:
        raise ConflictError(_("This contribution has been handed in already."))
    _require_room_for(one.update, participation, one.from_office, one.to_office)
    participation.office, participation.office_label = one.to_office, one.to_office.label
    participation.save(update_fields=["office", "office_label"])
    _accepted(one, by=by, now=now, on_behalf_of=on_behalf_of)
    return participation


def refuse(
    one: Reassignment,
    *,
    answer: str,
    by: Person,
    now: datetime.datetime,
    on_behalf_of: Person | None = None,
) -> Reassignment:
    """Say that the office does not take over, and why."""
    _require_open(one)
    said = required(answer, _("Please say why, so that the right office can be found."))
    _answer(one, ReassignmentState.REFUSED, answer=said, by=by, now=now)
    _record(EventKind.REASSIGNMENT_REFUSED, one, by=by, on_behalf_of=on_behalf_of, now=now, reason=said)
    course_notices.take_over_answered(one, now=now)
    return one


def withdraw(
    one: Reassignment, *, by: Person, now: datetime.datetime, on_behalf_of: Person | None = None
) -> Reassignment:
    """Take the offer back; the office that was asked hears of it."""
    _require_open(one)
    _answer(one, ReassignmentState.WITHDRAWN, answer="", by=by, now=now)
    _record(EventKind.REASSIGNMENT_WITHDRAWN, one, by=by, on_behalf_of=on_behalf_of, now=now)
    course_notices.take_over_withdrawn(one, by=by, now=now)
    return one


def _require_room_for(
    update: StatusUpdate, participation: Participation | None, from_office: Office, to_office: Office
) -> None:
    if to_office == from_office:
        raise DomainError(_("The task is with this office already. Please choose another one."))
    if participation is None:
        return
    takes_part = Participation.objects.filter(update=update, office=to_office).exists()
    if takes_part or update.lead_office_id == to_office.pk:
        raise DomainError(_("%(office)s takes part already. Please choose another one.") % {"office": to_office})


def _require_open(one: Reassignment) -> None:
    if one.state != ReassignmentState.PROPOSED:
        raise ConflictError(_("This has been answered already. Please load the page again."))


def _accepted(one: Reassignment, *, by: Person, now: datetime.datetime, on_behalf_of: Person | None) -> None:
    # Whoever asked for more time asked for the task; the answer goes to the office that has it now.
    DeadlineExtension.objects.filter(
        update=one.update, participation=one.participation, state=ExtensionState.REQUESTED
    ).update(office=one.to_office)
    _answer(one, ReassignmentState.ACCEPTED, answer="", by=by, now=now)
    _record(EventKind.REASSIGNED, one, by=by, on_behalf_of=on_behalf_of, now=now)
    course_notices.take_over_answered(one, now=now)


def _answer(one: Reassignment, state: ReassignmentState, *, answer: str, by: Person, now: datetime.datetime) -> None:
    one.state, one.answer, one.answered_by, one.answered_at = state, answer, by, now
    one.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    work_items.close_duties(one.update, WorkStep.TAKE_OVER, one.participation)


def _record(
    kind: EventKind,
    one: Reassignment,
    *,
    by: Person,
    now: datetime.datetime,
    on_behalf_of: Person | None = None,
    reason: str = "",
) -> None:
    data: dict[str, object] = {
        "from_office": one.from_office_id,
        "to_office": one.to_office_id,
        "contribution": one.participation_id is not None,
    }
    if reason:
        data["reason"] = reason[:MAX_REASON]
    history.record(one.update, kind, by=by, on_behalf_of=on_behalf_of, now=now, data=data)
