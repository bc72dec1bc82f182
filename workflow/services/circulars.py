"""A mail in somebody's own words to a selection of the board: one for each address, naming the runs that concern it."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from notifications.models import MailKind
from notifications.services import outbox
from notifications.services.outbox import Letter
from offices.models import Person
from workflow.models import EventKind, StatusUpdate
from workflow.queries.circulars import Addressee, Circulation, circulation
from workflow.services import history

MAX_SUBJECT = 200
MAX_TEXT = 10_000
NAMED = 100
"""So many runs a mail names; of the rest it says how many they are."""


@dataclass(frozen=True, slots=True)
class Circular:
    """What a coordinator has written, and for whom (values of ``Audience``)."""

    subject: str
    text: str
    audiences: tuple[str, ...]


def content(one: Circular, to: Addressee, found: Circulation, *, by: Person) -> dict[str, Any]:
    """Return what the mail to one addressee says, as its templates need it."""
    mine = [pk for pk in found.titles if pk in to.links] if len(to.links) > 1 else list(to.links)
    return {
        "person_name": to.name,
        "for_whom": to.absent,
        "subject": one.subject,
        "text": one.text,
        "runs": [{"title": found.titles[pk], "link": settings.SITE_URL + to.links[pk]} for pk in mine[:NAMED]],
        "more": max(0, len(mine) - NAMED),
        "sender": by.name,
        # Questions go to whoever wrote it, as answers do.
        "contact_email": by.email,
        "service_name": settings.SERVICE_NAME,
    }


def write_many(
    updates: Sequence[StatusUpdate],
    one: Circular,
    *,
    key: str,
    by: Person,
    now: datetime.datetime,
    today: datetime.date,
) -> dict[int, int]:
    """Write the mail to everybody concerned by ``updates``; return how many hear of each run, by its id.

    The caller holds the rows and has read them under the lock. The same ``key`` is the same mail. Each run of which
    somebody hears gets an event. A constant number of statements per 1,000 runs and mails.
    """
    found = circulation([update.pk for update in updates], one.audiences, today)
    outbox.queue_many([_letter(one, to, found, key=key, by=by) for to in found.addressees], now=now)
    heard = found.heard
    history.record_many(
        [update for update in updates if update.pk in heard],
        EventKind.MAILED,
        by=by,
        now=now,
        data={pk: {"mails": mails, "mail": key} for pk, mails in heard.items()},
    )
    return heard


def _letter(one: Circular, to: Addressee, found: Circulation, *, key: str, by: Person) -> Letter:
    return Letter(
        kind=MailKind.CIRCULAR,
        recipient=to.address,
        key=key,
        template="circular",
        context=content(one, to, found, by=by),
        person=to.person,
        topics=tuple(f"update:{pk}" for pk in sorted(to.links)),
        reply_to=by.email,
    )
