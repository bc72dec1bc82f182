"""Measures and programmes: what offices say they do, in one list."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from publication.queries import measures as queries
from publication.queries.measures import MeasureFilters, MeasureList
from publication.queries.site import site
from publication.views.page import chips, page_size, public_page, render_page

PAGE_SIZE = 50


@public_page(parameters=("q", "feld", "status", "amt", "seite"))
def measures(request: HttpRequest) -> HttpResponse:
    """Every measure of the newest edition's recommendations that a published report names."""
    now = timezone.now()
    everything = site(now)
    if not everything.editions:
        return render_page(request, "empty", everything, current="measures")
    filters = MeasureFilters.of(request.GET)
    found = queries.measure_list(everything, everything.editions[0], filters, now)
    return render_page(
        request,
        "measures",
        everything,
        current="measures",
        filters=filters,
        found=found,
        chips=chips(filters.active, _names(found), filters.query),
        page=Paginator(found.rows, page_size(request, PAGE_SIZE)).get_page(request.GET.get("seite")),
        page_query=f"{filters.query()}&" if filters.active else "",
        crumbs=[(_("Overview"), reverse("publication:home")), (_("Measures"), "")],
    )


def _names(found: MeasureList) -> dict[str, dict[str, str]]:
    groups = {"feld": found.fields, "status": found.statuses, "amt": found.offices}
    return {name: {one.value: one.label for one in options} for name, options in groups.items()}
