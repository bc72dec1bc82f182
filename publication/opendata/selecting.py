"""Which things a question asks for. What needs no text is decided on the site alone."""

import datetime
from collections.abc import Iterable, Sequence

from publication.opendata import reading
from publication.opendata.changes import Change
from publication.opendata.filters import (
    ChangeFilters,
    CrosswalkFilters,
    EntryFilters,
    MeasureFilters,
    OfficeFilters,
    RecommendationFilters,
    ReportFilters,
)
from publication.opendata.reading import Link, Reported
from publication.queries import search
from publication.queries.public_reports import Report
from publication.queries.site import PublicEdition, PublicOffice, PublicRecommendation, Site
from workflow.published import PublishedMeasure, PublishedPeriod


def editions(whole: Site, slug: str | None) -> list[PublicEdition]:
    return [one for one in whole.editions if slug is None or one.slug == slug]


def recommendations(
    whole: Site, asked: RecommendationFilters, now: datetime.datetime
) -> Sequence[PublicRecommendation]:
    """Return the recommendations that are asked for, by edition, newest first, as printed.

    No query; for words five, once for each version of what is published.
    """
    found = [
        one
        for edition in editions(whole, asked.edition)
        for one in edition.all_recommendations
        if (asked.field is None or one.goal.field.pk == asked.field)
        and (asked.goal is None or one.goal.pk == asked.goal)
        and (asked.status is None or one.status == asked.status)
        and (asked.office is None or _is_in_charge(one, asked.office))
        and (asked.year is None or _reported_in(one, asked.year))
        and (asked.ended is None or (one.ended_on is not None) == asked.ended)
        and _since(reading.changed_on(one), asked.changed_since)
    ]
    if asked.q and found:
        answers = search.answers(whole, asked.q, now).recommendations
        found = [one for one in found if one.pk in answers]
    return found


def entries(
    whole: Site, asked: EntryFilters | MeasureFilters, now: datetime.datetime, *, by_status: bool
) -> list[Reported]:
    """Return the published entries that are asked for."""
    found = [
        some
        for some in reading.reported(whole, now)
        if (asked.edition is None or some.one.edition.slug == asked.edition)
        and (asked.field is None or some.one.goal.field.pk == asked.field)
        and (asked.recommendation is None or some.one.pk == asked.recommendation)
        and (asked.period is None or some.period.cycle_id == asked.period)
        and (not by_status or asked.status is None or some.mark.status == asked.status)
        and (asked.office is None or _is_in_charge(some.one, asked.office))
        and (asked.year is None or covers(some.period, asked.year))
        and _since(some.changed_on, asked.changed_since)
    ]
    if not asked.q or not found:
        return found
    answers = search.answers(whole, asked.q, now)
    return [some for some in found if answers.entry(some.mark.run_id, some.one.title)]


def crosswalk(links: Iterable[Link], asked: CrosswalkFilters) -> list[Link]:
    return [
        one
        for one in links
        if (asked.before is None or one.before.edition.slug == asked.before)
        and (asked.after is None or (one.after is not None and one.after.edition.slug == asked.after))
        and (asked.reason is None or one.reason == asked.reason)
    ]


def changes(all_of_them: Iterable[Change], asked: ChangeFilters) -> list[Change]:
    return [
        one
        for one in all_of_them
        if (asked.edition is None or one.what.edition.slug == asked.edition)
        and (asked.field is None or (one.field is not None and one.field.pk == asked.field))
        and (asked.kind is None or one.kind == asked.kind)
        and _since(one.on, asked.changed_since)
    ]


def covers(period: PublishedPeriod, year: int) -> bool:
    return period.period_from.year <= year <= period.period_until.year


def _is_in_charge(one: PublicRecommendation, office: int) -> bool:
    return any(some.pk == office for some in one.offices)


def _reported_in(one: PublicRecommendation, year: int) -> bool:
    periods = {period.cycle_id: period for period in one.edition.periods}
    return any(mark.cycle_id in periods and covers(periods[mark.cycle_id], year) for mark in one.shown)


def _since(changed: datetime.date | None, since: datetime.date | None) -> bool:
    return since is None or (changed is not None and changed >= since)


def offices(whole: Site, asked: OfficeFilters, now: datetime.datetime) -> Sequence[PublicOffice]:
    if not asked.q:
        return whole.offices
    answers = search.answers(whole, asked.q, now)
    return [one for one in whole.offices if answers.text(one.label)]


def measures(
    whole: Site, asked: MeasureFilters, now: datetime.datetime
) -> list[tuple[Reported, PublishedMeasure, int]]:
    """Return the measures that are asked for, each with its entry and its place in it; eight queries at most."""
    without_words = asked.model_copy(update={"q": None})
    reported = entries(whole, without_words, now, by_status=False)
    texts = reading.entries(now, reported)
    answers = search.answers(whole, asked.q, now) if asked.q else None
    return [
        (some, measure, place)
        for some in reported
        if some.mark.run_id in texts
        for place, measure in enumerate(texts[some.mark.run_id].measures, 1)
        if (asked.status is None or measure.status == asked.status)
        and (answers is None or answers.text(*measure.texts))
    ]


def reports(whole: Site, all_of_them: Iterable[Report], asked: ReportFilters) -> list[tuple[Report, str]]:
    """Return the reports that are asked for, each with its edition's short name."""
    by_edition = {one.pk: one for one in whole.editions}
    found = []
    for report in all_of_them:
        edition = by_edition[report.edition_id]
        period = next((one for one in edition.periods if one.cycle_id == report.cycle_id), None)
        if asked.edition is not None and edition.slug != asked.edition:
            continue
        if asked.year is not None and (period is None or not covers(period, asked.year)):
            continue
        found.append((report, edition.slug))
    return found
