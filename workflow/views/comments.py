"""Answering the Arbeitsgruppe's comments one by one: the lead office says what it did, members what is done with."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from offices.access import Desk, request_desk, staff_page
from offices.errors import DomainError
from workflow import access, runs
from workflow.forms.review import AnswerForm
from workflow.mentions import Nameable
from workflow.queries import remarks as queries
from workflow.queries.mentions import nameable
from workflow.queries.one_voice import knows_members
from workflow.queries.remarks import Remark

WAYS = {
    "schreiben": "workflow:update-edit",
    "pruefung": "workflow:review-detail",
    "sachstand": "workflow:update-detail",
}
"""Where answering leads back to, by what the address says."""


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
def comment_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one comment with its answers, and keep one more; scripts get and send the part of the page they need.

    For: whoever sees the run's internals; only the lead office and the Arbeitsgruppe answer.
    """
    desk = request_desk(request)
    remark = _remark_or_404(desk, pk)
    if request.method != "POST":
        return _page(request, desk, remark, AnswerForm(roster=_roster(remark)))
    form = AnswerForm(request.POST, roster=_roster(remark))
    if not form.is_valid():
        return _page(request, desk, remark, form, status=422)
    resolved = form.cleaned_data["resolved"]
    try:
        runs.answer_comment(pk, by=desk.person, text=form.cleaned_data["text"], resolved=resolved, now=timezone.now())
    except DomainError as error:
        form.add_error(None, str(error))
        status = 403 if isinstance(error, access.NotAllowedError) else 422
        return _page(request, desk, remark, form, status=status)
    if _asked_by_script(request):
        context = {"remark": _remark_or_404(desk, pk), "may_answer": True, "way": _way(request), "version": True}
        return render(request, "workflow/partials/remark_body.html", context)
    messages.success(request, _("The comment is marked as done.") if resolved else _("Your answer is kept."))
    say_who_is_unknown(request, form.unknown())
    return redirect(f"{_back(request, remark)}#kommentar-{pk}")


def _roster(remark: Remark) -> list[Nameable]:
    return nameable(remark.comment.revision.update, timezone.localdate())


def say_who_is_unknown(request: HttpRequest, unknown: Sequence[str]) -> None:
    """Say what stands behind an ``@`` and names nobody who may read the comment: nobody hears of it."""
    if unknown:
        words = ", ".join(f"@{one}" for one in unknown)
        messages.warning(
            request,
            ngettext(
                "%(names)s names nobody who may read this comment, so nobody was told.",
                "%(names)s name nobody who may read this comment, so nobody was told.",
                len(unknown),
            )
            % {"names": words},
        )


def _remark_or_404(desk: Desk, pk: int) -> Remark:
    remark = queries.answerable(desk, pk)
    if remark is None:
        raise Http404
    return remark


def _way(request: HttpRequest) -> str:
    wanted = request.POST.get("zurueck", request.GET.get("zurueck", ""))
    # The review's page says which member has written what.
    is_open = wanted != "pruefung" or knows_members(request_desk(request))
    return wanted if wanted in WAYS and is_open else "sachstand"


def _back(request: HttpRequest, remark: Remark) -> str:
    return reverse(WAYS[_way(request)], args=[remark.comment.revision.update_id])


def _asked_by_script(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


def _page(request: HttpRequest, desk: Desk, remark: Remark, form: AnswerForm, status: int = 200) -> HttpResponse:
    update = remark.comment.revision.update
    context: dict[str, Any] = {
        "remark": remark,
        "update": update,
        "form": form,
        "roster": form.roster,
        "way": _way(request),
        "back": _back(request, remark),
        "may_write_answer": access.may_answer_comments(desk, update),
        "version": True,
    }
    template = "partials/comment_form.html" if _asked_by_script(request) else "comment_answer.html"
    return render(request, f"workflow/{template}", context, status=status)
