"""What visitors said, on the coordinators' desk: read, answered, published or not."""

import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.core.validators import validate_email
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from offices.access import coordinator_page, request_desk
from offices.errors import ConflictError, DomainError
from publication.forms.voices import BarrierAnswerForm, DeclineForm, PublishForm
from publication.models import BarrierReport, Feedback
from publication.queries import voices as queries
from publication.queries.site import site
from publication.services import forgetting, voices
from workflow.raw import clean_text
from workflow.thread import due

PER_PAGE = 25
LONGEST_SEARCH = 200


@require_safe
@coordinator_page
def feedback_list(request: HttpRequest) -> HttpResponse:
    """List the feedback that waits, and what was decided before."""
    today = timezone.localdate()
    span = datetime.timedelta(days=voices.FEEDBACK_DAYS)
    words = _words(request)
    context = {
        "here": "feedback",
        "waiting": queries.waiting(),
        "new": [
            (one, due(timezone.localdate(one.received_at) + span, today, "duty")) for one in queries.new_feedback(words)
        ],
        "page": _page(request, queries.decided_feedback(words)),
        **_searched(words),
    }
    return render(request, "publication/voices/feedback_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator_page
def feedback(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one piece of feedback, and publish it, with an answer or without."""
    one = _feedback_or_404(pk)
    if one.is_deleted:
        return render(request, "publication/voices/feedback_deleted.html", _feedback_context(one))
    form = PublishForm(request.POST if request.method == "POST" else None, initial=_now(one) | {"answer": one.answer})
    if request.method == "POST" and form.is_valid():
        given, by = form.cleaned_data, request_desk(request).person
        try:
            voices.publish_feedback(pk, answer=given["answer"], seen=given["stand"], by=by, now=timezone.now())
        except ConflictError as error:
            return _too_late(request, error, pk)
        messages.success(request, _("Published. It stands on the page of the recommendation now."))
        return redirect("voices:feedback-list")
    context = _feedback_context(one) | {"form": form}
    return render(request, "publication/voices/feedback.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator_page
def feedback_decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why feedback is not published, or no longer, and keep that."""
    one = _feedback_or_404(pk)
    if one.is_deleted:
        return redirect("voices:feedback", pk)
    form = DeclineForm(request.POST if request.method == "POST" else None, initial=_now(one))
    if request.method == "POST" and form.is_valid():
        given, by = form.cleaned_data, request_desk(request).person
        try:
            voices.decline_feedback(pk, reason=given["reason"], seen=given["stand"], by=by, now=timezone.now())
        except ConflictError as error:
            return _too_late(request, error, pk)
        messages.success(request, _("It is not published. Your reason is kept with it."))
        return redirect("voices:feedback-list")
    context = _feedback_context(one) | {"form": form}
    return render(request, "publication/voices/feedback_decline.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator_page
def feedback_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether the feedback shall be deleted for good, and delete it."""
    one = _feedback_or_404(pk)
    if one.is_deleted:
        return redirect("voices:feedback", pk)
    if request.method == "POST":
        try:
            forgetting.delete_feedback(pk, by=request_desk(request).person, now=timezone.now())
        except ConflictError as error:
            return _too_late(request, error, pk)
        messages.success(request, _("The feedback is deleted."))
        return redirect("voices:feedback-list")
    return render(request, "publication/voices/feedback_delete.html", _feedback_context(one))


def _too_late(request: HttpRequest, error: DomainError, pk: int) -> HttpResponse:
    messages.info(request, str(error))
    return redirect("voices:feedback", pk)


def _now(one: Feedback) -> dict[str, str]:
    return {"stand": one.stand}


def _feedback_context(one: Feedback) -> dict[str, object]:
    recommendation = one.recommendation
    there = reverse("publication:recommendation", args=[recommendation.edition.slug, recommendation.key])
    crumbs = [(_("Feedback"), reverse("voices:feedback-list")), (recommendation.number, "")]
    return {"feedback": one, "address": there, "crumbs": crumbs}


def _feedback_or_404(pk: int) -> Feedback:
    one = queries.feedback(pk)
    if one is None:
        raise Http404
    return one


# --- Barriers -------------------------------------------------------------------------------------------------------


@require_safe
@coordinator_page
def barrier_list(request: HttpRequest) -> HttpResponse:
    """List the reports of barriers that wait for an answer, and those that were answered."""
    today = timezone.localdate()
    words = _words(request)
    context = {
        "here": "barriers",
        "waiting": queries.waiting(),
        "open": [
            (one, due(voices.answer_by(one.received_at), today, "answer")) for one in queries.open_barriers(words)
        ],
        "page": _page(request, queries.closed_barriers(words)),
        "weeks": voices.BARRIER_WEEKS,
        "everything": site(timezone.now()),
        **_searched(words),
    }
    return render(request, "publication/voices/barrier_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator_page
def barrier(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one report of a barrier; while it is open, with the form that answers it."""
    one = _barrier_or_404(pk)
    if one.is_deleted:
        return render(
            request, "publication/voices/barrier_deleted.html", {"report": one, "crumbs": _barrier_crumbs(pk)}
        )
    form = BarrierAnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        answer, by = form.cleaned_data["answer"], request_desk(request).person
        try:
            voices.answer_barrier(pk, answer=answer, by=by, now=timezone.now())
        except ConflictError as error:
            # What was typed stays on the page: it may be worth adding to the other's answer.
            messages.info(request, str(error))
            one = _barrier_or_404(pk)
        else:
            messages.success(request, _("Answered. The contact details are deleted."))
            return redirect("voices:barrier-list")
    context = {
        "report": one,
        "everything": site(timezone.now()),
        "form": form,
        "mail_to": _mail_to(one.contact),
        "due": due(voices.answer_by(one.received_at), timezone.localdate(), "answer"),
        "crumbs": _barrier_crumbs(pk),
    }
    status = 409 if request.method == "POST" and not form.errors else 422 if form.errors else 200
    return render(request, "publication/voices/barrier.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator_page
def barrier_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether the report of a barrier shall be deleted for good, and delete it."""
    one = _barrier_or_404(pk)
    if one.is_deleted:
        return redirect("voices:barrier", pk)
    if request.method == "POST":
        try:
            forgetting.delete_barrier(pk, by=request_desk(request).person, now=timezone.now())
        except ConflictError as error:
            messages.info(request, str(error))
            return redirect("voices:barrier", pk)
        messages.success(request, _("Report %(number)s is deleted.") % {"number": pk})
        return redirect("voices:barrier-list")
    context = {"report": one, "everything": site(timezone.now()), "crumbs": _barrier_crumbs(pk)}
    return render(request, "publication/voices/barrier_delete.html", context)


def _barrier_crumbs(pk: int) -> list[tuple[str, str]]:
    return [
        (_("Reported barriers"), reverse("voices:barrier-list")),
        (_("Report %(number)s") % {"number": pk}, ""),
    ]


def _mail_to(contact: str) -> str:
    """Return the contact if it is one e-mail address, which may then be a link."""
    try:
        validate_email(contact.strip())
    except ValidationError:
        return ""
    return contact.strip()


def _barrier_or_404(pk: int) -> BarrierReport:
    one = queries.barrier(pk)
    if one is None:
        raise Http404
    return one


def _page(request: HttpRequest, rows: object) -> object:
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("seite"))  # type: ignore[arg-type]


def _words(request: HttpRequest) -> str:
    return clean_text(request.GET.get("suche", "")).strip()[:LONGEST_SEARCH]


def _searched(words: str) -> dict[str, str]:
    """Return what the list's template needs of a search: the words, and the beginning of the pages' addresses."""
    return {"words": words, "page_query": f"{urlencode({'suche': words})}&" if words else ""}
