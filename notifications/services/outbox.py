"""The outbox: a mail is a row in the change's own transaction, and leaves the house afterwards."""

import datetime
import logging
import threading
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from email.utils import make_msgid
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from celery import current_app
from django.conf import settings
from django.db import connections, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from notifications.models import Delivery, Mail, MailKind, MailState, MailTopic, NewsKind, Notice, NoticeKind
from notifications.services import preferences
from notifications.services.composing import render
from offices.models import Person

logger = logging.getLogger("sachstand.outbox")

LINE_LENGTH = 400
SLICE = 1_000
TOPICS_AT_ONCE = 5_000
"""Short rows: an opening writes three for each run."""


@dataclass(frozen=True, slots=True)
class News:
    """What a mail tells, in one line with its full address, for those who want their news once a day."""

    kind: NewsKind
    line: str
    link: str


@dataclass(frozen=True)
class Letter:
    """One mail to be written: what it is, to whom, and what its templates need.

    ``template`` names a folder in ``templates/notifications/mail`` with ``subject.txt``, ``body.txt`` and
    ``body.html``. ``key`` says what the mail is about; the same kind, recipient and key is the same mail. ``topics``
    name its subjects (``update:12``) for the pages that show every mail about theirs. Answers go to ``reply_to``, or
    else to the service's contact address. A letter with ``news`` comes as its reader has chosen; without it, and to a
    mailbox, it always comes at once. ``for_whom`` is the absent person whose deputy is told.
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
    news: News | None = None
    for_whom: Person | None = None


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
    """Write one mail that nobody can switch off and hint a worker at it on commit; return its row.

    A second call with the same kind, recipient and key returns the first mail and sends nothing more.
    """
    letter = Letter(kind, recipient.strip().lower(), key, template, context, person, secret, obsolete_at, topics)
    return queue_one(letter, now=now)


def queue_one(letter: Letter, *, now: datetime.datetime) -> Mail:
    """Write ``letter``, which is no news, as :func:`queue` does."""
    queue_many([letter], now=now)
    mail = Mail.objects.get(kind=letter.kind, recipient=letter.recipient, key=letter.key)
    if mail.state == MailState.DUE:
        hint_on_commit(mail.pk)
    return mail


def queue_many(letters: Iterable[Letter], *, now: datetime.datetime) -> None:
    """Write many mails with few statements; the sweep delivers them. Mails that exist already stay as they are.

    News comes as each person has chosen: as a mail, as a notice for the next daily mail, or not at all. Whoever has
    been told once, in whichever way, is not told again.
    """
    written = [(_written(letter, now), letter.topics) for letter in _at_once(list(letters), now)]
    Mail.objects.bulk_create((mail for mail, _topics in written), batch_size=500, ignore_conflicts=True)
    topics = {mail.message_id: about for mail, about in written if about}
    if topics:
        # By Message-ID, which only this call knows: a mail that existed before keeps its topics.
        mails = Mail.objects.filter(message_id__in=topics).values_list("pk", "message_id")
        MailTopic.objects.bulk_create(
            (MailTopic(mail_id=pk, topic=topic) for pk, message_id in mails for topic in topics[message_id]),
            batch_size=TOPICS_AT_ONCE,
        )


def queue_new(letters: Iterable[Letter], *, now: datetime.datetime) -> int:
    """Write those mails that do not exist yet and return how many they are, news that comes otherwise included."""
    wanted = {(one.kind, one.recipient.strip().lower(), one.key): one for one in letters}
    known = Mail.objects.filter(key__in={key for _kind, _recipient, key in wanted})
    for kind, recipient, key in known.values_list("kind", "recipient", "key"):
        wanted.pop((MailKind(kind), recipient, key), None)
    queue_many((replace(one, recipient=one.recipient.strip().lower()) for one in wanted.values()), now=now)
    return len(wanted)


def _at_once(letters: list[Letter], now: datetime.datetime) -> list[Letter]:
    """Return the letters that go out as mails of their own, and keep what people want once a day as notices.

    A constant number of queries per 1,000 letters.
    """
    telling = [(one, one.news, one.person) for one in letters if one.news is not None and one.person is not None]
    if not telling:
        return letters
    kinds = {news.kind for _one, news, _person in telling}
    chosen = preferences.chosen({person.pk for _one, _news, person in telling}, kinds)
    told = _told_as_notice([one for one, _news, _person in telling])
    mails = [one for one in letters if one.news is None or one.person is None]
    daily: dict[tuple[str, str], Notice] = {}
    for one, news, person in telling:
        delivery = chosen.get((person.pk, news.kind), Delivery.AT_ONCE)
        if (person.pk, one.key) in told or delivery == Delivery.OFF:
            continue
        if delivery == Delivery.DAILY:
            daily[one.recipient.strip().lower(), one.key] = _notice(one, news, person, now)
        else:
            mails.append(one)
    for mail in _told_as_mail(daily):
        daily.pop(mail, None)
    Notice.objects.bulk_create(daily.values(), batch_size=500, ignore_conflicts=True)
    return mails


def _notice(letter: Letter, news: News, person: Person, now: datetime.datetime) -> Notice:
    line = news.line if len(news.line) <= LINE_LENGTH else f"{news.line[: LINE_LENGTH - 1]}…"
    return Notice(
        kind=NoticeKind.NEWS,
        addressee=f"p:{person.pk}",
        person=person,
        for_whom=letter.for_whom,
        about=letter.key,
        # What is about several runs is on none of their pages as long as it is one line.
        topic=letter.topics[0] if len(letter.topics) == 1 else "",
        due_on=timezone.localdate(now),
        news=news.kind,
        line=line,
        link=news.link,
        created_at=now,
    )


def _told_as_notice(letters: Sequence[Letter]) -> set[tuple[int, str]]:
    """Return person and key of what stands, or stood, in a daily mail."""
    found: set[tuple[int, str]] = set()
    for start in range(0, len(letters), SLICE):
        some = letters[start : start + SLICE]
        notices = Notice.objects.filter(
            kind=NoticeKind.NEWS,
            addressee__in={f"p:{one.person.pk}" for one in some if one.person},
            about__in={one.key for one in some},
        )
        found |= {(person, about) for person, about in notices.values_list("person", "about") if person is not None}
    return found


def _told_as_mail(wanted: Collection[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return those of these recipients and keys to which a mail has been written."""
    found: list[tuple[str, str]] = []
    pairs = list(wanted)
    for start in range(0, len(pairs), SLICE):
        some = pairs[start : start + SLICE]
        mails = Mail.objects.filter(recipient__in={to for to, _key in some}, key__in={key for _to, key in some})
        found += mails.values_list("recipient", "key")
    return found


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
    """Tell a worker about a mail on commit; a lost hint does no harm, the sweep finds the mail.

    Where the queue is away, a sign-in code is delivered all the same.
    """
    transaction.on_commit(partial(_hint, mail_id))


