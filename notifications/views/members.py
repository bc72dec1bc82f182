"""The people of an office, for its heads: who works there, who is invited, whose work ends."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from notifications.forms import ClerkInvitationForm, EndMembershipForm
from notifications.queries.invitations import open_invitations_to
from notifications.services import invitations
from offices.access import Desk, head_page, request_desk
from offices.errors import DomainError
from offices.models import Office, Role
from offices.queries.members import members_of, membership_in, offices_by_id
from offices.services.absences import enterable
from offices.services.members import end_membership, may_end


@require_safe
@head_page
def office_own(request: HttpRequest) -> HttpResponse:
    """Lead to the people of one's own office; of several, to the first."""
    offices = offices_by_id(request_desk(request).signing_for, timezone.localdate())
    if not offices:
        raise Http404
    return redirect("notifications:office-people", offices[0].pk)


@require_safe
@head_page
def office_people(request: HttpRequest, pk: int) -> HttpResponse:
    """List heads and clerks, their absences, and the invitations that nobody has answered yet."""
    desk, today = request_desk(request), timezone.localdate()
    offices = offices_by_id(desk.signing_for, today)
    office = _one_of(offices, pk)
    members = members_of(office, today)
    enterable_for = enterable(desk.person, [one.membership.person for one in members], today)
    rows = [
        {
            "member": one,
            "may_end": may_end(desk.person, one.membership, today),
            "may_enter": one.membership.person_id in enterable_for,
        }
        for one in members
    ]
    context = {
        "office": office,
        "offices": offices if len(offices) > 1 else [],
        "rows": rows,
        "invitations": open_invitations_to(office),
        "person": desk.person,
        "today": today,
        "now": timezone.now(),
    }
    return render(request, "notifications/office_people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@head_page
def office_invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form and invite a clerk to the office."""
    desk, today = request_desk(request), timezone.localdate()
    office = _own(desk, pk)
    form = ClerkInvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invitations.invite(
                **form.cleaned_data, role=Role.CLERK, office=office, by=desk.person, now=timezone.now(), today=today
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            email = form.cleaned_data["email"]
            messages.success(request, _("The invitation to %(email)s is on its way.") % {"email": email})
            return redirect("notifications:office-people", office.pk)
    status = 422 if form.errors else 200
    return render(request, "notifications/office_invite.html", {"form": form, "office": office}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@head_page
def office_member_end(request: HttpRequest, pk: int, member: int) -> HttpResponse:
    """Ask for the last day and let somebody's work for the office end."""
    desk, today = request_desk(request), timezone.localdate()
    office = _own(desk, pk)
    membership = membership_in(office, member, today)
    if membership is None or not may_end(desk.person, membership, today):
        raise Http404
    form = EndMembershipForm(request.POST or None, initial={"last_day": today})
    if request.method == "POST" and form.is_valid():
        try:
            ended = end_membership(membership=membership, by=desk.person, today=today, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            said = {"name": ended.person.name, "day": date_format(form.cleaned_data["last_day"], "d.m.Y")}
            messages.success(request, _("%(name)s works for the office until %(day)s.") % said)
            return redirect("notifications:office-people", office.pk)
    status = 422 if form.errors else 200
    context = {"form": form, "office": office, "membership": membership}
    return render(request, "notifications/office_member_end.html", context, status=status)


def _own(desk: Desk, pk: int) -> Office:
    return _one_of(offices_by_id(desk.signing_for, timezone.localdate()), pk)


def _one_of(offices: list[Office], pk: int) -> Office:
    """Return the office if it is one of these; others do not exist for this person."""
    office = next((one for one in offices if one.pk == pk), None)
    if office is None:
        raise Http404
    return office
