"""Periods of validity: whole days, both ends included, empty ends open."""

import datetime
import itertools

import pytest

from offices.models import Membership

FIRST = datetime.date(2026, 1, 1)
DAYS = [FIRST + datetime.timedelta(days=number) for number in range(4)]
ENDS = [None, *DAYS]


def period(begin: datetime.date | None, end: datetime.date | None) -> Membership:
    return Membership(valid_from=begin, valid_until=end)


PERIODS = [period(b, e) for b, e in itertools.product(ENDS, ENDS) if b is None or e is None or b <= e]
WIDER = [FIRST + datetime.timedelta(days=number) for number in range(-2, 7)]


def test_periods_overlap_exactly_when_they_share_a_day() -> None:
    for one, other in itertools.product(PERIODS, PERIODS):
        shared = any(one.is_valid_on(day) and other.is_valid_on(day) for day in WIDER)
        assert one.overlaps(other) is shared, (one.valid_from, one.valid_until, other.valid_from, other.valid_until)


@pytest.mark.parametrize("day", DAYS)
def test_a_period_of_one_day_is_valid_on_it(day: datetime.date) -> None:
    assert period(day, day).is_valid_on(day)
    assert not period(day, day).is_valid_on(day + datetime.timedelta(days=1))
