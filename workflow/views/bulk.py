"""Actions on many runs of the board: first a summary, then the action, then what became of it and how to undo it."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from offices.access import coordinator_page, request_desk
from offices.errors import DomainError
from workflow.forms import bulk as forms
from workflow.queries import bulk, bulk_selection
from workflow.queries.bulk_selection import Wanted
from workflow.services import bulk as service


@coordinator_page
@require_http_methods(["GET", "HEAD", "POST"])
def bulk_preview(request: HttpRequest) -> HttpResponse:
    """Show what would happen, and ask for what is still needed. Nothing is changed."""
    data = request.POST if request.method == "POST" else request.GET
    wanted = bulk_selection.read(data)
    if wanted is None:
        return redirect(_board(bulk_selection.filters_of(data).address()))
    return _summary(request, wanted, data if "weiter" in data else None)


def _summary(request: HttpRequest, wanted: Wanted, data: QueryDict | None) -> HttpResponse:
    desk = request_desk(request)
    today = timezone.localdate()
    ids = bulk_selection.chosen(wanted, bulk_selection.cycle_of(wanted.filters), desk, today)
    if not ids:
        messages.info(request, _("Nothing is marked. Please mark the runs that it is about first."))
        return redirect(_board(wanted.filters.address()))
    form = forms.details(wanted.kind, data, today)
    is_ready = form.is_bound and form.is_valid()
    given = form.given() if is_ready else {}
    context = {
        "plan": bulk.plan(wanted.kind, ids, desk, given, today),
        "form": form,
        "is_ready": is_ready,
        "asks_more": bool(form.fields),
        "given": given,
        "action": bulk_selection.NAMES[wanted.kind],
        "token": uuid.uuid4(),
        "back": _board(wanted.filters.address()),
        "query": wanted.filters.address(),
        "crumbs": _crumbs(wanted.filters.address(), _("Action on many runs")),
    }
    return render(request, "workflow/bulk_preview.html", context, status=422 if form.errors else 200)


@coordinator_page
@require_POST
def bulk_confirm(request: HttpRequest) -> HttpResponse:
    """Do what the summary said; the same summary confirmed twice is done once."""
    wanted = bulk_selection.read(request.POST)
    token = bulk_selection.token_of(request.POST)
    if wanted is None or token is None:
        return redirect("workflow:board")
    now = timezone.now()
    today = timezone.localdate(now)
    form = forms.details(wanted.kind, request.POST, today)
    if not form.is_valid():
        return _summary(request, wanted, request.POST)
    given = form.given() | {"query": wanted.filters.address()}
    person = request_desk(request).person
    try:
        action = service.begin(wanted.kind, token=token, revisions=wanted.frozen, given=given, by=person, now=now)
    except DomainError as refused:
        messages.error(request, str(refused))
        return redirect(_board(wanted.filters.address()))
    service.carry_out(action, now=now, today=today)
    return redirect("workflow:bulk-result", action.pk)


@coordinator_page
@require_safe
def bulk_result(request: HttpRequest, pk: int) -> HttpResponse:
    found = bulk.result(pk)
    if found is None:
        raise Http404
    query = str(found.action.data.get("query", ""))
    context = {"result": found, "back": _board(query), "crumbs": _crumbs(query, _("Action on many runs"))}
    return render(request, "workflow/bulk_result.html", context)


@coordinator_page
@require_POST
def bulk_undo(request: HttpRequest, pk: int) -> HttpResponse:
    found = bulk.result(pk)
    if found is None:
        raise Http404
    try:
        service.undo(found.action, by=request_desk(request).person, now=timezone.now())
    except DomainError as refused:
        messages.info(request, str(refused))
    return redirect("workflow:bulk-result", pk)


def _board(query: str) -> str:
    return reverse("workflow:board") + (query if query != "?" else "")


def _crumbs(query: str, here: str) -> list[tuple[str, str]]:
    return [(_("Board"), _board(query)), (here, "")]
