"""On which days a cycle reminds of its own dates, whom, and why on that day; pure.

Deadlines of their own (an extension, a text that came back, a co-signature) follow the same steps from their own day;
they are not known beforehand and stand in no calendar.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext, pgettext

from offices.working_days import WorkingDays
from workflow.models import CycleState, ReportingCycle
from workflow.reminder_words import free_day_words, step_words
from workflow.reminding import DAY, Come, Policy, Step, Track

SHOWN_REPEATS = 1
"""So many repeats are shown of what goes on and on."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """One date of the cycle, and who has the task on the desk.

    ``heads``: their heads get copies, but not of what they are asked for themselves. ``department``: a letter to it is
    proposed. ``is_review``: the Arbeitsgruppe hears of its queue.
    """

    name: str
    due_on: datetime.date
    who: str
    heads: bool = True
    department: bool = True
    is_review: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """What goes out on one day for one deadline: which step, to whom, and why on this day, if there is a reason."""

    deadline: Deadline
    step: Step
    who: tuple[str, ...]
    reason: str = ""

    @property
    def words(self) -> str:
        return step_words(self.step)


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One working day with what goes out on it, in one mail for each person."""

    day: datetime.date
    lines: tuple[Line, ...]
    is_past: bool


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days in order; ``goes_on_every`` so many days, if the reminders do not end by themselves."""

    days: tuple[CalendarDay, ...]
    goes_on_every: int | None

    @property
    def next_day(self) -> datetime.date | None:
        """The next day on which something goes out, today included."""
        return next((one.day for one in self.days if not one.is_past), None)


def deadlines_of(cycle: ReportingCycle) -> list[Deadline]:
    """Return the dates of ``cycle`` that people are reminded of, in order."""
    found = [
        Deadline(
            pgettext("deadline", "Contributions"),
            cycle.contributions_due_on,
            gettext("clerks of the contributing offices"),
        ),
        Deadline(pgettext("deadline", "Status updates"), cycle.due_on, gettext("clerks of the lead offices")),
    ]
    if cycle.sign_off:
        heads = gettext("heads of the lead offices")
        found.append(Deadline(pgettext("deadline", "Sign-off"), cycle.sign_off_due_on, heads, heads=False))
    review = pgettext("deadline", "Review")
    return [
        *found,
        Deadline(review, cycle.review_due_on, gettext("Arbeitsgruppe"), heads=False, department=False, is_review=True),
    ]


def calendar_of(cycle: ReportingCycle, policy: Policy, working: WorkingDays, today: datetime.date) -> Calendar:
    """Return what goes out on which day for the dates of ``cycle`` under ``policy``.

    Nothing goes out until the day after the cycle opens: the opening itself tells of what is due.
    """
    begins = cycle.opens_on if cycle.state == CycleState.OPEN or cycle.is_closed else max(cycle.opens_on, today)
    by_day: dict[datetime.date, dict[tuple[str, Step, str], list[str]]] = defaultdict(lambda: defaultdict(list))
    deadlines = {one.name: one for one in deadlines_of(cycle)}
    for deadline in deadlines.values():
        for who, track in _tracks(deadline, policy):
            for at, step, reason in _after(begins, track, deadline.due_on, working):
                # A step and its copy stand on one line, whichever number of repeat each carries.
                by_day[at][deadline.name, Step(step.offset), reason].append(who)
    days = tuple(
        CalendarDay(
            day,
            tuple(Line(deadlines[name], step, tuple(who), why) for (name, step, why), who in by_day[day].items()),
            is_past=day < today,
        )
        for day in sorted(by_day)
    )
    return Calendar(days, policy.own.every)


def _tracks(deadline: Deadline, policy: Policy) -> Iterator[tuple[str, Track]]:
    yield deadline.who, policy.queue if deadline.is_review else policy.own
    if deadline.heads:
        yield gettext("their heads of office"), policy.head
    yield gettext("coordination"), policy.coordination
    if deadline.department:
        yield gettext("coordination: proposal of a letter to the department"), policy.department


def _after(
    begins: datetime.date, track: Track, due_on: datetime.date, working: WorkingDays
) -> Iterator[tuple[datetime.date, Step, str]]:
    """Yield the steps that tell of what is asked from ``begins`` on, with their reasons."""
    repeats = 0
    for at, step in track.steps(due_on, working):
        if not Come(at, step).tells(begins):
            continue
        repeats += step.repeat > 0
        if repeats > SHOWN_REPEATS:
            return
        said = [_reason(due_on + step.offset * DAY, at, working), _together(track, step, at, due_on, working)]
        yield at, step, "; ".join(one for one in said if one)


def _together(track: Track, step: Step, at: datetime.date, due_on: datetime.date, working: WorkingDays) -> str:
    """Say which earlier steps the free days have moved to the same day; empty for none."""
    ahead = [Step(offset) for offset in track.offsets if offset < step.offset]
    merged = [step_words(one) for one in ahead if track.day_of(one, due_on, working) == at]
    return gettext("together with “%(steps)s”") % {"steps": ", ".join(merged)} if merged else ""


def _reason(meant: datetime.date, at: datetime.date, working: WorkingDays) -> str:
    return "" if at == meant else gettext("instead of %(day)s") % {"day": free_day_words(meant, working)}
