"""The board: where every run of a cycle stands, as columns of cards, table or timeline.

Whatever the size of the cycle, it costs a constant number of queries, and only the cards that are shown are read.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import F, Q, QuerySet, Window
from django.db.models.expressions import RawSQL
from django.db.models.functions import RowNumber
from django.utils import timezone

from concept.models import ActionField, Goal
from offices.access import Desk
from offices.models import Person
from workflow import thread
from workflow.models import ReportingCycle, StatusUpdate
from workflow.queries import board_cycles, board_figures, board_late, board_waiting, saved_views
from workflow.queries.board_cards import Card, cards_of
from workflow.queries.board_chips import Chip, chips_of
from workflow.queries.board_columns import Column, Lane, columns_of, lanes_of
from workflow.queries.board_figures import Figures, OfficeName
from workflow.queries.board_filters import (
    COLUMNS,
    DUE,
    LANES,
    ONLY,
    OUTLOOKS,
    PAGED,
    SORTS,
    VIEWS,
    BoardFilters,
)
from workflow.queries.board_late import LateOffice
from workflow.queries.board_ready import Ready, ready
from workflow.queries.board_selection import ORDER, selected
from workflow.queries.board_timeline import Timeline, timeline_of
from workflow.queries.board_waiting import Waiting
from workflow.queries.counts import Counts
from workflow.queries.saved_views import NamedView
from workflow.thread import Due

CARDS_PER_COLUMN = 25
CARDS_PER_LANE = 4
ROWS_PER_PAGE = 100
LATE_OFFICES = 5

_SOME_STATE = "\x1f"
"""Stands for a state while a statement is built; no other value of a selection equals it."""

Option = tuple[str, str, bool]
"""An option of a filter: value, label, whether it is chosen."""


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that the page shows. ``cycle`` is empty while there is none.

    With ``selectable`` every card has a box to mark it (form ``sammel``). ``counts`` are the person's own open work,
    if it came along; else ``None``. ``stamp`` changes whenever anything about a run has changed that leaves a trace in
    its history, and with the day.
    """

    cycle: ReportingCycle | None
    filters: BoardFilters
    figures: Figures = field(default_factory=Figures)
    shown: int = 0
    columns: list[Column] = field(default_factory=list)
    lanes: list[Lane] = field(default_factory=list)
    rows: list[Card] = field(default_factory=list)
    timeline: Timeline | None = None
    due: Due | None = None
    waiting: list[Waiting] = field(default_factory=list)
    late_offices: list[LateOffice] = field(default_factory=list)
    offices: list[OfficeName] = field(default_factory=list)
    forecast: str = ""
    cycles: list[ReportingCycle] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    chips: list[Chip] = field(default_factory=list)
    named: list[NamedView] = field(default_factory=list)
    counts: Counts | None = None
    now: datetime.datetime | None = None
    selectable: bool = False
    stamp: str = ""

    @property
    def legend(self) -> tuple[str, ...]:
        return thread.STATUS_ORDER

    @property
    def query(self) -> str:
        """The part of the address that tells the selection, with the view and without a page."""
        return self.filters.query(column="")

    @property
    def only_address(self) -> str:
        """The board of the whole cycle, to which ``nur=`` is added."""
        start = BoardFilters(cycle=self.filters.cycle, view=self.filters.view, sort=self.filters.sort).address()
        return f"{start}&" if start != "?" else start

    @property
    def all_address(self) -> str:
        return self.filters.everything

    @property
    def fields(self) -> list[ActionField]:
        return list({goal.field_id: goal.field for goal in self.goals}.values())

    @property
    def field_goals(self) -> list[Goal]:
        """The goals from which one can choose: those of the chosen field, or all."""
        return [one for one in self.goals if self.filters.field in (0, one.field_id)]

    @property
    def late(self) -> list[LateOffice]:
        """The offices with the most overdue tasks."""
        return self.late_offices[:LATE_OFFICES]

    @property
    def late_kinds(self) -> list[tuple[int, str]]:
        """How many of what is overdue, the status updates first."""
        return board_late.late_kinds(self.figures.overdue, self.late_offices)

    @property
    def more_late(self) -> list[LateOffice]:
        """The further offices with overdue tasks."""
        return self.late_offices[LATE_OFFICES:]

    @property
    def previous_page(self) -> str:
        """The address of the page before this one; empty on the first."""
        return self.filters.address(page=self.filters.page - 1) if self.filters.page > 1 else ""

    @property
    def next_page(self) -> str:
        """The address of the next page; empty on the last."""
        more = self.shown > self.filters.page * ROWS_PER_PAGE
        return self.filters.address(page=self.filters.page + 1) if more else ""

    @property
    def is_paged(self) -> bool:
        return self.filters.view in PAGED

    @property
    def has_lanes(self) -> bool:
        return self.filters.view in LANES

    @property
    def sorts(self) -> list[Option]:
        return [(sort, str(label), sort == self.filters.sort) for sort, label in SORTS.items()]

    @property
    def states(self) -> list[Option]:
        """The states in which runs of the cycle are, or may be."""
        return [(column.state, column.label, column.state == self.filters.state) for column in self.columns]

    @property
    def windows(self) -> list[Option]:
        return [(one, str(label), one == self.filters.due) for one, label in DUE.items()]

    @property
    def outlooks(self) -> list[Option]:
        return [(one, str(label), one == self.filters.outlook) for one, label in OUTLOOKS.items()]

    @property
    def waits(self) -> list[Option]:
        return [(one, str(label), one == self.filters.only) for one, label in ONLY.items()]

    @property
    def views(self) -> list[tuple[str, str, bool]]:
        """The ways to look at the board: label, address, whether it is this one."""
        return [
            (str(label), self.filters.address(view=view, all=""), view == self.filters.view)
            for view, label in VIEWS.items()
        ]


