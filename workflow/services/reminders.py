"""The daily reminder: one mail per person with everything that is pressing."""

import datetime
from collections import defaultdict
from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from notifications.models import Mail, MailKind
from notifications.services import outbox
from notifications.services.outbox import Letter
from offices.models import Office, Person
from offices.queries.people import clerks_of, heads_of
from workflow.models import WorkItem, WorkStep
from workflow.queries.reminders import pressing_items
from workflow.thread import due

Pressing = dict[Office, list[WorkItem]]
Recipients = dict[Office, list[Person]]


def plan_reminders(*, today: datetime.date, now: datetime.datetime) -> int:
    """Write today's reminders into the outbox and return how many are new.

    Every clerk gets one mail with the open tasks of all their offices that are due within 14 days or overdue. Where
    an office has no active clerk its head gets it, and where it has neither, its mailbox is asked to name somebody.
    A later run on the same day writes only to those who have no mail of today yet: nobody gets a second one, whatever
    has become due meanwhile. A mail still waiting when the day ends is given up, because the next day's says more.
    Constant number of queries, apart from the batches of writing.
    """
    items = pressing_items(today)
    people = _people_of(items, today)
    written = _written(today)
    letters = [*_to_people(items, people, today), *_to_mailboxes(items, people, today)]
    new = [letter for letter in letters if (letter.key, letter.person and letter.person.pk) not in written]
    outbox.queue_many(new, now=now)
    return len(new)


def _written(today: datetime.date) -> set[tuple[str, int | None]]:
    """Return key and person of today's mails: by person, so that an address changed at noon makes no second mail."""
    mails = Mail.objects.filter(kind=MailKind.REMINDER, key__startswith=_key(today))
    return set(mails.values_list("key", "person_id"))


def _people_of(items: Pressing, today: datetime.date) -> Recipients:
    ids = [office.pk for office in items]
    clerks, heads = clerks_of(ids, today), heads_of(ids, today)
    return {office: clerks[office.pk] or heads[office.pk] for office in items}


def _to_people(items: Pressing, people: Recipients, today: datetime.date) -> list[Letter]:
    desks: dict[Person, list[WorkItem]] = defaultdict(list)
    for office, here in people.items():
        for person in here:
            desks[person] += items[office]
    return [
        Letter(
            kind=MailKind.REMINDER,
            recipient=person.email,
            key=_key(today),
            template="reminder",
            context={"person_name": person.name, **_tasks(sorted(desk, key=_urgency), today)},
            person=person,
            obsolete_at=_end_of(today),
        )
        for person, desk in desks.items()
    ]


def _to_mailboxes(items: Pressing, people: Recipients, today: datetime.date) -> list[Letter]:
    return [
        Letter(
            kind=MailKind.REMINDER,
            recipient=office.mailbox.lower(),
            # One mailbox may serve several offices; each gets its own mail.
            key=f"{_key(today)}:{office.pk}",
            template="reminder_mailbox",
            context={"office": office.label, **_tasks(desk, today)},
            obsolete_at=_end_of(today),
        )
        for office, desk in items.items()
        if office.mailbox and not people[office]
    ]


def _key(today: datetime.date) -> str:
    return f"reminder:{today.isoformat()}"


def _end_of(today: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(today + datetime.timedelta(days=1), datetime.time.min))


def _urgency(item: WorkItem) -> tuple[datetime.date, int]:
    return item.due_on, item.pk


def _tasks(items: Sequence[WorkItem], today: datetime.date) -> dict[str, object]:
    return {
        "total": len(items),
        "overdue": sum(item.due_on < today for item in items),
        # What came back with comments is reworked; only a new status update can confirm the last text.
        "may_confirm": any(item.step == WorkStep.WRITE for item in items),
        "tasks": [
            {
                "title": str(item.update.recommendation),
                "due": due(item.due_on, today, "rework" if item.step == "rework" else "").sentence,
                "link": settings.SITE_URL + reverse("workflow:update-edit", args=[item.update_id]),
            }
            for item in items
        ],
    }
