"""What an office that ended had to do goes on with those that follow it: runs, questions, responsibilities.

The doors in ``workflow.runs`` call these with the locks held and move the engine's tasks.
"""

import datetime
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from concept.models import Assignment, AssignmentRole
from concept.services import assignments
from concept.services.assignments import Wanted
from offices.models import Office, Person
from workflow.models import (
    CoSignature,
    CoSignatureState,
    DeadlineExtension,
    EventKind,
    ExtensionState,
    Participation,
    ParticipationState,
    Reassignment,
    ReassignmentState,
    StatusUpdate,
    WorkItem,
    WorkStep,
)
from workflow.services import history, requests


@dataclass(slots=True)
class Moved:
    """What has to happen in the engine after a run was carried over."""

    lead: bool = False
    contributions: list[Participation] = field(default_factory=list)
    needless: list[Participation] = field(default_factory=list)
    rows: int = 0
    """Co-signatures and open questions that changed."""

    def __bool__(self) -> bool:
        return self.lead or bool(self.contributions or self.needless or self.rows)


def carry_run(
    update: StatusUpdate, ending: Office, heir: Office, *, by: Person | None, now: datetime.datetime
) -> Moved:
    """Let ``heir`` do in the open run what ``ending`` had to do; the caller moves the engine's tasks.

    Nothing to do writes no event.
    """
    moved = Moved()
    if update.lead_office_id == ending.pk:
        update.lead_office, update.lead_office_label = heir, heir.label
        update.save(update_fields=["lead_office", "lead_office_label"])
        moved.lead = True
        moved.needless += Participation.objects.filter(update=update, office=heir, state=ParticipationState.ASKED)
    _carry_contribution(update, ending, heir, moved)
    Participation.objects.filter(pk__in=[one.pk for one in moved.needless]).update(
        state=ParticipationState.SKIPPED, skipped_by=by, skipped_at=now
    )
    requests.lapse(update, moved.needless, now=now)
    moved.rows = _carry_co_signature(update, ending, heir) + _carry_questions(update, ending, heir, now)
    if moved:
        data = {"from_office": ending.pk, "to_office": heir.pk}
        history.record(update, EventKind.SUCCEEDED, by=by, now=now, data=data)
    return moved


def _carry_contribution(update: StatusUpdate, ending: Office, heir: Office, moved: Moved) -> None:
    own = Participation.objects.filter(update=update, office=ending).first()
    if own is None:
        return
    takes_part = Participation.objects.filter(update=update, office=heir).exists()
    if not takes_part and heir.pk != update.lead_office_id:
        own.office, own.office_label = heir, heir.label
        own.save(update_fields=["office", "office_label"])
        moved.contributions.append(own)
    elif own.is_open:
        moved.needless.append(own)


def _carry_co_signature(update: StatusUpdate, ending: Office, heir: Office) -> int:
    """Let the heir co-sign; if it leads or co-signs the version anyway, the question is void."""
    asked = CoSignature.objects.filter(revision=update.submitted_id, state=CoSignatureState.ASKED)
    items = WorkItem.objects.filter(update=update, step=WorkStep.CO_SIGN, is_open=True)
    if heir.pk == update.lead_office_id:
        asked.filter(office=heir).update(state=CoSignatureState.VOID)
        items.filter(office=heir).update(is_open=False)
    own = asked.filter(office=ending)
    signs_anyway = CoSignature.objects.filter(revision=update.submitted_id, office=heir).exists()
    if signs_anyway or heir.pk == update.lead_office_id:
        changed = own.update(state=CoSignatureState.VOID)
        items.filter(office=ending).update(is_open=False)
    else:
        changed = own.update(office=heir, office_label=heir.label)
        items.filter(office=ending).update(office=heir)
    return changed


def _carry_questions(update: StatusUpdate, ending: Office, heir: Office, now: datetime.datetime) -> int:
    asked = DeadlineExtension.objects.filter(update=update, office=ending, state=ExtensionState.REQUESTED)
    changed = asked.update(office=heir)
    offers = Reassignment.objects.filter(update=update, state=ReassignmentState.PROPOSED)
    changed += offers.filter(from_office=ending).exclude(to_office=heir).update(from_office=heir)
    changed += offers.filter(to_office=ending).exclude(from_office=heir).update(to_office=heir)
    duties = WorkItem.objects.filter(update=update, step=WorkStep.TAKE_OVER, is_open=True)
    # Offered to the office that has the task now, or by it to itself: there is nothing to answer any more.
    for one in [*offers.filter(from_office=ending), *offers.filter(to_office=ending)]:
        changed += offers.filter(pk=one.pk).update(state=ReassignmentState.WITHDRAWN, answered_at=now)
        duties.filter(participation=one.participation_id).update(is_open=False)
    duties.filter(office=ending).update(office=heir)
    return changed


def carry_responsibilities(ending: Office, heir_of: Callable[[int], Office], *, today: datetime.date) -> int:
    """Give the concept's responsibilities to the heirs from ``today``; return how many recommendations changed.

    ``heir_of`` takes a recommendation's id. The caller holds the editions' locks; the old ones stay as history.
    """
    held = Assignment.objects.valid_on(today).filter(office=ending, recommendation__ended_on__isnull=True)
    recommendations = sorted(set(held.values_list("recommendation", flat=True)))
    present: dict[int, list[Assignment]] = defaultdict(list)
    for one in Assignment.objects.valid_on(today).filter(recommendation__in=recommendations):
        present[one.recommendation_id].append(one)
    wanted = []
    for pk in recommendations:
        heir = heir_of(pk)
        offices = {one.office_id: heir.pk if one.office_id == ending.pk else one.office_id for one in present[pk]}
        lead = next((offices[one.office_id] for one in present[pk] if one.role == AssignmentRole.LEAD), None)
        helpers = {offices[one.office_id] for one in present[pk] if one.role == AssignmentRole.CONTRIBUTING}
        wanted.append(Wanted(pk, lead, sorted(helpers - {lead})))
    assignments.assign(wanted, today=today)
    return len(wanted)
