"""Review: the Arbeitsgruppe reads, comments and decides; coordinators read along."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from offices.access import Desk, request_desk, reviewer_page
from offices.errors import ConflictError, DomainError
from workflow import access, runs
from workflow.forms.review import DecisionForm
from workflow.models import Decision, StatusUpdate, UpdateState
from workflow.queries import review as queries
from workflow.queries.review import Queue, QueueFilters

PER_PAGE = 50
MODES = ("vergleich", "neu", "nebeneinander")


@reviewer_page
@require_safe
def review_queue(request: HttpRequest) -> HttpResponse:
    desk = request_desk(request)
    filters = QueueFilters.read(request.GET)
    found = queries.queue(desk, filters, timezone.localdate())
    context = {
        "queue": found,
        "filters": filters,
        "query": f"?{filters.address}" if filters.address else "",
        "page": Paginator(found.waiting, PER_PAGE).get_page(request.GET.get("seite")),
        "page_query": f"{filters.address}&" if filters.address else "",
        "reads_along": not desk.is_reviewer,
    }
    return render(request, "workflow/review_queue.html", context)


@reviewer_page
@require_safe
def review_detail(request: HttpRequest, pk: int) -> HttpResponse:
    desk = request_desk(request)
    update = _update_or_404(desk, pk)
    return _detail(request, desk, update, None)


@reviewer_page
@require_http_methods(["GET", "HEAD", "POST"])
def review_approve(request: HttpRequest, pk: int) -> HttpResponse:
    if request.method != "POST":
        return redirect("workflow:review-detail", pk)
    return _decide(request, pk, Decision.APPROVED)


@reviewer_page
@require_http_methods(["GET", "HEAD", "POST"])
def review_return(request: HttpRequest, pk: int) -> HttpResponse:
    if request.method != "POST":
        return redirect("workflow:review-detail", pk)
    return _decide(request, pk, Decision.RETURNED)


def _update_or_404(desk: Desk, pk: int) -> StatusUpdate:
    update = queries.reviewable(desk, pk)
    if update is None:
        raise Http404
    return update


def _decide(request: HttpRequest, pk: int, decision: Decision) -> HttpResponse:
    desk = request_desk(request)
    update = _update_or_404(desk, pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _detail(request, desk, update, form, status=422)
    # Asked before the decision: afterwards the entry has left the queue.
    queue = queries.queue(desk, QueueFilters.read(request.GET), timezone.localdate())
    try:
        _DECIDE[decision](pk, form, desk)
    except DomainError as error:
        version, comments = form.cleaned_data["version"], form.comments()
        if not queries.is_second_click(pk, version=version, decision=decision, person=desk.person, comments=comments):
            return _refused(request, desk, pk, form, error)
    said = _("Approved: %(entry)s") if decision == Decision.APPROVED else _("Returned with comments: %(entry)s")
    messages.success(request, said % {"entry": update.recommendation})
    return _go_on(request, queue, pk)


def _approve(pk: int, form: DecisionForm, desk: Desk) -> None:
    if form.comments():
        raise DomainError(
            _("Comments only reach the office when you return the entry. Delete them to approve, or return it.")
        )
    runs.approve(pk, revision_number=form.cleaned_data["version"], by=desk.person, now=timezone.now())


def _return(pk: int, form: DecisionForm, desk: Desk) -> None:
    now = timezone.now()
    runs.return_for_revision(
        pk,
        revision_number=form.cleaned_data["version"],
        by=desk.person,
        comments=form.comments(),
        now=now,
        today=timezone.localdate(now),
    )


_DECIDE: dict[Decision, Callable[[int, DecisionForm, Desk], None]] = {
    Decision.APPROVED: _approve,
    Decision.RETURNED: _return,
}


def _refused(request: HttpRequest, desk: Desk, pk: int, form: DecisionForm, error: DomainError) -> HttpResponse:
    """Show the page as it is now, with everything that was typed and the reason on top."""
    form.add_error(None, str(error))
    status = 409 if isinstance(error, ConflictError) else 403 if isinstance(error, access.NotAllowedError) else 422
    return _detail(request, desk, _update_or_404(desk, pk), form, status=status)


def _go_on(request: HttpRequest, queue: Queue, pk: int) -> HttpResponseRedirect:
    address = QueueFilters.read(request.GET).address
    following = queue.after(pk)
    if following is None:
        target = reverse("workflow:review-queue")
    else:
        target = reverse("workflow:review-detail", args=[following])
    return HttpResponseRedirect(f"{target}?{address}" if address else target)


def _detail(
    request: HttpRequest, desk: Desk, update: StatusUpdate, form: DecisionForm | None, status: int = 200
) -> HttpResponse:
    filters = QueueFilters.read(request.GET)
    today = timezone.localdate()
    sheet = queries.sheet(update)
    mode = request.GET.get("ansicht", "")
    # The version is always the one on the page: whoever was too late decides on what they see now.
    data = request.POST.copy() if form else None
    if form is not None and data is not None:
        data["version"] = str(sheet.revision.number)
        form.data = data
    shown = form or DecisionForm(initial={"version": sheet.revision.number})
    may_decide = access.may_decide(desk, update)
    # What was typed stays on the page even if the decision has been taken from the person meanwhile.
    may_comment = may_decide or form is not None
    context: dict[str, Any] = {
        "sheet": sheet,
        "update": update,
        "form": shown,
        "parts": [(one, shown.comment_on(one.name) if may_comment else None) for one in sheet.passages],
        "status_comment": shown.comment_on("implementation_status") if may_comment else None,
        "measures_comment": shown.comment_on("measures") if may_comment else None,
        "position": queries.queue(desk, filters, today).position(update.pk),
        "query": f"?{filters.address}" if filters.address else "",
        "mode_query": f"{filters.address}&" if filters.address else "",
        "mode": mode if mode in MODES and sheet.before else MODES[0],
        "waits_days": (today - timezone.localdate(update.state_since)).days,
        "is_waiting": update.state == UpdateState.IN_REVIEW,
        "may_decide": may_decide,
        "may_comment": may_comment,
        "is_own": desk.is_reviewer and access.is_own_office(desk, update),
        "crumbs": [(_("Review"), reverse("workflow:review-queue")), (update.recommendation.number, "")],
    }
    return render(request, "workflow/review_detail.html", context, status=status)
