"""The pages that everybody may read. Reading sets no cookie."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from publication.queries import public, search
from publication.queries.overview import overview
from publication.queries.search import Filters
from publication.queries.site import PublicEdition, PublicField, ReportLink, Site, site
from workflow import published
from workflow.published import PublishedEntry
from workflow.thread import STATUS_ORDER, status_word

PAGE_SIZE = 50
NEWS = 5

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


@dataclass(frozen=True)
class NavigationItem:
    label: str
    url: str
    is_current: bool = False


def public_page(view: View[P]) -> View[P]:
    """Mark a page that everybody may keep but must ask about each time: what is approved shows at once.

    An unchanged page is answered with 304 by its ETag.
    """

    @wraps(view)
    def kept(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-cache" if request.COOKIES else "public, no-cache"
        patch_vary_headers(response, ["Cookie"])
        return response

    return require_safe(conditional_page(kept))  # type: ignore[return-value]


def _navigation(editions: list[PublicEdition], reports: list[ReportLink], current: str) -> list[NavigationItem]:
    items = [NavigationItem(_("Overview"), reverse("publication:home"), current == "home")]
    if editions:
        address = reverse("publication:edition", args=[editions[0].slug])
        items.append(NavigationItem(_("Fields of action"), reverse("publication:home") + "#felder", current == "field"))
        items.append(NavigationItem(_("All recommendations"), address, current == "edition"))
    if reports:
        items.append(NavigationItem(_("Reports"), reverse("publication:home") + "#berichte"))
    return items


def _render(
    request: HttpRequest,
    template: str,
    editions: list[PublicEdition],
    reports: list[ReportLink],
    current: str,
    **context: Any,
) -> HttpResponse:
    return render(
        request,
        f"publication/public/{template}.html",
        {
            "public_page": True,
            "public_navigation": _navigation(editions, reports, current),
            "editions": editions,
            "reports": reports,
            **context,
        },
    )


def _current(whole: Site, one: PublicEdition, page: str) -> str:
    """The navigation names the newest edition alone; on a page of an older one no item is the current one."""
    return page if one.pk == whole.editions[0].pk else ""


def _edition(whole: Site, slug: str) -> PublicEdition:
    edition = whole.edition(slug)
    if edition is None:
        raise Http404
    return edition


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """The newest edition in one sentence, one picture and its fields."""
    whole = site(timezone.now())
    if not whole.editions:
        return _render(request, "empty", [], [], "home")
    newest = whole.editions[0]
    return _render(
        request,
        "home",
        whole.editions,
        newest.reports,
        "home",
        edition=newest,
        others=whole.editions[1:],
        whole=overview(newest),
        news=whole.latest(NEWS),
    )


@public_page
def edition(request: HttpRequest, slug: str) -> HttpResponse:
    """All recommendations of an edition, to search and to filter."""
    now = timezone.now()
    everything = site(now)
    one = _edition(everything, slug)
    whole = overview(one)
    filters = Filters(**{name: request.GET.get(name, "").strip()[:100] for name in ("q", "feld", "status", "amt")})
    found = search.find(one, everything.offices, filters, now)
    return _render(
        request,
        "edition",
        everything.editions,
        one.reports,
        _current(everything, one, "edition"),
        edition=one,
        others=[other for other in everything.editions if other.pk != one.pk],
        whole=whole,
        filters=filters,
        chips=_chips(filters, whole.fields, found.offices),
        offices=found.offices,
        statuses=[status for status in STATUS_ORDER if status in whole.columns or status == filters.status],
        page=Paginator(found.hits, PAGE_SIZE).get_page(request.GET.get("seite")),
        page_query=f"{filters.query()}&" if filters.active else "",
    )


def _chips(filters: Filters, fields: list[Any], offices: list[Any]) -> list[tuple[str, str]]:
    """Return each active filter as a label and the address that removes it."""
    names = {
        "feld": {picture.field.number: str(picture.field) for picture in fields},
        "status": {status: status_word(status, public=True) for status in STATUS_ORDER},
        "amt": {str(office.pk): office.label for office in offices},
    }
    return [
        (names.get(name, {}).get(value, value), f"?{filters.query(without=name)}")
        for name, value in filters.active.items()
    ]


@public_page
def field(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """One field of action: how it moves, and its goals with their recommendations."""
    now = timezone.now()
    everything = site(now)
    one = _edition(everything, slug)
    picture = next((some for some in overview(one).fields if some.field.number == number), None)
    if picture is None:
        raise Http404
    members = picture.field.current
    entries = published.entries(now, recommendation_ids=[member.pk for member in members], with_measures=False)
    return _render(
        request,
        "field",
        everything.editions,
        one.reports,
        _current(everything, one, "field"),
        edition=one,
        field=picture.field,
        picture=picture,
        rows=[(member, _last(entries.get(member.pk, []))) for member in members],
        crumbs=[
            (_("Overview"), reverse("publication:home")),
            *_edition_crumb(everything, one),
            (str(picture.field), ""),
        ],
    )


@public_page
def recommendation(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """What became of one recommendation."""
    now = timezone.now()
    everything = site(now)
    one = everything.recommendation(slug, key)
    if one is None:
        raise Http404
    return _render(
        request,
        "recommendation",
        everything.editions,
        one.edition.reports,
        _current(everything, one.edition, "edition"),
        edition=one.edition,
        shown=public.recommendation_page(everything, one, now),
        recommendation=one,
        address=request.build_absolute_uri(request.path),
        crumbs=[
            (_("Overview"), reverse("publication:home")),
            *_edition_crumb(everything, one.edition),
            (one.goal.field.name, _field_address(one.goal.field)),
            (one.number, ""),
        ],
    )


def _last(entries: list[PublishedEntry]) -> PublishedEntry | None:
    return entries[-1] if entries else None


def _edition_crumb(whole: Site, one: PublicEdition) -> list[tuple[str, str]]:
    """Name the edition where it is not the homepage's own."""
    return [] if one.pk == whole.editions[0].pk else [(one.name, reverse("publication:edition", args=[one.slug]))]


def _field_address(one: PublicField) -> str:
    return reverse("publication:field", args=[one.edition.slug, one.number])
