"""What a mail server's answer means: for this mail, for its address, or for all of them.

A server that refuses *us* (a wrong password, a relay that does not know us) must not end up as thousands of paused
addresses: only what names the recipient pauses it, by the extended code (RFC 3463) where the server gives one.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto
from smtplib import (
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)

from notifications.services.messages import UndeliverableAddressError

PERMANENT = 500
CLOSING = 421
WORDS_LENGTH = 300


class Answer(Enum):
    """What came of handing over a mail."""

    TAKEN = auto()
    LATER = auto()
    """Not now; this mail is tried again."""
    DENIED = auto()
    """The server does not want to deliver this for us: ours to mend, so it is tried again."""
    CLOSED = auto()
    """The connection ended before the text had left: a server may close one at any time."""
    AWAY = auto()
    """The server as a whole does not answer or does not let us in; the mail was not handed over."""
    IN_DOUBT = auto()
    """The connection broke after the text had left: nobody knows whether the mail was taken."""
    NO_SUCH_ADDRESS = auto()
    REFUSED = auto()
    """This mail is refused for good, whoever it is for."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer, and the words that came with it."""

    answer: Answer
    words: str = ""


class Step(Enum):
    """Where in the conversation an answer was given."""

    SENDER = auto()
    RECIPIENT = auto()
    CONTENT = auto()


_EXTENDED = re.compile(r"\s*[45]\.(\d{1,3})\.\d{1,3}\b")
_ADDRESS, _MAILBOX, _SYSTEM, _CONTENT, _POLICY = "1", "2", "3", "6", "7"
_NOT_UNDERSTOOD = {500, 502, 503, 504, 530, 535}


def judged(step: Step, code: int, said: bytes | str) -> Outcome:
    """Say what a refusal with ``code`` means."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return Outcome(_answer(step, code, text), tidy(f"{code} {text}"))


def _answer(step: Step, code: int, text: str) -> Answer:
    if code == CLOSING:
        return Answer.CLOSED
    if step is Step.SENDER:
        return Answer.AWAY
    if code < PERMANENT:
        return Answer.LATER
    extended = _EXTENDED.match(text)
    subject = extended[1] if extended else ""
    if step is Step.CONTENT:
        return Answer.NO_SUCH_ADDRESS if subject in {_ADDRESS, _MAILBOX} else Answer.REFUSED
    if subject in {_SYSTEM, _POLICY} or (not subject and code in _NOT_UNDERSTOOD):
        return Answer.DENIED
    return Answer.NO_SUCH_ADDRESS


def names_recipient(status: str) -> bool:
    """Say whether an extended code (``5.1.1``) says for good that nothing can be delivered to this address.

    A full queue, a broken server or a policy (4.x.x, 5.3.x, 5.6.x, 5.7.x) is not the address's fault.
    """
    kind, _dot, detail = status.partition(".")
    return kind == "5" and detail.partition(".")[0] not in {_SYSTEM, _CONTENT, _POLICY}


def judged_error(error: Exception) -> Outcome:
    """Say what an error means that a mail backend raised when it was handed a mail."""
    match error:
        case SMTPRecipientsRefused(recipients=recipients) if recipients:
            return judged(Step.RECIPIENT, *next(iter(recipients.values())))
        case SMTPDataError():
            return judged(Step.CONTENT, error.smtp_code, error.smtp_error)
        case SMTPSenderRefused():
            return judged(Step.SENDER, error.smtp_code, error.smtp_error)
    return Outcome(_answer_of(error), words_of(error))


def _answer_of(error: Exception) -> Answer:
    if isinstance(error, UndeliverableAddressError):
        return Answer.NO_SUCH_ADDRESS
    if isinstance(error, SMTPServerDisconnected | TimeoutError):
        return Answer.IN_DOUBT
    # Any other ValueError: it cannot even be written down, for example because of a line break in a header.
    return Answer.AWAY if isinstance(error, OSError | SMTPException) else Answer.REFUSED


def words_of(error: Exception) -> str:
    """Return an error in words for the outbox."""
    if isinstance(error, SMTPResponseException):
        return judged(Step.SENDER, error.smtp_code, error.smtp_error).words
    if isinstance(error, UndeliverableAddressError):
        return str(error)
    return tidy(f"{type(error).__name__}: {error}")


def tidy(text: str) -> str:
    """Return what a server says as one line for the outbox, short and without control characters."""
    line = " ".join(text.split())
    return "".join(character for character in line if character.isprintable())[:WORDS_LENGTH]
