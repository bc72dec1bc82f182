"""Writing a status update: form, draft, preview, and two versions of one draft.

All pages are for people of the lead office, whose turn it is; to everybody else they do not exist. What was typed is
never lost: it is kept as a draft, or shown again where it can no longer be kept.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from workflow import raw
from workflow.forms.entry import EntryForms, lenient_content
from workflow.models import StatusUpdate
from workflow.queries import authors, changes, contributions, entries, updates
from workflow.queries.entries import Entry
from workflow.views.manuscripts import Manuscript
from workflow.views.writing_pages import (
    after_saving,
    form_page,
    hidden_fields,
    keep,
    other_version,
    own_update,
    person_of,
    saved_sentence,
    too_late,
    wants_json,
)


@require_safe
@own_update
def update_edit(request: HttpRequest, text: Manuscript) -> HttpResponse:
    """Show the form with the person's draft, the returned version or a colleague's beginning."""
    if answer := too_late(request, text):
        return answer
    start = text.start(person_of(request), from_colleague="kollegial" in request.GET)
    forms = EntryForms(start.raw, today=timezone.localdate(), empty_rows=1 if "zeile" in request.GET else 0)
    return form_page(request, text, forms, start=start)


@require_POST
@own_update
def update_draft(request: HttpRequest, text: Manuscript) -> HttpResponse:
    """Keep what was typed; then back to the form, or to wherever the button leads.

    Scripts ask for JSON and get the new version, or 409 with the reason why nothing was saved.
    """
    typed = raw.from_form(request.POST)
    taken = ""
    if "take" in request.POST:
        typed, taken = _with_taken(text.update, typed, request.POST["take"])
    return kept_answer(request, text, typed, anchor=taken)


def kept_answer(request: HttpRequest, text: Manuscript, typed: raw.Raw, *, anchor: str = "") -> HttpResponse:
    """Keep what was typed and answer a script or a person."""
    draft = keep(request, text, typed)
    if isinstance(draft, HttpResponse):
        return draft
    if wants_json(request):
        return JsonResponse({"version": draft.version, "message": saved_sentence(draft)})
    return after_saving(request, text, draft, anchor=anchor)


def _with_taken(update: StatusUpdate, typed: raw.Raw, value: str) -> tuple[raw.Raw, str]:
    """Return what was typed with the passage that a button takes over, and where on the page it then stands.

    ``value`` is ``before-<field>`` (the entry before, as a beginning) or ``<contribution>-<field>``.
    """
    origin, _dash, name = value.partition("-")
    source: raw.Raw | None = None
    if origin == "before":
        before = entries.entry_before(update)
        source = raw.of(entries.content_of(before)) if before else None
    elif origin.isdecimal() and len(origin) < 10:  # noqa: PLR2004 - fits every database
        source = contributions.source_of(update, int(origin))
    if source is None or name not in (*raw.LONG_TEXTS, "measures"):
        return typed, ""
    anchor = name if name == "measures" else f"id_{name}"
    return raw.with_part(typed, source, name, as_beginning=origin == "before"), anchor


@require_safe
@own_update
def update_preview(request: HttpRequest, text: Manuscript) -> HttpResponse:
    """Show the draft as it would be read, with what is new, who wrote which passage, and what is still missing."""
    if answer := too_late(request, text):
        return answer
    update, person = text.update, person_of(request)
    start = text.start(person)
    content = lenient_content(start.raw)
    context = {
        "update": update,
        "entry": Entry(content, office_label=update.lead_office_label),
        "authors": authors.if_shared(authors.foreseen(update, content, person)),
        "changes": changes.against(entries.entry_before(update), content),
        "missing": contributions.missing(update),
        "left": [one for one in updates.open_comments(update) if not one.is_done],
        "problems": EntryForms(start.raw, today=timezone.localdate(), check=True).problems(),
        "hidden": hidden_fields(start.raw, start.version, text.base, start.seen_when_saved),
        "crumbs": text.crumbs(_("Preview")),
    }
    return render(request, "workflow/update_preview.html", context)


@require_POST
@own_update
def update_merge(request: HttpRequest, text: Manuscript) -> HttpResponse:
    """Join what was typed with the other version that was shown, as the person has chosen."""
    return merged_answer(request, text)


def merged_answer(request: HttpRequest, text: Manuscript) -> HttpResponse:
    """Keep the two versions, joined as the person has chosen, as their draft; the other draft stays as it is."""
    mine = raw.from_form(request.POST)
    other = other_version(request, text)
    merged = mine
    if other is not None:
        choices = {name: request.POST.get(f"choice-{name}", "both") for name in (*raw.ENTRY_NAMES, "measures")}
        merged = raw.merge(mine, other, choices)
    draft = keep(request, text, merged)
    return draft if isinstance(draft, HttpResponse) else after_saving(request, text, draft)
