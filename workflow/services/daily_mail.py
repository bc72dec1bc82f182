"""The words of the daily mail, written just before it is sent: what is asked of somebody now, and nothing that is done.

Registered with the outbox for ``MailKind.REMINDER`` (``WorkflowConfig.ready``).
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db.models import Q
from django.utils import timezone

from notifications.models import Mail, Notice, NoticeKind
from notifications.services.composing import Composed
from offices.access import desk_of
from offices.models import Person
from workflow.models import DepartmentLetter, LetterState
from workflow.queries import daily_mail as queries
from workflow.queries import reminders
from workflow.queries.audience import addressee_of, addressee_of_mailbox
from workflow.queries.daily_mail import Content, Contents, Task
from workflow.services import daily_layout

ITEM, QUEUE, LETTER = "item:", "queue:", "letter:"


class DailyMail:
    """Writes the daily mails of people and mailboxes; a constant number of queries for many of them.

    Two queries more for each member of the Arbeitsgruppe.
    """

    def compose(self, mails: Sequence[Mail], *, now: datetime.datetime) -> dict[int, Composed]:
        """Return the words by the mail's id: everything that is asked of its recipient at ``now``, told before or not.

        Notices of what was done, cancelled, given away or put off meanwhile are dropped. A mail of which no notice is
        left is not in the result, whatever else lies on the desk: that has been told, and comes again at its next step.
        """
        day = timezone.localdate(now)
        persons = Person.objects.in_bulk({mail.person_id for mail in mails if mail.person_id is not None})
        mailboxes = {_office_of(mail) for mail in mails if mail.person_id is None}
        contents = queries.read(list(persons.values()), mailboxes, day=day)
        kept = self._keep(mails, contents, now)
        words = {}
        for mail in mails:
            content = contents.by_addressee.get(_addressee(mail))
            if content is None or not kept[mail.pk]:
                continue
            person = persons[mail.person_id] if mail.person_id is not None else None
            words[mail.pk] = daily_layout.compose(contents, content, person, kept[mail.pk])
            mail.speaks_of = _speaks_of(content, kept[mail.pk])
        Mail.objects.bulk_update([mail for mail in mails if mail.pk in words], ["speaks_of"], batch_size=200)
        return words

    def stale(self, mail_ids: Collection[int]) -> set[int]:
        """Return those of these mails that name a task which is done, put off or taken back, or a queue that changed.

        One query for all tasks; three for each mail to a member of the Arbeitsgruppe.
        """
        mails = list(Mail.objects.filter(pk__in=mail_ids).only("speaks_of", "composed_at", "person"))
        named = {int(pk) for mail in mails for pk in mail.speaks_of.get("tasks", {})}
        open_tasks = dict(reminders.open_work().filter(pk__in=named).values_list("pk", "due_on")) if named else {}
        return {mail.pk for mail in mails if _has_changed(mail, open_tasks)}

    def _keep(self, mails: Sequence[Mail], contents: Contents, now: datetime.datetime) -> dict[int, list[Notice]]:
        """Drop the notices that no longer hold and return the others by mail."""
        notices = list(Notice.objects.filter(mail__in=mails, dropped_at__isnull=True).order_by("pk"))
        holding = _Holding(contents, notices)
        kept: dict[int, list[Notice]] = defaultdict(list)
        dropped = []
        for one in notices:
            if one.mail_id is not None and holding.holds(one):
                kept[one.mail_id].append(one)
            else:
                dropped.append(one.pk)
        Notice.objects.filter(pk__in=dropped).update(dropped_at=now)
        return kept


class _Holding:
    """Tells whether what a notice says still holds."""

    def __init__(self, contents: Contents, notices: Iterable[Notice]) -> None:
        self.contents = contents
        items = {_number(one.about, ITEM) for one in notices if one.about.startswith(ITEM)}
        self.tasks = {task.pk: task for task in queries.tasks_of(Q(pk__in=items))} if items else {}
        letters = {_number(one.about, LETTER) for one in notices if one.kind == NoticeKind.LETTER}
        proposed = DepartmentLetter.objects.filter(pk__in=letters, state=LetterState.PROPOSED)
        self.letters = set(proposed.values_list("pk", flat=True)) if letters else set()

    def holds(self, notice: Notice) -> bool:
        content = self.contents.by_addressee.get(notice.addressee)
        if content is None:
            return False
        if notice.kind == NoticeKind.NEWS:
            return True
        if notice.kind == NoticeKind.LETTER:
            return _number(notice.about, LETTER) in self.letters
        if notice.kind == NoticeKind.QUEUE:
            return _number(notice.about, QUEUE) in {one.cycle_id for one in content.reviews}
        return self._is_asked(notice, self.tasks.get(_number(notice.about, ITEM)))

    def _is_asked(self, notice: Notice, task: Task | None) -> bool:
        if task is None or task.due_on != notice.due_on:
            return False
        heard = self.contents.heard
        if task.office_id is not None and task.office_id not in heard.offices:
            return False
        return any(told.addressee == notice.addressee for told in heard.of(notice.kind, task.office_id, task.step))


def preview(person: Person, *, day: datetime.date) -> Composed | None:
    """Return the mail that ``person`` would get on ``day`` as everything stands now; ``None`` if nothing is asked."""
    contents = queries.read([person], (), day=day)
    content = contents.by_addressee.get(addressee_of(person))
    if content is None or not (content.tasks or content.late or content.overdue or content.reviews):
        return None
    return daily_layout.compose(contents, content, person, ())


def _addressee(mail: Mail) -> str:
    return f"p:{mail.person_id}" if mail.person_id is not None else addressee_of_mailbox(_office_of(mail))


def _office_of(mail: Mail) -> int:
    """Return whose mailbox the mail goes to; its key says so."""
    return int(mail.key.split(":")[2].partition("#")[0])


def _number(about: str, kind: str) -> int:
    rest = about.removeprefix(kind)
    return int(rest) if rest.isdecimal() else 0


def _speaks_of(content: Content, notices: Iterable[Notice]) -> dict[str, object]:
    named = {one.pk: one.due_on for one in (*content.tasks, *content.late)}
    named |= {_number(one.about, ITEM): one.due_on for one in notices if one.about.startswith(ITEM)}
    return {
        "tasks": {str(pk): due_on.isoformat() for pk, due_on in named.items()},
        "queues": _queues(content.reviews),
    }


def _queues(waiting: Iterable[reminders.Waiting]) -> dict[str, int]:
    return {str(one.cycle_id): one.number for one in waiting}


def _has_changed(mail: Mail, open_tasks: Mapping[int, datetime.date]) -> bool:
    for pk, due_on in mail.speaks_of.get("tasks", {}).items():
        found = open_tasks.get(int(pk))
        if found is None or found.isoformat() != due_on:
            return True
    queues = mail.speaks_of.get("queues", {})
    if not queues or mail.person is None or mail.composed_at is None:
        return False
    waiting = _queues(reminders.waiting_reviews(desk_of(mail.person, timezone.localdate(mail.composed_at))))
    return any(waiting.get(cycle) != number for cycle, number in queues.items())
