"""Sending a mail once more: a row of its own that points to the first."""

import datetime
import logging
from email.utils import make_msgid

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from notifications.models import Mail, MailState, MailTopic
from notifications.services.addresses import paused
from notifications.services.outbox import hint_on_commit, mail_host
from offices.errors import ConflictError, DomainError
from offices.models import Person

logger = logging.getLogger("sachstand.outbox")

SENDABLE = (MailState.SENT, MailState.FAILED, MailState.UNKNOWN)
KEY_LENGTH = 120


def why_not(mail: Mail, now: datetime.datetime, *, is_paused: bool = False) -> str:
    """Return in a sentence why ``mail`` cannot be sent once more at ``now``; empty if it can; no query.

    A mail that waits because its address ``is_paused`` can: it may have another address meanwhile.
    """
    if mail.secret:
        return _("This mail carried a code or a link that is gone. Please send a new one instead.")
    if mail.state not in SENDABLE and not (is_paused and mail.state == MailState.DUE):
        return _("This mail has not gone out yet; there is nothing to send again.")
    if not mail.text:
        return _("This mail was never written: nothing was left to say.")
    if mail.obsolete_at and mail.obsolete_at <= now:
        return _("The day of this mail is over. Whatever is still open stands in a newer one.")
    if mail.person is not None and not mail.person.is_active:
        return _("This person no longer works with the service.")
    return ""


def address_for(mail: Mail) -> str:
    """Return where ``mail`` would go now: a person's address may have been corrected meanwhile."""
    return (mail.person.email if mail.person else mail.recipient).strip().lower()


@transaction.atomic
def send_once_more(mail_id: int, *, by: Person, now: datetime.datetime, seen: int, although_sent: bool = False) -> Mail:
    """Put the words of a mail into the outbox once more, at the wish of ``by``; return the new row.

    ``seen`` is how often the page said that it had been sent again before. Raises :class:`ConflictError` when somebody
    has done so since (a second click, for example), :class:`DomainError` when it cannot be sent again, or has been sent
    and nobody has said that they want it all the same. Mail and first row stay as they are. Locks the first row.
    """
    mail = _read(mail_id)
    first = Mail.objects.select_for_update().get(pk=mail.resend_of_id or mail.pk)
    before = first.resends.count()
    if reason := why_not(mail, now, is_paused=mail.recipient in paused([mail.recipient])):
        raise DomainError(reason)
    if before != seen:
        raise ConflictError(_("Somebody has just sent this mail again."))
    if mail.state == MailState.SENT and not although_sent:
        raise DomainError(_("This mail has been sent. Please say that it is to go out once more."))
    if mail.state == MailState.DUE:
        _replace(mail)
    again = _copy(mail, first, before + 2, by, now)
    MailTopic.objects.bulk_create(MailTopic(mail=again, topic=topic) for topic in sorted(_topics(first)))
    logger.info("Mail %s is sent again as %s at the wish of person %s.", first.pk, again.pk, by.pk)
    hint_on_commit(again.pk)
    return again


def _replace(mail: Mail) -> None:
    """Let the copy go in the place of ``mail``, which still waits; not both."""
    waiting = Mail.objects.filter(pk=mail.pk, state=MailState.DUE)
    if not waiting.update(state=MailState.WITHDRAWN, last_error=_("Sent once more, as a mail of its own.")):
        raise ConflictError(_("This mail has just gone out."))


def _read(mail_id: int) -> Mail:
    found: QuerySet[Mail] = Mail.objects.select_related("person")
    return found.get(pk=mail_id)


def _copy(mail: Mail, first: Mail, number: int, by: Person, now: datetime.datetime) -> Mail:
    numbered = f"#{number}"
    return Mail.objects.create(
        kind=first.kind,
        recipient=address_for(mail),
        person=mail.person,
        key=first.key[: KEY_LENGTH - len(numbered)] + numbered,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        message_id=make_msgid(domain=mail_host()),
        created_at=now,
        next_try_at=now,
        obsolete_at=mail.obsolete_at,
        composed_at=mail.composed_at,
        reply_to=mail.reply_to,
        unsubscribe_url=mail.unsubscribe_url,
        resend_of=first,
        wanted_by=by,
    )


def _topics(first: Mail) -> set[str]:
    """Return what the first mail was about, whether it said so itself or by the notices that it bundled."""
    told = first.notices.filter(dropped_at__isnull=True).exclude(topic="")
    return {*first.topics.values_list("topic", flat=True), *told.values_list("topic", flat=True)}
