"""Where recommendations stand over the periods: statuses without texts."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Left, TruncDate
from django.utils import timezone

from workflow import thread
from workflow.models import CycleState, Decision, Event, EventKind, ReportingCycle, Review, StatusUpdate
from workflow.models.cycles import period_label
from workflow.published.approvals import public_since
from workflow.published.visibility import (
    CANCELLED,
    GONE_AT,
    LEFT_OUT_RUNS,
    STANDS,
    WITHDRAWN,
    in_known,
    is_due,
    is_known,
    is_out,
)


@dataclass(frozen=True, slots=True)
class PublishedPeriod:
    """A reporting period that may be told of: closed, or with at least one entry, and its date has come."""

    cycle_id: int
    label: str
    period_from: datetime.date
    period_until: datetime.date
    closed: bool
    due_on: datetime.date
    closed_on: datetime.date | None


def periods(edition_id: int, now: datetime.datetime) -> list[PublishedPeriod]:
    """Return the periods of an edition, public or not, oldest first; one query. For the working group.

    A report may be built while its edition is not public; it is released no earlier (``may_release``).
    """
    due_cycles = StatusUpdate.objects.filter(is_due(now) & STANDS, cycle__edition=edition_id).values("cycle")
    cycles = ReportingCycle.objects.filter(Q(pk__in=due_cycles) | is_known(now), edition=edition_id)
    return [_period(values) for values in cycles.order_by("period_until", "pk").values_list(*_CYCLE)]


def statuses(edition_id: int, now: datetime.datetime) -> dict[int, dict[int, str]]:
    """Return recommendation id → cycle id → status, for a report's threads and units; two queries, as ``periods``.

    Where the request was cancelled or the entry withdrawn, the status is ``thread.LEFT_OUT``: the period is no gap.
    """
    found: dict[int, dict[int, str]] = defaultdict(dict)
    left_out = StatusUpdate.objects.filter(LEFT_OUT_RUNS, cycle__edition=edition_id)
    for recommendation, cycle in left_out.values_list("recommendation_id", "cycle_id"):
        found[recommendation][cycle] = thread.LEFT_OUT
    rows = StatusUpdate.objects.filter(is_due(now) & STANDS, cycle__edition=edition_id)
    for recommendation, cycle, status in rows.values_list(
        "recommendation_id", "cycle_id", "approved__implementation_status"
    ):
        found[recommendation][cycle] = status
    return dict(found)


def kinds(edition_id: int, now: datetime.datetime) -> dict[int, dict[int, str]]:
    """Return recommendation id → cycle id → kind of the entry (an ``EntryKind``), as ``periods``; one query."""
    found: dict[int, dict[int, str]] = defaultdict(dict)
    rows = StatusUpdate.objects.filter(is_due(now) & STANDS, cycle__edition=edition_id)
    for recommendation, cycle, kind in rows.values_list("recommendation_id", "cycle_id", "approved__kind"):
        found[recommendation][cycle] = kind
    return dict(found)


@dataclass(frozen=True, slots=True)
class PublishedMark:
    """What is public of one run at a glance: its status, or ``thread.LEFT_OUT`` where there is nothing to show.

    ``approved_on`` and ``approved_at`` are empty then; ``withdrawn_on`` says that an entry was taken off the pages.
    ``public_on`` is the day from which visitors could read it: a publication date may be later than the approval.
    ``changed_on`` is the last day on which what they read of it changed: it came out, it was shown again after a
    withdrawal, or the text that it confirms was corrected or shown again.
    ``beginning`` is how the text begins that says what was done: enough for a line in a list.
    """

    run_id: int
    cycle_id: int
    status: str
    approved_on: datetime.date | None = None
    approved_at: datetime.datetime | None = None
    withdrawn_on: datetime.date | None = None
    public_on: datetime.date | None = None
    changed_on: datetime.date | None = None
    beginning: str = ""


BEGINNING = 400
_DONE = Coalesce("approved__confirms__update__approved__done", "approved__confirms__done", "approved__done")
"""What was done; see ``entries.read_entries`` for whose text stands where an entry confirms another."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where everything stands: ``periods`` by edition, oldest first, and ``marks`` by recommendation and cycle."""

    periods: dict[int, list[PublishedPeriod]]
    marks: dict[int, dict[int, PublishedMark]]


_MARK = (
    "pk", "recommendation_id", "approved_at", "gone_at", "approved__implementation_status",
    "cycle__publish_on", "approved__confirms__update__cycle__publish_on",
    "restored_at", "approved__confirms__update__approved_at", "approved__confirms__update__restored_at",
    "beginning", "out", "stands", "cancelled", "known",
)  # fmt: skip
_MOMENTS = 3
"""So many of the columns are moments at which a public text may have changed after its approval."""


