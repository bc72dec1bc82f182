"""Playing what became of one recommendation in one cycle, through the doors that people use."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from offices.models import Person
from workflow import raw, runs
from workflow.content import CommentContent, EntryContent, MeasureContent
from workflow.models import EntryKind, StatusUpdate, UpdateState
from workflow.services import drafts

FRIDAY = 4
WORKING_MINUTES = 540
A_MOMENT = datetime.timedelta(minutes=15)

Step = Callable[[datetime.datetime], object]


@dataclass
class Cast:
    """Who acts: a clerk for each office (by id) that has one, the Arbeitsgruppe with the offices they come from."""

    coordinator: Person
    clerks: dict[int, Person] = field(default_factory=dict)
    reviewers: list[tuple[Person, int | None]] = field(default_factory=list)

    def reviewer_for(self, office_id: int, turn: int) -> Person:
        """Return somebody of the Arbeitsgruppe who comes from another office."""
        others = [person for person, office in self.reviewers if office != office_id]
        return others[turn % len(others)]


@dataclass(frozen=True)
class Story:
    """One run and the ``entry`` that tells what the office and the Arbeitsgruppe did with it.

    ``entry["state"]`` is an ``UpdateState`` (default: approved); ``entry["first"]`` is an earlier version that was
    returned with ``entry["comments"]``. In a running cycle ``entry["days"]`` says how many days ago the last step was
    done; in history the steps lie around the due date, spread by ``turn``.
    """

    update: StatusUpdate
    entry: dict[str, Any]
    cast: Cast
    turn: int

    def play(self, now: datetime.datetime) -> None:
        """Do every step at its time, none of them after ``now``."""
        steps = self._steps()
        last = self._last_day(now)
        gap = datetime.timedelta(days=5 + self.turn % 4)
        for number, step in enumerate(steps, start=1):
            step(min(_working_time(last - (len(steps) - number) * gap, self.turn + number), now - A_MOMENT))

    def _last_day(self, now: datetime.datetime) -> datetime.date:
        if "days" in self.entry:
            return timezone.localdate(now) - datetime.timedelta(days=self.entry["days"])
        return self.update.cycle.due_on + datetime.timedelta(days=4 + self.turn * 11 % 50)

    def _steps(self) -> list[Step]:
        state = self.entry.get("state", UpdateState.APPROVED)
        if state == UpdateState.REQUESTED:
            return []
        if state == UpdateState.DRAFTING:
            return [self._save_draft]
        steps: list[Step] = []
        if "first" in self.entry:
            steps += [lambda now: self._hand_in(self.entry["first"], now), self._return]
        steps.append(lambda now: self._hand_in(self.entry, now))
        if state == UpdateState.APPROVED:
            steps.append(self._approve)
        elif state == UpdateState.RETURNED:
            steps.append(self._return)
        return steps

    @property
    def _clerk(self) -> Person:
        return self.cast.clerks[self.update.lead_office_id]

    @property
    def _reviewer(self) -> Person:
        return self.cast.reviewer_for(self.update.lead_office_id, self.turn)

    def _save_draft(self, now: datetime.datetime) -> None:
        typed = raw.of(entry_content(self.entry))
        drafts.save_draft(self.update.pk, by=self._clerk, content=typed, version=0, now=now)

    def _hand_in(self, entry: dict[str, Any], now: datetime.datetime) -> None:
        kind = entry.get("kind", EntryKind.REPORT)
        if kind == EntryKind.UNCHANGED:
            runs.confirm_unchanged(self.update.pk, by=self._clerk, now=now)
        elif kind == EntryKind.NIL_RETURN:
            runs.file_nil_return(self.update.pk, by=self._clerk, reason=entry["reason"], now=now)
        else:
            runs.hand_in(self.update.pk, by=self._clerk, content=entry_content(entry), now=now)

    def _return(self, now: datetime.datetime) -> None:
        runs.return_for_revision(
            self.update.pk,
            revision_number=self._newest(),
            by=self._reviewer,
            comments=[CommentContent(**comment) for comment in self.entry["comments"]],
            now=now,
            today=timezone.localdate(now),
        )

    def _approve(self, now: datetime.datetime) -> None:
        runs.approve(self.update.pk, revision_number=self._newest(), by=self._reviewer, now=now)

    def _newest(self) -> int:
        return self.update.revisions.count()


def entry_content(entry: dict[str, Any]) -> EntryContent:
    """Return what the office writes; ``status`` is short for the implementation status."""
    texts: dict[str, Any] = {name: entry[name] for name in raw.ENTRY_NAMES if name in entry}
    return EntryContent(
        implementation_status=entry["status"],
        measures=tuple(MeasureContent(**one) for one in entry.get("measures", [])),
        **texts,
    )


def _working_time(day: datetime.date, turn: int) -> datetime.datetime:
    """Return a moment within office hours, on the Friday before if ``day`` is a weekend."""
    day -= datetime.timedelta(days=max(day.weekday() - FRIDAY, 0))
    start = datetime.datetime.combine(day, datetime.time(7, 45))
    return timezone.make_aware(start + datetime.timedelta(minutes=turn * 97 % WORKING_MINUTES))
