"""Editions: the list, and the tables to take away."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from concept.models import ConceptEdition
from concept.queries import editions, exports
from offices.access import coordinator_page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


def as_file(content: bytes, content_type: str, name: str) -> HttpResponse:
    """Return the content as a download that no browser shows inline."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=content_type, headers=headers)


@coordinator_page
@require_safe
def edition_list(request: HttpRequest) -> HttpResponse:
    context = {"rows": editions.overview(), "events": editions.recent_events()}
    return render(request, "concept/edition_list.html", context)


@coordinator_page
@require_safe
def edition_export_xlsx(_request: HttpRequest, pk: int) -> HttpResponse:
    edition = get_object_or_404(ConceptEdition, pk=pk)
    return as_file(exports.as_xlsx(edition, timezone.localdate()), XLSX, f"{slugify(edition.slug)}.xlsx")


@coordinator_page
@require_safe
def edition_export_csv(_request: HttpRequest, pk: int) -> HttpResponse:
    edition = get_object_or_404(ConceptEdition, pk=pk)
    return as_file(exports.as_csv(edition, timezone.localdate()), CSV, f"{slugify(edition.slug)}.csv")


@coordinator_page
@require_safe
def import_template(_request: HttpRequest) -> HttpResponse:
    return as_file(exports.template(), XLSX, "vorlage-konzept.xlsx")
