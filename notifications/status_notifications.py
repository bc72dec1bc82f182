"""Delivery status notifications (RFC 3464): what mail servers return when a mail has come back or is late.

Whatever comes in is somebody else's text: it is read, and believed only as far as it names a mail of ours.
"""

import email
import email.policy
import re
from dataclasses import dataclass
from email.message import EmailMessage, Message

from django.utils.translation import gettext as _

HEADERS_ALONE = {"text/rfc822-headers", "message/rfc822-headers", "message/global-headers"}
WHOLE_MESSAGE = {"message/rfc822", "message/global"}
_STATUS = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})")
_MESSAGE_ID = re.compile(r"<[^<>\s]+>")


class NotificationError(ValueError):
    """This is no delivery status notification, or one that says nothing of use; the message says why."""


@dataclass(frozen=True, slots=True)
class RecipientStatus:
    """What became of a mail for one recipient: ``action`` and ``status`` as in RFC 3464, the server's ``words``."""

    addresses: frozenset[str]
    action: str
    status: str
    words: str


@dataclass(frozen=True, slots=True)
class StatusNotification:
    """The Message-ID of the mail that it is about, and what became of it."""

    message_id: str
    recipients: tuple[RecipientStatus, ...]


def read(data: bytes) -> StatusNotification:
    """Read a notification; raises :class:`NotificationError` for anything else."""
    try:
        parts = list(email.message_from_bytes(data, policy=email.policy.compat32).walk())
    except RecursionError:
        raise NotificationError(_("This mail is nested too deeply.")) from None
    report = next((part for part in parts if part.get_content_type() == "message/delivery-status"), None)
    if report is None:
        raise NotificationError(_("This is not a delivery status notification (RFC 3464)."))
    recipients = tuple(_recipients(report))
    if not recipients:
        raise NotificationError(_("The notification names no recipient."))
    message_id = _returned_message_id(parts)
    if not message_id:
        raise NotificationError(_("The notification does not say which mail it is about: the Message-ID is missing."))
    return StatusNotification(message_id, recipients)


def _recipients(report: Message) -> list[RecipientStatus]:
    blocks = report.get_payload()
    if not isinstance(blocks, list):
        return []
    found = [_recipient(block) for block in blocks if isinstance(block, Message) and block["Final-Recipient"]]
    return [one for one in found if one.addresses and one.action]


def _recipient(block: Message) -> RecipientStatus:
    status = _STATUS.match(_said(block, "Status"))
    words = _said(block, "Diagnostic-Code").partition(";")[2] or _said(block, "Status")
    names = (_said(block, "Final-Recipient"), _said(block, "Original-Recipient"))
    addresses = (name.partition(";")[2].strip().strip("<>").lower() for name in names)
    return RecipientStatus(
        addresses=frozenset(address for address in addresses if address),
        action=_said(block, "Action").strip().lower(),
        status=".".join(status.groups()) if status else "",
        words=words.strip(),
    )


def _returned_message_id(parts: list[Message]) -> str:
    for part in parts:
        kind = part.get_content_type()
        if kind in HEADERS_ALONE:
            headers = _headers(part)
        elif kind in WHOLE_MESSAGE and isinstance(payload := part.get_payload(), list) and payload:
            headers = payload[0] if isinstance(payload[0], Message) else EmailMessage()
        else:
            continue
        if found := _MESSAGE_ID.search(_said(headers, "Message-ID")):
            return found[0]
    return ""


def _headers(part: Message) -> Message:
    payload = part.get_payload(decode=True)
    if isinstance(payload, bytes):
        return email.message_from_bytes(payload, policy=email.policy.compat32)
    inner = part.get_payload()
    return inner[0] if isinstance(inner, list) and inner and isinstance(inner[0], Message) else EmailMessage()


def _said(block: Message, name: str) -> str:
    return str(block.get(name, ""))
