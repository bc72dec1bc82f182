"""Invitations as the list shows them."""

from django.db.models import QuerySet

from offices.models import Invitation, Office, Role


def invitations() -> QuerySet[Invitation]:
    """Return all invitations, the newest first, with office and inviter."""
    return Invitation.objects.select_related("office", "invited_by").order_by("-sent_at", "-pk")


def open_invitations_to(office: Office) -> list[Invitation]:
    """Return the unanswered invitations of clerks to ``office``, expired ones too, the newest first; one query."""
    return list(invitations().filter(office=office, role=Role.CLERK, accepted_at=None, withdrawn_at=None))
