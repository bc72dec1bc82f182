"""Mails that a change sends at once. They are rows of the change's own transaction and leave the house afterwards."""

import datetime
from collections import defaultdict
from collections.abc import Sequence

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import ngettext

from notifications.models import MailKind, NewsKind
from notifications.services import outbox
from notifications.services.outbox import Letter, News
from offices.models import Office
from offices.queries import people
from workflow.models import ReportingCycle, ReviewComment, Revision, StatusUpdate, WorkItem, WorkStep
from workflow.services import recipients
from workflow.wording import FIELD_LABELS


def entry_returned(update: StatusUpdate, revision: Revision, *, now: datetime.datetime, today: datetime.date) -> None:
    """Tell the lead office that its entry came back, with the comments.

    Each clerk gets a mail; without an active clerk the heads do, and without those the office's mailbox. An office
    without any of them hears nothing (opening the cycle has named it). Twice for one version is one mail.
    """
    comments = [
        {"field": str(FIELD_LABELS[one.field]).rstrip("?") if one.field else "", "text": one.text}
        for one in ReviewComment.objects.filter(revision=revision).order_by("pk")
    ]
    link = settings.SITE_URL + reverse("workflow:update-edit", args=[update.pk])
    context = {"title": str(update.recommendation), "comments": comments, "due_on": update.due_on, "link": link}
    line = ngettext(
        "%(title)s: returned with %(number)d comment", "%(title)s: returned with %(number)d comments", len(comments)
    ) % {"title": update.recommendation, "number": len(comments)}
    news = News(NewsKind.RETURNED, line, link)
    key = f"update-{update.pk}-{revision.number}"
    topics = (f"update:{update.pk}",)
    letters = [
        one.letter(MailKind.RETURNED, key, "returned", context, topics=topics, news=news)
        for one in recipients.of_office(update.lead_office, today)
    ]
    outbox.queue_new(letters, now=now)


def offices_without_clerk(cycle: ReportingCycle, *, now: datetime.datetime, today: datetime.date) -> None:
    """Ask each office that has open tasks in ``cycle`` but no active clerk, through its mailbox, to name somebody.

    One mail per office and cycle, however often this is called. Offices without a mailbox hear nothing (opening the
    cycle has named them). Constant number of queries.
    """
    writing = WorkItem.objects.filter(update__cycle=cycle, is_open=True, step=WorkStep.WRITE)
    offices = list(Office.objects.filter(pk__in=writing.order_by().values("office")).exclude(mailbox=""))
    clerks = people.clerks_of([one.pk for one in offices], today)
    asked = [one for one in offices if not clerks[one.pk]]
    heads = people.heads_of([one.pk for one in asked], today)
    tasks = _titles(writing, asked)
    outbox.queue_many(
        [
            Letter(
                kind=MailKind.OPENING,
                recipient=office.mailbox.strip().lower(),
                key=f"opening:{cycle.pk}:{office.pk}",
                template="opening",
                context={
                    "edition": str(cycle.edition),
                    "period": cycle.period_label,
                    "due_on": cycle.due_on,
                    "office": office.label,
                    "has_head": bool(heads[office.pk]),
                    "total": len(titles),
                    "titles": list(titles.values()),
                },
                topics=tuple(f"update:{pk}" for pk in titles),
            )
            for office, titles in tasks.items()
        ],
        now=now,
    )


def _titles(items: "QuerySet[WorkItem]", offices: Sequence[Office]) -> dict[Office, dict[int, str]]:
    """Return the recommendations that wait to be written about, by office and run, in printed order."""
    of_id = {office.pk: office for office in offices}
    found: dict[Office, dict[int, str]] = defaultdict(dict)
    rows = (
        items.filter(office__in=of_id)
        .order_by("update__recommendation__position", "update__recommendation__number", "pk")
        .values_list("office_id", "update_id", "update__recommendation__number", "update__recommendation__title")
    )
    for office, update, number, title in rows:
        if office is not None:
            found[of_id[office]][update] = f"{number} {title}"
    return dict(found)