def _hint(mail_id: int) -> None:
    if current_app.conf.task_always_eager:
        _publish(mail_id)
    else:
        # A queue that is down is asked several times, which takes seconds; nobody's page waits for that.
        threading.Thread(target=_publish_apart, args=(mail_id,), daemon=True).start()


def _publish_apart(mail_id: int) -> None:
    try:
        _publish(mail_id)
    finally:
        connections.close_all()


def _publish(mail_id: int) -> None:
    from notifications.tasks import deliver_mail  # noqa: PLC0415 - the task calls the services, which are above

    try:
        deliver_mail.apply_async((mail_id,), retry=False)
    except (OperationalError, OSError):
        logger.warning("The queue does not answer; the sweep will deliver mail %s, unless it is a code.", mail_id)
        _deliver_code(mail_id)


def _deliver_code(mail_id: int) -> None:
    """Deliver a sign-in code from here: without it nobody gets in while the queue is away. Other mails can wait."""
    from notifications.services import delivery  # noqa: PLC0415 - delivery calls the services above

    if Mail.objects.filter(pk=mail_id, kind=MailKind.SIGN_IN_CODE).exists():
        delivery.deliver(mail_id, now=timezone.now())


def _written(letter: Letter, now: datetime.datetime) -> Mail:
    unsubscribe = ""
    if letter.news and letter.person:
        unsubscribe = preferences.unsubscribe_url(letter.person, letter.news.kind)
    context = {
        "may_be_daily": letter.news is not None and Delivery.DAILY in preferences.choices_of(letter.news.kind),
        "news_label": letter.news.kind.label if letter.news else "",
        "to_mailbox": letter.person is None,
        "unsubscribe_url": unsubscribe,
        **letter.context,
    }
    words = render(letter.template, context)
    return Mail(
        kind=letter.kind,
        recipient=letter.recipient,
        person=letter.person,
        key=letter.key,
        subject=words.subject,
        text=words.text,
        html=words.html,
        secret=letter.secret,
        message_id=make_msgid(domain=mail_host()),
        state=MailState.DUE,
        composed_at=now,
        created_at=now,
        next_try_at=now,
        obsolete_at=letter.obsolete_at,
        reply_to=letter.reply_to,
        unsubscribe_url=unsubscribe,
    )
