"""What search engines read in a page (schema.org in JSON-LD): a block of data, never a script that runs."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from publication.opendata import addresses, licence
from publication.opendata.tables import TABLES
from publication.queries.site import Site

ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}
"""So that no text in the data can end the block that it stands in."""


def block(things: Iterable[dict[str, Any]]) -> SafeString:
    """Return ``things`` as the content of a data block in a page."""
    said = {"@context": "https://schema.org", "@graph": list(things)}
    return mark_safe(json.dumps(said, ensure_ascii=False).translate(ESCAPES))  # noqa: S308 - escaped above


def website() -> dict[str, Any]:
    """The site as a whole, with the address under which it can be searched."""
    home = addresses.absolute(reverse("publication:home"))
    made = {
        "@type": "WebSite",
        "@id": f"{home}#website",
        "url": home,
        "name": settings.SERVICE_NAME,
        "inLanguage": get_language() or settings.LANGUAGE_CODE,
        "publisher": publisher(),
        "license": licence.licence().url,
    }
    if search := _search():
        made["potentialAction"] = {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{search}?q={{search_term_string}}"},
            "query-input": "required name=search_term_string",
        }
    return made


def _search() -> str:
    """Return the address of the search, in the language that is spoken now."""
    try:
        return addresses.absolute(reverse("publication:search"))
    except NoReverseMatch:
        return ""


def publisher() -> dict[str, Any]:
    return {
        "@type": "GovernmentOrganization",
        "name": settings.PUBLISHER_NAME,
        "url": addresses.page("publication:home"),
    }


def breadcrumbs(crumbs: Sequence[tuple[str, str]], path: str) -> dict[str, Any]:
    """The way to a page; ``crumbs`` are those that it shows, the last one is the page itself."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": place,
                "name": str(label),
                "item": addresses.absolute(address or path),
            }
            for place, (label, address) in enumerate(crumbs, 1)
        ],
    }


def dataset(whole: Site) -> dict[str, Any]:
    """The data as one set with a file for each table."""
    days = [
        day for one in whole.editions for period in one.periods for day in (period.period_from, period.period_until)
    ]
    made: dict[str, Any] = {
        "@type": "Dataset",
        "@id": addresses.absolute("/daten/#dataset"),
        "url": addresses.page("publication:data"),
        "name": _("Open data: %(service)s") % {"service": settings.SERVICE_NAME},
        "description": _(
            "What the integration concept recommends, and what became of it: everything that is published."
        ),
        "license": licence.licence().url,
        "creditText": licence.attribution(),
        "creator": publisher(),
        "publisher": publisher(),
        "isAccessibleForFree": True,
        "inLanguage": "de",
        "dateModified": whole.version.changed_at.date().isoformat(),
        "spatialCoverage": {"@type": "Place", "name": settings.CITY_NAME},
        "distribution": [
            {
                "@type": "DataDownload",
                "name": f"{_(table.title)} ({ending.upper()})",
                "encodingFormat": media_type,
                "contentUrl": addresses.absolute(reverse("opendata:table", args=[table.slug, ending])),
            }
            for table in TABLES
            for ending, media_type in (
                ("csv", "text/csv"),
                ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            )
        ],
    }
    if days:
        made["temporalCoverage"] = f"{min(days).isoformat()}/{max(days).isoformat()}"
    return made


def report(*, address: str, period: str, number: int, released_on: str, change_note: str = "") -> dict[str, Any]:
    """A report edition, as it can be cited."""
    made = {
        "@type": "Report",
        "@id": f"{address}#report",
        "url": address,
        "name": _("Integration report %(period)s") % {"period": period},
        "version": number,
        "datePublished": released_on,
        "inLanguage": "de",
        "license": licence.licence().url,
        "creditText": licence.attribution(),
        "author": publisher(),
        "publisher": publisher(),
        "isPartOf": {"@id": f"{addresses.page('publication:home')}#website"},
    }
    return {**made, "correction": change_note} if change_note else made
