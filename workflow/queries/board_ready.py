"""What the board need not read again: its cards and what stands beside them, kept while nothing has changed.

Coordinators live on the board and look at the same selection over and over. A stamp is read each time; it changes with
every event of the cycle's runs, and what was read under a stamp is kept in this process for a minute at most. What
leaves no trace in these runs' history (a goal's wording, a correction in an earlier period) shows by then.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.cache import caches
from django.utils.translation import get_language

from concept.models import Goal
from workflow.digest import digest_of
from workflow.models import ReportingCycle
from workflow.queries.board_cards import Card
from workflow.queries.board_figures import Figures, Selection
from workflow.queries.board_filters import BoardFilters
from workflow.queries.board_waiting import Background, Work

KEPT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Ready:
    """The figures, the cards that are shown, the goals to filter for, and the open work by step and office."""

    figures: Figures
    selection: Selection
    cards: list[Card]
    goals: list[Goal]
    work: Work
    background: Background
    """Its counts are those of whoever looked first; ``board_waiting.for_desk`` puts others in their place."""


def ready(
    cycle: ReportingCycle,
    cycles: int,
    filters: BoardFilters,
    stamp: str,
    build: Callable[[], Ready],
    *,
    with_desk: bool,
) -> tuple[Ready, bool]:
    """Return what ``build`` reads, or has read for the same stamp, cycle, selection and language; whether it was kept.

    A selection that depends on the person who looks is never kept.
    """
    if filters.mine:
        return build(), False
    kept_here = caches["process"]
    key = "board:" + digest_of(
        {
            "stamp": stamp,
            "cycle": [cycle.pk, cycle.state, str(cycle.due_on), str(cycle.publish_on), cycles],
            "selection": filters.address(page=filters.page),
            "language": get_language(),
            "with_desk": with_desk,
        }
    )
    kept: Ready | None = kept_here.get(key)
    if kept is not None:
        return kept, True
    built = build()
    kept_here.set(key, built, KEPT_SECONDS)
    return built, False
