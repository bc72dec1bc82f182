"""What was sent, to whom, when, why and with what outcome; and sending it once more."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from notifications.models import MailKind
from notifications.queries import mails
from notifications.queries import outbox as queries
from notifications.queries.addresses import paused_addresses
from notifications.services import addresses
from notifications.services.resending import send_once_more
from offices.access import people_page, request_desk
from offices.errors import DomainError

PK_LENGTH = 19


@require_safe
@people_page
def outbox_list(request: HttpRequest) -> HttpResponse:
    """List mails, the newest first, filtered by the address; what they say is not shown.

    For: coordinators and administrators.
    """
    found = queries.outbox(queries.MailFilters.read(request.GET), request.GET.get("seite"))
    context = {
        "found": found,
        "page": found.page,
        "page_query": found.filters.address,
        "kinds": MailKind.choices,
        "paused": paused_addresses(),
        "coordinates": request_desk(request).is_coordinator,
    }
    return render(request, "notifications/outbox_list.html", context)


@require_safe
@people_page
def outbox_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one mail with its notices, attempts and copies; its words to coordinators alone, a secret to nobody."""
    return render(request, "notifications/outbox_detail.html", {"found": _mail(request, pk)})


@require_http_methods(["GET", "HEAD", "POST"])
@people_page
def outbox_send_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether a mail is to go out once more, and put it into the outbox."""
    found = _mail(request, pk)
    if request.method == "POST":
        seen = request.POST.get("bisher", "")
        try:
            again = send_once_more(
                pk,
                by=request_desk(request).person,
                now=timezone.now(),
                seen=int(seen) if seen.isdecimal() else -1,
                although_sent="trotzdem" in request.POST,
            )
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("notifications:outbox-detail", pk)
        messages.success(request, _("The mail is on its way once more."))
        return redirect("notifications:outbox-detail", again.pk)
    if found.refusal:
        messages.error(request, found.refusal)
        return redirect("notifications:outbox-detail", pk)
    return render(request, "notifications/outbox_send_again.html", {"found": found})


@require_POST
@people_page
def address_resume(request: HttpRequest, pk: int) -> HttpResponse:
    """End the pause of an address: what waits for it goes out."""
    try:
        address = addresses.resume(pk=pk, by=request_desk(request).person, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Mails to %(address)s go out again.") % {"address": address})
    return redirect("notifications:outbox")


@require_POST
@people_page
def addresses_resume(request: HttpRequest) -> HttpResponse:
    """End the pauses of all addresses that the page showed: what waits for them goes out."""
    seen = [int(pk) for pk in request.POST.getlist("adresse") if pk.isdecimal() and len(pk) < PK_LENGTH]
    try:
        number = addresses.resume_all(seen=seen, by=request_desk(request).person, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        text = ngettext(
            "Mails to %(number)d address go out again.", "Mails to %(number)d addresses go out again.", number
        )
        messages.success(request, text % {"number": number})
    return redirect("notifications:outbox")


def _mail(request: HttpRequest, pk: int) -> mails.MailDetail:
    found = mails.mail_detail(request_desk(request), pk, timezone.now())
    if found is None:
        raise Http404
    return found
