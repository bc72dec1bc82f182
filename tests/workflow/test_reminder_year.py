"""A year and more, morning by morning: planner, composer and delivery play the whole calendar of mails.

From December 2027 to the end of 2028: both clock changes, the turn of the year, Easter, a summer break, the leap day,
an outage of ten days, an absence, an extension, hand-ins, a return, a morning on which the mail server is away.
"""

import datetime
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from notifications.models import Mail, MailKind, MailState, NoticeKind
from notifications.services import delivery
from offices.models import Closure, Office, OfficeKind, Person, Role
from offices.working_days import working_days
from tests import factories
from tests.factories import content
from workflow import runs
from workflow.content import CommentContent
from workflow.models import DeadlineExtension, StatusUpdate
from workflow.queries.reminder_forecast import ForecastMail, forecast
from workflow.services import department_letters
from workflow.services.reminders import plan_reminders

DAY = datetime.timedelta(days=1)
FIRST, LAST = datetime.date(2027, 12, 1), datetime.date(2028, 12, 29)
DUE = datetime.date(2028, 1, 14)
OUTAGE = (datetime.date(2028, 2, 16), datetime.date(2028, 2, 25))
NO_MAIL_SERVER = datetime.date(2028, 4, 4)
"""What was planned at half past six cannot be delivered before half past ten."""
QUIET = [datetime.date(2028, 4, 6), datetime.date(2028, 7, 17), datetime.date(2028, 11, 16)]
"""For thirty days from here on nobody does anything: what is foreseen has to happen."""
MARKS = {
    NoticeKind.TASK: "",
    NoticeKind.HEAD: "L",
    NoticeKind.COORDINATION: "K",
    NoticeKind.QUEUE: "P",
    NoticeKind.LETTER: "D",
}
"""In the calendar: one's own task, a copy to the Leitung, one to the Koordination, the queue of the Prüfung, a letter
to the Dezernat that is proposed."""


