"""What is new, and all editions of the concept and of the report."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from publication.queries import comparisons
from publication.queries import news as queries
from publication.queries.overview import overview
from publication.queries.site import site
from publication.views.page import public_page, render_page


@public_page(parameters=())
def news(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """What happened in a year, newest first; without one, in the newest year in which anything did."""
    now = timezone.now()
    everything = site(now)
    happened = queries.all_news(everything, now)
    years = queries.news_years(happened)
    if year is not None and year not in years:
        raise Http404
    shown = year or (years[0] if years else None)
    return render_page(
        request,
        "news",
        everything,
        current="news",
        year=shown,
        years=years,
        days=queries.news_days(happened, shown) if shown else [],
        crumbs=[(_("Overview"), reverse("publication:home")), (_("What is new"), "")],
    )


@public_page(parameters=())
def editions(request: HttpRequest) -> HttpResponse:
    """All editions of the concept with their reports."""
    everything = site(timezone.now())
    return render_page(
        request,
        "editions",
        everything,
        current="editions",
        pictures=[(overview(one), comparisons.of_edition(one)) for one in everything.editions],
        crumbs=[(_("Overview"), reverse("publication:home")), (_("Concepts and reports"), "")],
    )
