"""Writing a status update: form, draft, preview, and the three ways to hand it in.

All pages are for people of the lead office, whose turn it is; to everybody else they do not exist. What was typed is
never lost: it is kept as a draft, or shown again where it can no longer be kept.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from offices.access import request_desk, staff_page
from offices.errors import DomainError
from offices.models import Person
from workflow import access, raw, runs
from workflow.forms.entry import EntryForms, NilReturnForm, UnchangedForm, lenient_content, problems_title
from workflow.models import Draft, StatusUpdate
from workflow.queries import drafts, entries, updates
from workflow.queries.entries import Entry
from workflow.services import updates as update_service
from workflow.services.updates import DraftConflictError

Page = Callable[..., HttpResponse]


def _own(view: Callable[[HttpRequest, StatusUpdate], HttpResponse]) -> Page:
    """Hand the run to ``view`` if the person's office leads it, else say that there is no such page."""

    @staff_page
    @wraps(view)
    def guarded(request: HttpRequest, pk: int) -> HttpResponse:
        desk = request_desk(request)
        update = updates.visible_update(desk, pk)
        if update is None or update.lead_office_id not in desk.acting_for:
            raise Http404
        return view(request, update)

    return guarded


def _person(request: HttpRequest) -> Person:
    return request_desk(request).person


@require_GET
@_own
def update_edit(request: HttpRequest, update: StatusUpdate) -> HttpResponse:
    """Show the form with the person's draft, the returned version or a colleague's beginning."""
    if refusal := _refusal(request, update):
        messages.info(request, refusal)
        return redirect("workflow:update-detail", pk=update.pk)
    start = drafts.start(update, _person(request), from_colleague="kollegial" in request.GET)
    forms = EntryForms(start.raw, today=timezone.localdate(), empty_rows=1 if "zeile" in request.GET else 0)
    return _form_page(request, update, forms, start.version, start=start)


@require_POST
@_own
def update_draft(request: HttpRequest, update: StatusUpdate) -> HttpResponse:
    """Keep what was typed; then back to the form, or to wherever the button leads.

    Scripts ask for JSON and get the new version, or 409 with the reason why nothing was saved.
    """
    typed = raw.from_form(request.POST)
    if "take" in request.POST and (before := entries.entry_before(update)):
        typed = raw.with_beginning(typed, before.done)
    try:
        draft = _save(request, update, typed)
    except DraftConflictError as conflict:
        return _conflict(request, update, typed, conflict)
    except DomainError as refused:
        return _refused(request, update, typed, refused)
    if _wants_json(request):
        return JsonResponse({"version": draft.version, "message": _saved_sentence(draft)})
    return _after_saving(request, update, draft)


@require_http_methods(["GET", "POST"])
@_own
def update_submit(request: HttpRequest, update: StatusUpdate) -> HttpResponse:
    """Hand in the report. What is not complete is kept as a draft and shown again with what to do."""
    if request.method != "POST":
        # Somebody was signed out in between and comes back by the address alone.
        return redirect("workflow:update-edit", pk=update.pk)
    typed = raw.from_form(request.POST)
    if refusal := _refusal(request, update):
        return _refused(request, update, typed, DomainError(refusal))
    forms = EntryForms(typed, today=timezone.localdate(), check=True)
    if forms.problems():
        return _incomplete(request, update, typed, forms)
    try:
        runs.hand_in(update.pk, by=_person(request), content=forms.content(), now=timezone.now())
    except DomainError as refused:
        return _refused(request, update, typed, refused)
    return _thanks(request, update)


@require_GET
@_own
def update_preview(request: HttpRequest, update: StatusUpdate) -> HttpResponse:
    """Show the draft as it would be read, with what is still missing."""
    if refusal := _refusal(request, update):
        messages.info(request, refusal)
        return redirect("workflow:update-detail", pk=update.pk)
    start = drafts.start(update, _person(request))
    context = {
        "update": update,
        "entry": Entry(lenient_content(start.raw), office_label=update.lead_office_label),
        "problems": EntryForms(start.raw, today=timezone.localdate(), check=True).problems(),
        "hidden": _hidden(start.raw, start.version),
        "crumbs": _crumbs(update, _("Preview")),
    }
    return render(request, "workflow/update_preview.html", context)


