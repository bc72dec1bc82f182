"""What other rooms put on the coordinators' desk: on the board, in the menu, in the weekly summary."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications.models import Mail, MailKind
from offices.access import desk_of
from tests.conftest import Cast
from tests.factories import NOW, TODAY
from tests.workflow.conftest import Stage
from tests.workflow.test_weekly import MONDAY, at
from workflow import duties
from workflow.models import Duty
from workflow.queries.counts import counts
from workflow.services.weekly import foreseen, plan_weekly

DAY = datetime.timedelta(days=1)


def put(number: int = 1, due_on: datetime.date = TODAY + 42 * DAY, **fields: Any) -> Duty:
    fields.setdefault("title", f"Meldung {number} beantworten")
    fields.setdefault("link", f"/barrieren/{number}/")
    return duties.put(source=f"barrier:{number}", due_on=due_on, now=NOW, **fields)


@pytest.fixture
def coordinator(signed_in: Any, cast: Cast) -> Client:
    client: Client = signed_in(cast.coordinator)
    return client


def test_putting_it_there_twice_makes_one_duty(db: None) -> None:
    first = put()
    assert put(title="Anders", due_on=TODAY) == first
    assert [(one.title, one.due_on) for one in duties.open_duties(TODAY)] == [
        ("Meldung 1 beantworten", TODAY + 42 * DAY)
    ]


def test_a_title_that_is_too_long_is_cut_and_says_so(db: None) -> None:
    assert put(title="x" * 300).title == "x" * 199 + "…"


def test_the_most_urgent_stands_first_and_what_is_late_says_since_when(db: None) -> None:
    put(1)
    put(2, TODAY - 3 * DAY)
    late, soon = duties.open_duties(TODAY)
    assert late.source == "barrier:2"
    assert late.is_late
    assert late.due.sentence == "Erledigung war am 20.11.2026 fällig, seit 3 Tagen überfällig"
    assert not soon.is_late
    assert soon.due.sentence == "Erledigung bis 04.01.2027, noch 42 Tage"


def test_what_is_done_leaves_the_desk_and_keeps_who_did_it_when(cast: Cast) -> None:
    put()
    assert duties.done("barrier:1", by=cast.coordinator, now=NOW)
    assert duties.open_duties(TODAY) == []
    duty = Duty.objects.get()
    assert (duty.done_by, duty.done_at) == (cast.coordinator, NOW)


def test_done_a_second_time_changes_nothing_and_put_again_it_stays_done(cast: Cast) -> None:
    put()
    duties.done("barrier:1", by=cast.coordinator, now=NOW)
    assert not duties.done("barrier:1", by=None, now=NOW + DAY)
    assert not duties.done("barrier:99", by=None, now=NOW)
    put()
    assert Duty.objects.get().done_at == NOW
    assert duties.open_duties(TODAY) == []


# --- On the board and in the menu -----------------------------------------------------------------------------------


def test_the_board_shows_it_with_its_link_and_its_day(coordinator: Client, stage: Stage) -> None:
    assert "Außerdem zu tun" not in coordinator.get("/board/").content.decode()
    put(due_on=timezone.localdate() - DAY)
    page = coordinator.get("/board/").content.decode()
    assert "Außerdem zu tun" in page
    assert '<a href="/barrieren/1/">Meldung 1 beantworten</a>' in page
    assert "seit 1 Tag überfällig" in page
    assert "due--late" in page


def test_it_stands_on_the_board_before_there_is_any_cycle(coordinator: Client) -> None:
    put()
    assert "Meldung 1 beantworten" in coordinator.get("/board/").content.decode()


def test_of_many_the_most_urgent_five_are_in_sight(coordinator: Client, stage: Stage) -> None:
    for number in range(1, 9):
        put(number)
    assert "und 3 weitere Aufgaben" in coordinator.get("/board/").content.decode()


def test_the_menu_counts_it_for_coordinators_alone(cast: Cast, stage: Stage) -> None:
    put(1)
    put(2)
    assert counts(desk_of(cast.coordinator, TODAY)).duties == 2
    assert counts(desk_of(cast.clerk, TODAY)).duties == 0
    duties.done("barrier:1", by=cast.coordinator, now=NOW)
    assert counts(desk_of(cast.coordinator, TODAY)).duties == 1


def test_the_board_costs_one_query_more_however_many_there_are(coordinator: Client, stage: Stage) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            coordinator.get("/board/")
        return len(queries)

    before = cost()
    put(1)
    one = cost()
    for number in range(2, 21):
        put(number)
    assert (one, cost()) == (before + 1, before + 1)


# --- In the weekly summary ------------------------------------------------------------------------------------------


def weekly() -> Mail:
    return Mail.objects.get(kind=MailKind.WEEKLY)


def test_the_weekly_summary_names_it(cast: Cast, stage: Stage) -> None:
    put(due_on=MONDAY - 2 * DAY)
    assert plan_weekly(now=at(MONDAY)) == 1
    for words in (weekly().text, weekly().html):
        assert "Außerdem zu tun" in words
        assert "Meldung 1 beantworten" in words
        assert "seit 2 Tagen überfällig" in words
        assert "/barrieren/1/" in words


def test_the_summary_goes_out_for_it_even_while_no_cycle_runs(cast: Cast) -> None:
    assert plan_weekly(now=at(MONDAY)) == 0
    put()
    put(2)
    assert foreseen([MONDAY], now=at(MONDAY - DAY)) == {MONDAY: 1}
    assert plan_weekly(now=at(MONDAY)) == 1
    assert weekly().subject == "Ihre Woche: 2 Aufgaben warten auf Sie"


def test_of_very_many_the_summary_names_ten(cast: Cast) -> None:
    for number in range(1, 13):
        put(number)
    plan_weekly(now=at(MONDAY))
    assert weekly().text.count("beantworten") == 10
    assert "und 2 weitere Aufgaben" in weekly().text
    assert weekly().subject == "Ihre Woche: 12 Aufgaben warten auf Sie"
