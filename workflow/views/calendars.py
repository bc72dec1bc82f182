"""Deadlines in one's own calendar: the secret address, the feed behind it, the dates of a cycle as a file."""

import hashlib
from contextlib import suppress

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from notifications.queries.calendars import feed_of
from notifications.services import calendars as service
from notifications.services.outbox import mail_host
from offices.access import desk_of, request_desk, staff_page
from offices.errors import ConflictError, DomainError
from workflow import calendar_file
from workflow.queries import calendars as queries

FRESH_SECONDS = 15 * 60

FRESH = "fresh_calendar_address"
"""Where the session keeps a new address from making it until it is shown."""


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
@never_cache
def calendar(request: HttpRequest) -> HttpResponse:
    """Show whether the person has an address; make one, and show it on the page that follows, this once.

    Loading again or clicking twice makes no second one. For everybody with a role.
    """
    desk = request_desk(request)
    if request.method == "POST":
        replaced = request.POST.get("ersetzt", "")
        with suppress(ConflictError):
            request.session[FRESH] = service.create(
                by=desk.person, now=timezone.now(), replaces=int(replaced) if replaced.isdecimal() else None
            )
        return redirect("workflow:calendar")
    token = request.session.pop(FRESH, "") if request.method == "GET" else ""
    address = settings.SITE_URL + reverse("workflow:calendar-feed", args=[token]) if token else ""
    context = {"feed": feed_of(desk.person), "address": address, "cycles": queries.cycles_in_calendars(desk)}
    return render(request, "workflow/calendar.html", context)


@require_safe
@staff_page
def calendar_renew(request: HttpRequest) -> HttpResponse:
    """Ask before the address is replaced; the answer goes to the page that shows the new one."""
    feed = feed_of(request_desk(request).person)
    return _ask(request, replaces=feed.pk) if feed else redirect("workflow:calendar")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def calendar_revoke(request: HttpRequest) -> HttpResponse:
    """Ask, then end the address."""
    person = request_desk(request).person
    if request.method == "POST":
        try:
            service.revoke(by=person, now=timezone.now())
        except DomainError as error:
            messages.info(request, str(error))
        else:
            messages.success(request, _("The calendar address has ended. It shows nothing any more."))
    elif feed_of(person) is not None:
        return _ask(request)
    return redirect("workflow:calendar")


@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """Deliver the deadlines of whoever made the address; open to whoever knows it, without signing in or cookies.

    Whatever else is asked for gets one and the same answer.
    """
    today = timezone.localdate()
    person = service.reader_of(token, today=today)
    desk = desk_of(person, today) if person else None
    if desk is None or not desk.may_enter:
        return _private(HttpResponse(_("There is no such calendar."), "text/plain; charset=utf-8", 404), max_age=0)
    name = _("Deadlines %(service)s") % {"service": settings.SERVICE_NAME}
    content = calendar_file.render(name, queries.entries_of(desk), host=mail_host())
    etag = f'"{hashlib.sha256(content).hexdigest()}"'
    response = HttpResponse(content, content_type=calendar_file.CONTENT_TYPE, headers={"ETag": etag})
    answer = get_conditional_response(request, etag=etag, response=response)
    return _private(answer or response, max_age=FRESH_SECONDS)


@require_safe
@staff_page
def calendar_cycle(request: HttpRequest, pk: int) -> HttpResponse:
    """Deliver the dates of one cycle as a file. For everybody with a role; planned cycles for coordinators."""
    desk = request_desk(request)
    cycle = queries.cycle_in_calendar(desk, pk)
    if cycle is None:
        raise Http404
    name = _("Cycle %(period)s") % {"period": cycle.period_label}
    content = calendar_file.render(name, queries.entries_of_cycles(desk, [cycle]), host=mail_host())
    file_name = f"{slugify(_('cycle'))}-{cycle.period_label.replace('–', '-')}.ics"
    headers = {"Content-Disposition": f'attachment; filename="{file_name}"'}
    response = HttpResponse(content, content_type=calendar_file.CONTENT_TYPE, headers=headers)
    return _private(response, max_age=0)


def _ask(request: HttpRequest, *, replaces: int | None = None) -> HttpResponse:
    question = _("New address") if replaces else _("Revoke address")
    context = {"renew": replaces, "crumbs": [(_("Calendar"), reverse("workflow:calendar")), (question, "")]}
    return render(request, "workflow/calendar_confirm.html", context)


def _private(response: HttpResponse, *, max_age: int) -> HttpResponse:
    """Keep the answer out of shared caches, search engines and the addresses that other servers are told."""
    patch_cache_control(response, private=True, max_age=max_age)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response
