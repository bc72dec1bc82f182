"""The one door through which unpublished material does not pass: all that public pages may know of this room.

An entry is published when its run has an approved revision and the cycle's publication date, if it has one, has
come. What is not a field of the classes below never leaves: outlook, internal note, comments, drafts, persons.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from workflow import thread
from workflow.models import CycleState, Decision, Measure, ReportingCycle, Revision, StatusUpdate, UpdateState
from workflow.models.cycles import period_label


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


@dataclass(frozen=True, slots=True)
class PublishedCorrection:
    """What a correction of a published entry changed, and when it was approved."""

    on: datetime.date
    note: str


@dataclass(frozen=True, slots=True)
class PublishedEntry:
    """An approved entry as visitors may read it. Offices stand with their name of the time.

    ``corrections`` says of each approved correction when that was and what changed, newest first.
    An "unchanged" entry carries the confirmed text and, in ``confirms_period``, the period that text is from.
    """

    run_id: int
    revision_id: int
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


@dataclass(frozen=True, slots=True)
class PublishedPeriod:
    """A reporting period that the public may know of: closed, or with at least one published entry."""

    cycle_id: int
    label: str
    period_from: datetime.date
    period_until: datetime.date
    closed: bool
    due_on: datetime.date
    closed_on: datetime.date | None


def _has_come(date: str, today: datetime.date) -> Q:
    """Return the condition that a publication date has come; without one, it has."""
    return Q(**{f"{date}__isnull": True}) | Q(**{f"{date}__lte": today})


def _is_out(now: datetime.datetime) -> Q:
    """An approved entry whose date has come, and the date of the text that it confirms, if it confirms one."""
    today = timezone.localdate(now)
    return (
        Q(approved__isnull=False)
        & _has_come("cycle__publish_on", today)
        & _has_come("approved__confirms__update__cycle__publish_on", today)
    )


def _is_public(now: datetime.datetime) -> Q:
    """An entry that is out and was not taken off the public pages, nor was the one whose text it confirms."""
    return _is_out(now) & _STANDS


_STANDS = Q(withdrawn_at__isnull=True, approved__confirms__update__withdrawn_at__isnull=True)


def public_runs(now: datetime.datetime) -> "QuerySet[StatusUpdate]":
    """Return the runs whose approved entry visitors can read at ``now``."""
    return StatusUpdate.objects.filter(_is_public(now))


_CANCELLED = Q(state=UpdateState.CANCELLED, approved__isnull=True)
"""The request was cancelled before anything was published."""

_WITHDRAWN = Q(approved__isnull=False) & ~_STANDS
"""The entry, or the one whose text it confirms, was taken off the public pages."""

_LEFT_OUT = _CANCELLED | _WITHDRAWN
"""For this period there is nothing to show, and nobody owes a return."""


def _is_known(now: datetime.datetime) -> Q:
    """A closed cycle whose publication date has come: only then may its gaps be called missing returns."""
    today = timezone.localdate(now)
    return Q(state=CycleState.CLOSED) & _has_come("publish_on", today)


def periods(edition_id: int, now: datetime.datetime) -> list[PublishedPeriod]:
    """Return the periods of an edition, oldest first; one query."""
    public_cycles = StatusUpdate.objects.filter(_is_public(now), cycle__edition=edition_id).values("cycle")
    cycles = ReportingCycle.objects.filter(Q(pk__in=public_cycles) | _is_known(now), edition=edition_id)
    return [_period(values) for values in cycles.order_by("period_until", "pk").values_list(*_CYCLE)]


def statuses(edition_id: int, now: datetime.datetime) -> dict[int, dict[int, str]]:
    """Return recommendation id → cycle id → published status, for threads and units; one query.

    Where the request was cancelled or the entry withdrawn, the status is ``thread.LEFT_OUT``: the period is no gap.
    """
    found: dict[int, dict[int, str]] = defaultdict(dict)
    left_out = StatusUpdate.objects.filter(_LEFT_OUT, cycle__edition=edition_id)
    for recommendation, cycle in left_out.values_list("recommendation_id", "cycle_id"):
        found[recommendation][cycle] = thread.LEFT_OUT
    rows = StatusUpdate.objects.filter(_is_public(now), cycle__edition=edition_id)
    for recommendation, cycle, status in rows.values_list(
        "recommendation_id", "cycle_id", "approved__implementation_status"
    ):
        found[recommendation][cycle] = status
    return dict(found)


@dataclass(frozen=True, slots=True)
class PublishedMark:
    """What is public of one run at a glance: its status, or ``thread.LEFT_OUT`` where there is nothing to show.

    ``approved_on`` and ``approved_at`` are empty then; ``withdrawn_on`` says that an entry was taken off the pages.
    """

    run_id: int
    cycle_id: int
    status: str
    approved_on: datetime.date | None = None
    approved_at: datetime.datetime | None = None
    withdrawn_on: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where everything stands: ``periods`` by edition, oldest first, and ``marks`` by recommendation and cycle."""

    periods: dict[int, list[PublishedPeriod]]
    marks: dict[int, dict[int, PublishedMark]]


