"""One mail with all that is known of it."""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from notifications.models import Mail, Notice, NoticeKind, PausedAddress
from notifications.queries.addresses import is_paused
from notifications.reasons import reason_of, step_words, was_to_say
from notifications.services.resending import address_for, why_not
from notifications.subjects import Subject, subjects
from offices.access import Desk

MOST_NOTICES = 200


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that a mail bundles: why, what, about which run, and for whom if a deputy is told."""

    notice: Notice
    why: str
    what: Subject
    run: Subject | None


@dataclass(frozen=True, slots=True)
class MailDetail:
    """A mail as its page shows it.

    ``text`` is what was sent, for those who may read it. ``told`` are at most 200 of its ``bundled`` notices, those of
    which it speaks first. ``copies`` are the first mail and all that were sent again of it, unless it is the only one.
    ``refusal`` says why it cannot be sent again, ``address`` where it would go, ``paused`` why that address waits.
    ``links``: whether the person may open what it is about.
    """

    mail: Mail
    reasons: list[str]
    told: list[Told]
    bundled: int
    subjects: list[Subject]
    copies: list[Mail]
    resends: int
    text: str
    refusal: str
    address: str
    paused: PausedAddress | None
    links: bool


def may_read_words(desk: Desk) -> bool:
    """Whether the person may read what mails say: coordinators, who answer for them."""
    return desk.is_coordinator


def mail_detail(desk: Desk, pk: int, now: datetime.datetime) -> MailDetail | None:
    """Return the mail with this id, ``None`` if there is none; a constant number of queries."""
    mails = Mail.objects.select_related("person", "wanted_by", "resend_of").annotate(is_paused=is_paused())
    mail = mails.filter(pk=pk).first()
    if mail is None:
        return None
    notices = mail.notices.select_related("for_whom").order_by("dropped_at", "-step", "due_on", "pk")
    told = list(notices[:MOST_NOTICES])
    topics = list(mail.topics.order_by("pk").values_list("topic", flat=True))
    called = subjects({*topics, *(one.topic for one in told if one.topic), *(one.about for one in told)})
    copies = _copies(mail)
    return MailDetail(
        mail=mail,
        reasons=reason_of(mail, []) if mail.resend_of_id or not told or was_to_say(mail) else [],
        told=[_told(one, called, mail) for one in told],
        bundled=notices.count(),
        subjects=[called[topic] for topic in topics if called[topic].link],
        copies=copies if len(copies) > 1 else [],
        resends=len(copies) - 1,
        text=mail.text if may_read_words(desk) and not mail.secret else "",
        refusal=why_not(mail, now, is_paused=mail.is_paused),
        address=address_for(mail),
        paused=PausedAddress.objects.filter(address=address_for(mail), ended_at__isnull=True).first(),
        links=desk.is_coordinator,
    )


def _copies(mail: Mail) -> list[Mail]:
    first = mail.resend_of or mail
    return [first, *first.resends.select_related("wanted_by").defer("text", "html").order_by("pk")]


def _told(notice: Notice, called: dict[str, Subject], mail: Mail) -> Told:
    news = notice.kind in {NoticeKind.NEWS, NoticeKind.DUTY}
    return Told(
        notice=notice,
        why=step_words(notice.kind, notice.step, days=_days(notice, mail), is_repeat=notice.repeat > 0),
        what=Subject(notice.line) if news else called[notice.about],
        run=called[notice.topic] if notice.topic and called[notice.topic].link else None,
    )


def _days(notice: Notice, mail: Mail) -> int:
    return (timezone.localdate(mail.created_at) - notice.due_on).days
