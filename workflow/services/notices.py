"""Mails that a change sends at once. They are rows of the change's own transaction and leave the house afterwards."""

import datetime

from django.conf import settings
from django.urls import reverse

from notifications.models import MailKind
from notifications.services import outbox
from offices.models import Person
from offices.queries import people
from workflow.models import ReviewComment, Revision, StatusUpdate
from workflow.wording import FIELD_LABELS


def entry_returned(update: StatusUpdate, revision: Revision, *, now: datetime.datetime, today: datetime.date) -> None:
    """Tell the lead office that its entry came back, with the comments.

    Each clerk gets a mail; without an active clerk the heads do, and without those the office's mailbox. An office
    without any of them hears nothing (opening the cycle has named it). Twice for one version is one mail.
    """
    comments = ReviewComment.objects.filter(revision=revision).order_by("pk")
    context = {
        "title": str(update.recommendation),
        "comments": [
            {"field": str(FIELD_LABELS[one.field]) if one.field else "", "text": one.text} for one in comments
        ],
        "due_on": update.due_on,
        "link": settings.SITE_URL + reverse("workflow:update-edit", args=[update.pk]),
    }
    for recipient, person in _recipients(update, today):
        outbox.queue(
            kind=MailKind.RETURNED,
            recipient=recipient,
            key=f"update-{update.pk}-{revision.number}",
            template="returned",
            context={**context, "person_name": person.name if person else ""},
            now=now,
            person=person,
        )


def _recipients(update: StatusUpdate, today: datetime.date) -> list[tuple[str, Person | None]]:
    office = update.lead_office_id
    somebody = people.clerks_of([office], today)[office] or people.heads_of([office], today)[office]
    if somebody:
        return [(person.email, person) for person in somebody]
    return [(update.lead_office.mailbox, None)] if update.lead_office.mailbox else []
