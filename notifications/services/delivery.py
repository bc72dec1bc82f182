"""Delivery: claim a mail, hand it to the mail server, record what came of it.

A mail is claimed by a conditional update, so two workers never send the same one. Between sending and recording a
worker may die; such a mail is sent again after ``MAIL_CLAIM_SECONDS`` under the same Message-ID and marked as possibly
double: better twice than never.
"""

import datetime
import logging
import random
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from itertools import zip_longest

from django.db import transaction
from django.utils.translation import gettext as _

from notifications.models import Mail, MailKind, MailState
from notifications.services import addresses, claims, outdated, preparing, rate, readdressing
from notifications.services.refusal_rows import RefusalRow
from notifications.services.refusals import Answer, Outcome
from notifications.services.relay import Relay, relay

logger = logging.getLogger("sachstand.outbox")

Clock = Callable[[], datetime.datetime]

SWEEP_FOR = datetime.timedelta(seconds=45)
WORDS_HOLD_FOR = datetime.timedelta(seconds=5)
"""After so long the next batch is read: what is urgent goes first, and what has been done is not asked for."""
LAST_ATTEMPT = 80
"""With the pauses between them, the attempts at a mail take some three days."""
LONGEST_PAUSE_MINUTES = 60
ERROR_LENGTH = 300
TROUBLE_IN_A_ROW = 3
"""So many mails in a row that broke the connection, or that the server would not relay for us, end the sweep."""
REFUSED_FOR_GOOD = {Answer.NO_SUCH_ADDRESS, Answer.REFUSED}
TROUBLE = {Answer.CLOSED, Answer.IN_DOUBT, Answer.DENIED}


def deliver(mail_id: int, *, now: datetime.datetime) -> MailState | None:
    """Deliver one mail that is due at ``now`` and return its state afterwards.

    Returns ``None`` and does nothing when the mail is not due, does not exist, or its address is paused, and when
    another worker holds it. When the mail server does not answer, it stays due.
    """
    readdressing.follow(now=now, mail_id=mail_id)
    mail = preparing.due(now).filter(pk=mail_id).first()
    if mail is None:
        return None
    outdated.give_up(now=now)
    with closing(relay()) as way_out:
        Courier(way_out, clock=lambda: now).carry(preparing.prepare([mail], now=now))
    mail.refresh_from_db(fields=["state"])
    return None if mail.state == MailState.CLAIMED else MailState(mail.state)


def sweep(*, clock: Clock) -> int:
    """Deliver what is due over one connection, for at most 45 s; return how many mails were sent.

    Takes over what crashed workers left behind. Stops early when the server does not answer or this minute's mails are
    used up: the remaining mails stay due. May run beside other sweeps; each mail is claimed by one of them.
    """
    begun = clock()
    claims.take_over(now=begun)
    outdated.give_up(now=begun)
    readdressing.follow(now=begun)
    with closing(relay()) as way_out:
        courier = Courier(way_out, clock=clock, until=begun + SWEEP_FOR)
        while not courier.stopped:
            batch = preparing.next_batch(now=clock(), only_codes=courier.only_codes)
            # Where others have claimed the whole batch, others are at work.
            if not courier.carry(batch):
                break
    return courier.sent


