"""Letters to departments, for coordinators: what is proposed, its preview, its release, or why none is sent."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from offices.access import coordinator_page, request_desk
from offices.errors import ConflictError, DomainError
from workflow.forms.department_letters import DeclineForm, LetterForm
from workflow.models import DepartmentLetter
from workflow.queries import department_letters as queries
from workflow.queries.department_letters import LateTask
from workflow.services import department_letters as service
from workflow.services.recipients import Recipient

PER_PAGE = 25


@require_safe
@coordinator_page
def letter_list(request: HttpRequest) -> HttpResponse:
    """List what is proposed, and what became of earlier letters."""
    proposed = queries.proposed()
    numbers = queries.numbers_of(proposed)
    context = {
        "proposed": [(letter, numbers[letter.pk]) for letter in proposed],
        "waiting": sum(letter.department_id is not None for letter in proposed),
        "page": Paginator(queries.decided(), PER_PAGE).get_page(request.GET.get("seite")),
    }
    return render(request, "workflow/letter_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator_page
def letter_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a letter; while it is proposed with a form whose answer is the preview, nothing is sent here."""
    letter, by = _letter_or_404(pk), request_desk(request).person
    if not letter.is_proposed:
        return render(request, "workflow/letter_decided.html", _context(letter) | {"mails": queries.mails_of(letter)})
    first = service.first_words(letter, by)
    form = LetterForm(
        request.POST if request.method == "POST" else None,
        initial={"opening": first.opening, "closing": first.closing},
    )
    tasks, to = _now(letter)
    context = _proposal(letter, tasks, to) | {"form": form}
    # "Change" comes back with all that was typed.
    if request.method == "POST" and form.is_valid() and "edit" not in request.POST and tasks and to:
        context["mail"] = service.preview(letter, tasks, form.words(), by=by)
        return render(request, "workflow/letter_preview.html", context)
    return render(request, "workflow/letter_detail.html", context, status=422 if form.errors else 200)


@require_POST
@coordinator_page
def letter_release(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the letter as the preview showed it."""
    letter, now = _letter_or_404(pk), timezone.now()
    form = LetterForm(request.POST)
    if not form.is_valid():
        context = _proposal(letter, *_now(letter)) | {"form": form}
        return render(request, "workflow/letter_detail.html", context, status=422)
    shown = {int(one) for one in request.POST.getlist("item") if one.isdecimal()}
    try:
        service.release(
            pk,
            shown=shown,
            words=form.words(),
            by=request_desk(request).person,
            now=now,
            today=timezone.localdate(now),
        )
    except ConflictError as error:
        messages.info(request, str(error))
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The letter is on its way. It stands in the history of every task that it names."))
    return redirect("workflow:letter-detail", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator_page
def letter_decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why no letter is sent, and settle the matter."""
    letter = _letter_or_404(pk)
    if not letter.is_proposed:
        return redirect("workflow:letter-detail", pk)
    form = DeclineForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            service.decline(pk, reason=form.cleaned_data["reason"], by=request_desk(request).person, now=timezone.now())
        except DomainError as error:
            messages.info(request, str(error))
            return redirect("workflow:letter-detail", pk)
        messages.success(request, _("No letter is sent. The same tasks are not proposed again for this deadline."))
        return redirect("workflow:letter-list")
    address = reverse("workflow:letter-detail", args=[pk])
    context = {"letter": letter, "form": form, "crumbs": _crumbs((_title(letter), address), (_("Send no letter"), ""))}
    return render(request, "workflow/letter_decline.html", context, status=422 if form.errors else 200)


def _letter_or_404(pk: int) -> DepartmentLetter:
    letter = queries.letters().filter(pk=pk).first()
    if letter is None:
        raise Http404
    return letter


def _title(letter: DepartmentLetter) -> str:
    return str(letter.department or letter.office)


def _context(letter: DepartmentLetter) -> dict[str, object]:
    return {"letter": letter, "title": _title(letter), "crumbs": _crumbs((_title(letter), ""))}


def _now(letter: DepartmentLetter) -> tuple[list[LateTask], list[Recipient]]:
    """Return what the letter would name and to whom it would go if it were sent now."""
    today = timezone.localdate()
    return queries.tasks_of(letter, today), queries.recipients_of(letter, today)


def _proposal(letter: DepartmentLetter, tasks: list[LateTask], to: list[Recipient]) -> dict[str, object]:
    return _context(letter) | {
        "tasks": tasks,
        "recipients": to,
        "unreminded": sum(not one.reminders for one in tasks),
        "may_send": bool(tasks and to),
    }


def _crumbs(*rest: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Letters to departments"), reverse("workflow:letter-list")), *rest]
