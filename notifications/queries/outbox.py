"""The outbox as the list shows it: never what the mails say."""

from django.db.models import Count, QuerySet

from notifications.models import Mail, MailState


def mails(state: str = "") -> QuerySet[Mail]:
    """Return the mails in ``state`` (all, if it is no state), the newest first, without their bodies."""
    found = Mail.objects.defer("text", "html").order_by("-created_at", "-pk")
    return found.filter(state=state) if state in MailState.values else found


def mails_by_state() -> dict[str, int]:
    """Return how many mails stand in each state; one query."""
    counted = dict(Mail.objects.order_by().values_list("state").annotate(Count("pk")))
    return {state: counted.get(state, 0) for state in MailState.values}
