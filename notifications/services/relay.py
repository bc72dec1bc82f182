"""The way out: one connection to the mail server, over which mails are handed one after the other.

Django's SMTP backend opens the connection (it knows TLS and how to sign in); the conversation is held here, so that we
know how far it came. Other backends (files, memory) are asked as they are.
"""

import datetime
import smtplib
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

from notifications.models import Mail
from notifications.services.messages import as_bytes, bounces_to, check_own_addresses, envelope_address, message
from notifications.services.refusals import Answer, Outcome, Step, judged, judged_error, words_of

GO_AHEAD = 354
YES = 2
PATIENCE = 6
"""So many times as long as for the connection we wait for answers: relays look for viruses before they take a mail."""


class Relay(Protocol):
    """Where mails are handed over."""

    def open(self) -> str:
        """Connect unless connected; return why that cannot be done, nothing if it can."""
        ...

    def announce(self, mail: Mail, *, now: datetime.datetime) -> Outcome | None:
        """Say for whom the next mail is, without its text; return why the server does not want it, if so."""
        ...

    def forget(self) -> None:
        """Take back what was announced."""
        ...

    def hand_over(self, mail: Mail, *, now: datetime.datetime, ahead: Mail | None = None) -> Outcome:
        """Hand over one mail, announced or not; never raises for what the mail or the server is to blame for.

        ``ahead`` is probably the next one: it may be put together while the server is busy with this one.
        """
        ...

    def close(self) -> None:
        """End the connection."""
        ...


def relay() -> Relay:
    """Return the way out that the settings name."""
    backend = get_connection()
    return SmtpRelay(backend) if isinstance(backend, EmailBackend) else BackendRelay(backend)


class BackendRelay:
    """Hands mails to any of Django's mail backends."""

    def __init__(self, backend: BaseEmailBackend) -> None:
        self._backend = backend

    def open(self) -> str:
        try:
            self._backend.open()
        except (smtplib.SMTPException, OSError) as error:
            return words_of(error)
        return ""

    def announce(self, mail: Mail, *, now: datetime.datetime) -> Outcome | None:  # noqa: ARG002 - nothing to say
        return None

    def forget(self) -> None:
        pass

    def hand_over(self, mail: Mail, *, now: datetime.datetime, ahead: Mail | None = None) -> Outcome:  # noqa: ARG002 - Django's backends leave no gap to use
        try:
            message(mail, now=now, connection=self._backend).send()
        except (smtplib.SMTPException, OSError, ValueError) as error:
            return judged_error(error)
        return Outcome(Answer.TAKEN)

    def close(self) -> None:
        with suppress(smtplib.SMTPException, OSError):
            self._backend.close()


class SmtpRelay:
    """Hands mails to a mail server and knows of each whether its text had left when the connection broke."""

    def __init__(self, backend: EmailBackend) -> None:
        self._backend = backend
        self._announced: tuple[int, bytes] | None = None
        self._ahead: tuple[Mail, bytes] | None = None
        self._text_left = False

    def open(self) -> str:
        if self._backend.connection:
            return ""
        try:
            check_own_addresses()
            self._backend.open()
            if self._backend.connection:
                self._backend.connection.ehlo_or_helo_if_needed()
                _be_patient(self._backend.connection)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            self._drop()
            return words_of(error)
        return ""

    def announce(self, mail: Mail, *, now: datetime.datetime) -> Outcome | None:
        try:
            recipient, text = envelope_address(mail.recipient), self._bytes_of(mail, now)
        except ValueError as error:
            return judged_error(error)
        self._text_left = False
        self._announced = (mail.pk, text)
        return self._checked(lambda smtp: _envelope(smtp, recipient))

    def forget(self) -> None:
        self._announced = None
        self._checked(lambda smtp: _answered(Step.SENDER, *smtp.rset()))

    def hand_over(self, mail: Mail, *, now: datetime.datetime, ahead: Mail | None = None) -> Outcome:
        if (self._announced is None or self._announced[0] != mail.pk) and (refusal := self.announce(mail, now=now)):
            return refusal
        _pk, text = self._announced or (0, b"")
        self._announced = None
        return self._checked(lambda smtp: self._text(smtp, text, lambda: self._look_ahead(ahead, now))) or Outcome(
            Answer.TAKEN
        )

    def close(self) -> None:
        with suppress(smtplib.SMTPException, OSError):
            self._backend.close()

    def _checked(self, talk: Callable[[smtplib.SMTP], Outcome | None]) -> Outcome | None:
        """Talk to the server and return what it refused, or how the connection ended."""
        smtp = self._backend.connection
        if smtp is None:
            return Outcome(Answer.CLOSED)
        try:
            outcome = talk(smtp)
        except (smtplib.SMTPException, OSError) as error:
            outcome = Outcome(Answer.IN_DOUBT if self._text_left else Answer.CLOSED, words_of(error))
        if outcome and outcome.answer in {Answer.IN_DOUBT, Answer.CLOSED}:
            self._drop()
        return outcome

    def _bytes_of(self, mail: Mail, now: datetime.datetime) -> bytes:
        (of, text), self._ahead = self._ahead or (None, b""), None
        return text if of is mail else as_bytes(mail, now=now)

    def _look_ahead(self, mail: Mail | None, now: datetime.datetime) -> None:
        # What is wrong with it is said when its turn comes.
        with suppress(ValueError):
            self._ahead = (mail, as_bytes(mail, now=now)) if mail else None

    def _text(self, smtp: smtplib.SMTP, text: bytes, meanwhile: Callable[[], None]) -> Outcome | None:
        code, said = smtp.docmd("DATA")
        if code != GO_AHEAD:
            return _answered(Step.CONTENT, code, said, smtp)
        self._text_left = True
        smtp.send(text.replace(b"\r\n.", b"\r\n..") + b".\r\n")
        meanwhile()
        outcome = _answered(Step.CONTENT, *smtp.getreply())
        # The server has answered: it has not taken the mail, even if it is about to close.
        return Outcome(Answer.LATER, outcome.words) if outcome and outcome.answer is Answer.CLOSED else outcome

    def _drop(self) -> None:
        """Forget the connection without a word: whoever does not answer is not asked for leave."""
        self._announced = None
        smtp, self._backend.connection = self._backend.connection, None
        if smtp:
            smtp.close()


def _envelope(smtp: smtplib.SMTP, recipient: str) -> Outcome | None:
    return _answered(Step.SENDER, *smtp.docmd("MAIL", f"FROM:<{bounces_to()}>"), smtp) or _answered(
        Step.RECIPIENT, *smtp.docmd("RCPT", f"TO:<{recipient}>"), smtp
    )


def _answered(step: Step, code: int, said: bytes, smtp: smtplib.SMTP | None = None) -> Outcome | None:
    """Return what was refused; ``smtp`` is told then that the mail is not to be had any more."""
    if code // 100 == YES:
        return None
    outcome = judged(step, code, said)
    if smtp and outcome.answer is not Answer.CLOSED:
        smtp.rset()
    return outcome


def _be_patient(smtp: smtplib.SMTP) -> None:
    """Let the kernel watch the time: Python would ask it before each line whether there is something to read."""
    if smtp.sock and smtp.timeout:
        seconds = smtp.timeout * PATIENCE
        smtp.sock.settimeout(None)
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            smtp.sock.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", int(seconds), int(seconds % 1 * 1e6)))
