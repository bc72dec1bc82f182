"""Mails that are written late: just before they are first sent, so that they speak of what is still open then.

The rooms above know what such a mail has to say; they register who writes it (``register`` in their
``AppConfig.ready``).
"""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from notifications.models import Mail, MailKind

SUBJECT_LENGTH = 250


@dataclass(frozen=True, slots=True)
class Composed:
    """The words of a mail."""

    subject: str
    text: str
    html: str


def render(template: str, context: dict[str, Any]) -> Composed:
    """Return the words that a folder in ``templates/notifications/mail`` gives to ``context``."""
    folder = f"notifications/mail/{template}"
    context = {
        "service_name": settings.SERVICE_NAME,
        "city_name": settings.CITY_NAME,
        "site_url": settings.SITE_URL,
        "contact_email": settings.CONTACT_EMAIL,
        "preferences_url": settings.SITE_URL + reverse("notifications:preferences"),
        **context,
    }
    return Composed(
        subject=" ".join(render_to_string(f"{folder}/subject.txt", context).split())[:SUBJECT_LENGTH],
        text=render_to_string(f"{folder}/body.txt", context).strip() + "\n",
        html=render_to_string(f"{folder}/body.html", context).strip(),
    )


class Composer(Protocol):
    """Writes the mails of one kind, many at a time, in a constant number of queries."""

    def compose(self, mails: Sequence[Mail], *, now: datetime.datetime) -> dict[int, Composed]:
        """Return the words by the mail's id; a mail that is not in it has nothing left to say and is withdrawn.

        Marks the notices that the mail does not speak of as dropped.
        """
        ...

    def stale(self, mail_ids: Collection[int]) -> set[int]:
        """Return those of these written mails that speak of something that has been done or changed since."""
        ...


_composers: dict[str, Composer] = {}


def register(kind: MailKind, composer: Composer) -> None:
    """Let ``composer`` write the mails of ``kind``."""
    _composers[kind] = composer


def composer_of(kind: str) -> Composer | None:
    """Return who writes mails of ``kind`` late; ``None`` if they are written when they are queued."""
    return _composers.get(kind)
