"""The inbox: where everybody lands after signing in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from offices.access import Desk, request_desk, staff_page
from workflow.context import remember_counts
from workflow.queries import inbox as inbox_query


@require_safe
@staff_page
def inbox(request: HttpRequest) -> HttpResponse:
    """Show what is asked of the person; whoever acts for no office and is asked nothing is led to their own desk.

    For: everybody with a role.
    """
    desk = request_desk(request)
    tasks = inbox_query.task_page(desk, today=timezone.localdate(), page=request.GET.get("seite"))
    remember_counts(request, tasks.counts)
    if not (tasks.tasks or desk.works_for_an_office):
        return redirect(_own_desk(desk))
    context: dict[str, object] = {
        "tasks": tasks,
        "total": tasks.counts.tasks,
        "several_offices": len(desk.acting_for) > 1,
    }
    if not tasks.tasks:
        context["handed_in"] = inbox_query.handed_in(desk)
    return render(request, "workflow/inbox.html", context)


def _own_desk(desk: Desk) -> str:
    if desk.is_coordinator:
        return "workflow:board"
    if desk.is_reviewer:
        return "workflow:review-queue"
    return "workflow:update-list" if desk.is_reader else "offices:person-list"
