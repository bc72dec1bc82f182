"""Parts of the site on other websites: in a frame of their own, or as a piece of HTML."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from publication.queries.embedding import field_part, overview_part, recommendation_part
from publication.queries.site import site
from publication.site.frames import may_be_framed
from publication.site.portable import portable
from publication.views.page import public_page

COLOURS = {"hell": "light", "dunkel": "dark"}


@dataclass(frozen=True)
class Part:
    """What can be embedded: its template, what it shows, its title, and the page that tells more."""

    template: str
    title: str
    page: str
    context: dict[str, Any]


def _overview() -> Part | None:
    shown = overview_part(timezone.now())
    return Part("overview", _("Overview"), reverse("publication:home"), {"shown": shown})


def _field(slug: str, number: str) -> Part | None:
    shown = field_part(slug, number, timezone.now())
    if shown is None:
        return None
    return Part("field", str(shown.picture.field), reverse("publication:field", args=[slug, number]), {"shown": shown})


def _recommendation(slug: str, key: str) -> Part | None:
    shown = recommendation_part(slug, key, timezone.now())
    if shown is None:
        return None
    address = reverse("publication:recommendation", args=[slug, key])
    return Part("recommendation", str(shown.recommendation), address, {"shown": shown})


def _missing(slug: str = "", **_named: str) -> Part:
    """Return what stands where a part is not there (any more), with the edition that was withdrawn, if it was that."""
    edition = site(timezone.now()).gone_edition(slug)
    title = pgettext("edition", "Withdrawn") if edition else _("Not found")
    return Part("gone", title, reverse("publication:home"), {"edition": edition})


def _frame(find: Callable[..., Part | None]) -> Callable[..., HttpResponse]:
    """Return the view that shows a part as a page for a frame."""

    @public_page(parameters=("farben",))
    def frame(request: HttpRequest, /, **named: str) -> HttpResponse:
        part = find(**named) or _missing(**named)
        scheme = COLOURS.get(request.GET.get("farben", ""), "")
        context = {
            "part": _drawn(request, part, level=1, base=request.path, target="_top"),
            "title": part.title,
            "canonical": settings.SITE_URL + part.page,
            "scheme": scheme,
        }
        if part.template == "gone":
            status = 410 if part.context["edition"] else 404
            return may_be_framed(render(request, "publication/embed/page.html", context, status=status))
        return render(request, "publication/embed/page.html", context)

    return frame


def _fragment(find: Callable[..., Part | None]) -> Callable[..., HttpResponse]:
    """Return the view that gives a part away as a piece of HTML; scripts of other websites may read it."""

    @public_page(parameters=())
    def fragment(request: HttpRequest, /, **named: str) -> HttpResponse:
        part = find(**named)
        if part is None:
            gone = _missing(**named)
            status = 410 if gone.context["edition"] else 404
            return may_be_framed(HttpResponse(_drawn(request, gone, level=2, base=settings.SITE_URL), status=status))
        return HttpResponse(_drawn(request, part, level=2, base=settings.SITE_URL))

    return fragment


def _drawn(request: HttpRequest, part: Part, *, level: int, base: str, target: str = "") -> str:
    context = {**part.context, "page": part.page, "level": level}
    html = render_to_string(f"publication/embed/{part.template}.html", context, request)
    return portable(html.strip(), name=part.page, address=base, target=target)


overview_frame = _frame(_overview)
overview_fragment = _fragment(_overview)
field_frame = _frame(_field)
field_fragment = _fragment(_field)
recommendation_frame = _frame(_recommendation)
recommendation_fragment = _fragment(_recommendation)
