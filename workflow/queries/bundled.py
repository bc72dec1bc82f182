"""Which of the lines that wait for somebody's daily mail they may still read."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping

from notifications.models import Delivery, NewsKind, Notice, NoticeKind
from notifications.services import preferences
from offices.access import Desk, desks_of
from offices.models import Person
from workflow import access
from workflow.duties import open_rows
from workflow.models import DepartmentLetter, LetterState, Participation, StatusUpdate
from workflow.queries.mentions import MENTION
from workflow.queries.told import BUNDLED

LETTER, RUN = "letter:", "update:"

FAREWELLS = (NewsKind.REASSIGNED, NewsKind.COURSE)
"""What says that a task has left an office: whoever is told of it need not see the run any more."""


def lines_that_hold(notices: Collection[Notice], *, day: datetime.date) -> set[int]:
    """Return the ids of those of these lines that their readers may still be told on ``day``.

    Proposed letters and tasks beside the flow are for coordinators, comments for who reads them, other news about one
    run for who sees it; nothing is for people who are switched off or hold no role, and nothing of a kind that they
    have switched off. Eight queries, and two more for each person to whom a run has come that neither leads nor
    contributes to it.
    """
    lines = [one for one in notices if one.kind in BUNDLED and one.person_id is not None]
    if not lines:
        return set()
    persons = Person.objects.in_bulk({one.person_id for one in lines if one.person_id is not None})
    reading = _Reading(lines, desks_of(list(persons.values()), day))
    return {one.pk for one in lines if reading.holds(one)}


class _Reading:
    """Who may read what; reads everything once."""

    def __init__(self, lines: Collection[Notice], desks: Mapping[int, Desk]) -> None:
        self.desks = desks
        proposed = {number(one.about, LETTER) for one in lines if one.kind == NoticeKind.LETTER}
        letters = DepartmentLetter.objects.filter(pk__in=proposed, state=LetterState.PROPOSED)
        self.letters = set(letters.values_list("pk", flat=True)) if proposed else set()
        self.duties = self._duties(lines)
        runs = {number(one.topic, RUN) for one in lines if one.topic.startswith(RUN)}
        self.runs = StatusUpdate.objects.only("pk", "lead_office").in_bulk(runs) if runs else {}
        self.contributing: dict[int, set[int]] = defaultdict(set)
        for run, office in Participation.objects.filter(update__in=runs).values_list("update_id", "office_id"):
            self.contributing[run].add(office)
        kinds = {NewsKind(one.news) for one in lines if one.news}
        self.chosen = preferences.chosen(set(desks), kinds) if kinds else {}
        self._visible: dict[tuple[int, int], bool] = {}

    def holds(self, notice: Notice) -> bool:
        desk = self.desks.get(notice.person_id or 0)
        if desk is None or not desk.may_enter:
            return False
        if notice.kind in (NoticeKind.LETTER, NoticeKind.DUTY):
            return desk.is_coordinator and (notice.pk in self.duties or number(notice.about, LETTER) in self.letters)
        if notice.news and self.chosen.get((desk.person.pk, NewsKind(notice.news))) == Delivery.OFF:
            return False
        is_comment = notice.news == NewsKind.MENTION or notice.about.startswith(MENTION)
        if not notice.topic.startswith(RUN) or (notice.news in ("", *FAREWELLS) and not is_comment):
            return True
        update = self.runs.get(number(notice.topic, RUN))
        if update is None:
            return False
        return self._sees(desk, update) and (not is_comment or access.may_read_internals(desk, update))

    def _duties(self, lines: Collection[Notice]) -> set[int]:
        """Return the notices of tasks that are still open on that day, of each person and task the newest step."""
        newest: dict[tuple[int | None, str], Notice] = {}
        for one in sorted(lines, key=lambda one: one.step):
            if one.kind == NoticeKind.DUTY:
                newest[one.person_id, one.about] = one
        rows = open_rows().filter(source__in={about for _person, about in newest})
        still = dict(rows.values_list("source", "due_on")) if newest else {}
        return {one.pk for one in newest.values() if still.get(one.about) == one.due_on}

    def _sees(self, desk: Desk, update: StatusUpdate) -> bool:
        if desk.is_coordinator or desk.acting_for & {update.lead_office_id, *self.contributing[update.pk]}:
            return True
        key = (desk.person.pk, update.pk)
        if key not in self._visible:
            self._visible[key] = access.visible_updates(desk).filter(pk=update.pk).exists()
        return self._visible[key]


def number(about: str, kind: str) -> int:
    """Return the number behind ``kind`` in what a notice is about; 0 for anything else."""
    rest = about.removeprefix(kind)
    return int(rest) if about.startswith(kind) and rest.isdecimal() else 0
