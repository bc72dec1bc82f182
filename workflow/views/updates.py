"""Status updates to read: the list, and one run with all that its reader may see."""

import datetime
from collections.abc import Iterator

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from offices.access import Desk, request_desk, staff_page
from workflow import access
from workflow.forms.entry import lenient_content
from workflow.models import WRITING_STATES, EntryKind, ImplementationStatus, StatusUpdate
from workflow.queries import authors, changes, contributions, entries
from workflow.queries import course as course_query
from workflow.queries import signing as signing_query
from workflow.queries import update_list as list_query
from workflow.queries import updates as update_query
from workflow.queries.contributions import Contributed
from workflow.queries.entries import Entry
from workflow.views.manuscripts import Manuscript


@require_safe
@staff_page
def update_list(request: HttpRequest) -> HttpResponse:
    """List the runs that the person may read, filtered by the address.

    For: everybody with a role; each sees what ``access.visible_updates`` allows.
    """
    filters = list_query.Filters.read(request.GET)
    found = list_query.listed(request_desk(request), filters, page=request.GET.get("seite"))
    query = request.GET.copy()
    query.pop("seite", None)
    context = {
        "found": found,
        "page": found.page,
        "page_query": f"{query.urlencode()}&" if query else "",
        "filters": filters,
        "statuses": ImplementationStatus.choices,
    }
    return render(request, "workflow/update_list.html", context)


@require_safe
@staff_page
def update_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one run: recommendation, entry, and for those who see internals versions, comments and history.

    For: whoever may read the run; to everybody else it does not exist.
    """
    desk = request_desk(request)
    update = update_query.visible_update(desk, pk)
    if update is None:
        raise Http404
    detail = update_query.detail(desk, update)
    today = timezone.localdate()
    contributed = contributions.readable(desk, update)
    context = {
        "update": update,
        "detail": detail,
        "signatures": signing_query.signatures(update, today) if detail.involved else None,
        "may_go_on_without": access.may_go_on_without(desk, update),
        "is_coordinator": desk.is_coordinator,
        "signs_here": detail.involved and signing_query.may_open(desk, update),
        "forgotten_draft": _forgotten_draft(detail),
        "course": course_query.actions_for(desk, update),
        "may_write": access.may_write(desk, update),
        "may_decide": access.may_decide(desk, update) or access.may_vote(desk, update),
        "may_answer_comments": access.may_answer_comments(desk, update),
        "may_withdraw": access.may_withdraw(desk, update),
        "contributed": contributed,
        "finished": list(_finished(desk, update, contributed)),
        **_reading_aids(detail),
        "person_id": desk.person.pk,
        "today": today,
    }
    return render(request, "workflow/update_detail.html", context)


def _finished(desk: Desk, update: StatusUpdate, contributed: list[Contributed]) -> Iterator[tuple[str, int]]:
    """Yield where the browser kept texts that can no longer be written, and when the person handed them in.

    The time is in milliseconds, as browsers count; 0 if somebody else did, or nobody.
    """
    for one in contributed:
        if one.is_own and not one.is_asked:
            made = one.contribution
            at = made.written_at if made and made.written_by_id == desk.person.pk else None
            yield Manuscript(update, one.participation).key, _milliseconds(at)
    if update.lead_office_id in desk.acting_for and not access.may_write(desk, update):
        made_by = update.submitted
        at = made_by.submitted_at if made_by and made_by.submitted_by_id == desk.person.pk else None
        yield Manuscript(update).key, _milliseconds(at)


def _milliseconds(at: datetime.datetime | None) -> int:
    return int(at.timestamp() * 1000) if at else 0


def _reading_aids(detail: update_query.Detail) -> dict[str, object]:
    """Return who wrote which passage of the newest version, and what is new in it, for those who see internals."""
    if not detail.versions:
        return {}
    revision = detail.versions[0].revision
    aids: dict[str, object] = {"authors": authors.if_shared(authors.of(revision))}
    if revision.kind == EntryKind.REPORT:
        aids["changes"] = changes.against(entries.entry_before(detail.update), detail.versions[0].entry.content)
    return aids


def _forgotten_draft(detail: update_query.Detail) -> Entry | None:
    """Return what the person has written and can no longer hand in, unless it is what was handed in."""
    if detail.own_draft is None or detail.update.state in WRITING_STATES:
        return None
    content = lenient_content(detail.own_draft.content)
    return None if detail.entry and content == detail.entry.content else Entry(content)
