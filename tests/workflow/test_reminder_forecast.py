"""What will be sent in the next 30 days: the planner's own rules, played ahead."""

import datetime
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications.models import Mail, MailState, Notice, NoticeKind, PausedAddress
from notifications.services.resending import send_once_more
from offices.models import Closure, Membership, OfficeKind, Person, Role
from tests import factories
from tests.conftest import Cast
from tests.factories import content
from tests.workflow.conftest import Stage
from workflow import runs
from workflow.models import DepartmentLetter, WorkItem, WorkStep
from workflow.queries.reminder_forecast import ForecastDay, forecast
from workflow.services import department_letters, weekly
from workflow.services.reminders import plan_reminders

SignIn = Callable[[Person], Client]

DAY = datetime.timedelta(days=1)
DUE = datetime.date(2027, 1, 15)

Sent = dict[datetime.date, dict[str, Counter[tuple[str, int]]]]


def at(day: datetime.date, hour: int = 6, minute: int = 30) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(hour, minute)))


def foreseen(days: list[ForecastDay]) -> Sent:
    """The forecast by day and addressee: how many notices of each kind and step."""
    found: Sent = {}
    for one in days:
        if one.mails:
            found[one.day] = {}
        for mail in one.mails:
            counted: Counter[tuple[str, int]] = Counter()
            for line in mail.lines:
                counted[line.kind, line.step] += line.number
            found[one.day][mail.told.addressee] = counted
    return found


def really_sent(first: datetime.date, last: datetime.date) -> Sent:
    """Let the planner work on each of these days, as if every mail arrived, and return what it wrote."""
    found: Sent = {}
    day = first
    while day <= last:
        before = set(Notice.objects.filter(mail__isnull=False).values_list("pk", "mail"))
        department_letters.propose(today=day, now=at(day))
        plan_reminders(today=day, now=at(day))
        Mail.objects.filter(state=MailState.DUE).update(state=MailState.SENT, sent_at=at(day), composed_at=at(day))
        for one in Notice.objects.filter(mail__isnull=False):
            if (one.pk, one.mail_id) not in before:
                found.setdefault(day, {}).setdefault(one.addressee, Counter())[one.kind, one.step] += 1
        day += DAY
    return found


def test_the_first_reminder_goes_out_thirty_days_before_the_date(cast: Cast, stage: Stage) -> None:
    days = [one for one in forecast(at(DUE - 31 * DAY), days=3) if one.mails]

    assert [one.day for one in days] == [DUE - 30 * DAY]
    assert [mail.name for mail in days[0].mails] == [
        cast.health.mailbox,
        "Sachbearbeitung 40",
        "Sachbearbeitung 51",
        "Sachbearbeitung 51/2",
    ]
    assert days[0].mails[1].reasons == ["30 Tage vor der Frist"]


@pytest.mark.parametrize("begins", [DUE - 31 * DAY, DUE - 15 * DAY, DUE - 3 * DAY, DUE, DUE + 5 * DAY, DUE + 40 * DAY])
def test_what_is_foreseen_is_what_the_planner_does(cast: Cast, stage: Stage, begins: datetime.date) -> None:
    """With a provider, a deputy, a reviewer, an extension, news, roles that end, closing days and a queue."""
    elsewhere = factories.member(Role.CLERK, factories.office("32", "Ordnungsamt"), name="Sachbearbeitung 32")
    factories.absence(cast.clerk, elsewhere, first_day=DUE - 5 * DAY, last_day=DUE + 10 * DAY)
    factories.absence(cast.reviewer, elsewhere, first_day=DUE + 12 * DAY, last_day=DUE + 20 * DAY)
    factories.member(Role.HEAD, cast.school, name="Leitung 40")
    Membership.objects.filter(person=cast.colleague).update(valid_until=DUE + 3 * DAY)
    Closure.objects.create(name="Betriebsausflug", first_day=DUE + 7 * DAY, last_day=DUE + 7 * DAY)
    cast.health.kind = OfficeKind.PROVIDER
    cast.health.save()
    WorkItem.objects.filter(update=stage.school_update).update(due_on=DUE + 17 * DAY)
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=factories.NOW)
    Notice.objects.create(
        kind=NoticeKind.NEWS,
        addressee=f"p:{cast.head.pk}",
        person=cast.head,
        about="approved:1",
        due_on=begins,
        line="Neues",
        created_at=at(begins - DAY),
    )
    really_sent(begins - 20 * DAY, begins - DAY)

    ahead = foreseen(forecast(at(begins, 6, 0)))

    assert ahead == really_sent(begins, begins + 30 * DAY)


