"""What visitors read. Status data comes through ``workflow.published`` alone; the concept itself is public."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from concept.models import (
    Assignment,
    AssignmentRole,
    ConceptEdition,
    CrosswalkLink,
    Recommendation,
)
from offices.models import Office
from publication.models import FileKind, ReportEdition, ReportFile, ReportStage
from workflow import published
from workflow.published import PublishedEntry, PublishedPeriod
from workflow.thread import LEFT_OUT, MISSING, OPEN, ThreadStep, thread_steps

NEWS = 5
_PDF = ReportFile.objects.filter(edition=OuterRef("pk"), kind=FileKind.PDF)


@dataclass(frozen=True)
class ReportLink:
    """A released report, without its content."""

    pk: int
    cycle_id: int
    period_label: str
    number: int
    size: int
    released_on: datetime.date


@dataclass
class Responsible:
    """The offices in charge of one recommendation today."""

    lead: Office | None = None
    contributing: list[Office] = field(default_factory=list)

    @property
    def offices(self) -> list[Office]:
        return [*([self.lead] if self.lead else []), *self.contributing]


@dataclass(frozen=True)
class News:
    """One recently published entry."""

    recommendation: Recommendation
    entry: PublishedEntry


@dataclass(frozen=True)
class TimelineItem:
    """One period of a recommendation, with its entry or as a gap."""

    period_label: str
    status: str
    entry: PublishedEntry | None
    period: PublishedPeriod | None
    report: ReportLink | None
    leads_to_gap: bool = False


@dataclass(frozen=True)
class RecommendationPage:
    recommendation: Recommendation
    steps: list[ThreadStep]
    timeline: list[TimelineItem]
    responsible: Responsible
    before: list[CrosswalkLink]
    after: list[CrosswalkLink]

    @property
    def status(self) -> str:
        return self.steps[-1].status

    @property
    def newest(self) -> PublishedEntry | None:
        return next((item.entry for item in self.timeline if item.entry), None)

    @property
    def with_measures(self) -> PublishedEntry | None:
        """The newest entry that names measures."""
        return next((item.entry for item in self.timeline if item.entry and item.entry.measures), None)


def public_editions(today: datetime.date) -> list[ConceptEdition]:
    """Return the editions that visitors may read, newest first; one adopted later than ``today`` is not yet there."""
    known = ConceptEdition.objects.filter(Q(adopted_on__isnull=True) | Q(adopted_on__lte=today))
    return list(known.order_by(F("adopted_on").desc(nulls_last=True), "-pk"))


def released_reports(edition: ConceptEdition, now: datetime.datetime) -> list[ReportLink]:
    """Return the released reports of ``edition``, newest first, only the latest of each period."""
    found: dict[int, ReportLink] = {}
    rows = ReportEdition.objects.filter(cycle__edition=edition, stage=ReportStage.FINAL, released_at__lte=now)
    rows = rows.annotate(size=Subquery(_PDF.values("size")[:1]))
    for report in (
        rows.defer("document").select_related("cycle").order_by("-cycle__period_until", "cycle", "-number")
    ):
        if report.released_at and report.cycle_id not in found:
            found[report.cycle_id] = ReportLink(
                report.pk,
                report.cycle_id,
                report.cycle.period_label,
                report.number,
                report.size,
                timezone.localdate(report.released_at),
            )
    return list(found.values())


def news(now: datetime.datetime, editions: list[ConceptEdition]) -> list[News]:
    """Return the newest published entries of all public editions, newest first; two queries."""
    latest = published.latest(now, limit=NEWS)
    shown = Recommendation.objects.filter(edition__in=editions).select_related("edition", "goal__field")
    by_id = shown.in_bulk([entry.recommendation_id for entry in latest])
    return [News(by_id[entry.recommendation_id], entry) for entry in latest if entry.recommendation_id in by_id]


def responsible(recommendations: "QuerySet[Recommendation]", today: datetime.date) -> dict[int, Responsible]:
    """Return who is in charge of each of ``recommendations`` on ``today``, where anybody is; two queries."""
    rows = Assignment.objects.valid_on(today).filter(recommendation__in=recommendations.order_by().values("pk"))
    assigned = list(rows.values_list("recommendation_id", "office_id", "role"))
    offices = Office.objects.in_bulk({office for _pk, office, _role in assigned})
    found: dict[int, Responsible] = defaultdict(Responsible)
    for pk, office, role in assigned:
        if role == AssignmentRole.LEAD:
            found[pk].lead = offices[office]
        else:
            found[pk].contributing.append(offices[office])
    for who in found.values():
        who.contributing.sort(key=by_number)
    return found


def by_number(office: Office) -> tuple[bool, str]:
    """Order offices as people list them: by number, those without one at the end."""
    return office.number == "", office.label


def recommendation_page(
    edition: ConceptEdition, key: str, now: datetime.datetime, reports: list[ReportLink]
) -> RecommendationPage:
    """Return everything public about one recommendation; raises ``Recommendation.DoesNotExist``.

    Nine queries, however long its history.
    """
    one = Recommendation.objects.select_related("edition", "goal__field").get(edition=edition, key=key)
    entries = published.entries(now, recommendation_ids=[one.pk]).get(one.pk, [])
    periods = published.periods(edition.pk, now)
    statuses = dict.fromkeys(published.left_out(one.pk), LEFT_OUT)
    statuses |= {entry.cycle_id: entry.status for entry in entries}
    steps = thread_steps(periods, statuses)
    asked = [period for period in periods if statuses.get(period.cycle_id) != LEFT_OUT]
    links = CrosswalkLink.objects.select_related("predecessor__edition", "successor__edition")
    return RecommendationPage(
        recommendation=one,
        steps=steps,
        timeline=_timeline(asked, entries, reports),
        responsible=responsible(Recommendation.objects.filter(pk=one.pk), timezone.localdate(now))[one.pk],
        before=list(links.filter(successor=one)),
        after=list(links.filter(predecessor=one)),
    )


def _timeline(
    periods: list[PublishedPeriod], entries: list[PublishedEntry], reports: list[ReportLink]
) -> list[TimelineItem]:
    """Return the periods newest first; a gap is an item of its own, a running period without an entry is none."""
    by_cycle = {entry.cycle_id: entry for entry in entries}
    by_report = {report.cycle_id: report for report in reports}
    items: list[TimelineItem] = []
    for period in periods:
        entry = by_cycle.get(period.cycle_id)
        if not entry and not period.closed:
            continue
        status = entry.status if entry else MISSING
        # Items are drawn newest first: the line below an item leads to the period before it.
        leads_to_gap = bool(items) and MISSING in {status, items[-1].status}
        report = by_report.get(period.cycle_id)
        items.append(TimelineItem(period.label, status, entry, period, report, leads_to_gap))
    return items[::-1] or [TimelineItem("", OPEN, None, None, None)]
