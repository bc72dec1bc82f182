"""Published entries: the texts, in the form in which they leave the room."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from workflow.models import Decision, Measure, Revision, StatusUpdate
from workflow.published.visibility import is_public


@dataclass(frozen=True, slots=True)
class PublishedMeasure:
    """A measure of a published entry; ``status`` is an ``ImplementationStatus`` or empty."""

    title: str
    status: str
    responsible: str
    period: str
    funding: str
    partners: str
    link: str

    @property
    def texts(self) -> tuple[str, ...]:
        """What people look for words in."""
        return (self.title, self.responsible, self.partners, self.funding)


@dataclass(frozen=True, slots=True)
class PublishedCorrection:
    """What a correction of a published entry changed, and when it was approved."""

    on: datetime.date
    note: str


@dataclass(frozen=True, slots=True)
class PublishedEntry:
    """An approved entry as visitors may read it. Offices stand with their name of the time.

    ``corrections`` says of each approved correction when that was and what changed, newest first.
    An "unchanged" entry carries the confirmed text and, in ``confirms_period``, the period that text is from; once that
    text is corrected, the corrected one. ``text_id`` is the revision whose text this is: its own, or the confirmed one.
    """

    run_id: int
    revision_id: int
    text_id: int
    recommendation_id: int
    cycle_id: int
    period_label: str
    period_until: datetime.date
    kind: str
    status: str
    status_reason: str
    done: str
    worked: str
    did_not_work: str
    overlooked: str
    next_step: str
    next_step_on: datetime.date | None
    nil_reason: str
    office_label: str
    version: int
    approved_on: datetime.date
    confirms_period: str = ""
    corrections: tuple[PublishedCorrection, ...] = field(default=())
    measures: tuple[PublishedMeasure, ...] = field(default=())

    @property
    def texts(self) -> tuple[str, ...]:
        """What people look for words in; the measures' texts stand with them."""
        return (
            self.done, self.worked, self.did_not_work, self.overlooked,
            self.next_step, self.status_reason, self.nil_reason,
        )  # fmt: skip


def entries(
    now: datetime.datetime,
    *,
    edition_id: int | None = None,
    recommendation_ids: Iterable[int] | None = None,
    cycle_id: int | None = None,
    with_measures: bool = True,
) -> dict[int, list[PublishedEntry]]:
    """Return recommendation id → its published entries, oldest first; three queries, two without measures.

    The narrower the arguments, the less is read; without any, everything published is returned.
    """
    return read_entries(narrow(is_public(now), edition_id, recommendation_ids, cycle_id), with_measures=with_measures)


def narrow(
    public: Q, edition_id: int | None, recommendation_ids: Iterable[int] | None, cycle_id: int | None
) -> "QuerySet[StatusUpdate]":
    updates = StatusUpdate.objects.filter(public)
    if edition_id is not None:
        updates = updates.filter(cycle__edition=edition_id)
    if recommendation_ids is not None:
        updates = updates.filter(recommendation__in=list(recommendation_ids))
    if cycle_id is not None:
        updates = updates.filter(cycle=cycle_id)
    return updates


def read_entries(updates: "QuerySet[StatusUpdate]", *, with_measures: bool) -> dict[int, list[PublishedEntry]]:
    rows = list(
        updates.select_related(
            "cycle", "approved__confirms__update__cycle", "approved__confirms__update__approved"
        ).order_by("cycle__period_until", "pk")
    )
    texts = {row.pk: _text_of(row.approved) for row in rows if row.approved}
    measures = measures_of([text.pk for text in texts.values()]) if with_measures else {}
    corrections = _corrections(rows)
    found: dict[int, list[PublishedEntry]] = defaultdict(list)
    for row in rows:
        if row.approved:
            text = texts[row.pk]
            entry = _entry(row, row.approved, text, measures.get(text.pk, ()), corrections.get(row.pk, ()))
            found[row.recommendation_id].append(entry)
    return dict(found)


def _text_of(approved: Revision) -> Revision:
    """Return the revision whose text is read: a confirmed one as it stands today, never as it was before."""
    confirmed = approved.confirms
    return approved if confirmed is None else confirmed.update.approved or confirmed


def _entry(
    update: StatusUpdate,
    approved: Revision,
    text: Revision,
    measures: tuple[PublishedMeasure, ...],
    corrections: tuple[PublishedCorrection, ...],
) -> PublishedEntry:
    return PublishedEntry(
        run_id=update.pk,
        revision_id=approved.pk,
        text_id=text.pk,
        recommendation_id=update.recommendation_id,
        cycle_id=update.cycle_id,
        period_label=update.cycle.period_label,
        period_until=update.cycle.period_until,
        kind=approved.kind,
        status=approved.implementation_status,
        status_reason=approved.status_reason,
        done=text.done,
        worked=text.worked,
        did_not_work=text.did_not_work,
        overlooked=text.overlooked,
        next_step=text.next_step,
        next_step_on=text.next_step_on,
        nil_reason=approved.nil_reason,
        office_label=approved.office_label,
        version=approved.number,
        approved_on=_approved_on(update),
        corrections=corrections,
        confirms_period=approved.confirms.update.cycle.period_label if approved.confirms else "",
        measures=measures,
    )


def _approved_on(update: StatusUpdate) -> datetime.date:
    return timezone.localdate(update.approved_at) if update.approved_at else update.cycle.period_until


def _corrections(updates: Iterable[StatusUpdate]) -> dict[int, tuple[PublishedCorrection, ...]]:
    """Return by run the notes of its revisions that were approved, of former ones, too; one query."""
    runs = {update.pk: update for update in updates if update.approved_id is not None}
    approved = Q(review__decision=Decision.APPROVED) | Q(update__approved=F("pk"))
    noted = Revision.objects.filter(approved, update__in=list(runs)).exclude(public_note="").order_by("-number")
    found: dict[int, list[PublishedCorrection]] = defaultdict(list)
    for run, pk, note, decided_at in noted.values_list("update_id", "pk", "public_note", "review__decided_at"):
        is_present = pk == runs[run].approved_id or decided_at is None
        day = _approved_on(runs[run]) if is_present else timezone.localdate(decided_at)
        found[run].append(PublishedCorrection(day, note))
    return {run: tuple(some) for run, some in found.items()}


def measures_of(revision_ids: Iterable[int]) -> dict[int, tuple[PublishedMeasure, ...]]:
    """Return revision id → its measures in their order; revisions without any are left out; one query."""
    found: dict[int, list[PublishedMeasure]] = defaultdict(list)
    rows = Measure.objects.filter(revision__in=list(revision_ids)).order_by("revision", "position")
    for revision, *values in rows.values_list(
        "revision_id", "title", "status", "responsible", "period", "funding", "partners", "link"
    ):
        found[revision].append(PublishedMeasure(*values))
    return {revision: tuple(some) for revision, some in found.items()}
