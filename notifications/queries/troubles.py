"""What did not arrive: addresses to which nothing is sent at the moment, and mails that were given up."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, Q

from notifications.models import Mail, MailState, PausedAddress

NAMED = 5


@dataclass(frozen=True, slots=True)
class Troubles:
    """The paused addresses, the newest first, and how many mails have lately failed, or come back."""

    paused: list[PausedAddress]
    failed: int
    bounced: int

    @property
    def named(self) -> list[PausedAddress]:
        """The first of the paused addresses."""
        return self.paused[:NAMED]

    @property
    def unnamed(self) -> int:
        """How many paused addresses there are beside those."""
        return max(0, len(self.paused) - NAMED)

    def __bool__(self) -> bool:
        return bool(self.paused or self.failed or self.bounced)


def troubles(since: datetime.datetime) -> Troubles:
    """Return what does not arrive now, and what has failed of the mails planned since then; two queries.

    A mail that was sent again is not counted: its successor says what became of it.
    """
    failed, bounced = Q(state=MailState.FAILED), Q(bounced_at__isnull=False)
    lost = Mail.objects.filter(failed | bounced, created_at__gte=since, resends__isnull=True)
    counts = lost.aggregate(failed=Count("pk", filter=failed), bounced=Count("pk", filter=bounced))
    return Troubles(
        paused=list(PausedAddress.objects.filter(ended_at__isnull=True).order_by("-since", "-pk")),
        failed=counts["failed"],
        bounced=counts["bounced"],
    )
