"""Sittings: the chair opens one, walks through the queue, approves marked entries, and closes it with its minutes.

Only chairs act; members of the Arbeitsgruppe and coordinators see sittings and read their minutes.
"""

from collections.abc import Collection

from csp.decorators import csp_exempt
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from offices.access import chair_page, request_desk, reviewer_page
from offices.errors import ConflictError, DomainError
from workflow.forms.sittings import SittingForm
from workflow.models import Sitting
from workflow.queries import sittings as queries
from workflow.queries.review_queue import number
from workflow.services import sittings as service


@reviewer_page
@require_safe
def sitting_list(request: HttpRequest) -> HttpResponse:
    context = {
        "sittings": list(queries.sittings()),
        "cycles": queries.cycles_to_sit_on() if request_desk(request).is_chair else [],
        "crumbs": [(_("Review"), reverse("workflow:review-queue")), (_("Sittings"), "")],
    }
    return render(request, "workflow/sitting_list.html", context)


@chair_page
@require_http_methods(["GET", "HEAD", "POST"])
def sitting_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a sitting of the cycle ``pk``: who is present?"""
    cycle = queries.cycle(pk)
    if cycle is None:
        raise Http404
    by, now = request_desk(request).person, timezone.now()
    today = timezone.localdate(now)
    form = SittingForm(request.POST if request.method == "POST" else None, chair=by, today=today)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                sitting = service.open_sitting(
                    cycle, participants=form.cleaned_data["present"], by=by, now=now, today=today
                )
            except DomainError as error:
                form.add_error(None, str(error))
                status = 409 if isinstance(error, ConflictError) else 422
            else:
                return redirect("workflow:sitting-detail", sitting.pk)
    context = {"cycle": cycle, "form": form, "today": today, "crumbs": _crumbs((_("Open a sitting"), ""))}
    return render(request, "workflow/sitting_open.html", context, status=status)


@reviewer_page
@require_safe
def sitting_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far the sitting is: what waits, what was decided, who is there."""
    sitting, desk = _sitting_or_404(pk), request_desk(request)
    leads = sitting.is_open and desk.is_chair
    queue = queries.queue(desk, sitting, timezone.localdate()) if sitting.is_open else None
    context = {
        "sitting": sitting,
        "leads": leads,
        "queue": queue,
        "marked": marked_in(request, sitting) if leads else [],
        "reviews": queries.decisions(sitting),
        "present": sitting.participants.order_by("name", "pk"),
        "chaired_for": service.chaired_for(sitting),
        "crumbs": _crumbs((str(sitting.held_on.strftime("%d.%m.%Y")), "")),
    }
    return render(request, "workflow/sitting_detail.html", context)


@chair_page
@require_POST
def sitting_mark(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark an entry, or take the mark away, and go on with the next one."""
    sitting = _open_or_404(pk)
    run, marked = number(request.POST.get("run", "")), set(marked_in(request, sitting))
    marked = marked - {run} if run in marked else marked | {run}
    _keep_marked(request, sitting, marked)
    position = queries.queue(request_desk(request), sitting, timezone.localdate()).position(run)
    if position is None or position.next is None:
        return redirect("workflow:sitting-detail", pk)
    return HttpResponseRedirect(f"{reverse('workflow:review-detail', args=[position.next])}?sitzung={pk}")


@chair_page
@require_http_methods(["GET", "HEAD", "POST"])
def sitting_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what approving the marked entries would do; with ``confirm``, do it for those that the page showed."""
    sitting, desk = _open_or_404(pk), request_desk(request)
    if "confirm" in request.POST:
        return _approve(request, sitting)
    if request.method == "POST":
        _keep_marked(request, sitting, {number(one) for one in request.POST.getlist("run")})
    marked = marked_in(request, sitting)
    found = queries.summary(queries.queue(desk, sitting, timezone.localdate()), sitting, marked)
    context = {
        "sitting": sitting,
        "summary": found,
        "crumbs": _crumbs(_place(sitting), (_("Approve marked entries"), "")),
    }
    return render(request, "workflow/sitting_approve.html", context)


def _approve(request: HttpRequest, sitting: Sitting) -> HttpResponse:
    pairs = (one.partition("-") for one in request.POST.getlist("entry"))
    versions = {number(pk): number(version) for pk, _dash, version in pairs}
    done = service.approve_marked(sitting, versions, by=request_desk(request).person, now=timezone.now())
    if done.approved:
        approved = len(done.approved)
        said = ngettext("%(number)d status update approved.", "%(number)d status updates approved.", approved)
        messages.success(request, said % {"number": approved})
    for update, reason in done.failed:
        messages.error(request, f"{update.recommendation.number} {update.recommendation.title}: {reason}")
    if not versions:
        messages.info(request, _("Nothing was marked."))
    _keep_marked(request, sitting, set(marked_in(request, sitting)) - set(versions))
    return redirect("workflow:sitting-detail", sitting.pk)


@chair_page
@require_http_methods(["GET", "HEAD", "POST"])
def sitting_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, then close the sitting and make its minutes."""
    sitting = _sitting_or_404(pk)
    if request.method != "POST":
        waiting = queries.queue(request_desk(request), sitting, timezone.localdate()).waiting
        context = {
            "sitting": sitting,
            "waiting": len(waiting),
            "crumbs": _crumbs(_place(sitting), (_("Close the sitting"), "")),
        }
        return render(request, "workflow/sitting_close.html", context)
    try:
        service.close_sitting(pk, by=request_desk(request).person, now=timezone.now())
    except DomainError as error:
        messages.info(request, str(error))
    else:
        request.session.pop(_key(sitting), None)
        messages.success(request, _("The sitting is closed, its minutes are ready."))
    return redirect("workflow:sitting-detail", pk)


@csp_exempt()  # type: ignore[arg-type]
@reviewer_page
@require_safe
def sitting_minutes(_request: HttpRequest, pk: int) -> HttpResponse:
    """Deliver the PDF; the policy for pages would keep browsers from showing it."""
    found = queries.minutes_of(pk)
    if found is None:
        raise Http404
    sitting, content = found
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="niederschrift-{sitting.held_on.isoformat()}.pdf"'
    patch_cache_control(response, private=True, max_age=0)
    return response


def _sitting_or_404(pk: int) -> Sitting:
    sitting = queries.sitting(pk)
    if sitting is None:
        raise Http404
    return sitting


def _open_or_404(pk: int) -> Sitting:
    sitting = _sitting_or_404(pk)
    if not sitting.is_open:
        raise Http404
    return sitting


def _key(sitting: Sitting) -> str:
    return f"sitzung-{sitting.pk}"


def marked_in(request: HttpRequest, sitting: Sitting) -> list[int]:
    """Return the runs that the person has marked in the sitting; they are kept in the session."""
    return [pk for pk in request.session.get(_key(sitting), []) if isinstance(pk, int)]


def _keep_marked(request: HttpRequest, sitting: Sitting, marked: Collection[int]) -> None:
    request.session[_key(sitting)] = sorted(set(marked) - {0})


def _place(sitting: Sitting) -> tuple[str, str]:
    return sitting.held_on.strftime("%d.%m.%Y"), reverse("workflow:sitting-detail", args=[sitting.pk])


def _crumbs(*rest: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        (_("Review"), reverse("workflow:review-queue")),
        (_("Sittings"), reverse("workflow:sitting-list")),
        *rest,
    ]
