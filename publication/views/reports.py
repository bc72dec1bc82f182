"""The reports: a coordinators' page to build and release them, and the file for everybody."""

from csp.decorators import csp_exempt
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from offices.access import coordinator_page, request_desk
from offices.errors import DomainError
from publication.access import may_read_report
from publication.queries import reports as queries
from publication.services import reports


@coordinator_page
@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """Show every cycle with its reports; the page asks for itself again while one is being built."""
    cycles = queries.report_list(timezone.localdate())
    page = {"cycles": cycles, "is_building": any(one.pending for one in cycles)}
    template = (
        "publication/reports/_cycles.html" if request.headers.get("HX-Request") else "publication/reports/list.html"
    )
    return render(request, template, page)


@coordinator_page
@require_POST
def report_request(request: HttpRequest, cycle: int) -> HttpResponse:
    """Ask for a report; a second click finds the first one's."""
    try:
        reports.request_report(cycle, by=request_desk(request).person, now=timezone.now())
    except ObjectDoesNotExist:
        raise Http404 from None
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("reports:list")


@coordinator_page
@require_POST
def report_release(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a report public."""
    now = timezone.now()
    if queries.report_head(pk) is None:
        raise Http404
    try:
        report = reports.release_report(pk, by=request_desk(request).person, now=now, today=timezone.localdate(now))
    except DomainError as error:
        messages.error(request, str(error))
    else:
        values = {"period": report.cycle.period_label, "number": report.number}
        messages.success(request, _("The report %(period)s, version %(number)s, is public now.") % values)
    return redirect("reports:list")


@csp_exempt()  # type: ignore[arg-type]
@require_safe
def report_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Deliver the PDF; the policy for pages would keep browsers from showing it."""
    report = queries.report_head(pk)
    if report is None or not may_read_report(request, report):
        raise Http404
    file = queries.report_file(pk)
    if file is None:
        raise Http404
    etag = quote_etag(file.sha256)
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(file.content, content_type="application/pdf")
    response.headers["ETag"] = etag
    response.headers["Content-Disposition"] = f'inline; filename="{report.file_name(file.kind)}"'
    patch_cache_control(response, private=not report.is_final, public=report.is_final, max_age=0)
    return response
