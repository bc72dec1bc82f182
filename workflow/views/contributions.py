"""Contributions: a contributing office writes and hands in; the lead office reminds it, or goes on without it.

Writing is for people of the contributing office, while it is asked; reminding and going on without are for the lead
office and coordinators. To everybody else these pages do not exist.
"""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from offices.access import request_desk, staff_page
from offices.errors import DomainError
from workflow import access, raw, runs
from workflow.forms.contribution import ContributionForms, ContributionNilForm
from workflow.models import Participation
from workflow.queries import contributions, drafts, entries
from workflow.views.manuscripts import Manuscript
from workflow.views.writing import kept_answer, merged_answer
from workflow.views.writing_pages import (
    Page,
    form_context,
    keep,
    own_contribution,
    person_of,
    refused_page,
    too_late,
)


@require_safe
@own_contribution
def contribution_edit(request: HttpRequest, text: Manuscript) -> HttpResponse:
    """Show the form with the person's draft or a colleague's beginning, beside what was said before."""
    if answer := too_late(request, text):
        return answer
    start = text.start(person_of(request), from_colleague="kollegial" in request.GET)
    forms = ContributionForms(start.raw, today=timezone.localdate(), empty_rows=1 if "zeile" in request.GET else 0)
    return _form_page(request, text, forms, start)


@require_POST
@own_contribution
def contribution_draft(request: HttpRequest, text: Manuscript) -> HttpResponse:
    """Keep what was typed; as with the entry of the lead office, for scripts and for people."""
    typed = raw.from_form(request.POST)
    anchor = ""
    if (name := request.POST.get("take", "").removeprefix("before-")) and text.participation:
        before = contributions.earlier(text.participation)
        if before and name in (*raw.LONG_TEXTS, "measures"):
            source = raw.of_contribution(contributions.content_of(before))
            typed = raw.with_part(typed, source, name, as_beginning=True)
            anchor = name if name == "measures" else f"id_{name}"
    return kept_answer(request, text, typed, anchor=anchor)


@require_POST
@own_contribution
def contribution_merge(request: HttpRequest, text: Manuscript) -> HttpResponse:
    """Join what was typed with the other version that was shown, as the person has chosen."""
    return merged_answer(request, text)


@require_http_methods(["GET", "POST"])
@own_contribution
def contribution_submit(request: HttpRequest, text: Manuscript) -> HttpResponse:
    """Hand in the contribution, kept as a draft first; what is not complete is shown again with what to do."""
    if request.method != "POST":
        # Somebody was signed out in between and comes back by the address alone.
        return redirect(text.edit_url)
    typed = raw.from_form(request.POST)
    draft = keep(request, text, typed)
    if isinstance(draft, HttpResponse):
        return draft
    forms = ContributionForms(typed, today=timezone.localdate(), check=True)
    if forms.problems():
        return _form_page(request, text, forms, text.start(person_of(request)), status=422)
    try:
        runs.contribute(_pk(text), by=person_of(request), content=forms.contribution(), now=timezone.now())
    except DomainError as refused:
        return refused_page(request, text, typed, refused)
    return _thanks(request, text)


@require_http_methods(["GET", "POST"])
@own_contribution
def contribution_nil_return(request: HttpRequest, text: Manuscript) -> HttpResponse:
    """Take the nil return of the office with its reason, from the form or from a page of its own."""
    refusal = text.refusal(person_of(request))
    form = ContributionNilForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (form.is_valid() or refusal):
        reason = raw.clean_text(request.POST.get("reason", "")).strip()
        if unkept := _kept_beside(request, text):
            return unkept
        try:
            runs.contribute_nothing(_pk(text), by=person_of(request), reason=reason, now=timezone.now())
        except DomainError as refused:
            # The reason is shown as the text that could not be kept.
            return refused_page(request, text, raw.complete({"done": reason}), refused)
        return _thanks(request, text)
    if answer := too_late(request, text) or _kept_beside(request, text):
        return answer
    context = {"update": text.update, "manuscript": text, "form": form, "crumbs": text.crumbs(_("Nil return"))}
    status = 422 if request.method == "POST" else 200
    return render(request, "workflow/contribution_nil_return.html", context, status=status)


