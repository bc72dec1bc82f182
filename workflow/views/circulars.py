"""A mail in a coordinator's own words to a selection of the board, or about one run: write, look at it, send."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from offices.access import coordinator_page, request_desk
from offices.errors import DomainError
from workflow import desk_links
from workflow.forms import circulars as forms
from workflow.forms.circulars import CircularForm
from workflow.models import BulkKind
from workflow.queries import bulk_selection, circulars
from workflow.queries.bulk_selection import Wanted
from workflow.queries.circulars import Circulation
from workflow.services import bulk
from workflow.services.circulars import content


@coordinator_page
@require_http_methods(["GET", "HEAD", "POST"])
def circular_write(request: HttpRequest) -> HttpResponse:
    """Write the mail; then show who gets it and how it looks. Nothing is sent, and whoever goes back keeps the text."""
    data = request.POST if request.method == "POST" else request.GET
    wanted = bulk_selection.wanted(data, BulkKind.WRITE)
    desk = request_desk(request)
    ids = bulk_selection.chosen(wanted, bulk_selection.cycle_of(wanted.filters), desk, timezone.localdate())
    form = forms.written(data, is_finished="weiter" in data)
    if form.is_bound and form.is_valid():
        return _preview(request, wanted, ids, form)
    return _form(request, wanted, ids, form)


@coordinator_page
@require_POST
def circular_send(request: HttpRequest) -> HttpResponse:
    """Send what the preview showed to those whom it named; the same preview confirmed twice is sent once."""
    wanted = bulk_selection.wanted(request.POST, BulkKind.WRITE)
    token = bulk_selection.token_of(request.POST)
    form = CircularForm(request.POST)
    ids = list(wanted.frozen)
    if token is None or not form.is_valid():
        return _form(request, wanted, ids, form)
    now = timezone.now()
    try:
        action = bulk.write(
            form.circular(),
            token=token,
            update_ids=ids,
            seen=request.POST.get("empfaenger", ""),
            query=wanted.filters.address(),
            by=request_desk(request).person,
            now=now,
            today=timezone.localdate(now),
        )
    except DomainError as refused:
        messages.info(request, str(refused))
        return _preview(request, wanted, ids, form, status=409)
    return redirect("workflow:bulk-result", action.pk)


def _form(request: HttpRequest, wanted: Wanted, ids: list[int], form: CircularForm) -> HttpResponse:
    found = circulars.circulation(ids, (), timezone.localdate())
    if not found.titles:
        messages.info(request, _("Nothing is marked. Please mark the runs that it is about first."))
        return redirect(_back(wanted))
    context = _context(request, wanted, found) | {"form": form}
    return render(request, "workflow/circular_form.html", context, status=422 if form.errors else 200)


def _preview(
    request: HttpRequest, wanted: Wanted, ids: list[int], form: CircularForm, *, status: int = 200
) -> HttpResponse:
    circular, person = form.circular(), request_desk(request).person
    found = circulars.circulation(ids, circular.audiences, timezone.localdate())
    if not found.addressees:
        form.add_error("audience", _("Nobody would get this mail. Please choose somebody else as well."))
        return _form(request, wanted, ids, form)
    context = _context(request, wanted, found) | {
        "circular": circular,
        "mail": content(circular, found.example, found, by=person),
        "person": person,
        "token": uuid.uuid4(),
    }
    return render(request, "workflow/circular_preview.html", context, status=status)


def _context(request: HttpRequest, wanted: Wanted, found: Circulation) -> dict[str, object]:
    """What both pages need: the runs as they were chosen, and the way back to the board or the run's own page."""
    run = next(iter(found.titles), 0)
    is_of_one = (request.POST if request.method == "POST" else request.GET).get("von") == "vorgang" and run
    back = desk_links.run(run) if is_of_one else _back(wanted)
    return {
        "found": found,
        "query": wanted.filters.address(),
        "frozen": bulk_selection.freeze(dict.fromkeys(found.titles, 0)),
        "is_of_one": is_of_one,
        "back": back,
        "crumbs": [(found.titles[run] if is_of_one else _("Board"), back), (_("Write a mail"), "")],
    }


def _back(wanted: Wanted) -> str:
    query = wanted.filters.address()
    return reverse("workflow:board") + (query if query != "?" else "")
