"""The three ways to hand in: a report, an attested "unchanged", a nil return. For people of the lead office.

While contributing offices have not delivered, each of the three says so first and hands in only when the person goes on
without them.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from offices.errors import DomainError
from workflow import raw, runs
from workflow.forms.entry import EntryForms, NilReturnForm, UnchangedForm
from workflow.models import Revision
from workflow.queries import entries, signing
from workflow.views.manuscripts import Manuscript
from workflow.views.writing_pages import (
    form_page,
    hidden_fields,
    keep,
    own_update,
    person_of,
    refused_page,
    stated_base,
    stated_seen,
)


@require_http_methods(["GET", "POST"])
@own_update
def update_submit(request: HttpRequest, text: Manuscript) -> HttpResponse:
    """Hand in the report, kept as a draft first: nothing that was written elsewhere meanwhile is replaced unseen.

    What is not complete is shown again with what to do.
    """
    if request.method != "POST":
        # Somebody was signed out in between and comes back by the address alone.
        return redirect(text.edit_url)
    typed = raw.from_form(request.POST)
    if refusal := text.refusal(person_of(request)):
        return refused_page(request, text, typed, DomainError(refusal))
    draft = keep(request, text, typed)
    if isinstance(draft, HttpResponse):
        return draft
    forms = EntryForms(typed, today=timezone.localdate(), check=True)
    if forms.problems():
        return form_page(request, text, forms, start=text.start(person_of(request)), status=422)
    return _hand_in(
        request,
        text,
        lambda **how: runs.hand_in(text.update.pk, content=forms.content(), **how),
        typed=typed,
        hidden=hidden_fields(typed, draft.version, stated_base(request, text), stated_seen(request)),
    )


@require_http_methods(["GET", "POST"])
@own_update
def update_unchanged(request: HttpRequest, text: Manuscript) -> HttpResponse:
    """Show last period's text and take the attestation that it still holds."""
    before = entries.entry_before(text.update)
    refusal = text.refusal(person_of(request))
    if text.update.approved_id and not refusal:
        return _only_a_text_corrects(request, text)
    if before is None and not refusal:
        messages.info(request, _("There is no earlier entry that you could confirm. Please write a short report."))
        return redirect(text.edit_url)
    form = UnchangedForm(request.POST if _is_handed_in(request) else None)
    if _is_handed_in(request) and (form.is_valid() or refusal):
        return _hand_in(
            request,
            text,
            lambda **how: runs.confirm_unchanged(text.update.pk, **how),
            typed=raw.complete({}),
            hidden=[("confirmed", "on"), ("based_on", str(stated_base(request, text)))],
        )
    if refusal or before is None:
        messages.info(request, refusal)
        return redirect("workflow:update-detail", pk=text.update.pk)
    context = {
        "update": text.update,
        "form": form,
        "based_on": stated_base(request, text),
        "entry": entries.entry_of(before, internals=False),
        "before": before,
        "crumbs": text.crumbs(_("Confirm unchanged")),
    }
    return render(request, "workflow/update_unchanged.html", context)


@require_http_methods(["GET", "POST"])
@own_update
def update_nil_return(request: HttpRequest, text: Manuscript) -> HttpResponse:
    """Ask why there is nothing to report, and take the nil return."""
    refusal = text.refusal(person_of(request))
    if text.update.approved_id and not refusal:
        return _only_a_text_corrects(request, text)
    form = NilReturnForm(request.POST) if _is_handed_in(request) else NilReturnForm(initial=request.POST.dict())
    if _is_handed_in(request) and (form.is_valid() or refusal):
        reason = raw.clean_text(request.POST.get("reason", "")).strip()
        return _hand_in(
            request,
            text,
            lambda **how: runs.file_nil_return(text.update.pk, reason=reason, **how),
            # The reason is shown as the text that could not be kept.
            typed=raw.complete({"done": reason}),
            hidden=[("reason", reason), ("based_on", str(stated_base(request, text)))],
        )
    if refusal:
        messages.info(request, refusal)
        return redirect("workflow:update-detail", pk=text.update.pk)
    context = {
        "update": text.update,
        "form": form,
        "based_on": stated_base(request, text),
        "before": entries.entry_before(text.update),
        "crumbs": text.crumbs(_("Nil return")),
    }
    return render(request, "workflow/update_nil_return.html", context)


@require_POST
@own_update
def update_withdraw(request: HttpRequest, text: Manuscript) -> HttpResponse:
    """Take the entry back before anybody has decided on it, and lead to the form."""
    reason = raw.clean_text(request.POST.get("reason", "")).strip()
    try:
        runs.withdraw(text.update.pk, by=person_of(request), reason=reason, now=timezone.now())
    except DomainError as refused:
        messages.info(request, str(refused))
        return redirect("workflow:update-detail", pk=text.update.pk)
    messages.success(request, _("The entry is back on your desk. Hand it in again when it is ready."))
    return redirect(text.edit_url)


def _is_handed_in(request: HttpRequest) -> bool:
    """Whether the form was sent to be handed in, not to come back from the page that names missing offices."""
    return request.method == "POST" and "back" not in request.POST


def _hand_in(
    request: HttpRequest,
    text: Manuscript,
    door: Callable[..., Revision],
    *,
    typed: raw.Raw,
    hidden: list[tuple[str, str]],
) -> HttpResponse:
    """Hand in by ``door``. Where that is refused, nothing typed is lost.

    ``hidden`` is what the page about missing offices sends again.
    """
    how: dict[str, Any] = {
        "by": person_of(request),
        "now": timezone.now(),
        "based_on": stated_base(request, text),
        "without": [int(pk) for pk in request.POST.getlist("without") if pk.isdecimal()],
    }
    try:
        door(**how)
    except runs.ContributionsMissingError as refused:
        context = {
            "update": text.update,
            "missing": refused.missing,
            "hidden": hidden,
            "back_url": text.edit_url if request.path == text.submit_url else "",
            "today": timezone.localdate(),
            "crumbs": text.crumbs(_("Hand in")),
        }
        return render(request, "workflow/update_missing.html", context, status=409)
    except DomainError as refused:
        return refused_page(request, text, typed, refused)
    arrived = _("Thank you, your status update has arrived.")
    messages.success(request, f"{arrived} {signing.next_step(text.update.pk)}")
    return redirect("workflow:update-detail", pk=text.update.pk)


def _only_a_text_corrects(request: HttpRequest, text: Manuscript) -> HttpResponse:
    messages.info(request, _("This entry is published already: a new text corrects it, nothing shorter."))
    return redirect(text.edit_url)
