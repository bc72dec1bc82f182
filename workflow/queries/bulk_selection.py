"""Which runs an action on many is about: marked one by one, whole columns, or everything that the board found."""

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import QueryDict

from offices.access import Desk
from workflow.models import BulkKind, ReportingCycle
from workflow.queries import board_cycles, board_selection
from workflow.queries.board_filters import COLUMNS, BoardFilters

KINDS = {
    "erinnern": BulkKind.REMIND,
    "verlaengern": BulkKind.EXTEND,
    "uebertragen": BulkKind.REASSIGN,
    "freigeben": BulkKind.APPROVE,
}
"""What the actions are called in addresses and forms."""

NAMES = {kind: name for name, kind in KINDS.items()}
MOST_RUNS = 10_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which action on which runs: those marked one by one, whole columns, or everything that was found.

    ``frozen`` are the runs of a summary, with the version that it showed; with it, nothing else counts.
    """

    kind: BulkKind
    filters: BoardFilters
    runs: list[int] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    everything: bool = False
    frozen: dict[int, int] = field(default_factory=dict)


def read(data: QueryDict) -> Wanted | None:
    """Return what was asked for, or ``None`` without a known action; nonsense in the selection counts as not given."""
    kind = KINDS.get(data.get("aktion", ""))
    return None if kind is None else wanted(data, kind)


def wanted(data: QueryDict, kind: BulkKind) -> Wanted:
    """Return the runs that were asked for with an action that has pages of its own."""
    return Wanted(
        kind=kind,
        filters=filters_of(data),
        runs=[pk for one in data.getlist("run")[:MOST_RUNS] if (pk := _number(one))],
        columns=[one for one in data.getlist("spalte") if one in COLUMNS],
        everything=data.get("alle") == "1",
        frozen=_frozen(data.get("vorgaenge", "")),
    )


def filters_of(data: Mapping[str, str]) -> BoardFilters:
    """Return the selection of the board from which somebody came."""
    return BoardFilters.read(QueryDict(data.get("auswahl", "").removeprefix("?")[:2_000]))


def cycle_of(filters: BoardFilters) -> ReportingCycle | None:
    """Return the cycle that the board shows under these filters."""
    cycles = list(ReportingCycle.objects.order_by("-period_until", "-pk"))
    return board_cycles.chosen(cycles, filters.cycle)


def token_of(data: Mapping[str, str]) -> uuid.UUID | None:
    """Return the token of the summary that was confirmed."""
    try:
        return uuid.UUID(data.get("token", ""))
    except ValueError:
        return None


def freeze(revisions: Mapping[int, int]) -> str:
    """Return runs and versions in one field: thousands of fields would be too many for a form."""
    return ",".join(f"{pk}:{number}" for pk, number in revisions.items())


def _frozen(text: str) -> dict[int, int]:
    found = {}
    for one in text.split(",")[:MOST_RUNS]:
        pk, _colon, number = one.partition(":")
        if _number(pk):
            found[_number(pk)] = min(_number(number), 32_767)
    return found


def _number(text: str) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 - fits every database


def chosen(asked: Wanted, cycle: ReportingCycle | None, desk: Desk, today: datetime.date) -> list[int]:
    """Return the keys of the runs that were marked, in columns that were, or all that the board found."""
    if asked.frozen:
        return list(asked.frozen)
    found = dict.fromkeys(asked.runs)
    if cycle is not None and (asked.everything or asked.columns):
        selected = board_selection.selected(cycle, asked.filters, today, desk.person)
        if not asked.everything:
            selected = selected.filter(state__in=asked.columns)
        found |= dict.fromkeys(selected.order_by("pk").values_list("pk", flat=True))
    return list(found)
