"""Which mails go next, and the words of those that are written late: a batch ahead of the one that is being sent.

Sign-in codes go before everything else, and invitations before what is left. Words are stored before the first
sending, so the outbox knows what was said. A mail that has nothing left to say is withdrawn.
"""

import datetime
import logging
from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from notifications.models import Mail, MailKind, MailState, PausedAddress
from notifications.services import readers
from notifications.services.composing import Composed, Composer, composer_of

logger = logging.getLogger("sachstand.outbox")

BATCH = 250
"""Reading a batch costs some twenty statements, however many mails are in it."""
CARRIED = (
    "kind", "recipient", "subject", "text", "html", "secret", "message_id", "attempts", "obsolete_at", "composed_at",
    "reply_to", "unsubscribe_url", "possibly_double", "person",
)  # fmt: skip
"""What the carrying needs of a mail; reading all of it would take as long as claiming it."""
PUT_OFF = datetime.timedelta(minutes=10)
SUBJECT_LENGTH = 250
ERROR_LENGTH = 300


def due(now: datetime.datetime) -> QuerySet[Mail]:
    """Return the mails whose next try has come, without those to paused addresses.

    A sign-in code is tried all the same: somebody sits there and waits for it.
    """
    is_paused = PausedAddress.objects.filter(address=OuterRef("recipient"), ended_at=None)
    may_go = Q(kind=MailKind.SIGN_IN_CODE) | ~Q(Exists(is_paused))
    return Mail.objects.filter(may_go, state=MailState.DUE, next_try_at__lte=now)


def next_batch(*, now: datetime.datetime, only_codes: bool = False) -> list[Mail]:
    """Return the next mails to send, each with its words: codes or, if there are none, invitations, or the others.

    Withdraws what has nothing left to say. An empty list says that nothing is due.
    """
    seen: set[int] = set()
    while True:
        waiting = due(now).exclude(pk__in=seen)
        mails = _first(waiting.filter(kind=MailKind.SIGN_IN_CODE))
        if not only_codes:
            mails = mails or _first(waiting.filter(kind=MailKind.INVITATION)) or _first(waiting)
        ready = prepare(mails, now=now)
        if ready or not mails:
            return ready
        # Another worker writes these at this moment, or they have nothing to say: on to those behind them.
        seen |= {mail.pk for mail in mails}


def prepare(mails: Iterable[Mail], *, now: datetime.datetime) -> list[Mail]:
    """Return those of ``mails`` that may be sent, in their order; write or rewrite what is written late.

    What its reader may not read any more is withdrawn.
    """
    mails = readers.still_meant(mails, now=now)
    unsure = {kind: composer_of(kind) for kind in {mail.kind for mail in mails}}
    if not any(unsure.values()) and all(mail.composed_at for mail in mails):
        return mails
    # What may have arrived is sent again as it is, whatever has been done since.
    ready = {mail.pk: mail for mail in mails if mail.composed_at and (not unsure[mail.kind] or mail.possibly_double)}
    for kind, composer in unsure.items():
        of_kind = [mail for mail in mails if mail.kind == kind and mail.pk not in ready]
        ready |= {mail.pk: mail for mail in _written(of_kind, composer, now)}
    return [ready[mail.pk] for mail in mails if mail.pk in ready]


def _first(mails: QuerySet[Mail]) -> list[Mail]:
    return list(mails.only(*CARRIED).order_by("next_try_at", "pk")[:BATCH])


def _written(mails: list[Mail], composer: Composer | None, now: datetime.datetime) -> list[Mail]:
    """Return ``mails`` with words that hold; what one of them breaks does not hold up the others."""
    try:
        return _compose(mails, composer, now)
    except Exception:
        if len(mails) > 1:
            return [written for mail in mails for written in _written([mail], composer, now)]
        if not mails:
            return []
        logger.exception("Mail %s cannot be written; it waits.", mails[0].pk)
        Mail.objects.filter(pk=mails[0].pk, state=MailState.DUE).update(
            next_try_at=now + PUT_OFF, last_error=_("This mail could not be written. The log says why.")
        )
        return []


def _compose(mails: list[Mail], composer: Composer | None, now: datetime.datetime) -> list[Mail]:
    if composer is None:
        raise LookupError("Nobody writes mails of this kind.")
    written = [mail for mail in mails if mail.composed_at]
    stale = composer.stale([mail.pk for mail in written]) if written else set()
    valid = [mail for mail in written if mail.pk not in stale]
    wordless = {mail.pk for mail in mails if not mail.composed_at} | stale
    if not wordless:
        return valid
    with transaction.atomic():
        # What another worker is writing at this moment is left to it.
        mine = Mail.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            state=MailState.DUE, possibly_double=False
        )
        locked = [mail for mail in mine.filter(pk__in=wordless) if not mail.composed_at or mail.pk in stale]
        words = composer.compose(locked, now=now) if locked else {}
        _withdraw([mail for mail in locked if mail.pk not in words])
        new = [_with_words(mail, words[mail.pk], now) for mail in locked if mail.pk in words]
        _store(new)
    return [*valid, *new]


def _withdraw(mails: list[Mail]) -> None:
    Mail.objects.filter(pk__in=[mail.pk for mail in mails]).update(state=MailState.WITHDRAWN)


def _with_words(mail: Mail, words: Composed, now: datetime.datetime) -> Mail:
    mail.subject = " ".join(words.subject.split())[:SUBJECT_LENGTH]
    mail.text, mail.html, mail.composed_at = words.text, words.html, now
    return mail


def _store(mails: list[Mail]) -> None:
    if not mails:
        return
    table = Mail._meta.db_table  # noqa: SLF001 - Django's documented API
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET subject = %s, text = %s, html = %s, composed_at = %s WHERE id = %s",  # noqa: S608 - a table of our own
            [(mail.subject, mail.text, mail.html, adapt(mail.composed_at), mail.pk) for mail in mails],
        )
