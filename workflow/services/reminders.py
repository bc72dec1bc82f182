"""The daily reminder: one mail per person with everything that is pressing."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.utils import timezone

from notifications.models import Mail, MailKind
from notifications.services import outbox
from notifications.services.outbox import Letter
from offices.models import Office, Person
from offices.queries.people import clerks_of, deputies_of, heads_of
from workflow import desk_links
from workflow.models import WRITING_STEPS, WorkItem, WorkStep
from workflow.queries.reminders import pressing_items
from workflow.thread import DUE_WORDS, due

Pressing = Mapping[Office, Sequence[WorkItem]]


@dataclass(frozen=True, slots=True)
class _Holders:
    """Who may do what for the offices: clerks (or heads, where there are none) everything but sign, heads sign."""

    clerks: Mapping[int, Sequence[Person]]
    heads: Mapping[int, Sequence[Person]]

    def of(self, office: Office, step: str) -> Sequence[Person]:
        if step == WorkStep.SIGN:
            return self.heads[office.pk]
        return self.clerks[office.pk] or self.heads[office.pk]

    def everybody(self) -> set[int]:
        return {person.pk for held in (self.clerks, self.heads) for people in held.values() for person in people}


@dataclass
class _Desk:
    """What one person is reminded of; ``for_whom`` is by item the absent person who would do it."""

    items: dict[int, WorkItem] = field(default_factory=dict)
    for_whom: dict[int, str] = field(default_factory=dict)

    def add(self, item: WorkItem, absent: Person | None) -> None:
        # Whoever may do it by own right is not told to do it for somebody else.
        if absent is None:
            self.for_whom.pop(item.pk, None)
        elif item.pk not in self.items:
            self.for_whom[item.pk] = absent.name
        self.items[item.pk] = item


def plan_reminders(*, today: datetime.date, now: datetime.datetime) -> int:
    """Write today's reminders into the outbox and return how many are new.

    Every clerk gets one mail with the open tasks of all their offices that are due within 14 days or overdue; heads
    are reminded of what they have to sign. Where an office has no active clerk its head gets it, and where it has
    neither, its mailbox is asked to name somebody. During an absence the deputy gets the mail, and reads for whom.
    A later run on the same day writes only to those who have no mail of today yet: nobody gets a second one, whatever
    has become due meanwhile. A mail still waiting when the day ends is given up, because the next day's says more.
    Constant number of queries, apart from the batches of writing.
    """
    items = pressing_items(today)
    ids = [office.pk for office in items]
    holders = _Holders(clerks_of(ids, today), heads_of(ids, today))
    written = _written(today)
    letters = [*_to_people(items, holders, today), *_to_mailboxes(items, holders, today)]
    new = [letter for letter in letters if (letter.key, letter.person and letter.person.pk) not in written]
    outbox.queue_many(new, now=now)
    return len(new)


def _written(today: datetime.date) -> set[tuple[str, int | None]]:
    """Return key and person of today's mails: by person, so that an address changed at noon makes no second mail."""
    mails = Mail.objects.filter(kind=MailKind.REMINDER, key__startswith=_key(today))
    return set(mails.values_list("key", "person_id"))


def _to_people(items: Pressing, holders: _Holders, today: datetime.date) -> list[Letter]:
    deputies = deputies_of(holders.everybody(), today)
    desks: dict[Person, _Desk] = defaultdict(_Desk)
    for office, of_office in items.items():
        for item in of_office:
            for person in holders.of(office, item.step):
                deputy = deputies.get(person.pk)
                desks[deputy or person].add(item, person if deputy else None)
    return [
        Letter(
            kind=MailKind.REMINDER,
            recipient=person.email,
            key=_key(today),
            template="reminder",
            context={"person_name": person.name, **_tasks(desk.items.values(), today, desk.for_whom)},
            person=person,
            obsolete_at=_end_of(today),
            topics=_topics(desk.items.values()),
        )
        for person, desk in desks.items()
    ]


def _to_mailboxes(items: Pressing, holders: _Holders, today: datetime.date) -> list[Letter]:
    return [
        Letter(
            kind=MailKind.REMINDER,
            recipient=office.mailbox.lower(),
            # One mailbox may serve several offices; each gets its own mail.
            key=f"{_key(today)}:{office.pk}",
            template="reminder_mailbox",
            context={"office": office.label, **_tasks(desk, today)},
            obsolete_at=_end_of(today),
            topics=_topics(desk),
        )
        for office, desk in items.items()
        if office.mailbox and not (holders.clerks[office.pk] or holders.heads[office.pk])
    ]


def _topics(items: Iterable[WorkItem]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"update:{item.update_id}" for item in items))


def _key(today: datetime.date) -> str:
    return f"reminder:{today.isoformat()}"


def _end_of(today: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(today + datetime.timedelta(days=1), datetime.time.min))


def _urgency(item: WorkItem) -> tuple[datetime.date, int]:
    return item.due_on, item.pk


def _tasks(
    items: Iterable[WorkItem], today: datetime.date, for_whom: Mapping[int, str] | None = None
) -> dict[str, object]:
    desk = sorted(items, key=_urgency)
    return {
        "total": len(desk),
        "overdue": sum(item.due_on < today for item in desk),
        # What came back with comments is reworked; only a new status update can confirm the last text.
        "may_confirm": any(item.step == WorkStep.WRITE for item in desk),
        "is_about_writing": any(item.step in (*WRITING_STEPS, WorkStep.CONTRIBUTE) for item in desk),
        "tasks": [
            {
                "title": str(item.update.recommendation),
                "due": due(item.due_on, today, DUE_WORDS.get(item.step, "")).sentence,
                "for_whom": (for_whom or {}).get(item.pk, ""),
                "link": settings.SITE_URL + desk_links.address_of(item),
            }
            for item in desk
        ],
    }
