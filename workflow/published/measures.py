"""Measures and programmes that published entries name."""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from django.db.models.functions import Coalesce
from django.utils import timezone

from workflow.models.cycles import period_label
from workflow.published.entries import PublishedMeasure, measures_of
from workflow.published.visibility import public_runs


@dataclass(frozen=True, slots=True)
class PublishedMeasures:
    """The measures of the newest published entry of a recommendation that names any, and how old that word is."""

    recommendation_id: int
    period_label: str
    approved_on: datetime.date
    measures: tuple[PublishedMeasure, ...]


def measures(edition_id: int, now: datetime.datetime) -> dict[int, PublishedMeasures]:
    """Return recommendation id → the measures that were published last, for an edition; two queries.

    An entry that confirms an earlier text confirms its measures.
    """
    rows = (
        public_runs(now)
        .filter(cycle__edition=edition_id)
        .annotate(text=Coalesce("approved__confirms__update__approved", "approved"))
        .order_by("cycle__period_until", "pk")
        .values_list("recommendation_id", "text", "approved_at", "cycle__period_from", "cycle__period_until")
    )
    found: dict[int, list[tuple[int, str, datetime.date]]] = defaultdict(list)
    for recommendation, text, approved_at, begin, end in rows:
        day = timezone.localdate(approved_at) if approved_at else end
        found[recommendation].append((text, period_label(begin, end), day))
    named = measures_of(text for some in found.values() for text, _label, _day in some)
    newest = {}
    for recommendation, some in found.items():
        for text, label, day in reversed(some):
            if text in named:
                newest[recommendation] = PublishedMeasures(recommendation, label, day, named[text])
                break
    return newest
