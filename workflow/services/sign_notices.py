"""Mails about signatures: who is asked for one, and that an entry came back without it."""

import datetime
from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from notifications.models import MailKind, NewsKind
from notifications.services import outbox
from notifications.services.outbox import Letter, News
from offices.models import Office
from offices.queries import people
from workflow.models import CoSignature, Revision, SignOff, StatusUpdate
from workflow.services import recipients, work_items
from workflow.services.recipients import Recipient

_SIGN, _RUN, _EDIT = "workflow:update-sign", "workflow:update-detail", "workflow:update-edit"


def co_signatures_asked(
    update: StatusUpdate, asked: Sequence[CoSignature], *, now: datetime.datetime, today: datetime.date
) -> None:
    """Ask each office to co-sign: its clerks, else its heads, else its mailbox; one mail per version and person."""
    letters: list[Letter] = []
    for one in asked:
        context = _about(update) | {
            "step": "co_sign",
            "office": one.office_label,
            "due_on": one.due_on,
            "silence": one.silence_is_consent,
        }
        key = f"co-sign:{update.pk}:{one.revision.number}:{one.office_id}"
        news = _news(update, _("%(title)s: please co-sign by %(day)s"), day=one.due_on)
        letters += [_request(update, whom, key, context, news) for whom in recipients.of_office(one.office, today)]
    outbox.queue_many(letters, now=now)


def signature_asked(update: StatusUpdate, revision: Revision, *, now: datetime.datetime, today: datetime.date) -> None:
    """Ask the head of the lead office to sign; where nobody is the head, tell the coordinators.

    One mail per version and person.
    """
    office = Office.objects.get(pk=update.lead_office_id)
    has_head = bool(people.heads_of([office.pk], today)[office.pk])
    whom = recipients.of_heads(office, today) if has_head else recipients.of_coordinators(today)
    due_on = work_items.sign_due_on(update)
    context = _about(update) | {
        "step": "sign" if has_head else "no_head",
        "office": update.lead_office_label,
        "due_on": due_on,
    }
    if has_head:
        news = _news(update, _("%(title)s: please sign by %(day)s"), day=due_on)
    else:
        news = _news(update, _("%(title)s: nobody can sign, because no head of office is entered"), page=_RUN)
    key = f"sign:{update.pk}:{revision.number}:{update.lead_office_id}"
    outbox.queue_many([_request(update, one, key, context, news) for one in whom], now=now)


def objected(update: StatusUpdate, one: CoSignature, *, now: datetime.datetime, today: datetime.date) -> None:
    """Tell the lead office that a contributing office objects, and what it says."""
    said = {"office": one.office_label, "reason": one.comment, "by": "office"}
    line = _("%(title)s: %(office)s does not co-sign it as it stands")
    _returned(update, f"objected:{update.pk}:{one.revision.number}", said, line, now=now, today=today)


def returned_unsigned(update: StatusUpdate, made: SignOff, *, now: datetime.datetime, today: datetime.date) -> None:
    """Tell the clerks of the lead office that their head did not sign, and why."""
    said = {"office": update.lead_office_label, "reason": made.comment, "by": "head"}
    line = _("%(title)s: comes back from the head of office without a signature")
    _returned(update, f"unsigned:{update.pk}:{made.revision.number}", said, line, now=now, today=today)


def _about(update: StatusUpdate) -> dict[str, object]:
    return {
        "title": str(update.recommendation),
        "lead": update.lead_office_label,
        "link": settings.SITE_URL + reverse(_SIGN, args=[update.pk]),
        "run_link": settings.SITE_URL + reverse(_RUN, args=[update.pk]),
    }


def _news(
    update: StatusUpdate, line: str, *, page: str = _SIGN, day: datetime.date | None = None, office: str = ""
) -> News:
    words = {"title": update.recommendation, "office": office, "day": date_format(day, "d.m.Y") if day else ""}
    kind = NewsKind.RETURNED if page == _EDIT else NewsKind.SIGNATURE
    return News(kind, line % words, settings.SITE_URL + reverse(page, args=[update.pk]))


def _request(update: StatusUpdate, whom: Recipient, key: str, context: dict[str, object], news: News) -> Letter:
    topics = (f"update:{update.pk}",)
    return whom.letter(MailKind.SIGN_REQUEST, key, "sign_request", context, topics=topics, news=news)


def _returned(
    update: StatusUpdate, key: str, said: dict[str, str], line: str, *, now: datetime.datetime, today: datetime.date
) -> None:
    context = _about(update) | said | {"due_on": update.due_on}
    context["link"] = settings.SITE_URL + reverse(_EDIT, args=[update.pk])
    news = _news(update, line, page=_EDIT, office=said["office"])
    office = Office.objects.get(pk=update.lead_office_id)
    topics = (f"update:{update.pk}",)
    letters = [
        one.letter(MailKind.RETURNED, key, "unsigned", context, topics=topics, news=news)
        for one in recipients.of_office(office, today)
    ]
    outbox.queue_many(letters, now=now)