def test_after_todays_run_it_foresees_only_what_is_left(cast: Cast, stage: Stage) -> None:
    really_sent(DUE - 3 * DAY, DUE - 3 * DAY)

    assert foreseen(forecast(at(DUE - 3 * DAY, 12), days=2)) == {}
    assert list(foreseen(forecast(at(DUE - 3 * DAY, 12), days=3))) == [DUE]


def test_who_has_a_mail_of_today_hears_the_rest_on_the_next_working_day(cast: Cast, stage: Stage) -> None:
    friday = DUE
    really_sent(friday, friday)
    WorkItem.objects.filter(update=stage.school_update).update(due_on=friday - DAY)

    ahead = foreseen(forecast(at(friday, 12), days=5))

    assert f"p:{cast.school_clerk.pk}" not in ahead.get(friday, {})
    assert ahead[friday + 3 * DAY][f"p:{cast.school_clerk.pk}"] == Counter({(NoticeKind.TASK, 1): 1})
    assert ahead == really_sent(friday + DAY, friday + 5 * DAY)


def test_in_the_evening_it_begins_tomorrow(cast: Cast, stage: Stage) -> None:
    assert list(foreseen(forecast(at(DUE, 18, 30), days=1))) == []
    assert list(foreseen(forecast(at(DUE, 18, 29), days=1))) == [DUE]


def test_a_mail_that_never_went_out_is_foreseen_anew(cast: Cast, stage: Stage) -> None:
    really_sent(DUE, DUE)
    Mail.objects.filter(recipient=cast.clerk.email).update(state=MailState.FAILED)

    ahead = foreseen(forecast(at(DUE, 19), days=3))

    assert ahead[DUE + 3 * DAY][f"p:{cast.clerk.pk}"] == Counter({(NoticeKind.TASK, 1): 1})
    ahead = foreseen(forecast(at(DUE + DAY, 19), days=2))
    assert ahead == really_sent(DUE + 2 * DAY, DUE + 3 * DAY)


def test_what_was_sent_once_more_is_not_foreseen_again(cast: Cast, stage: Stage) -> None:
    really_sent(DUE, DUE)
    Mail.objects.filter(recipient=cast.clerk.email, key__startswith="reminder:").update(
        state=MailState.FAILED, text="Worte"
    )
    first = Mail.objects.get(recipient=cast.clerk.email, state=MailState.FAILED)
    again = send_once_more(first.pk, by=cast.coordinator, now=at(DUE, 12), seen=0)
    Mail.objects.filter(pk=again.pk).update(state=MailState.SENT, sent_at=at(DUE, 12))

    ahead = foreseen(forecast(at(DUE, 19), days=10))

    assert ahead == really_sent(DUE + DAY, DUE + 10 * DAY)


def test_silence_that_counts_as_consent_is_not_recalled_after_its_date(cast: Cast) -> None:
    edition = factories.edition("Mit Mitzeichnung")
    factories.recommendation(factories.goal(edition), "2.1.1", lead=cast.youth, contributing=(cast.school,))
    cycle = factories.open_cycle(edition, by=cast.coordinator, co_sign=True, silence_is_consent=True, co_sign_days=14)
    update = cycle.updates.get()
    runs.hand_in(update.pk, by=cast.clerk, content=content(), now=factories.NOW)
    item = WorkItem.objects.get(step=WorkStep.CO_SIGN, is_open=True)

    ahead = foreseen(forecast(factories.NOW))

    told = {day for day, mails in ahead.items() if f"p:{cast.school_clerk.pk}" in mails}
    assert item.due_on in told
    assert max(told) == item.due_on