def standing(now: datetime.datetime) -> Standing:
    """Return where all recommendations of all editions stand, with no more than the beginning of a text; one query."""
    runs = StatusUpdate.objects.annotate(
        out=is_out(now),
        stands=STANDS,
        cancelled=CANCELLED,
        known=in_known(now),
        gone_at=GONE_AT,
        beginning=Left(_DONE, BEGINNING),
    )
    rows: Iterable[tuple[Any, ...]] = (
        runs.filter(Q(out=True) | Q(cancelled=True) | Q(known=True))
        .order_by("cycle__period_until", "cycle", "pk")
        .values_list(*_MARK, "cycle__edition_id", *(f"cycle__{name}" for name in _CYCLE))
    )
    # Of thousands of moments the days are wanted: the zone is looked up once.
    zone = timezone.get_current_timezone()
    cycles: dict[int, dict[int, PublishedPeriod]] = defaultdict(dict)
    marks: dict[int, dict[int, PublishedMark]] = defaultdict(dict)
    for row in rows:
        pk, recommendation, approved_at, gone_at, status, *dates, beginning = row[:_FLAGS]
        out, stands, cancelled, known, edition = row[_FLAGS:-PERIOD]
        dates, moments = dates[:-_MOMENTS], dates[-_MOMENTS:]
        period = row[-PERIOD:]
        cycle = period[0]
        shown = out and stands
        if (shown or known) and cycle not in cycles[edition]:
            cycles[edition][cycle] = _period(period)
        if shown:
            day = approved_at.astimezone(zone).date() if approved_at else period[2]
            public_on = public_since(day, *dates)
            changed_on = max([public_on, *(at.astimezone(zone).date() for at in moments if at)])
            marks[recommendation][cycle] = PublishedMark(
                pk, cycle, status, day, approved_at, None, public_on, changed_on, beginning
            )
        elif out or cancelled:
            day = gone_at.astimezone(zone).date() if out and gone_at else None
            marks[recommendation][cycle] = PublishedMark(pk, cycle, thread.LEFT_OUT, withdrawn_on=day)
    return Standing({edition: list(some.values()) for edition, some in cycles.items()}, dict(marks))


_CYCLE = ("pk", "period_from", "period_until", "state", "due_on", "closed_at")
PERIOD = len(_CYCLE)
_FLAGS = _MARK.index("out")


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
    """That an entry was taken off the public pages, and what visitors read instead.

    An entry that confirmed the withdrawn text has gone with it; ``confirms_period`` is the period of that text.
    """

    run_id: int
    recommendation_id: int
    cycle_id: int
    period_label: str
    period_until: datetime.date
    at: datetime.datetime
    on: datetime.date
    note: str
    confirms_period: str = ""


def withdrawals(recommendation_ids: Iterable[int], now: datetime.datetime) -> list[PublishedWithdrawal]:
    """Return what stands in the place of recommendations' withdrawn entries, newest period first; one query."""
    return _withdrawals(StatusUpdate.objects.filter(recommendation__in=list(recommendation_ids)), now)


def all_withdrawals(now: datetime.datetime) -> list[PublishedWithdrawal]:
    """Return what stands in the place of all withdrawn entries, the newest withdrawal first; one query."""
    found = _withdrawals(StatusUpdate.objects.all(), now)
    return sorted(found, key=lambda one: (one.at, one.period_until, one.recommendation_id), reverse=True)


def report_withdrawals(cycle_id: int) -> dict[int, PublishedWithdrawal]:
    """Return by recommendation what a report of the cycle says where an entry was withdrawn; one query."""
    runs = StatusUpdate.objects.filter(WITHDRAWN, cycle=cycle_id)
    return {one.recommendation_id: one for one in _read_withdrawals(runs)}


def _withdrawals(runs: "QuerySet[StatusUpdate]", now: datetime.datetime) -> list[PublishedWithdrawal]:
    return _read_withdrawals(runs.filter(is_out(now) & WITHDRAWN))


def _read_withdrawals(runs: "QuerySet[StatusUpdate]") -> list[PublishedWithdrawal]:
    rows = runs.select_related("cycle", "approved__confirms__update__cycle").order_by("-cycle__period_until", "pk")
    return [_withdrawal(row) for row in rows]


def _withdrawal(run: StatusUpdate) -> PublishedWithdrawal:
    confirmed = run.approved.confirms.update if run.approved and run.approved.confirms else None
    gone = run if run.withdrawn_at or confirmed is None else confirmed
    at = gone.withdrawn_at or run.state_since
    return PublishedWithdrawal(
        run_id=run.pk,
        recommendation_id=run.recommendation_id,
        cycle_id=run.cycle_id,
        period_label=run.cycle.period_label,
        period_until=run.cycle.period_until,
        at=at,
        on=timezone.localdate(at),
        note=gone.withdrawal_note,
        confirms_period="" if gone is run else gone.cycle.period_label,
    )


def gone_with(edition_ids: Iterable[int]) -> list[tuple[int, int]]:
    """Return edition and run of each entry that went off the pages because its edition was taken back; one query.

    Those that had been taken off before are among them: whoever keeps a copy may not know that yet. What was approved
    or imported since was never public, however old an imported approval is.
    """
    return _gone(Q(cycle__edition__in=list(edition_ids)))


def went_with_edition(cycle_id: int) -> bool:
    """Whether visitors read an entry of the cycle until its edition was taken back, and it still stands; one query."""
    return bool(_gone(Q(cycle=cycle_id) & STANDS))


def _gone(where: Q) -> list[tuple[int, int]]:
    at = "cycle__edition__withdrawn_at"
    decided = {"decision": Decision.APPROVED, "decided_at__lte": OuterRef(at)}
    before = Exists(Review.objects.filter(revision__update=OuterRef("pk"), **decided))
    known = Q(approved_at__isnull=True) | Q(approved_at__lte=F(at)) | before
    dates = (TruncDate(at), "cycle__publish_on", "approved__confirms__update__cycle__publish_on")
    since = Exists(Event.objects.filter(update=OuterRef("pk"), kind=EventKind.IMPORTED, at__gt=OuterRef(at)))
    gone = Q(cycle__edition__withdrawn_at__isnull=False, approved__isnull=False)
    runs = StatusUpdate.objects.filter(where, known, ~since, gone)
    rows = runs.order_by("cycle__edition", "pk").values_list("cycle__edition", "pk", *dates)
    return [(edition, run) for edition, run, on, *days in rows if all(day is None or day <= on for day in days)]
