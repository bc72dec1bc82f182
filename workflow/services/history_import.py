"""Older status texts from a file: approved entries of cycles that never ran here."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from concept.importing.plans import ImportPlan
from concept.importing.problems import BadMappingError, Problem
from concept.importing.trees import HistoryEntry
from concept.models import Assignment, AssignmentRole, ConceptEdition, Recommendation
from offices.models import Office, Person
from workflow.models import (
    NEEDS_REASON,
    CycleState,
    Decision,
    EntryKind,
    Event,
    EventKind,
    ImplementationStatus,
    Outlook,
    ReportingCycle,
    Review,
    Revision,
    StatusUpdate,
    UpdateState,
)
from workflow.services import history

SLICE = 500
Period = tuple[datetime.date, datetime.date]


@dataclass(frozen=True, slots=True)
class PlannedEntry:
    """An entry as it will be written; a nil return has taken over the status of the entry before it."""

    entry: HistoryEntry
    status: str

    @property
    def kind(self) -> EntryKind:
        return EntryKind.NIL_RETURN if self.entry.is_nil_return else EntryKind.REPORT

    @property
    def period(self) -> Period:
        return self.entry.period_from, self.entry.period_until

    def says(self, revision: Revision) -> bool:
        """Return whether ``revision`` says exactly this."""
        text = revision.nil_reason if self.entry.is_nil_return else revision.done
        ours = (self.kind, self.status, self.entry.outlook, self.entry.text)
        return ours == (revision.kind, revision.implementation_status, revision.outlook, text)


@dataclass(slots=True)
class HistoryPlan:
    """What of the file's history is new, how much is there already, and what is in the way."""

    new: list[PlannedEntry] = field(default_factory=list)
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def periods(self) -> list[Period]:
        return sorted({one.period for one in self.new})


def plan_history(entries: Sequence[HistoryEntry], concept: ImportPlan) -> HistoryPlan:
    """Compare older texts with what is there, in a constant number of queries; changes nothing.

    Texts are never overwritten: one that differs from the entry of its period is a problem. Raises
    ``BadMappingError`` if the mapping gives a status or an outlook that there is not.
    """
    result = HistoryPlan()
    if not entries:
        return result
    _check_scales(entries)
    leads = {row.record.key: row.lead for row in concept.rows}
    cycles = {
        (one.period_from, one.period_until): one for one in ReportingCycle.objects.filter(edition=concept.edition_pk)
    }
    there = _approved(cycles.values())
    before = {key: revision.implementation_status for (key, _period), revision in sorted(there.items())}
    for entry in sorted(entries, key=lambda one: (one.period_until, one.row)):
        # A nil return says nothing new: it keeps the status of the entry before, if there is one.
        status = before.get(entry.key, ImplementationStatus.UNKNOWN) if entry.is_nil_return else entry.status
        before[entry.key] = status
        _plan_entry(PlannedEntry(entry, status), cycles, there, result)
        if entry.key in leads and leads[entry.key] is None:
            message = _("No office leads here, so nobody can have reported.")
            result.problems.append(Problem(entry.row, None, "history_without_lead", message))
    return result


def _plan_entry(
    planned: PlannedEntry,
    cycles: dict[Period, ReportingCycle],
    there: dict[tuple[str, Period], Revision],
    result: HistoryPlan,
) -> None:
    cycle = cycles.get(planned.period)
    revision = there.get((planned.entry.key, planned.period))
    if revision is not None and planned.says(revision):
        result.unchanged += 1
    elif revision is not None:
        message = _("For this period another text is there already. What was approved is never overwritten.")
        result.problems.append(Problem(planned.entry.row, None, "history_differs", message))
    elif cycle is not None and not cycle.imported:
        message = _("For this period there is a reporting cycle of this service. Nothing is imported into it.")
        result.problems.append(Problem(planned.entry.row, None, "period_taken", message))
    else:
        result.new.append(planned)


def _check_scales(entries: Sequence[HistoryEntry]) -> None:
    for entry in entries:
        if entry.status not in ImplementationStatus.values:
            raise BadMappingError(
                _("The mapping names the status “%(name)s”, which there is not.") % {"name": entry.status}
            )
        if entry.outlook and entry.outlook not in Outlook.values:
            raise BadMappingError(
                _("The mapping names the outlook “%(name)s”, which there is not.") % {"name": entry.outlook}
            )
        if entry.status in NEEDS_REASON and not entry.status_reason:
            raise BadMappingError(_("The status “%(name)s” needs a reason in the mapping.") % {"name": entry.status})


