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
from offices.access import desk_of
from offices.models import Person
from offices.queries import people
from workflow import access, mentions
from workflow.models import CommentAnswer, ReviewComment, StatusUpdate
from workflow.queries.mentions import nameable
from workflow.services.recipients import Recipient
from workflow.wording import FIELD_LABELS


@dataclass(frozen=True, slots=True)
class _Said:
    """Words of a comment or of an answer to it; ``key`` is what the mail about them is known by."""

    comment: ReviewComment
    key: str
    text: str


def commented(update: StatusUpdate, comments: Sequence[ReviewComment], *, by: Person, now: datetime.datetime) -> None:
    """Tell everybody whom ``comments`` name: one mail for each person, with those comments that name them."""
    _tell(update, [_Said(one, f"mention:comment:{one.pk}", one.text) for one in comments], by=by, now=now)


def answered(update: StatusUpdate, answer: CommentAnswer, *, by: Person, now: datetime.datetime) -> None:
    """Tell everybody whom ``answer`` names."""
    _tell(update, [_Said(answer.comment, f"mention:answer:{answer.pk}", answer.text)], by=by, now=now)


def _tell(update: StatusUpdate, said: Sequence[_Said], *, by: Person, now: datetime.datetime) -> None:
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
            if is_better and who.person != by and _may_read(who, update, today):
                letters[who.address] = _letter(who, update, about, by)
    outbox.queue_new(letters.values(), now=now)


def _recipients(person: Person, deputy: Person | None) -> list[Recipient]:
    own = Recipient(person.email, person)
    return [own, Recipient(deputy.email, deputy, person)] if deputy else [own]


def _may_read(who: Recipient, update: StatusUpdate, today: datetime.date) -> bool:
    """Whether the person reads comments on the run: a deputy stands in for offices and the Arbeitsgruppe alone."""
    if who.person is None:
        return False
    desk = desk_of(who.person, today)
    return access.may_read_internals(desk, update) and access.visible_updates(desk).filter(pk=update.pk).exists()


def _letter(who: Recipient, update: StatusUpdate, about: Sequence[_Said], by: Person) -> Letter:
    link = f"{settings.SITE_URL}{reverse('workflow:comment-answer', args=[about[0].comment.pk])}"
    comments = [
        {"field": str(FIELD_LABELS[one.comment.field]) if one.comment.field else "", "text": one.text} for one in about
    ]
    context = {"author": by.name, "title": str(update.recommendation), "comments": comments, "link": link}
    news = News(NewsKind.MENTION, _("%(title)s: %(author)s names you in a comment") % context, link)
    topics = (f"update:{update.pk}",)
    return who.letter(MailKind.MENTION, about[0].key, "mention", context, topics=topics, news=news)