def _kept_beside(request: HttpRequest, text: Manuscript) -> HttpResponse | None:
    """Keep the text that was sent along with a nil return; return the page that says why that is impossible, if so."""
    typed = raw.from_form(request.POST)
    if raw.is_empty(typed):
        return None
    draft = keep(request, text, typed)
    return draft if isinstance(draft, HttpResponse) else None


def _pk(text: Manuscript) -> int:
    assert text.participation is not None  # noqa: S101 - own_contribution hands over nothing else
    return text.participation.pk


def _form_page(
    request: HttpRequest, text: Manuscript, forms: ContributionForms, start: drafts.Start, *, status: int = 200
) -> HttpResponse:
    context = form_context(text, forms, person_of(request), start=start) | {"nil_form": ContributionNilForm()}
    if before := context["before"]:
        context["before_entry"] = entries.entry_of(before, internals=False)
    if text.participation and (earlier := contributions.earlier(text.participation)):
        period = earlier.participation.update.cycle.period_label
        context |= {
            "earlier": earlier,
            "then_title": _("This is what your office contributed for %(period)s") % {"period": period},
            "then_office": earlier.office_label,
            "then_measures": contributions.content_of(earlier).measures,
        }
    return render(request, "workflow/contribution_edit.html", context, status=status)


def _thanks(request: HttpRequest, text: Manuscript) -> HttpResponse:
    messages.success(
        request, _("Thank you, your contribution has arrived. The lead office brings everything together.")
    )
    return redirect("workflow:update-detail", pk=text.update.pk)


# --- The lead office and those who are late ---------------------------------------------------------------------------


def steered(view: Callable[[HttpRequest, Participation], HttpResponse]) -> Page:
    """Hand the participation to ``view`` for the lead office and coordinators; to others it does not exist."""

    @staff_page
    @wraps(view)
    def guarded(request: HttpRequest, pk: int) -> HttpResponse:
        participation = contributions.steered_participation(request_desk(request), pk)
        if participation is None:
            raise Http404
        return view(request, participation)

    return guarded


@require_http_methods(["GET", "POST"])
@steered
def contribution_remind(request: HttpRequest, participation: Participation) -> HttpResponse:
    """Ask before a reminder is sent to a contributing office, and send it."""
    if not participation.is_open or request.method != "POST":
        return _asked_first(request, participation, "workflow/contribution_remind.html")
    today = timezone.localdate()
    try:
        mails = runs.remind(
            participation.update_id,
            by=person_of(request),
            now=timezone.now(),
            today=today,
            participation_id=participation.pk,
        )
    except DomainError as refused:
        messages.info(request, str(refused))
        return _back(request, participation)
    if mails:
        said = ngettext("%(number)d reminder is on its way.", "%(number)d reminders are on their way.", mails)
        messages.success(request, said % {"number": mails})
    else:
        messages.info(request, _("This office was reminded today already, or there is nobody to whom a mail could go."))
    return _back(request, participation)


@require_http_methods(["GET", "POST"])
@steered
def contribution_skip(request: HttpRequest, participation: Participation) -> HttpResponse:
    """Ask whether to go on without a contribution, and do so; it is written down."""
    if not participation.is_open or request.method != "POST":
        return _asked_first(request, participation, "workflow/contribution_skip.html")
    try:
        runs.go_on_without(participation.pk, by=person_of(request), now=timezone.now())
    except DomainError as refused:
        messages.info(request, str(refused))
        return _back(request, participation)
    said = _("You go on without the contribution of %(office)s. That is written down.")
    messages.success(request, said % {"office": participation.office_label})
    return _back(request, participation)


def _asked_first(request: HttpRequest, participation: Participation, template: str) -> HttpResponse:
    if not participation.is_open or not participation.update.is_open:
        messages.info(request, _("Nothing is asked of %(office)s any more.") % {"office": participation.office_label})
        return _back(request, participation)
    context = {
        "update": participation.update,
        "participation": participation,
        "back_url": _back(request, participation).url,
        "today": timezone.localdate(),
    }
    return render(request, template, context)


def _back(request: HttpRequest, participation: Participation) -> HttpResponseRedirect:
    """Lead to the form if the person writes the entry, else to the run's page."""
    writes = access.may_write(request_desk(request), participation.update)
    name = "workflow:update-edit" if writes else "workflow:update-detail"
    return HttpResponseRedirect(f"{reverse(name, args=[participation.update_id])}#beitraege")