def at(day: datetime.date, hour: int = 6, minute: int = 30) -> datetime.datetime:
    """That moment in Kassel, in summer and in winter."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(hour, minute)))


@dataclass
class Players:
    youth: Person
    youth_head: Person
    school: Person
    school_head: Person
    provider: Person
    deputy: Person
    reviewer: Person
    chair: Person
    coordinator: Person
    youth_run: StatusUpdate
    school_run: StatusUpdate
    provider_run: StatusUpdate


def clerk(number: str, name: str, called: str, **fields: object) -> tuple[Office, Person]:
    office = factories.office(number, name, **fields)
    return office, factories.member(Role.CLERK, office, name=called)


@pytest.fixture
def players(db: None) -> Players:
    youth, youth_clerk = clerk("51", "Jugendamt", "51")
    school, school_clerk = clerk("40", "Schulamt", "40")
    provider, provider_clerk = clerk("", "Kulturzentrum", "Träger", kind=OfficeKind.PROVIDER)
    _order, deputy = clerk("32", "Ordnungsamt", "32")
    coordinator = factories.member(Role.COORDINATOR, name="Koord. A")
    factories.member(Role.COORDINATOR, name="Koord. B", email="koordination-b@stadt.example")
    heads = [factories.member(Role.HEAD, one, name=f"Leitung {one.number}") for one in (youth, school)]
    health = factories.office("53", "Gesundheitsamt")
    goal = factories.goal(factories.edition())
    for number, lead in (("1", youth), ("2", school), ("3", provider)):
        factories.recommendation(goal, number, lead=lead)
    cycle = factories.open_cycle(
        goal.field.edition,
        by=coordinator,
        due_on=DUE,
        period_from=datetime.date(2026, 1, 1),
        period_until=datetime.date(2027, 12, 31),
        opens_on=datetime.date(2027, 10, 25),
    )
    Closure.objects.create(
        name="Sommerpause", first_day=datetime.date(2028, 7, 17), last_day=datetime.date(2028, 7, 28)
    )
    Mail.objects.all().delete()
    found = {one.recommendation.number: one for one in cycle.updates.select_related("recommendation")}
    return Players(
        youth=youth_clerk,
        youth_head=heads[0],
        school=school_clerk,
        school_head=heads[1],
        provider=provider_clerk,
        deputy=deputy,
        reviewer=factories.member(Role.REVIEWER, health, name="Arbeitsgruppe"),
        chair=factories.member(Role.CHAIR, factories.office("334", "Zuwanderung"), name="Vorsitz"),
        coordinator=coordinator,
        youth_run=found["1"],
        school_run=found["2"],
        provider_run=found["3"],
    )


# --- What people do -------------------------------------------------------------------------------------------------


def day(text: str) -> datetime.date:
    return datetime.datetime.strptime(text, "%d.%m.%Y").replace(tzinfo=datetime.UTC).date()


def hand_in(run: StatusUpdate, by: Person, now: datetime.datetime) -> None:
    runs.hand_in(run.pk, by=by, content=content(), now=now)


def asks_for_time(one: Players, now: datetime.datetime) -> None:
    runs.ask_for_extension(
        one.school_run.pk,
        by=one.school,
        reason="Ferien",
        wanted_on=day("03.03.2028"),
        now=now,
        today=timezone.localdate(now),
    )


def gets_time(one: Players, now: datetime.datetime) -> None:
    asked = DeadlineExtension.objects.get()
    runs.grant_extension(
        asked.pk, by=one.coordinator, granted_on=day("03.03.2028"), now=now, today=timezone.localdate(now)
    )


def comes_back(one: Players, now: datetime.datetime) -> None:
    runs.return_for_revision(
        one.school_run.pk,
        revision_number=1,
        by=one.reviewer,
        comments=[CommentContent("Wie viele?", "done")],
        now=now,
        today=timezone.localdate(now),
    )


def approved(run: StatusUpdate, number: int, one: Players, now: datetime.datetime) -> None:
    runs.approve(run.pk, revision_number=number, by=one.reviewer, now=now)


EVENTS: dict[str, tuple[str, Callable[[Players, datetime.datetime], object]]] = {
    "17.01.2028": ("40 bittet um mehr Zeit", asks_for_time),
    "20.01.2028": ("40 bekommt Zeit bis 03.03.2028", gets_time),
    "02.02.2028": ("Träger gibt ab", lambda one, now: hand_in(one.provider_run, one.provider, now)),
    "08.02.2028": ("Träger ist freigegeben", lambda one, now: approved(one.provider_run, 1, one, now)),
    "07.03.2028": ("40 gibt ab", lambda one, now: hand_in(one.school_run, one.school, now)),
    "20.03.2028": ("40 bekommt den Text zurück", comes_back),
    "04.04.2028": ("40 gibt wieder ab", lambda one, now: hand_in(one.school_run, one.school, now)),
    "05.04.2028": ("40 ist freigegeben", lambda one, now: approved(one.school_run, 2, one, now)),
    "15.11.2028": ("51 gibt ab", lambda one, now: hand_in(one.youth_run, one.youth, now)),
}
"""At ten o'clock of a day. The clerk of 40 is away from 27.12.2027 to 12.01.2028, and 32 stands in."""


# --- The walk -------------------------------------------------------------------------------------------------------


@dataclass
class Walk:
    """Plays the days, and writes down what has arrived."""

    players: Players
    calendar: list[str] = field(default_factory=list)
    foreseen: dict[datetime.date, list[str]] = field(default_factory=dict)
    known: set[int] = field(default_factory=set)

    def play(self) -> None:
        for number in range((LAST - FIRST).days + 1):
            today = FIRST + number * DAY
            if today in QUIET:
                days = forecast(at(today, 6, 0))
                self.foreseen[today] = [line(one.day, sorted(map(ahead, one.mails))) for one in days if one.mails]
            arrived = [] if OUTAGE[0] <= today <= OUTAGE[1] else self.morning(today)
            if happens := EVENTS.get(today.strftime("%d.%m.%Y")):
                happens[1](self.players, at(today, 10, 0))
                arrived += [f"({happens[0]})", *self.delivered(at(today, 10))]
            if arrived:
                self.calendar.append(line(today, arrived))

    def morning(self, today: datetime.date) -> list[str]:
        department_letters.propose(today=today, now=at(today))
        planned = plan_reminders(today=today, now=at(today))
        arrived = self.delivered(at(today)) if planned and today != NO_MAIL_SERVER else []
        if planned:
            # The later runs of a day find nothing that the first has not told.
            assert plan_reminders(today=today, now=at(today, 18)) == 0
        return arrived

    def delivered(self, now: datetime.datetime) -> list[str]:
        delivery.sweep(clock=lambda: now)
        new = Mail.objects.filter(state=MailState.SENT).exclude(pk__in=self.known).select_related("person")
        self.known |= {mail.pk for mail in new}
        return sorted(told(mail) for mail in new)


