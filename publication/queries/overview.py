"""Where an edition stands as a whole: counts by status, per field and over the periods."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from publication.queries.site import PublicEdition, PublicField, PublicRecommendation
from publication.strands import Strand, StrandPoint, strand
from workflow.models.scales import REACHED, ImplementationStatus
from workflow.published import PublishedPeriod
from workflow.thread import MISSING, STATUS_ORDER, standing_after_each

FEW = 150

Group = tuple[str, int]
"""A status and how many recommendations have it."""


@dataclass(frozen=True)
class Tally:
    """How many recommendations stand where; the groups come in the order of the grammar, empty ones left out."""

    counts: Counter[str]

    @property
    def total(self) -> int:
        return self.counts.total()

    @property
    def reached(self) -> int:
        return sum(self.counts[status] for status in REACHED)

    @property
    def in_progress(self) -> int:
        return self.counts[ImplementationStatus.IN_PROGRESS]

    @property
    def groups(self) -> list[Group]:
        return [(status, self.counts[status]) for status in STATUS_ORDER if self.counts[status]]

    @property
    def missing(self) -> int:
        return self.counts[MISSING]


@dataclass(frozen=True)
class FieldPicture:
    field: PublicField
    tally: Tally
    strand: Strand | None

    def row(self, columns: Sequence[str]) -> list[int]:
        return [self.tally.counts[status] for status in columns]


@dataclass(frozen=True)
class Overview:
    """An edition as visitors see it."""

    edition: PublicEdition
    fields: list[FieldPicture]

    @cached_property
    def tally(self) -> Tally:
        return tally(self.edition.current)

    @property
    def has_reports(self) -> bool:
        """Whether anything is published or known to be missing."""
        return bool(self.edition.periods)

    @property
    def mark_size(self) -> str:
        """Large marks while they fit into one row each, small ones for a long concept."""
        return "m" if self.tally.total <= FEW else ""

    @property
    def columns(self) -> list[str]:
        """The statuses that occur, as columns of the table."""
        return [status for status, _number in self.tally.groups]

    @property
    def rows(self) -> list[tuple[FieldPicture, list[int]]]:
        return [(picture, picture.row(self.columns)) for picture in self.fields]

    @property
    def has_strands(self) -> bool:
        return any(picture.strand for picture in self.fields)


def overview(edition: PublicEdition) -> Overview:
    """Return the whole of ``edition``; reads nothing."""
    return Overview(edition, [_picture(field, edition.periods) for field in edition.fields])


def _picture(field: PublicField, periods: list[PublishedPeriod]) -> FieldPicture:
    members = field.current
    points = _points(periods, [{cycle: mark.status for cycle, mark in one.marks.items()} for one in members])
    return FieldPicture(field, tally(members), strand(points, len(members)))


def tally(members: Iterable[PublicRecommendation]) -> Tally:
    """Count ``members`` by where they stand."""
    return Tally(Counter(one.status for one in members))


def _points(periods: list[PublishedPeriod], members: list[dict[int, str]]) -> list[StrandPoint]:
    """Return how far the members were at the end of each period.

    While a period runs, a recommendation without a new entry counts as it stood before.
    """
    points = []
    for period, last in standing_after_each(periods, members):
        counts = Counter(last)
        reached = sum(counts[status] for status in REACHED)
        points.append(
            StrandPoint(str(period.period_until.year), reached, counts[ImplementationStatus.IN_PROGRESS.value])
        )
    return points
