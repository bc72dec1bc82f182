"""What is new: approvals, corrections, withdrawals, reports and editions of the concept, by the day they happened."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.utils import timezone

from publication.models import ReportEdition, ReportStage
from publication.queries.kept import PerSite
from publication.queries.parts import PublicEdition, PublicRecommendation, Site
from workflow import published

FEW = 8
"""So many approvals of a day stand openly; more of them are folded away behind their number."""

APPROVED, CORRECTED, WITHDRAWN = "approved", "corrected", "withdrawn"
REPORT, REPORT_CORRECTED, REPORT_WITHDRAWN, CONCEPT = "report", "report_corrected", "report_withdrawn", "concept"
ORDER = (CONCEPT, REPORT_WITHDRAWN, REPORT_CORRECTED, REPORT, WITHDRAWN, CORRECTED, APPROVED)


@dataclass(frozen=True)
class News:
    """One thing that happened; what it is about is one of ``one``, ``report`` and ``edition``."""

    kind: str
    on: datetime.date
    note: str = ""
    period_label: str = ""
    one: PublicRecommendation | None = None
    edition: PublicEdition | None = None
    report: int | None = None
    version: int = 1


@dataclass(frozen=True)
class NewsDay:
    """A day with what happened on it, the weighty things first; ``approvals`` apart, because they are many."""

    on: datetime.date
    items: list[News]
    approvals: list[News]

    @property
    def is_full(self) -> bool:
        return len(self.approvals) > FEW


def _read(whole: Site, now: datetime.datetime) -> list[News]:
    found = [*_entries(whole, now), *_reports(whole, now), *_editions(whole)]
    # Sorting keeps what was approved last at the top of its kind.
    return sorted(found, key=lambda one: (-one.on.toordinal(), ORDER.index(one.kind)))


all_news = PerSite(_read)
"""Everything that happened, newest first; four queries, once for each version of what is published."""


def news_years(news: list[News]) -> list[int]:
    """Return the years in which anything happened, newest first."""
    return sorted({one.on.year for one in news}, reverse=True)


def news_days(news: list[News], year: int) -> list[NewsDay]:
    """Return the days of a year on which anything happened, newest first."""
    of_year = (one for one in news if one.on.year == year)
    days = []
    for day, some in groupby(of_year, key=lambda one: one.on):
        items = list(some)
        approvals = [one for one in items if one.kind == APPROVED]
        days.append(NewsDay(day, [one for one in items if one.kind != APPROVED], approvals))
    return days


def _entries(whole: Site, now: datetime.datetime) -> Iterator[News]:
    latest = sorted(published.approvals(now), key=lambda one: (one.at is not None and one.at.timestamp(), one.run_id))
    for approval in reversed(latest):
        if one := whole.by_pk.get(approval.recommendation_id):
            kind = CORRECTED if approval.is_correction else APPROVED
            yield News(kind, approval.on, approval.note, approval.period_label, one)
    for withdrawal in published.all_withdrawals(now):
        if one := whole.by_pk.get(withdrawal.recommendation_id):
            yield News(WITHDRAWN, withdrawal.on, withdrawal.note, withdrawal.period_label, one)


def _reports(whole: Site, now: datetime.datetime) -> Iterator[News]:
    editions = {edition.pk: edition for edition in whole.editions}
    rows = ReportEdition.objects.filter(released_at__lte=now, stage__in=[ReportStage.FINAL, ReportStage.WITHDRAWN])
    for one in rows.defer("document").select_related("cycle"):
        edition = editions.get(one.cycle.edition_id)
        if edition is None or one.released_at is None:
            continue
        label = one.cycle.period_label
        if one.is_withdrawn and one.withdrawn_at:
            day = timezone.localdate(one.withdrawn_at)
            yield News(REPORT_WITHDRAWN, day, one.withdrawal_note, label, edition=edition, version=one.number)
        else:
            kind = REPORT_CORRECTED if one.change_note else REPORT
            day = timezone.localdate(one.released_at)
            yield News(kind, day, one.change_note, label, edition=edition, report=one.pk, version=one.number)


def _editions(whole: Site) -> Iterator[News]:
    for edition in whole.editions:
        if edition.adopted_on:
            yield News(CONCEPT, edition.adopted_on, edition=edition)
