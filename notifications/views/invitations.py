"""Pages of the invitations: for those who look after people, and for the person who is invited."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from notifications.forms import AcceptForm, InvitationForm
from notifications.queries.invitations import invitations
from notifications.services import invitations as service
from offices.access import people_page, request_desk, staff_page
from offices.errors import DomainError
from offices.models import Invitation, Role
from offices.services.invitations import may_invite
from offices.views.sign_in import ADDRESS_IN_SESSION

PER_PAGE = 50


@require_safe
@people_page
def invitation_list(request: HttpRequest) -> HttpResponse:
    """List all invitations and what became of them."""
    page = Paginator(invitations(), PER_PAGE).get_page(request.GET.get("seite"))
    may_all = may_invite(request_desk(request).person, Role.ADMINISTRATOR, timezone.localdate())
    return render(request, "notifications/invitation_list.html", {"page": page, "now": timezone.now(), "all": may_all})


@require_http_methods(["GET", "HEAD", "POST"])
@people_page
def invitation_create(request: HttpRequest) -> HttpResponse:
    """Show the form and send an invitation."""
    by, today = request_desk(request).person, timezone.localdate()
    form = InvitationForm(request.POST or None, by=by, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            service.invite(**form.cleaned_data, by=by, now=timezone.now(), today=today)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, _("The invitation to %(email)s is on its way.") % {"email": form.cleaned_data["email"]}
            )
            return redirect("notifications:invitation-list")
    status = 422 if form.errors else 200
    return render(request, "notifications/invitation_form.html", {"form": form}, status=status)


@require_POST
@staff_page
def invitation_repeat(request: HttpRequest, pk: int) -> HttpResponse:
    """Send an invitation again."""
    invitation = _mine(request, pk)
    try:
        service.repeat(
            invitation=invitation, by=request_desk(request).person, now=timezone.now(), today=timezone.localdate()
        )
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The invitation to %(email)s is on its way.") % {"email": invitation.email})
    return _back(request, invitation)


@require_POST
@staff_page
def invitation_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw an invitation."""
    invitation = _mine(request, pk)
    try:
        service.withdraw(
            invitation=invitation, by=request_desk(request).person, now=timezone.now(), today=timezone.localdate()
        )
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The invitation to %(email)s is withdrawn.") % {"email": invitation.email})
    return _back(request, invitation)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """Show what one is invited to and accept it; open to whoever holds the link, which opening alone never uses up."""
    invitation = service.find(token)
    if invitation is None:
        raise Http404
    now, today = timezone.now(), timezone.localdate()
    form = AcceptForm(request.POST or None, initial={"name": invitation.name})
    if request.method == "POST" and invitation.is_open(now) and form.is_valid():
        try:
            person = service.accept(token=token, name=form.cleaned_data["name"], now=now, today=today)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            request.session[ADDRESS_IN_SESSION] = person.email
            messages.success(request, _("Welcome. Now ask for your first code and sign in."))
            return redirect("account_login")
    is_open = invitation.is_open(now)
    status = (422 if form.errors else 200) if is_open else 410
    context = {"invitation": invitation, "is_open": is_open, "form": form}
    return render(request, "notifications/invitation_accept.html", context, status=status)


def _mine(request: HttpRequest, pk: int) -> Invitation:
    """Return the invitation if the person may look after it; to others it does not exist."""
    invitation = get_object_or_404(invitations(), pk=pk)
    by, today = request_desk(request).person, timezone.localdate()
    if not may_invite(by, invitation.role, today, office=invitation.office):
        raise Http404
    return invitation


def _back(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Go on to the list from which the invitation was looked after."""
    desk = request_desk(request)
    if desk.is_administrator or desk.is_coordinator:
        return redirect("notifications:invitation-list")
    return redirect("notifications:office-people", invitation.office_id)
