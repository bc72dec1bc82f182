"""The outbox as coordinators see it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from notifications.models import MailState
from notifications.queries.outbox import mails, mails_by_state
from notifications.services import outbox
from offices.access import people_page, request_desk
from offices.errors import DomainError

PER_PAGE = 50


@require_safe
@people_page
def outbox_list(request: HttpRequest) -> HttpResponse:
    """List mails, the newest first, filtered by state; what they say is not shown."""
    state = request.GET.get("stand", "")
    counts = mails_by_state()
    page = Paginator(mails(state), PER_PAGE).get_page(request.GET.get("seite"))
    states = [(value, label, counts[value]) for value, label in MailState.choices]
    query = f"stand={state}&" if state in counts else ""
    context = {"page": page, "states": states, "state": state, "total": sum(counts.values()), "page_query": query}
    return render(request, "notifications/outbox_list.html", context)


@require_POST
@people_page
def outbox_send_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a failed mail back into the outbox."""
    mail = get_object_or_404(mails(), pk=pk)
    try:
        outbox.send_again(mail=mail, by=request_desk(request).person, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The mail is on its way again."))
    return redirect("notifications:outbox")