def line(on: datetime.date, arrived: list[str]) -> str:
    return f"{date_format(on, 'D')} {on:%d.%m.%Y}  " + " · ".join(arrived)


def told(mail: Mail) -> str:
    """To whom a mail went, and what it told."""
    assert mail.person is not None
    if mail.kind != MailKind.REMINDER:
        return f"{mail.person.name} [{mail.kind}]"
    notices = mail.notices.filter(dropped_at=None).select_related("for_whom").order_by("-step", "kind")
    steps = Counter((one.kind, one.step, one.for_whom.name if one.for_whom else "") for one in notices)
    return words(mail.person.name, steps)


def ahead(mail: ForecastMail) -> str:
    """The same of a mail that is foreseen."""
    return words(mail.name, Counter({(one.kind, one.step, one.for_whom): one.number for one in mail.lines}))


def words(name: str, steps: Counter[tuple[str, int, str]]) -> str:
    said = (
        f"{f'{number}×' if number > 1 else ''}{MARKS[NoticeKind(kind)]}{step:+d}" + (f" für {absent}" if absent else "")
        for (kind, step, absent), number in steps.items()
    )
    return f"{name} {', '.join(said)}"


CALENDAR = """
Mi 15.12.2027  40 -30 · 51 -30 · Träger -30
Mo 27.12.2027  32 -30 für 40
Do 30.12.2027  32 -14 für 40 · 51 -14 · Träger -14
Di 11.01.2028  32 -3 für 40 · 51 -3 · Träger -3
Do 13.01.2028  40 -3
Fr 14.01.2028  40 +0 · 51 +0 · Träger +0
Mo 17.01.2028  40 +1 · 51 +1 · Träger +1 · (40 bittet um mehr Zeit) · Koord. A [extension] · Koord. B [extension]
Do 20.01.2028  (40 bekommt Zeit bis 03.03.2028) · 40 [extension]
Fr 21.01.2028  51 +7 · Koord. A L+7 · Koord. B L+7 · Leitung 51 L+7 · Träger +7
Fr 28.01.2028  Koord. A K+14 · Koord. B K+14
Mi 02.02.2028  40 -30 · (Träger gibt ab)
Fr 04.02.2028  51 +21 · Leitung 51 L+21
Di 08.02.2028  (Träger ist freigegeben) · Träger [approved]
Fr 11.02.2028  Koord. A K+28, D+0 · Koord. B K+28, D+0
Mo 28.02.2028  40 -14 · 51 +35 · Koord. A K+42 · Koord. B K+42 · Leitung 51 L+35
Di 29.02.2028  40 -3
Fr 03.03.2028  40 +0 · 51 +49 · Leitung 51 L+49
Mo 06.03.2028  40 +1
Di 07.03.2028  (40 gibt ab)
Fr 10.03.2028  Koord. A K+56 · Koord. B K+56
Fr 17.03.2028  51 +63 · Leitung 51 L+63
Mo 20.03.2028  (40 bekommt den Text zurück) · 40 [returned]
Fr 24.03.2028  Koord. A K+70 · Koord. B K+70
Fr 31.03.2028  40 -3 · 51 +77 · Leitung 51 L+77
Mo 03.04.2028  40 +0
Di 04.04.2028  (40 gibt wieder ab)
Mi 05.04.2028  (40 ist freigegeben) · 40 [approved]
Fr 07.04.2028  Koord. A K+84 · Koord. B K+84
Di 18.04.2028  51 +91 · Leitung 51 L+91
Fr 21.04.2028  Koord. A K+98 · Koord. B K+98
Fr 28.04.2028  51 +105 · Leitung 51 L+105
Fr 05.05.2028  Koord. A K+112 · Koord. B K+112
Fr 12.05.2028  51 +119 · Leitung 51 L+119
Fr 19.05.2028  Koord. A K+126 · Koord. B K+126
Fr 26.05.2028  51 +133 · Leitung 51 L+133
Fr 02.06.2028  Koord. A K+140 · Koord. B K+140
Fr 09.06.2028  51 +147 · Leitung 51 L+147
Fr 16.06.2028  Koord. A K+154 · Koord. B K+154
Fr 23.06.2028  51 +161 · Leitung 51 L+161
Fr 30.06.2028  Koord. A K+168 · Koord. B K+168
Fr 07.07.2028  51 +175 · Leitung 51 L+175
Fr 14.07.2028  Koord. A K+182 · Koord. B K+182
Mo 31.07.2028  51 +189 · Koord. A K+196 · Koord. B K+196 · Leitung 51 L+189
Fr 04.08.2028  51 +203 · Leitung 51 L+203
Fr 11.08.2028  Koord. A K+210 · Koord. B K+210
Fr 18.08.2028  51 +217 · Leitung 51 L+217
Fr 25.08.2028  Koord. A K+224 · Koord. B K+224
Fr 01.09.2028  51 +231 · Leitung 51 L+231
Fr 08.09.2028  Koord. A K+238 · Koord. B K+238
Fr 15.09.2028  51 +245 · Leitung 51 L+245
Fr 22.09.2028  Koord. A K+252 · Koord. B K+252
Fr 29.09.2028  51 +259 · Leitung 51 L+259
Fr 06.10.2028  Koord. A K+266 · Koord. B K+266
Fr 13.10.2028  51 +273 · Leitung 51 L+273
Fr 20.10.2028  Koord. A K+280 · Koord. B K+280
Fr 27.10.2028  51 +287 · Leitung 51 L+287
Fr 03.11.2028  Koord. A K+294 · Koord. B K+294
Fr 10.11.2028  51 +301 · Leitung 51 L+301
Mi 15.11.2028  (51 gibt ab)
Mi 29.11.2028  Arbeitsgruppe P+0 · Vorsitz P+0
Do 30.11.2028  Arbeitsgruppe P+1 · Vorsitz P+1
Mi 06.12.2028  Arbeitsgruppe P+7 · Vorsitz P+7
Mi 13.12.2028  Koord. A K+14 · Koord. B K+14
Mi 20.12.2028  Arbeitsgruppe P+21 · Vorsitz P+21
Mi 27.12.2028  Koord. A K+28 · Koord. B K+28
"""


def test_the_calendar_of_a_year(players: Players) -> None:
    factories.absence(players.school, players.deputy, first_day=day("27.12.2027"), last_day=day("12.01.2028"))
    walk = Walk(players)
    walk.play()

    assert walk.calendar == CALENDAR.strip().splitlines()
    for begins, foreseen in walk.foreseen.items():
        assert foreseen == [one for one in walk.calendar if begins <= day(one[3:13]) <= begins + 30 * DAY]
    reminders = Mail.objects.filter(kind=MailKind.REMINDER)
    # The clerk of 40 handed in while the mail of the day still waited: it was not sent any more.
    assert [one.person for one in reminders.exclude(state=MailState.SENT)] == [players.school]
    assert list(reminders.exclude(state=MailState.SENT).values_list("state", flat=True)) == [MailState.WITHDRAWN]
    sent = [timezone.localtime(one.sent_at) for one in reminders.filter(sent_at__isnull=False) if one.sent_at]
    assert {(one.hour, one.minute) for one in sent} == {(6, 30)}
    working = working_days()
    assert not any(working.is_free(one.date()) for one in sent)
    by_day = Counter((one.person_id, one.key) for one in reminders)
    assert set(by_day.values()) == {1}
