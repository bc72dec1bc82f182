"""One entry as the Arbeitsgruppe reads it, with what has changed since another text."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import F

from offices.access import Desk
from offices.models import Person
from workflow import access, diff, quotes
from workflow.authorship import Authored
from workflow.content import TEXT_FIELDS, CommentContent, EntryContent, MeasureContent
from workflow.diff import Segment
from workflow.models import Decision, EntryKind, Review, ReviewComment, ReviewVote, Revision, StatusUpdate
from workflow.models import Passage as AuthoredPassage
from workflow.queries import authors, entries
from workflow.queries.entries import Entry
from workflow.queries.remarks import Remark, remarks_on
from workflow.queries.signatures import Signature, signatures
from workflow.queries.threads import staff_threads
from workflow.quotes import Mark, MarkedSegment
from workflow.thread import ThreadStep
from workflow.wording import FIELD_LABELS

VERSION, PUBLISHED = "version", "veroeffentlicht"
"""What an entry can be compared with: the version handed in before, the text that is public."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of the entry, then and now; ``name`` is the one that comments refer to.

    ``segments`` is the difference, ``current`` the present text alone; both carry the marks of comments. ``authors``
    are the offices with the numbers of the paragraphs that they wrote, if several wrote the entry.
    """

    name: str
    label: str
    before: str
    after: str
    segments: list[MarkedSegment]
    current: list[MarkedSegment]
    authors: list[tuple[str, str]] = field(default_factory=list)

    @property
    def has_changed(self) -> bool:
        return any(segment.kind != "same" for segment in self.segments)


@dataclass(frozen=True, slots=True)
class Before:
    """A text that the entry can be compared with; ``kind`` is ``VERSION`` or ``PUBLISHED``.

    ``period`` is the one of an earlier cycle's text, empty for a text of this run.
    """

    kind: str
    revision: Revision
    period: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """An entry as the Arbeitsgruppe reads it.

    ``choices`` are the texts that it can be compared with, ``chosen`` is the one that it is compared with, and
    ``before`` that text. ``new_measures`` are new or changed, ``gone_measures`` are not named any more. ``remarks``
    are all comments on this run, newest version first.
    """

    update: StatusUpdate
    revision: Revision
    entry: Entry
    choices: list[Before]
    chosen: Before | None
    before: Entry | None
    passages: list[Passage]
    new_measures: list[MeasureContent]
    gone_measures: list[MeasureContent]
    steps: list[ThreadStep]
    signed: list[Signature]
    signed_before: list[Signature]
    remarks: list[Remark] = field(default_factory=list)
    review: Review | None = None

    @property
    def texts(self) -> dict[str, str]:
        """The passages by name: the texts in which marked words stand."""
        return {one.name: one.after for one in self.passages}

    @property
    def current_remarks(self) -> list[Remark]:
        """The comments on the version that is shown."""
        return [one for one in self.remarks if one.comment.revision_id == self.revision.pk]

    @property
    def earlier_remarks(self) -> list[Remark]:
        """The comments on earlier versions, those that are not done with first."""
        earlier = [one for one in self.remarks if one.comment.revision_id != self.revision.pk]
        return sorted(earlier, key=lambda one: one.is_done)


def reviewable(desk: Desk, pk: int) -> StatusUpdate | None:
    """Return the run with its concept if the person may read it and something was handed in, else ``None``."""
    return (
        access.visible_updates(desk)
        .filter(pk=pk, submitted__isnull=False)
        .select_related("cycle", "recommendation__goal__field", "recommendation__edition")
        .first()
    )


def sheet(update: StatusUpdate, against: str = "") -> Sheet:
    """Return the submitted version of ``update`` with all that is needed to decide; constant number of queries.

    ``against`` chooses what it is compared with; without it, or where there is no such text, the version handed in
    before is preferred to the text that is public.
    """
    revisions = list(entries.readable(Revision.objects.filter(update=update)).order_by("-number"))
    revision = revisions[0]
    choices = _choices(update, revisions)
    chosen = next((one for one in choices if one.kind == against), choices[0] if choices else None)
    entry = entries.entry_of(revision, internals=True)
    before = entries.entry_of(chosen.revision, internals=True) if chosen else None
    review = Review.objects.filter(revision=revision).select_related("decided_by", "on_behalf_of").first()
    signed = signatures([revision.pk, *([chosen.revision.pk] if chosen else [])])
    remarks = remarks_on(update)
    return Sheet(
        update=update,
        revision=revision,
        entry=entry,
        choices=choices,
        chosen=chosen,
        before=before,
        passages=_passages(entry, before, remarks, authors.if_shared(authors.of(revision))),
        new_measures=_added(entry, before),
        gone_measures=_gone(entry, before),
        steps=staff_threads([update.recommendation_id]).get(update.recommendation_id, []),
        signed=signed.get(revision.pk, []),
        signed_before=signed.get(chosen.revision.pk, []) if chosen else [],
        remarks=remarks,
        review=review,
    )


def _choices(update: StatusUpdate, revisions: Sequence[Revision]) -> list[Before]:
    found = [Before(VERSION, revisions[1])] if len(revisions) > 1 else []
    own = next((one for one in revisions[1:] if one.pk == update.approved_id), None)
    if own is not None:
        # A correction: what the public reads is an earlier version of this very run.
        return found if own.pk == revisions[1].pk else [*found, Before(PUBLISHED, own)]
    earlier = entries.entry_before(update)
    return [*found, Before(PUBLISHED, earlier, earlier.update.cycle.period_label)] if earlier else found


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
    return _are_kept(review.revision_id, person, comments)


def is_second_vote(
    pk: int, *, version: int, decision: Decision, person: Person, comments: Sequence[CommentContent]
) -> bool:
    """Whether the person has given exactly this vote, with these comments, on what is still the newest version."""
    vote = ReviewVote.objects.filter(
        revision__update=pk,
        revision__update__submitted=F("revision"),
        revision__number=version,
        decision=decision,
        person=person,
    ).first()
    return vote is not None and _are_kept(vote.revision_id, person, comments)


def _are_kept(revision_id: int, person: Person, comments: Sequence[CommentContent]) -> bool:
    kept = ReviewComment.objects.filter(revision=revision_id, written_by=person).values_list("field", "text")
    return {(one.field, one.text.strip()) for one in comments} <= set(kept)


def _passages(
    entry: Entry, before: Entry | None, remarks: Sequence[Remark], written: authors.Passages
) -> list[Passage]:
    if entry.kind == EntryKind.NIL_RETURN:
        return []
    empty = EntryContent(implementation_status="")
    then = before.content if before else empty
    found = []
    for name in ("status_reason", *TEXT_FIELDS):
        old, new = getattr(then, name).strip(), getattr(entry.content, name).strip()
        if old or new or name != "status_reason":
            # Without a version before, everything would be "new": that says nothing.
            same = [Segment("same", new)] if new else []
            compared = diff.segments(old, new) if before else same
            marks = _marks(name, new, remarks)
            drawn = quotes.marked(compared, new, marks)
            current = quotes.marked(same, new, marks)
            by = _authors(written.get(name, ()))
            found.append(Passage(name, str(FIELD_LABELS[name]), old, new, drawn, current, by))
    return found


def _authors(paragraphs: Sequence[AuthoredPassage | Authored]) -> list[tuple[str, str]]:
    numbers: dict[str, list[str]] = {}
    for number, one in enumerate(paragraphs, start=1):
        numbers.setdefault(one.office_label, []).append(str(number))
    return [(office, ", ".join(some)) for office, some in numbers.items()]


def _marks(name: str, text: str, remarks: Sequence[Remark]) -> list[Mark]:
    """Return the marks of the comments on this version that still stand where they were set."""
    found = []
    for one in remarks:
        quote = one.quote
        start = one.comment.start
        if one.number and one.field == name and quote and start is not None:
            end = start + len(quote)
            if text[start:end] == quote:
                found.append(Mark(start, end, one.pk, one.number))
    return found


def _added(entry: Entry, before: Entry | None) -> list[MeasureContent]:
    known = set(before.content.measures) if before else set()
    return [measure for measure in entry.content.measures if measure not in known] if before else []


def _gone(entry: Entry, before: Entry | None) -> list[MeasureContent]:
    titles = {measure.title for measure in entry.content.measures}
    return [measure for measure in before.content.measures if measure.title not in titles] if before else []
