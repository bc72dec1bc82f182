"""Working days of the city: not Saturday or Sunday, no holiday of the federal state, no closing time."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import holidays
from django.conf import settings

from offices.models import Closure

ONE = datetime.timedelta(days=1)
SATURDAY = 5
LONGEST = 366
"""No stretch of free days is longer; who closes for a year and a day has no working days."""


@dataclass(frozen=True)
class ClosedTime:
    """Days that are free, both ends included; ``yearly`` on the same days of every year."""

    first_day: datetime.date
    last_day: datetime.date
    yearly: bool = False
    name: str = ""

    def holds(self, day: datetime.date) -> bool:
        """Return whether ``day`` lies in it."""
        if not self.yearly:
            return self.first_day <= day <= self.last_day
        begin, end = (self.first_day.month, self.first_day.day), (self.last_day.month, self.last_day.day)
        here = (day.month, day.day)
        return begin <= here <= end if begin <= end else here >= begin or here <= end


@dataclass(frozen=True)
class WorkingDays:
    """Tells working days from free ones; ``closed`` are the city's own closing times."""

    closed: tuple[ClosedTime, ...] = ()

    @cached_property
    def _holidays(self) -> holidays.HolidayBase:
        # Grows by the years that are asked for.
        return holidays.country_holidays("DE", subdiv=settings.FEDERAL_STATE, language="de")

    def is_free(self, day: datetime.date) -> bool:
        """Return whether nobody works on ``day``."""
        return day.weekday() >= SATURDAY or day in self._holidays or any(one.holds(day) for one in self.closed)

    def name_of(self, day: datetime.date) -> str:
        """Return the name of the holiday, or of the closing time, in which ``day`` lies; empty if it has none."""
        return self._holidays.get(day, "") or next((one.name for one in self.closed if one.holds(day)), "")

    def holidays_of(self, year: int) -> list[tuple[datetime.date, str]]:
        """Return the holidays of the federal state in ``year`` with their German names, in order."""
        found = holidays.country_holidays("DE", subdiv=settings.FEDERAL_STATE, language="de", years=year)
        return sorted(found.items())

    def on_or_before(self, day: datetime.date) -> datetime.date:
        """Return ``day``, or the last working day before it."""
        return self._next(day, -ONE)

    def on_or_after(self, day: datetime.date) -> datetime.date:
        """Return ``day``, or the next working day after it."""
        return self._next(day, ONE)

    def _next(self, day: datetime.date, by: datetime.timedelta) -> datetime.date:
        found = day
        for _step in range(LONGEST):
            if not self.is_free(found):
                return found
            found += by
        return day


def working_days(closures: Iterable[Closure] | None = None) -> WorkingDays:
    """Return the city's working days as its closing times stand now; one query unless they are given."""
    if closures is None:
        closures = Closure.objects.filter(ended_at__isnull=True)
    return WorkingDays(tuple(ClosedTime(one.first_day, one.last_day, one.yearly, one.name) for one in closures))
