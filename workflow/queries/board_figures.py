"""The figures of a cycle at a glance: how many of how many, what is late, what a selection holds."""

import datetime
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Count, Min, QuerySet

from workflow.models import HANDED_IN_STATES, StatusUpdate, UpdateState
from workflow.queries.board_selection import long_waiting, overdue


class OfficeName(NamedTuple):
    """An office of the cycle, by its name of the time if it leads a run there."""

    pk: int
    label: str


@dataclass(frozen=True, slots=True)
class Figures:
    """The key figures of the cycle, whatever the filters."""

    total: int = 0
    handed_in: int = 0
    approved: int = 0
    cancelled: int = 0
    overdue: int = 0
    waiting: int = 0
    totals: dict[str, int] = field(default_factory=dict)
    since: dict[str, datetime.datetime] = field(default_factory=dict)
    offices: list[OfficeName] = field(default_factory=list)

    @property
    def asked(self) -> int:
        """All from whom a report is expected."""
        return self.total - self.cancelled


@dataclass(frozen=True, slots=True)
class Selection:
    """What a selection holds: by state, and by (lane, state) how many runs and how many of them are overdue."""

    totals: dict[str, int]
    lanes: dict[tuple[int, str], tuple[int, int]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.totals.values())


class _Row(NamedTuple):
    state: str
    office: int
    label: str
    total: int
    late: int
    waiting: int
    since: datetime.datetime


def figures_of(updates: QuerySet[StatusUpdate], today: datetime.date) -> tuple[Figures, Selection]:
    """Return the figures of all runs of a cycle, and the same runs as a selection with lanes by office; one query."""
    late = overdue(today)
    rows = [
        _Row(*row)
        for row in updates.order_by()
        .values_list("state", "lead_office_id", "lead_office_label")
        .annotate(
            total=Count("pk"),
            late=Count("pk", filter=late),
            waiting=Count("pk", filter=long_waiting(today)),
            since=Min("state_since"),
        )
    ]
    totals: dict[str, int] = defaultdict(int)
    lanes: dict[tuple[int, str], tuple[int, int]] = {}
    since: dict[str, datetime.datetime] = {}
    for row in rows:
        totals[row.state] += row.total
        number, overdue_there = lanes.get((row.office, row.state), (0, 0))
        lanes[row.office, row.state] = (number + row.total, overdue_there + row.late)
        since[row.state] = min(row.since, since.get(row.state, row.since))
    figures = Figures(
        total=sum(totals.values()),
        handed_in=sum(totals.get(state, 0) for state in HANDED_IN_STATES),
        approved=totals.get(UpdateState.APPROVED, 0),
        cancelled=totals.get(UpdateState.CANCELLED, 0),
        overdue=sum(row.late for row in rows),
        waiting=sum(row.waiting for row in rows),
        totals=dict(totals),
        since=since,
        offices=in_order({row.office: row.label for row in rows}),
    )
    return figures, Selection(dict(totals), lanes)


def selection_of(updates: QuerySet[StatusUpdate], lane: str, today: datetime.date) -> Selection:
    """Return what ``updates`` hold, with lanes by the column ``lane``; one query."""
    rows = (
        updates.order_by()
        .values_list("state", lane)
        .annotate(total=Count("pk"), late=Count("pk", filter=overdue(today)))
    )
    totals: dict[str, int] = defaultdict(int)
    lanes: dict[tuple[int, str], tuple[int, int]] = {}
    for state, key, total, late in rows:
        totals[state] += total
        lanes[key, state] = (total, late)
    return Selection(dict(totals), lanes)


def in_order(names: Mapping[int, str]) -> list[OfficeName]:
    """Return offices in the order in which people list them: by number, those without one at the end."""
    ordered = sorted(names.items(), key=lambda one: (not one[1][:1].isdigit(), one[1]))
    return [OfficeName(*one) for one in ordered]
