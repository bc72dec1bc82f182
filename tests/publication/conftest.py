"""What the public pages are tested on: periods with approved entries, written as rows, as an import would."""

import datetime
from typing import Any

from concept.models import ConceptEdition, Recommendation
from offices.models import Office
from workflow.models import CycleState, EntryKind, Measure, ReportingCycle, Revision, StatusUpdate, UpdateState

NOW = datetime.datetime(2026, 11, 22, 9, 0, tzinfo=datetime.UTC)


def period(of: ConceptEdition, first: int, last: int, *, closed: bool = True, **fields: Any) -> ReportingCycle:
    """A reporting cycle for whole years that was asked for in the following January."""
    due = datetime.date(last + 1, 1, 15)
    fields.setdefault("state", CycleState.CLOSED if closed else CycleState.OPEN)
    if closed:
        fields.setdefault("closed_at", datetime.datetime(last + 1, 3, 1, 11, 0, tzinfo=datetime.UTC))
    return ReportingCycle.objects.create(
        edition=of,
        period_from=datetime.date(first, 1, 1),
        period_until=datetime.date(last, 12, 31),
        opens_on=datetime.date(last, 10, 1),
        contributions_due_on=datetime.date(last, 12, 15),
        due_on=due,
        sign_off_due_on=due + datetime.timedelta(days=14),
        review_due_on=due + datetime.timedelta(days=30),
        **fields,
    )


def run(cycle: ReportingCycle, one: Recommendation, office: Office, **fields: Any) -> StatusUpdate:
    """A run without any entry."""
    fields.setdefault("state", UpdateState.MISSING if cycle.is_closed else UpdateState.REQUESTED)
    return StatusUpdate.objects.create(
        cycle=cycle,
        recommendation=one,
        lead_office=office,
        lead_office_label=office.label,
        state_since=NOW,
        due_on=cycle.due_on,
        **fields,
    )


def entry(
    cycle: ReportingCycle,
    one: Recommendation,
    office: Office,
    status: str = "in_progress",
    *,
    approved: bool = True,
    measures: tuple[str, ...] = (),
    **fields: Any,
) -> Revision:
    """A handed-in entry, approved unless said otherwise."""
    fields.setdefault("kind", EntryKind.REPORT)
    fields.setdefault("done", f"Das geschah mit {one.number} bis {cycle.period_until.year}.")
    update = StatusUpdate.objects.filter(cycle=cycle, recommendation=one).first() or run(cycle, one, office)
    made = Revision.objects.create(
        update=update,
        number=update.revisions.count() + 1,
        implementation_status=status,
        office_label=office.label,
        submitted_at=NOW,
        **fields,
    )
    for position, title in enumerate(measures):
        Measure.objects.create(revision=made, position=position, title=title, status=status, responsible=office.label)
    update.submitted = made
    update.state = UpdateState.APPROVED if approved else UpdateState.IN_REVIEW
    if approved:
        update.approved = made
        update.approved_at = update.cycle.closed_at or NOW
    update.save()
    return made
