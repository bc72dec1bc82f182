"""Gathering what is published beside the site itself: texts, the crosswalk, reports with their files."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Max
from django.utils import timezone

from concept.models import Recommendation
from publication.models import EntrySummary
from publication.queries import summaries as queries
from publication.queries.kept import PerSite
from publication.queries.lineage import public_links
from publication.queries.site import PublicRecommendation, Site, site
from publication.queries.summaries import Summary
from workflow import published
from workflow.published import PublishedEntry, PublishedMark, PublishedPeriod, PublishedWithdrawal


@dataclass(frozen=True, slots=True)
class Wording:
    """The text of a recommendation and its rationale, as the concept has them."""

    text: str = ""
    rationale: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the crosswalk between two public editions; ``after`` is empty where a recommendation ends."""

    pk: int
    before: PublicRecommendation
    after: PublicRecommendation | None
    reason: str
    reason_word: str
    note: str


@dataclass(frozen=True, slots=True)
class Reported:
    """A published entry's mark with what it belongs to; its text is read where it is shown.

    ``changed_on`` is the last day on which anything of it changed: text, measures or a summary, whether it could be
    read at all, or that its edition became public.
    """

    one: PublicRecommendation
    period: PublishedPeriod
    mark: PublishedMark
    changed_on: datetime.date


def everything_at(now: datetime.datetime) -> Site:
    """Return the site; the one way in which this package gets at it."""
    return site(now)


def wordings(pks: Iterable[int]) -> dict[int, Wording]:
    """Return the texts of recommendations by their id; one query."""
    rows = Recommendation.objects.filter(pk__in=list(pks)).values_list("pk", "text", "rationale")
    return {pk: Wording(text, rationale) for pk, text, rationale in rows}


def reported(whole: Site, now: datetime.datetime) -> list[Reported]:
    """Return every published entry without its text: by edition, newest first, then as printed, then by period.

    One query, once for each version of what is published.
    """
    return [
        some
        for edition in whole.editions
        for one in edition.all_recommendations
        for some in reported_of(one, whole, now)
    ]


def reported_of(one: PublicRecommendation, whole: Site, now: datetime.datetime) -> list[Reported]:
    """Return the same of one recommendation, by period."""
    edition, written = one.edition, _summaries_written(whole, now)
    periods = {period.cycle_id: period for period in edition.periods}
    found = []
    for mark in one.shown:
        if mark.cycle_id in periods:
            days = (mark.changed_on, edition.public_since, written.get(mark.run_id))
            found.append(Reported(one, periods[mark.cycle_id], mark, max(day for day in days if day)))
    return found


def _written(_whole: Site, _now: datetime.datetime) -> dict[int, datetime.date]:
    rows = EntrySummary.objects.order_by().values("update").annotate(at=Max("written_at"))
    return {run: timezone.localdate(at) for run, at in rows.values_list("update", "at")}


_summaries_written = PerSite(_written)
"""By run the day on which a summary of its entry was written, changed or taken away last."""


def entries(now: datetime.datetime, some: Iterable[Reported] | None = None) -> dict[int, PublishedEntry]:
    """Return published entries by run, those of ``some`` or all; three queries."""
    wanted = None if some is None else {one.one.pk for one in some}
    if wanted is not None and not wanted:
        return {}
    by_recommendation = published.entries(now, recommendation_ids=wanted)
    return {entry.run_id: entry for several in by_recommendation.values() for entry in several}


def summaries(runs: Iterable[int]) -> dict[int, list[Summary]]:
    """Return the summaries of published entries by run; one query. Pass ids of published entries alone."""
    return queries.summaries(runs)


def crosswalk(whole: Site) -> list[Link]:
    """Return the links between public editions: by edition, newest first, as printed; one query."""
    order = {pk: place for place, pk in enumerate(_in_order(whole))}
    found = [
        Link(one.link.pk, one.before, one.after, one.link.reason, one.link.get_reason_display(), one.link.note)
        for one in public_links(whole)
    ]
    found.sort(key=lambda link: (order[link.before.pk], order[link.after.pk] if link.after else -1, link.pk))
    return found


def _in_order(whole: Site) -> Iterable[int]:
    return (one.pk for edition in whole.editions for one in edition.all_recommendations)


def withdrawals(now: datetime.datetime) -> list[PublishedWithdrawal]:
    """Return what stands in the place of all withdrawn entries, the newest withdrawal first; one query."""
    return published.all_withdrawals(now)


def withdrawals_of(one: PublicRecommendation, now: datetime.datetime) -> list[PublishedWithdrawal]:
    """Return the same of one recommendation, the newest period first; one query."""
    return published.withdrawals([one.pk], now)


def changed_on(one: PublicRecommendation) -> datetime.date | None:
    """Return the last day on which something published about a recommendation changed: it came, it ended, an entry."""
    days = [one.edition.public_since, one.ended_on]
    days += [day for mark in one.marks.values() for day in (mark.changed_on, mark.withdrawn_on)]
    return max((day for day in days if day), default=None)


def as_of(whole: Site) -> datetime.datetime:
    """Return the moment of the last change of anything published, in local time."""
    return timezone.localtime(whole.version.changed_at)


def day(at: datetime.datetime | None) -> datetime.date | None:
    """Return the local day of a moment."""
    return timezone.localdate(at) if at else None


def local(at: datetime.datetime) -> datetime.datetime:
    return timezone.localtime(at)
