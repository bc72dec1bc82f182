"""Every address that belongs to the public site, made from the site itself and not from what links to what."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import translation

from publication.queries.site import Site

Arguments = Iterable[tuple[Any, ...]]

NAMESPACES = ("publication", "embedding", "opendata", "reports")
"""Where routes for visitors stand; of ``reports`` only those of ``RULES``."""


def _editions(site: Site) -> Arguments:
    return ((one.slug,) for one in site.editions)


def _fields(site: Site) -> Arguments:
    return ((edition.slug, one.number) for edition in site.editions for one in edition.fields)


def _recommendations(site: Site) -> Arguments:
    return ((edition.slug, one.key) for edition in site.editions for one in edition.all_recommendations)


def _reports(site: Site) -> Arguments:
    return ((one.pk,) for edition in site.editions for one in edition.reports)


RULES: dict[str, Callable[[Site], Arguments]] = {
    "publication:edition": _editions,
    "publication:field": _fields,
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
}
"""The arguments of each route that has some. Routes without arguments need no rule."""

LINKED = frozenset({"publication:report-diff"})
"""Routes that have an address where a page links to it, such as a comparison of two reports."""

LIVE = frozenset({"publication:feedback", "publication:feedback-thanks", "publication:barrier-thanks"})
"""Routes that need the service itself: forms, and answers that depend on what is asked."""


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
                if route not in LIVE and route not in LINKED:
                    arguments = RULES[route](site) if takes else [()]
                    found.update((reverse(route, args=some), None) for some in arguments)
    return list(found)


def _namespace(name: str) -> str:
    return name.partition(":")[0]


def _routes(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, bool]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
        elif pattern.name:
            regex = pattern.pattern.regex
            yield f"{prefix}{pattern.name}", bool(re.compile(regex).groups if isinstance(regex, str) else regex.groups)
