"""The sitemap: every page that search engines may show, in each language, with the day on which it changed."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from publication.opendata import addresses, reading
from publication.queries.site import PublicEdition, PublicField, PublicGoal, PublicRecommendation, Site

MOST = 50_000
"""So many addresses a sitemap may hold; the oldest editions are left out first."""

STANDING = (
    "home", "search", "news", "measures", "offices", "editions", "data", "data-api", "embedding", "accessibility",
    "imprint", "privacy",
)  # fmt: skip
"""Pages without arguments by their names; those that there are."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A page by its address in each language."""

    addresses: dict[str, str]
    changed_on: datetime.date | None


def sitemap(whole: Site) -> bytes:
    """Return the sitemap; no query."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">',
    ]
    room = MOST
    for entry in entries(whole):
        room -= len(entry.addresses)
        if room < 0:
            break
        lines += _urls(entry)
    return "\n".join([*lines, "</urlset>", ""]).encode()


def _urls(entry: Entry) -> Iterator[str]:
    default = entry.addresses[settings.LANGUAGE_CODE]
    others = [*entry.addresses.items(), ("x-default", default)]
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang={quoteattr(code)} href={quoteattr(address)}/>'
        for code, address in others
    )
    changed = f"<lastmod>{entry.changed_on.isoformat()}</lastmod>" if entry.changed_on else ""
    for address in entry.addresses.values():
        yield f"<url><loc>{escape(address)}</loc>{changed}{links}</url>"


def entries(whole: Site) -> Iterator[Entry]:
    """Yield every page, the newest edition's first."""
    at = reading.as_of(whole).date()
    for name in STANDING:
        yield from _entry(name, (), at)
    for edition in whole.editions:
        yield from _of_edition(edition)
    for office in whole.offices:
        days = [reading.changed_on(one) for one in (*office.leads, *office.contributes)]
        yield from _entry("office", (office.pk,), max((day for day in days if day), default=None))


def _of_edition(edition: PublicEdition) -> Iterator[Entry]:
    yield from _entry("edition", (edition.slug,), _newest(edition.all_recommendations) or edition.adopted_on)
    for report in edition.reports:
        yield from _entry("report", (report.pk,), report.released_on)
    for field in edition.fields:
        yield from _entry("field", (edition.slug, field.number), _newest(_all(field)))
        for goal in field.goals:
            yield from _entry("goal", (edition.slug, field.number, goal.number), _newest(goal.recommendations))
    for one in edition.all_recommendations:
        yield from _entry("recommendation", (edition.slug, one.key), reading.changed_on(one) or edition.adopted_on)


def _all(field: PublicField) -> Iterable[PublicRecommendation]:
    goals: list[PublicGoal] = field.goals
    return (one for goal in goals for one in goal.recommendations)


def _newest(some: Iterable[PublicRecommendation]) -> datetime.date | None:
    days = [reading.changed_on(one) for one in some]
    return max((day for day in days if day), default=None)


def _entry(name: str, args: tuple[Any, ...], changed_on: datetime.date | None) -> Iterator[Entry]:
    """Yield the page, or nothing where it cannot be addressed."""
    found = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            try:
                found[code] = addresses.absolute(reverse(f"publication:{name}", args=args))
            except NoReverseMatch:
                return
    yield Entry(found, changed_on)
