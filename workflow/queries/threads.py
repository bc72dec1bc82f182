"""Threads of the years as the working group sees them; visitors' come from ``workflow.published``."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import FilteredRelation, Q

from concept.models import Recommendation
from workflow import thread
from workflow.models import HANDED_IN_STATES, CycleState, ReportingCycle, UpdateState
from workflow.models.cycles import period_label
from workflow.thread import ThreadStep


@dataclass(frozen=True, slots=True)
class _Period:
    cycle_id: int
    label: str
    closed: bool


def staff_threads(recommendation_ids: Iterable[int], *, approved_only: bool = False) -> dict[int, list[ThreadStep]]:
    """Return recommendation id → its thread; one query however many there are.

    The running period shows the reported status from its hand-over on, before that the dot. With ``approved_only``
    a status shows once it is approved: for those who may not read what is still in review.
    """
    statuses: dict[int, dict[int, str]] = defaultdict(dict)
    edition_of: dict[int, int] = {}
    periods: dict[int, dict[int, _Period]] = defaultdict(dict)
    for row in _runs_and_periods(set(recommendation_ids)):
        cycle, edition, begin, end, cycle_state, recommendation, state, submitted, approved = row
        if cycle not in periods[edition]:
            label = period_label(begin, end)
            periods[edition][cycle] = _Period(cycle, label, cycle_state == CycleState.CLOSED)
        if recommendation is None:
            continue
        edition_of[recommendation] = edition
        if state == UpdateState.CANCELLED and not approved:
            statuses[recommendation][cycle] = thread.LEFT_OUT
            continue
        handed_in = submitted if state in HANDED_IN_STATES and not approved_only else None
        if status := approved or handed_in:
            statuses[recommendation][cycle] = status
    return {
        recommendation: _steps(list(periods[edition].values()), statuses[recommendation])
        for recommendation, edition in edition_of.items()
    }


def _runs_and_periods(ids: Collection[int]) -> Iterable[tuple[Any, ...]]:
    """Return the runs of the recommendations, oldest period first; a period without any has one row of its own."""
    if not ids:
        return []
    editions = Recommendation.objects.filter(pk__in=ids).values("edition")
    return (
        ReportingCycle.objects.filter(edition__in=editions)
        .exclude(state=CycleState.PLANNED)
        .annotate(run=FilteredRelation("updates", condition=Q(updates__recommendation__in=ids)))
        .order_by("period_until", "pk")
        .values_list(
            "pk",
            "edition_id",
            "period_from",
            "period_until",
            "state",
            "run__recommendation_id",
            "run__state",
            "run__submitted__implementation_status",
            "run__approved__implementation_status",
        )
    )


def _steps(periods: list[_Period], statuses: dict[int, str]) -> list[ThreadStep]:
    running = {period.cycle_id: thread.OPEN for period in periods if not period.closed}
    return thread.thread_steps(periods, {**running, **statuses})


def last_known(steps: Iterable[ThreadStep]) -> str:
    """Return the last status that somebody reported, or an empty string."""
    return next((step.status for step in reversed(list(steps)) if not step.is_loose), "")
