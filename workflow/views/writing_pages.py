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
from workflow import raw
from workflow.forms.entry import EntryForms, lenient_content, problems_title
from workflow.models import Draft
from workflow.queries import contributions, drafts, entries, updates
from workflow.queries.entries import Entry
from workflow.services.drafts import ColleagueDraftError, DraftConflictError
from workflow.views.manuscripts import Manuscript

Page = Callable[..., HttpResponse]


def own_update(view: Callable[[HttpRequest, Manuscript], HttpResponse]) -> Page:
    """Hand the run's entry to ``view`` if the person's office leads it, else say that there is no such page."""

    @staff_page
    @wraps(view)
    def guarded(request: HttpRequest, pk: int) -> HttpResponse:
        desk = request_desk(request)
        update = updates.visible_update(desk, pk)
        if update is None or update.lead_office_id not in desk.acting_for:
            raise Http404
        return view(request, Manuscript(update))

    return guarded


def own_contribution(view: Callable[[HttpRequest, Manuscript], HttpResponse]) -> Page:
    """Hand the contribution to ``view`` if the person acts for its office, else say that there is no such page."""

    @staff_page
    @wraps(view)
    def guarded(request: HttpRequest, pk: int) -> HttpResponse:
        participation = contributions.own_participation(request_desk(request), pk)
        if participation is None:
            raise Http404
        return view(request, Manuscript(participation.update, participation))

    return guarded


def person_of(request: HttpRequest) -> Person:
    return request_desk(request).person


def too_late(request: HttpRequest, text: Manuscript) -> HttpResponse | None:
    """Return the way to the run's page, with the reason, if the person cannot write now."""
    if refusal := text.refusal(person_of(request)):
        messages.info(request, refusal)
        return redirect("workflow:update-detail", pk=text.update.pk)
    return None


# --- What a form states it stands on ----------------------------------------------------------------------------------


def stated_version(request: HttpRequest) -> int:
    return _number(request.POST.get("version", ""))


def stated_base(request: HttpRequest, text: Manuscript) -> int:
    """Return what the page was based on: as the form states it, and for a page just opened what stands there now."""
    return _number(request.POST.get("based_on", "")) if request.method == "POST" else text.base


def stated_seen(request: HttpRequest) -> dict[int, int]:
    """Return the versions of colleagues' drafts that the form has shown, by id; written by ``seen_value``.

    Whoever asks to compare has seen none of them yet.
    """
    if "compare" in request.POST:
        return {}
    pairs = (pair.split(".") for pair in request.POST.get("seen", "").split("-") if pair.count(".") == 1)
    return {_number(pk): _number(version) for pk, version in pairs}


def seen_value(seen: dict[int, int]) -> str:
    return "-".join(f"{pk}.{version}" for pk, version in sorted(seen.items()))


def _number(stated: str) -> int:
    return int(stated) if stated.isdecimal() and len(stated) < 10 else 0  # noqa: PLR2004 - fits every database


def hidden_fields(
    typed: raw.Raw, version: int, based_on: int, seen: dict[int, int] | None = None
) -> list[tuple[str, str]]:
    """Return what was typed, and what it stands on, as names and values of hidden inputs."""
    rows = [(name, typed[name]) for name in raw.ENTRY_NAMES]
    for index, measure in enumerate(typed["measures"]):
        rows += [(f"measures-{index}-{name}", value) for name, value in measure.items()]
    rows.append(("measures-rows", str(len(typed["measures"]))))
    return [*rows, ("version", str(version)), ("based_on", str(based_on)), ("seen", seen_value(seen or {}))]


# --- Saving -----------------------------------------------------------------------------------------------------------