@require_POST
@_own
def update_merge(request: HttpRequest, update: StatusUpdate) -> HttpResponse:
    """Join two versions of the same draft as the person has chosen."""
    mine = raw.from_form(request.POST)
    other = drafts.draft_of(update, _person(request))
    merged = mine
    if other is not None and other.version == _version(request):
        choices = {name: request.POST.get(f"choice-{name}", "both") for name in (*raw.ENTRY_NAMES, "measures")}
        merged = raw.merge(mine, other.content, choices)
    try:
        draft = _save(request, update, merged)
    except DraftConflictError as conflict:
        return _conflict(request, update, mine, conflict)
    except DomainError as refused:
        return _refused(request, update, mine, refused)
    return _after_saving(request, update, draft)


@require_http_methods(["GET", "POST"])
@_own
def update_unchanged(request: HttpRequest, update: StatusUpdate) -> HttpResponse:
    """Show last period's text and take the attestation that it still holds."""
    before = entries.entry_before(update)
    refusal = _refusal(request, update)
    if before is None and not refusal:
        messages.info(request, _("There is no earlier entry that you could confirm. Please write a short report."))
        return redirect("workflow:update-edit", pk=update.pk)
    form = UnchangedForm(request.POST or None)
    if request.method == "POST" and (form.is_valid() or refusal):
        return _hand_in_short(
            request, update, lambda: runs.confirm_unchanged(update.pk, by=_person(request), now=timezone.now())
        )
    if refusal or before is None:
        messages.info(request, refusal)
        return redirect("workflow:update-detail", pk=update.pk)
    context = {
        "update": update,
        "form": form,
        "entry": entries.entry_of(before, internals=False),
        "before": before,
        "crumbs": _crumbs(update, _("Confirm unchanged")),
    }
    return render(request, "workflow/update_unchanged.html", context)


@require_http_methods(["GET", "POST"])
@_own
def update_nil_return(request: HttpRequest, update: StatusUpdate) -> HttpResponse:
    """Ask why there is nothing to report, and take the nil return."""
    refusal = _refusal(request, update)
    form = NilReturnForm(request.POST or None)
    if request.method == "POST" and (form.is_valid() or refusal):
        reason = raw.clean_text(request.POST.get("reason", ""))
        return _hand_in_short(
            request,
            update,
            lambda: runs.file_nil_return(update.pk, by=_person(request), reason=reason, now=timezone.now()),
        )
    if refusal:
        messages.info(request, refusal)
        return redirect("workflow:update-detail", pk=update.pk)
    context = {
        "update": update,
        "form": form,
        "before": entries.entry_before(update),
        "crumbs": _crumbs(update, _("Nil return")),
    }
    return render(request, "workflow/update_nil_return.html", context)


# --- What the views share -------------------------------------------------------------------------------------------


def _refusal(request: HttpRequest, update: StatusUpdate) -> str:
    """Return the sentence that says why the person cannot write now, or an empty string."""
    try:
        access.require_may_write(_person(request), update)
    except access.NotAllowedError as refused:
        return str(refused)
    return ""


def _version(request: HttpRequest) -> int:
    stated = request.POST.get("version", "")
    return int(stated) if stated.isdecimal() and len(stated) < 10 else 0  # noqa: PLR2004 - fits every database


def _save(request: HttpRequest, update: StatusUpdate, typed: raw.Raw) -> Draft:
    return update_service.save_draft(
        update.pk, by=_person(request), content=typed, version=_version(request), now=timezone.now()
    )


def _wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def _saved_sentence(draft: Draft) -> str:
    return _("Draft saved at %(time)s.") % {"time": date_format(timezone.localtime(draft.saved_at), "H:i")}


def _after_saving(request: HttpRequest, update: StatusUpdate, draft: Draft) -> HttpResponse:
    if "preview" in request.POST:
        return redirect("workflow:update-preview", pk=update.pk)
    form = reverse("workflow:update-edit", args=[update.pk])
    if "add" in request.POST:
        return redirect(f"{form}?zeile=1#measures")
    if "remove" in request.POST:
        return redirect(f"{form}#measures")
    if "take" in request.POST:
        return redirect(f"{form}#id_done")
    messages.success(request, f"{_saved_sentence(draft)} {_('You can stop at any time and go on writing later.')}")
    return redirect(form)


