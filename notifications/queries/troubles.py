"""What did not arrive: addresses to which nothing is sent at the moment, and mails that were given up."""

import datetime
from dataclasses import dataclass

from django.db.models import Q

from notifications.models import Mail, MailState, PausedAddress

NAMED = 5


@dataclass(frozen=True, slots=True)
class Troubles:
    """The paused addresses, the newest first, and how many mails have failed or come back lately."""

    paused: list[PausedAddress]
    failed: int

    @property
    def named(self) -> list[PausedAddress]:
        """The first of the paused addresses."""
        return self.paused[:NAMED]

    @property
    def unnamed(self) -> int:
        """How many paused addresses there are beside those."""
        return max(0, len(self.paused) - NAMED)

    def __bool__(self) -> bool:
        return bool(self.paused or self.failed)


def troubles(since: datetime.datetime) -> Troubles:
    """Return what does not arrive now, and what has failed of the mails since then; two queries.

    A mail that was sent again is not counted: its successor says what became of it.
    """
    lost = Mail.objects.filter(Q(state=MailState.FAILED) | Q(bounced_at__isnull=False))
    return Troubles(
        paused=list(PausedAddress.objects.filter(ended_at__isnull=True).order_by("-since", "-pk")),
        failed=lost.filter(created_at__gte=since, resends__isnull=True).count(),
    )
