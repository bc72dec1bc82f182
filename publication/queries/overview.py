"""Where an edition stands as a whole: counts by status, per field and over the periods."""

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from concept.models import ActionField, ConceptEdition, Recommendation
from publication.strands import Strand, StrandPoint, strand
from workflow import published
from workflow.models.scales import REACHED, ImplementationStatus
from workflow.published import PublishedPeriod
from workflow.thread import MISSING, STATUS_ORDER, ThreadStep, status_after, thread_steps

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
    field: ActionField
    tally: Tally
    strand: Strand | None

    def row(self, columns: Sequence[str]) -> list[int]:
        return [self.tally.counts[status] for status in columns]


@dataclass(frozen=True)
class Overview:
    """An edition as visitors see it. ``threads`` holds a thread for each current recommendation, by id."""

    edition: ConceptEdition
    periods: list[PublishedPeriod]
    threads: dict[int, list[ThreadStep]]
    fields: list[FieldPicture]

    @cached_property
    def tally(self) -> Tally:
        return _tally(self.threads.values())

    @property
    def has_reports(self) -> bool:
        """Whether anything is published or known to be missing."""
        return bool(self.periods)

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


def overview(edition: ConceptEdition, now: datetime.datetime) -> Overview:
    """Return the whole of ``edition`` in four queries, whatever its size."""
    periods = published.periods(edition.pk, now)
    statuses = published.statuses(edition.pk, now)
    field_of = dict(
        Recommendation.objects.current().filter(edition=edition).values_list("pk", "goal__field").order_by("position")
    )
    threads = {pk: thread_steps(periods, statuses.get(pk, {})) for pk in field_of}
    by_field: dict[int, list[int]] = {}
    for pk, field in field_of.items():
        by_field.setdefault(field, []).append(pk)
    pictures = [
        _picture(field, by_field.get(field.pk, []), threads, periods, statuses)
        for field in ActionField.objects.filter(edition=edition)
    ]
    return Overview(edition, periods, threads, pictures)


def _picture(
    field: ActionField,
    members: list[int],
    threads: dict[int, list[ThreadStep]],
    periods: list[PublishedPeriod],
    statuses: dict[int, dict[int, str]],
) -> FieldPicture:
    points = _points(periods, [statuses.get(pk, {}) for pk in members])
    return FieldPicture(field, _tally(threads[pk] for pk in members), strand(points, len(members)))


def _tally(threads: Iterable[list[ThreadStep]]) -> Tally:
    return Tally(Counter(steps[-1].status for steps in threads))


def _points(periods: list[PublishedPeriod], members: list[dict[int, str]]) -> list[StrandPoint]:
    """Return how far the members were at the end of each period.

    While a period runs, a recommendation without a new entry counts as it stood before.
    """
    last: list[str] = ["" for _ in members]
    points = []
    for period in periods:
        last = [
            status_after(statuses.get(period.cycle_id), before, closed=period.closed)
            for statuses, before in zip(members, last, strict=True)
        ]
        counts = Counter(last)
        reached = sum(counts[status] for status in REACHED)
        points.append(
            StrandPoint(str(period.period_until.year), reached, counts[ImplementationStatus.IN_PROGRESS.value])
        )
    return points