def _approved(cycles: Collection[ReportingCycle]) -> dict[tuple[str, Period], Revision]:
    """Return the approved revisions of the cycles by recommendation and period."""
    updates = StatusUpdate.objects.filter(cycle__in=[one.pk for one in cycles], approved__isnull=False)
    return {
        (one.recommendation.key, (one.cycle.period_from, one.cycle.period_until)): one.approved
        for one in updates.select_related("approved", "cycle", "recommendation").order_by("cycle__period_until")
        if one.approved is not None
    }


@transaction.atomic
def apply_history(
    plan: HistoryPlan, edition: ConceptEdition, *, by: Person | None, today: datetime.date, now: datetime.datetime
) -> None:
    """Write the planned entries as approved revisions of closed cycles; statements are constant per 500 entries.

    Nobody of this service handed them in or approved them, so both stay empty; the one event says that they were
    imported. Writing the same file again plans nothing and so writes nothing.
    """
    if not plan.new:
        return
    cycles = _cycles(plan, edition, by=by, now=now)
    keys = {one.entry.key for one in plan.new}
    recommendations = {one.key: one for one in Recommendation.objects.filter(edition=edition) if one.key in keys}
    leads = _leads(edition, today)
    for start in range(0, len(plan.new), SLICE):
        part = plan.new[start : start + SLICE]
        runs = [_run(one, cycles[one.period], recommendations[one.entry.key], leads, by=by, now=now) for one in part]
        _write(runs)


def _cycles(
    plan: HistoryPlan, edition: ConceptEdition, *, by: Person | None, now: datetime.datetime
) -> dict[Period, ReportingCycle]:
    cycles = {(one.period_from, one.period_until): one for one in ReportingCycle.objects.filter(edition=edition)}
    approved = {one.period: one.entry.approved_on for one in plan.new}
    for period in plan.periods:
        if period in cycles:
            continue
        day = approved[period]
        cycles[period] = ReportingCycle.objects.create(
            edition=edition,
            period_from=period[0],
            period_until=period[1],
            opens_on=period[1],
            contributions_due_on=day,
            due_on=day,
            sign_off_due_on=day,
            review_due_on=day,
            state=CycleState.CLOSED,
            imported=True,
            created_by=by,
            opened_at=_noon(period[1]),
            closed_at=_noon(day),
        )
        history.record_on_cycle(cycles[period], EventKind.IMPORTED, by=by, now=now)
    return cycles


def _leads(edition: ConceptEdition, today: datetime.date) -> dict[int, Office]:
    leads = Assignment.objects.valid_on(today).filter(recommendation__edition=edition, role=AssignmentRole.LEAD)
    return {one.recommendation_id: one.office for one in leads.select_related("office")}


def _noon(day: datetime.date) -> datetime.datetime:
    """Return noon in local time: the file knows the day, not the hour."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))


def _run(
    planned: PlannedEntry,
    cycle: ReportingCycle,
    recommendation: Recommendation,
    leads: dict[int, Office],
    *,
    by: Person | None,
    now: datetime.datetime,
) -> tuple[StatusUpdate, Revision, Event]:
    office, at = leads[recommendation.pk], _noon(planned.entry.approved_on)
    update = StatusUpdate(
        cycle=cycle,
        recommendation=recommendation,
        lead_office=office,
        lead_office_label=office.label,
        # The database demands the approved revision of an approved run, which needs the run first.
        state=UpdateState.IN_REVIEW,
        state_since=at,
        due_on=cycle.due_on,
        approved_at=at,
    )
    entry = planned.entry
    revision = Revision(
        update=update,
        number=1,
        kind=planned.kind,
        implementation_status=planned.status,
        status_reason=entry.status_reason if planned.status == entry.status else "",
        outlook=entry.outlook,
        done="" if entry.is_nil_return else entry.text,
        nil_reason=entry.text if entry.is_nil_return else "",
        office_label=office.label,
        submitted_at=at,
    )
    data = {"row": entry.row, "approved_on": entry.approved_on.isoformat()}
    event = history.first_event(update, EventKind.IMPORTED, by=by, now=now, data=data)
    return update, revision, event


def _write(runs: Sequence[tuple[StatusUpdate, Revision, Event]]) -> None:
    updates = [update for update, _revision, _event in runs]
    StatusUpdate.objects.bulk_create(updates)
    revisions = Revision.objects.bulk_create(revision for _update, revision, _event in runs)
    Review.objects.bulk_create(
        Review(revision=revision, decision=Decision.APPROVED, decided_at=revision.submitted_at)
        for revision in revisions
    )
    Event.objects.bulk_create(event for _update, _revision, event in runs)
    for update, revision in zip(updates, revisions, strict=True):
        update.state = UpdateState.APPROVED
        update.submitted = update.approved = revision
    StatusUpdate.objects.bulk_update(updates, ["state", "submitted", "approved"])
