"""Editions: the list, and the tables to take away."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from concept.forms.editions import PublishForm
from concept.models import ConceptEdition
from concept.queries import editions, exports
from concept.services.editions import publish_edition
from offices.access import coordinator_page, request_desk
from offices.errors import DomainError

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


def as_file(content: bytes, content_type: str, name: str) -> HttpResponse:
    """Return the content as a download that no browser shows inline."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=content_type, headers=headers)


@coordinator_page
@require_safe
def edition_list(request: HttpRequest) -> HttpResponse:
    context = {"rows": editions.overview(timezone.localdate()), "events": editions.recent_events()}
    return render(request, "concept/edition_list.html", context)


@coordinator_page
@require_http_methods(["GET", "HEAD", "POST"])
def edition_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the day of the adoption, say what becomes public, and publish."""
    row = editions.row(pk, timezone.localdate())
    if row is None:
        raise Http404
    if row.edition.published_at:
        messages.info(request, _("“%(name)s” is published already.") % {"name": row.edition.name})
        return redirect("concept:edition-list")
    posted = request.method == "POST"
    form = PublishForm(request.POST if posted else None, initial={"adopted_on": row.edition.adopted_on})
    if posted and form.is_valid():
        now = timezone.now()
        try:
            made = publish_edition(
                pk, adopted_on=form.cleaned_data["adopted_on"], by=request_desk(request).person, now=now
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _said(made))
            return redirect("concept:edition-list")
    crumbs = [(_("Concept"), reverse("concept:edition-list")), (_("Publish the edition"), "")]
    context = {"form": form, "row": row, "crumbs": crumbs}
    return render(request, "concept/edition_publish.html", context, status=422 if form.errors else 200)


def _said(edition: ConceptEdition) -> str:
    if edition.is_public_on(timezone.localdate()):
        return _("“%(name)s” is public now.") % {"name": edition.name}
    values = {"name": edition.name, "day": date_format(edition.adopted_on, "d.m.Y") if edition.adopted_on else ""}
    return _("“%(name)s” becomes public on %(day)s.") % values


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
