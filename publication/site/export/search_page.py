"""The page of the static search: the full list for everybody, and what the script needs to search in it."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from publication.queries.filters import years_of
from publication.queries.site import Site
from publication.site.export.search import listed
from publication.views.page import render_page
from workflow.thread import STATUS_ORDER


def search_page(request: HttpRequest, everything: Site, index: str) -> HttpResponse:
    """Render the page; ``index`` is the address of the index, relative to it."""
    found = listed(everything)
    statuses = {one.status for one in found}
    charge = {office.pk for one in found for office in one.offices}
    return render_page(
        request,
        "static_search",
        everything,
        current="search",
        index=index,
        editions=[(edition, edition.current) for edition in everything.editions if edition.current],
        statuses=[status for status in STATUS_ORDER if status in statuses],
        offices=[office for office in everything.offices if office.pk in charge],
        years=sorted(
            {year for some in everything.editions for one in some.periods for year in years_of(one)}, reverse=True
        ),
        total=len(found),
        plain=sum(one.is_plain for one in found),
        crumbs=[(_("Overview"), reverse("publication:home")), (_("Search"), "")],
    )
