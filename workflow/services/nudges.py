"""Reminders that somebody sends by hand, for one run or for many.

Whoever has several of the runs on their desk gets one mail that names them all. Each desk hears of a run once a day at
most, whoever asks and however often.
"""

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.utils import timezone

from notifications.models import MailKind, MailTopic
from notifications.services import outbox
from notifications.services.outbox import Letter
from offices.models import Office, Person
from workflow import desk_links
from workflow.models import EventKind, StatusUpdate, WorkItem, WorkStep
from workflow.services import history, recipients
from workflow.services.recipients import Recipient
from workflow.thread import DUE_WORDS, due

SLICE = 1_000

Desk = tuple[str, int | None]
"""Address and person; a mailbox has no person."""


@dataclass
class Nudges:
    """Who would be written to about which tasks, today.

    ``for_whom`` is, by recipient and task, the absent person for whom a deputy hears of it.
    ``told`` are runs of which every desk has heard today already; ``nobody`` those whose offices have neither people
    nor a mailbox; whatever lies on no office's desk is in none of them.
    """

    tasks: dict[Desk, list[WorkItem]] = field(default_factory=lambda: defaultdict(list))
    persons: dict[Desk, Person] = field(default_factory=dict)
    for_whom: dict[tuple[Desk, int], str] = field(default_factory=dict)
    told: set[int] = field(default_factory=set)
    nobody: set[int] = field(default_factory=set)

    @property
    def mails(self) -> int:
        """How many mails would be written."""
        return len(self.tasks)

    @property
    def runs(self) -> dict[int, set[Desk]]:
        """Who hears of each run."""
        found: dict[int, set[Desk]] = defaultdict(set)
        for recipient, items in self.tasks.items():
            for item in items:
                found[item.update_id].add(recipient)
        return dict(found)


def plan(items: Iterable[WorkItem], *, today: datetime.date) -> Nudges:
    """Return who is to be reminded of ``items``, and who has been today; a constant number of queries per 1,000.

    ``items`` come with their office. Nothing is written.
    """
    waiting = [item for item in items if item.office is not None]
    to = _recipients(waiting, today)
    told = _told(waiting, today)
    found = Nudges()
    for item in waiting:
        here = to[item.pk]
        new = [one for one in here if (_desk(item), _lower(one.address)) not in told]
        for one in new:
            key = (_lower(one.address), one.person.pk if one.person else None)
            found.tasks[key].append(item)
            if one.person:
                found.persons[key] = one.person
            if one.for_whom:
                found.for_whom[key, item.pk] = one.for_whom.name
        if not new:
            (found.told if here else found.nobody).add(item.update_id)
    heard = set(found.runs)
    found.told -= heard
    found.nobody -= heard | found.told
    return found


def nudge(
    update: StatusUpdate,
    *,
    by: Person,
    now: datetime.datetime,
    today: datetime.date,
    participation_id: int | None = None,
    on_behalf_of: Person | None = None,
) -> int:
    """Remind everybody on whose desk the run lies, or one contributing office; return how many get a mail.

    The caller holds the run's row. Writes an event if anybody gets a mail.
    """
    items = open_items([update.pk])
    if participation_id is not None:
        items = [one for one in items if one.participation_id == participation_id and one.step == WorkStep.CONTRIBUTE]
    return sum(_send([update], items, by=by, now=now, today=today, on_behalf_of=on_behalf_of).values())


def nudge_many(
    updates: Sequence[StatusUpdate], *, by: Person, now: datetime.datetime, today: datetime.date
) -> dict[int, int]:
    """Remind everybody on whose desk one of ``updates`` lies; return how many hear of each run, by its id.

    The caller holds the rows and has read them under the lock. A constant number of statements per 1,000 runs; runs of
    which nobody is written to are not in the result and get no event.
    """
    return _send(updates, open_items([one.pk for one in updates]), by=by, now=now, today=today)


