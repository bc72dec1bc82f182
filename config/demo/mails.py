"""The mails that the demonstration has sent, read from the files that Django's mail backend writes."""

import datetime
import email.utils
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.utils import timezone

SEPARATOR = b"\n" + b"-" * 79 + b"\n"


@dataclass(frozen=True)
class Mail:
    """One mail; ``key`` names it in the address of its page."""

    key: str
    sent_at: datetime.datetime
    sender: str
    recipients: str
    subject: str
    text: str


def mails() -> list[Mail]:
    """Return every mail, newest first; a file that cannot be read as mail is left out."""
    folder = Path(settings.EMAIL_FILE_PATH)
    found = [mail for path in folder.glob("*.log") for mail in _read(path)]
    return sorted(found, key=lambda mail: (mail.sent_at, mail.key), reverse=True)


def mail(key: str) -> Mail | None:
    """Return the mail with this key, or nothing; the key is compared, never used as a path."""
    return next((one for one in mails() if one.key == key), None)


def _read(path: Path) -> list[Mail]:
    try:
        parts = path.read_bytes().split(SEPARATOR)
    except OSError:
        return []
    return [_mail(f"{path.stem}-{place}", part, path) for place, part in enumerate(parts) if part.strip()]


def _mail(key: str, raw: bytes, path: Path) -> Mail:
    message = message_from_bytes(raw, _class=EmailMessage, policy=policy.default)
    body = message.get_body(preferencelist=("plain", "html"))
    return Mail(
        key=key,
        sent_at=_sent_at(message, path),
        sender=str(message.get("From", "")),
        recipients=str(message.get("To", "")),
        subject=str(message.get("Subject", "")),
        text=str(body.get_content()) if body else "",
    )


def _sent_at(message: EmailMessage, path: Path) -> datetime.datetime:
    try:
        sent = email.utils.parsedate_to_datetime(str(message["Date"]))
    except ValueError:
        sent = datetime.datetime.fromtimestamp(path.stat().st_mtime, tz=datetime.UTC)
    return sent if timezone.is_aware(sent) else timezone.make_aware(sent, datetime.UTC)