def _incomplete(request: HttpRequest, update: StatusUpdate, typed: raw.Raw, forms: EntryForms) -> HttpResponse:
    try:
        draft = _save(request, update, typed)
    except DraftConflictError as conflict:
        return _conflict(request, update, typed, conflict)
    except DomainError as refused:
        return _refused(request, update, typed, refused)
    start = drafts.Start(typed, draft.version, draft)
    return _form_page(request, update, forms, draft.version, start=start, status=422)


def _conflict(request: HttpRequest, update: StatusUpdate, mine: raw.Raw, conflict: DraftConflictError) -> HttpResponse:
    current = conflict.current
    if not raw.differences(mine, current.content):
        if _wants_json(request):
            return JsonResponse({"version": current.version, "message": _saved_sentence(current)})
        return _after_saving(request, update, current)
    if _wants_json(request):
        return JsonResponse({"conflict": True, "message": _conflict_sentence(current)}, status=409)
    context = {
        "update": update,
        "sentence": _conflict_sentence(current),
        "differences": raw.differences(mine, current.content),
        "saved_at": current.saved_at,
        "hidden": _hidden(mine, current.version),
        "crumbs": _crumbs(update, _("Two versions")),
    }
    return render(request, "workflow/update_conflict.html", context, status=409)


def _conflict_sentence(current: Draft) -> str:
    time = date_format(timezone.localtime(current.saved_at), "H:i")
    return _("You changed this text elsewhere at %(time)s. Look at both versions; nothing is lost.") % {"time": time}


def _refused(request: HttpRequest, update: StatusUpdate, typed: raw.Raw, refused: DomainError) -> HttpResponse:
    """Say why nothing can be saved any more, and show what was typed unless it is what was handed in."""
    if _wants_json(request):
        return JsonResponse({"message": str(refused)}, status=409)
    handed_in = updates.submitted_content(update.pk)
    if raw.is_empty(typed) or (handed_in and not raw.differences(raw.of(handed_in), raw.of(lenient_content(typed)))):
        messages.info(request, str(refused))
        return redirect("workflow:update-detail", pk=update.pk)
    context = {
        "update": update,
        "sentence": str(refused),
        "entry": Entry(lenient_content(typed), office_label=update.lead_office_label),
        "crumbs": _crumbs(update, _("Your text")),
    }
    return render(request, "workflow/update_refused.html", context, status=409)


def _hand_in_short(request: HttpRequest, update: StatusUpdate, hand_in: Callable[[], object]) -> HttpResponse:
    try:
        hand_in()
    except DomainError as refused:
        messages.info(request, str(refused))
        return redirect("workflow:update-detail", pk=update.pk)
    return _thanks(request, update)


def _thanks(request: HttpRequest, update: StatusUpdate) -> HttpResponse:
    messages.success(request, _("Thank you, your status update has arrived. Next, the Arbeitsgruppe reviews it."))
    return redirect("workflow:update-detail", pk=update.pk)


def _crumbs(update: StatusUpdate, here: str) -> list[tuple[str, str]]:
    return [
        (_("My tasks"), reverse("workflow:inbox")),
        (update.recommendation.number, reverse("workflow:update-edit", args=[update.pk])),
        (here, ""),
    ]


def _hidden(typed: raw.Raw, version: int) -> list[tuple[str, str]]:
    """Return what was typed as names and values of hidden inputs."""
    rows = [(name, typed[name]) for name in raw.ENTRY_NAMES]
    for index, measure in enumerate(typed["measures"]):
        rows += [(f"measures-{index}-{name}", value) for name, value in measure.items()]
    return [*rows, ("measures-rows", str(len(typed["measures"]))), ("version", str(version))]


def _form_page(
    request: HttpRequest,
    update: StatusUpdate,
    forms: EntryForms,
    version: int,
    *,
    start: drafts.Start,
    status: int = 200,
) -> HttpResponse:
    problems = forms.problems()
    comments = updates.open_comments(update)
    context: dict[str, Any] = {
        "update": update,
        "forms": forms,
        "form": forms.entry,
        "version": version,
        "start": start,
        "person": _person(request),
        "problems": problems,
        "problems_title": problems_title(len(problems)),
        "before": entries.entry_before(update),
        "comments": comments,
        "steps": updates.steps_of(update),
        "today": timezone.localdate(),
    }
    return render(request, "workflow/update_edit.html", context, status=status)
