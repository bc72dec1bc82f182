"""What a mail server's answer means: for this mail, for its address, or for all of them.

A server that refuses *us* (a wrong password, a relay that does not know us) must not end up as thousands of paused
addresses: only what names the recipient pauses it, by the extended code (RFC 3463) where the server gives one, else by
its words. A mailbox that is full will be emptied: that passes.
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
    from_server: bool = False
    """Whether these are the server's words."""


class Step(Enum):
    """Where in the conversation an answer was given."""

    SENDER = auto()
    RECIPIENT = auto()
    CONTENT = auto()


_EXTENDED = re.compile(r"\s*[45]\.(\d{1,3})\.(\d{1,3})\b")
_ADDRESS, _MAILBOX, _SYSTEM, _CONTENT, _POLICY = "1", "2", "3", "6", "7"
_FULL = ("2", "2")
_NOT_UNDERSTOOD = {500, 502, 503, 504, 530, 535}
_STORAGE = 552
_OF_US = re.compile(
    r"\brelay(ing|ed)?\b(?! recipient)|access denied|not permitted|not allowed|authenticat|client host|banned"
    r"|block(ed|list)|blacklist|too many|policy",
    re.IGNORECASE,
)
_OF_THE_MAILBOX = re.compile(
    r"(unknown|no such|no|invalid|bad|disabled) (local )?(user|recipient|mailbox|address|account)\b"
    r"|(user|recipient|mailbox|address|account|person)\b.* "
    r"(unknown|not found|unavailable|not exist|not known|invalid|disabled|inactive|closed|no longer)"
    r"|unrouteable|not a valid (user|recipient|mailbox|address)|does not exist|doesn't exist|unknown in",
    re.IGNORECASE,
)


def judged(step: Step, code: int, said: bytes | str) -> Outcome:
    """Say what a refusal with ``code`` means."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return Outcome(_answer(step, code, text), tidy(f"{code} {text}"), from_server=True)


def _answer(step: Step, code: int, text: str) -> Answer:
    if code == CLOSING:
        return Answer.CLOSED
    if step is Step.SENDER:
        return Answer.AWAY
    extended = _EXTENDED.match(text)
    if code < PERMANENT or _is_full(code, extended):
        return Answer.LATER
    if not extended:
        return _answer_in_words(step, code, text)
    subject = extended[1]
    if step is Step.CONTENT:
        return Answer.NO_SUCH_ADDRESS if subject in {_ADDRESS, _MAILBOX} else Answer.REFUSED
    return Answer.DENIED if subject in {_SYSTEM, _POLICY} else Answer.NO_SUCH_ADDRESS


def _is_full(code: int, extended: re.Match[str] | None) -> bool:
    return (extended[1], extended[2]) == _FULL if extended else code == _STORAGE


def _answer_in_words(step: Step, code: int, text: str) -> Answer:
    """Say what a refusal for good without an extended code means."""
    if step is Step.CONTENT:
        return Answer.REFUSED
    if code in _NOT_UNDERSTOOD or _OF_US.search(text):
        return Answer.DENIED
    return Answer.NO_SUCH_ADDRESS if _OF_THE_MAILBOX.search(text) else Answer.REFUSED


def names_recipient(status: str) -> bool:
    """Say whether an extended code (``5.1.1``) says for good that nothing can be delivered to this address.

    A full mailbox, a broken server or a policy (4.x.x, 5.2.2, 5.3.x, 5.6.x, 5.7.x) is not the address's fault.
    """
    kind, _dot, rest = status.partition(".")
    subject, _dot, detail = rest.partition(".")
    return kind == "5" and subject not in {_SYSTEM, _CONTENT, _POLICY} and (subject, detail) != _FULL


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
