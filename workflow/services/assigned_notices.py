"""Mails about new tasks: one for each person, with everything that has come onto their desks at once."""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.models import MailKind, NewsKind
from notifications.services import outbox
from notifications.services.outbox import Letter, News
from offices.models import Office, Person
from workflow import desk_links
from workflow.models import WRITING_STEPS, Reassignment, ReportingCycle, StatusUpdate, WorkItem, WorkStep
from workflow.queries.reminder_policies import policies_of
from workflow.services import recipients
from workflow.services.recipients import Recipient

LISTED = 30
"""So many tasks a mail names; the others stand in the inbox."""

NEW_STEPS = (*WRITING_STEPS, WorkStep.CONTRIBUTE)


@dataclass(frozen=True, slots=True)
class _Task:
    """One row of a desk, read plain: an opening brings thousands."""

    update_id: int
    office_id: int
    step: str
    participation_id: int | None
    due_on: datetime.date
    title: str


@dataclass(slots=True)
class _Desk:
    """What one recipient is told; ``for_whom`` is by task the absent person whose deputy is told."""

    who: Recipient
    tasks: dict[tuple[int, int], _Task] = field(default_factory=dict)
    for_whom: dict[tuple[int, int], Person] = field(default_factory=dict)

    def add(self, task: _Task, absent: Person | None) -> None:
        place = task.update_id, task.office_id
        # Whoever may do it by own right is not told to do it for somebody else.
        if absent is None:
            self.for_whom.pop(place, None)
        elif place not in self.tasks:
            self.for_whom[place] = absent
        self.tasks[place] = task


def opened(cycle: ReportingCycle, *, now: datetime.datetime, today: datetime.date) -> None:
    """Tell everybody what the opening of ``cycle`` has put on their desks: one mail for each person.

    The mailbox of an office that leads is asked to name somebody instead (``notices.offices_without_clerk``); that of
    one that only contributes hears of it here. A constant number of statements per 1,000 tasks.
    """
    tasks = _tasks(WorkItem.objects.filter(update__cycle=cycle))
    _tell(cycle, tasks, f"assigned:{cycle.pk}", "opened", now=now, today=today)


def added(
    cycle: ReportingCycle, updates: Collection[StatusUpdate], *, now: datetime.datetime, today: datetime.date
) -> None:
    """Tell everybody what has been added to the running ``cycle``: ``updates`` have just started."""
    ids = sorted(update.pk for update in updates)
    tasks = _tasks(WorkItem.objects.filter(update__in=ids))
    _tell(cycle, tasks, f"assigned:{cycle.pk}:{ids[0]}", "added", now=now, today=today)


def taken_over(one: Reassignment, *, by: Person, now: datetime.datetime, today: datetime.date) -> None:
    """Tell the people of the office that has taken a task over; whoever did it need not be told."""
    items = WorkItem.objects.filter(update=one.update, office=one.to_office, participation=one.participation)
    key = f"assigned:reassignment:{one.pk}"
    _tell(one.update.cycle, _tasks(items), key, "taken_over", now=now, today=today, but=by)


def _tasks(items: "QuerySet[WorkItem]") -> list[_Task]:
    rows = (
        items.filter(is_open=True, step__in=NEW_STEPS, office__isnull=False)
        .order_by("due_on", "update__recommendation__position", "update__recommendation__number", "pk")
        .values_list(
            "update_id",
            "office_id",
            "step",
            "participation_id",
            "due_on",
            "update__recommendation__number",
            "update__recommendation__title",
        )
    )
    return [_Task(*row[:5], title=f"{row[5]} {row[6]}") for row in rows.iterator(2_000)]


def _tell(
    cycle: ReportingCycle,
    tasks: Iterable[_Task],
    key: str,
    occasion: str,
    *,
    now: datetime.datetime,
    today: datetime.date,
    but: Person | None = None,
) -> None:
    desks = [one for one in _desks(list(tasks), today) if but is None or one.who.person != but]
    common: dict[str, Any] = {
        "occasion": occasion,
        "edition": str(cycle.edition),
        "period": cycle.period_label,
        "introduction": policies_of([cycle.pk])[cycle.pk].introduction,
        "inbox": settings.SITE_URL + reverse("workflow:inbox"),
    }
    outbox.queue_new([_letter(desk, key, common) for desk in desks], now=now)


def _desks(tasks: list[_Task], today: datetime.date) -> list[_Desk]:
    offices = Office.objects.in_bulk({task.office_id for task in tasks})
    to = recipients.of_offices(offices.values(), today)
    leads = {task.office_id for task in tasks if task.step != WorkStep.CONTRIBUTE}
    desks: dict[str, _Desk] = {}
    for task in tasks:
        for who in to[task.office_id]:
            if who.person is None and task.office_id in leads:
                continue
            desk = desks.setdefault(who.address.strip().lower(), _Desk(who))
            desk.add(task, who.for_whom)
    return list(desks.values())


def _letter(desk: _Desk, key: str, common: dict[str, Any]) -> Letter:
    places = list(desk.tasks)
    tasks = [desk.tasks[place] for place in places]
    absent = set(desk.for_whom.values())
    # Only if all of it is somebody else's, the mail as a whole is.
    behind = absent.pop() if len(absent) == 1 and len(desk.for_whom) == len(tasks) else None
    named = [
        {
            "title": desk.tasks[place].title,
            "contribution": desk.tasks[place].step == WorkStep.CONTRIBUTE,
            "due_on": desk.tasks[place].due_on,
            "for_whom": desk.for_whom[place].name if place in desk.for_whom and behind is None else "",
            "link": _link(desk.tasks[place]),
        }
        for place in places[:LISTED]
    ]
    due_on = min(task.due_on for task in tasks)
    link = _link(tasks[0]) if len(tasks) == 1 else common["inbox"]
    context = {**common, "tasks": named, "total": len(tasks), "more": len(tasks) - len(named), "due_on": due_on}
    who = Recipient(desk.who.address, desk.who.person, behind)
    topics = tuple(dict.fromkeys(f"update:{task.update_id}" for task in tasks))
    news = News(NewsKind.ASSIGNED, _line(tasks, due_on), link)
    return who.letter(MailKind.ASSIGNED, key, "assigned", context, topics=topics, news=news)


def _line(tasks: list[_Task], due_on: datetime.date) -> str:
    day = date_format(due_on, "d.m.Y")
    if len(tasks) == 1:
        return _("%(title)s: new on your desk, due on %(day)s") % {"title": tasks[0].title, "day": day}
    return ngettext(
        "%(number)d new task on your desk, due from %(day)s",
        "%(number)d new tasks on your desk, due from %(day)s",
        len(tasks),
    ) % {"number": len(tasks), "day": day}


def _link(task: _Task) -> str:
    return f"{settings.SITE_URL}{desk_links.address(task.step, task.update_id, task.participation_id)}"
