"""A mail as it leaves the house: plain text first, and nothing that tracks whoever reads it.

Mail servers get bytes that are put together here, because Django's message costs several times as long; every other
backend gets Django's message. Both say the same (a test compares them).
"""

import base64
import binascii
import datetime
import hashlib
import re
from email.headerregistry import Address
from email.utils import format_datetime, parseaddr
from functools import lru_cache

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.translation import gettext as _

from notifications.models import Mail
from notifications.services.outbox import mail_host

ENCODED_WORD = 39
"""Bytes in one encoded word of a header: with base64, its frame and "Subject: " a line stays below 76 characters."""


_NAME = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
_DOMAIN = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:.IPv]+\]")


class UndeliverableAddressError(ValueError):
    """No mail can ever be written to this address."""


def message(mail: Mail, *, now: datetime.datetime, connection: BaseEmailBackend | None) -> EmailMultiAlternatives:
    """Return ``mail`` as Django's message."""
    envelope_address(mail.recipient)
    written = EmailMultiAlternatives(
        _one_line(mail.subject),
        mail.text,
        settings.DEFAULT_FROM_EMAIL,
        [mail.recipient],
        reply_to=[_reply_to(mail)],
        headers={"Date": format_datetime(now), **_own_headers(mail)},
        connection=connection,
    )
    if mail.html:
        written.attach_alternative(mail.html, "text/html")
    return written


def as_bytes(mail: Mail, *, now: datetime.datetime) -> bytes:
    """Return ``mail`` as the bytes that a mail server takes: ASCII, lines of at most 76 characters in the bodies."""
    headers = {
        "From": _mailbox(settings.DEFAULT_FROM_EMAIL),
        "To": envelope_address(mail.recipient),
        "Reply-To": _mailbox(_reply_to(mail)),
        "Subject": _encoded(_one_line(mail.subject)),
        "Date": _date(now.replace(microsecond=0)),
        **_own_headers(mail),
        "MIME-Version": "1.0",
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode("ascii")
    if not mail.html:
        return head + _part("plain", mail.text)
    # Quoted-printable never contains "=_", so no text can be taken for the boundary.
    boundary = b"=_" + hashlib.sha256(mail.message_id.encode()).hexdigest()[:32].encode()
    kind = b'Content-Type: multipart/alternative;\r\n boundary="' + boundary + b'"\r\n\r\n'
    parts = b"".join(
        b"--" + boundary + b"\r\n" + part + b"\r\n" for part in (_part("plain", mail.text), _part("html", mail.html))
    )
    return head + kind + parts + b"--" + boundary + b"--\r\n"


@lru_cache(maxsize=4096)
def envelope_address(address: str) -> str:
    """Return ``address`` as mail servers write it, a domain with umlauts in its ASCII form.

    Raises :class:`UndeliverableAddressError` for what is no address, and for umlauts before the @, which a mail
    server need not understand.
    """
    name, _at, domain = address.rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        domain = ""
    if not (_NAME.fullmatch(name) and _DOMAIN.fullmatch(domain)):
        raise UndeliverableAddressError(_("This is not an address to which mail can be sent."))
    return f"{name}@{domain}"


def check_own_addresses() -> None:
    """Raise :class:`UndeliverableAddressError` if the settings name a sender to whom nobody could answer."""
    for address in (settings.DEFAULT_FROM_EMAIL, settings.CONTACT_EMAIL, bounces_to()):
        _mailbox(address)


def bounces_to() -> str:
    """Return the address to which mail servers return what they cannot deliver."""
    return _bounces_to(settings.BOUNCE_EMAIL, settings.DEFAULT_FROM_EMAIL)


@lru_cache(maxsize=4)
def _bounces_to(wanted: str, sender: str) -> str:
    return envelope_address(wanted or parseaddr(sender)[1])


@lru_cache(maxsize=4)
def _date(now: datetime.datetime) -> str:
    return format_datetime(now)


def _own_headers(mail: Mail) -> dict[str, str]:
    headers = {
        "Message-ID": mail.message_id,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "List-Id": _list_id(settings.SITE_URL),
    }
    if mail.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{mail.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _reply_to(mail: Mail) -> str:
    try:
        return envelope_address(mail.reply_to)
    except UndeliverableAddressError:
        return str(settings.CONTACT_EMAIL)


@lru_cache(maxsize=4)
def _list_id(_site: str) -> str:
    return f"<sachstand.{mail_host()}>"


def _part(kind: str, text: str) -> bytes:
    lines = (text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n").replace("\n", "\r\n").encode()
    head = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    return head.encode() + binascii.b2a_qp(lines, istext=True)


@lru_cache(maxsize=16)
def _mailbox(sender: str) -> str:
    name, address = parseaddr(sender)
    address = envelope_address(address)
    if not name:
        return address
    return f"{_encoded(name)} <{address}>" if not name.isascii() else str(Address(name, addr_spec=address))


def _encoded(text: str) -> str:
    """Return ``text`` for a header: as it is if it is ASCII, otherwise as encoded words of whole characters."""
    if text.isascii() and "=?" not in text:
        return text
    words, word = [], b""
    for character in text:
        encoded = character.encode()
        if len(word) + len(encoded) > ENCODED_WORD:
            words.append(word)
            word = b""
        word += encoded
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(one).decode()}?=" for one in [*words, word])


def _one_line(text: str) -> str:
    return " ".join(text.split())
