"""The timeline: each run as a bar from the day it was asked to the day it is due, on one axis with today's line.

All positions are in units of the drawing, which is ``WIDTH`` wide; text stays outside of it, in the table's cells.
"""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from workflow.models import WRITING_STATES, ReportingCycle
from workflow.queries.board_cards import Card

WIDTH = 720
MARGIN_DAYS = 3
DAY = datetime.timedelta(days=1)

_Scale = Callable[[datetime.date], int]


@dataclass(frozen=True, slots=True)
class Tick:
    """The first of a month: where it is, and what it is called."""

    x: int
    label: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One run: ``x`` to ``due_x`` is the time it has, ``late_width`` what has gone beyond it until today.

    ``done_x`` is the day on which it was handed in or finished, or ``None``. ``words`` say the same in a sentence.
    """

    card: Card
    x: int
    width: int
    due_x: int
    late_width: int
    done_x: int | None
    words: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """The bars of one page on their axis."""

    ticks: list[Tick]
    today_x: int
    bars: list[Bar]
    width: int = WIDTH


def timeline_of(cycle: ReportingCycle, cards: Sequence[Card], today: datetime.date) -> Timeline:
    """Return the timeline of ``cards``; no query."""
    asked = timezone.localdate(cycle.opened_at) if cycle.opened_at else cycle.opens_on
    days = [asked, today, cycle.due_on, *(card.due_on for card in cards)]
    first, last = min(days) - MARGIN_DAYS * DAY, max(days) + MARGIN_DAYS * DAY
    scale = WIDTH / max(1, (last - first).days)

    def x(day: datetime.date) -> int:
        return round(max(0, (day - first).days) * scale)

    bars = [_bar(card, min(asked, card.due_on), today, x) for card in cards]
    return Timeline(_ticks(first, last, x), x(today), bars)


def _bar(card: Card, asked: datetime.date, today: datetime.date, x: _Scale) -> Bar:
    late = card.state in WRITING_STATES and card.due_on < today
    done = None if card.state in WRITING_STATES else timezone.localdate(card.state_since)
    start, due = x(asked), x(card.due_on)
    known = {"asked": _date(asked), "due": _date(card.due_on), "state": card.state_label, "now": card.due.sentence}
    words = _("asked on %(asked)s, due on %(due)s; %(state)s, %(now)s") % known
    return Bar(card, start, max(4, due - start), due, x(today) - due if late else 0, x(done) if done else None, words)


def _ticks(first: datetime.date, last: datetime.date, x: _Scale) -> list[Tick]:
    """The firsts of the months; of many months, only so many that their names have room."""
    months = []
    month = first.replace(day=1)
    while month <= last:
        if month >= first:
            months.append(month)
        month = (month + 32 * DAY).replace(day=1)
    every = -(-len(months) // 8) if months else 1
    return [Tick(x(month), date_format(month, "M y")) for month in months[::every]]


def _date(day: datetime.date) -> str:
    return date_format(day, "d.m.Y")
