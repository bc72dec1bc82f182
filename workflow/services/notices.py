"""Mails that a change sends at once. They are rows of the change's own transaction and leave the house afterwards."""

import datetime
from collections import defaultdict

from django.conf import settings
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
    tasks = _open_tasks(cycle)
    ids = [office.pk for office in tasks]
    clerks, heads = people.clerks_of(ids, today), people.heads_of(ids, today)
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
            if office.mailbox and not clerks[office.pk]
        ],
        now=now,
    )


def _open_tasks(cycle: ReportingCycle) -> dict[Office, dict[int, str]]:
    """Return the recommendations that wait to be written about, by office and run, in printed order."""
    items = (
        WorkItem.objects.filter(update__cycle=cycle, is_open=True, step=WorkStep.WRITE)
        .select_related("office", "update__recommendation")
        .order_by("update__recommendation__position", "update__recommendation__number", "pk")
    )
    found: dict[Office, dict[int, str]] = defaultdict(dict)
    for item in items:
        if item.office is not None:
            found[item.office][item.update_id] = str(item.update.recommendation)
    return dict(found)
