"""Bounces: a mail that was taken by our relay and came back later."""

import datetime
import logging
from enum import Enum, auto

from django.db import transaction
from django.utils.translation import gettext as _

from notifications.models import Mail
from notifications.services.addresses import pause
from notifications.services.messages import UndeliverableAddressError, envelope_address
from notifications.services.refusals import names_recipient, tidy
from notifications.status_notifications import RecipientStatus, StatusNotification
from offices.errors import DomainError

logger = logging.getLogger("sachstand.outbox")


class Recorded(Enum):
    """What came of a notification."""

    BOUNCED = auto()
    """The mail has not arrived."""
    PAUSED = auto()
    """The mail has not arrived, and its address is paused."""
    DELAYED = auto()
    """It has not arrived yet; that is noted beside the mail."""
    NOTHING = auto()
    """It says that the mail has arrived, or was passed on."""


@transaction.atomic
def record(notification: StatusNotification, *, now: datetime.datetime) -> tuple[Mail, Recorded]:
    """Record what a notification says of a mail of ours; a second call with the same one changes nothing more.

    Raises :class:`DomainError` and changes nothing when there is no such mail, or it went to somebody else: whoever
    does not have the mail cannot know its Message-ID, and so cannot pause an address.
    """
    mail = Mail.objects.select_for_update(of=("self",)).filter(message_id=notification.message_id).first()
    if mail is None:
        raise DomainError(_("No mail of ours has this Message-ID."))
    status = next((one for one in notification.recipients if _ours(mail) & one.addresses), None)
    if status is None:
        raise DomainError(_("The notification is about another recipient than that of our mail."))
    recorded = _recorded(mail, status, now)
    logger.info("A notification about mail %s is recorded: %s.", mail.pk, recorded.name.lower())
    return mail, recorded


def _recorded(mail: Mail, status: RecipientStatus, now: datetime.datetime) -> Recorded:
    words = tidy(f"{status.status} {status.words}" if status.status not in status.words else status.words)
    if status.action == "delayed":
        if mail.bounced_at is None:
            _note(mail, _("Delayed: %(reason)s") % {"reason": words})
        return Recorded.DELAYED
    if status.action != "failed":
        return Recorded.NOTHING
    for_good = names_recipient(status.status)
    # Once: a coordinator may have ended the pause since.
    if mail.bounced_at is None:
        mail.bounced_at = now
        _note(mail, _("Came back: %(reason)s") % {"reason": words})
        if for_good:
            pause(address=mail.recipient, reason=words, mail=mail, now=now)
    return Recorded.PAUSED if for_good else Recorded.BOUNCED


def _note(mail: Mail, words: str) -> None:
    mail.last_error = tidy(words)
    mail.save(update_fields=["bounced_at", "last_error"])


def _ours(mail: Mail) -> set[str]:
    try:
        return {mail.recipient.lower(), envelope_address(mail.recipient).lower()}
    except UndeliverableAddressError:
        return {mail.recipient.lower()}