def keep(request: HttpRequest, text: Manuscript, typed: raw.Raw) -> Draft | HttpResponse:
    """Save what was typed and return the draft; where that is impossible, return the page that says so instead.

    A text that was begun before a colleague's version was handed in, or saved, is not saved over it: both are shown.
    """
    if stated_base(request, text) != text.base and text.is_open_to(person_of(request)):
        handed_in = updates.submitted_content(text.update.pk)
        if handed_in and raw.differences(raw.of(lenient_content(typed)), raw.of(handed_in)):
            return _handed_in_meanwhile(request, text, typed, raw.of(handed_in))
    try:
        return text.save(
            typed,
            by=person_of(request),
            version=stated_version(request),
            seen=stated_seen(request),
            now=timezone.now(),
        )
    except DraftConflictError as conflict:
        if raw.differences(typed, conflict.current.content):
            return _conflict(request, text, typed, conflict.current)
        return conflict.current
    except ColleagueDraftError as conflict:
        return _colleague(request, text, typed, conflict.current)
    except DomainError as refused:
        return refused_page(request, text, typed, refused)


def wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def saved_sentence(draft: Draft) -> str:
    return _("Draft saved at %(time)s.") % {"time": date_format(timezone.localtime(draft.saved_at), "H:i")}


def after_saving(request: HttpRequest, text: Manuscript, draft: Draft, *, anchor: str = "") -> HttpResponse:
    """Go where the pressed button leads: back to the form, to its ``anchor``, or to the page that ``then`` names."""
    form = text.edit_url
    if "preview" in request.POST and not text.participation:
        return redirect(text.address("preview"))
    if "add" in request.POST:
        return redirect(f"{form}?zeile=1#measures")
    if anchor or "remove" in request.POST:
        return redirect(f"{form}#{anchor or 'measures'}")
    step, _dash, participation = request.POST.get("then", "").partition("-")
    if step in {"remind", "skip"} and _number(participation):
        return redirect(f"workflow:contribution-{step}", pk=_number(participation))
    if step == "answer" and _number(participation):
        return redirect(reverse("workflow:comment-answer", args=[_number(participation)]) + "?zurueck=schreiben")
    messages.success(request, f"{saved_sentence(draft)} {_('You can stop at any time and go on writing later.')}")
    return redirect(form)


# --- Two versions of one text -----------------------------------------------------------------------------------------


def _conflict(request: HttpRequest, text: Manuscript, mine: raw.Raw, current: Draft) -> HttpResponse:
    context = {
        "sentence": _elsewhere(current),
        "differences": raw.differences(mine, current.content),
        "saved_at": current.saved_at,
        "hidden": hidden_fields(mine, current.version, text.base, stated_seen(request)),
    }
    return _two_versions(request, text, context)


def _colleague(request: HttpRequest, text: Manuscript, mine: raw.Raw, theirs: Draft) -> HttpResponse:
    saved = timezone.localtime(theirs.saved_at)
    values = {"name": theirs.person.name, "time": date_format(saved, "H:i"), "date": date_format(saved, "d.m.Y")}
    if saved.date() == timezone.localdate():
        said = _("%(name)s changed this text at %(time)s. Look at both versions; nothing is lost.")
    else:
        said = _("%(name)s changed this text on %(date)s at %(time)s. Look at both versions; nothing is lost.")
    context = {
        "sentence": said % values,
        "differences": raw.differences(mine, theirs.content),
        "saved_at": theirs.saved_at,
        "colleague": theirs.person.name,
        "hidden": [
            *hidden_fields(
                mine, stated_version(request), text.base, {**stated_seen(request), theirs.pk: theirs.version}
            ),
            ("with_colleague", f"{theirs.pk}.{theirs.version}"),
        ],
    }
    return _two_versions(request, text, context)


def _handed_in_meanwhile(request: HttpRequest, text: Manuscript, mine: raw.Raw, handed_in: raw.Raw) -> HttpResponse:
    submitted = text.update.submitted
    context = {
        "sentence": _("This text was handed in and returned while you were writing. Look at both; nothing is lost."),
        "differences": raw.differences(mine, handed_in),
        "handed_in_at": submitted.submitted_at if submitted else None,
        "comments": updates.open_comments(text.update),
        "hidden": [
            *hidden_fields(mine, stated_version(request), text.base, stated_seen(request)),
            ("with_handed_in", "1"),
        ],
    }
    return _two_versions(request, text, context)


