"""Review: the Arbeitsgruppe reads, comments, votes and decides; coordinators read along."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from offices.access import reviewer_page
from offices.errors import ConflictError, DomainError
from workflow import access, runs
from workflow.forms.review import DecisionForm
from workflow.models import Decision
from workflow.queries import review as queries
from workflow.queries import sittings
from workflow.queries.mentions import nameable
from workflow.views.comments import say_who_is_unknown
from workflow.views.review_pages import Way, detail_page

PER_PAGE = 50
VOTES = {"approved": Decision.APPROVED, "returned": Decision.RETURNED}


@reviewer_page
@require_safe
def review_queue(request: HttpRequest) -> HttpResponse:
    way = Way(request)
    context = {
        "queue": way.queue,
        "filters": way.filters,
        "query": way.query,
        "page": Paginator(way.queue.waiting, PER_PAGE).get_page(request.GET.get("seite")),
        "page_query": f"{way.address}&" if way.address else "",
        "reads_along": not way.desk.is_reviewer,
        "running": sittings.running(way.desk),
    }
    return render(request, "workflow/review_queue.html", context)


@reviewer_page
@require_safe
def review_detail(request: HttpRequest, pk: int) -> HttpResponse:
    way = Way(request)
    return detail_page(way, way.update(pk))


@reviewer_page
@require_http_methods(["GET", "HEAD", "POST"])
def review_approve(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, _APPROVE)


@reviewer_page
@require_http_methods(["GET", "HEAD", "POST"])
def review_return(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, _RETURN)


@reviewer_page
@require_http_methods(["GET", "HEAD", "POST"])
def review_vote(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what a member recommends: the button says which."""
    return _act(request, pk, _VOTES.get(request.POST.get("decision", ""), _VOTES["returned"]))


@dataclass(frozen=True)
class _Act:
    """Something that is done with the form: how, what is said afterwards, and how a second click is known."""

    do: Callable[[int, DecisionForm, Way], object]
    said: str | Promise
    decision: Decision
    is_second: Callable[..., bool]


def _act(request: HttpRequest, pk: int, act: _Act) -> HttpResponse:
    if request.method != "POST":
        return redirect("workflow:review-detail", pk)
    way = Way(request)
    update = way.update(pk)
    sheet = queries.sheet(update, request.GET.get("gegen", ""))
    is_newest = request.POST.get("version") == str(sheet.revision.number)
    # Words that were marked in another version are not looked for: the door says that there is a newer one.
    roster = nameable(update, timezone.localdate())
    form = DecisionForm(request.POST, texts=sheet.texts if is_newest else {}, roster=roster)
    valid = form.is_valid()
    if "another" in request.POST:
        return detail_page(way, update, form, sheet)
    if not valid:
        return detail_page(way, update, form, sheet, status=422)
    # Asked before the decision: afterwards the entry has left the queue.
    following = way.after(pk)
    try:
        act.do(pk, form, way)
    except DomainError as error:
        done = {"version": form.cleaned_data["version"], "decision": act.decision, "comments": form.comments()}
        if not act.is_second(pk, person=way.desk.person, **done):
            return _refused(way, pk, form, error)
    messages.success(request, act.said % {"entry": update.recommendation})
    say_who_is_unknown(request, form.unknown())
    return following


def _approve(pk: int, form: DecisionForm, way: Way) -> None:
    if form.comments():
        raise DomainError(
            _("Comments only reach the office when you return the entry. Delete them to approve, or return it.")
        )
    version, now = form.cleaned_data["version"], timezone.now()
    runs.approve(pk, revision_number=version, by=way.desk.person, now=now, sitting=way.sitting)


def _return(pk: int, form: DecisionForm, way: Way) -> None:
    now = timezone.now()
    runs.return_for_revision(
        pk,
        revision_number=form.cleaned_data["version"],
        by=way.desk.person,
        comments=form.comments(),
        now=now,
        today=timezone.localdate(now),
        sitting=way.sitting,
    )


def _vote_for(decision: Decision) -> Callable[[int, DecisionForm, Way], None]:
    def vote(pk: int, form: DecisionForm, way: Way) -> None:
        version, said = form.cleaned_data["version"], form.comments()
        runs.vote(pk, revision_number=version, decision=decision, by=way.desk.person, comments=said, now=timezone.now())

    return vote


_APPROVE = _Act(_approve, gettext_lazy("Approved: %(entry)s"), Decision.APPROVED, queries.is_second_click)
_RETURN = _Act(_return, gettext_lazy("Returned with comments: %(entry)s"), Decision.RETURNED, queries.is_second_click)
_VOTES = {
    name: _Act(_vote_for(decision), gettext_lazy("Your vote is kept: %(entry)s"), decision, queries.is_second_vote)
    for name, decision in VOTES.items()
}


def _refused(way: Way, pk: int, form: DecisionForm, error: DomainError) -> HttpResponse:
    """Show the page as it is now, with everything that was typed and the reason on top."""
    form.add_error(None, str(error))
    status = 409 if isinstance(error, ConflictError) else 403 if isinstance(error, access.NotAllowedError) else 422
    fresh = Way(way.request)
    return detail_page(fresh, fresh.update(pk), form, status=status)
