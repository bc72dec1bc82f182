"""The board, for coordinators: the page, what it fetches anew, a card in place, the selection as a table."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from concept.views.editions import CSV, XLSX, as_file
from offices.access import coordinator_page, request_desk
from workflow import access, duties
from workflow.context import remember_counts, work_counts
from workflow.queries import board as queries
from workflow.queries import board_exports, board_panel, moves
from workflow.queries.board_filters import BoardFilters


def _found(request: HttpRequest) -> queries.Board:
    now = timezone.now()
    filters = BoardFilters.read(request.GET)
    found = queries.board(None, filters, timezone.localdate(now), desk=request_desk(request), now=now)
    if found.counts:
        remember_counts(request, found.counts)
    return found


def _with_menus(request: HttpRequest, found: queries.Board) -> dict[str, object]:
    menus = moves.Menus(request_desk(request), found.cycle, found.filters.address())
    may_approve = found.cycle is not None and access.decides_in(request_desk(request), found.cycle)
    return {"board": found, "menus": menus, "may_approve": may_approve}


@coordinator_page
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    context = _with_menus(request, _found(request))
    counts = work_counts(request)
    context |= {
        "refusals": moves.refusals(),
        "letters": counts.letters,
        "duties": duties.open_duties(timezone.localdate()) if counts.duties else [],
    }
    return render(request, "workflow/board.html", context)


@coordinator_page
@never_cache
@require_safe
def board_refresh(request: HttpRequest) -> HttpResponse:
    """Answer 304 while nothing has changed since the stamp in ``If-None-Match``; else what has to be shown now.

    Opened as a page, it is the board.
    """
    filters = BoardFilters.read(request.GET)
    if not _is_fetched(request):
        return board(request)
    stamp = f'"{queries.stamp(filters, timezone.localdate())}"'
    if request.headers.get("If-None-Match") == stamp:
        return HttpResponseNotModified()
    found = _found(request)
    response = render(request, "workflow/partials/board_live.html", _with_menus(request, found))
    response["ETag"] = f'"{found.stamp}"'
    patch_vary_headers(response, ["HX-Request"])
    return response


@coordinator_page
@never_cache
@require_safe
def board_card(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a run in short: as a fragment if the board fetches it, else as a page."""
    panel = board_panel.panel(request_desk(request), pk, timezone.localdate())
    if panel is None:
        raise Http404
    template = "workflow/partials/board_card.html" if _is_fetched(request) else "workflow/board_card.html"
    response = render(request, template, {"panel": panel})
    patch_vary_headers(response, ["HX-Request"])
    return response


@coordinator_page
@require_safe
def board_export_xlsx(request: HttpRequest) -> HttpResponse:
    table = _table(request)
    return as_file(board_exports.as_xlsx(table), XLSX, f"{table.name}.xlsx")


@coordinator_page
@require_safe
def board_export_csv(request: HttpRequest) -> HttpResponse:
    table = _table(request)
    return as_file(board_exports.as_csv(table), CSV, f"{table.name}.csv")


def _table(request: HttpRequest) -> board_exports.Table:
    filters = BoardFilters.read(request.GET)
    return board_exports.table(filters, timezone.localdate(), request_desk(request).person)


def _is_fetched(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"
