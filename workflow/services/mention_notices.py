"""Telling people that a comment names them: only those who may read it, and nobody about their own words."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications.models import MailKind, NewsKind
from notifications.services import outbox
from notifications.services.outbox import Letter, News
from offices.access import Desk, desk_of
from offices.models import Person
from offices.queries import people
from workflow import access, mentions
from workflow.models import CommentAnswer, ReviewComment, StatusUpdate
from workflow.queries import one_voice
from workflow.queries.mentions import MENTION, nameable
from workflow.services import recipients
from workflow.services.recipients import Recipient
from workflow.wording import FIELD_LABELS


@dataclass(frozen=True, slots=True)
class _Said:
    """Words of a comment or of an answer to it; ``key`` is what the mail about them is known by.

    Comments are the Arbeitsgruppe's, and so are answers that do not come from the lead office (``by_office``): outside
    the Arbeitsgruppe, nobody learns which member has written one.
    """

    comment: ReviewComment
    key: str
    text: str
    by_office: bool = False


def commented(
    update: StatusUpdate,
    comments: Sequence[ReviewComment],
    *,
    by: Person,
    now: datetime.datetime,
    is_return: bool = False,
) -> None:
    """Tell everybody whom ``comments`` name: one mail for each person, with those comments that name them.

    Whoever gets the mail that the entry is returned with these comments (``is_return``) gets no other about them.
    """
    said = [_Said(one, f"{MENTION}comment:{one.pk}", one.text) for one in comments]
    _tell(update, said, by=by, now=now, is_return=is_return)


def answered(update: StatusUpdate, answer: CommentAnswer, *, by: Person, now: datetime.datetime) -> None:
    """Tell everybody whom ``answer`` names."""
    by_office = "@" in answer.text and one_voice.is_of_office(answer)
    said = _Said(answer.comment, f"{MENTION}answer:{answer.pk}", answer.text, by_office=by_office)
    _tell(update, [said], by=by, now=now)


def _tell(
    update: StatusUpdate, said: Sequence[_Said], *, by: Person, now: datetime.datetime, is_return: bool = False
) -> None:
    if not any("@" in one.text for one in said):
        return
    today = timezone.localdate(now)
    roster = nameable(update, today)
    named: dict[int, list[_Said]] = {}
    for one in said:
        for person in mentions.read(one.text, roster).people:
            named.setdefault(person, []).append(one)
    named.pop(by.pk, None)
    found = Person.objects.in_bulk(named)
    deputies = people.deputies_of(named, today)
    letters: dict[str, Letter] = {}
    for pk, about in named.items():
        for who in _recipients(found[pk], deputies.get(pk)):
            # Whoever is named themselves reads that rather than the mail as somebody's deputy.
            is_better = who.for_whom is None or who.address not in letters
            desk = desk_of(who.person, today) if who.person and who.person != by else None
            if is_better and desk and _may_read(desk, update):
                letters[who.address] = _letter(who, desk, update, about, by)
    told = {one.address for one in recipients.of_office(update.lead_office, today)} if is_return else set()
    outbox.queue_new([letter for address, letter in letters.items() if address not in told], now=now)


def _recipients(person: Person, deputy: Person | None) -> list[Recipient]:
    own = Recipient(person.email, person)
    return [own, Recipient(deputy.email, deputy, person)] if deputy else [own]


def _may_read(desk: Desk, update: StatusUpdate) -> bool:
    """Whether the person reads comments on the run: a deputy stands in for offices and the Arbeitsgruppe alone."""
    return access.may_read_internals(desk, update) and access.visible_updates(desk).filter(pk=update.pk).exists()


def _letter(who: Recipient, desk: Desk, update: StatusUpdate, about: Sequence[_Said], by: Person) -> Letter:
    reviews = desk.is_reviewer or desk.is_coordinator
    path = reverse("workflow:comment-answer", args=[about[0].comment.pk]) + ("?zurueck=pruefung" if reviews else "")
    link = f"{settings.SITE_URL}{path}"
    comments = [
        {"field": str(FIELD_LABELS[one.comment.field]).rstrip("?") if one.comment.field else "", "text": one.text}
        for one in about
    ]
    # To the office the Arbeitsgruppe speaks with one voice: who asks would say how somebody voted.
    author = by.name if reviews or about[0].by_office else ""
    context = {"author": author, "title": str(update.recommendation), "comments": comments, "link": link}
    named = _("%(title)s: %(author)s names you in a comment")
    line = (named if author else _("%(title)s: the Arbeitsgruppe names you in a comment")) % context
    topics = (f"update:{update.pk}",)
    news = News(NewsKind.MENTION, line, link)
    return who.letter(MailKind.MENTION, about[0].key, "mention", context, topics=topics, news=news)
