"""Writing a status update: form, draft, preview, and two versions of one draft.

All pages are for people of the lead office, whose turn it is; to everybody else they do not exist. What was typed is
never lost: it is kept as a draft, or shown again where it can no longer be kept.
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from workflow import raw, runs
from workflow.forms.entry import EntryForms, lenient_content
from workflow.models import StatusUpdate
from workflow.queries import drafts, entries, updates
from workflow.queries.entries import Entry
from workflow.views.writing_pages import (
    after_saving,
    crumbs,
    form_page,
    hidden_fields,
    keep,
    own_update,
    person_of,
    refusal_for,
    saved_sentence,
    stated_base,
    stated_version,
    wants_json,
)


@require_safe
@own_update
def update_edit(request: HttpRequest, update: StatusUpdate) -> HttpResponse:
    """Show the form with the person's draft, the returned version or a colleague's beginning."""
    if refusal := refusal_for(request, update):
        messages.info(request, refusal)
        return redirect("workflow:update-detail", pk=update.pk)
    start = drafts.start(update, person_of(request), from_colleague="kollegial" in request.GET)
    forms = EntryForms(start.raw, today=timezone.localdate(), empty_rows=1 if "zeile" in request.GET else 0)
    return form_page(request, update, forms, start.version, start=start)


@require_POST
@own_update
def update_draft(request: HttpRequest, update: StatusUpdate) -> HttpResponse:
    """Keep what was typed; then back to the form, or to wherever the button leads.

    Scripts ask for JSON and get the new version, or 409 with the reason why nothing was saved.
    """
    typed = raw.from_form(request.POST)
    if "take" in request.POST and (before := entries.entry_before(update)):
        typed = raw.with_beginning(typed, before.done)
    draft = keep(request, update, typed)
    if isinstance(draft, HttpResponse):
        return draft
    if wants_json(request):
        return JsonResponse({"version": draft.version, "message": saved_sentence(draft)})
    return after_saving(request, update, draft)


@require_safe
@own_update
def update_preview(request: HttpRequest, update: StatusUpdate) -> HttpResponse:
    """Show the draft as it would be read, with what is still missing."""
    if refusal := refusal_for(request, update):
        messages.info(request, refusal)
        return redirect("workflow:update-detail", pk=update.pk)
    start = drafts.start(update, person_of(request))
    context = {
        "update": update,
        "entry": Entry(lenient_content(start.raw), office_label=update.lead_office_label),
        "problems": EntryForms(start.raw, today=timezone.localdate(), check=True).problems(),
        "hidden": hidden_fields(start.raw, start.version, runs.base_of(update)),
        "crumbs": crumbs(update, _("Preview")),
    }
    return render(request, "workflow/update_preview.html", context)


@require_POST
@own_update
def update_merge(request: HttpRequest, update: StatusUpdate) -> HttpResponse:
    """Join what was typed with the other version that was shown, as the person has chosen."""
    mine = raw.from_form(request.POST)
    other = _other_version(request, update)
    merged = mine
    if other is not None:
        choices = {name: request.POST.get(f"choice-{name}", "both") for name in (*raw.ENTRY_NAMES, "measures")}
        merged = raw.merge(mine, other, choices)
    draft = keep(request, update, merged)
    return draft if isinstance(draft, HttpResponse) else after_saving(request, update, draft)


def _other_version(request: HttpRequest, update: StatusUpdate) -> raw.Raw | None:
    """Return what the page of two versions showed beside the typed text, or ``None`` if that is history by now."""
    if "with_handed_in" in request.POST:
        handed_in = updates.submitted_content(update.pk)
        return raw.of(handed_in) if handed_in and stated_base(request, update) == runs.base_of(update) else None
    draft = drafts.draft_of(update, person_of(request))
    return draft.content if draft is not None and draft.version == stated_version(request) else None
