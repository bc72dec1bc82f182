"""Where coordinators write the report's own texts: the foreword, and an introduction for each field of action."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from offices.access import coordinator_page, request_desk
from offices.errors import DomainError
from publication import rich_text
from publication.forms.report_texts import ReportTextForm
from publication.models import ReportText
from publication.queries import report_texts as queries
from publication.queries.report_texts import OneText
from publication.services import report_texts as service
from publication.services.report_texts import TextConflictError
from workflow import diff


@require_safe
@coordinator_page
def text_list(request: HttpRequest, cycle: int) -> HttpResponse:
    """List the texts of a cycle's report: how long each is, and who wrote it when."""
    found = queries.manuscript(cycle)
    if found is None:
        raise Http404
    return render(request, "publication/texts/list.html", {"manuscript": found, "cycle": found.cycle})


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator_page
def text_edit(request: HttpRequest, cycle: int, field: int | None = None) -> HttpResponse:
    """Write a text; "preview" shows it as the report will, without saving it."""
    one = _text_or_404(cycle, field)
    if request.method != "POST":
        return _page(request, one, ReportTextForm(initial=_initial(request, one)))
    form = ReportTextForm(request.POST)
    if not form.is_valid():
        return _page(request, one, form, status=422)
    text = form.cleaned_data["text"]
    if "preview" in request.POST:
        return _page(request, one, form, preview=rich_text.html(rich_text.blocks(text)), is_previewed=True)
    try:
        service.write(
            cycle, field, by=request_desk(request).person, text=text, seen=form.cleaned_data["seen"], now=timezone.now()
        )
    except TextConflictError as error:
        return _conflict(request, one, text, error)
    except DomainError as error:
        form.add_error("text", str(error))
        return _page(request, one, form, status=422)
    messages.success(request, _("Saved. The text is in the report as soon as you build it anew."))
    return redirect("texts:list", cycle)


@require_safe
@coordinator_page
def text_version(request: HttpRequest, cycle: int, number: int, field: int | None = None) -> HttpResponse:
    """Show an earlier version of a text, and what is different in the newest one."""
    one = _text_or_404(cycle, field)
    shown = queries.version(cycle, field, number)
    if shown is None or one.newest is None:
        raise Http404
    page = {
        "shown": shown,
        "html": rich_text.html(rich_text.blocks(shown.text)),
        "segments": diff.segments(shown.text, one.newest.text) if shown.number != one.newest.number else [],
        "again": f"{_address(one)}?version={shown.number}",
    }
    return render(request, "publication/texts/version.html", _context(one) | page)


def _text_or_404(cycle: int, field: int | None) -> OneText:
    found = queries.one_text(cycle, field)
    if found is None:
        raise Http404
    return found


def _initial(request: HttpRequest, one: OneText) -> dict[str, Any]:
    """Begin with the newest version, or with the words of the earlier one that the address names."""
    text = one.newest.text if one.newest else ""
    number = request.GET.get("version", "")
    if number.isdecimal():
        field = one.field.pk if one.field else None
        earlier = queries.version(one.cycle.cycle_id, field, int(number))
        text = earlier.text if earlier else text
    return {"text": text, "seen": one.newest.number if one.newest else 0}


def _page(
    request: HttpRequest, one: OneText, form: ReportTextForm, *, status: int = 200, **more: object
) -> HttpResponse:
    context = _context(one) | {"form": form, "limit": rich_text.LONGEST} | more
    return render(request, "publication/texts/edit.html", context, status=status)


def _conflict(request: HttpRequest, one: OneText, text: str, error: TextConflictError) -> HttpResponse:
    """Show both texts; saving from here on is a version after the other person's, which stays readable."""
    theirs: ReportText = error.current
    form = ReportTextForm(initial={"text": text, "seen": theirs.number})
    both = f"{theirs.text}\n\n{text}"
    context = _context(one) | {
        "form": form,
        "theirs": theirs,
        "segments": diff.segments(theirs.text, text),
        "both": both if len(both) <= rich_text.LONGEST else "",
        "sentence": str(error),
    }
    return render(request, "publication/texts/conflict.html", context, status=409)


def _address(one: OneText) -> str:
    if one.field is None:
        return reverse("texts:foreword", args=[one.cycle.cycle_id])
    return reverse("texts:introduction", args=[one.cycle.cycle_id, one.field.pk])


def _context(one: OneText) -> dict[str, Any]:
    return {"one": one, "cycle": one.cycle, "field": one.field, "address": _address(one)}
