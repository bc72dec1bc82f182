"""What the parts for other websites show. Everything comes from the site that the pages are made of."""

import datetime
from dataclasses import dataclass

from publication.queries.known import entries_of
from publication.queries.overview import FieldPicture, Overview, overview
from publication.queries.site import PublicRecommendation, site
from workflow import published
from workflow.published import PublishedEntry, PublishedWithdrawal


@dataclass(frozen=True)
class OverviewPart:
    """The newest edition as a whole; ``whole`` is empty before there is any."""

    whole: Overview | None
    as_of: datetime.date | None


@dataclass(frozen=True)
class FieldPart:
    picture: FieldPicture
    as_of: datetime.date | None

    @property
    def members(self) -> list[PublicRecommendation]:
        return self.picture.field.current


@dataclass(frozen=True)
class RecommendationPart:
    """``withdrawal`` is what stands in the place of an entry that was newer than ``entry``."""

    recommendation: PublicRecommendation
    entry: PublishedEntry | None
    withdrawal: PublishedWithdrawal | None


def overview_part(now: datetime.datetime) -> OverviewPart:
    """Return the newest edition; no query besides the site's own."""
    everything = site(now)
    whole = overview(everything.editions[0]) if everything.editions else None
    return OverviewPart(whole, _as_of(whole.edition.current) if whole else None)


def field_part(slug: str, number: str, now: datetime.datetime) -> FieldPart | None:
    """Return a field of action, or None where there is none; no query besides the site's own."""
    edition = site(now).edition(slug)
    if edition is None:
        return None
    picture = next((one for one in overview(edition).fields if one.field.number == number), None)
    return FieldPart(picture, _as_of(picture.field.current)) if picture else None


def recommendation_part(slug: str, key: str, now: datetime.datetime) -> RecommendationPart | None:
    """Return a recommendation with its newest entry, or None; at most three queries besides the site's."""
    one = site(now).recommendation(slug, key)
    if one is None:
        return None
    entries = entries_of([one.pk], now, with_measures=False).get(one.pk, [])
    last = next(reversed(one.marks.values()), None)
    withdrawn = published.withdrawals([one.pk], now) if last and last.withdrawn_on else []
    return RecommendationPart(one, entries[-1] if entries else None, withdrawn[0] if withdrawn else None)


def _as_of(members: list[PublicRecommendation]) -> datetime.date | None:
    """Return the day of the newest published entry."""
    days = [mark.approved_on for one in members for mark in one.shown if mark.approved_on]
    return max(days, default=None)
