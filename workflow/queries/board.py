"""The board: where every run of a cycle stands, as columns of cards.

Whatever the size of the cycle, it costs a constant number of queries, and only the cards that are shown are read.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext as _

from concept.models import ActionField
from offices.models import Office
from workflow import thread
from workflow.models import (
    HANDED_IN_STATES,
    WRITING_STATES,
    CycleState,
    ReportingCycle,
    StatusUpdate,
    UpdateState,
)
from workflow.queries.board_cards import LONG_WAIT_DAYS, Card, cards_of
from workflow.queries.board_columns import Column, Lane, columns_of, lanes_of
from workflow.queries.board_filters import ONLY, SORTS, VIEWS, BoardFilters
from workflow.thread import Due

CARDS_PER_COLUMN = 25
CARDS_PER_LANE = 4
ROWS_PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Figures:
    """The key figures of the cycle, whatever the filters."""

    total: int = 0
    handed_in: int = 0
    overdue: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Chip:
    """An active filter: what it says, and the address without it."""

    label: str
    without: str


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that the page shows. ``cycle`` is empty while there is none.

    With ``selectable`` every card has a box to mark it (form ``sammel``).
    """

    cycle: ReportingCycle | None
    filters: BoardFilters
    figures: Figures = field(default_factory=Figures)
    shown: int = 0
    columns: list[Column] = field(default_factory=list)
    lanes: list[Lane] = field(default_factory=list)
    rows: list[Card] = field(default_factory=list)
    due: Due | None = None
    cycles: list[ReportingCycle] = field(default_factory=list)
    fields: list[ActionField] = field(default_factory=list)
    offices: list[Office] = field(default_factory=list)
    chips: list[Chip] = field(default_factory=list)
    selectable: bool = False

    @property
    def legend(self) -> tuple[str, ...]:
        return thread.STATUS_ORDER

    @property
    def handed_in_address(self) -> str:
        return self.filters.address(only="abgegeben", all="")

    @property
    def overdue_address(self) -> str:
        return self.filters.address(only="ueberfaellig", all="")

    @property
    def waiting_address(self) -> str:
        return self.filters.address(only="wartet", all="")

    @property
    def all_address(self) -> str:
        """The board without any filter."""
        return self.filters.address(field=0, office=0, q="", only="", all="")

    @property
    def lane_address(self) -> str:
        """The board in columns, to which field and column are added."""
        return self.filters.address(view="spalten", cycle=self.cycle.pk if self.cycle else 0, field=0, all="")

    @property
    def previous_page(self) -> str:
        """The address of the table's page before this one; empty on the first."""
        return self.filters.address(page=self.filters.page - 1) if self.filters.page > 1 else ""

    @property
    def next_page(self) -> str:
        """The address of the table's next page; empty on the last."""
        return (
            self.filters.address(page=self.filters.page + 1) if self.shown > self.filters.page * ROWS_PER_PAGE else ""
        )

    @property
    def sorts(self) -> list[tuple[str, str, bool]]:
        """The orders within a column: name, label, whether it is this one."""
        return [(sort, str(label), sort == self.filters.sort) for sort, label in SORTS.items()]

    @property
    def views(self) -> list[tuple[str, str, bool]]:
        """The ways to look at the board: label, address, whether it is this one."""
        return [
            (str(label), self.filters.address(view=view, all=""), view == self.filters.view)
            for view, label in VIEWS.items()
        ]


def board(cycle: ReportingCycle | None, filters: BoardFilters, today: datetime.date) -> Board:
    """Return the board of ``cycle`` (``None``: the one that ``filters`` names, or else the newest that runs).

    At most eight queries, whatever the number of runs. An unknown cycle in the filters counts as none named.
    """
    cycles = list(ReportingCycle.objects.select_related("edition").order_by("-period_until", "-pk"))
    cycle = cycle or _chosen(cycles, filters.cycle)
    if cycle is None:
        return Board(None, filters)
    updates = StatusUpdate.objects.filter(cycle=cycle)
    figures, per_state = _figures(updates, today)
    narrowed = _narrowed(updates, filters, today)
    totals = _totals(narrowed) if filters.narrows else per_state
    cards = cards_of(_shown(narrowed, filters), cycle, cycles, today)
    columns = columns_of(cycle, filters, totals, cards)
    action_fields = list(ActionField.objects.filter(edition=cycle.edition_id).order_by("position", "number"))
    led = StatusUpdate.objects.filter(cycle=cycle, lead_office=OuterRef("pk"))
    offices = list(Office.objects.filter(Exists(led)).order_by("number", "name"))
    return Board(
        cycle=cycle,
        filters=filters,
        figures=figures,
        shown=sum(totals.values()),
        columns=columns,
        lanes=lanes_of(action_fields, columns, cards, _per_field(narrowed, today)) if filters.view == "felder" else [],
        rows=cards if filters.view == "tabelle" else [],
        due=thread.due(cycle.due_on, today) if not cycle.is_closed else None,
        cycles=cycles,
        fields=action_fields,
        offices=offices,
        chips=_chips(filters, action_fields, offices),
    )


