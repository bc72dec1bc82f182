"""Tasks beside the flow in the coordinators' daily mail: a week before, once overdue, and never twice."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications.models import Mail, MailKind, MailState, Notice, NoticeKind
from notifications.services import delivery
from offices.models import Role
from tests import factories
from tests.conftest import Cast
from workflow import duties
from workflow.queries.reminder_forecast import forecast
from workflow.services.reminders import plan_reminders

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
PUT = datetime.date(2026, 12, 11)
DUE = datetime.date(2027, 1, 22)
"""Six weeks later; all of these days are Fridays."""
WEEK_BEFORE = datetime.date(2027, 1, 15)


def at(day: datetime.date, hour: int = 6, minute: int = 30) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(hour, minute)))


def put(number: int = 1, due_on: datetime.date = DUE, put_on: datetime.date = PUT) -> None:
    title, link = f"Barriere-Meldung {number} beantworten", f"/barrieren/{number}/"
    duties.put(source=f"barrier:{number}", title=title, link=link, due_on=due_on, now=at(put_on, 10))


def morning(day: datetime.date) -> list[Mail]:
    """Plan and deliver one morning; return the reminders that it has sent."""
    known = set(reminders().values_list("pk", flat=True))
    plan_reminders(today=day, now=at(day))
    delivery.sweep(clock=lambda: at(day))
    return list(reminders().exclude(pk__in=known).filter(state=MailState.SENT))


def reminders() -> Any:
    return Mail.objects.filter(kind=MailKind.REMINDER).order_by("pk")


def days_with_mail(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    return [day for number in range((last - first).days + 1) if morning(day := first + number * DAY)]


def test_a_week_before_and_from_the_day_after_it_once_a_week(cast: Cast) -> None:
    put()
    assert days_with_mail(PUT, DUE + 20 * DAY) == [WEEK_BEFORE, DUE + 3 * DAY, DUE + 10 * DAY, DUE + 17 * DAY]


def test_the_mail_says_what_until_when_and_where(cast: Cast) -> None:
    put()
    (mail,) = morning(WEEK_BEFORE)
    assert mail.recipient == cast.coordinator.email
    assert mail.subject == "1 Aufgabe bis 22.01."
    for words in (mail.text, mail.html):
        assert "Außerdem zu tun" in words
        assert "Barriere-Meldung 1 beantworten" in words
        assert "Erledigung bis 22.01.2027, noch 7 Tage" in words
        assert "http://127.0.0.1:8000/barrieren/1/" in words
    (mail,) = morning(DUE + 3 * DAY)
    assert mail.subject == "1 Aufgabe überfällig"
    assert "Erledigung war am 22.01.2027 fällig, seit 3 Tagen überfällig" in mail.text


def test_what_is_done_before_the_mail_goes_out_is_not_named_and_alone_makes_no_mail(cast: Cast) -> None:
    put(1)
    put(2)
    plan_reminders(today=WEEK_BEFORE, now=at(WEEK_BEFORE))
    duties.done("barrier:1", by=cast.coordinator, now=at(WEEK_BEFORE, 6, 31))
    delivery.sweep(clock=lambda: at(WEEK_BEFORE, 6, 32))
    mail = reminders().get()
    assert "Barriere-Meldung 2" in mail.text
    assert "Barriere-Meldung 1" not in mail.text
    plan_reminders(today=DUE + 3 * DAY, now=at(DUE + 3 * DAY))
    duties.done("barrier:2", by=cast.coordinator, now=at(DUE + 3 * DAY, 6, 31))
    delivery.sweep(clock=lambda: at(DUE + 3 * DAY, 6, 32))
    assert reminders().latest("pk").state == MailState.WITHDRAWN


def test_everything_of_one_morning_is_one_mail_to_each_coordinator(cast: Cast) -> None:
    second = factories.member(Role.COORDINATOR, email="zwei@stadt.example", name="Koordination 2")
    for number in range(1, 4):
        put(number)
    mails = morning(WEEK_BEFORE)
    assert {mail.person for mail in mails} == {cast.coordinator, second}
    assert [mail.text.count("beantworten") for mail in mails] == [3, 3]
    plan_reminders(today=WEEK_BEFORE, now=at(WEEK_BEFORE, 12, 30))
    assert reminders().count() == 2


def test_what_comes_due_while_the_mail_of_the_day_is_out_waits_for_the_next_working_day(cast: Cast) -> None:
    put(1)
    morning(WEEK_BEFORE)
    put(2, due_on=WEEK_BEFORE - DAY, put_on=PUT)
    assert morning(WEEK_BEFORE) == []
    assert days_with_mail(WEEK_BEFORE + DAY, WEEK_BEFORE + 4 * DAY) == [WEEK_BEFORE + 3 * DAY]


def test_whoever_was_not_reached_hears_of_it_once_in_the_words_of_the_newest_step(cast: Cast) -> None:
    put()
    plan_reminders(today=WEEK_BEFORE, now=at(WEEK_BEFORE))
    reminders().update(state=MailState.FAILED)
    (mail,) = morning(DUE + 3 * DAY)
    assert mail.text.count("Barriere-Meldung 1 beantworten") == 1
    assert "seit 3 Tagen überfällig" in mail.text
    assert Notice.objects.filter(kind=NoticeKind.DUTY, dropped_at__isnull=True).get().step == 1


def test_of_what_arrived_within_the_last_week_its_own_mail_has_told(cast: Cast) -> None:
    put(due_on=PUT + 4 * DAY)
    assert days_with_mail(PUT, PUT + 4 * DAY) == []
    assert days_with_mail(PUT + 5 * DAY, PUT + 6 * DAY) == [PUT + 5 * DAY]


def test_nobody_but_coordinators_is_told_and_nobody_who_is_none_any_more(cast: Cast) -> None:
    put()
    plan_reminders(today=WEEK_BEFORE, now=at(WEEK_BEFORE))
    assert {one.person for one in Notice.objects.filter(kind=NoticeKind.DUTY)} == {cast.coordinator}
    cast.coordinator.memberships.update(valid_until=WEEK_BEFORE - DAY)
    delivery.sweep(clock=lambda: at(WEEK_BEFORE, 6, 32))
    assert reminders().get().state == MailState.WITHDRAWN


def test_what_is_foreseen_is_what_comes(cast: Cast) -> None:
    put(1)
    put(2, due_on=DUE + 5 * DAY)
    ahead = [one.day for one in forecast(at(WEEK_BEFORE - 2 * DAY, 6, 0)) if one.mails]
    assert ahead == days_with_mail(WEEK_BEFORE - 2 * DAY, WEEK_BEFORE + 28 * DAY)
    assert len(ahead) == len(set(ahead)) > 5


def test_the_plan_costs_the_same_with_one_and_with_twenty(cast: Cast) -> None:
    def cost(day: datetime.date) -> int:
        with CaptureQueriesContext(connection) as queries:
            plan_reminders(today=day, now=at(day))
        delivery.sweep(clock=lambda: at(day))
        return len(queries)

    put(1)
    one = cost(WEEK_BEFORE)
    for number in range(2, 21):
        put(number, due_on=DUE + 28 * DAY)
    duties.done("barrier:1", by=None, now=at(DUE))
    assert cost(WEEK_BEFORE + 28 * DAY) == one
    assert Notice.objects.filter(kind=NoticeKind.DUTY).count() == 20
