"""Working days: weekends, the holidays of Hesse, and the city's closing times."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries, Settings

from config.settings.base import FEDERAL_STATES
from offices.models import Closure
from offices.working_days import ClosedTime, WorkingDays, working_days

DAY = datetime.timedelta(days=1)
BREAK = ClosedTime(datetime.date(2026, 12, 21), datetime.date(2027, 1, 3), yearly=True, name="Winterpause")

days = st.dates(datetime.date(2024, 1, 1), datetime.date(2035, 12, 31))
closed = st.lists(
    st.builds(
        lambda first, length, yearly: ClosedTime(first, first + length * DAY, yearly),
        days,
        st.integers(0, 60),
        st.booleans(),
    ),
    max_size=3,
)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("date", "name"),
    [
        ("2026-01-01", "Neujahr"),
        ("2026-04-03", "Karfreitag"),
        ("2026-04-06", "Ostermontag"),
        ("2027-03-29", "Ostermontag"),
        ("2026-05-01", "Erster Mai"),
        ("2026-05-14", "Christi Himmelfahrt"),
        ("2026-05-25", "Pfingstmontag"),
        ("2026-06-04", "Fronleichnam"),
        ("2027-05-27", "Fronleichnam"),
        ("2028-06-15", "Fronleichnam"),
        ("2025-10-03", "Tag der Deutschen Einheit"),
        ("2026-12-25", "Erster Weihnachtstag"),
        ("2028-12-26", "Zweiter Weihnachtstag"),
    ],
)
def test_holidays_of_hesse_are_free_and_have_their_names(date: str, name: str) -> None:
    assert WorkingDays().is_free(day(date))
    assert WorkingDays().name_of(day(date)) == name


@pytest.mark.parametrize("date", ["2025-10-31", "2029-10-31", "2027-11-01", "2028-08-15", "2026-01-06", "2026-11-18"])
def test_holidays_of_other_states_are_working_days_in_hesse(date: str) -> None:
    assert day(date).weekday() < 5
    assert not WorkingDays().is_free(day(date))
    assert WorkingDays().name_of(day(date)) == ""


def test_saturday_and_sunday_are_free_and_need_no_name() -> None:
    assert [WorkingDays().is_free(day("2026-11-20") + one * DAY) for one in range(4)] == [False, True, True, False]
    assert WorkingDays().name_of(day("2026-11-21")) == ""


@pytest.mark.parametrize(
    ("date", "free"),
    [
        ("2026-12-18", False),
        ("2026-12-21", True),
        ("2027-01-03", True),
        ("2027-01-04", False),
        ("2029-12-20", False),
        ("2029-12-21", True),
        ("2029-12-31", True),
        ("2030-01-02", True),
        ("2030-01-04", False),
        ("2029-07-02", False),
    ],
)
def test_a_yearly_break_over_the_turn_of_the_year_comes_back_every_year(date: str, free: bool) -> None:
    assert WorkingDays((BREAK,)).is_free(day(date)) is free


def test_a_yearly_closing_on_the_leap_day_comes_in_leap_years_alone() -> None:
    leap = WorkingDays((ClosedTime(day("2028-02-29"), day("2028-02-29"), yearly=True),))
    assert leap.is_free(day("2028-02-29"))
    assert leap.is_free(day("2032-02-29"))
    assert not leap.is_free(day("2029-02-28"))
    assert not leap.is_free(day("2029-03-01"))


def test_a_yearly_break_that_ends_on_the_leap_day_ends_on_the_28th_in_other_years() -> None:
    leap = WorkingDays((ClosedTime(day("2028-02-25"), day("2028-02-29"), yearly=True),))
    assert leap.is_free(day("2029-02-28"))
    assert not leap.is_free(day("2029-03-01"))


def test_a_closing_time_without_return_counts_in_its_year_alone() -> None:
    summer = WorkingDays((ClosedTime(day("2027-07-26"), day("2027-08-06"), name="Sommerpause"),))
    assert summer.on_or_before(day("2027-07-28")) == day("2027-07-23")
    assert summer.on_or_after(day("2027-07-28")) == day("2027-08-09")
    assert summer.name_of(day("2027-07-28")) == "Sommerpause"
    assert not summer.is_free(day("2028-07-26"))


@pytest.mark.parametrize(
    ("date", "before", "after"),
    [
        # Good Friday to Easter Monday
        ("2026-04-04", "2026-04-02", "2026-04-07"),
        # the Christmas of 2026: holidays on Friday and Saturday
        ("2026-12-25", "2026-12-24", "2026-12-28"),
        # a working day stays
        ("2026-11-23", "2026-11-23", "2026-11-23"),
        # over the turn of the year
        ("2028-01-01", "2027-12-31", "2028-01-03"),
    ],
)
def test_a_free_day_gives_way_to_the_working_day_before_or_after(date: str, before: str, after: str) -> None:
    assert WorkingDays().on_or_before(day(date)) == day(before)
    assert WorkingDays().on_or_after(day(date)) == day(after)


@given(days, closed)
def test_what_is_found_is_a_working_day_and_nothing_lies_between(date: datetime.date, closed: list[ClosedTime]) -> None:
    working = WorkingDays(tuple(closed))
    before, after = working.on_or_before(date), working.on_or_after(date)
    assert before <= date <= after
    assert not working.is_free(before)
    assert not working.is_free(after)
    assert (before == date) is (after == date) is (not working.is_free(date))
    between = (date - before).days, (after - date).days
    assert all(working.is_free(before + one * DAY) for one in range(1, between[0] + 1))
    assert all(working.is_free(date + one * DAY) for one in range(between[1]))


def test_a_city_that_is_always_closed_keeps_the_day_and_does_not_search_for_ever() -> None:
    always = WorkingDays((ClosedTime(day("2020-01-01"), day("2040-12-31")),))
    assert always.on_or_after(day("2027-05-05")) == day("2027-05-05")


@pytest.mark.parametrize("year", [2024, 2027, 2038])
def test_hesse_has_ten_holidays_that_may_fall_on_a_working_day(year: int) -> None:
    found = WorkingDays().holidays_of(year)
    assert [name for _day, name in found if "Fronleichnam" in name]
    assert len(found) == 10
    assert found == sorted(found)


def test_another_city_keeps_the_holidays_of_its_own_state(settings: Settings) -> None:
    settings.FEDERAL_STATE = "NW"
    assert WorkingDays().name_of(day("2027-11-01")) == "Allerheiligen"
    assert "Allerheiligen" in {name for _day, name in WorkingDays().holidays_of(2027)}


@pytest.mark.parametrize("state", FEDERAL_STATES)
def test_every_state_has_holidays_of_its_own(settings: Settings, state: str) -> None:
    settings.FEDERAL_STATE = state
    assert WorkingDays().is_free(day("2026-12-25"))


@pytest.mark.django_db
def test_the_city_begins_closed_on_24_and_31_december(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        city = working_days()
    assert [city.is_free(day(text)) for text in ("2029-12-24", "2029-12-31", "2029-12-27")] == [True, True, False]
    assert city.name_of(day("2029-12-24")) == "Heiligabend"


@pytest.mark.django_db
def test_an_ended_closing_time_counts_no_more() -> None:
    Closure.objects.filter(name="Silvester").update(ended_at="2026-11-23T09:00Z")
    assert not working_days().is_free(day("2029-12-31"))
