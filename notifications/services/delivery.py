"""Delivery: claim a mail, hand it to the mail server, record what came of it.

A mail is claimed by a conditional update, so two workers never send the same one. Between sending and recording a
worker may die; such a mail is sent again after ten minutes under the same Message-ID and marked as possibly double:
better twice than never.
"""

import datetime
import logging
import random
import smtplib
from collections.abc import Callable

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F
from django.utils.translation import gettext as _

from notifications.models import Mail, MailState
from notifications.services.outbox import mail_host

logger = logging.getLogger("sachstand.outbox")

CLAIM_LASTS = datetime.timedelta(minutes=10)
GIVE_UP_AFTER = datetime.timedelta(days=3)
LONGEST_PAUSE_MINUTES = 60
SWEEP_SECONDS = 45
PERMANENT = 500
ERROR_LENGTH = 300


def deliver(mail_id: int, *, now: datetime.datetime, connection: BaseEmailBackend | None = None) -> MailState | None:
    """Deliver one mail that is due at ``now`` and return its new state.

    Returns ``None`` and does nothing when the mail is not due, does not exist, or another worker holds it.
    """
    mail = _claim(mail_id, now)
    if mail is None:
        return None
    if (mail.obsolete_at and mail.obsolete_at <= now) or mail.created_at + GIVE_UP_AFTER <= now:
        return _give_up(mail, mail.last_error or _("Not delivered in time."))
    try:
        _message(mail, connection).send()
    except (smtplib.SMTPException, OSError, ValueError) as error:
        words = f"{type(error).__name__}: {error}"[:ERROR_LENGTH]
        return _give_up(mail, words) if _is_permanent(error) else _try_later(mail, words, now)
    return _sent(mail, now)


def sweep(*, clock: Callable[[], datetime.datetime]) -> int:
    """Deliver what is due over one connection, for at most 45 s; return how many mails were sent.

    Picks up mails whose next try has come and claims older than ten minutes. Stops early when the server does not
    answer: the remaining mails stay due. May run beside another sweep; each mail is claimed by one of them.
    """
    started = clock()
    sent = 0
    connection: BaseEmailBackend = get_connection()
    try:
        for mail_id in _waiting(started):
            now = clock()
            if now - started > datetime.timedelta(seconds=SWEEP_SECONDS):
                break
            state = deliver(mail_id, now=now, connection=connection)
            sent += state == MailState.SENT
            if state == MailState.DUE and not _answers(connection):
                break
    finally:
        _close(connection)
    return sent


def _waiting(now: datetime.datetime) -> list[int]:
    due = Mail.objects.filter(state=MailState.DUE, next_try_at__lte=now)
    stuck = Mail.objects.filter(state=MailState.CLAIMED, claimed_at__lte=now - CLAIM_LASTS)
    return list((due | stuck).order_by("next_try_at", "pk").values_list("pk", flat=True)[:1000])


def _claim(mail_id: int, now: datetime.datetime) -> Mail | None:
    due = Mail.objects.filter(pk=mail_id, state=MailState.DUE, next_try_at__lte=now)
    claimed = due.update(state=MailState.CLAIMED, claimed_at=now, attempts=F("attempts") + 1)
    if not claimed:
        stuck = Mail.objects.filter(pk=mail_id, state=MailState.CLAIMED, claimed_at__lte=now - CLAIM_LASTS)
        claimed = stuck.update(claimed_at=now, attempts=F("attempts") + 1, possibly_double=True)
    return Mail.objects.get(pk=mail_id) if claimed else None


def _message(mail: Mail, connection: BaseEmailBackend | None) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        mail.subject,
        mail.text,
        settings.DEFAULT_FROM_EMAIL,
        [mail.recipient],
        reply_to=[mail.reply_to or settings.CONTACT_EMAIL],
        headers={
            "Message-ID": mail.message_id,
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "List-Id": f"<sachstand.{mail_host()}>",
        },
        connection=connection,
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message


def _is_permanent(error: Exception) -> bool:
    """Say whether no other try can help: the server refused this address or this mail for good.

    A wrong password or sender is refused for good as well, but those are ours to mend, and then the mail goes out.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= PERMANENT for code, _text in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return error.smtp_code >= PERMANENT
    # The mail cannot even be written down, for example because of a line break in the address.
    return isinstance(error, ValueError) and not isinstance(error, OSError)


def _sent(mail: Mail, now: datetime.datetime) -> MailState:
    _record(mail, state=MailState.SENT, sent_at=now, last_error="", **_without_secret(mail))
    return MailState.SENT


def _give_up(mail: Mail, error: str) -> MailState:
    # Mail servers repeat the address in what they say: the reason stands in the outbox, not in the log.
    logger.error("Mail %s cannot be delivered; the outbox says why.", mail.pk)
    _record(mail, state=MailState.FAILED, last_error=error, **_without_secret(mail))
    return MailState.FAILED


def _try_later(mail: Mail, error: str, now: datetime.datetime) -> MailState:
    # Spread by up to a quarter, so that a server that comes back is not met by all mails at once.
    minutes = min(2 ** (mail.attempts - 1), LONGEST_PAUSE_MINUTES) * random.uniform(1, 1.25)  # noqa: S311
    logger.warning("Mail %s waits for another try; the outbox says why.", mail.pk)
    next_try = now + datetime.timedelta(minutes=minutes)
    _record(mail, state=MailState.DUE, last_error=error, next_try_at=next_try)
    return MailState.DUE


def _record(mail: Mail, **outcome: object) -> None:
    # Only the holder of the claim records: a worker that was away for too long must not overwrite its successor.
    Mail.objects.filter(pk=mail.pk, state=MailState.CLAIMED, claimed_at=mail.claimed_at).update(**outcome)


def _without_secret(mail: Mail) -> dict[str, str]:
    return {"text": "", "html": ""} if mail.secret else {}


def _answers(connection: BaseEmailBackend) -> bool:
    try:
        connection.close()
        connection.open()
    except (smtplib.SMTPException, OSError):
        return False
    return True


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except (smtplib.SMTPException, OSError):
        logger.info("The mail server closed the connection first.")
