"""Narrowing lists of recommendations: what the address asks for, and what there is to choose from."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Self
from urllib.parse import urlencode

from django.http import QueryDict

from publication.queries.overview import tally
from publication.queries.parts import PublicEdition, PublicRecommendation, as_listed
from workflow.published import PublishedPeriod
from workflow.thread import LEFT_OUT, STATUS_ORDER, status_word

LONGEST = 100
YES = "ja"


@dataclass(frozen=True)
class AddressFilters:
    """What an address asks a list for: texts, named as in the address; empty ones leave everything in."""

    @classmethod
    def of(cls, query: QueryDict) -> Self:
        """Read the filters from an address; whatever else stands there is ignored."""
        return cls(**{one.name: query.get(one.name, "").strip()[:LONGEST] for one in fields(cls)})

    @cached_property
    def active(self) -> dict[str, str]:
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: value for name, value in values.items() if value}

    def query(self, *, without: str = "") -> str:
        """Return the rest of an address that keeps these filters, but the one named."""
        return urlencode({name: value for name, value in self.active.items() if name != without})

    def without(self, name: str) -> Self:
        return replace(self, **{name: ""})


@dataclass(frozen=True)
class Filters(AddressFilters):
    """What a visitor looks for; empty values leave everything in. The names are those of the address.

    ``jahr`` asks for a published report on a period that the year lies in, ``still`` for long silence,
    ``einfach`` for a summary in plain language.
    """

    q: str = ""
    feld: str = ""
    status: str = ""
    amt: str = ""
    jahr: str = ""
    still: str = ""
    einfach: str = ""

    def fits(self, one: PublicRecommendation) -> bool:
        """Whether a recommendation passes all filters; words are not asked here."""
        return (
            (not self.feld or one.goal.field.number == self.feld)
            and (not self.status or one.status == self.status)
            and (not self.amt or self.amt in {str(office.pk) for office in one.offices})
            and (not self.jahr or self.jahr in years(one))
            and (not self.still or one.silence.is_long)
            and (not self.einfach or one.is_plain)
        )


FILTERS = tuple(one.name for one in fields(Filters))
"""The names in the address."""


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a filter, and how many recommendations it would leave with all other filters as they are."""

    value: str
    label: str
    number: int


@dataclass(frozen=True)
class Choices:
    """What there is to choose from, each with its number."""

    fields: list[Option]
    statuses: list[Option]
    offices: list[Option]
    years: list[Option]
    silent: int
    plain: int


def years(one: PublicRecommendation) -> set[str]:
    """Return the years that lie in a period for which there is a published report."""
    return {
        str(year)
        for period in one.edition.periods
        if (mark := one.marks.get(period.cycle_id)) and mark.status != LEFT_OUT
        for year in years_of(period)
    }


def years_of(period: PublishedPeriod) -> list[str]:
    """Return every year that lies in a period, at least in part."""
    return [str(year) for year in range(period.period_from.year, period.period_until.year + 1)]


def choices(edition: PublicEdition, filters: Filters, found: Sequence[PublicRecommendation]) -> Choices:
    """Return what can be chosen among ``found``, the recommendations of ``edition`` that the words alone leave."""

    def left(name: str) -> list[PublicRecommendation]:
        others = filters.without(name)
        return [one for one in found if others.fits(one)]

    by_field = Counter(one.goal.field.number for one in left("feld"))
    by_status = tally(left("status"))
    by_office = Counter(office for one in left("amt") for office in one.offices)
    by_year = Counter(year for one in left("jahr") for year in years(one))
    all_years = {year for period in edition.periods for year in years_of(period)}
    in_charge = {office for one in edition.current for office in one.offices}
    return Choices(
        fields=[Option(some.number, str(some), by_field[some.number]) for some in edition.fields],
        statuses=_statuses(edition.current, filters.status, by_status.counts),
        offices=[Option(str(one.pk), one.label, by_office[one]) for one in sorted(in_charge, key=as_listed)],
        years=[Option(year, year, by_year[year]) for year in sorted(all_years, reverse=True)],
        silent=sum(one.silence.is_long for one in left("still")),
        plain=sum(one.is_plain for one in left("einfach")),
    )


def _statuses(members: Iterable[PublicRecommendation], chosen: str, counts: Counter[str]) -> list[Option]:
    occurring = {one.status for one in members} | {chosen}
    return [Option(one, status_word(one, public=True), counts[one]) for one in STATUS_ORDER if one in occurring]
