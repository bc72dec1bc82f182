"""The homepage, the list of recommendations, a field, a recommendation."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from publication.queries import public, search, summaries, voices
from publication.queries.overview import overview
from publication.queries.search import Filters
from publication.queries.site import PublicEdition, PublicField, Site, site
from publication.views.page import edition_crumb, public_page, render_page
from workflow import published
from workflow.published import PublishedEntry
from workflow.thread import STATUS_ORDER, status_word

PAGE_SIZE = 50
NEWS = 5


def _edition(whole: Site, slug: str) -> PublicEdition:
    edition = whole.edition(slug)
    if edition is None:
        raise Http404
    return edition


@public_page(parameters=())
def home(request: HttpRequest) -> HttpResponse:
    """The newest edition in one sentence, one picture and its fields."""
    everything = site(timezone.now())
    if not everything.editions:
        return render_page(request, "empty", everything, current="home")
    picture = overview(everything.editions[0])
    return render_page(request, "home", everything, current="home", whole=picture, news=everything.latest(NEWS))


@public_page(parameters=("q", "feld", "status", "amt", "seite"))
def edition(request: HttpRequest, slug: str) -> HttpResponse:
    """All recommendations of an edition, to search and to filter."""
    now = timezone.now()
    everything = site(now)
    one = _edition(everything, slug)
    whole = overview(one)
    filters = Filters(**{name: request.GET.get(name, "").strip()[:100] for name in ("q", "feld", "status", "amt")})
    found = search.find(one, everything.offices, filters, now)
    return render_page(
        request,
        "edition",
        everything,
        current="edition",
        edition=one,
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


@public_page(parameters=())
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
    return render_page(
        request,
        "field",
        everything,
        current="field",
        edition=one,
        field=picture.field,
        picture=picture,
        rows=[(member, _last(entries.get(member.pk, []))) for member in members],
        crumbs=[
            (_("Overview"), reverse("publication:home")),
            *edition_crumb(everything, one),
            (str(picture.field), ""),
        ],
    )


@public_page(parameters=())
def recommendation(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """What became of one recommendation."""
    now = timezone.now()
    everything = site(now)
    one = everything.recommendation(slug, key)
    if one is None:
        raise Http404
    shown = public.recommendation_page(everything, one, now)
    return render_page(
        request,
        "recommendation",
        everything,
        current="edition",
        edition=one.edition,
        shown=shown,
        summaries=summaries.for_readers(shown.entries, get_language() or ""),
        feedback=voices.published_feedback(one.pk),
        recommendation=one,
        address=request.build_absolute_uri(request.path),
        crumbs=[
            (_("Overview"), reverse("publication:home")),
            *edition_crumb(everything, one.edition),
            (one.goal.field.name, _field_address(one.goal.field)),
            (one.number, ""),
        ],
    )


def _last(entries: list[PublishedEntry]) -> PublishedEntry | None:
    return entries[-1] if entries else None


def _field_address(one: PublicField) -> str:
    return reverse("publication:field", args=[one.edition.slug, one.number])
