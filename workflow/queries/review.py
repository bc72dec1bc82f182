"""The Arbeitsgruppe's queue, and one entry of it with what has changed since the version before."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.db.models import F
from django.utils import timezone

from offices.access import Desk
from offices.models import Person
from workflow import access, diff
from workflow.content import TEXT_FIELDS, CommentContent, EntryContent, MeasureContent
from workflow.diff import Segment
from workflow.models import (
    Decision,
    EntryKind,
    Review,
    ReviewComment,
    Revision,
    StatusUpdate,
    UpdateState,
)
from workflow.queries import entries
from workflow.queries.entries import Entry
from workflow.queries.threads import staff_threads
from workflow.thread import ThreadStep
from workflow.wording import FIELD_LABELS

LONG_WAIT_DAYS = 7

# --- The queue ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class QueueFilters:
    """Which part of the queue somebody works through; 0 means everything."""

    field: int = 0
    office: int = 0

    @classmethod
    def read(cls, data: Mapping[str, str]) -> "QueueFilters":
        """Return the filters of an address; nonsense counts as not given."""
        return cls(field=_number(data.get("feld", "")), office=_number(data.get("amt", "")))

    @property
    def address(self) -> str:
        """The filters as the part of an address after its question mark; empty without any."""
        return urlencode({name: value for name, value in (("feld", self.field), ("amt", self.office)) if value})


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 - fits every database


@dataclass(frozen=True, slots=True)
class Waiting:
    """An entry that waits for a decision; ``days`` are whole days since it was handed in."""

    pk: int
    number: str
    title: str
    field_id: int
    field_name: str
    office_id: int
    office_label: str
    kind: str
    status: str
    version: int
    days: int

    @property
    def is_long(self) -> bool:
        return self.days > LONG_WAIT_DAYS

    @property
    def kind_label(self) -> str:
        return str(EntryKind(self.kind).label)


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits, longest first. ``own`` are entries of the person's own office: others decide on them."""

    waiting: list[Waiting]
    own: list[Waiting]
    total: int
    fields: list[tuple[int, str]]
    offices: list[tuple[int, str]]

    def position(self, pk: int) -> "Position | None":
        """Return where the entry stands in the queue; ``None`` if it does not wait there."""
        ids = [one.pk for one in self.waiting]
        if pk not in ids:
            return None
        at = ids.index(pk)
        return Position(
            number=at + 1,
            total=len(ids),
            previous=ids[at - 1] if at else None,
            next=ids[at + 1] if at + 1 < len(ids) else None,
        )

    def after(self, pk: int) -> int | None:
        """Return the entry with which to go on once ``pk`` is decided; ``None`` if nothing else waits."""
        here = self.position(pk)
        if here and here.next:
            return here.next
        return next((one.pk for one in self.waiting if one.pk != pk), None)


@dataclass(frozen=True, slots=True)
class Position:
    number: int
    total: int
    previous: int | None
    next: int | None


def queue(desk: Desk, filters: QueueFilters, today: datetime.date) -> Queue:
    """Return the queue of ``desk``; one query besides the desk's own. Open cycles only, longest waiting first."""
    rows = (
        access.visible_updates(desk)
        .filter(state=UpdateState.IN_REVIEW, submitted__isnull=False)
        .order_by("state_since", "pk")
        .values_list(
            "pk",
            "recommendation__number",
            "recommendation__title",
            "recommendation__goal__field_id",
            "recommendation__goal__field__name",
            "lead_office_id",
            "lead_office_label",
            "submitted__kind",
            "submitted__implementation_status",
            "submitted__number",
            "state_since",
        )
    )
    everything = [Waiting(*row[:-1], days=(today - timezone.localdate(row[-1])).days) for row in rows]
    chosen = [one for one in everything if filters.field in (0, one.field_id) and filters.office in (0, one.office_id)]
    apart = desk.office_ids if desk.is_reviewer else frozenset()
    return Queue(
        waiting=[one for one in chosen if one.office_id not in apart],
        own=[one for one in chosen if one.office_id in apart],
        total=len(everything),
        fields=sorted({(one.field_id, one.field_name) for one in everything}, key=lambda pair: pair[1]),
        offices=sorted({(one.office_id, one.office_label) for one in everything}, key=lambda pair: pair[1]),
    )


