"""The columns of the board, and its lanes by field of action or by office."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from workflow.models import OPEN_STATES, ReportingCycle, UpdateState
from workflow.queries.board_cards import Card
from workflow.queries.board_filters import COLUMNS, LANES, BoardFilters


@dataclass(frozen=True, slots=True)
class Column:
    """A state with its cards: at most ``CARDS_PER_COLUMN`` of ``total``, unless all were asked for."""

    state: str
    label: str
    total: int
    cards: list[Card]
    address: str = ""
    show_all: str = ""
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Lane:
    """A field of action or an office with its cards by column. ``address`` shows it alone, in columns."""

    key: int
    name: str
    total: int
    late: int
    columns: list[Column]
    address: str


_ON_A_PHONE = (
    UpdateState.IN_REVIEW,
    UpdateState.RETURNED,
    UpdateState.SIGNING,
    UpdateState.DRAFTING,
    UpdateState.REQUESTED,
    UpdateState.APPROVED,
    UpdateState.MISSING,
    UpdateState.CANCELLED,
)
"""A narrow screen shows one column: the first of these that is not empty."""


def columns_of(
    cycle: ReportingCycle, filters: BoardFilters, totals: Mapping[str, int], cards: Sequence[Card]
) -> list[Column]:
    """Return the columns that the cycle has, in the order of the work, with the ``cards`` that are shown."""
    # What is over has two outcomes; what runs has every state on the way, signing only if the cycle asks for it.
    over = (UpdateState.APPROVED, UpdateState.MISSING)
    signs = cycle.sign_off or cycle.co_sign
    way = [state for state in OPEN_STATES if signs or state != UpdateState.SIGNING]
    expected = over if cycle.is_closed else (*way, UpdateState.APPROVED)
    states = [state for state in COLUMNS if state in expected or totals.get(state)]
    first = next((state for state in _ON_A_PHONE if totals.get(state)), states[0])
    by_state: dict[str, list[Card]] = defaultdict(list)
    for card in cards:
        by_state[card.state].append(card)
    return [
        Column(
            state=state,
            label=str(COLUMNS[state]),
            total=totals.get(state, 0),
            cards=by_state[state],
            address=filters.address(column=state) if filters.view in LANES else f"#{state}",
            show_all=f"{filters.address(all=state)}#{state}" if len(by_state[state]) < totals.get(state, 0) else "",
            is_current=state == (filters.column or filters.all or first),
        )
        for state in states
    ]


def lanes_of(
    filters: BoardFilters,
    names: Iterable[tuple[int, str]],
    columns: Sequence[Column],
    cards: Sequence[Card],
    counts: Mapping[tuple[int, str], tuple[int, int]],
) -> list[Lane]:
    """Return a lane for each of ``names`` (key, name) that has runs.

    ``counts`` are (key, state) → how many, and how many are overdue; keys are those of fields or of offices, as the
    view asks.
    """
    by_field = filters.view == "felder"
    by_place: dict[tuple[int, str], list[Card]] = defaultdict(list)
    for card in cards:
        by_place[card.field_id if by_field else card.office_id, card.state].append(card)
    lanes = []
    for key, name in names:
        own = [counts.get((key, column.state), (0, 0)) for column in columns]
        if total := sum(number for number, _late in own):
            alone = {"field" if by_field else "office": key, "view": "spalten"}
            shown = [
                replace(
                    column,
                    total=number,
                    cards=by_place[key, column.state],
                    show_all=f"{filters.address(**alone, all=column.state)}#{column.state}"
                    if len(by_place[key, column.state]) < number
                    else "",
                )
                for column, (number, _late) in zip(columns, own, strict=True)
            ]
            late = sum(late for _number, late in own)
            lanes.append(Lane(key, name, total, late, shown, filters.address(**alone, all="")))
    return lanes
