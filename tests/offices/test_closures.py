"""Closing times: entering, ending, and the page."""

import datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from offices.errors import ConflictError, DomainError
from offices.models import Closure
from offices.queries.closures import closing_times
from offices.services import closures
from offices.working_days import working_days
from tests.conftest import Cast
from tests.factories import NOW, TODAY

DAY = datetime.timedelta(days=1)
SUMMER = datetime.date(2027, 7, 26)
WHERE = "/schliesszeiten/"


def enter(cast: Cast, first: datetime.date = SUMMER, length: int = 12, *, yearly: bool = False) -> Closure:
    return closures.enter(
        name="Sommerpause",
        first_day=first,
        last_day=first + (length - 1) * DAY,
        yearly=yearly,
        by=cast.coordinator,
        now=NOW,
        today=TODAY,
    )


def test_a_closing_time_holds_at_once_and_says_who_entered_it(cast: Cast) -> None:
    made = enter(cast)
    assert (made.entered_by, made.entered_at) == (cast.coordinator, NOW)
    assert working_days().is_free(SUMMER)
    assert closing_times(TODAY).coming == [made]


@pytest.mark.parametrize(
    ("first", "length", "yearly"),
    [
        (SUMMER, 0, False),
        (SUMMER, 93, False),
        (SUMMER, 93, True),
        (TODAY - 10 * DAY, 10, False),
    ],
)
def test_days_that_make_no_sense_are_refused(cast: Cast, first: datetime.date, length: int, yearly: bool) -> None:
    with pytest.raises(DomainError):
        enter(cast, first, length, yearly=yearly)
    assert Closure.objects.count() == 2


@pytest.mark.parametrize(
    ("first", "length", "yearly"),
    [(SUMMER, 1, False), (SUMMER, 92, False), (TODAY - 9 * DAY, 10, False), (datetime.date(2020, 12, 24), 9, True)],
)
def test_days_that_can_be_entered(cast: Cast, first: datetime.date, length: int, yearly: bool) -> None:
    assert enter(cast, first, length, yearly=yearly).pk


def test_the_same_days_are_entered_once_and_again_after_they_were_ended(cast: Cast) -> None:
    made = enter(cast)
    with pytest.raises(ConflictError):
        enter(cast)
    closures.end(closure=made, by=cast.administrator, now=NOW)
    assert enter(cast).pk != made.pk


def test_whoever_ends_a_closing_time_stands_beside_it_and_its_days_are_worked_on(cast: Cast) -> None:
    made = enter(cast)
    ended = closures.end(closure=made, by=cast.administrator, now=NOW)
    assert (ended.ended_by, ended.ended_at) == (cast.administrator, NOW)
    assert not working_days().is_free(SUMMER)
    assert closing_times(TODAY).past == [made]
    with pytest.raises(ConflictError):
        closures.end(closure=made, by=cast.coordinator, now=NOW)
    assert Closure.objects.get(pk=made.pk).ended_by == cast.administrator


def test_what_is_over_stands_among_the_past_ones(cast: Cast) -> None:
    made = enter(cast)
    assert closing_times(made.last_day).coming == [made]
    assert closing_times(made.last_day + DAY).past == [made]


@pytest.mark.parametrize("who", ["coordinator", "administrator"])
def test_the_page_enters_a_break_and_ends_it(signed_in: Any, cast: Cast, who: str) -> None:
    client = signed_in(getattr(cast, who))
    first = timezone.localdate() + 30 * DAY
    sent = {"name": "Umzug", "first_day": first.strftime("%d.%m.%Y"), "last_day": ""}
    page = client.post(WHERE, sent, follow=True).content.decode()
    made = Closure.objects.get(name="Umzug")
    assert (made.first_day, made.last_day, made.yearly, made.entered_by) == (first, first, False, getattr(cast, who))
    assert "„Umzug“ ist eingetragen" in page
    assert f"eingetragen von {getattr(cast, who).name}" in page
    page = client.post(reverse("offices:closure-end", args=[made.pk]), follow=True).content.decode()
    assert "Die Tage sind wieder Arbeitstage" in page
    assert "1 Schließzeit, die vorbei ist" in page
    page = client.post(reverse("offices:closure-end", args=[made.pk]), follow=True).content.decode()
    assert "ist schon beendet" in page


def test_the_page_shows_the_yearly_days_and_the_holidays_of_two_years(signed_in: Any, cast: Cast) -> None:
    page = signed_in(cast.coordinator).get(WHERE).content.decode()
    for words in ("Heiligabend", "24.12.", "Silvester", "Fronleichnam", str(timezone.localdate().year + 1)):
        assert words in page


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": "", "first_day": "01.08.2099"}, "1 Angabe fehlt"),
        ({"name": "Pause", "first_day": "31.02.2099"}, "Bitte schreiben Sie das Datum so"),
        ({"name": "Pause", "first_day": "10.08.2099", "last_day": "01.08.2099"}, "Der letzte Tag liegt vor dem ersten"),
        ({"name": "Pause", "first_day": "01.08.2099", "last_day": "31.12.2099"}, "höchstens 92 Tage"),
        ({"name": "Pause", "first_day": "01.08.2020"}, "Diese Tage sind vorbei"),
    ],
)
def test_the_page_explains_what_does_not_fit(signed_in: Any, cast: Cast, sent: dict[str, str], said: str) -> None:
    response = signed_in(cast.coordinator).post(WHERE, sent)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert Closure.objects.count() == 2


@pytest.mark.parametrize("who", ["clerk", "head", "reviewer", "chair", "reader", "stranger"])
def test_closing_times_are_not_there_for_others(signed_in: Any, cast: Cast, who: str) -> None:
    client = signed_in(getattr(cast, who))
    closure = Closure.objects.get(name="Silvester")
    assert client.get(WHERE).status_code == 404
    assert client.post(WHERE, {"name": "Pause", "first_day": "01.08.2099"}).status_code == 404
    assert client.post(reverse("offices:closure-end", args=[closure.pk])).status_code == 404
    assert Closure.objects.filter(ended_at__isnull=True).count() == 2


def test_an_unknown_closing_time_is_not_found(signed_in: Any, cast: Cast) -> None:
    assert signed_in(cast.coordinator).post(reverse("offices:closure-end", args=[999_999])).status_code == 404


@pytest.mark.parametrize("number", [2, 20])
def test_the_page_costs_a_constant_number_of_queries(
    signed_in: Any, cast: Cast, number: int, django_assert_max_num_queries: Any
) -> None:
    for month in range(number):
        made = enter(cast, SUMMER + month * 30 * DAY, 5)
        if month % 2:
            closures.end(closure=made, by=cast.administrator, now=NOW)
    client = signed_in(cast.coordinator)
    with django_assert_max_num_queries(6):
        assert client.get(WHERE).status_code == 200


def test_a_yearly_break_from_christmas_to_epiphany_is_listed_in_the_order_of_the_year(cast: Cast) -> None:
    enter(cast, datetime.date(2026, 2, 16), 1, yearly=True)
    assert [one.name for one in closing_times(TODAY).yearly] == ["Sommerpause", "Heiligabend", "Silvester"]
