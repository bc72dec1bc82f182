"""The board, for coordinators."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from offices.access import coordinator_page
from workflow.queries import board as queries
from workflow.queries.board_filters import BoardFilters


@coordinator_page
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    found = queries.board(None, BoardFilters.read(request.GET), timezone.localdate())
    return render(request, "workflow/board.html", {"board": found})