class Courier:
    """Carries mails to the mail server and records what came of each; holds one claim at a time.

    ``stopped`` says that it makes no sense to bring more now, ``only_codes`` that only sign-in codes still fit
    into this minute.
    """

    def __init__(self, way_out: Relay, *, clock: Clock, until: datetime.datetime | None = None) -> None:
        self._relay = way_out
        self._clock = clock
        self._until = until
        self._to_record: Mail | None = None
        self._refused: set[str] = set()
        self._row = RefusalRow()
        self._trouble = 0
        self.sent = 0
        self.stopped = False
        self.only_codes = False

    def carry(self, mails: list[Mail]) -> bool:
        """Deliver ``mails`` in their order, as long as their words hold; return whether this changed anything."""
        begun = self._clock()
        moved = False
        # What was refused before and stands in a new batch, somebody has resumed meanwhile: it is tried again.
        self._refused.clear()
        try:
            for mail, ahead in zip_longest(mails, mails[1:]):
                now = self._clock()
                self.stopped |= self._until is not None and now > self._until
                if self.stopped or now - begun > WORDS_HOLD_FOR:
                    break
                full = self.only_codes
                moved |= self._carry(mail, ahead, now)
                if self.only_codes and not full:
                    return True
        finally:
            self._record_sent()
        return moved

    def _carry(self, mail: Mail, ahead: Mail | None, now: datetime.datetime) -> bool:
        if mail.recipient in self._refused and mail.kind != MailKind.SIGN_IN_CODE:
            return True
        if outdated.is_over(mail, now):
            return bool(outdated.give_up(now=now))
        if error := self._relay.open():
            self._server_is_away(error, now)
            return False
        if not self._fits(mail, now):
            return False
        sent, self._to_record = self._to_record, None
        with claims.claiming(mail, now=now, sent=sent) as claim:
            refusal = self._relay.announce(mail, now=now)
        if not claim.held:
            self._relay.forget()
            rate.give_back(now=now)
            return False
        outcome = refusal or self._relay.hand_over(mail, now=now, ahead=ahead)
        self._settle(mail, self._once_more(mail, now) if outcome.answer is Answer.CLOSED else outcome, now)
        return True

    def _fits(self, mail: Mail, now: datetime.datetime) -> bool:
        urgent = mail.kind == MailKind.SIGN_IN_CODE
        if rate.take(urgent=urgent, now=now):
            return True
        self.stopped |= urgent
        self.only_codes = True
        return False

    def _once_more(self, mail: Mail, now: datetime.datetime) -> Outcome:
        if error := self._relay.open():
            return Outcome(Answer.AWAY, error)
        return self._relay.hand_over(mail, now=now)

    def _settle(self, mail: Mail, outcome: Outcome, now: datetime.datetime) -> None:
        self._trouble = self._trouble + 1 if outcome.answer in TROUBLE else 0
        self.stopped |= self._trouble >= TROUBLE_IN_A_ROW
        if outcome.answer not in REFUSED_FOR_GOOD:
            self._row.end()
        if outcome.answer is Answer.TAKEN:
            self.sent += 1
            mail.sent_at = self._clock()
            self._to_record = mail
        elif outcome.answer is Answer.AWAY:
            claims.put_back(mail)
            rate.give_back(now=now)
            self._server_is_away(outcome.words, now)
        elif outcome.answer in REFUSED_FOR_GOOD:
            if self._row.is_about_us(mail, outcome):
                self._everybody_is_refused(mail, outcome, now)
            else:
                self._give_up(mail, outcome, now)
        else:
            _try_later(mail, outcome, now)

    def _give_up(self, mail: Mail, outcome: Outcome, now: datetime.datetime) -> None:
        with transaction.atomic():
            _fail(mail, outcome)
            if outcome.answer is Answer.NO_SUCH_ADDRESS:
                self._refused.add(mail.recipient)
                addresses.pause(address=mail.recipient, reason=outcome.words, mail=mail, now=now)

    def _everybody_is_refused(self, mail: Mail, outcome: Outcome, now: datetime.datetime) -> None:
        logger.error("The mail server refuses one address after the other: the mails wait, no address is paused.")
        self.stopped = True
        self._row.undo(_next_try(mail, now))
        _try_later(mail, replace(outcome, answer=Answer.DENIED), now)

    def _server_is_away(self, error: str, now: datetime.datetime) -> None:
        logger.warning("The mail server takes no mails; they wait, and the outbox says why.")
        self.stopped = True
        words = (_("The mail server takes no mails: %(error)s") % {"error": error})[:ERROR_LENGTH]
        # Those that were tried before keep their own reason.
        preparing.due(now).filter(attempts=0).exclude(last_error=words).update(last_error=words)

    def _record_sent(self) -> None:
        if self._to_record:
            claims.record_sent(self._to_record)
            self._to_record = None


def _fail(mail: Mail, outcome: Outcome) -> None:
    may_have_arrived = mail.possibly_double or outcome.answer is Answer.IN_DOUBT
    is_unknown = may_have_arrived and outcome.answer is not Answer.NO_SUCH_ADDRESS
    state = MailState.UNKNOWN if is_unknown else MailState.FAILED
    # Mail servers repeat the address in what they say: the reason stands in the outbox, not in the log.
    logger.error("Mail %s cannot be delivered; the outbox says why.", mail.pk)
    claims.record(mail, state=state, last_error=outcome.words, **claims.without_secret(mail))


def _try_later(mail: Mail, outcome: Outcome, now: datetime.datetime) -> None:
    if mail.attempts >= LAST_ATTEMPT:
        _fail(mail, outcome)
        return
    logger.warning("Mail %s waits for another try; the outbox says why.", mail.pk)
    changes: dict[str, object] = {"possibly_double": True} if outcome.answer is Answer.IN_DOUBT else {}
    next_try = _next_try(mail, now)
    claims.record(mail, state=MailState.DUE, last_error=outcome.words, next_try_at=next_try, **changes)


def _next_try(mail: Mail, now: datetime.datetime) -> datetime.datetime:
    # Spread by up to a quarter, so that a server that comes back is not met by all mails at once.
    minutes = min(2 ** (mail.attempts - 1), LONGEST_PAUSE_MINUTES) * random.uniform(1, 1.25)  # noqa: S311 - spreads, hides nothing
    return now + datetime.timedelta(minutes=minutes)
