"""The Arbeitsgruppe's queue: what waits, for whose step, and where one entry stands in it."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from offices.access import Desk
from workflow import access
from workflow.models import EntryKind, ReviewPolicy, ReviewVote, StatusUpdate, UpdateState
from workflow.queries import voters

LONG_WAIT_DAYS = 7

DECIDE, VOTE, OTHERS = "decide", "vote", "others"
"""What an entry waits for, seen by one person: their decision, their vote, or somebody else."""


@dataclass(frozen=True, slots=True)
class QueueFilters:
    """Which part of the queue somebody works through; 0 means everything."""

    field: int = 0
    office: int = 0

    @classmethod
    def read(cls, data: Mapping[str, str]) -> "QueueFilters":
        """Return the filters of an address; nonsense counts as not given."""
        return cls(field=number(data.get("feld", "")), office=number(data.get("amt", "")))

    @property
    def address(self) -> str:
        """The filters as the part of an address after its question mark; empty without any."""
        return urlencode({name: value for name, value in (("feld", self.field), ("amt", self.office)) if value})


def number(text: str) -> int:
    """Return the number that an address names, 0 for anything else."""
    return int(text) if text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 - fits every database


@dataclass(frozen=True, slots=True)
class Waiting:
    """An entry that waits for a decision; ``days`` are whole days since it was handed in.

    Under a quorum, ``votes`` of ``quorum`` members have voted, with ``has_voted`` the person themself.
    """

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
    cycle_id: int
    by_quorum: bool
    quorum: int
    votes: int
    has_voted: bool
    is_own: bool
    days: int
    step: str = OTHERS

    @property
    def is_long(self) -> bool:
        return self.days > LONG_WAIT_DAYS

    @property
    def is_ready(self) -> bool:
        """Whether enough members have voted for the chair to decide."""
        return self.by_quorum and self.votes >= self.quorum

    @property
    def is_asked(self) -> bool:
        """Whether the next step is the person's."""
        return self.step != OTHERS

    @property
    def kind_label(self) -> str:
        return str(EntryKind(self.kind).label)


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits: first what the person is asked for, in each part longest waiting first.

    ``own`` are the person's own entries, and those of their office: others decide on them.
    """

    waiting: list[Waiting]
    own: list[Waiting]
    total: int
    fields: list[tuple[int, str]]
    offices: list[tuple[int, str]]

    @property
    def asked(self) -> list[Waiting]:
        """The entries for which the person can do something now."""
        return [one for one in self.waiting if one.is_asked]

    @property
    def by_quorum(self) -> bool:
        """Whether members vote on some of the entries."""
        return any(one.by_quorum for one in self.waiting)

    @property
    def asks_for_votes(self) -> bool:
        return any(one.step == VOTE for one in self.waiting)

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
        """Return the entry with which to go on once ``pk`` is done; ``None`` if nothing else asks for the person."""
        ids = [one.pk for one in self.waiting]
        later = ids[ids.index(pk) + 1 :] if pk in ids else []
        asked = [one.pk for one in self.asked if one.pk != pk]
        return next((one for one in later if one in asked), asked[0] if asked else None)


@dataclass(frozen=True, slots=True)
class Position:
    number: int
    total: int
    previous: int | None
    next: int | None


def _own_vote(desk: Desk) -> QuerySet[ReviewVote]:
    return ReviewVote.objects.filter(access.votes_of_seat(desk), revision=OuterRef("submitted"))


def _votes() -> Coalesce:
    given = (
        ReviewVote.objects.filter(revision=OuterRef("submitted"))
        .order_by()
        .values("revision")
        .annotate(number=Count(voters.SEAT, distinct=True))
        .values("number")
    )
    return Coalesce(Subquery(given, output_field=IntegerField()), 0)


def asked_of(desk: Desk) -> QuerySet[StatusUpdate]:
    """Return the runs whose next step is the person's: to decide, or to vote; ``Waiting.is_asked`` for many."""
    ready = access.decidable_updates(desk).annotate(votes=_votes())
    ready = ready.filter(Q(cycle__review_policy=ReviewPolicy.SINGLE) | Q(votes__gte=F("cycle__quorum")))
    return StatusUpdate.objects.filter(
        Q(pk__in=ready.values("pk")) | Q(pk__in=access.votable_updates(desk).values("pk")), submitted__isnull=False
    )


def queue(desk: Desk, filters: QueueFilters, today: datetime.date, *, cycle_id: int | None = None) -> Queue:
    """Return the queue of ``desk``; one query besides the desk's own. Longest waiting first.

    With ``cycle_id`` it is the queue of a sitting: entries of that cycle alone, one after the other.
    """
    everything = [_waiting(desk, row, today, in_sitting=cycle_id is not None) for row in _rows(desk)]
    if cycle_id is not None:
        everything = [one for one in everything if one.cycle_id == cycle_id]
    chosen = [one for one in everything if filters.field in (0, one.field_id) and filters.office in (0, one.office_id)]
    order = {DECIDE: 0, VOTE: 1, OTHERS: 2}
    apart = desk.is_reviewer
    return Queue(
        waiting=sorted((one for one in chosen if not (apart and one.is_own)), key=lambda one: order[one.step]),
        own=[one for one in chosen if apart and one.is_own],
        total=len(everything),
        fields=sorted({(one.field_id, one.field_name) for one in everything}, key=lambda pair: pair[1]),
        offices=sorted({(one.office_id, one.office_label) for one in everything}, key=lambda pair: pair[1]),
    )


COLUMNS = {
    "pk": "pk",
    "number": "recommendation__number",
    "title": "recommendation__title",
    "field_id": "recommendation__goal__field_id",
    "field_name": "recommendation__goal__field__name",
    "office_id": "lead_office_id",
    "office_label": "lead_office_label",
    "kind": "submitted__kind",
    "status": "submitted__implementation_status",
    "version": "submitted__number",
    "cycle_id": "cycle_id",
    "quorum": "cycle__quorum",
    "votes": "votes",
    "has_voted": "has_voted",
    "is_own": "is_own",
}
"""The columns of the queue, by name in ``Waiting``."""


def _rows(desk: Desk) -> QuerySet[StatusUpdate, Any]:
    return (
        access.visible_updates(desk)
        .filter(state=UpdateState.IN_REVIEW, submitted__isnull=False)
        .annotate(
            votes=_votes(),
            has_voted=Exists(_own_vote(desk)),
            is_own=Case(When(access.own_entries(desk), then=True), default=False, output_field=BooleanField()),
        )
        .order_by("state_since", "pk")
        .values_list(*COLUMNS.values(), "cycle__review_policy", "state_since")
    )


def _waiting(desk: Desk, row: tuple[Any, ...], today: datetime.date, *, in_sitting: bool) -> Waiting:
    *shown, policy, since = row
    named = dict(zip(COLUMNS, shown, strict=True))
    by_quorum = policy == ReviewPolicy.QUORUM
    ready = not by_quorum or in_sitting or named["votes"] >= named["quorum"]
    step = OTHERS
    if desk.is_reviewer and not named["is_own"]:
        if ready and (desk.is_chair or not by_quorum):
            step = DECIDE
        elif by_quorum and not named["has_voted"]:
            step = VOTE
    days = (today - timezone.localdate(since)).days
    return Waiting(**named, by_quorum=by_quorum, days=days, step=step)
