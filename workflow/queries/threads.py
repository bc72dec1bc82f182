"""Threads of the years as the working group sees them; visitors' come from ``workflow.published``."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from workflow import thread
from workflow.models import HANDED_IN_STATES, CycleState, ReportingCycle, StatusUpdate
from workflow.thread import ThreadStep


@dataclass(frozen=True, slots=True)
class _Period:
    cycle_id: int
    label: str
    closed: bool


def staff_threads(recommendation_ids: Iterable[int], *, approved_only: bool = False) -> dict[int, list[ThreadStep]]:
    """Return recommendation id → its thread; two queries however many there are.

    The running period shows the reported status from its hand-over on, before that the dot. With ``approved_only``
    a status shows once it is approved: for those who may not read what is still in review.
    """
    ids = list(recommendation_ids)
    statuses: dict[int, dict[int, str]] = defaultdict(dict)
    edition_of: dict[int, int] = {}
    rows = StatusUpdate.objects.filter(recommendation__in=ids).values_list(
        "recommendation_id",
        "recommendation__edition_id",
        "cycle_id",
        "state",
        "submitted__implementation_status",
        "approved__implementation_status",
    )
    for recommendation, edition, cycle, state, submitted, approved in rows:
        edition_of[recommendation] = edition
        handed_in = submitted if state in HANDED_IN_STATES and not approved_only else None
        if status := approved or handed_in:
            statuses[recommendation][cycle] = status
    periods = _periods(set(edition_of.values()))
    return {
        recommendation: _steps(periods[edition], statuses[recommendation])
        for recommendation, edition in edition_of.items()
    }


def _periods(edition_ids: set[int]) -> dict[int, list[_Period]]:
    found: dict[int, list[_Period]] = defaultdict(list)
    cycles = ReportingCycle.objects.filter(edition__in=edition_ids).exclude(state=CycleState.PLANNED)
    for cycle in cycles.order_by("period_until", "pk"):
        found[cycle.edition_id].append(_Period(cycle.pk, cycle.period_label, cycle.is_closed))
    return found


def _steps(periods: list[_Period], statuses: dict[int, str]) -> list[ThreadStep]:
    running = {period.cycle_id: thread.OPEN for period in periods if not period.closed}
    return thread.thread_steps(periods, {**running, **statuses})


def last_known(steps: Iterable[ThreadStep]) -> str:
    """Return the last status that somebody reported, or an empty string."""
    return next((step.status for step in reversed(list(steps)) if not step.is_loose), "")
