"""The three ways to hand in: a report, an attested "unchanged", a nil return. For people of the lead office."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from offices.errors import DomainError
from workflow import raw, runs
from workflow.forms.entry import EntryForms, NilReturnForm, UnchangedForm
from workflow.models import StatusUpdate
from workflow.queries import drafts, entries, signing
from workflow.views.writing_pages import (
    crumbs,
    form_page,
    keep,
    own_update,
    person_of,
    refusal_for,
    refused_page,
    stated_base,
)


@require_http_methods(["GET", "POST"])
@own_update
def update_submit(request: HttpRequest, update: StatusUpdate) -> HttpResponse:
    """Hand in the report, kept as a draft first: nothing that was written elsewhere meanwhile is replaced unseen.

    What is not complete is shown again with what to do.
    """
    if request.method != "POST":
        # Somebody was signed out in between and comes back by the address alone.
        return redirect("workflow:update-edit", pk=update.pk)
    typed = raw.from_form(request.POST)
    if refusal := refusal_for(request, update):
        return refused_page(request, update, typed, DomainError(refusal))
    draft = keep(request, update, typed)
    if isinstance(draft, HttpResponse):
        return draft
    forms = EntryForms(typed, today=timezone.localdate(), check=True)
    if forms.problems():
        start = drafts.Start(typed, draft.version, draft)
        return form_page(request, update, forms, draft.version, start=start, status=422)
    base = stated_base(request, update)
    try:
        runs.hand_in(update.pk, by=person_of(request), content=forms.content(), now=timezone.now(), based_on=base)
    except DomainError as refused:
        return refused_page(request, update, typed, refused)
    return _thanks(request, update)


@require_http_methods(["GET", "POST"])
@own_update
def update_unchanged(request: HttpRequest, update: StatusUpdate) -> HttpResponse:
    """Show last period's text and take the attestation that it still holds."""
    before = entries.entry_before(update)
    refusal = refusal_for(request, update)
    if before is None and not refusal:
        messages.info(request, _("There is no earlier entry that you could confirm. Please write a short report."))
        return redirect("workflow:update-edit", pk=update.pk)
    form = UnchangedForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (form.is_valid() or refusal):
        return _confirm_unchanged(request, update)
    if refusal or before is None:
        messages.info(request, refusal)
        return redirect("workflow:update-detail", pk=update.pk)
    context = {
        "update": update,
        "form": form,
        "based_on": stated_base(request, update),
        "entry": entries.entry_of(before, internals=False),
        "before": before,
        "crumbs": crumbs(update, _("Confirm unchanged")),
    }
    return render(request, "workflow/update_unchanged.html", context)


@require_http_methods(["GET", "POST"])
@own_update
def update_nil_return(request: HttpRequest, update: StatusUpdate) -> HttpResponse:
    """Ask why there is nothing to report, and take the nil return."""
    refusal = refusal_for(request, update)
    form = NilReturnForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (form.is_valid() or refusal):
        return _file_nil_return(request, update, raw.clean_text(request.POST.get("reason", "")).strip())
    if refusal:
        messages.info(request, refusal)
        return redirect("workflow:update-detail", pk=update.pk)
    context = {
        "update": update,
        "form": form,
        "based_on": stated_base(request, update),
        "before": entries.entry_before(update),
        "crumbs": crumbs(update, _("Nil return")),
    }
    return render(request, "workflow/update_nil_return.html", context)


def _confirm_unchanged(request: HttpRequest, update: StatusUpdate) -> HttpResponse:
    try:
        base = stated_base(request, update)
        runs.confirm_unchanged(update.pk, by=person_of(request), now=timezone.now(), based_on=base)
    except DomainError as refused:
        messages.info(request, str(refused))
        return redirect("workflow:update-detail", pk=update.pk)
    return _thanks(request, update)


def _file_nil_return(request: HttpRequest, update: StatusUpdate, reason: str) -> HttpResponse:
    try:
        base = stated_base(request, update)
        runs.file_nil_return(update.pk, by=person_of(request), reason=reason, now=timezone.now(), based_on=base)
    except DomainError as refused:
        # The reason is shown as the text that could not be kept.
        return refused_page(request, update, raw.complete({"done": reason}), refused)
    return _thanks(request, update)


def _thanks(request: HttpRequest, update: StatusUpdate) -> HttpResponse:
    arrived = _("Thank you, your status update has arrived.")
    messages.success(request, f"{arrived} {signing.next_step(update.pk)}")
    return redirect("workflow:update-detail", pk=update.pk)
