"""What the pages of writing share: who may open them, saving, and the pages on which nothing typed is lost."""

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

from offices.access import request_desk, staff_page
from offices.errors import DomainError
from offices.models import Person
from workflow import access, raw, runs
from workflow.forms.entry import EntryForms, lenient_content, problems_title
from workflow.models import Draft, StatusUpdate
from workflow.queries import drafts, entries, updates
from workflow.queries.entries import Entry
from workflow.services import updates as update_service
from workflow.services.updates import DraftConflictError

Page = Callable[..., HttpResponse]


def own_update(view: Callable[[HttpRequest, StatusUpdate], HttpResponse]) -> Page:
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


def person_of(request: HttpRequest) -> Person:
    return request_desk(request).person


def refusal_for(request: HttpRequest, update: StatusUpdate) -> str:
    """Return the sentence that says why the person cannot write now, or an empty string."""
    try:
        access.require_may_write(person_of(request), update)
    except access.NotAllowedError as refused:
        return str(refused)
    return ""


def stated_version(request: HttpRequest) -> int:
    return _stated(request, "version")


def stated_base(request: HttpRequest, update: StatusUpdate) -> int:
    """Return what the page was based on: as the form states it, and for a page just opened what stands there now."""
    return _stated(request, "based_on") if request.method == "POST" else runs.base_of(update)


def _stated(request: HttpRequest, name: str) -> int:
    stated = request.POST.get(name, "")
    return int(stated) if stated.isdecimal() and len(stated) < 10 else 0  # noqa: PLR2004 - fits every database


def keep(request: HttpRequest, update: StatusUpdate, typed: raw.Raw) -> Draft | HttpResponse:
    """Save what was typed and return the draft; where that is impossible, return the page that says so instead.

    A text that was begun before a colleague's version was handed in is not saved over it: both are shown.
    """
    if stated_base(request, update) != runs.base_of(update) and access.may_write(request_desk(request), update):
        handed_in = updates.submitted_content(update.pk)
        if handed_in and raw.differences(raw.of(lenient_content(typed)), raw.of(handed_in)):
            return _handed_in_meanwhile(request, update, typed, raw.of(handed_in))
    try:
        return update_service.save_draft(
            update.pk, by=person_of(request), content=typed, version=stated_version(request), now=timezone.now()
        )
    except DraftConflictError as conflict:
        if raw.differences(typed, conflict.current.content):
            return _conflict(request, update, typed, conflict.current)
        return conflict.current
    except DomainError as refused:
        return refused_page(request, update, typed, refused)


def wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def saved_sentence(draft: Draft) -> str:
    return _("Draft saved at %(time)s.") % {"time": date_format(timezone.localtime(draft.saved_at), "H:i")}


def after_saving(request: HttpRequest, update: StatusUpdate, draft: Draft) -> HttpResponse:
    if "preview" in request.POST:
        return redirect("workflow:update-preview", pk=update.pk)
    form = reverse("workflow:update-edit", args=[update.pk])
    if "add" in request.POST:
        return redirect(f"{form}?zeile=1#measures")
    if "remove" in request.POST:
        return redirect(f"{form}#measures")
    if "take" in request.POST:
        return redirect(f"{form}#id_done")
    messages.success(request, f"{saved_sentence(draft)} {_('You can stop at any time and go on writing later.')}")
    return redirect(form)


def _conflict(request: HttpRequest, update: StatusUpdate, mine: raw.Raw, current: Draft) -> HttpResponse:
    context = {
        "sentence": _conflict_sentence(current),
        "differences": raw.differences(mine, current.content),
        "saved_at": current.saved_at,
        "hidden": hidden_fields(mine, current.version, runs.base_of(update)),
    }
    return _two_versions(request, update, context)


def _handed_in_meanwhile(request: HttpRequest, update: StatusUpdate, mine: raw.Raw, handed_in: raw.Raw) -> HttpResponse:
    context = {
        "sentence": _("This text was handed in and returned while you were writing. Look at both; nothing is lost."),
        "differences": raw.differences(mine, handed_in),
        "handed_in_at": update.submitted.submitted_at if update.submitted else None,
        "comments": updates.open_comments(update),
        "hidden": [
            *hidden_fields(mine, stated_version(request), runs.base_of(update)),
            ("with_handed_in", "1"),
        ],
    }
    return _two_versions(request, update, context)


def _two_versions(request: HttpRequest, update: StatusUpdate, context: dict[str, Any]) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"conflict": True, "message": context["sentence"]}, status=409)
    context |= {"update": update, "crumbs": crumbs(update, _("Two versions"))}
    return render(request, "workflow/update_conflict.html", context, status=409)


def _conflict_sentence(current: Draft) -> str:
    saved = timezone.localtime(current.saved_at)
    values = {"time": date_format(saved, "H:i"), "date": date_format(saved, "d.m.Y")}
    if saved.date() == timezone.localdate():
        said = _("You changed this text elsewhere at %(time)s. Look at both versions; nothing is lost.")
    else:
        said = _("You changed this text elsewhere on %(date)s at %(time)s. Look at both versions; nothing is lost.")
    return said % values


def refused_page(request: HttpRequest, update: StatusUpdate, typed: raw.Raw, refused: DomainError) -> HttpResponse:
    """Say why nothing can be saved any more, and show what was typed unless it is what was handed in."""
    if wants_json(request):
        return JsonResponse({"message": str(refused)}, status=409)
    handed_in = updates.submitted_content(update.pk)
    if raw.is_empty(typed) or (handed_in and not raw.differences(raw.of(handed_in), raw.of(lenient_content(typed)))):
        messages.info(request, str(refused))
        return redirect("workflow:update-detail", pk=update.pk)
    context = {
        "update": update,
        "sentence": str(refused),
        "entry": Entry(lenient_content(typed), office_label=update.lead_office_label),
        "crumbs": crumbs(update, _("Your text")),
    }
    return render(request, "workflow/update_refused.html", context, status=409)


def crumbs(update: StatusUpdate, here: str) -> list[tuple[str, str]]:
    return [
        (_("My tasks"), reverse("workflow:inbox")),
        (update.recommendation.number, reverse("workflow:update-edit", args=[update.pk])),
        (here, ""),
    ]


def hidden_fields(typed: raw.Raw, version: int, based_on: int) -> list[tuple[str, str]]:
    """Return what was typed, and what it stands on, as names and values of hidden inputs."""
    rows = [(name, typed[name]) for name in raw.ENTRY_NAMES]
    for index, measure in enumerate(typed["measures"]):
        rows += [(f"measures-{index}-{name}", value) for name, value in measure.items()]
    rows.append(("measures-rows", str(len(typed["measures"]))))
    return [*rows, ("version", str(version)), ("based_on", str(based_on))]


def form_page(
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
        "based_on": runs.base_of(update),
        "start": start,
        "person": person_of(request),
        "problems": problems,
        "problems_title": problems_title(len(problems)),
        "before": entries.entry_before(update),
        "comments": comments,
        "steps": updates.steps_of(update),
        "today": timezone.localdate(),
    }
    return render(request, "workflow/update_edit.html", context, status=status)
