"""One's own account."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from offices.access import request_desk
from offices.queries.people import roles_of


@require_safe
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Show name, address and roles; open to everybody who is signed in, even when the last role has just ended."""
    person = request_desk(request).person
    return render(
        request,
        "offices/account.html",
        {"person": person, "memberships": roles_of(person, timezone.localdate())},
    )
