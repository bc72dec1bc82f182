"""Letters to departments: which are proposed, what they name, to whom they go."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db.models import QuerySet
from django.utils import timezone

from notifications.models import Mail, MailKind, MailState, MailTopic, Notice, NoticeKind
from offices.models import Office, OfficeKind
from offices.queries import people
from workflow.models import DepartmentLetter, LetterState, WorkItem
from workflow.services import recipients
from workflow.services.recipients import Recipient
from workflow.thread import DUE_WORDS, Due, due, due_name


@dataclass(frozen=True, slots=True)
class LateTask:
    """An overdue task that a letter names; ``reminded_on`` are the days on which its office was reminded."""

    pk: int
    update_id: int
    office: str
    number: str
    title: str
    what: str
    due_on: datetime.date
    due: Due
    reminded_on: Sequence[datetime.date] = ()

    @property
    def reminders(self) -> int:
        return len(self.reminded_on)

    @property
    def last_reminded_on(self) -> datetime.date | None:
        return self.reminded_on[-1] if self.reminded_on else None


def letters() -> QuerySet[DepartmentLetter]:
    """Return all letters with what a list shows of them."""
    return DepartmentLetter.objects.select_related("cycle__edition", "department", "office", "decided_by", "mail")


def proposed() -> list[DepartmentLetter]:
    """Return the letters that wait for a decision, the oldest first; one query."""
    return list(letters().filter(state=LetterState.PROPOSED).order_by("proposed_at", "pk"))


def decided() -> QuerySet[DepartmentLetter]:
    """Return the letters that were sent or declined, or needed no more, the newest decision first."""
    return letters().exclude(state=LetterState.PROPOSED).order_by("-decided_at", "-pk")


def tasks_of(letter: DepartmentLetter, today: datetime.date) -> list[LateTask]:
    """Return what the letter names and is still open with the same date, by office, the oldest first; three queries."""
    items = [item for item in _items([letter]) if _is_named(letter, item)]
    reminded = _reminders(items)
    return [
        LateTask(
            pk=item.pk,
            update_id=item.update_id,
            office=item.office.label if item.office else "",
            number=item.update.recommendation.number,
            title=item.update.recommendation.title,
            what=due_name(item.step),
            due_on=item.due_on,
            due=due(item.due_on, today, DUE_WORDS.get(item.step, "")),
            reminded_on=reminded[item.pk],
        )
        for item in sorted(items, key=lambda one: (one.office.label if one.office else "", one.due_on, one.pk))
    ]


def by_office(tasks: Sequence[LateTask]) -> list[tuple[str, list[LateTask]]]:
    """Return the tasks of a letter by office."""
    return [(office, list(group)) for office, group in groupby(tasks, key=lambda one: one.office)]


def numbers_of(found: Collection[DepartmentLetter]) -> dict[int, int]:
    """Return how many tasks each letter still names, by its id; one query."""
    items = _items(found) if found else []
    return {letter.pk: sum(_is_named(letter, item) for item in items) for letter in found}


def recipients_of(letter: DepartmentLetter, today: datetime.date) -> list[Recipient]:
    """Return to whom the letter goes: the department's mailbox, or else its heads and who stands in for them.

    Nobody, if there is neither, or no department on record.
    """
    department = letter.department
    if department is None:
        return []
    if department.mailbox:
        return [Recipient(department.mailbox.strip().lower())]
    if not people.heads_of([department.pk], today)[department.pk]:
        return []
    return recipients.of_heads(department, today)


def mails_of(letter: DepartmentLetter) -> list[Mail]:
    """Return the mails by which the letter went out, sent once more included; one query."""
    about = MailTopic.objects.filter(topic=topic_of(letter)).values("mail")
    return list(Mail.objects.filter(pk__in=about).select_related("person").order_by("created_at", "pk"))


def topic_of(letter: DepartmentLetter) -> str:
    """Return how mails and notices name the letter."""
    return f"letter:{letter.pk}"


def _items(found: Collection[DepartmentLetter]) -> list[WorkItem]:
    named = {pk for letter in found for pk in letter.items}
    return list(WorkItem.objects.filter(pk__in=named, is_open=True).select_related("office", "update__recommendation"))


def _is_named(letter: DepartmentLetter, item: WorkItem) -> bool:
    """Whether the letter still means the task: with a new deadline it is a matter of its own."""
    named: dict[str, str] = letter.due_dates
    return named.get(str(item.pk)) == item.due_on.isoformat()


def _reminders(items: Sequence[WorkItem]) -> dict[int, list[datetime.date]]:
    """Return on which days each task's office was reminded, by itself or by somebody, as far as the mails went out."""
    found: dict[int, set[datetime.date]] = defaultdict(set)
    about = {f"item:{item.pk}": item.pk for item in items}
    told = Notice.objects.filter(
        kind=NoticeKind.TASK,
        topic__in={f"update:{item.update_id}" for item in items},
        about__in=about,
        dropped_at__isnull=True,
        mail__state=MailState.SENT,
    )
    for name, at in told.values_list("about", "mail__sent_at").distinct():
        found[about[name]].add(timezone.localdate(at))
    desks = {f"desk:{item.update_id}:{item.step}:{item.office_id}": item.pk for item in items}
    nudged = MailTopic.objects.filter(topic__in=desks, mail__kind=MailKind.NUDGE, mail__state=MailState.SENT)
    for topic, at in nudged.values_list("topic", "mail__sent_at"):
        found[desks[topic]].add(timezone.localdate(at))
    return {item.pk: sorted(found[item.pk]) for item in items}


def departments(today: datetime.date) -> dict[int, int | None]:
    """Return by office the department to which it belongs, if one is on record; one query.

    That is the nearest one above it that exists on ``today``; a department is its own.
    """
    offices = {one.pk: one for one in Office.objects.all()}
    return {pk: _department_of(one, offices, today) for pk, one in offices.items()}


def _department_of(office: Office, offices: dict[int, Office], today: datetime.date) -> int | None:
    seen: set[int] = set()
    here: Office | None = office
    while here is not None and here.pk not in seen:
        if here.kind == OfficeKind.DEPARTMENT and here.is_valid_on(today):
            return here.pk
        seen.add(here.pk)
        here = offices.get(here.parent_id) if here.parent_id else None
    return None