_MARK = (
    "pk", "recommendation_id", "approved_at", "withdrawn_at", "approved__implementation_status",
    "out", "stands", "cancelled", "known",
)  # fmt: skip


def standing(now: datetime.datetime) -> Standing:
    """Return where all recommendations of all editions stand, without their texts; one query."""
    runs = StatusUpdate.objects.annotate(out=_is_out(now), stands=_STANDS, cancelled=_CANCELLED, known=_in_known(now))
    rows: Iterable[tuple[Any, ...]] = (
        runs.filter(Q(out=True) | Q(cancelled=True) | Q(known=True))
        .order_by("cycle__period_until", "cycle", "pk")
        .values_list(*_MARK, "cycle__edition_id", *(f"cycle__{name}" for name in _CYCLE))
    )
    cycles: dict[int, dict[int, PublishedPeriod]] = defaultdict(dict)
    marks: dict[int, dict[int, PublishedMark]] = defaultdict(dict)
    for row in rows:
        pk, recommendation, approved_at, withdrawn_at, status, out, stands, cancelled, known, edition, *period = row
        cycle = period[0]
        shown = out and stands
        if (shown or known) and cycle not in cycles[edition]:
            cycles[edition][cycle] = _period(period)
        if shown:
            day = timezone.localdate(approved_at) if approved_at else period[2]
            marks[recommendation][cycle] = PublishedMark(pk, cycle, status, day, approved_at)
        elif out or cancelled:
            day = timezone.localdate(withdrawn_at) if withdrawn_at else None
            marks[recommendation][cycle] = PublishedMark(pk, cycle, thread.LEFT_OUT, withdrawn_on=day)
    return Standing({edition: list(some.values()) for edition, some in cycles.items()}, dict(marks))


def _in_known(now: datetime.datetime) -> Q:
    """A run of a closed cycle whose publication date has come."""
    return Q(cycle__state=CycleState.CLOSED) & _has_come("cycle__publish_on", timezone.localdate(now))


_CYCLE = ("pk", "period_from", "period_until", "state", "due_on", "closed_at")


def _period(values: Sequence[Any]) -> PublishedPeriod:
    """Make a period of a cycle's ``_CYCLE`` columns."""
    cycle, period_from, period_until, state, due_on, closed_at = values
    return PublishedPeriod(
        cycle_id=cycle,
        label=period_label(period_from, period_until),
        period_from=period_from,
        period_until=period_until,
        closed=state == CycleState.CLOSED,
        due_on=due_on,
        closed_on=timezone.localdate(closed_at) if closed_at else None,
    )


@dataclass(frozen=True, slots=True)
class PublishedWithdrawal:
    """That an entry was taken off the public pages, and what visitors read instead."""

    cycle_id: int
    period_label: str
    on: datetime.date
    note: str


def withdrawals(recommendation_id: int, now: datetime.datetime) -> list[PublishedWithdrawal]:
    """Return what stands in the place of a recommendation's withdrawn entries, newest first; one query."""
    rows = StatusUpdate.objects.filter(_is_out(now), recommendation=recommendation_id, withdrawn_at__isnull=False)
    return [
        PublishedWithdrawal(
            one.cycle_id, one.cycle.period_label, timezone.localdate(one.withdrawn_at), one.withdrawal_note
        )
        for one in rows.select_related("cycle").order_by("-cycle__period_until")
        if one.withdrawn_at
    ]


def left_out(recommendation_id: int) -> set[int]:
    """Return the cycles in which the recommendation's request was cancelled or its entry withdrawn; one query."""
    cancelled = StatusUpdate.objects.filter(_LEFT_OUT, recommendation=recommendation_id)
    return set(cancelled.values_list("cycle_id", flat=True))


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
    return _entries(_narrow(_is_public(now), edition_id, recommendation_ids, cycle_id), with_measures=with_measures)


def latest(now: datetime.datetime, *, limit: int) -> list[PublishedEntry]:
    """Return the ``limit`` entries that were approved last, of all editions, newest first; two queries."""
    newest = StatusUpdate.objects.filter(_is_public(now)).order_by("-approved_at", "-pk")[:limit]
    found = _entries(StatusUpdate.objects.filter(pk__in=newest.values("pk")), with_measures=False)
    return sorted((one for some in found.values() for one in some), key=lambda one: one.approved_on, reverse=True)


