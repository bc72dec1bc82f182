"""The city's closing times: those that hold, and those that are over."""

import datetime
from dataclasses import dataclass

from offices.models import Closure


@dataclass(frozen=True, slots=True)
class ClosingTimes:
    """Closing times by whether they still count: every year, on the days to come, and no more."""

    yearly: list[Closure]
    coming: list[Closure]
    past: list[Closure]


def closing_times(today: datetime.date) -> ClosingTimes:
    """Return all closing times: yearly ones in the order of the year, the rest by date, past ones the newest first.

    One query.
    """
    yearly: list[Closure] = []
    coming: list[Closure] = []
    past: list[Closure] = []
    for one in Closure.objects.select_related("entered_by", "ended_by"):
        if one.ended_at is not None or (not one.yearly and one.last_day < today):
            past.append(one)
        else:
            (yearly if one.yearly else coming).append(one)
    yearly.sort(key=lambda one: (one.first_day.month, one.first_day.day, one.pk))
    return ClosingTimes(yearly, coming, past[::-1])


def closure(pk: int) -> Closure | None:
    """Return one closing time, or ``None``."""
    return Closure.objects.filter(pk=pk).first()
