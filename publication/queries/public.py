"""What visitors read of one recommendation. Status data comes through ``workflow.published`` alone."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from concept.models import Recommendation
from publication.queries.known import entries_of
from publication.queries.lineage import Kinship, Lineage, lineage
from publication.queries.parts import PublicEdition, PublicRecommendation, ReportLink, Site
from workflow import published
from workflow.published import PublishedEntry, PublishedPeriod, PublishedWithdrawal
from workflow.thread import LEFT_OUT, MISSING, OPEN

WITHDRAWN = "withdrawn"
"""In the place of an entry that was taken off the pages stands a note without a mark: it says nothing of a status."""


@dataclass(frozen=True)
class TimelineItem:
    """One period of a recommendation, with its entry, as a gap, or with the note of a withdrawal."""

    period_label: str
    status: str
    entry: PublishedEntry | None
    period: PublishedPeriod | None
    report: ReportLink | None
    one: PublicRecommendation
    withdrawal: PublishedWithdrawal | None = None
    leads_to_gap: bool = False

    @property
    def until(self) -> datetime.date:
        """The end of its period."""
        told = self.period or self.withdrawal
        return told.period_until if told else datetime.date.min


@dataclass(frozen=True)
class Chapter:
    """The part of a history that an edition of the concept holds, newest period first.

    ``tied`` says what its recommendations were called then, or are now, and how they hang together with the page's
    own one; it is empty in the chapter of that one. Where it holds several, each item names the one it belongs to.
    """

    edition: PublicEdition
    items: list[TimelineItem]
    tied: list[Kinship]
    is_own: bool

    @property
    def is_shared(self) -> bool:
        return len(self.tied) + self.is_own > 1


@dataclass(frozen=True)
class RecommendationPage:
    """``chapters`` tell the history through all editions, the newest first; ``entries`` are its own, oldest first."""

    recommendation: PublicRecommendation
    text: str
    rationale: str
    chapters: list[Chapter]
    entries: list[PublishedEntry]
    before: list[Kinship]
    after: list[Kinship]

    @property
    def newest(self) -> PublishedEntry | None:
        """The recommendation's own newest entry."""
        return self.entries[-1] if self.entries else None

    @property
    def with_measures(self) -> PublishedEntry | None:
        """The newest entry that names measures."""
        return next((entry for entry in reversed(self.entries) if entry.measures), None)


def recommendation_page(whole: Site, one: PublicRecommendation, now: datetime.datetime) -> RecommendationPage:
    """Return everything public about one recommendation, what it was and what became of it in other editions included.

    At most six queries, however long its history and however many relatives it has.
    """
    kin = lineage(whole)
    family = list(dict.fromkeys([one, *kin.ancestors(one), *kin.descendants(one)]))
    entries = entries_of([some.pk for some in family], now)
    out = any(mark.withdrawn_on for some in family for mark in some.marks.values())
    withdrawn = published.withdrawals([some.pk for some in family], now) if out else []
    text, rationale = Recommendation.objects.values_list("text", "rationale").get(pk=one.pk)
    return RecommendationPage(
        recommendation=one,
        text=text,
        rationale=rationale,
        chapters=_chapters(whole, family, entries, withdrawn, kin),
        entries=entries.get(one.pk, []),
        before=kin.before.get(one.pk, []),
        after=kin.after.get(one.pk, []),
    )


def _chapters(
    whole: Site,
    family: list[PublicRecommendation],
    entries: dict[int, list[PublishedEntry]],
    withdrawn: list[PublishedWithdrawal],
    kin: Lineage,
) -> list[Chapter]:
    """Tell the history of a family, whose first member is the page's own, in the order of the editions."""
    own = family[0]
    members: dict[int, list[PublicRecommendation]] = defaultdict(list)
    for some in family:
        members[some.edition.pk].append(some)
    chapters = []
    for edition in whole.editions:
        here = members[edition.pk]
        items = [item for some in here for item in _items(some, entries.get(some.pk, []), withdrawn)]
        if own in here and not items:
            items = [TimelineItem("", OPEN, None, None, None, own)]
        # Sorting keeps the members of a period in their order.
        items.sort(key=lambda item: item.until, reverse=True)
        if here:
            tied = [_tie(some, family, kin) for some in here if some is not own]
            chapters.append(Chapter(edition, _drawn(items), tied, is_own=own in here))
    return chapters


def _tie(one: PublicRecommendation, family: list[PublicRecommendation], kin: Lineage) -> Kinship:
    """Return ``one`` with the link that holds it to the rest of the family."""
    links = [*kin.after.get(one.pk, []), *kin.before.get(one.pk, [])]
    link = next(some for some in links if some.other in family)
    return Kinship(one, link.reason, link.note)


def _drawn(items: list[TimelineItem]) -> list[TimelineItem]:
    """Dot the line below each item that leads to or from a gap."""
    return [
        replace(item, leads_to_gap=bool(below) and MISSING in {item.status, below[0].status})
        for item, below in ((item, items[place : place + 1]) for place, item in enumerate(items, start=1))
    ]


def _items(
    one: PublicRecommendation, entries: Sequence[PublishedEntry], withdrawn: Sequence[PublishedWithdrawal]
) -> list[TimelineItem]:
    """Return the periods of ``one``; a gap is an item of its own, a running period without an entry is none."""
    by_cycle = {entry.cycle_id: entry for entry in entries}
    taken_off = {some.cycle_id: some for some in withdrawn if some.recommendation_id == one.pk}
    reports = {report.cycle_id: report for report in one.edition.reports}
    known = {period.cycle_id for period in one.edition.periods}
    # Where everything of a period was withdrawn, there is no period any more; the note stays.
    items = [
        TimelineItem(some.period_label, WITHDRAWN, None, None, None, one, withdrawal=some)
        for some in taken_off.values()
        if some.cycle_id not in known
    ]
    for period in one.edition.periods:
        mark = one.marks.get(period.cycle_id)
        entry = by_cycle.get(period.cycle_id)
        report = reports.get(period.cycle_id)
        if note := taken_off.get(period.cycle_id):
            items.append(TimelineItem(period.label, WITHDRAWN, None, period, None, one, withdrawal=note))
        elif entry:
            items.append(TimelineItem(period.label, entry.status, entry, period, report, one))
        elif period.closed and not (mark and mark.status == LEFT_OUT):
            items.append(TimelineItem(period.label, MISSING, None, period, report, one))
    return items
