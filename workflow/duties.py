"""The door by which other rooms put a task on the coordinators' desk: with a day, beside the flow.

What was put there stands on the board, is counted in the menu and told in the weekly summary until it is done. The
daily mail tells of it a week before its day and once it is overdue (``queries.duty_steps``).
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from offices.models import Person
from workflow import thread
from workflow.models import Duty
from workflow.thread import Due


@dataclass(frozen=True, slots=True)
class OpenDuty:
    """Something that coordinators have to do: what, on which page, and until when."""

    source: str
    title: str
    link: str
    due_on: datetime.date
    due: Due

    @property
    def is_late(self) -> bool:
        return self.due.tone == "late"


def put(*, source: str, title: str, link: str, due_on: datetime.date, now: datetime.datetime) -> Duty:
    """Put a task on the coordinators' desk and return it.

    ``source`` names what it is about (``barrier:17``): a second call with the same one returns the first task as it is,
    open or done. ``title`` is German and stands in lists; what is longer than 200 characters is cut there. ``link`` is
    the path of the page on which it is done. Call it in the transaction of what the task is about.
    """
    short = title if len(title) <= _LONGEST else f"{title[: _LONGEST - 1]}…"
    values = {"title": short, "link": link, "due_on": due_on, "created_at": now}
    duty, _made = Duty.objects.get_or_create(source=source, defaults=values)
    return duty


def done(source: str, *, by: Person | None, now: datetime.datetime) -> bool:
    """End the task about ``source``; return whether it was open. A second call, or an unknown source, does nothing."""
    return bool(open_rows().filter(source=source).update(done_at=now, done_by=by))


def rename(sources: Iterable[str], *, title: str) -> None:
    """Give tasks, open or done, another title: where the old one repeats what somebody has deleted."""
    Duty.objects.filter(source__in=list(sources)).update(title=title)


def open_duties(today: datetime.date) -> list[OpenDuty]:
    """Return what is open, the most urgent first; one query."""
    rows = open_rows().order_by("due_on", "pk").values_list("source", "title", "link", "due_on")
    return [OpenDuty(*row, thread.due(row[3], today, "duty")) for row in rows]


def open_rows() -> QuerySet[Duty]:
    """Return the tasks that are not done, for counting along with something else."""
    return Duty.objects.filter(done_at__isnull=True)


def open_rows_about(*kinds: str) -> QuerySet[Duty]:
    """Return the tasks that are not done and are about things of these kinds: what stands before ``source``'s colon."""
    about = Q()
    for kind in kinds:
        about |= Q(source__startswith=f"{kind}:")
    return open_rows().filter(about)


_LONGEST = 200
