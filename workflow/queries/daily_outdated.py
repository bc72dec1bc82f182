"""Which written daily mails no longer hold: asked before each is sent, for many at a time."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from django.db.models import Prefetch
from django.utils import timezone

from notifications.models import Mail, Notice
from offices.access import desk_of
from offices.models import Person
from offices.queries import people
from workflow.queries import audience, bundled, reminders
from workflow.queries.audience import Audience, Told
from workflow.queries.daily_mail import Content
from workflow.queries.reminders import Waiting


class Named(NamedTuple):
    """A task of which a mail speaks: the notice by which its reader hears of it, and in whose place."""

    pk: int
    due_on: str
    kind: str
    for_whom: str
    office_id: int | None


def notes(content: Content, named: Iterable[Named], lines: Iterable[int]) -> dict[str, Any]:
    """Return what a mail notes of its words (``Mail.speaks_of``), for :func:`outdated`."""
    return {
        "to": content.addressee,
        "tasks": [list(one) for one in named],
        "queues": _queues(content.reviews),
        "queues_for": content.reviews_for,
        "overdue": bool(content.overdue),
        "lines": list(lines),
    }


def outdated(mail_ids: Collection[int]) -> set[int]:
    """Return those of these mails whose words no longer hold.

    That is whatever names a task which is done, put off or given away, or is not (or not in the same place) asked of
    its reader any more; a queue that changed; a line that its reader may not read any more. A constant number of
    queries, and two for each mail to a member of the Arbeitsgruppe.
    """
    persons = Prefetch("person", queryset=Person.objects.all())
    mails = Mail.objects.filter(pk__in=mail_ids, composed_at__isnull=False).only("speaks_of", "composed_at", "person")
    by_day: dict[datetime.date, list[Mail]] = defaultdict(list)
    for mail in mails.prefetch_related(persons):
        if mail.composed_at:
            by_day[timezone.localdate(mail.composed_at)].append(mail)
    found: set[int] = set()
    for day, here in by_day.items():
        today = _Today(here, day)
        found |= {mail.pk for mail in here if today.is_outdated(mail)}
    return found


class _Today:
    """What holds on the day on which some mails were written; reads everything once."""

    def __init__(self, mails: Collection[Mail], day: datetime.date) -> None:
        self.day = day
        noted: list[Mapping[str, Any]] = [mail.speaks_of for mail in mails if "to" in mail.speaks_of]
        ids = [mail.person_id for mail in mails if mail.person_id is not None]
        self.with_a_role = {one.pk for one in people.with_a_role(ids, day)} if ids else set()
        named = {one[0] for note in noted for one in note.get("tasks", ())}
        tasks = reminders.open_work().filter(pk__in=named).values_list("pk", "due_on", "office_id", "step")
        self.tasks = {pk: (due_on.isoformat(), office, step) for pk, due_on, office, step in tasks} if named else {}
        offices = {office for _due_on, office, _step in self.tasks.values() if office is not None}
        self.heard: Audience | None = audience.read(offices, day) if self.tasks else None
        lines = [pk for note in noted for pk in note.get("lines", ())]
        waiting = Notice.objects.filter(pk__in=lines, dropped_at__isnull=True)
        self.lines = bundled.lines_that_hold(list(waiting), day=day) if lines else set()
        is_overdue = any(note.get("overdue") for note in noted)
        self.coordinators = {one.pk for one in people.coordinators(day)} if is_overdue else set()
        has_queue = any(note.get("queues") for note in noted)
        self.reviewers = {one.addressee: one for one in audience.reviewers(day)} if has_queue else {}

    def is_outdated(self, mail: Mail) -> bool:
        if mail.person_id is not None and mail.person_id not in self.with_a_role:
            return True
        note: Mapping[str, Any] = mail.speaks_of
        if "to" not in note:
            # Sent once more, the words as they were; or of a version that noted less.
            return bool(note)
        return (
            not all(self._is_asked(note["to"], Named(*one)) for one in note.get("tasks", ()))
            or not self.lines.issuperset(note.get("lines", ()))
            or (bool(note.get("overdue")) and mail.person_id not in self.coordinators)
            or (bool(note.get("queues")) and not self._has_queues(mail, note))
        )

    def _is_asked(self, addressee: str, named: Named) -> bool:
        due_on, office_id, step = self.tasks.get(named.pk, ("", None, ""))
        if self.heard is None or (due_on, office_id) != (named.due_on, named.office_id):
            return False
        return any(
            (told.addressee, _behind(told)) == (addressee, named.for_whom)
            for told in self.heard.of(named.kind, office_id, step)
        )

    def _has_queues(self, mail: Mail, note: Mapping[str, Any]) -> bool:
        told = self.reviewers.get(note["to"])
        if told is None or mail.person is None or _behind(told) != note["queues_for"]:
            return False
        waiting = _queues(reminders.waiting_reviews(desk_of(mail.person, self.day)))
        return all(waiting.get(cycle) == number for cycle, number in note["queues"].items())


def _behind(told: Told) -> str:
    return told.for_whom.name if told.for_whom else ""


def _queues(waiting: Iterable[Waiting]) -> dict[str, int]:
    return {str(one.cycle_id): one.number for one in waiting}
