"""Long silence, in words: when somebody last reported on a recommendation, and for how long nobody has since."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from workflow.published import PublishedMark, PublishedPeriod
from workflow.thread import LEFT_OUT

LONG_YEARS = 2
"""From so many years on, silence is long."""


@dataclass(frozen=True, slots=True)
class Silence:
    """``last`` is the period of the newest report, None without any; ``missed`` counts the closed periods since then
    for which nobody reported, ``years`` the whole years since the end of the last one that somebody told of.
    """

    last: PublishedPeriod | None = None
    missed: int = 0
    years: int = 0

    @property
    def is_long(self) -> bool:
        """Whether somebody was asked and nobody has reported for ``LONG_YEARS`` or longer."""
        return self.missed > 0 and self.years >= LONG_YEARS

    @property
    def sentence(self) -> str:
        """Say it; empty where nobody could have reported yet."""
        if self.last is None:
            return (
                ngettext(
                    "Never reported on, %(number)d period without a report",
                    "Never reported on, %(number)d periods without a report",
                    self.missed,
                )
                % {"number": self.missed}
                if self.missed
                else ""
            )
        values = {"period": self.last.label, "years": self.years}
        if not self.missed:
            return gettext("Last report: %(period)s") % values
        if not self.years:
            return gettext("Last report: %(period)s, none since") % values
        since = ngettext(
            "Last report: %(period)s, none for more than %(years)d year",
            "Last report: %(period)s, none for more than %(years)d years",
            self.years,
        )
        return since % values


def silence(periods: Iterable[PublishedPeriod], marks: Mapping[int, PublishedMark], today: datetime.date) -> Silence:
    """Return how silent it is around a recommendation; ``periods`` come oldest first.

    A period for which nobody was asked, and one that is still running, is not silence.
    """
    last: PublishedPeriod | None = None
    since: datetime.date | None = None
    missed = 0
    for period in periods:
        mark = marks.get(period.cycle_id)
        if mark is not None and mark.status == LEFT_OUT:
            continue
        if mark is not None:
            last, since, missed = period, period.period_until, 0
        elif period.closed:
            since = since or period.period_from
            missed += 1
    return Silence(last, missed, _whole_years(since, today) if since and missed else 0)


def _whole_years(since: datetime.date, today: datetime.date) -> int:
    return max(0, today.year - since.year - ((today.month, today.day) < (since.month, since.day)))
