"""What all pages for visitors have in common: how they are kept, and what stands around them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from publication.queries.site import PublicEdition, Site

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


@dataclass(frozen=True)
class NavigationItem:
    label: str
    url: str
    is_current: bool = False


def public_page(view: View[P]) -> View[P]:
    """Mark a page that everybody may keep but must ask about each time: what is approved shows at once.

    An unchanged page is answered with 304 by its ETag. Reading sets no cookie.
    """

    @wraps(view)
    def kept(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-cache" if request.COOKIES else "public, no-cache"
        patch_vary_headers(response, ["Cookie"])
        return response

    return require_safe(conditional_page(kept))  # type: ignore[return-value]


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
            "public_navigation": navigation(newest, current if shown == newest else ""),
            "site": everything,
            "edition": shown,
            "others": [one for one in everything.editions if one is not shown],
            "reports": shown.reports if shown else [],
            **context,
        },
    )


def navigation(newest: PublicEdition | None, current: str) -> list[NavigationItem]:
    """Return the main navigation of the public pages."""
    items = [NavigationItem(_("Overview"), reverse("publication:home"), current == "home")]
    if newest:
        address = reverse("publication:edition", args=[newest.slug])
        items.append(NavigationItem(_("Fields of action"), reverse("publication:home") + "#felder", current == "field"))
        items.append(NavigationItem(_("All recommendations"), address, current == "edition"))
        if newest.reports:
            items.append(NavigationItem(_("Reports"), reverse("publication:home") + "#berichte"))
    return items


def edition_crumb(whole: Site, one: PublicEdition) -> list[tuple[str, str]]:
    """Name the edition in a breadcrumb where it is not the homepage's own."""
    return [] if one is whole.editions[0] else [(one.name, reverse("publication:edition", args=[one.slug]))]
