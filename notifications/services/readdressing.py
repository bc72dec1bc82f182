"""Mails that wait follow their readers to a corrected address."""

import datetime
import logging

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from notifications.models import Mail, MailState
from notifications.services.readers import OF_THE_ACCOUNT

logger = logging.getLogger("sachstand.outbox")


def follow(*, now: datetime.datetime, mail_id: int | None = None) -> int:
    """Let what waits for a person, and was never handed over, go to their address of now; return how many mails moved.

    Looks at one mail alone if told so. Mails about the account stay with the address that they are about. Where the
    same mail has been written to the new address already, the old one is withdrawn. One query if nobody has moved.
    """
    waiting = Mail.objects.filter(state=MailState.DUE, possibly_double=False, person__isnull=False)
    if mail_id is not None:
        waiting = waiting.filter(pk=mail_id)
    moved = (
        waiting.exclude(kind__in=OF_THE_ACCOUNT)
        .annotate(address_now=Lower("person__email"))
        .exclude(address_now=Lower(F("recipient")))
        .only("kind", "key", "composed_at")
    )
    return sum(_move(mail, mail.address_now, now) for mail in moved)


@transaction.atomic
def _move(mail: Mail, address: str, now: datetime.datetime) -> int:
    waiting = Mail.objects.filter(pk=mail.pk, state=MailState.DUE, possibly_double=False)
    if Mail.objects.filter(kind=mail.kind, recipient=address, key=mail.key).exists():
        words = _("Not sent: the same mail goes to this person's new address.")
        waiting.update(state=MailState.WITHDRAWN, last_error=words)
        return 0
    logger.info("Mail %s follows its reader to a new address.", mail.pk)
    # Written at another moment: whoever has read the mail before does not get hold of it any more.
    composed_at = now if mail.composed_at else None
    return waiting.update(recipient=address, composed_at=composed_at, next_try_at=now, attempts=0, last_error="")
