"""The coordinators' page of all reports: building them, giving them to the Runder Tisch, publishing, withdrawing."""

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
from publication.forms.reports import BuildForm, WithdrawForm
from publication.models import ReportEdition
from publication.queries import reports as queries
from publication.queries import summaries
from publication.queries.reports import CycleReports
from publication.services import report_stages, reports


@coordinator_page
@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """Show every cycle with its reports; the page asks for itself again while one is being built."""
    cycles = queries.report_list(timezone.localdate())
    page = {
        "cycles": cycles,
        "is_building": any(one.pending for one in cycles),
        "origin": request.build_absolute_uri("/").rstrip("/"),
        "outdated_summaries": summaries.to_do(),
    }
    template = (
        "publication/reports/_cycles.html" if request.headers.get("HX-Request") else "publication/reports/list.html"
    )
    return render(request, template, page)


@coordinator_page
@require_http_methods(["GET", "HEAD", "POST"])
def report_request(request: HttpRequest, cycle: int) -> HttpResponse:
    """Ask for a report; a second click finds the first one's. What has to be said first is asked on a page."""
    one = _cycle_or_404(cycle)
    is_plain = request.method == "POST" and "purpose" not in request.POST
    given = request.POST if request.method == "POST" else None
    asked = {"is_first": one.newest is None, "asks_why": one.needs_note}
    form = BuildForm({"purpose": "final"} if is_plain else given, **asked)
    if given is not None and form.is_valid():
        try:
            reports.request_report(
                cycle,
                by=request_desk(request).person,
                now=timezone.now(),
                change_note=form.cleaned_data.get("change_note", ""),
                is_marked_draft=form.is_marked_draft,
            )
        except DomainError as error:
            messages.error(request, str(error))
        return redirect("reports:list")
    shown = BuildForm(**asked) if is_plain else form
    page = {"one": one, "cycle": one.cycle, "form": shown}
    return render(request, "publication/reports/build.html", page, status=422 if shown.errors else 200)


@coordinator_page
@require_http_methods(["GET", "HEAD", "POST"])
def report_share(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what the Runder Tisch is going to read, then give it a link."""
    report = _report_or_404(pk)
    if request.method != "POST":
        return _asked(request, report, "share", report_stages.share_hindrances(report))
    try:
        report_stages.share_report(pk, by=request_desk(request).person, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
        return redirect(_place(report))
    messages.success(request, _("Version %(number)s has a link for the round table now.") % _values(report))
    return redirect("reports:share", pk=pk)


@coordinator_page
@require_http_methods(["GET", "HEAD", "POST"])
def report_release(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what everybody is going to read, then make it public."""
    now, report = timezone.now(), _report_or_404(pk)
    if request.method != "POST":
        return _asked(request, report, "release", report_stages.release_hindrances(report, timezone.localdate(now)))
    try:
        report_stages.release_report(pk, by=request_desk(request).person, now=now, today=timezone.localdate(now))
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The report %(period)s, version %(number)s, is public now.") % _values(report))
    return redirect(_place(report))


@coordinator_page
@require_http_methods(["GET", "HEAD", "POST"])
def report_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why, then take a report away from its readers."""
    report = _report_or_404(pk)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        try:
            report_stages.withdraw_report(pk, by=request_desk(request).person, note=note, now=timezone.now())
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The report %(period)s, version %(number)s, is withdrawn.") % _values(report))
        return redirect(_place(report))
    page = {"report": report, "form": form}
    return render(request, "publication/reports/withdraw.html", page, status=422 if form.errors else 200)


def _cycle_or_404(cycle: int) -> CycleReports:
    found = next(iter(queries.report_list(timezone.localdate(), cycle)), None)
    if found is None:
        raise Http404
    return found


def _report_or_404(pk: int) -> ReportEdition:
    report = queries.report_head(pk)
    if report is None:
        raise Http404
    return report


def _asked(request: HttpRequest, report: ReportEdition, step: str, hindrances: list[str]) -> HttpResponse:
    page = {"report": report, "content": queries.report_content(report), "hindrances": hindrances}
    if report.is_shared:
        page["address"] = request.build_absolute_uri(reverse("reports:shared", args=[report.share_token]))
    return render(request, f"publication/reports/{step}.html", page)


def _values(report: ReportEdition) -> dict[str, Any]:
    return {"period": report.cycle.period_label, "number": report.number}


def _place(report: ReportEdition) -> str:
    return f"{reverse('reports:list')}#bericht-{report.pk}"
