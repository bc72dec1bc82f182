"""The import in the browser: upload, choose columns, look, confirm."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from concept.forms.imports import ColumnsForm, UploadForm
from concept.models import ImportUpload, UploadKind
from concept.queries import editions
from concept.services import uploads
from concept.services.uploads import PlanChangedError
from offices.access import coordinator_page, request_desk
from offices.errors import DomainError

SHOWN = 200


def _crumbs(page: str) -> list[tuple[str, str]]:
    return [(_("Concept"), reverse("concept:edition-list")), (page, "")]


def _own_upload(request: HttpRequest, pk: int) -> ImportUpload:
    own = editions.uploads_of(request_desk(request).person, UploadKind.CONCEPT)
    return get_object_or_404(own, pk=pk)


@coordinator_page
@require_http_methods(["GET", "HEAD", "POST"])
def import_start(request: HttpRequest) -> HttpResponse:
    posted = request.method == "POST"
    form = UploadForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        editions=editions.names(),
        initial={"edition": request.GET.get("edition", "")},
    )
    if posted and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            upload = uploads.receive(
                file.read(),
                file.name,
                edition=form.cleaned_data["edition_name"],
                end_missing=form.cleaned_data["end_missing"],
                by=request_desk(request).person,
            )
            return redirect("concept:import-columns", upload.pk)
        except DomainError as error:
            form.add_error("file", str(error))
    return render(request, "concept/import_start.html", {"form": form, "crumbs": _crumbs(_("Import"))})


@coordinator_page
@require_http_methods(["GET", "HEAD", "POST"])
def import_columns(request: HttpRequest, pk: int) -> HttpResponse:
    upload = _own_upload(request, pk)
    if upload.confirmed_at:
        return redirect("concept:import-preview", upload.pk)
    table = uploads.table_of(upload)
    form = ColumnsForm(request.POST if request.method == "POST" else None, table=table, columns=upload.columns)
    if request.method == "POST" and form.is_valid():
        uploads.map_columns(upload, form.columns())
        return redirect("concept:import-preview", upload.pk)
    context = {"form": form, "upload": upload, "table": table, "crumbs": _crumbs(_("Columns"))}
    return render(request, "concept/import_columns.html", context)


@coordinator_page
@require_safe
def import_preview(request: HttpRequest, pk: int) -> HttpResponse:
    return _preview(request, _own_upload(request, pk))


@coordinator_page
@require_POST
def import_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    upload, now = _own_upload(request, pk), timezone.now()
    try:
        edition = uploads.confirm(
            upload.pk,
            fingerprint=request.POST.get("fingerprint", ""),
            by=request_desk(request).person,
            today=timezone.localdate(now),
            now=now,
        )
    except PlanChangedError as error:
        messages.warning(request, str(error))
        return _preview(request, upload, status=409)
    except DomainError as error:
        messages.error(request, str(error))
        return _preview(request, upload, status=409)
    if edition is None:
        messages.info(request, _("This file was imported already. Nothing was changed a second time."))
    else:
        messages.success(request, _("Done: “%(name)s” is imported.") % {"name": edition.name})
        if not edition.published_at:
            return redirect("concept:edition-publish", edition.pk)
    return redirect("concept:edition-list")


def _preview(request: HttpRequest, upload: ImportUpload, status: int = 200) -> HttpResponse:
    today = timezone.localdate()
    context: dict[str, object] = {
        "upload": upload,
        "is_public": editions.is_public(upload.edition_name, today),
        "crumbs": _crumbs(_("Preview")),
    }
    if not upload.confirmed_at:
        plan = uploads.plan_upload(upload, today)
        context |= {
            "plan": plan,
            "problems": plan.problems[:SHOWN],
            "more_problems": max(0, len(plan.problems) - SHOWN),
            "new_rows": plan.new[:SHOWN],
            "more_new": max(0, len(plan.new) - SHOWN),
            "changed_rows": plan.changed[:SHOWN],
            "more_changed": max(0, len(plan.changed) - SHOWN),
            "absent": plan.absent[:SHOWN],
            "more_absent": max(0, len(plan.absent) - SHOWN),
        }
    return render(request, "concept/import_preview.html", context, status=status)
