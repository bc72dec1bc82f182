"""The history of one run, on a page of its own."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from offices.access import request_desk, staff_page
from workflow.queries import run_history as queries
from workflow.queries import updates as update_queries


@require_safe
@staff_page
def update_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who did what and when, each text, each comment and each mail.

    For: coordinators, the Arbeitsgruppe and the lead office; contributing offices read what happened, without the
    comments and texts that are not theirs.
    """
    desk = request_desk(request)
    update = update_queries.visible_update(desk, pk)
    if update is None or not queries.may_open(desk, update):
        raise Http404
    context = {
        "update": update,
        "history": queries.run_history(desk, update),
        "crumbs": [
            (_("Status updates"), reverse("workflow:update-list")),
            (
                f"{update.recommendation.number}, {update.cycle.period_label}",
                reverse("workflow:update-detail", args=[pk]),
            ),
            (_("History"), ""),
        ],
    }
    return render(request, "workflow/update_history.html", context)
