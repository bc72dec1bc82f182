"""Claims on mails: whoever holds one sends the mail, and nobody else.

A worker holds one mail at a time. One statement records that the last mail was sent and claims the next one, so a
worker that dies leaves exactly one mail of which nobody knows whether it arrived.
"""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.db import OperationalError, connection
from django.db.models import F
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn

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
PARAMETERS = ("next", "sent", "now", "composed_at", "sent_at", "claimed_at")
_FOR_POSTGRESQL = (_RECORD_AND_CLAIM % {name: f"${place}" for place, name in enumerate(PARAMETERS, 1)}).encode()


@dataclass(slots=True)
class Claim:
    """Whether a mail is ours."""

    held: bool = False


@contextmanager
def claiming(mail: Mail, *, now: datetime.datetime, sent: Mail | None = None) -> Iterator[Claim]:
    """Claim ``mail`` and record in the same statement that ``sent``, which this worker holds, has been sent.

    What stands in the block may go on meanwhile, but must neither use the database nor let the mail's text leave.
    Afterwards the claim is held if the mail was still due and its words are those that were read.
    """
    if sent and sent.secret:
        record_sent(sent)
        sent = None
    claim = Claim()
    # In the order of PARAMETERS.
    values: dict[str, int | datetime.datetime | None] = {
        "next": mail.pk,
        "sent": sent.pk if sent else 0,
        "now": now,
        "composed_at": mail.composed_at,
        "sent_at": sent.sent_at if sent else now,
        "claimed_at": sent.claimed_at if sent else now,
    }
    with _asked(values) as changed:
        yield claim
    claim.held = mail.pk in changed
    if claim.held:
        mail.claimed_at = now
        mail.attempts += 1


@contextmanager
def _asked(values: dict[str, int | datetime.datetime | None]) -> Iterator[set[int]]:
    """Run the statement; afterwards the set holds those of the two mails that it changed.

    PostgreSQL works beside the block: it is asked before and its answer is read afterwards, which Django's cursors
    cannot do.
    """
    changed: set[int] = set()
    connection.ensure_connection()
    if connection.vendor == "postgresql" and connection.connection.autocommit:
        server = connection.connection.pgconn
        server.send_query_params(_FOR_POSTGRESQL, [str(value).encode() for value in values.values()])
        server.flush()
        try:
            yield changed
        finally:
            changed |= _answer(server)
        return
    adapt = connection.ops.adapt_datetimefield_value
    adapted = {name: value if isinstance(value, int) else adapt(value) for name, value in values.items()}
    with connection.cursor() as cursor:
        cursor.execute(_RECORD_AND_CLAIM, adapted)
        changed.update(pk for (pk,) in cursor.fetchall())
    yield changed


def _answer(server: PGconn) -> set[int]:
    results = list(iter(server.get_result, None))
    if not results or any(result.status != ExecStatus.TUPLES_OK for result in results):
        raise OperationalError(server.get_error_message())
    return {int(result.get_value(row, 0) or 0) for result in results for row in range(result.ntuples)}


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