def board(
    cycle: ReportingCycle | None,
    filters: BoardFilters,
    today: datetime.date,
    *,
    desk: Desk | None = None,
    now: datetime.datetime | None = None,
) -> Board:
    """Return the board of ``cycle`` (``None``: the one that ``filters`` names, or else the newest that runs).

    Eight queries whatever the number of runs, and one more under a filter; two while nothing has changed since the same
    was shown here (``board_ready``). An unknown cycle in the filters counts as none named.
    ``desk`` is of the person who looks; without it nothing is theirs.
    """
    now = now or timezone.make_aware(datetime.datetime.combine(today, datetime.time(12)))
    cycles = board_cycles.cycles(filters.cycle)
    cycle = cycle or board_cycles.chosen(cycles, filters.cycle)
    if cycle is None:
        return Board(None, filters)
    person = desk.person if desk else None
    runs = StatusUpdate.objects.filter(cycle=cycle)

    def read() -> Ready:
        figures, selection = board_figures.figures_of(runs, today)
        updates = selected(cycle, filters, today, person)
        if filters.narrows or filters.view == "felder":
            lane = "recommendation__goal__field" if filters.view == "felder" else "lead_office"
            selection = board_figures.selection_of(updates, lane, today)
        cards = cards_of(_shown(updates, filters), cycle, cycles, today, filters.words)
        work = board_waiting.work_of(cycle, cycles, today)
        background = board_waiting.background_of(cycle, cycles, work, desk, now)
        return Ready(figures, selection, cards, _goals(cycle), work, background)

    stamp = board_cycles.stamp_of(cycle, today)
    found, was_kept = ready(cycle, len(cycles), filters, stamp, read, with_desk=desk is not None)
    figures, selection = found.figures, found.selection
    cards, goals, work, background = found.cards, found.goals, found.work, found.background
    if was_kept and desk is not None:
        background = board_waiting.for_desk(background, cycle, cycles, work, desk)
    columns = columns_of(cycle, filters, selection.totals, cards)
    offices = board_late.offices_of(work.contributing, figures)
    return Board(
        cycle=cycle,
        filters=filters,
        figures=figures,
        shown=selection.total,
        columns=columns,
        lanes=lanes_of(filters, _lane_names(filters, goals, figures), columns, cards, selection.lanes),
        rows=cards if filters.view == "tabelle" else [],
        timeline=timeline_of(cycle, cards, today) if filters.view == "zeitleiste" else None,
        due=thread.due(cycle.due_on, today) if not cycle.is_closed else None,
        waiting=board_waiting.waiting_of(work, background, figures, today),
        late_offices=board_late.late_of(work.by_office, work.names, today),
        offices=offices,
        forecast=board_waiting.forecast(cycle, figures, background.pace, today)
        if cycle.is_open and figures.total
        else "",
        cycles=cycles,
        goals=goals,
        chips=chips_of(filters, goals, offices),
        named=saved_views.named(person) if person else [],
        counts=background.counts,
        selectable=desk is not None and desk.is_coordinator,
        now=now,
        stamp=stamp,
    )


