"""When coordinators are told of the tasks that other rooms put on their desk: a week before, and once overdue.

Planner and forecast ask here.
"""

import datetime
from collections.abc import Sequence
from typing import NamedTuple

from django.utils import timezone

from notifications.models import Notice, NoticeKind
from offices.working_days import WorkingDays
from workflow import duties
from workflow.reminding import Come, Track
from workflow.services import notice_rows

STEPS = Track((-7, 1), 7)
"""A week before the day, on the working day after it, and then every week until it is done."""


class DutyStep(NamedTuple):
    """A task whose step has come, and which step."""

    source: str
    title: str
    link: str
    due_on: datetime.date
    come: Come


Row = tuple[str, str, str, datetime.date, datetime.datetime]
"""A task on the desk: source, title, link, until when, since when."""


def rows() -> list[Row]:
    """Return what is open; one query."""
    found = duties.open_rows().order_by("due_on", "pk")
    return list(found.values_list("source", "title", "link", "due_on", "created_at"))


def due(found: Sequence[Row], day: datetime.date, working: WorkingDays) -> list[DutyStep]:
    """Return the newest step that has come by ``day`` of each task; of what came after its step, mails told already."""
    steps = []
    for source, title, link, due_on, created_at in found:
        come = STEPS.newest(due_on, day, working)
        if come and come.tells(timezone.localdate(created_at)):
            steps.append(DutyStep(source, title, link, due_on, come))
    return steps


Told = dict[tuple[str, str, datetime.date], int]
"""By addressee, task and date: at which step somebody was told last."""


def told_by(now: datetime.datetime) -> Told:
    """Return what coordinators were told with a mail that went out or is about to; one query."""
    known = (
        Notice.objects.filter(kind=NoticeKind.DUTY, dropped_at__isnull=True, mail__isnull=False)
        .exclude(notice_rows.in_an_undelivered_mail(now))
        .order_by("step")
        .values_list("addressee", "about", "due_on", "step")
    )
    return {(addressee, about, due_on): step for addressee, about, due_on, step in known}
