"""The homepage, the list of recommendations, a recommendation."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from publication.queries import public, search, summaries, voices
from publication.queries.charts import edition_chart
from publication.queries.filters import FILTERS, Filters, choices
from publication.queries.overview import overview
from publication.queries.search import Hit
from publication.queries.site import PublicRecommendation, site
from publication.site.languages import German
from publication.views.fields import field_address
from publication.views.page import canonical, chips, edition_crumb, page_size, public_page, render_page
from publication.views.search import names

PAGE_SIZE = 50
NEWS = 5


@public_page(parameters=())
def home(request: HttpRequest) -> HttpResponse:
    """The newest edition in one sentence, one picture and its fields."""
    everything = site(timezone.now())
    if not everything.editions:
        return render_page(request, "empty", everything, current="home")
    newest = everything.editions[0]
    return render_page(
        request,
        "home",
        everything,
        current="home",
        whole=overview(newest),
        drawn=edition_chart(everything, newest, get_language() or ""),
        news=everything.latest(NEWS),
        silent=sum(one.silence.is_long for one in newest.current),
    )


@public_page(parameters=(*FILTERS, "seite"))
def edition(request: HttpRequest, slug: str) -> HttpResponse:
    """All recommendations of an edition, to search and to filter."""
    now = timezone.now()
    everything = site(now)
    one = everything.edition(slug)
    if one is None:
        raise Http404
    filters = Filters.of(request.GET)
    found = search.find(everything, one, filters, now)
    options = choices(one, filters, found.members)
    hits: list[Hit] | list[PublicRecommendation] = found.hits
    if not filters.q:
        hits = [some for some in one.current if filters.fits(some)]
    return render_page(
        request,
        "edition",
        everything,
        current="edition",
        edition=one,
        filters=filters,
        found=found,
        choices=options,
        chips=chips(filters.active, names(options), filters.query),
        page=Paginator(hits, page_size(request, PAGE_SIZE)).get_page(request.GET.get("seite")),
        page_query=f"{filters.query()}&" if filters.active else "",
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
        address=canonical(request),
        crumbs=[
            (_("Overview"), reverse("publication:home")),
            *edition_crumb(everything, one.edition),
            (German(one.goal.field.name), field_address(one.goal.field)),
            (
                _("Goal %(number)s") % {"number": one.goal.number},
                reverse("publication:goal", args=[one.edition.slug, one.goal.field.number, one.goal.number]),
            ),
            (one.number, ""),
        ],
    )
