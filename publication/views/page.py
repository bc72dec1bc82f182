"""What all pages for visitors have in common: how they are kept, and what stands around them."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast, overload
from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from publication.queries.parts import GoneEdition
from publication.queries.site import PublicEdition, Site, site
from publication.site.keeping import Keeping
from publication.site.languages import SAFE, German, language_of, languages_of

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


IN_GERMAN = mark_safe(' lang="de"')
"""What marks the city's own words on a page that speaks another language: ``<p{{ in_german }}>``."""


GERMAN = ("feld", "amt")
"""Filters whose values are the city's own words."""


@dataclass(frozen=True)
class NavigationItem:
    label: str
    url: str
    is_current: bool = False


@overload
def public_page(view: View[P]) -> View[P]: ...
@overload
def public_page(*, parameters: tuple[str, ...] | None) -> Callable[[View[P]], View[P]]: ...
def public_page(view: View[P] | None = None, *, parameters: tuple[str, ...] | None = None) -> Any:
    """Mark a page that is kept ready and that everybody may keep but must ask about: what is approved shows at once.

    ``parameters`` are the names in the query string that the view reads; ``()`` if it reads none. Without them, the
    answer to a query string is made each time. The page depends on published content, the address and the day alone,
    not on who asks or on the time of day. Reading sets no cookie. See ``publication.site.middleware``.
    """
    return _kept(view, Keeping(parameters))


@overload
def public_file(view: View[P]) -> View[P]: ...
@overload
def public_file(
    *, parameters: tuple[str, ...] | None = None, immutable: bool = False
) -> Callable[[View[P]], View[P]]: ...
def public_file(
    view: View[P] | None = None, *, parameters: tuple[str, ...] | None = None, immutable: bool = False
) -> Any:
    """Mark a file that is kept ready like a page; ``immutable`` if its address holds a digest of its content.

    Then copies stay where they are even when what they show is withdrawn: only for what may stay known.
    """
    return _kept(view, Keeping(parameters, immutable))


def _kept(view: View[P] | None, keeping: Keeping) -> Any:
    def mark(view: View[P]) -> View[P]:
        safe: Any = require_safe(of_edition(view))
        safe.keeping = keeping
        return cast("View[P]", safe)

    return mark(view) if view else mark


def visitor_form(view: View[P]) -> View[P]:
    """Mark a page with a form of visitors: nobody keeps it; ``publication.site.tokens`` stands in for the cookie."""

    known = of_edition(view)

    @wraps(view)
    def asked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = known(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response

    return csrf_exempt(require_http_methods(["GET", "HEAD", "POST"])(asked))  # type: ignore[return-value]


def of_edition(view: View[P]) -> View[P]:
    """Let a view whose address names an edition (``slug`` or ``edition``) say so where the edition was withdrawn.

    What it then does not find is gone (410) and not unknown (404): whatever stood below the edition's address.
    """

    @wraps(view)
    def asked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Http404:
            everything = site(timezone.now())
            gone = everything.gone_edition(str(kwargs.get("slug") or kwargs.get("edition") or ""))
            if gone is None:
                raise
            return _gone(request, everything, gone)

    return cast("View[P]", asked)


def _gone(request: HttpRequest, everything: Site, one: GoneEdition) -> HttpResponse:
    """Say in the place of an edition and of all its pages why it was withdrawn."""
    crumbs = [
        (_("Overview"), reverse("publication:home")),
        (_("Concepts and reports"), reverse("publication:editions")),
        (pgettext("edition", "Withdrawn"), ""),
    ]
    response = render_page(request, "edition_withdrawn", everything, current="editions", gone=one, crumbs=crumbs)
    response.status_code = 410
    response["Cache-Control"] = "no-cache"
    return response


def render_page(
    request: HttpRequest,
    template: str,
    everything: Site,
    *,
    current: str = "",
    edition: PublicEdition | None = None,
    **context: Any,
) -> HttpResponse:
    """Render ``publication/public/<template>.html`` with the frame that every page for visitors has.

    ``current`` names the item of the navigation that the page belongs to. The navigation leads through the newest
    edition: on a page of an older ``edition`` no item is the current one.
    """
    newest = everything.editions[0] if everything.editions else None
    shown = edition or newest
    return render(
        request,
        f"publication/public/{template}.html",
        {
            "public_page": True,
            "languages": languages_of(request),
            "canonical": canonical(request),
            "in_german": IN_GERMAN if language_of(request.path_info) != settings.LANGUAGE_CODE else "",
            "public_navigation": navigation(newest, current if shown == newest else ""),
            "site": everything,
            "edition": shown,
            "others": [one for one in everything.editions if one is not shown],
            "reports": shown.reports if shown else [],
            **context,
        },
    )


def canonical(request: HttpRequest) -> str:
    """Return the page's address for citing and for search engines: the service's own, whatever name was asked for."""
    return f"{settings.SITE_URL}{quote(request.path, safe=SAFE)}"


def navigation(newest: PublicEdition | None, current: str) -> list[NavigationItem]:
    """Return the main navigation of the public pages."""
    items = [("home", _("Overview"), reverse("publication:home"))]
    if newest:
        items += [
            ("edition", _("Recommendations"), reverse("publication:edition", args=[newest.slug])),
            ("measures", _("Measures"), reverse("publication:measures")),
            ("offices", pgettext("public", "Offices"), reverse("publication:offices")),
            ("news", _("What is new"), reverse("publication:news")),
            ("editions", _("Concepts and reports"), reverse("publication:editions")),
            ("search", _("Search"), reverse("publication:search")),
        ]
    return [NavigationItem(label, address, name == current) for name, label, address in items]


def chips(
    active: Mapping[str, str], names: Mapping[str, Mapping[str, str]], query: Callable[..., str]
) -> list[tuple[str, str]]:
    """Return each active filter as a label and the address that removes it; ``query(without=name)`` gives the rest."""
    called = ((name, names.get(name, {}).get(value, value)) for name, value in active.items())
    return [(German(label) if name in GERMAN else label, f"?{query(without=name)}") for name, label in called]


def page_size(request: HttpRequest, size: int) -> int:
    """Return how many rows of a list stand on a page: ``size``, and in a static copy all of them."""
    return sys.maxsize if getattr(request, "static_export", False) else size


def edition_crumb(whole: Site, one: PublicEdition) -> list[tuple[str, str]]:
    """Name the edition in a breadcrumb where it is not the homepage's own."""
    return [] if one is whole.editions[0] else [(German(one.name), reverse("publication:edition", args=[one.slug]))]
