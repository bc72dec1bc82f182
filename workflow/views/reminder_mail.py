"""The daily mail of a cycle, looked at before it goes out; for coordinators."""

import datetime
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode

from csp.constants import NONE, SELF
from csp.decorators import csp, csp_update
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from offices.access import coordinator_page, request_desk
from offices.errors import DomainError
from workflow.forms.reminder_mail import ReminderMailForm
from workflow.models import ReportingCycle
from workflow.queries import cycles as queries
from workflow.services.mail_previews import MailPreview, preview_of
from workflow.views.reminder_policies import crumbs_of

View = TypeVar("View", bound=Callable[..., HttpResponse])

MAIL_POLICY = {
    "default-src": [NONE],
    # Mails carry their style inline, because many mail programs know nothing else.
    "style-src": ["'unsafe-inline'"],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [SELF],
    "sandbox": True,
}
"""A mail that is looked at runs nothing, fetches nothing and leads nowhere."""


def _typed(decorator: Any) -> Callable[[View], View]:
    """Return a decorator of django-csp, which keeps the view's signature and does not say so."""
    wrapped: Callable[[View], View] = decorator
    return wrapped


@coordinator_page
@_typed(csp_update({"frame-src": [SELF]}))
@require_safe
def reminder_mail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the daily mail that somebody would get on a day of the calendar, as everything stands now."""
    cycle = get_object_or_404(queries.all_cycles(), pk=pk)
    here = (_("Reminders"), reverse("workflow:cycle-reminders", args=[pk]))
    context: dict[str, object] = {"cycle": cycle, "crumbs": [*crumbs_of(cycle), here, (_("The mail"), "")]}
    try:
        found = _preview(request, cycle)
    except DomainError as error:
        return render(request, "workflow/reminder_mail.html", context | {"refusal": str(error)})
    if found.person and found.day:
        chosen = {"person": found.person.pk, "tag": found.day.isoformat()}
        form = ReminderMailForm(found.recipients, found.days, initial=chosen)
        frame = f"{reverse('workflow:cycle-reminders-mail-html', args=[pk])}?{urlencode(chosen)}"
        asked = request.GET.get("tag", "")
        context |= {"form": form, "frame": frame, "is_another_day": bool(asked) and asked != found.day.isoformat()}
    return render(request, "workflow/reminder_mail.html", context | {"found": found})


@coordinator_page
@_typed(csp(MAIL_POLICY))
@xframe_options_sameorigin
@require_safe
def reminder_mail_html(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer with the mail's HTML alone, for the frame on the page; not found where there is no mail."""
    cycle = get_object_or_404(queries.all_cycles(), pk=pk)
    try:
        found = _preview(request, cycle)
    except DomainError as error:
        raise Http404 from error
    if found.words is None:
        raise Http404
    return HttpResponse(found.words.html)


def _preview(request: HttpRequest, cycle: ReportingCycle) -> MailPreview:
    now = timezone.now()
    person = request.GET.get("person", "")
    try:
        day = datetime.date.fromisoformat(request.GET.get("tag", ""))
    except ValueError:
        day = None
    return preview_of(
        cycle,
        by=request_desk(request).person,
        person_id=int(person) if person.isdecimal() else None,
        day=day,
        now=now,
        today=timezone.localdate(now),
    )
