"""The drawings and the figures of the charts on public pages."""

import csv

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language

from publication.queries.charts import PageChart, chart_at, drawing_of
from publication.queries.site import site
from publication.views.page import public_file


def _chart(name: str) -> PageChart:
    found = chart_at(site(timezone.now()), name, get_language() or "")
    if found is None:
        raise Http404
    return found


@public_file(parameters=())
def drawing(_request: HttpRequest, name: str) -> HttpResponse:
    """The drawing, as SVG."""
    return HttpResponse(drawing_of(_chart(name)), content_type="image/svg+xml")


@public_file(parameters=())
def figures(_request: HttpRequest, name: str) -> HttpResponse:
    """The figures of the drawing, as a table that spreadsheets open."""
    chart = _chart(name).chart
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    table = csv.writer(response, delimiter=";")
    table.writerow(chart.columns)
    table.writerows(chart.rows)
    return response
