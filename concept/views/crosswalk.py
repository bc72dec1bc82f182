"""The crosswalk between two editions: read, state, withdraw, import, take away."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from concept.forms.crosswalk import CrosswalkUploadForm, LinkForm
from concept.models import ConceptEdition, CrosswalkLink, ImportUpload, UploadKind
from concept.queries import crosswalk as queries
from concept.queries import editions
from concept.services import crosswalk as services
from concept.services.uploads import PlanChangedError
from concept.views.editions import CSV, XLSX, as_file
from offices.access import coordinator_page, request_desk
from offices.errors import DomainError

Editions = tuple[ConceptEdition, ConceptEdition]
SHOWN = 200


def _pair(older: int, newer: int) -> Editions:
    if older == newer:
        raise Http404
    return get_object_or_404(ConceptEdition, pk=older), get_object_or_404(ConceptEdition, pk=newer)


def _crumbs(pair: Editions, page: str = "") -> list[tuple[str, str]]:
    here = (_("Crosswalk"), reverse("concept:crosswalk-detail", args=[pair[0].pk, pair[1].pk]) if page else "")
    return [(_("Concept"), reverse("concept:edition-list")), here, *([(page, "")] if page else [])]


@coordinator_page
@require_safe
def crosswalk_detail(request: HttpRequest, older: int, newer: int) -> HttpResponse:
    pair = _pair(older, newer)
    rows = queries.overview(*pair)
    context = {
        "older": pair[0],
        "newer": pair[1],
        "rows": rows,
        "unlinked": sum(1 for row in rows if not row.links),
        "crumbs": _crumbs(pair),
    }
    return render(request, "concept/crosswalk_detail.html", context)


@coordinator_page
@require_http_methods(["GET", "HEAD", "POST"])
def crosswalk_link(request: HttpRequest, older: int, newer: int) -> HttpResponse:
    pair = _pair(older, newer)
    initial = {name: request.GET.get(name, "") for name in ("predecessor", "successor", "reason", "note")}
    form = LinkForm(request.POST if request.method == "POST" else None, older=pair[0], newer=pair[1], initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_link(
                form.cleaned_data["predecessor"],
                form.cleaned_data["successor"],
                reason=form.cleaned_data["reason"],
                note=form.cleaned_data["note"].strip(),
                by=request_desk(request).person,
                now=timezone.now(),
            )
            messages.success(request, _("Saved."))
            return redirect("concept:crosswalk-detail", older, newer)
        except DomainError as error:
            form.add_error(None, str(error))
    context = {"form": form, "older": pair[0], "newer": pair[1], "crumbs": _crumbs(pair, _("Link"))}
    return render(request, "concept/crosswalk_link.html", context)


@coordinator_page
@require_POST
def crosswalk_withdraw(request: HttpRequest, older: int, newer: int, pk: int) -> HttpResponse:
    pair = _pair(older, newer)
    link = get_object_or_404(CrosswalkLink.with_withdrawn, pk=pk, predecessor__edition=pair[0])
    services.withdraw_link(link.pk, by=request_desk(request).person, now=timezone.now())
    messages.success(request, _("The link is withdrawn. It stays in the history."))
    return redirect("concept:crosswalk-detail", older, newer)


@coordinator_page
@require_safe
def crosswalk_export_xlsx(_request: HttpRequest, older: int, newer: int) -> HttpResponse:
    pair = _pair(older, newer)
    return as_file(queries.as_xlsx(*pair), XLSX, f"ueberleitung-{pair[1].slug}.xlsx")


@coordinator_page
@require_safe
def crosswalk_export_csv(_request: HttpRequest, older: int, newer: int) -> HttpResponse:
    pair = _pair(older, newer)
    return as_file(queries.as_csv(*pair), CSV, f"ueberleitung-{pair[1].slug}.csv")


@coordinator_page
@require_http_methods(["GET", "HEAD", "POST"])
def crosswalk_import(request: HttpRequest, older: int, newer: int) -> HttpResponse:
    pair = _pair(older, newer)
    posted = request.method == "POST"
    form = CrosswalkUploadForm(request.POST if posted else None, request.FILES if posted else None)
    if posted and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            upload = services.receive_crosswalk(
                file.read(), file.name, older=pair[0], newer=pair[1], by=request_desk(request).person
            )
            return redirect("concept:crosswalk-preview", upload.pk)
        except DomainError as error:
            form.add_error("file", str(error))
    context = {"form": form, "older": pair[0], "newer": pair[1], "crumbs": _crumbs(pair, _("Import"))}
    return render(request, "concept/crosswalk_import.html", context)


def _own_upload(request: HttpRequest, pk: int) -> ImportUpload:
    own = editions.uploads_of(request_desk(request).person, UploadKind.CROSSWALK)
    return get_object_or_404(own, pk=pk)


@coordinator_page
@require_safe
def crosswalk_preview(request: HttpRequest, pk: int) -> HttpResponse:
    return _preview(request, _own_upload(request, pk))


@coordinator_page
@require_POST
def crosswalk_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    upload = _own_upload(request, pk)
    try:
        done = services.confirm_crosswalk(
            upload.pk,
            fingerprint=request.POST.get("fingerprint", ""),
            by=request_desk(request).person,
            now=timezone.now(),
        )
    except PlanChangedError as error:
        messages.warning(request, str(error))
        return _preview(request, upload, status=409)
    except DomainError as error:
        messages.error(request, str(error))
        return _preview(request, upload, status=409)
    pair = services.editions_of(upload)
    if done:
        messages.success(request, _("Done: the crosswalk is imported."))
    else:
        messages.info(request, _("This file was imported already. Nothing was changed a second time."))
    return redirect("concept:crosswalk-detail", pair[0].pk, pair[1].pk)


def _preview(request: HttpRequest, upload: ImportUpload, status: int = 200) -> HttpResponse:
    try:
        pair = services.editions_of(upload)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("concept:edition-list")
    if upload.confirmed_at:
        return redirect("concept:crosswalk-detail", pair[0].pk, pair[1].pk)
    plan = services.import_crosswalk(
        bytes(upload.content),
        upload.file_name,
        older=pair[0],
        newer=pair[1],
        by=request_desk(request).person,
        now=timezone.now(),
        dry_run=True,
    )
    context = {
        "upload": upload,
        "older": pair[0],
        "newer": pair[1],
        "plan": plan,
        "problems": plan.problems[:SHOWN],
        "more_problems": max(0, len(plan.problems) - SHOWN),
        "crumbs": _crumbs(pair, _("Preview")),
    }
    return render(request, "concept/crosswalk_preview.html", context, status=status)
