"""What visitors read of one recommendation. Status data comes through ``workflow.published`` alone."""

import datetime
from dataclasses import dataclass

from django.db.models import Q

from concept.models import CrosswalkLink, Recommendation
from publication.queries.site import PublicRecommendation, ReportLink, Site
from workflow import published
from workflow.published import PublishedEntry, PublishedPeriod, PublishedWithdrawal
from workflow.thread import LEFT_OUT, MISSING, OPEN


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
class Kinship:
    """How a recommendation lives on in another edition; ``other`` is empty where it ends."""

    other: PublicRecommendation | None
    reason: str
    note: str


@dataclass(frozen=True)
class RecommendationPage:
    recommendation: PublicRecommendation
    text: str
    rationale: str
    timeline: list[TimelineItem]
    withdrawals: list[PublishedWithdrawal]
    before: list[Kinship]
    after: list[Kinship]

    @property
    def entries(self) -> list[PublishedEntry]:
        """The published entries, oldest first."""
        return [item.entry for item in reversed(self.timeline) if item.entry]

    @property
    def newest(self) -> PublishedEntry | None:
        return next((item.entry for item in self.timeline if item.entry), None)

    @property
    def with_measures(self) -> PublishedEntry | None:
        """The newest entry that names measures."""
        return next((item.entry for item in self.timeline if item.entry and item.entry.measures), None)


def recommendation_page(whole: Site, one: PublicRecommendation, now: datetime.datetime) -> RecommendationPage:
    """Return everything public about one recommendation; at most six queries, however long its history."""
    entries = published.entries(now, recommendation_ids=[one.pk]).get(one.pk, [])
    marks = one.marks
    asked = [
        period
        for period in one.edition.periods
        if period.cycle_id not in marks or marks[period.cycle_id].status != LEFT_OUT
    ]
    text, rationale = Recommendation.objects.values_list("text", "rationale").get(pk=one.pk)
    before, after = _kinship(whole, one)
    return RecommendationPage(
        recommendation=one,
        text=text,
        rationale=rationale,
        timeline=_timeline(asked, entries, one.edition.reports),
        withdrawals=published.withdrawals(one.pk, now) if any(mark.withdrawn_on for mark in marks.values()) else [],
        before=before,
        after=after,
    )


def _kinship(whole: Site, one: PublicRecommendation) -> tuple[list[Kinship], list[Kinship]]:
    """Return what came before and what came after, as far as its edition is public."""
    before, after = [], []
    for link in CrosswalkLink.objects.filter(Q(successor=one.pk) | Q(predecessor=one.pk)):
        reason = link.get_reason_display()
        if link.successor_id == one.pk:
            if other := whole.by_pk.get(link.predecessor_id):
                before.append(Kinship(other, reason, link.note))
        elif link.successor_id is None:
            after.append(Kinship(None, reason, link.note))
        elif other := whole.by_pk.get(link.successor_id):
            after.append(Kinship(other, reason, link.note))
    return before, after


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
