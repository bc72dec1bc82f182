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

from concept.models import ActionField, ConceptEdition, Recommendation
from publication.queries import public, search
from publication.queries.overview import overview
from publication.queries.public import ReportLink
from publication.queries.search import Filters
from workflow import published
from workflow.published import PublishedEntry
from workflow.thread import STATUS_ORDER, status_word

PAGE_SIZE = 50

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


def _navigation(editions: list[ConceptEdition], reports: list[ReportLink], current: str) -> list[NavigationItem]:
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
    editions: list[ConceptEdition],
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


def _current(editions: list[ConceptEdition], one: ConceptEdition, page: str) -> str:
    """The navigation names the newest edition alone; on a page of an older one no item is the current one."""
    return page if one == editions[0] else ""


def _edition(editions: list[ConceptEdition], slug: str) -> ConceptEdition:
    for edition in editions:
        if edition.slug == slug:
            return edition
    raise Http404


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """The newest edition in one sentence, one picture and its fields."""
    now = timezone.now()
    editions = public.public_editions(timezone.localdate(now))
    if not editions:
        return _render(request, "empty", [], [], "home")
    reports = public.released_reports(editions[0], now)
    return _render(
        request,
        "home",
        editions,
        reports,
        "home",
        edition=editions[0],
        others=editions[1:],
        whole=overview(editions[0], now),
        news=public.news(now, editions),
    )


@public_page
def edition(request: HttpRequest, slug: str) -> HttpResponse:
    """All recommendations of an edition, to search and to filter."""
    now = timezone.now()
    editions = public.public_editions(timezone.localdate(now))
    one = _edition(editions, slug)
    whole = overview(one, now)
    filters = Filters(**{name: request.GET.get(name, "").strip()[:100] for name in ("q", "feld", "status", "amt")})
    found = search.find(whole, filters, now)
    return _render(
        request,
        "edition",
        editions,
        public.released_reports(one, now),
        _current(editions, one, "edition"),
        edition=one,
        others=[other for other in editions if other != one],
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
    editions = public.public_editions(timezone.localdate(now))
    one = _edition(editions, slug)
    whole = overview(one, now)
    picture = next((some for some in whole.fields if some.field.number == number), None)
    if picture is None:
        raise Http404
    hits = search.of_field(whole, picture.field, now)
    entries = published.entries(now, recommendation_ids=[hit.recommendation.pk for hit in hits], with_measures=False)
    return _render(
        request,
        "field",
        editions,
        public.released_reports(one, now),
        _current(editions, one, "field"),
        edition=one,
        field=picture.field,
        picture=picture,
        rows=[(hit, _last(entries.get(hit.recommendation.pk, []))) for hit in hits],
        crumbs=[(_("Overview"), reverse("publication:home")), *_edition_crumb(editions, one), (str(picture.field), "")],
    )


@public_page
def recommendation(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """What became of one recommendation."""
    now = timezone.now()
    editions = public.public_editions(timezone.localdate(now))
    one = _edition(editions, slug)
    reports = public.released_reports(one, now)
    try:
        shown = public.recommendation_page(one, key, now, reports)
    except Recommendation.DoesNotExist:
        raise Http404 from None
    return _render(
        request,
        "recommendation",
        editions,
        reports,
        _current(editions, one, "edition"),
        edition=one,
        shown=shown,
        recommendation=shown.recommendation,
        address=request.build_absolute_uri(request.path),
        crumbs=[
            (_("Overview"), reverse("publication:home")),
            *_edition_crumb(editions, one),
            (shown.recommendation.goal.field.name, _field_address(shown.recommendation.goal.field, one)),
            (shown.recommendation.number, ""),
        ],
    )


def _last(entries: list[PublishedEntry]) -> PublishedEntry | None:
    return entries[-1] if entries else None


def _edition_crumb(editions: list[ConceptEdition], one: ConceptEdition) -> list[tuple[str, str]]:
    """Name the edition where it is not the homepage's own."""
    return [] if one == editions[0] else [(one.name, reverse("publication:edition", args=[one.slug]))]


def _field_address(one: ActionField, edition: ConceptEdition) -> str:
    return reverse("publication:field", args=[edition.slug, one.number])