def _goals(cycle: ReportingCycle) -> list[Goal]:
    return list(
        Goal.objects.filter(field__edition=cycle.edition_id)
        .select_related("field")
        .order_by("field__position", "field__number", "position", "number")
    )


def stamp(filters: BoardFilters, today: datetime.date) -> str:
    """Return the stamp of the board that ``filters`` name (``Board.stamp``), empty without a cycle; 1 or 2 queries."""
    cycle = board_cycles.chosen(board_cycles.cycles(filters.cycle), filters.cycle)
    return board_cycles.stamp_of(cycle, today) if cycle else ""


def selection(
    filters: BoardFilters, today: datetime.date, person: Person | None
) -> tuple[ReportingCycle | None, QuerySet[StatusUpdate]]:
    """Return the cycle that ``filters`` name and the runs that they ask for, in the board's order; one query."""
    cycle = board_cycles.chosen(board_cycles.cycles(filters.cycle), filters.cycle)
    if cycle is None:
        return None, StatusUpdate.objects.none()
    return cycle, selected(cycle, filters, today, person).order_by(*ORDER[filters.sort])


def _lane_names(filters: BoardFilters, goals: Sequence[Goal], figures: Figures) -> list[tuple[int, str]]:
    if filters.view == "felder":
        return list({goal.field_id: str(goal.field) for goal in goals}.items())
    return [(one.pk, one.label) for one in figures.offices] if filters.view == "aemter" else []


def _shown(updates: QuerySet[StatusUpdate], filters: BoardFilters) -> QuerySet[StatusUpdate]:
    """Only what is shown is read: the first of each column, or all of one column if asked for."""
    order = ORDER[filters.sort]
    if filters.view in PAGED:
        start = (filters.page - 1) * ROWS_PER_PAGE
        return updates.order_by(*order)[start : start + ROWS_PER_PAGE]
    if filters.view in LANES:
        lane = F("recommendation__goal__field") if filters.view == "felder" else F("lead_office")
        place = Window(RowNumber(), partition_by=[F("state"), lane], order_by=[F(name).asc() for name in order])
        first = updates.annotate(place=place).filter(place__lte=CARDS_PER_LANE).values("pk")
        return StatusUpdate.objects.filter(pk__in=first).order_by(*order)
    return StatusUpdate.objects.filter(_first_of_columns(updates, filters)).order_by(*order)


def _first_of_columns(updates: QuerySet[StatusUpdate], filters: BoardFilters) -> Q:
    """The first of each column: a slice per state, each of which an index serves without reading the rest.

    A window over all runs says the same and takes twenty times as long; as eight subqueries of the mapper, building the
    statement would cost what the database saves. So one slice is built, and repeated for each state.
    """
    one = updates.filter(state=_SOME_STATE).order_by(*ORDER[filters.sort]).values("pk")[:CARDS_PER_COLUMN]
    sql, given = one.query.sql_with_params()
    states = [state for state in COLUMNS if state != filters.all]
    each = " UNION ALL ".join([f"SELECT * FROM ({sql}) AS one"] * len(states))  # noqa: S608 - made by the mapper above
    values = [state if value == _SOME_STATE else value for state in states for value in given]
    shown = Q(pk__in=RawSQL(each, values))  # noqa: S611 - values stay parameters
    return shown | Q(pk__in=updates.filter(state=filters.all).values("pk")) if filters.all else shown
