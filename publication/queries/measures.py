"""Measures and programmes: what published entries name, in one list to filter."""

import datetime
from collections import Counter
from dataclasses import dataclass

from django.utils.functional import cached_property

from publication.queries.filters import AddressFilters, Option
from publication.queries.kept import PerSite
from publication.queries.parts import PublicEdition, PublicRecommendation, Site, as_listed
from publication.queries.words import asked, likeness, words
from workflow import published
from workflow.published import PublishedMeasure, PublishedMeasures
from workflow.thread import STATUS_ORDER, status_word

NO_STATUS = "ohne"


@dataclass(frozen=True)
class MeasureRow:
    """A measure with the recommendation whose newest report that names measures tells of it."""

    measure: PublishedMeasure
    one: PublicRecommendation
    report: PublishedMeasures

    @cached_property
    def words(self) -> set[str]:
        said = self.measure
        office = self.one.lead.label if self.one.lead else ""
        parts = (*said.texts, said.period, str(self.one), office)
        return set(words(" ".join(parts)))


@dataclass(frozen=True)
class MeasureFilters(AddressFilters):
    """What a visitor looks for among measures; the names are those of the address."""

    q: str = ""
    feld: str = ""
    status: str = ""
    amt: str = ""

    def fits(self, row: MeasureRow, *, without: str = "") -> bool:
        one = row.one
        answers = {
            "feld": not self.feld or one.goal.field.number == self.feld,
            "status": not self.status or (row.measure.status or NO_STATUS) == self.status,
            "amt": not self.amt or self.amt in {str(office.pk) for office in one.offices},
            "q": all(any(likeness(word, said) for said in row.words) for word in asked(self.q)),
        }
        return all(fits for name, fits in answers.items() if name != without)


@dataclass(frozen=True)
class MeasureList:
    """The rows that fit, and what there is to choose from with its numbers."""

    rows: list[MeasureRow]
    total: int
    fields: list[Option]
    statuses: list[Option]
    offices: list[Option]


def _of_edition(whole: Site, now: datetime.datetime) -> list[MeasureRow]:
    found = published.measures(whole.editions[0].pk, now) if whole.editions else {}
    return [
        MeasureRow(measure, one, found[one.pk])
        for one in (whole.editions[0].current if whole.editions else [])
        if one.pk in found
        for measure in found[one.pk].measures
    ]


all_measures = PerSite(_of_edition)
"""Every published measure of the newest edition, in the printed order of the recommendations; two queries once."""


def measure_list(whole: Site, edition: PublicEdition, filters: MeasureFilters, now: datetime.datetime) -> MeasureList:
    """Return the measures of the newest ``edition`` that fit ``filters``."""
    rows = all_measures(whole, now)

    def left(name: str) -> list[MeasureRow]:
        return [row for row in rows if filters.fits(row, without=name)]

    by_field = Counter(row.one.goal.field.number for row in left("feld"))
    by_status = Counter(row.measure.status or NO_STATUS for row in left("status"))
    by_office = Counter(office for row in left("amt") for office in row.one.offices)
    occurring = {row.measure.status or NO_STATUS for row in rows} | {filters.status}
    words_of = {status: status_word(status, public=True) for status in STATUS_ORDER} | {NO_STATUS: ""}
    return MeasureList(
        rows=[row for row in rows if filters.fits(row)],
        total=len(rows),
        fields=[Option(some.number, str(some), by_field[some.number]) for some in edition.fields],
        statuses=[Option(one, word, by_status[one]) for one, word in words_of.items() if one in occurring],
        offices=[
            Option(str(one.pk), one.label, by_office[one])
            for one in sorted({office for row in rows for office in row.one.offices}, key=as_listed)
        ],
    )
