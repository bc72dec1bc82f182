"""Offices that are split or merged: choose who follows, look at what moves, confirm. For coordinators."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from offices.access import coordinator_page, request_desk
from offices.errors import DomainError
from workflow import runs
from workflow.forms.succession import SuccessionForm
from workflow.queries import succession as queries


@require_http_methods(["GET", "POST"])
@coordinator_page
def succession(request: HttpRequest) -> HttpResponse:
    """Record who follows an office and carry its open work over, after a look at what that means."""
    now = timezone.now()
    today = timezone.localdate(now)
    form = SuccessionForm(
        request.POST if request.method == "POST" else None, offices=queries.offices_to_choose(today), today=today
    )
    if request.method != "POST" or not form.is_valid() or "change" in request.POST:
        return _form_page(request, form)
    data = form.cleaned_data
    rows = queries.rows(data["predecessor"], today)
    if "confirm" not in request.POST:
        return _preview(request, form, rows)
    try:
        carried = runs.succeed(
            data["predecessor"],
            list(data["successors"]),
            main=data["main"],
            on=data["on"],
            take_people=data["take_people"],
            choices=form.choices(rows),
            by=request_desk(request).person,
            now=now,
            today=today,
        )
    except DomainError as error:
        form.add_error(None, str(error))
        return _form_page(request, form)
    messages.success(request, _done(carried))
    return redirect("workflow:succession")


def _done(carried: runs.Carried) -> str:
    open_runs = ngettext("%(number)d open run", "%(number)d open runs", carried.runs) % {"number": carried.runs}
    responsible = ngettext("%(number)d responsibility", "%(number)d responsibilities", carried.responsibilities) % {
        "number": carried.responsibilities
    }
    return _("Carried over: %(runs)s and %(responsibilities)s.") % {"runs": open_runs, "responsibilities": responsible}


def _form_page(request: HttpRequest, form: SuccessionForm) -> HttpResponse:
    context = {"form": form, "recorded": queries.recorded(), "crumbs": _crumbs()}
    return render(request, "workflow/succession.html", context, status=422 if form.errors else 200)


def _preview(request: HttpRequest, form: SuccessionForm, rows: list[queries.Row]) -> HttpResponse:
    data = form.cleaned_data
    context = {
        "form": form,
        "rows": rows,
        "predecessor": data["predecessor"],
        "successors": list(data["successors"]),
        "main": data["main"],
        "hidden": _hidden(form),
        "crumbs": [*_crumbs(), (_("What moves"), "")],
    }
    return render(request, "workflow/succession_preview.html", context)


def _hidden(form: SuccessionForm) -> list[tuple[str, str]]:
    data = form.cleaned_data
    return [
        ("predecessor", str(data["predecessor"].pk)),
        *(("successors", str(one.pk)) for one in data["successors"]),
        ("main", str(data["main"].pk)),
        ("on", date_format(data["on"], "d.m.Y")),
        *([("take_people", "on")] if data["take_people"] else []),
    ]


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Office ends or changes"), reverse("workflow:succession"))]
