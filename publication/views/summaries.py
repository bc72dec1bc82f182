"""Summaries in plain language and in other languages: the coordinators' work list, and the page to write one."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from offices.access import coordinator_page, request_desk
from offices.errors import ConflictError, DomainError
from publication.forms.summaries import SummaryForm
from publication.queries import summaries as queries
from publication.queries.site import site
from publication.queries.summaries import EditPage, WorkFilters
from publication.services import summaries
from publication.services.summaries import Source
from workflow.queries import changes, entries

PER_PAGE = 50


@require_safe
@coordinator_page
def summary_list(request: HttpRequest) -> HttpResponse:
    """List every published entry with the state of its summaries."""
    filters = WorkFilters.of(request.GET)
    found = queries.work_list(site(timezone.now()), filters)
    query = filters.query()
    context = {
        "found": found,
        "filters": filters,
        "page": Paginator(found.rows, PER_PAGE).get_page(request.GET.get("seite")),
        "page_query": f"{query}&" if query else "",
    }
    return render(request, "publication/summaries/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator_page
def summary_edit(request: HttpRequest, run: int, language: str) -> HttpResponse:
    """Write one summary beside its German source, or confirm that it still holds."""
    page = _page_or_404(run, language)
    first = {"text": page.text or page.suggestion, **_looked_at(page)}
    posted = request.method == "POST"
    form = SummaryForm(request.POST if posted else None, initial=first, language=page.language)
    if posted and form.is_valid():
        given, by, now = form.cleaned_data, request_desk(request).person, timezone.now()
        source = Source(given["source"], given["text_source"])
        seen = {"seen": given["version"], "source": source, "by": by, "now": now}
        try:
            if "confirm" in request.POST:
                summaries.confirm(run, language, **seen)
            else:
                summaries.write(run, language, text=given["text"], **seen)
        except ConflictError as error:
            return _conflict(request, _page_or_404(run, language), given["text"], str(error))
        except DomainError as error:
            form.add_error("text", str(error))
        else:
            messages.success(request, _said(request, given["text"]))
            return redirect("texts:summary-edit", run, language)
    return _shown(request, page, form, status=422 if form.errors else 200)


def _said(request: HttpRequest, text: str) -> str:
    if "confirm" in request.POST:
        return _("Confirmed: the summary holds for the text as it is now.")
    return _("Saved. It stands on the page of the recommendation now.") if text else _("The summary is taken off.")


def _conflict(request: HttpRequest, page: EditPage, text: str, reason: str) -> HttpResponse:
    """Show what is there now beside what was typed; saved from here, the typed text is the next version."""
    form = SummaryForm(initial={"text": text, **_looked_at(page)}, language=page.language)
    return _shown(request, page, form, status=409, conflict=reason, theirs=page.text if page.text != text else "")


def _looked_at(page: EditPage) -> dict[str, int]:
    return {"version": page.number, "source": page.revision_id, "text_source": page.text_id}


def _shown(request: HttpRequest, page: EditPage, form: SummaryForm, *, status: int, **context: object) -> HttpResponse:
    outdated = page.newest if page.is_outdated else None
    context |= {
        "shown": page,
        "form": form,
        "entry": entries.public_entry(page.revision_id, page.text_id),
        "changes_since": changes.public_since(
            (outdated.source_id, outdated.text_source_id), (page.revision_id, page.text_id)
        )
        if outdated
        else [],
        "crumbs": [(_("Summaries"), reverse("texts:summary-list")), (str(page.recommendation.number), "")],
        "address": reverse(
            "publication:recommendation", args=[page.recommendation.edition.slug, page.recommendation.key]
        ),
    }
    return render(request, "publication/summaries/edit.html", context, status=status)


def _page_or_404(run: int, language: str) -> EditPage:
    now = timezone.now()
    page = queries.edit_page(site(now), run, language, now)
    if page is None:
        raise Http404
    return page
