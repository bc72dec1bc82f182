"""What is new: approvals, corrections, withdrawals, reports and editions of the concept, by the day they happened.

The one list of what happened to what is published: the page, the feed and the interface tell of it, each in its words.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.utils import timezone

from publication.queries.kept import PerSite
from publication.queries.parts import GoneEdition, PublicEdition, PublicRecommendation, Site
from publication.queries.public_reports import public_reports
from workflow import published
from workflow.published import PublishedRestoration, PublishedWithdrawal

FEW = 8
"""So many approvals of a day stand openly; more of them are folded away behind their number."""

APPROVED, CORRECTED, WITHDRAWN, RESTORED = "approved", "corrected", "withdrawn", "restored"
REPORT, REPORT_WITHDRAWN, EDITION, EDITION_WITHDRAWN = "report", "report_withdrawn", "edition", "edition_withdrawn"
ORDER = (EDITION_WITHDRAWN, EDITION, REPORT_WITHDRAWN, REPORT, WITHDRAWN, RESTORED, CORRECTED, APPROVED)


@dataclass(frozen=True)
class News:
    """One thing that happened. ``on`` is the day from which visitors could read it, ``at`` the moment.

    ``name`` stays, whatever becomes of titles. It is about an entry (``run_id``, on ``one``), about a ``report``, or
    about ``edition`` itself. ``confirms_period`` is given where what happened to the text of that period changed an
    entry that confirms it. ``office`` wrote the entry; it is empty where the city speaks.
    """

    kind: str
    on: datetime.date
    at: datetime.datetime
    name: str
    edition: PublicEdition | GoneEdition
    note: str = ""
    period_label: str = ""
    one: PublicRecommendation | None = None
    run_id: int | None = None
    cycle_id: int | None = None
    confirms_period: str = ""
    office: str = ""
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
    found = [*_approvals(whole, now), *_taken_and_given(whole, now), *_reports(whole, now), *_editions(whole)]
    # Sorting keeps what was approved last at the top of its kind.
    return sorted(found, key=lambda one: (-one.on.toordinal(), ORDER.index(one.kind)))


all_news = PerSite(_read)
"""Everything that happened, newest first; five queries, once for each version of what is published."""


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


def _approvals(whole: Site, now: datetime.datetime) -> Iterator[News]:
    latest = sorted(published.approvals(now), key=lambda one: (one.at is not None and one.at.timestamp(), one.run_id))
    for approval in reversed(latest):
        one = whole.by_pk.get(approval.recommendation_id)
        if one is None:
            continue
        text = "/text" if approval.confirms_period else ""
        yield News(
            CORRECTED if approval.is_correction else APPROVED,
            approval.on,
            approval.at or midnight(approval.on),
            f"eintrag/{approval.run_id}{text}/{approval.version}",
            one.edition,
            note=approval.note,
            period_label=approval.period_label,
            one=one,
            run_id=approval.run_id,
            cycle_id=approval.cycle_id,
            confirms_period=approval.confirms_period,
            office=approval.office_label,
        )


def _taken_and_given(whole: Site, now: datetime.datetime) -> Iterator[News]:
    """Yield what was taken off the pages, and what is shown again; its reason is for the history alone."""
    everything: list[PublishedWithdrawal | PublishedRestoration] = []
    everything += [*published.all_withdrawals(now), *published.restorations(now)]
    for what in everything:
        gone = isinstance(what, PublishedWithdrawal)
        if one := whole.by_pk.get(what.recommendation_id):
            yield News(
                WITHDRAWN if gone else RESTORED,
                what.on,
                what.at,
                f"eintrag/{what.run_id}/{'entfernt' if gone else 'wieder'}/{what.at:%Y%m%dT%H%M%S}",
                one.edition,
                note=what.note if isinstance(what, PublishedWithdrawal) else "",
                period_label=what.period_label,
                one=one,
                run_id=what.run_id,
                cycle_id=what.cycle_id,
                confirms_period=what.confirms_period,
            )


def _reports(whole: Site, now: datetime.datetime) -> Iterator[News]:
    editions = {edition.pk: edition for edition in whole.editions}
    for one in public_reports(now, whole, with_files=False):
        gone = one.withdrawn_at is not None
        at = one.withdrawn_at or one.released_at
        yield News(
            REPORT_WITHDRAWN if gone else REPORT,
            timezone.localdate(at),
            at,
            f"bericht/{one.pk}{'/zurueckgezogen' if gone else ''}",
            editions[one.edition_id],
            note=one.withdrawal_note if gone else one.change_note,
            period_label=one.period_label,
            report=one.pk,
            version=one.number,
        )


def _editions(whole: Site) -> Iterator[News]:
    """Yield since when editions are public, and which were taken back: of what happened in those nothing is told."""
    for edition in whole.editions:
        day = edition.public_since
        name = f"konzept/{edition.slug}{f'/wieder/{day:%Y%m%d}' if edition.is_back else ''}"
        yield News(EDITION, day, midnight(day), name, edition)
    for gone in whole.gone:
        name = f"konzept/{gone.slug}/zurueckgenommen/{gone.at:%Y%m%dT%H%M%S}"
        yield News(EDITION_WITHDRAWN, gone.on, gone.at, name, gone, note=gone.note)


def midnight(day: datetime.date) -> datetime.datetime:
    """Return the first moment of a day in local time."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))