def _chosen(cycles: Sequence[ReportingCycle], wanted: int) -> ReportingCycle | None:
    """The cycle that was asked for; else the newest that runs, the newest that ran, or any."""
    named = next((one for one in cycles if one.pk == wanted), None)
    running = next((one for one in cycles if one.state in (CycleState.OPEN, CycleState.OPENING)), None)
    ran = next((one for one in cycles if one.is_closed), None)
    return named or running or ran or next(iter(cycles), None)


# --- Figures --------------------------------------------------------------------------------------------------------


def _overdue(today: datetime.date) -> Q:
    return Q(state__in=WRITING_STATES, due_on__lt=today)


def _long_waiting(today: datetime.date) -> Q:
    # Handed in on a day more than a week ago, whatever the hour.
    first_day = today - datetime.timedelta(days=LONG_WAIT_DAYS)
    midnight = timezone.make_aware(datetime.datetime.combine(first_day, datetime.time.min))
    return Q(state=UpdateState.IN_REVIEW, state_since__lt=midnight)


def _figures(updates: QuerySet[StatusUpdate], today: datetime.date) -> tuple[Figures, dict[str, int]]:
    rows = (
        updates.order_by()
        .values_list("state")
        .annotate(
            total=Count("pk"),
            overdue=Count("pk", filter=_overdue(today)),
            waiting=Count("pk", filter=_long_waiting(today)),
        )
    )
    totals: dict[str, int] = {}
    overdue = waiting = 0
    for state, total, late, long in rows:
        totals[state] = total
        overdue += late
        waiting += long
    handed_in = sum(totals.get(state, 0) for state in HANDED_IN_STATES)
    return Figures(sum(totals.values()), handed_in, overdue, waiting), totals


def _per_field(updates: QuerySet[StatusUpdate], today: datetime.date) -> dict[tuple[int, str], tuple[int, int]]:
    """Return (field, state) → how many runs, and how many of them are overdue."""
    rows = (
        updates.order_by()
        .values_list("recommendation__goal__field", "state")
        .annotate(total=Count("pk"), late=Count("pk", filter=_overdue(today)))
    )
    return {(field_id, state): (total, late) for field_id, state, total, late in rows}


def _totals(updates: QuerySet[StatusUpdate]) -> dict[str, int]:
    return dict(updates.order_by().values_list("state").annotate(total=Count("pk")))


def _narrowed(updates: QuerySet[StatusUpdate], filters: BoardFilters, today: datetime.date) -> QuerySet[StatusUpdate]:
    if filters.field:
        updates = updates.filter(recommendation__goal__field=filters.field)
    if filters.office:
        updates = updates.filter(lead_office=filters.office)
    if filters.only == "abgegeben":
        updates = updates.filter(state__in=HANDED_IN_STATES)
    elif filters.only == "ueberfaellig":
        updates = updates.filter(_overdue(today))
    elif filters.only == "wartet":
        updates = updates.filter(_long_waiting(today))
    return updates.filter(_matches(filters.q)) if filters.q else updates


def _matches(text: str) -> Q:
    found = Q()
    # SQLite folds only ASCII: "ämter" would not find "Ämter".
    for one in {text, text.lower(), text.upper(), text[:1].upper() + text[1:]}:
        found |= Q(recommendation__title__icontains=one) | Q(lead_office_label__icontains=one)
    return found | Q(recommendation__number__icontains=text)


# --- Cards ----------------------------------------------------------------------------------------------------------

# Runs are created in printed order, so their keys keep it: no join is needed to sort thousands by deadline.
# Among equal deadlines the longest waiting comes first.
_ORDER = {
    "frist": ("due_on", "state_since", "pk"),
    "nummer": ("recommendation__position", "recommendation__number", "pk"),
}


def _shown(updates: QuerySet[StatusUpdate], filters: BoardFilters) -> QuerySet[StatusUpdate]:
    """Only what is shown is read: the first of each column, or all of one column if asked for."""
    order = _ORDER[filters.sort]
    if filters.view == "tabelle":
        start = (filters.page - 1) * ROWS_PER_PAGE
        return updates.order_by(*order)[start : start + ROWS_PER_PAGE]
    by_field = filters.view == "felder"
    partition = [F("state"), F("recommendation__goal__field")] if by_field else [F("state")]
    place = Window(RowNumber(), partition_by=partition, order_by=[F(name).asc() for name in order])
    wanted = Q(place__lte=CARDS_PER_LANE if by_field else CARDS_PER_COLUMN)
    if filters.all and not by_field:
        wanted |= Q(state=filters.all)
    chosen = updates.annotate(place=place).filter(wanted).values("pk")
    return StatusUpdate.objects.filter(pk__in=chosen).order_by(*order)


# --- Chips ---------------------------------------------------------------------------------------------------------


def _chips(filters: BoardFilters, action_fields: Sequence[ActionField], offices: Sequence[Office]) -> list[Chip]:
    chips = []
    if filters.only:
        chips.append(Chip(str(ONLY[filters.only]), filters.address(only="")))
    if chosen := next((one for one in action_fields if one.pk == filters.field), None):
        chips.append(Chip(chosen.name, filters.address(field=0)))
    if office := next((one for one in offices if one.pk == filters.office), None):
        chips.append(Chip(office.label, filters.address(office=0)))
    if filters.q:
        chips.append(Chip(_("“%(text)s”") % {"text": filters.q}, filters.address(q="")))
    return chips
