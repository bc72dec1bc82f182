"""The outbox: a mail is a row in the change's own transaction, and leaves the house afterwards."""

import datetime
import logging
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from email.utils import make_msgid
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from kombu.exceptions import OperationalError

from notifications.models import Mail, MailKind, MailState, MailTopic
from offices.models import Person

logger = logging.getLogger("sachstand.outbox")

SUBJECT_LENGTH = 250


@dataclass(frozen=True)
class Letter:
    """One mail to be written: what it is, to whom, and what its templates need.

    ``template`` names a folder in ``templates/notifications/mail`` with ``subject.txt``, ``body.txt`` and
    ``body.html``. ``key`` says what the mail is about; the same kind, recipient and key is the same mail. ``topics``
    name its subjects (``update:12``) for the pages that show every mail about theirs. Answers go to ``reply_to``, or
    else to the service's contact address.
    """

    kind: MailKind
    recipient: str
    key: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    person: Person | None = None
    secret: bool = False
    obsolete_at: datetime.datetime | None = None
    topics: tuple[str, ...] = ()
    reply_to: str = ""


def mail_host() -> str:
    """Return the host that stands in Message-ID and List-Id."""
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def queue(
    *,
    kind: MailKind,
    recipient: str,
    key: str,
    template: str,
    context: dict[str, Any],
    now: datetime.datetime,
    person: Person | None = None,
    secret: bool = False,
    obsolete_at: datetime.datetime | None = None,
    topics: tuple[str, ...] = (),
) -> Mail:
    """Write one mail and hint a worker at it when the transaction commits; return its row.

    A second call with the same kind, recipient and key returns the first mail and sends nothing more.
    """
    letter = Letter(kind, recipient.strip().lower(), key, template, context, person, secret, obsolete_at, topics)
    queue_many([letter], now=now)
    mail = Mail.objects.get(kind=kind, recipient=letter.recipient, key=key)
    if mail.state == MailState.DUE:
        hint_on_commit(mail.pk)
    return mail


def queue_many(letters: Iterable[Letter], *, now: datetime.datetime) -> None:
    """Write many mails with few statements; the sweep delivers them. Mails that exist already stay as they are."""
    written = [(_written(letter, now), letter.topics) for letter in letters]
    Mail.objects.bulk_create((mail for mail, _topics in written), batch_size=500, ignore_conflicts=True)
    topics = {mail.message_id: about for mail, about in written if about}
    if topics:
        # By Message-ID, which only this call knows: a mail that existed before keeps its topics.
        mails = Mail.objects.filter(message_id__in=topics).values_list("pk", "message_id")
        MailTopic.objects.bulk_create(
            (MailTopic(mail_id=pk, topic=topic) for pk, message_id in mails for topic in topics[message_id]),
            batch_size=500,
        )


def queue_new(letters: Iterable[Letter], *, now: datetime.datetime) -> int:
    """Write those mails that do not exist yet and return how many they are."""
    wanted = {(one.kind, one.recipient.strip().lower(), one.key): one for one in letters}
    known = Mail.objects.filter(key__in={key for _kind, _recipient, key in wanted})
    for kind, recipient, key in known.values_list("kind", "recipient", "key"):
        wanted.pop((MailKind(kind), recipient, key), None)
    queue_many((replace(one, recipient=one.recipient.strip().lower()) for one in wanted.values()), now=now)
    return len(wanted)


def rehearse(letter: Letter, *, now: datetime.datetime) -> None:
    """Do the work of :func:`queue` without leaving a mail behind.

    Where nobody may learn whether an address is known, the unknown one costs the same time.
    """
    with transaction.atomic():
        queue_many([letter], now=now)
        Mail.objects.filter(kind=letter.kind, recipient=letter.recipient, key=letter.key).first()
        transaction.set_rollback(True)
    hint_on_commit(0)


def hint_on_commit(mail_id: int) -> None:
    """Tell a worker about a mail on commit; a lost hint does no harm, the sweep finds the mail."""
    transaction.on_commit(partial(_hint, mail_id))


def _hint(mail_id: int) -> None:
    if current_app.conf.task_always_eager:
        _publish(mail_id)
    else:
        # A queue that is down is asked several times, which takes seconds; nobody's page waits for that.
        threading.Thread(target=_publish, args=(mail_id,), daemon=True).start()


def _publish(mail_id: int) -> None:
    from notifications.tasks import deliver_mail  # noqa: PLC0415 - the task calls the services, which are above

    try:
        deliver_mail.apply_async((mail_id,), retry=False)
    except (OperationalError, OSError):
        logger.warning("The queue does not answer; the sweep will deliver mail %s.", mail_id)


def _written(letter: Letter, now: datetime.datetime) -> Mail:
    folder = f"notifications/mail/{letter.template}"
    context = {
        "service_name": settings.SERVICE_NAME,
        "city_name": settings.CITY_NAME,
        "site_url": settings.SITE_URL,
        "contact_email": settings.CONTACT_EMAIL,
        **letter.context,
    }
    subject = " ".join(render_to_string(f"{folder}/subject.txt", context).split())
    return Mail(
        kind=letter.kind,
        recipient=letter.recipient,
        person=letter.person,
        key=letter.key,
        subject=subject[:SUBJECT_LENGTH],
        text=render_to_string(f"{folder}/body.txt", context).strip() + "\n",
        html=render_to_string(f"{folder}/body.html", context).strip(),
        secret=letter.secret,
        message_id=make_msgid(domain=mail_host()),
        state=MailState.DUE,
        composed_at=now,
        created_at=now,
        next_try_at=now,
        obsolete_at=letter.obsolete_at,
        reply_to=letter.reply_to,
    )
