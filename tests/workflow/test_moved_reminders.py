"""Who enters a closing time reads which cycles' reminders it moves."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from offices.models import Closure
from offices.working_days import ClosedTime, WorkingDays
from tests import factories
from tests.conftest import Cast
from workflow.models import CycleState, ReportingCycle
from workflow.queries.moved_reminders import moved
from workflow.reminder_calendar import calendar_of
from workflow.reminding import Policy

TODAY = datetime.date(2098, 9, 1)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def planned(cast: Cast) -> ReportingCycle:
    """Due on Thursday, 15 January 2099; before and after it, reminders on many days."""
    opens, due = datetime.date(2098, 10, 1), datetime.date(2099, 1, 15)
    return factories.cycle(factories.edition(), opens_on=opens, due_on=due)


def days_of(cycle: ReportingCycle, *closed: ClosedTime) -> set[datetime.date]:
    return {one.day for one in calendar_of(cycle, Policy(), WorkingDays(closed), TODAY).days}


def said(*closed: ClosedTime) -> list[str]:
    return moved(WorkingDays(), WorkingDays(closed), TODAY)


def test_it_counts_the_days_that_are_in_the_closing_time(planned: ReportingCycle) -> None:
    first, last = datetime.date(2099, 1, 12), datetime.date(2099, 1, 16)
    inside = {one for one in days_of(planned) if first <= one <= last}
    assert len(inside) > 1
    assert said(ClosedTime(first, last)) == [
        f"Das verschiebt {len(inside)} Erinnerungstage der Abfrage {planned.period_label}."
    ]
    one = min(inside)
    assert said(ClosedTime(one, one)) == [f"Das verschiebt 1 Erinnerungstag der Abfrage {planned.period_label}."]


def test_days_on_which_nothing_goes_out_move_nothing(planned: ReportingCycle) -> None:
    quiet = datetime.date(2098, 10, 20)
    assert quiet not in days_of(planned)
    assert said(ClosedTime(quiet, quiet)) == ["Kein Erinnerungstag einer Abfrage verschiebt sich dadurch."]


def test_what_is_over_and_closed_cycles_are_left_out(planned: ReportingCycle) -> None:
    day = min(days_of(planned))
    assert "verschiebt 1" in said(ClosedTime(day, day))[0]
    closed = WorkingDays((ClosedTime(day, day),))
    assert "Kein Erinnerungstag" in moved(WorkingDays(), closed, max(days_of(planned)) + 40 * DAY)[0]
    ReportingCycle.objects.update(state=CycleState.CLOSED)
    assert said(ClosedTime(day, day)) == []


def test_the_page_says_it_on_entering_and_on_ending(signed_in: Any, cast: Cast, planned: ReportingCycle) -> None:
    client = signed_in(cast.coordinator)
    # Thursday: the due day itself. Nothing else of the cycle goes out on it or on the day after.
    sent = {"name": "Umzug", "first_day": "15.01.2099", "last_day": ""}
    page = client.post(reverse("offices:closure-list"), sent, follow=True).content.decode()
    words = f"Das verschiebt 1 Erinnerungstag der Abfrage {planned.period_label}."
    assert f"sofort. {words}" in page
    ended = reverse("offices:closure-end", args=[Closure.objects.get(name="Umzug").pk])
    assert words in client.post(ended, follow=True).content.decode()


def test_it_costs_two_queries_whatever_the_number_of_cycles(planned: ReportingCycle) -> None:
    costs = []
    for number in (2, 20):
        while ReportingCycle.objects.count() < number:
            factories.cycle(factories.edition(f"Fassung {ReportingCycle.objects.count()}"), due_on=planned.due_on)
        with CaptureQueriesContext(connection) as captured:
            assert len(said(ClosedTime(planned.due_on, planned.due_on))) == number
        costs.append(len(captured))
    assert costs == [2, 2]
