"""Where recommendations stand over the periods: statuses without texts."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone

from workflow import thread
from workflow.models import CycleState, ReportingCycle, StatusUpdate
from workflow.models.cycles import period_label
from workflow.published.visibility import CANCELLED, LEFT_OUT_RUNS, STANDS, in_known, is_known, is_out, is_public


@dataclass(frozen=True, slots=True)
class PublishedPeriod:
    """A reporting period that the public may know of: closed, or with at least one published entry."""

    cycle_id: int
    label: str
    period_from: datetime.date
    period_until: datetime.date
    closed: bool
    due_on: datetime.date
    closed_on: datetime.date | None


def periods(edition_id: int, now: datetime.datetime) -> list[PublishedPeriod]:
    """Return the periods of an edition, oldest first; one query."""
    public_cycles = StatusUpdate.objects.filter(is_public(now), cycle__edition=edition_id).values("cycle")
    cycles = ReportingCycle.objects.filter(Q(pk__in=public_cycles) | is_known(now), edition=edition_id)
    return [_period(values) for values in cycles.order_by("period_until", "pk").values_list(*_CYCLE)]


def statuses(edition_id: int, now: datetime.datetime) -> dict[int, dict[int, str]]:
    """Return recommendation id → cycle id → published status, for threads and units; one query.

    Where the request was cancelled or the entry withdrawn, the status is ``thread.LEFT_OUT``: the period is no gap.
    """
    found: dict[int, dict[int, str]] = defaultdict(dict)
    left_out = StatusUpdate.objects.filter(LEFT_OUT_RUNS, cycle__edition=edition_id)
    for recommendation, cycle in left_out.values_list("recommendation_id", "cycle_id"):
        found[recommendation][cycle] = thread.LEFT_OUT
    rows = StatusUpdate.objects.filter(is_public(now), cycle__edition=edition_id)
    for recommendation, cycle, status in rows.values_list(
        "recommendation_id", "cycle_id", "approved__implementation_status"
    ):
        found[recommendation][cycle] = status
    return dict(found)


def kinds(edition_id: int, now: datetime.datetime) -> dict[int, dict[int, str]]:
    """Return recommendation id → cycle id → kind of the published entry (an ``EntryKind``); one query."""
    found: dict[int, dict[int, str]] = defaultdict(dict)
    rows = StatusUpdate.objects.filter(is_public(now), cycle__edition=edition_id)
    for recommendation, cycle, kind in rows.values_list("recommendation_id", "cycle_id", "approved__kind"):
        found[recommendation][cycle] = kind
    return dict(found)


@dataclass(frozen=True, slots=True)
class PublishedMark:
    """What is public of one run at a glance: its status, or ``thread.LEFT_OUT`` where there is nothing to show.

    ``approved_on`` and ``approved_at`` are empty then; ``withdrawn_on`` says that an entry was taken off the pages.
    """

    run_id: int
    cycle_id: int
    status: str
    approved_on: datetime.date | None = None
    approved_at: datetime.datetime | None = None
    withdrawn_on: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where everything stands: ``periods`` by edition, oldest first, and ``marks`` by recommendation and cycle."""

    periods: dict[int, list[PublishedPeriod]]
    marks: dict[int, dict[int, PublishedMark]]


_MARK = (
    "pk", "recommendation_id", "approved_at", "withdrawn_at", "approved__implementation_status",
    "out", "stands", "cancelled", "known",
)  # fmt: skip


def standing(now: datetime.datetime) -> Standing:
    """Return where all recommendations of all editions stand, without their texts; one query."""
    runs = StatusUpdate.objects.annotate(out=is_out(now), stands=STANDS, cancelled=CANCELLED, known=in_known(now))
    rows: Iterable[tuple[Any, ...]] = (
        runs.filter(Q(out=True) | Q(cancelled=True) | Q(known=True))
        .order_by("cycle__period_until", "cycle", "pk")
        .values_list(*_MARK, "cycle__edition_id", *(f"cycle__{name}" for name in _CYCLE))
    )
    cycles: dict[int, dict[int, PublishedPeriod]] = defaultdict(dict)
    marks: dict[int, dict[int, PublishedMark]] = defaultdict(dict)
    for row in rows:
        pk, recommendation, approved_at, withdrawn_at, status, out, stands, cancelled, known, edition, *period = row
        cycle = period[0]
        shown = out and stands
        if (shown or known) and cycle not in cycles[edition]:
            cycles[edition][cycle] = _period(period)
        if shown:
            day = timezone.localdate(approved_at) if approved_at else period[2]
            marks[recommendation][cycle] = PublishedMark(pk, cycle, status, day, approved_at)
        elif out or cancelled:
            day = timezone.localdate(withdrawn_at) if withdrawn_at else None
            marks[recommendation][cycle] = PublishedMark(pk, cycle, thread.LEFT_OUT, withdrawn_on=day)
    return Standing({edition: list(some.values()) for edition, some in cycles.items()}, dict(marks))


_CYCLE = ("pk", "period_from", "period_until", "state", "due_on", "closed_at")


def _period(values: Sequence[Any]) -> PublishedPeriod:
    """Make a period of a cycle's ``_CYCLE`` columns."""
    cycle, period_from, period_until, state, due_on, closed_at = values
    return PublishedPeriod(
        cycle_id=cycle,
        label=period_label(period_from, period_until),
        period_from=period_from,
        period_until=period_until,
        closed=state == CycleState.CLOSED,
        due_on=due_on,
        closed_on=timezone.localdate(closed_at) if closed_at else None,
    )


@dataclass(frozen=True, slots=True)
class PublishedWithdrawal:
    """That an entry was taken off the public pages, and what visitors read instead."""

    cycle_id: int
    period_label: str
    on: datetime.date
    note: str


def withdrawals(recommendation_id: int, now: datetime.datetime) -> list[PublishedWithdrawal]:
    """Return what stands in the place of a recommendation's withdrawn entries, newest first; one query."""
    rows = StatusUpdate.objects.filter(is_out(now), recommendation=recommendation_id, withdrawn_at__isnull=False)
    return [
        PublishedWithdrawal(
            one.cycle_id, one.cycle.period_label, timezone.localdate(one.withdrawn_at), one.withdrawal_note
        )
        for one in rows.select_related("cycle").order_by("-cycle__period_until")
        if one.withdrawn_at
    ]