def test_nothing_is_foreseen_for_a_paused_address(cast: Cast, stage: Stage) -> None:
    PausedAddress.objects.create(address=cast.clerk.email, reason="550", since=factories.NOW)
    mails = {mail.told.address for mail in forecast(at(DUE, 6), days=0)[0].mails}

    assert cast.clerk.email not in mails
    assert cast.colleague.email in mails


def test_it_costs_the_same_with_two_tasks_and_with_twenty(cast: Cast, stage: Stage) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            forecast(at(DUE, 6))
        return len(captured)

    few = queries()
    goal = factories.goal(factories.edition("Zweite"), "2", "2.1")
    for number in range(20):
        factories.recommendation(goal, f"2.1.{number}", lead=cast.school)
    factories.open_cycle(goal.field.edition, by=cast.coordinator)
    assert queries() == few


def test_letters_to_departments_are_foreseen_once(cast: Cast, stage: Stage) -> None:
    department = factories.office("V", "Dezernat V", kind=OfficeKind.DEPARTMENT)
    for office in (cast.youth, cast.school):
        office.parent = department
        office.save()
    begins = DUE + 10 * DAY
    really_sent(begins, begins)

    letters = {one.day: one.letters for one in forecast(at(begins, 12), days=40) if one.letters}
    department_letters.propose(today=DUE + 27 * DAY, now=at(DUE + 27 * DAY))
    assert not DepartmentLetter.objects.exists()
    department_letters.propose(today=DUE + 28 * DAY, now=at(DUE + 28 * DAY))

    assert letters == {DUE + 28 * DAY: ["53 Gesundheitsamt Region Kassel", "V Dezernat V"]}
    assert sorted(str(one.department or one.office) for one in DepartmentLetter.objects.all()) == sorted(
        letters[DUE + 28 * DAY]
    )
    assert not any(one.letters for one in forecast(at(DUE + 28 * DAY, 12)))


def test_the_weekly_summary_is_foreseen(cast: Cast, stage: Stage) -> None:
    monday = datetime.date(2027, 1, 4)
    ahead = {one.day: one.weekly for one in forecast(at(monday, 6), days=14) if one.weekly}
    assert ahead == {monday: 1, monday + 7 * DAY: 1, monday + 14 * DAY: 1}

    weekly.plan_weekly(now=at(monday, 7))
    ahead = {one.day: one.weekly for one in forecast(at(monday, 8), days=14) if one.weekly}
    assert ahead == {monday + 7 * DAY: 1, monday + 14 * DAY: 1}


# --- The page -------------------------------------------------------------------------------------------------------


def test_coordinators_see_what_will_be_sent_and_to_whom(
    signed_in: SignIn, cast: Cast, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.absence(cast.clerk, cast.head, first_day=DUE - 40 * DAY, last_day=DUE + 40 * DAY)
    monkeypatch.setattr("django.utils.timezone.now", lambda: at(DUE - 20 * DAY))
    client = signed_in(cast.coordinator)
    page = client.get("/post/vorschau/").content.decode()
    chosen = client.get("/post/vorschau/?tag=2027-01-12&q=leitung").content.decode()

    assert "Erinnerungen gehen bis 25.01.2027 hinaus" in page
    assert "Wer am Montag, 28.12.2026 Post bekommt" in page
    assert "Wer am Dienstag, 12.01.2027 Post bekommt" in chosen
    assert "3 Tage vor der Frist (in Vertretung von Sachbearbeitung 51)" in chosen
    assert "Sachbearbeitung 40" not in chosen


def test_the_page_bears_nonsense_and_an_empty_forecast(signed_in: SignIn, cast: Cast) -> None:
    client = signed_in(cast.coordinator)

    assert "nichts fällig" in client.get("/post/vorschau/?tag=x&seite=y").content.decode()


def test_mails_lead_to_the_forecast(signed_in: SignIn, cast: Cast) -> None:
    assert 'href="/post/vorschau/"' in signed_in(cast.coordinator).get("/post/").content.decode()
    assert 'href="/post/vorschau/"' not in signed_in(cast.administrator).get("/post/").content.decode()
