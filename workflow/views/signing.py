"""Signatures: contributing offices co-sign or object, the head of the lead office signs or returns, others go on."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from offices.access import coordinator_page, request_desk, staff_page
from offices.errors import DomainError
from workflow import access, runs
from workflow.forms.signing import ObjectionForm, VersionForm, WaiverForm
from workflow.models import StatusUpdate
from workflow.queries import signing as queries
from workflow.queries import updates as update_queries

Page = Callable[..., HttpResponse]
Door = Callable[[], object]


def _for_signers(view: Callable[[HttpRequest, StatusUpdate], HttpResponse]) -> Page:
    """Hand the run to ``view`` if the person's office contributes to it or they head its lead office, else 404."""

    @staff_page
    @wraps(view)
    def guarded(request: HttpRequest, pk: int) -> HttpResponse:
        desk = request_desk(request)
        update = update_queries.visible_update(desk, pk)
        if update is None or not queries.may_open(desk, update):
            raise Http404
        return view(request, update)

    return guarded


@require_safe
@_for_signers
def update_sign(request: HttpRequest, update: StatusUpdate) -> HttpResponse:
    """Show the entry as handed in, what became of one's own contribution, and what is asked of the person."""
    return _page(request, update)


@require_http_methods(["GET", "HEAD", "POST"])
@_for_signers
def update_co_sign(request: HttpRequest, update: StatusUpdate) -> HttpResponse:
    form = VersionForm(request.POST)
    if request.method != "POST" or not form.is_valid():
        return redirect("workflow:update-sign", update.pk)
    by, sent = request_desk(request).person, form.cleaned_data
    return _done(
        request,
        update,
        lambda: runs.co_sign(
            update.pk, sent["office"] or 0, by=by, now=timezone.now(), revision_number=sent["version"]
        ),
        _("Thank you, your co-signature has arrived."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@_for_signers
def update_object(request: HttpRequest, update: StatusUpdate) -> HttpResponse:
    """Object instead of co-signing; the reason goes to the lead office with the entry."""
    if request.method != "POST":
        return redirect("workflow:update-sign", update.pk)
    form = ObjectionForm(request.POST, auto_id="einwand_%s")
    if not form.is_valid():
        return _page(request, update, objection=form, status=422)
    by, now, sent = request_desk(request).person, timezone.now(), form.cleaned_data
    return _done(
        request,
        update,
        lambda: runs.object_to(
            update.pk,
            sent["office"] or 0,
            by=by,
            reason=sent["reason"],
            now=now,
            today=timezone.localdate(now),
            revision_number=sent["version"],
        ),
        _("Your objection has arrived. The entry goes back to the lead office with what you wrote."),
        next_step=False,
        objection=form,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@_for_signers
def update_sign_off(request: HttpRequest, update: StatusUpdate) -> HttpResponse:
    form = VersionForm(request.POST)
    if request.method != "POST" or not form.is_valid():
        return redirect("workflow:update-sign", update.pk)
    by, version = request_desk(request).person, form.cleaned_data["version"]
    return _done(
        request,
        update,
        lambda: runs.sign(update.pk, by=by, now=timezone.now(), revision_number=version),
        _("Thank you, the entry is signed."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@_for_signers
def update_return_unsigned(request: HttpRequest, update: StatusUpdate) -> HttpResponse:
    """Return the entry to the clerks of the lead office instead of signing it."""
    if request.method != "POST":
        return redirect("workflow:update-sign", update.pk)
    form = ObjectionForm(request.POST, auto_id="rueckgabe_%s")
    if not form.is_valid():
        return _page(request, update, returning=form, status=422)
    by, now, sent = request_desk(request).person, timezone.now(), form.cleaned_data
    return _done(
        request,
        update,
        lambda: runs.return_unsigned(
            update.pk,
            by=by,
            reason=sent["reason"],
            now=now,
            today=timezone.localdate(now),
            revision_number=sent["version"],
        ),
        _("The entry is back with your clerks, with what you wrote."),
        next_step=False,
        returning=form,
    )


def _done(
    request: HttpRequest,
    update: StatusUpdate,
    door: Door,
    said: str,
    *,
    next_step: bool = True,
    **forms: ObjectionForm,
) -> HttpResponse:
    try:
        door()
    except access.NotAllowedError as refused:
        return _page(request, update, refused=str(refused), status=403, **forms)
    except DomainError as refused:
        # What was typed stays on the page, and the page says how things stand now.
        return _page(request, update, refused=str(refused), status=409, **forms)
    messages.success(request, f"{said} {queries.next_step(update.pk)}" if next_step else said)
    return redirect("workflow:update-detail", update.pk)


def _page(request: HttpRequest, update: StatusUpdate, *, status: int = 200, **more: Any) -> HttpResponse:
    desk = request_desk(request)
    fresh = update_queries.visible_update(desk, update.pk) or update
    sheet = queries.sheet(desk, fresh, timezone.localdate())
    if sheet is None:
        messages.info(request, _("Nothing has been handed in yet, so there is nothing to sign."))
        return redirect("workflow:update-detail", update.pk)
    start = {"version": sheet.revision.number}
    context = {
        "update": fresh,
        "sheet": sheet,
        "objection": ObjectionForm(initial=start, auto_id="einwand_%s"),
        "returning": ObjectionForm(initial=start, auto_id="rueckgabe_%s"),
        "today": timezone.localdate(),
        "crumbs": [
            (_("My tasks"), reverse("workflow:inbox")),
            (fresh.recommendation.number, reverse("workflow:update-detail", args=[fresh.pk])),
            (_("Signatures"), ""),
        ],
        **more,
    }
    return render(request, "workflow/update_sign.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def update_without_co_signature(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on without the co-signature of an office, for a reason. For the lead office and coordinators."""
    desk = request_desk(request)
    update = update_queries.visible_update(desk, pk)
    if update is None or not access.may_go_on_without(desk, update):
        raise Http404

    def door(office: int, reason: str) -> None:
        runs.go_on_without_co_signature(pk, office, by=desk.person, reason=reason, now=timezone.now())

    return _go_on(request, pk, door)


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator_page
def update_without_signature(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on without the signature of the head, for a reason. For coordinators."""
    desk = request_desk(request)
    if update_queries.visible_update(desk, pk) is None:
        raise Http404

    def door(_office: int, reason: str) -> None:
        runs.go_on_without_signature(pk, by=desk.person, reason=reason, now=timezone.now())

    return _go_on(request, pk, door)


def _go_on(request: HttpRequest, pk: int, door: Callable[[int, str], None]) -> HttpResponse:
    form = WaiverForm(request.POST)
    if request.method == "POST" and not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    elif request.method == "POST":
        try:
            door(form.cleaned_data["office"] or 0, form.cleaned_data["reason"])
        except DomainError as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, queries.next_step(pk))
    return redirect("workflow:update-detail", pk)
