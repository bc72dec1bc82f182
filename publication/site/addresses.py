"""Every address that belongs to the public site, made from the site itself and not from what links to what."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.utils import translation

from publication.opendata.catalogue import BY_ENDING
from publication.opendata.tables import BY_SLUG
from publication.queries.site import Site

Arguments = Iterable[tuple[Any, ...]]

NAMESPACES = ("publication", "embedding", "opendata", "reports")
"""Where routes for visitors stand; of ``reports`` only those of ``RULES``."""


def _editions(site: Site) -> Arguments:
    """Of those that were taken back the note has an address, and nothing else."""
    return [*((one.slug,) for one in site.editions), *((one.slug,) for one in site.gone)]


def _fields(site: Site) -> Arguments:
    return ((edition.slug, one.number) for edition in site.editions for one in edition.fields)


def _goals(site: Site) -> Arguments:
    return (
        (edition.slug, field.number, one.number)
        for edition in site.editions
        for field in edition.fields
        for one in field.goals
    )


def _offices(site: Site) -> Arguments:
    return ((one.pk,) for one in [*site.offices, *site.former_offices])


def _recommendations(site: Site) -> Arguments:
    return ((edition.slug, one.key) for edition in site.editions for one in edition.all_recommendations)


def _reports(site: Site) -> Arguments:
    return ((one.pk,) for edition in site.editions for one in edition.reports)


def _tables(_site: Site) -> Arguments:
    return [*((table, ending) for table in BY_SLUG for ending in ("csv", "xlsx")), (ALL_TABLES, "xlsx")]


def _tables_of_editions(site: Site) -> Arguments:
    return ((edition.slug, *table) for edition in site.editions for table in _tables(site))


def _metadata(_site: Site) -> Arguments:
    return ((table,) for table in BY_SLUG)


def _catalogues(_site: Site) -> Arguments:
    return ((ending,) for ending in BY_ENDING)


RULES: dict[str, Callable[[Site], Arguments]] = {
    "publication:edition": _editions,
    "publication:field": _fields,
    "publication:goal": _goals,
    "publication:office": _offices,
    "publication:recommendation": _recommendations,
    "embedding:field": _fields,
    "embedding:field-fragment": _fields,
    "embedding:recommendation": _recommendations,
    "embedding:recommendation-fragment": _recommendations,
    "publication:report": _reports,
    "reports:file": _reports,
    "reports:word": _reports,
    "reports:html": _reports,
    "reports:short": _reports,
    "opendata:table": _tables,
    "opendata:table-of-edition": _tables_of_editions,
    "opendata:table-metadata": _metadata,
    "opendata:catalogue": _catalogues,
    "opendata:feed-field": _fields,
}
"""The arguments of each route that has some. Routes without arguments need no rule."""

LINKED = frozenset(
    {"publication:report-diff", "publication:news-year", "publication:chart", "publication:chart-figures"}
)
"""Routes that have an address where a page links to it: a year in which anything happened, a chart of today."""

LIVE = frozenset({"publication:feedback", "publication:feedback-thanks", "publication:barrier-thanks"})
"""Routes that need the service itself: what is sent with a form, and what a form is answered with."""

INTERFACE = "opendata:api:"
"""The interface answers to what it is asked: it needs the service as well."""

ALL_TABLES = "alles"


def is_live(route: str) -> bool:
    """Say whether only the service itself can answer at ``route``."""
    return route in LIVE or route.startswith(INTERFACE)


def public_routes() -> dict[str, bool]:
    """Return the name of each route that visitors may open, and whether it has arguments."""
    found = {name: takes for name, takes in _routes(get_resolver().url_patterns) if _namespace(name) in NAMESPACES}
    return {name: takes for name, takes in found.items() if _namespace(name) != "reports" or name in RULES}


def addresses(site: Site) -> list[str]:
    """Return every address of the site in every language, each once, in a fixed order.

    The language of the addresses is that of no reader: it is set and put back.
    """
    found: dict[str, None] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for route, takes in public_routes().items():
                arguments = RULES.get(route, _none)(site) if takes else [()]
                if route not in LINKED and not is_live(route):
                    found.update((address, None) for some in arguments if (address := _address(route, some)))
    return list(found)


def _address(route: str, arguments: tuple[Any, ...]) -> str:
    """Return the address, or nothing for what cannot be addressed: an empty number, say."""
    try:
        return reverse(route, args=arguments)
    except NoReverseMatch:
        return ""


def _none(_site: Site) -> Arguments:
    return ()


def _namespace(name: str) -> str:
    return name.partition(":")[0]


def _routes(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, bool]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
        elif pattern.name:
            regex = pattern.pattern.regex
            yield f"{prefix}{pattern.name}", bool(re.compile(regex).groups if isinstance(regex, str) else regex.groups)
