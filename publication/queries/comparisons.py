"""With which other public reports somebody can compare one: those of the same edition of the concept.

Recommendations of another edition are others, so there is nothing to lay side by side.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone

from publication.models import ReportEdition
from publication.queries.site import PublicEdition, ReportLink, Site


@dataclass(frozen=True, slots=True)
class Comparison:
    """Another report, and the two to be compared, the earlier one first."""

    period_label: str
    number: int
    released_on: datetime.date | None
    first: int
    second: int


def of_report(report: ReportEdition, versions: Iterable[ReportEdition], everything: Site) -> list[Comparison]:
    """Return what a final report can be compared with: its other versions, then the reports of other periods."""
    edition = next((one for one in everything.editions if one.pk == report.cycle.edition_id), None)
    others = [one for one in versions if one.is_final and one.pk != report.pk]
    found = [
        Comparison(
            report.cycle.period_label,
            one.number,
            timezone.localdate(one.released_at) if one.released_at else None,
            *_in_order(one.pk, report.pk, is_earlier=one.number < report.number),
        )
        for one in others
    ]
    links = edition.reports if edition else []
    return found + _with_periods(report.pk, report.cycle_id, links)


def of_edition(edition: PublicEdition) -> list[tuple[ReportLink, list[Comparison]]]:
    """Return the reports of an edition, each with what it can be compared with."""
    return [(one, _with_periods(one.pk, one.cycle_id, edition.reports)) for one in edition.reports]


def _with_periods(pk: int, cycle: int, links: Sequence[ReportLink]) -> list[Comparison]:
    """Return the reports of other periods; ``links`` come newest first."""
    places = [one.cycle_id for one in links]
    if cycle not in places:
        return []
    own = places.index(cycle)
    return [
        Comparison(one.period_label, one.number, one.released_on, *_in_order(one.pk, pk, is_earlier=place > own))
        for place, one in enumerate(links)
        if place != own
    ]


def _in_order(other: int, own: int, *, is_earlier: bool) -> tuple[int, int]:
    return (other, own) if is_earlier else (own, other)