def open_items(update_ids: Sequence[int]) -> list[WorkItem]:
    """Return what lies on offices' desks for these runs, the most urgent first."""
    found: list[WorkItem] = []
    for start in range(0, len(update_ids), SLICE):
        found += (
            WorkItem.objects.filter(update__in=update_ids[start : start + SLICE], is_open=True, office__isnull=False)
            .select_related("office", "update__recommendation")
            .order_by("due_on", "pk")
        )
    return sorted(found, key=lambda item: (item.due_on, item.pk))


def _send(
    updates: Sequence[StatusUpdate],
    items: Sequence[WorkItem],
    *,
    by: Person,
    now: datetime.datetime,
    today: datetime.date,
    on_behalf_of: Person | None = None,
) -> dict[int, int]:
    planned = plan(items, today=today)
    outbox.queue_many(
        [_letter(planned, recipient, by=by, today=today) for recipient in planned.tasks],
        now=now,
    )
    heard = {update: len(desks) for update, desks in planned.runs.items()}
    offices: dict[int, set[int]] = defaultdict(set)
    for tasks in planned.tasks.values():
        for item in tasks:
            offices[item.update_id].add(item.office_id or 0)
    history.record_many(
        [one for one in updates if one.pk in heard],
        EventKind.REMINDED,
        by=by,
        now=now,
        on_behalf_of=on_behalf_of,
        data={pk: {"offices": sorted(offices[pk]), "mails": mails} for pk, mails in heard.items()},
    )
    return heard


def _letter(planned: Nudges, recipient: Desk, *, by: Person, today: datetime.date) -> Letter:
    person, tasks = planned.persons.get(recipient), planned.tasks[recipient]
    named = [
        {
            "title": str(item.update.recommendation),
            "step": item.step,
            "due": due(item.due_on, today, DUE_WORDS.get(item.step, "")).sentence,
            "for_whom": planned.for_whom.get((recipient, item.pk), ""),
            "link": settings.SITE_URL + desk_links.address_of(item),
        }
        for item in tasks
    ]
    one = len(named) == 1
    context = {"person_name": person.name if person else "", "sender": by.name}
    return Letter(
        kind=MailKind.NUDGE,
        recipient=recipient[0],
        key=f"nudge:{today.isoformat()}:{_fingerprint(tasks)}",
        template="nudge" if one else "nudge_many",
        context=context | (named[0] if one else {"tasks": named, "total": len(named)}),
        person=person,
        topics=tuple(sorted({topic for item in tasks for topic in (f"update:{item.update_id}", _desk(item))})),
    )


def _fingerprint(tasks: Sequence[WorkItem]) -> str:
    """What the mail is about, in a few letters: the same tasks on the same day are the same mail."""
    return hashlib.sha256("|".join(sorted(map(_desk, tasks))).encode()).hexdigest()[:32]


def _desk(item: WorkItem) -> str:
    """The topic of a mail that asks one office for one step of one run."""
    return f"desk:{item.update_id}:{item.step}:{item.office_id}"


def _told(items: Sequence[WorkItem], today: datetime.date) -> set[tuple[str, str]]:
    """Return desk and address of the reminders that were written today."""
    midnight = timezone.make_aware(datetime.datetime.combine(today, datetime.time.min))
    topics = [_desk(item) for item in items]
    found: set[tuple[str, str]] = set()
    for start in range(0, len(topics), SLICE):
        found |= set(
            MailTopic.objects.filter(
                topic__in=topics[start : start + SLICE],
                mail__kind=MailKind.NUDGE,
                mail__created_at__gte=midnight,
            ).values_list("topic", "mail__recipient")
        )
    return found


def _recipients(items: Sequence[WorkItem], today: datetime.date) -> dict[int, list[Recipient]]:
    """Return by item who is written to: whoever does it in the office, for a signature its heads first."""
    signing: dict[int, Office] = {}
    others: dict[int, Office] = {}
    for item in items:
        if item.office is not None:
            (signing if item.step == WorkStep.SIGN else others)[item.office.pk] = item.office
    heads = recipients.of_offices(signing.values(), today, heads_first=True)
    clerks = recipients.of_offices(others.values(), today)
    return {
        item.pk: (heads if item.step == WorkStep.SIGN else clerks)[item.office_id] for item in items if item.office_id
    }


def _lower(address: str) -> str:
    return address.strip().lower()