# --- One entry ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of the entry, then and now; ``name`` is the one that comments refer to."""

    name: str
    label: str
    before: str
    after: str
    segments: list[Segment]

    @property
    def has_changed(self) -> bool:
        return any(segment.kind != "same" for segment in self.segments)


@dataclass(frozen=True, slots=True)
class Sheet:
    """An entry as the Arbeitsgruppe reads it.

    ``before`` is the version that it is compared with: the last one handed in for this run, or else the last
    period's; ``before_is_version`` says which. ``new_measures`` are new or changed, ``gone_measures`` are not named
    any more. ``remarks`` are the comments on earlier versions of this run, newest first.
    """

    update: StatusUpdate
    revision: Revision
    entry: Entry
    before: Entry | None
    before_is_version: bool
    before_period: str
    passages: list[Passage]
    new_measures: list[MeasureContent]
    gone_measures: list[MeasureContent]
    steps: list[ThreadStep]
    remarks: list[ReviewComment] = field(default_factory=list)
    review: Review | None = None


def reviewable(desk: Desk, pk: int) -> StatusUpdate | None:
    """Return the run with its concept if the person may read it and something was handed in, else ``None``."""
    return (
        access.visible_updates(desk)
        .filter(pk=pk, submitted__isnull=False)
        .select_related("cycle", "recommendation__goal__field")
        .first()
    )


def sheet(update: StatusUpdate) -> Sheet:
    """Return the submitted version of ``update`` with all that is needed to decide; constant number of queries."""
    revisions = list(entries.readable(Revision.objects.filter(update=update)).order_by("-number")[:2])
    revision = revisions[0]
    earlier = revisions[1] if len(revisions) > 1 else entries.entry_before(update)
    entry = entries.entry_of(revision, internals=True)
    before = entries.entry_of(earlier, internals=True) if earlier else None
    remarks = ReviewComment.objects.filter(revision__update=update).select_related("revision", "written_by")
    review = Review.objects.filter(revision=revision).select_related("decided_by").first()
    return Sheet(
        update=update,
        revision=revision,
        entry=entry,
        before=before,
        before_is_version=len(revisions) > 1,
        before_period=earlier.update.cycle.period_label if earlier else "",
        passages=_passages(entry, before),
        new_measures=_added(entry, before),
        gone_measures=_gone(entry, before),
        steps=staff_threads([update.recommendation_id]).get(update.recommendation_id, []),
        remarks=list(remarks.order_by("-revision__number", "pk")),
        review=review,
    )


def is_second_click(
    pk: int, *, version: int, decision: Decision, person: Person, comments: Sequence[CommentContent]
) -> bool:
    """Whether the person has made exactly this decision, with these comments, on what is still the newest version."""
    review = Review.objects.filter(
        revision__update=pk,
        revision__update__submitted=F("revision"),
        revision__number=version,
        decision=decision,
        decided_by=person,
    ).first()
    if review is None:
        return False
    kept = ReviewComment.objects.filter(revision=review.revision_id).values_list("field", "text")
    return set(kept) == {(one.field, one.text.strip()) for one in comments}


def _passages(entry: Entry, before: Entry | None) -> list[Passage]:
    if entry.kind == EntryKind.NIL_RETURN:
        return []
    empty = EntryContent(implementation_status="")
    then = before.content if before else empty
    found = []
    for name in ("status_reason", *TEXT_FIELDS):
        old, new = getattr(then, name).strip(), getattr(entry.content, name).strip()
        if old or new or name != "status_reason":
            # Without a version before, everything would be "new": that says nothing.
            compared = diff.segments(old, new) if before else [Segment("same", new)]
            found.append(Passage(name, str(FIELD_LABELS[name]), old, new, compared))
    return found


def _added(entry: Entry, before: Entry | None) -> list[MeasureContent]:
    known = set(before.content.measures) if before else set()
    return [measure for measure in entry.content.measures if measure not in known] if before else []


def _gone(entry: Entry, before: Entry | None) -> list[MeasureContent]:
    titles = {measure.title for measure in entry.content.measures}
    return [measure for measure in before.content.measures if measure.title not in titles] if before else []
