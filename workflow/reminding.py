"""On which days a deadline is recalled, and from when on others hear of it; pure, no database.

Thresholds are "at least": on every working day the newest step whose day has come counts. An outage is caught up by one
reminder, not by one for each step that was missed, and nothing is said twice.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from offices.working_days import WorkingDays

DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """A step of a deadline: ``offset`` days from it (-3: three days before); ``repeat`` numbers what goes on and on."""

    offset: int
    repeat: int = 0


class Come(NamedTuple):
    """A step whose day has come."""

    day: datetime.date
    step: Step

    def tells(self, asked_on: datetime.date) -> bool:
        """Whether it reminds of a task that was asked on a day: of earlier steps, the question itself has told."""
        return self.day > asked_on


@dataclass(frozen=True, slots=True)
class Track:
    """The steps of one kind of reminder: ``offsets`` in days from the deadline, in order, then ``every`` so many
    days."""

    offsets: tuple[int, ...]
    every: int | None = None

    def newest(self, due_on: datetime.date, day: datetime.date, working: WorkingDays) -> Come | None:
        """Return the newest step whose day has come by ``day``, or ``None`` before the first.

        Of a task that was asked on that day or later, people have just heard: it does not count (``Come.tells``).
        """
        newest = None
        for at, step in self.steps(due_on, working):
            if at > day:
                break
            newest = Come(at, step)
        return newest

    def steps(self, due_on: datetime.date, working: WorkingDays) -> Iterator[tuple[datetime.date, Step]]:
        """Yield each step with its day, in order; without end if the track repeats.

        Ahead of a deadline that is the working day on or before it, afterwards the one on or after. Of steps that fall
        on one day the last counts.
        """
        found: tuple[datetime.date, Step] | None = None
        for step in self._offsets():
            at = self.day_of(step, due_on, working)
            if found and at > found[0]:
                yield found
            found = (at, step)
        if found:
            yield found

    def day_of(self, step: Step, due_on: datetime.date, working: WorkingDays) -> datetime.date:
        """Return the working day of a step, whether or not a later one falls on it, too."""
        day = due_on + step.offset * DAY
        return working.on_or_before(day) if step.offset <= 0 else working.on_or_after(day)

    def _offsets(self) -> Iterator[Step]:
        for offset in self.offsets:
            yield Step(offset)
        if self.every and self.offsets:
            repeat = 0
            while True:
                repeat += 1
                yield Step(self.offsets[-1] + repeat * self.every, repeat)


@dataclass(frozen=True, slots=True)
class Policy:
    """When a cycle reminds; the default is 30, 14 and 3 days before, on the day, 1, 7 and then every 14 days after.

    The head of office hears of what is ``head_after`` days overdue, the coordinators after ``coordinator_after``; a
    letter to the department is proposed after ``department_after``. ``None`` means never.
    """

    before: tuple[int, ...] = (30, 14, 3)
    on_the_day: bool = True
    after: tuple[int, ...] = (1, 7)
    every: int | None = 14
    head_after: int | None = 7
    coordinator_after: int | None = 14
    department_after: int | None = 28
    introduction: str = field(default="", compare=False)

    @property
    def own(self) -> Track:
        """The steps for whoever has the task on the desk."""
        ahead = tuple(-days for days in sorted(self.before, reverse=True))
        on_the_day = (0,) if self.on_the_day else ()
        return Track((*ahead, *on_the_day, *sorted(self.after)), self.every if self.after or on_the_day else None)

    @property
    def queue(self) -> Track:
        """The steps for the queue of the Arbeitsgruppe: from its due day on, for what is not handed in yet is no
        task of theirs, and of what is they hear in time."""
        return Track(tuple(offset for offset in self.own.offsets if offset >= 0), self.own.every)

    @property
    def head(self) -> Track:
        return self._copies(self.head_after)

    @property
    def coordination(self) -> Track:
        return self._copies(self.coordinator_after)

    @property
    def department(self) -> Track:
        return Track(() if self.department_after is None else (self.department_after,))

    def _copies(self, after: int | None) -> Track:
        return Track((), None) if after is None else Track((after,), self.every)
