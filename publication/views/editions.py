"""A report for its readers: its page, its files, the Runder Tisch's link, and what differs between two of them."""

from csp.decorators import csp_exempt
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from publication.access import may_know_report, may_read_report
from publication.models import FileKind, ReportEdition, ReportFile
from publication.queries import comparisons
from publication.queries import reports as queries
from publication.queries.report_diff import compare
from publication.queries.report_since import since
from publication.queries.site import site
from publication.site.cache import encoding_for, pack
from publication.site.languages import German
from publication.views.page import canonical, page_size, public_page, render_page

PER_PAGE = 20
"""Recommendations whose words are compared on one page."""

CONTENT_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.SHORT_PDF: "application/pdf",
    FileKind.WORD: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.HTML: "text/html; charset=utf-8",
}
SHOWN = {FileKind.PDF, FileKind.SHORT_PDF}
"""What browsers show by themselves; everything else is saved."""

KINDS = {"pdf": FileKind.PDF, "docx": FileKind.WORD, "kurz.pdf": FileKind.SHORT_PDF, "html": FileKind.HTML}
"""By the ending of a draft's address."""


@public_page(parameters=())
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """A report to read and to fetch; what was withdrawn says so in its place."""
    one = queries.report_head(pk)
    if one is None or not may_know_report(request, one):
        raise Http404
    if one.is_withdrawn:
        return gone(request, one)
    everything = site(timezone.now())
    found = queries.report_page(one)
    files = [(file, _file_address(file)) for file in found.files]
    crumbs = [*_crumbs(), (German(found.title), "")]
    return render_page(
        request,
        "report",
        everything,
        current="editions",
        since=since(one, everything) if one.is_final else None,
        comparisons=comparisons.of_report(one, found.versions, everything) if one.is_final else [],
        page=found,
        report=one,
        files=files,
        address=canonical(request),
        crumbs=crumbs,
    )


@public_page(parameters=("seite",))
def report_diff(request: HttpRequest, first: int, second: int) -> HttpResponse:
    """What differs between two reports; public where both are."""
    pair = queries.two_reports(first, second)
    if pair is None or not all(may_read_report(request, one) for one in pair):
        raise Http404
    before, after = pair
    found = compare(before.document, after.document)
    return render_page(
        request,
        "report_diff",
        site(timezone.now()),
        current="editions",
        before=before,
        after=after,
        diff=found,
        page=Paginator(found.recommendations, page_size(request, PER_PAGE)).get_page(request.GET.get("seite")),
        crumbs=[*_crumbs(), (_("Two reports compared"), "")],
    )


def _crumbs() -> list[tuple[str, str]]:
    """Return the way to a report."""
    return [
        (_("Overview"), reverse("publication:home")),
        (_("Concepts and reports"), reverse("publication:editions")),
    ]


@csp_exempt()  # type: ignore[arg-type]
@require_safe
def report_file(request: HttpRequest, pk: int, kind: str = FileKind.PDF) -> HttpResponse:
    """Deliver a file; the policy for pages would keep browsers from showing a PDF."""
    file = queries.report_file(pk, kind)
    if file is None or not may_know_report(request, file.edition):
        raise Http404
    one = file.edition
    if one.is_withdrawn:
        return gone(request, one)
    if not may_read_report(request, one):
        raise Http404
    response = _file(request, file)
    response.headers["Cache-Control"] = "public, no-cache" if one.is_final else "private, no-cache"
    return response


@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """The draft that the Runder Tisch was given, for whoever knows its link."""
    one = _shared_or_404(token)
    if one.is_final:
        return redirect("publication:report", one.pk)
    if one.is_withdrawn:
        return _unseen(gone(request, one, is_draft=True))
    found = queries.report_page(one)
    addresses = {kind: ending for ending, kind in KINDS.items()}
    files = [
        (file, reverse("reports:shared-file", args=[token, addresses[FileKind(file.kind)]])) for file in found.files
    ]
    return _unseen(
        render_page(
            request,
            "report_draft",
            site(timezone.now()),
            page=found,
            report=one,
            files=files,
            newer=queries.newer_than(one),
            is_secret=True,
        )
    )


@csp_exempt()  # type: ignore[arg-type]
@require_safe
def shared_file(request: HttpRequest, token: str, ending: str) -> HttpResponse:
    """A file of the draft that the Runder Tisch was given."""
    file = queries.shared_file(token, KINDS[ending]) if ending in KINDS else None
    if file is None:
        raise Http404
    if file.edition.is_withdrawn:
        return _unseen(gone(request, file.edition, is_draft=True))
    return _unseen(_file(request, file))


def gone(request: HttpRequest, one: ReportEdition, *, is_draft: bool = False) -> HttpResponse:
    """Say in the place of a withdrawn report why it is gone, and which version holds instead."""
    newer = queries.newer_than(one)
    everything = site(timezone.now())
    response = render_page(
        request,
        "report_withdrawn",
        everything,
        report=one,
        newer=newer,
        newest=everything.newest_report,
        is_draft=is_draft,
        is_secret=is_draft,
        current="" if is_draft else "editions",
        crumbs=[] if is_draft else [*_crumbs(), (_("Withdrawn"), "")],
    )
    response.status_code = 410
    response["Cache-Control"] = "no-cache"
    return response


def _shared_or_404(token: str) -> ReportEdition:
    one = queries.shared_report(token)
    if one is None:
        raise Http404
    return one


def _unseen(response: HttpResponse) -> HttpResponse:
    """Keep a draft out of caches, search engines and other pages' records of where somebody came from."""
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _file(request: HttpRequest, file: ReportFile) -> HttpResponse:
    """Deliver a file, or say that it is unchanged before its content is read: a finished report never changes.

    It holds nothing secret and nothing of the request, so that it may be compressed.
    """
    kind = FileKind(file.kind)
    encoding = encoding_for(request, CONTENT_TYPES[kind])
    etag = quote_etag(f"{file.sha256}-{encoding}" if encoding else file.sha256)
    written = int(file.edition.built_at.timestamp()) if file.edition.built_at else None
    response = get_conditional_response(request, etag=etag, last_modified=written)
    if response is None:
        body = pack(bytes(file.content), encoding)
        response = HttpResponse(body, content_type=CONTENT_TYPES[kind])
        if encoding:
            response.headers["Content-Encoding"] = encoding
    if written is not None:
        response.headers["Last-Modified"] = http_date(written)
    patch_vary_headers(response, ["Accept-Encoding"])
    place = "inline" if kind in SHOWN else "attachment"
    response.headers["ETag"] = etag
    response.headers["Content-Disposition"] = f'{place}; filename="{file.edition.file_name(kind)}"'
    return response


def _file_address(file: ReportFile) -> str:
    names = {FileKind.PDF: "file", FileKind.WORD: "word", FileKind.SHORT_PDF: "short", FileKind.HTML: "html"}
    return reverse(f"reports:{names[FileKind(file.kind)]}", args=[file.edition_id])