def _two_versions(request: HttpRequest, text: Manuscript, context: dict[str, Any]) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"conflict": True, "message": context["sentence"]}, status=409)
    context |= {"update": text.update, "manuscript": text, "crumbs": text.crumbs(_("Two versions"))}
    return render(request, "workflow/update_conflict.html", context, status=409)


def other_version(request: HttpRequest, text: Manuscript) -> raw.Raw | None:
    """Return what the page of two versions showed beside the typed text, or ``None`` if that is history by now."""
    if "with_handed_in" in request.POST:
        handed_in = updates.submitted_content(text.update.pk)
        return raw.of(handed_in) if handed_in and stated_base(request, text) == text.base else None
    pk, _dot, version = request.POST.get("with_colleague", "").partition(".")
    if pk:
        theirs = drafts.of_colleague(
            text.update, person_of(request), text.participation, pk=_number(pk), version=_number(version)
        )
        return theirs.content if theirs else None
    draft = drafts.own(text.update, person_of(request), text.participation)
    return draft.content if draft is not None and draft.version == stated_version(request) else None


def _elsewhere(current: Draft) -> str:
    saved = timezone.localtime(current.saved_at)
    values = {"time": date_format(saved, "H:i"), "date": date_format(saved, "d.m.Y")}
    if saved.date() == timezone.localdate():
        said = _("You changed this text elsewhere at %(time)s. Look at both versions; nothing is lost.")
    else:
        said = _("You changed this text elsewhere on %(date)s at %(time)s. Look at both versions; nothing is lost.")
    return said % values


# --- Pages ------------------------------------------------------------------------------------------------------------


def refused_page(request: HttpRequest, text: Manuscript, typed: raw.Raw, refused: DomainError) -> HttpResponse:
    """Say why nothing can be saved any more, and show what was typed unless it is what was handed in."""
    if wants_json(request):
        return JsonResponse({"message": str(refused)}, status=409)
    handed_in = None if text.participation else updates.submitted_content(text.update.pk)
    if raw.is_empty(typed) or (handed_in and not raw.differences(raw.of(handed_in), raw.of(lenient_content(typed)))):
        messages.info(request, str(refused))
        return redirect("workflow:update-detail", pk=text.update.pk)
    context = {"update": text.update, "sentence": str(refused), "crumbs": text.crumbs(_("Your text"))}
    if text.participation:
        context["content"] = contributions.lenient(typed)
    else:
        context["entry"] = Entry(lenient_content(typed), office_label=text.office_label)
    return render(request, "workflow/update_refused.html", context, status=409)


def form_context(text: Manuscript, forms: EntryForms, person: Person, *, start: drafts.Start) -> dict[str, Any]:
    """Return what the forms of an entry and of a contribution share; ``start`` names version and drafts seen."""
    problems = forms.problems()
    return {
        "update": text.update,
        "manuscript": text,
        "forms": forms,
        "form": forms.entry,
        "version": start.version,
        "based_on": text.base,
        "seen": seen_value(start.seen),
        "start": start,
        "person": person,
        "problems": problems,
        "problems_title": problems_title(len(problems)),
        "before": entries.entry_before(text.update),
        "steps": updates.steps_of(text.update),
        "today": timezone.localdate(),
    }


def form_page(
    request: HttpRequest, text: Manuscript, forms: EntryForms, *, start: drafts.Start, status: int = 200
) -> HttpResponse:
    comments = updates.open_comments(text.update)
    context = form_context(text, forms, person_of(request), start=start) | {
        "comments": comments,
        "left": [one for one in comments if not one.is_done],
        "contributed": contributions.readable(request_desk(request), text.update),
    }
    if before := context["before"]:
        period = before.update.cycle.period_label
        context |= {
            "then_title": _("This is what the report said for %(period)s") % {"period": period},
            "then_office": before.office_label,
            "then_measures": entries.measures_of(before.measures.all()),
        }
    return render(request, "workflow/update_edit.html", context, status=status)
