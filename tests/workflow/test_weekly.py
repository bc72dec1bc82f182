"""The weekly summary: once a week, in the figures of the board, for the coordinators who want it."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from celery.schedules import crontab
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.schedule import SCHEDULE
from notifications.models import Delivery, Mail, MailKind, MailPreference, MailState, NewsKind, PausedAddress
from offices.access import desk_of
from offices.models import Membership, Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.conftest import Stage
from workflow import opening, runs
from workflow.models import CycleState, DepartmentLetter, LetterState, ReportingCycle
from workflow.queries.board import board
from workflow.queries.board_filters import BoardFilters
from workflow.services.weekly import plan_weekly

BERLIN = ZoneInfo("Europe/Berlin")
DAY = datetime.timedelta(days=1)
WEEK = 7 * DAY
MONDAY = datetime.date(2026, 11, 30)


def at(day: datetime.date, hour: int = 7, minute: int = 0) -> datetime.datetime:
    return datetime.datetime(day.year, day.month, day.day, hour, minute, tzinfo=BERLIN)


def summary(key: str = "weekly:2026-W49") -> Mail:
    return Mail.objects.get(kind=MailKind.WEEKLY, key=key)


def written() -> list[tuple[str, str]]:
    return sorted(Mail.objects.filter(kind=MailKind.WEEKLY).values_list("key", "recipient"))


# --- When -----------------------------------------------------------------------------------------------------------


def test_it_goes_out_on_monday_at_seven_to_coordinators_alone(cast: Cast, stage: Stage) -> None:
    assert plan_weekly(now=at(MONDAY, 6, 59)) == 0
    assert plan_weekly(now=at(MONDAY)) == 1
    assert written() == [("weekly:2026-W49", cast.coordinator.email)]
    assert summary().person == cast.coordinator
    assert summary().obsolete_at == at(MONDAY + WEEK, 0)


def test_the_job_runs_each_hour_from_seven_on() -> None:
    schedule = SCHEDULE["plan-weekly-summary"]["schedule"]
    assert isinstance(schedule, crontab)
    assert (min(schedule.hour), schedule.minute, schedule.day_of_week) == (7, {0}, set(range(7)))


def test_nobody_gets_a_second_one_in_the_same_week(cast: Cast, stage: Stage) -> None:
    plan_weekly(now=at(MONDAY))
    assert plan_weekly(now=at(MONDAY)) == 0
    assert plan_weekly(now=at(MONDAY + 4 * DAY, 18)) == 0
    cast.coordinator.email = "neu@stadt.example"
    cast.coordinator.save()
    factories.member(Role.COORDINATOR, email="zweite@stadt.example", name="Zweite Koordination")
    assert plan_weekly(now=at(MONDAY + DAY)) == 0, "neither after a change of address nor for who comes later"
    assert plan_weekly(now=at(MONDAY + WEEK)) == 2


def test_a_lost_run_is_made_up_for_in_the_same_week_and_not_in_the_next(cast: Cast, stage: Stage) -> None:
    assert plan_weekly(now=at(MONDAY + 3 * DAY, 15)) == 1
    assert plan_weekly(now=at(MONDAY + 3 * DAY, 16)) == 0
    assert plan_weekly(now=at(MONDAY + WEEK)) == 1
    assert [key for key, _to in written()] == ["weekly:2026-W49", "weekly:2026-W50"]


def test_a_lost_run_waits_for_a_working_day(cast: Cast, stage: Stage) -> None:
    assert plan_weekly(now=at(MONDAY + 5 * DAY, 9)) == 0
    assert plan_weekly(now=at(MONDAY + 6 * DAY, 9)) == 0


@pytest.mark.parametrize(
    ("monday", "first"),
    [
        (datetime.date(2027, 3, 29), datetime.date(2027, 3, 30)),  # Easter Monday, the day after the clock change
        (datetime.date(2027, 5, 17), datetime.date(2027, 5, 18)),  # Whit Monday
    ],
)
def test_on_a_free_monday_it_goes_out_on_the_next_working_day(
    cast: Cast, stage: Stage, monday: datetime.date, first: datetime.date
) -> None:
    assert plan_weekly(now=at(monday, 7)) == 0
    assert plan_weekly(now=at(monday, 18)) == 0
    assert plan_weekly(now=at(first, 6)) == 0
    assert plan_weekly(now=at(first, 7)) == 1


def test_weeks_are_counted_right_over_the_turn_of_the_year(cast: Cast, stage: Stage) -> None:
    day = datetime.date(2026, 12, 28)
    for hour in range(21 * 24):
        plan_weekly(now=at(day, 0) + datetime.timedelta(hours=hour))
    assert [key for key, _to in written()] == ["weekly:2026-W53", "weekly:2027-W01", "weekly:2027-W02"]


# --- To whom --------------------------------------------------------------------------------------------------------


def test_a_coordinator_may_switch_it_off(cast: Cast, stage: Stage) -> None:
    other = factories.member(Role.COORDINATOR, email="zweite@stadt.example", name="Zweite Koordination")
    MailPreference.objects.create(person=cast.coordinator, news=NewsKind.WEEKLY, delivery=Delivery.OFF)
    MailPreference.objects.create(person=other, news=NewsKind.APPROVED, delivery=Delivery.OFF)
    assert plan_weekly(now=at(MONDAY)) == 1
    assert written() == [("weekly:2026-W49", other.email)]


def test_a_link_in_it_switches_it_off_without_signing_in(client: Client, cast: Cast, stage: Stage) -> None:
    plan_weekly(now=at(MONDAY))
    mail = summary()
    assert mail.unsubscribe_url in mail.text
    assert client.post(mail.unsubscribe_url).status_code in {200, 302}
    assert plan_weekly(now=at(MONDAY + WEEK)) == 0


def test_without_coordinators_or_without_a_running_cycle_nothing_is_written(cast: Cast, stage: Stage) -> None:
    opening.close_cycle(stage.cycle.pk, by=cast.coordinator, now=NOW)
    assert plan_weekly(now=at(MONDAY)) == 0
    ReportingCycle.objects.update(state=CycleState.OPEN)
    Membership.objects.filter(role=Role.COORDINATOR).update(valid_until=TODAY)
    assert plan_weekly(now=at(MONDAY)) == 0


def test_a_cycle_that_opened_after_monday_waits_for_the_next_summary(cast: Cast, stage: Stage) -> None:
    ReportingCycle.objects.update(opened_at=at(MONDAY, 9))
    assert plan_weekly(now=at(MONDAY + DAY)) == 0
    assert plan_weekly(now=at(MONDAY + WEEK)) == 1


# --- What it says ---------------------------------------------------------------------------------------------------


def test_it_says_what_the_board_says(cast: Cast, stage: Stage) -> None:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    day = stage.cycle.due_on + 10 * DAY  # a Monday
    plan_weekly(now=at(day))
    seen = board(stage.cycle, BoardFilters(), day, desk=desk_of(cast.coordinator, day), now=at(day))
    mail = summary("weekly:2027-W04")
    assert mail.subject == "Ihre Woche: 1 von 3 abgegeben, 2 Sachstände überfällig"
    for said in (mail.text, mail.html):
        assert "Guten Tag, Koordination," in said
        assert str(stage.cycle) in said
        assert seen.due is not None
        assert seen.due.sentence in said
        assert seen.forecast in said
        for group in seen.waiting:
            assert group.who in said
            assert group.longest in said
        for office in seen.late:
            assert f"{office.label}: {office.number}" in said
    assert "Seit dem 18.01.2027" in mail.text
    assert "* 2 Sachstände überfällig" in mail.text
    assert "* 40 Amt für Schule und Bildung: 1, am längsten seit 10 Tagen" in mail.text


def test_each_figure_leads_to_the_board_with_its_filter(cast: Cast, stage: Stage) -> None:
    plan_weekly(now=at(stage.cycle.due_on + 10 * DAY))
    here = f"http://127.0.0.1:8000{reverse('workflow:board')}?abfrage={stage.cycle.pk}"
    html = summary("weekly:2027-W04").html
    for rest in ("&amp;nur=abgegeben", "&amp;stand=approved", "&amp;nur=ueberfaellig", "&amp;nur=schreiben"):
        assert f'href="{here}{rest}"' in html
    assert f'href="{here}&amp;amt={cast.youth.pk}&amp;nur=ueberfaellig"' in html
    assert f"{here}&amt={cast.youth.pk}&nur=ueberfaellig" in summary("weekly:2027-W04").text


def test_extensions_to_decide_lead_to_the_page_on_which_they_are_decided(cast: Cast, stage: Stage) -> None:
    runs.ask_for_extension(
        stage.youth_update.pk,
        by=cast.clerk,
        wanted_on=stage.cycle.due_on + WEEK,
        reason="Ferien",
        now=NOW,
        today=TODAY,
    )
    plan_weekly(now=at(MONDAY))
    assert "Koordination: 1, am längsten seit 7 Tagen" in summary().text
    assert f"http://127.0.0.1:8000{reverse('workflow:request-list')}" in summary().text


def test_letters_to_departments_that_wait_for_a_decision_are_counted(cast: Cast, stage: Stage) -> None:
    plan_weekly(now=at(MONDAY))
    assert "Dezernat" not in summary().text
    DepartmentLetter.objects.create(cycle=stage.cycle, department=cast.youth, proposed_at=NOW)
    DepartmentLetter.objects.create(cycle=stage.cycle, state=LetterState.DECLINED, proposed_at=NOW)
    plan_weekly(now=at(MONDAY + WEEK))
    text = summary("weekly:2026-W50").text
    assert "1 Schreiben an ein Dezernat wartet auf Ihre Entscheidung:" in text
    assert f"http://127.0.0.1:8000{reverse('workflow:letter-list')}" in text


def test_it_tells_what_has_changed_since_the_last_one(cast: Cast, stage: Stage) -> None:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=at(MONDAY - DAY, 12))
    plan_weekly(now=at(MONDAY))
    assert "* Abgegeben: 1" in summary().text
    runs.approve(stage.youth_update.pk, revision_number=1, by=cast.reviewer, now=at(MONDAY, 12))
    plan_weekly(now=at(MONDAY + WEEK))
    text = summary("weekly:2026-W50").text
    assert "Seit dem 30.11.2026:\n\n* Freigegeben: 1" in text
    assert "Abgegeben: 1" not in text
    plan_weekly(now=at(MONDAY + 2 * WEEK))
    assert "* Nichts hat sich geändert." in summary("weekly:2026-W51").text


def test_what_has_become_overdue_in_the_week_is_told_apart(cast: Cast, stage: Stage) -> None:
    first = stage.cycle.due_on + 3 * DAY
    stage.cycle.updates.filter(pk=stage.youth_update.pk).update(due_on=first - 10 * DAY)
    plan_weekly(now=at(first))
    assert "3 Sachstände überfällig (davon 2 seit dem 11.01.2027)" in summary("weekly:2027-W03").text
    plan_weekly(now=at(first + WEEK))
    assert "3 Sachstände überfällig\n" in summary("weekly:2027-W04").text


def test_what_does_not_arrive_is_named(cast: Cast, stage: Stage) -> None:
    plan_weekly(now=at(MONDAY))
    assert "Was nicht ankommt" not in summary().text
    PausedAddress.objects.create(address="weg@stadt.example", reason="550 unknown", since=NOW)
    PausedAddress.objects.create(address="wieder-da@stadt.example", reason="550", since=NOW, ended_at=NOW)
    for key, moment in (("frueher", at(MONDAY - DAY)), ("eben", at(MONDAY + DAY))):
        Mail.objects.create(
            kind=MailKind.NUDGE,
            recipient="weg@stadt.example",
            key=key,
            subject="Erinnerung",
            message_id=f"<{key}@stadt.example>",
            state=MailState.FAILED,
            created_at=moment,
            next_try_at=moment,
        )
    plan_weekly(now=at(MONDAY + WEEK))
    text = summary("weekly:2026-W50").text
    assert "* weg@stadt.example: Dorthin geht seit dem 23.11.2026 nichts mehr" in text
    assert "wieder-da" not in text
    assert "* 1 Mail war seit dem 30.11.2026 nicht zustellbar" in text
    assert f"http://127.0.0.1:8000{reverse('notifications:outbox')}?stand=failed&von=2026-11-30" in text
    assert "zurückgekommen" not in text
    Mail.objects.filter(key="eben").update(state=MailState.SENT, bounced_at=at(MONDAY + 2 * DAY))
    Mail.objects.filter(kind=MailKind.WEEKLY, key="weekly:2026-W50").delete()
    plan_weekly(now=at(MONDAY + WEEK))
    text = summary("weekly:2026-W50").text
    assert "* 1 Mail ist seit dem 30.11.2026 zurückgekommen" in text
    assert "nicht zustellbar" not in text


def test_each_running_cycle_is_told_of(cast: Cast, stage: Stage) -> None:
    factories.open_cycle(stage.edition, period_from=datetime.date(2023, 1, 1), period_until=datetime.date(2024, 12, 31))
    factories.cycle(stage.edition, period_from=datetime.date(2021, 1, 1), period_until=datetime.date(2022, 12, 31))
    plan_weekly(now=at(MONDAY))
    assert summary().subject == "Ihre Woche: So stehen 2 Abfragen"
    assert "2025–2026" in summary().text
    assert "2023–2024" in summary().text
    assert "2021–2022" not in summary().text, "This one is planned."


def test_a_closed_cycle_counts_as_long_as_work_is_open_in_it(cast: Cast, stage: Stage) -> None:
    opening.close_cycle(stage.cycle.pk, by=cast.coordinator, now=NOW)
    runs.reopen(
        stage.youth_update.pk, by=cast.coordinator, reason="Nachgereicht", due_on=TODAY + 30 * DAY, now=NOW + DAY
    )
    assert plan_weekly(now=at(MONDAY)) == 1
    assert str(stage.cycle) in summary().text


def test_statements_do_not_grow_with_runs_and_coordinators(cast: Cast, stage: Stage) -> None:
    counts = []
    for week, number in enumerate((2, 20)):
        goal = factories.goal(stage.edition, number=f"2.{number}")
        for place in range(number):
            factories.recommendation(goal, f"2.{number}.{place}", lead=cast.youth)
            factories.member(Role.COORDINATOR, email=f"k{number}-{place}@stadt.example", name=f"K {number} {place}")
        opening.open_cycle(stage.cycle.pk, by=None, now=NOW, today=TODAY)
        with CaptureQueriesContext(connection) as queries:
            assert plan_weekly(now=at(MONDAY + week * WEEK)) > number
        counts.append(len(queries))
    assert counts[0] == counts[1]
