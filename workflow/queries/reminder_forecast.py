"""What will be sent in the days to come if nothing changes: the daily plan, played ahead.

It asks the same rules as the planner (``queries.reminders`` which steps have come, ``queries.audience`` who is told),
counts tasks in groups, and keeps in memory who has been told of what on the way.
"""

import datetime
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications.models import Notice, NoticeKind
from notifications.reasons import step_words
from offices.access import desk_of
from offices.models import Absence, Membership, Person
from offices.queries import people
from offices.working_days import WorkingDays, working_days
from workflow.models import WorkStep
from workflow.queries import audience, duty_steps
from workflow.queries import reminders as rules
from workflow.queries import told as told_queries
from workflow.queries.audience import Audience
from workflow.queries.bundled import lines_that_hold
from workflow.queries.letter_forecast import letters_ahead
from workflow.queries.reminders import Deadline, DueSteps, Waiting
from workflow.queries.told import Desk, Told
from workflow.reminding import DAY, Come, Policy
from workflow.services import weekly as weekly_service

DAYS = 30
LAST_RUN = datetime.time(18, 30)
"""When the planner runs for the last time of a day."""


@dataclass(frozen=True, slots=True)
class Line:
    """Why somebody will get a mail: so many notices of one kind at one step, perhaps in place of somebody."""

    kind: str
    step: int
    number: int
    for_whom: str = ""

    @property
    def words(self) -> str:
        said = step_words(self.kind, self.step)
        if self.number > 1:
            said = f"{self.number} × {said}"
        return (
            _("%(reason)s (in place of %(name)s)") % {"reason": said, "name": self.for_whom} if self.for_whom else said
        )


@dataclass(slots=True)
class ForecastMail:
    """The one mail of a day for somebody."""

    told: audience.Told
    lines: list[Line] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.told.person.name if self.told.person else self.told.mailbox

    @property
    def reasons(self) -> list[str]:
        """Return in words why it will be sent, the most urgent first."""
        return [line.words for line in self.lines]


@dataclass(frozen=True, slots=True)
class ForecastDay:
    """A working day on which something is sent, with its mails by name.

    ``letters`` are the departments (or offices without one) to which a letter is proposed to the coordinators then,
    ``weekly`` is how many get the weekly summary.
    """

    day: datetime.date
    mails: list[ForecastMail]
    letters: list[str] = field(default_factory=list)
    weekly: int = 0

    def number_of(self, *kinds: str) -> int:
        """Return how many people get a notice of one of these kinds."""
        return sum(any(line.kind in kinds for line in mail.lines) for mail in self.mails)

    def of(self, search: str) -> list[ForecastMail]:
        """Return the mails to those in whose name or address ``search`` occurs."""
        wanted = search.casefold()
        return [one for one in self.mails if wanted in f"{one.name} {one.told.address}".casefold()]

    @property
    def tasks(self) -> int:
        return self.number_of(NoticeKind.TASK)

    @property
    def heads(self) -> int:
        return self.number_of(NoticeKind.HEAD)

    @property
    def coordinators(self) -> int:
        return self.number_of(NoticeKind.COORDINATION)

    @property
    def queues(self) -> int:
        return self.number_of(NoticeKind.QUEUE)


@dataclass(frozen=True, slots=True)
class _Group:
    """So many open tasks on one desk; ``lapses``: whoever is silent until the date has consented, and is done."""

    desk: Desk
    number: int
    lapses: bool

    def is_open_on(self, day: datetime.date) -> bool:
        return not (self.lapses and day > self.desk.deadline.due_on)


def forecast(now: datetime.datetime, *, days: int = DAYS) -> list[ForecastDay]:
    """Return what will be sent on the working days from today on for so many days, as everything stands at ``now``.

    Today counts as long as the planner will run again; whoever has a mail of today hears the rest on the next working
    day, and whose address is paused nothing. A constant number of queries however many tasks there are: it grows with
    the days on which roles or absences begin or end, and with the members of the Arbeitsgruppe.
    """
    today = timezone.localdate(now)
    working = working_days()
    first = today if timezone.localtime(now).time() < LAST_RUN else today + DAY
    ahead = [day for day in _days(first, today + days * DAY) if not working.is_free(day)]
    return _Ahead(now, today, working).play(ahead) if ahead else []


Notified = tuple[audience.Told, str, int, int]
"""Who is told: by which kind of notice, at which step, of how many things."""


