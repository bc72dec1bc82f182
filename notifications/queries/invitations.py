"""Invitations as the list shows them."""

from django.db.models import QuerySet

from offices.models import Invitation


def invitations() -> QuerySet[Invitation]:
    """Return all invitations, the newest first, with office and inviter."""
    return Invitation.objects.select_related("office", "invited_by").order_by("-sent_at", "-pk")
