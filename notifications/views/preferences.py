"""What somebody wants to hear of by mail, and switching it off by the link in a mail."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notifications.forms import PreferencesForm
from notifications.models import Delivery
from notifications.services import preferences as service
from notifications.services.preferences import masked
from offices.access import request_desk, staff_page
from offices.errors import DomainError


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def preferences(request: HttpRequest) -> HttpResponse:
    """Show and keep how one hears of what happens."""
    desk = request_desk(request)
    kinds = service.news_for(desk)
    if request.method == "POST":
        form = PreferencesForm(request.POST, kinds=kinds)
        if form.is_valid():
            try:
                service.choose(by=desk.person, wanted=form.wanted())
            except DomainError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("Your choice is kept."))
                return redirect("notifications:preferences")
    else:
        form = PreferencesForm(kinds=kinds, initial=service.deliveries_of(desk.person, kinds))
    status = 422 if form.errors else 200
    return render(request, "notifications/preferences.html", {"form": form}, status=status)


# Mail programs send what RFC 8058 asks for, without a form of ours; the signed address alone says who and what.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether one kind of news shall stop, and stop it; open to whoever holds the link.

    Opening the link stops nothing: some mail programs do that by themselves.
    """
    found = service.read_unsubscribe(token)
    if found is None:
        return render(request, "notifications/unsubscribe_unknown.html", status=404)
    person, kind = found
    if request.method == "POST":
        service.choose(by=person, wanted={kind: Delivery.OFF})
    context = {
        "kind": kind,
        "done": request.method == "POST",
        "is_off": service.deliveries_of(person, [kind])[kind] == Delivery.OFF,
        "may_be_daily": Delivery.DAILY in service.choices_of(kind),
        "address": masked(person.email),
    }
    return render(request, "notifications/unsubscribe.html", context)