def texts(edition_id: int, now: datetime.datetime) -> dict[int, str]:
    """Return recommendation id → everything published about it in one string, to search in; one query."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = StatusUpdate.objects.filter(_is_public(now), cycle__edition=edition_id)
    fields = ("status_reason", "done", "worked", "did_not_work", "overlooked", "next_step", "nil_reason")
    for recommendation, *parts in rows.values_list("recommendation_id", *(f"approved__{name}" for name in fields)):
        found[recommendation] += parts
    return {recommendation: "\n".join(parts) for recommendation, parts in found.items()}


def report_entries(cycle_id: int) -> dict[int, list[PublishedEntry]]:
    """Return the approved entries of a cycle for its report, in the form of ``entries``.

    The report may be built before the publication date; it is released no earlier (``may_release``).
    """
    return _entries(_narrow(Q(approved__isnull=False) & _STANDS, None, None, cycle_id), with_measures=True)


@dataclass(frozen=True, slots=True)
class ReportCycle:
    """A cycle that a report can be built from, with the figures that coordinators see before they build it.

    ``publish_on`` empty means that a report of it may be released at any time (``may_release``).
    """

    cycle_id: int
    edition_id: int
    edition_name: str
    label: str
    period_from: datetime.date
    period_until: datetime.date
    closed: bool
    publish_on: datetime.date | None
    approved: int
    total: int

    @property
    def without_entry(self) -> int:
        return self.total - self.approved


def report_cycles(cycle_id: int | None = None) -> list[ReportCycle]:
    """Return the cycles that have been opened, or the one named, newest first; one query. For the working group."""
    cycles = ReportingCycle.objects.filter(state__in=[CycleState.OPEN, CycleState.CLOSED])
    if cycle_id is not None:
        cycles = cycles.filter(pk=cycle_id)
    counted = cycles.select_related("edition").annotate(
        approved=Count("updates", filter=Q(updates__approved__isnull=False)),
        # Where the request was cancelled nobody was asked; nobody owes a return.
        total=Count("updates", filter=~Q(updates__state=UpdateState.CANCELLED) | Q(updates__approved__isnull=False)),
    )
    return [
        ReportCycle(
            cycle_id=one.pk,
            edition_id=one.edition_id,
            edition_name=one.edition.name,
            label=one.period_label,
            period_from=one.period_from,
            period_until=one.period_until,
            closed=one.is_closed,
            publish_on=one.publish_on,
            approved=one.approved,
            total=one.total,
        )
        for one in counted.order_by("-period_until", "-pk")
    ]


@dataclass(frozen=True, slots=True)
class MissingReturn:
    """A recommendation for which the office asked handed in nothing that was approved."""

    recommendation_id: int
    office_label: str


def missing_returns(cycle_id: int) -> list[MissingReturn]:
    """Return the runs of a cycle without an approved entry, by office: the report names them."""
    rows = StatusUpdate.objects.filter(cycle=cycle_id, approved__isnull=True).exclude(_LEFT_OUT)
    return [
        MissingReturn(recommendation, office)
        for recommendation, office in rows.order_by("lead_office_label", "recommendation__position").values_list(
            "recommendation_id", "lead_office_label"
        )
    ]


def may_release(cycle_id: int, today: datetime.date) -> bool:
    """Whether the cycle's approved entries are public on ``today``, with every text that they confirm."""
    confirms_unpublished = StatusUpdate.objects.filter(
        cycle=cycle_id, approved__confirms__update__cycle__publish_on__gt=today
    )
    return (
        ReportingCycle.objects.filter(_has_come("publish_on", today), pk=cycle_id).exists()
        and not confirms_unpublished.exists()
    )


def _narrow(
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


def _entries(updates: "QuerySet[StatusUpdate]", *, with_measures: bool) -> dict[int, list[PublishedEntry]]:
    rows = list(
        updates.select_related("cycle", "approved__confirms__update__cycle").order_by("cycle__period_until", "pk")
    )
    texts = {row.pk: row.approved.confirms or row.approved for row in rows if row.approved}
    measures = _measures([text.pk for text in texts.values()]) if with_measures else {}
    corrections = _corrections(rows)
    found: dict[int, list[PublishedEntry]] = defaultdict(list)
    for row in rows:
        if row.approved:
            text = texts[row.pk]
            entry = _entry(row, row.approved, text, measures.get(text.pk, ()), corrections.get(row.pk, ()))
            found[row.recommendation_id].append(entry)
    return dict(found)


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
        confirms_period=text.update.cycle.period_label if text.pk != approved.pk else "",
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


def _measures(revision_ids: Iterable[int]) -> dict[int, tuple[PublishedMeasure, ...]]:
    found: dict[int, list[PublishedMeasure]] = defaultdict(list)
    rows = Measure.objects.filter(revision__in=list(revision_ids)).order_by("revision", "position")
    for revision, *values in rows.values_list(
        "revision_id", "title", "status", "responsible", "period", "funding", "partners", "link"
    ):
        found[revision].append(PublishedMeasure(*values))
    return {revision: tuple(some) for revision, some in found.items()}
