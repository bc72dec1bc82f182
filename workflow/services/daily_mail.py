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
from offices.models import Person
from workflow.queries import daily_mail as queries
from workflow.queries.audience import addressee_of, addressee_of_mailbox
from workflow.queries.bundled import lines_that_hold, number
from workflow.queries.daily_mail import Content, Contents, Task
from workflow.queries.daily_outdated import Named, notes, outdated
from workflow.queries.told import BUNDLED
from workflow.services import daily_layout

ITEM, QUEUE = "item:", "queue:"


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
        holding, kept = self._keep(mails, contents, now)
        words = {}
        for mail in mails:
            content = contents.by_addressee.get(_addressee(mail))
            if content is None or not kept[mail.pk]:
                continue
            person = persons[mail.person_id] if mail.person_id is not None else None
            words[mail.pk] = daily_layout.compose(contents, content, person, kept[mail.pk])
            lines = [one.pk for one in kept[mail.pk] if one.kind in BUNDLED]
            mail.speaks_of = notes(content, _named(content, kept[mail.pk], holding.tasks), lines)
        Mail.objects.bulk_update([mail for mail in mails if mail.pk in words], ["speaks_of"], batch_size=200)
        return words

    def stale(self, mail_ids: Collection[int]) -> set[int]:
        """Return those of these mails that no longer hold.

        ``queries.daily_outdated`` says when.
        """
        return outdated(mail_ids)

    def _keep(
        self, mails: Sequence[Mail], contents: Contents, now: datetime.datetime
    ) -> tuple["_Holding", dict[int, list[Notice]]]:
        """Drop the notices that no longer hold and return what tells, and the others by mail."""
        bundled = Notice.objects.filter(mail__in=mails, dropped_at__isnull=True).select_related("for_whom")
        notices = list(bundled.order_by("pk"))
        holding = _Holding(contents, notices)
        kept: dict[int, list[Notice]] = defaultdict(list)
        dropped = []
        for one in notices:
            if one.mail_id is not None and holding.holds(one):
                kept[one.mail_id].append(one)
            else:
                dropped.append(one.pk)
        Notice.objects.filter(pk__in=dropped).update(dropped_at=now)
        return holding, kept


class _Holding:
    """Tells whether what a notice says still holds."""

    def __init__(self, contents: Contents, notices: Collection[Notice]) -> None:
        self.contents = contents
        items = {number(one.about, ITEM) for one in notices if one.about.startswith(ITEM)}
        self.tasks = {task.pk: task for task in queries.tasks_of(Q(pk__in=items))} if items else {}
        self.lines = lines_that_hold(notices, day=contents.day)

    def holds(self, notice: Notice) -> bool:
        content = self.contents.by_addressee.get(notice.addressee)
        if content is None:
            return False
        if notice.kind in BUNDLED:
            return notice.pk in self.lines
        if notice.kind == NoticeKind.QUEUE:
            return number(notice.about, QUEUE) in {one.cycle_id for one in content.reviews}
        return self._is_asked(notice, self.tasks.get(number(notice.about, ITEM)))

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


def _named(content: Content, notices: Iterable[Notice], tasks: Mapping[int, Task]) -> list[Named]:
    """Return the tasks of which a mail speaks, those among them of which only its sums speak."""
    said = [(NoticeKind.TASK, one) for one in content.tasks] + [(NoticeKind.HEAD, one) for one in content.late]
    found = {
        one.pk: Named(one.pk, one.due_on.isoformat(), kind, content.for_whom.get(one.pk, ""), one.office_id)
        for kind, one in said
    }
    for notice in notices:
        task = tasks.get(number(notice.about, ITEM))
        if task and task.pk not in found:
            found[task.pk] = Named(task.pk, task.due_on.isoformat(), notice.kind, "", task.office_id)
    return list(found.values())
