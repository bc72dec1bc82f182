"""The cards of the board: one run each, with its thread and its deadline in words."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workflow import thread
from workflow.models import (
    HANDED_IN_STATES,
    WRITING_STATES,
    CycleState,
    ReportingCycle,
    StatusUpdate,
    UpdateState,
)
from workflow.queries import board_search
from workflow.queries.board_filters import COLUMNS
from workflow.queries.board_selection import LONG_WAIT_DAYS
from workflow.thread import Due, ThreadStep

PERIODS_ON_A_CARD = 6


class Card(NamedTuple):
    """One run as the board shows it; ``last`` says the last status that was reported.

    ``found`` says where the words of a search were found, if the card does not show it. With ``has_approved`` an entry
    of the run was approved, so that an open one is being corrected.
    """

    pk: int
    state: str
    number: str
    title: str
    office: str
    field_id: int
    office_id: int
    state_since: datetime.datetime
    due_on: datetime.date
    due: Due
    steps: tuple[ThreadStep, ...]
    last: str
    found: str = ""
    has_approved: bool = False

    @property
    def is_late(self) -> bool:
        return self.due.tone == "late"

    @property
    def state_label(self) -> str:
        return str(COLUMNS[self.state])


def cards_of(
    updates: QuerySet[StatusUpdate],
    cycle: ReportingCycle,
    cycles: Sequence[ReportingCycle],
    today: datetime.date,
    words: Sequence[str] = (),
) -> list[Card]:
    """Return the cards of ``updates`` in their order; two queries.

    ``cycles`` are all there are, newest first; ``words`` those that were looked for.
    """
    searched = board_search.FOUND_IN if words else ()
    rows = list(
        updates.values_list(
            "pk",
            "state",
            "state_since",
            "due_on",
            "lead_office_label",
            "lead_office_id",
            "recommendation_id",
            "recommendation__number",
            "recommendation__title",
            "recommendation__goal__field_id",
            "submitted__implementation_status",
            "approved_id",
            *searched,
        )
    )
    threads = _Threads(cycle, cycles, [row[6] for row in rows])
    sentences = _Sentences(cycle, today)
    cards = []
    for pk, state, since, due_on, label, office, recommendation, number, title, field_id, status, had, *texts in rows:
        steps, last = threads.of(recommendation, status if state in HANDED_IN_STATES else "", state)
        due = sentences.of(state, since, due_on)
        found = ", ".join(board_search.places_of(words, texts)) if words else ""
        shown = (pk, state, number, title, label, field_id, office, since, due_on, due, steps, last, found)
        cards.append(Card(*shown, has_approved=had is not None))
    return cards


def sentence_of(update: StatusUpdate, today: datetime.date) -> Due:
    """Say when a run is due, or how long it waits; ``update`` comes with its cycle."""
    return _Sentences(update.cycle, today).of(update.state, update.state_since, update.due_on)


_WITHOUT_STATUS = {UpdateState.MISSING.value: thread.MISSING, UpdateState.CANCELLED.value: thread.LEFT_OUT}
_NOTHING_SAID = (thread.MISSING, thread.OPEN, thread.LEFT_OUT)


class _Threads:
    """The threads of the cards that are shown; one query for the periods before this one."""

    def __init__(
        self, cycle: ReportingCycle, cycles: Sequence[ReportingCycle], recommendation_ids: Sequence[int]
    ) -> None:
        before = [
            one
            for one in reversed(cycles)
            if one.edition_id == cycle.edition_id
            and one.state != CycleState.PLANNED
            and (one.period_until, one.pk) < (cycle.period_until, cycle.pk)
        ]
        before = before[-(PERIODS_ON_A_CARD - 1) :]
        self._gaps = {one.pk: thread.MISSING if one.is_closed else thread.OPEN for one in before}
        self._labels = [one.period_label for one in (*before, cycle)]
        self._statuses: dict[int, dict[int, str]] = defaultdict(dict)
        self._known: dict[tuple[str, ...], tuple[tuple[ThreadStep, ...], str]] = {}
        self._words: dict[str, str] = {}
        rows = StatusUpdate.objects.filter(
            Q(approved__isnull=False) | Q(state=UpdateState.CANCELLED),
            cycle__in=self._gaps,
            recommendation__in=recommendation_ids,
        )
        for recommendation, in_cycle, status in rows.order_by().values_list(
            "recommendation_id", "cycle_id", "approved__implementation_status"
        ):
            self._statuses[recommendation][in_cycle] = status or thread.LEFT_OUT

    def of(self, recommendation: int, status: str, state: str) -> tuple[tuple[ThreadStep, ...], str]:
        """Return the thread up to this period, and in words the last status that somebody reported."""
        before = self._statuses.get(recommendation, {})
        now = status or _WITHOUT_STATUS.get(state, thread.OPEN)
        key = (*[before.get(pk, gap) for pk, gap in self._gaps.items()], now)
        if key not in self._known:
            steps = (ThreadStep(*step) for step in zip(self._labels, key, strict=True) if step[1] != thread.LEFT_OUT)
            shown = tuple(steps) or (ThreadStep(self._labels[-1], thread.OPEN),)
            self._known[key] = (shown, self._last(key))
        return self._known[key]

    def _last(self, statuses: tuple[str, ...]) -> str:
        last = next((one for one in reversed(statuses) if one not in _NOTHING_SAID), "")
        if last not in self._words:
            known = {"status": thread.status_word(last)} if last else {}
            self._words[last] = _("last %(status)s") % known if last else _("no report so far")
        return self._words[last]


class _Sentences:
    """When something is due, in the few words that fit on a card; each sentence is built once."""

    def __init__(self, cycle: ReportingCycle, today: datetime.date) -> None:
        self._cycle = cycle
        self._today = today
        self._known: dict[tuple[str, datetime.date], Due] = {}

    def of(self, state: str, since: datetime.datetime, due_on: datetime.date) -> Due:
        day = due_on if state in WRITING_STATES or state == UpdateState.MISSING else timezone.localdate(since)
        if (state, day) not in self._known:
            self._known[state, day] = self._built(state, day)
        return self._known[state, day]

    def _built(self, state: str, day: datetime.date) -> Due:
        if state == UpdateState.IN_REVIEW:
            return self._waiting((self._today - day).days)
        if state == UpdateState.SIGNING:
            return self._signing((self._today - day).days)
        if state == UpdateState.CANCELLED:
            return Due(_("cancelled on %(date)s") % {"date": _short(day)}, "calm")
        if state == UpdateState.APPROVED:
            return self._approved(day)
        if state == UpdateState.MISSING:
            return Due(_("was due on %(date)s") % {"date": _short(day)}, "late")
        return self._writing((day - self._today).days, day)

    def _waiting(self, days: int) -> Due:
        if not days:
            return Due(_("handed in today"), "calm")
        text = ngettext("waiting for %(days)d day", "waiting for %(days)d days", days) % {"days": days}
        return Due(text, "soon" if days > LONG_WAIT_DAYS else "calm")

    def _signing(self, days: int) -> Due:
        if not days:
            return Due(_("handed in today"), "calm")
        text = ngettext("being signed for %(days)d day", "being signed for %(days)d days", days) % {"days": days}
        return Due(text, "soon" if days > LONG_WAIT_DAYS else "calm")

    def _approved(self, day: datetime.date) -> Due:
        publish_on = self._cycle.publish_on
        if publish_on and publish_on > self._today:
            return Due(_("will be public on %(date)s") % {"date": _short(publish_on)}, "calm")
        return Due(_("approved on %(date)s") % {"date": _short(day)}, "calm")

    def _writing(self, left: int, day: datetime.date) -> Due:
        if left < 0:
            return Due(ngettext("%(days)d day overdue", "%(days)d days overdue", -left) % {"days": -left}, "late")
        if left == 0:
            return Due(_("due today"), "soon")
        if left <= thread.SOON_DAYS:
            return Due(ngettext("%(days)d day left", "%(days)d days left", left) % {"days": left}, "soon")
        return Due(_("due by %(date)s") % {"date": _short(day)}, "calm")


def _short(day: datetime.date) -> str:
    return date_format(day, "d.m.Y")
