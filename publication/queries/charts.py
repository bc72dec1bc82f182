"""The charts of public pages: what they show, and the addresses at which their drawings and figures are.

An address holds a digest of everything that the drawing depends on, so a copy of it is never out of date; asking for
figures that are no longer the present ones finds nothing.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.urls import reverse

from publication.charts import Row, Sketch, sketch
from publication.charts.typeface import with_typeface
from publication.queries.parts import PublicEdition, PublicRecommendation, Site
from workflow.thread import standing_after_each

KEPT_SECONDS = 7 * 24 * 3600
KIND = "status-by-period"
DRAWN_LIKE = 2
"""Raise it when charts are drawn differently: old addresses would show old drawings."""


@dataclass(frozen=True)
class PageChart:
    """What a page says of a chart, and the addresses of the drawing, which is made when somebody asks for it."""

    chart: Sketch
    name: str

    @property
    def svg(self) -> str:
        return reverse("publication:chart", args=[self.name])

    @property
    def csv(self) -> str:
        return reverse("publication:chart-figures", args=[self.name])


def edition_chart(whole: Site, edition: PublicEdition, language: str) -> PageChart | None:
    """Return how the recommendations of an edition stood at the end of each period."""
    return _sketched(whole, f"fassung-{edition.pk}", language)


def field_chart(whole: Site, pk: int, language: str) -> PageChart | None:
    """Return the same of a field of action."""
    return _sketched(whole, f"feld-{pk}", language)


def office_chart(whole: Site, pk: int, language: str) -> PageChart | None:
    """Return the same of what an office leads in the newest edition."""
    return _sketched(whole, f"amt-{pk}", language)


def chart_at(whole: Site, name: str, language: str) -> PageChart | None:
    """Return the chart at an address, or None where it does not show the present figures."""
    found = _sketched(whole, name.rpartition("-")[0], language)
    return found if found and found.name == name else None


def _sketched(whole: Site, subject: str, language: str) -> PageChart | None:
    told = _told(whole, subject)
    if told is None:
        return None
    rows, about = told
    chart = sketch(KIND, rows, language, about=about, key=subject)
    if chart is None:
        return None
    told_of = json.dumps([DRAWN_LIKE, KIND, subject, language, about, rows])
    return PageChart(chart, f"{subject}-{hashlib.sha256(told_of.encode()).hexdigest()[:16]}")


def drawing_of(shown: PageChart) -> str:
    """Return the drawing of a chart as SVG, as it was kept or drawn now."""
    key = f"chart:{shown.name}"
    kept: str | None = cache.get(key)
    if kept is None:
        kept = with_typeface(shown.chart.drawn().svg)
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def _told(whole: Site, subject: str) -> tuple[list[Row], str] | None:
    """Return the rows of a chart and what it is about; None where there is nothing of that name."""
    kind, _dash, number = subject.partition("-")
    if not number.isascii() or not number.isdecimal() or not whole.editions:
        return None
    pk = int(number)
    if kind == "fassung":
        for edition in whole.editions:
            if edition.pk == pk:
                return _by_period(edition, edition.current), edition.name
    elif kind == "feld":
        for edition in whole.editions:
            for field in edition.fields:
                if field.pk == pk:
                    return _by_period(edition, field.current), field.name
    elif kind == "amt" and (office := whole.office(pk)):
        newest = whole.editions[0]
        leads = [one for one in office.leads if one.edition is newest and one.ended_on is None]
        return _by_period(newest, leads), office.label
    return None


def _by_period(edition: PublicEdition, members: Sequence[PublicRecommendation]) -> list[Row]:
    """Return how many stood where at the end of each period; each counts from the first one on that tells of it."""
    known = [{cycle: mark.status for cycle, mark in one.marks.items()} for one in members]
    rows: list[Row] = []
    for period, last in standing_after_each(edition.periods, known):
        counted: dict[str, Any] = Counter(status for status in last if status)
        rows.append((period.label, dict(counted)))
    return rows
