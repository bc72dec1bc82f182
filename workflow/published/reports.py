"""What a report is built from: a cycle's approved entries and its missing returns. For the working group."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, Q

from concept.models import ConceptEdition
from workflow.models import CycleState, Event, EventKind, ReportingCycle, StatusUpdate, UpdateState
from workflow.published.entries import PublishedEntry, narrow, read_entries
from workflow.published.visibility import LEFT_OUT_RUNS, STANDS, text_read


def report_entries(cycle_id: int) -> dict[int, list[PublishedEntry]]:
    """Return the approved entries of a cycle for its report, in the form of ``entries``.

    The report may be built before the publication date; it is released no earlier (``may_release``).
    """
    return read_entries(narrow(Q(approved__isnull=False) & STANDS, None, None, cycle_id), with_measures=True)


def report_runs(cycle_id: int) -> dict[int, tuple[int, int]]:
    """Return the runs of a cycle whose approved entry stands, each with two revisions; one query.

    They are the approved one, and the one whose text is read: an earlier entry's, where it confirms that. What a
    report holds beyond these was taken off the public pages since, so it is not given away any more.
    """
    runs = narrow(Q(approved__isnull=False) & STANDS, None, None, cycle_id)
    return {run: (revision, text) for run, revision, text in runs.values_list("pk", "approved_id", text_read())}


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
    approved = Q(updates__approved__isnull=False)
    stands = Q(updates__withdrawn_at__isnull=True, updates__approved__confirms__update__withdrawn_at__isnull=True)
    counted = cycles.select_related("edition").annotate(
        approved=Count("updates", filter=approved & stands),
        # Nobody owes a return where the request was cancelled or the entry withdrawn.
        total=Count("updates", filter=(approved & stands) | ~(approved | Q(updates__state=UpdateState.CANCELLED))),
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
    rows = StatusUpdate.objects.filter(cycle=cycle_id, approved__isnull=True).exclude(LEFT_OUT_RUNS)
    return [
        MissingReturn(recommendation, office)
        for recommendation, office in rows.order_by("lead_office_label", "recommendation__position").values_list(
            "recommendation_id", "lead_office_label"
        )
    ]


def may_release(cycle_id: int, today: datetime.date) -> bool:
    """Whether the cycle's approved entries are public on ``today``, with every text that they confirm.

    Those of an edition of the concept that is not published are not.
    """
    public = ReportingCycle.objects.filter(edition__in=ConceptEdition.objects.public(today))
    if not public.filter(pk=cycle_id).exists():
        return False
    later = set(ReportingCycle.objects.filter(publish_on__gt=today).values_list("pk", flat=True))
    if not later:
        return True
    if cycle_id in later:
        return False
    confirming = StatusUpdate.objects.filter(cycle=cycle_id, approved__confirms__isnull=False)
    confirmed = list(confirming.values_list("approved__confirms__update", flat=True))
    return not StatusUpdate.objects.filter(pk__in=confirmed, cycle__in=later).exists()


def withdrawn_since(cycle_id: int, since: datetime.datetime) -> bool:
    """Whether an entry that a report of the cycle may speak of was taken off the public pages at ``since`` or later.

    A report tells how everything stood in earlier periods, too. Also if the entry is public again: what a report was
    built from then is older than that. Two queries.
    """
    cycle = ReportingCycle.objects.filter(pk=cycle_id).values("edition", "period_until").get()
    of_report = {
        "update__cycle__edition": cycle["edition"],
        "update__cycle__period_until__lte": cycle["period_until"],
    }
    return Event.objects.filter(**of_report, kind=EventKind.ENTRY_WITHDRAWN, at__gte=since).exists()