class _Ahead:
    """The plan of the days to come; remembers what has been told by then."""

    def __init__(self, now: datetime.datetime, today: datetime.date, working: WorkingDays) -> None:
        self.now, self.today, self.working = now, today, working
        self.groups: dict[Deadline, list[_Group]] = defaultdict(list)
        for group in _groups():
            self.groups[group.desk.deadline].append(group)
        desks = [one.desk for groups in self.groups.values() for one in groups]
        self.offices = {one.office_id for one in desks if one.office_id is not None}
        cycles = {one.cycle_id for one in self.groups}
        self.newest: dict[tuple[str, Deadline], Come] = {}
        self.policies: dict[int, Policy] = DueSteps.of(cycles, today, working).policies
        self.told: Told = told_queries.tasks(now)
        self.told_queues = told_queries.queues(now)
        self.written = told_queries.written(today)
        self.waiting = self._news()
        self.duties = duty_steps.rows()
        self.told_duties = duty_steps.told_by(now)
        self.paused = told_queries.paused()

    def play(self, days: Sequence[datetime.date]) -> list[ForecastDay]:
        changes = _changes(days[0], days[-1])
        letters, weekly = letters_ahead(days), weekly_service.foreseen(days, now=self.now)
        heard: Audience | None = None
        reviewers: list[tuple[audience.Told, list[Waiting]]] = []
        stretch = -1
        found = []
        for day in days:
            # Who has a mail of today is left for the next working day: on the first two everything is looked at.
            anew = day in days[:2]
            if (here := bisect_right(changes, day)) != stretch:
                stretch, anew = here, True
                heard, reviewers = audience.read(self.offices, day), self._reviewers(day)
            if heard is None:
                continue
            self.waiting += [
                (audience.Told(audience.addressee_of(one), one), NoticeKind.LETTER, 0, len(letters[day]))
                for one in heard.coordinators
                if day in letters
            ]
            mails = sorted(self._day(day, heard, reviewers, anew=anew), key=lambda one: (one.name, one.told.addressee))
            if mails or day in letters or day in weekly:
                found.append(ForecastDay(day, mails, letters.get(day, []), weekly.get(day, 0)))
        return found

    def _reviewers(self, day: datetime.date) -> list[tuple[audience.Told, list[Waiting]]]:
        if not any(one.step == WorkStep.REVIEW for one in self.groups):
            return []
        return [(one, rules.waiting_reviews(desk_of(one.person, day))) for one in audience.reviewers(day) if one.person]

    def _day(
        self,
        day: datetime.date,
        heard: Audience,
        reviewers: Iterable[tuple[audience.Told, list[Waiting]]],
        *,
        anew: bool,
    ) -> list[ForecastMail]:
        due = DueSteps(day, self.working, self.policies)
        told = (
            *self._of_tasks(due, heard, anew=anew),
            *(one for who, waiting in reviewers for one in self._of_queues(who, waiting, due)),
            *self._of_duties(day, heard.coordinators),
            *self._taken_along(day),
        )
        everybody: dict[str, audience.Told] = {}
        lines: dict[str, dict[tuple[str, int, str], int]] = defaultdict(lambda: defaultdict(int))
        for one, kind, step, number in told:
            everybody[one.addressee] = one
            lines[one.addressee][kind, step, one.for_whom.name if one.for_whom else ""] += number
        return [self._mail(everybody[addressee], counted) for addressee, counted in lines.items()]

    def _gets_none(self, one: audience.Told, day: datetime.date) -> bool:
        """Whether somebody has a mail of that day, or an address to which nothing is sent."""
        return (day == self.today and one.addressee in self.written) or one.address.lower() in self.paused

    def _of_tasks(self, due: DueSteps, heard: Audience, *, anew: bool) -> Iterator[Notified]:
        """Yield who is told of which tasks; what has come to no other step since the last day is passed over.

        With ``anew`` everything is looked at: others may be told than the day before.
        """
        for deadline, groups in self.groups.items():
            for kind in rules.kinds_at(deadline.step):
                come = due.newest(kind, deadline.cycle_id, deadline.due_on)
                if come is None or (come == self.newest.get((kind, deadline)) and not anew):
                    continue
                self.newest[kind, deadline] = come
                for group in groups:
                    if group.is_open_on(due.day) and come.tells(group.desk.asked_on):
                        yield from self._of_group(group, kind, come.step.offset, due.day, heard)

    def _of_group(self, group: _Group, kind: str, step: int, day: datetime.date, heard: Audience) -> Iterator[Notified]:
        """Yield who is told of how many tasks of a group at a step, and remember it."""
        office, deadline = group.desk.office_id, group.desk.deadline
        as_head = kind == NoticeKind.COORDINATION and heard.has_coordinators_as_head(office)
        if as_head and self.policies[deadline.cycle_id].head_after is not None:
            return
        for one in heard.of(kind, office, deadline.step):
            if self._gets_none(one, day):
                continue
            known = self.told.get((one.addressee, kind, group.desk), {})
            new = group.number - sum(number for at, number in known.items() if at >= step)
            if new > 0:
                yield one, kind, step, new
            self.told[one.addressee, kind, group.desk] = {max([step, *known]): group.number}

    def _of_queues(self, one: audience.Told, waiting: Iterable[Waiting], due: DueSteps) -> Iterable[Notified]:
        for queue in [] if self._gets_none(one, due.day) else waiting:
            come = due.newest(NoticeKind.QUEUE, queue.cycle_id, queue.due_on)
            if come is None or not come.tells(queue.asked_on):
                continue
            step = come.step
            place = (one.addressee, told_queries.about_queue(queue.cycle_id), queue.due_on)
            if self.told_queues.get(place, step.offset - 1) < step.offset:
                self.told_queues[place] = step.offset
                yield one, NoticeKind.QUEUE, step.offset, 1

    def _of_duties(self, day: datetime.date, coordinators: Iterable[Person]) -> Iterator[Notified]:
        steps = duty_steps.due(self.duties, day, self.working)
        told = (audience.Told(audience.addressee_of(one), one) for one in coordinators)
        for one in (one for one in told if not self._gets_none(one, day)):
            for source, _title, _link, due_on, come in steps:
                place, offset = (one.addressee, source, due_on), come.step.offset
                if self.told_duties.get(place, offset - 1) < offset:
                    self.told_duties[place] = offset
                    yield one, NoticeKind.DUTY, offset, 1

    def _news(self) -> list[Notified]:
        """Return what waits for the next daily mail of people, however it came about.

        Tasks beside the flow are not among it: of them the steps tell (``_of_duties``).
        """
        waits = Notice.objects.filter(told_queries.waiting_news(self.now)).exclude(kind=NoticeKind.DUTY)
        waiting = list(waits.order_by("pk"))
        holding = lines_that_hold(waiting, day=self.today)
        rows = Counter((one.person_id, one.kind) for one in waiting if one.pk in holding)
        persons = {one.pk: one for one in people.with_a_role([pk for pk, _kind in rows if pk], self.today)}
        return [
            (audience.Told(audience.addressee_of(persons[pk]), persons[pk]), kind, 0, number)
            for (pk, kind), number in rows.items()
            if pk in persons
        ]

    def _taken_along(self, day: datetime.date) -> list[Notified]:
        going = [one for one in self.waiting if not self._gets_none(one[0], day)]
        self.waiting = [one for one in self.waiting if self._gets_none(one[0], day)]
        return going

    def _mail(self, one: audience.Told, counted: dict[tuple[str, int, str], int]) -> ForecastMail:
        lines = [Line(kind, step, number, for_whom) for (kind, step, for_whom), number in counted.items()]
        lines.sort(key=lambda line: (line.kind == NoticeKind.NEWS, -line.step, line.kind, line.for_whom))
        return ForecastMail(one, lines)


