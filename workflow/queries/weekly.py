"""The week of the coordinators: where each running cycle stands, and what has changed since the last summary.

All figures are those of the board.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from offices.access import Desk
from workflow.models import OPEN_STATES, Event, EventKind, ReportingCycle, StatusUpdate
from workflow.queries.board import Board, board
from workflow.queries.board_cycles import RUNNING
from workflow.queries.board_filters import BoardFilters
from workflow.queries.board_selection import overdue
from workflow.queries.quorum import Shortage, shortage_of

TOLD = (
    EventKind.CONTRIBUTED,
    EventKind.SUBMITTED,
    EventKind.WITHDRAWN,
    EventKind.CO_SIGN_OBJECTED,
    EventKind.SIGN_RETURNED,
    EventKind.RETURNED,
    EventKind.APPROVED,
    EventKind.EXTENSION_REQUESTED,
    EventKind.EXTENSION_GRANTED,
    EventKind.REASSIGNED,
    EventKind.CANCELLED,
    EventKind.REOPENED,
    EventKind.CORRECTION_STARTED,
)
"""What a week is told by, in the order of the flow."""


@dataclass(frozen=True, slots=True)
class CycleWeek:
    """A cycle as its board shows it, with what has changed: kind of event in words, and in how many runs.

    ``newly_late`` runs have become overdue since the last summary, and are still. ``shortage`` are those that cannot be
    decided any more, because members of the Arbeitsgruppe have left.
    """

    cycle: ReportingCycle
    board: Board
    changes: list[tuple[str, int]]
    newly_late: int
    shortage: Shortage | None


def running_cycles(opened_until: datetime.datetime) -> list[ReportingCycle]:
    """Return the cycles opened by then that run, and closed ones in which work is open again, newest first; a query."""
    open_runs = StatusUpdate.objects.filter(cycle=OuterRef("pk"), state__in=OPEN_STATES)
    found = ReportingCycle.objects.filter(Q(state__in=RUNNING) | Exists(open_runs), opened_at__lte=opened_until)
    return list(found.select_related("edition").order_by("-period_until", "-pk"))


def weeks(
    cycles: Sequence[ReportingCycle],
    *,
    since: datetime.datetime,
    now: datetime.datetime,
    desk: Desk,
) -> list[CycleWeek]:
    """Return the week of each of ``cycles`` that has runs; a constant number of queries for each.

    ``desk`` is a coordinator's, for whom the board is drawn: its figures are the same for all of them.
    """
    today = timezone.localdate(now)
    found = []
    for cycle in cycles:
        seen = board(cycle, BoardFilters(cycle=cycle.pk), today, desk=desk, now=now)
        if seen.figures.total:
            changes, newly_late = _changes(cycle, since, now), _newly_late(cycle, since, today)
            found.append(CycleWeek(cycle, seen, changes, newly_late, shortage_of(cycle, today)))
    return found


def _changes(cycle: ReportingCycle, since: datetime.datetime, now: datetime.datetime) -> list[tuple[str, int]]:
    events = Event.objects.filter(cycle=cycle, update__isnull=False, kind__in=TOLD, at__gt=since, at__lte=now)
    counted = dict(events.order_by().values_list("kind").annotate(Count("update", distinct=True)))
    return [(str(kind.label), counted[kind]) for kind in TOLD if kind in counted]


def _newly_late(cycle: ReportingCycle, since: datetime.datetime, today: datetime.date) -> int:
    return StatusUpdate.objects.filter(overdue(today), cycle=cycle, due_on__gte=timezone.localdate(since)).count()
