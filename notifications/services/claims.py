"""Claims on mails: whoever holds one sends the mail, and nobody else.

A worker holds one mail at a time. One statement records that the last mail was sent and claims the next one, so a
worker that dies leaves exactly one mail of which nobody knows whether it arrived.
"""

import datetime
from contextlib import ExitStack

import psycopg
from django.conf import settings
from django.db import connection
from django.db.models import F

from notifications.models import Mail, MailState

_MAILS = Mail._meta.db_table  # noqa: SLF001 - Django's documented API

_RECORD_AND_CLAIM = f"""
    UPDATE {_MAILS}
    SET state = CASE WHEN id = %(next)s THEN '{MailState.CLAIMED}' ELSE '{MailState.SENT}' END,
        attempts = CASE WHEN id = %(next)s THEN attempts + 1 ELSE attempts END,
        claimed_at = CASE WHEN id = %(next)s THEN %(now)s ELSE claimed_at END,
        sent_at = CASE WHEN id = %(next)s THEN sent_at ELSE %(sent_at)s END,
        last_error = CASE WHEN id = %(next)s THEN last_error ELSE '' END
    WHERE id IN (%(next)s, %(sent)s)
      AND CASE WHEN id = %(next)s
               THEN state = '{MailState.DUE}' AND next_try_at <= %(now)s AND composed_at = %(composed_at)s
               ELSE state = '{MailState.CLAIMED}' AND claimed_at = %(claimed_at)s END
    RETURNING id
"""  # noqa: S608 - names and states of our own


def claim(mail: Mail, *, now: datetime.datetime, sent: Mail | None = None) -> bool:
    """Claim ``mail`` and record in the same statement that ``sent``, which this worker holds, has been sent.

    Return whether ``mail`` is ours now: it is if it is still due and its words are those that were read.
    """
    if sent and sent.secret:
        record_sent(sent)
        sent = None
    claimed = mail.pk in _changed(
        next=mail.pk,
        sent=sent.pk if sent else 0,
        now=now,
        composed_at=mail.composed_at,
        sent_at=sent.sent_at if sent else now,
        claimed_at=sent.claimed_at if sent else now,
    )
    if claimed:
        mail.claimed_at = now
        mail.attempts += 1
    return claimed


def _changed(**values: int | datetime.datetime | None) -> set[int]:
    """Run the statement and return which of the two mails it changed.

    On PostgreSQL it is prepared by the server, which Django's cursors cannot do: planning would cost more than doing.
    """
    connection.ensure_connection()
    with ExitStack() as stack:
        if connection.vendor == "postgresql":
            stack.enter_context(connection.wrap_database_errors)
            cursor = stack.enter_context(psycopg.Cursor(connection.connection))
            cursor.execute(_RECORD_AND_CLAIM, values, prepare=True)
            return {pk for (pk,) in cursor}
        adapt = connection.ops.adapt_datetimefield_value
        adapted = {name: value if isinstance(value, int) else adapt(value) for name, value in values.items()}
        plain = stack.enter_context(connection.cursor())
        plain.execute(_RECORD_AND_CLAIM, adapted)
        return {pk for (pk,) in plain.fetchall()}


def record_sent(mail: Mail) -> None:
    """Record that ``mail`` has been sent at its ``sent_at``."""
    record(mail, state=MailState.SENT, sent_at=mail.sent_at, last_error="", **without_secret(mail))


def record(mail: Mail, **outcome: object) -> None:
    """Record what came of a claimed mail.

    Only the holder of the claim records: a worker that was away for too long must not overwrite its successor.
    """
    Mail.objects.filter(pk=mail.pk, state=MailState.CLAIMED, claimed_at=mail.claimed_at).update(**outcome)


def put_back(mail: Mail) -> None:
    """Give up the claim on a mail that was never handed over; it stays due, and the try does not count."""
    record(mail, state=MailState.DUE, attempts=F("attempts") - 1)


def take_over(*, now: datetime.datetime) -> int:
    """Make those mails due again whose worker has not been heard of for ``MAIL_CLAIM_SECONDS``; return how many.

    Nobody can know whether they were sent, so they are marked as possibly double.
    """
    lasts = datetime.timedelta(seconds=settings.MAIL_CLAIM_SECONDS)
    stuck = Mail.objects.filter(state=MailState.CLAIMED, claimed_at__lte=now - lasts)
    return stuck.update(state=MailState.DUE, next_try_at=now, possibly_double=True)


def without_secret(mail: Mail) -> dict[str, str]:
    """Return what to write so that a code or link does not outlive its mail."""
    return {"text": "", "html": ""} if mail.secret else {}