def _groups() -> list[_Group]:
    """Return the open tasks in groups; two queries, few rows however many tasks there are."""
    lapsing = rules.ends_by_itself()
    return [*_counted(~lapsing, lapses=False), *_counted(lapsing, lapses=True)]


def _counted(which: Q, *, lapses: bool) -> list[_Group]:
    by_desk = (
        rules.open_work().filter(which).order_by().values_list("update__cycle", "due_on", "step", "office", "asked_on")
    )
    return [
        _Group(Desk(Deadline(cycle, due_on, step), office, asked_on), number, lapses)
        for cycle, due_on, step, office, asked_on, number in by_desk.annotate(Count("pk"))
    ]


def _changes(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    """Return the days on which other people may be told than the day before, in order; two queries."""
    away = Absence.objects.holding().filter(first_day__lte=last, last_day__gte=first)
    near = Q(valid_from__range=(first, last)) | Q(valid_until__range=(first - DAY, last))
    periods = (
        *away.values_list("first_day", "last_day"),
        *Membership.objects.filter(near).values_list("valid_from", "valid_until"),
    )
    found = {begin for begin, _end in periods if begin} | {end + DAY for _begin, end in periods if end}
    return sorted(day for day in found if first < day <= last)


def _days(first: datetime.date, last: datetime.date) -> Iterable[datetime.date]:
    for number in range((last - first).days + 1):
        yield first + number * DAY
