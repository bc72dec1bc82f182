"""What is due for a reminder: the dates and desks of open work, and the steps whose day has come."""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from notifications.models import NoticeKind
from offices.access import Desk
from offices.working_days import WorkingDays
from workflow.models import OPEN_STATES, CoSignature, CoSignatureState, WorkItem, WorkStep
from workflow.queries import review_queue
from workflow.queries.reminder_policies import policies_of
from workflow.reminding import Come, Policy, Track


class Deadline(NamedTuple):
    """A date on which work of a cycle is due at one step."""

    cycle_id: int
    due_on: datetime.date
    step: str


class Place(NamedTuple):
    """A step at which work waits with an office, or with nobody in particular."""

    office_id: int | None
    step: str


class Waiting(NamedTuple):
    """What waits for somebody in the Arbeitsgruppe within one cycle."""

    cycle_id: int
    number: int
    due_on: datetime.date
    asked_on: datetime.date


def open_work() -> QuerySet[WorkItem]:
    """Return the tasks that people can still do. A run that was opened again in a closed cycle counts."""
    return WorkItem.objects.filter(is_open=True, update__state__in=OPEN_STATES)


def ends_by_itself() -> Q:
    """Return the condition that a task is over once its date has passed: whoever is silent has consented."""
    asked = CoSignature.objects.filter(
        revision=OuterRef("update__submitted"),
        office=OuterRef("office"),
        state=CoSignatureState.ASKED,
        silence_is_consent=True,
    )
    return Q(Exists(asked), step=WorkStep.CO_SIGN)


def deadlines() -> list[Deadline]:
    """Return the dates on which open work is due; one query, few rows however many tasks there are."""
    rows = open_work().order_by().values_list("update__cycle", "due_on", "step").distinct()
    return [Deadline(*row) for row in rows]


def places() -> list[Place]:
    """Return where open work waits; one query."""
    return [Place(*row) for row in open_work().order_by().values_list("office", "step").distinct()]


def waiting_reviews(desk: Desk) -> list[Waiting]:
    """Return by cycle what waits for a decision or vote of ``desk``, never of entries that are its own; two queries."""
    rows = (
        open_work()
        .filter(step=WorkStep.REVIEW, update__in=review_queue.asked_of(desk).order_by().values("pk"))
        .order_by()
        .values_list("update__cycle")
        .annotate(number=Count("update", distinct=True), due_on=Min("due_on"), asked_on=Min("asked_on"))
    )
    return sorted((Waiting(*row) for row in rows), key=lambda one: one.due_on)


@dataclass
class DueSteps:
    """The newest step of each deadline whose day has come by ``day``: one place for planner, mail and forecast."""

    day: datetime.date
    working: WorkingDays
    policies: dict[int, Policy]
    _known: dict[tuple[str, int, datetime.date], Come | None] = field(default_factory=dict)

    @classmethod
    def of(cls, cycle_ids: Collection[int], day: datetime.date, working: WorkingDays) -> "DueSteps":
        """Read the policies of these cycles; one query."""
        return cls(day, working, policies_of(set(cycle_ids)))

    def newest(self, kind: str, cycle_id: int, due_on: datetime.date) -> Come | None:
        """Return the newest step of a notice of ``kind`` for what is due on a day, or ``None`` before the first.

        Of single tasks it counts only if it ``tells`` of what was asked on their day.
        """
        key = (kind, cycle_id, due_on)
        if key not in self._known:
            track = track_of(kind, self.policies[cycle_id])
            self._known[key] = track.newest(due_on, self.day, self.working)
        return self._known[key]


def track_of(kind: str, policy: Policy) -> Track:
    """Return the steps at which ``policy`` sends notices of ``kind``."""
    if kind == NoticeKind.HEAD:
        return policy.head
    if kind == NoticeKind.QUEUE:
        return policy.queue
    return policy.coordination if kind == NoticeKind.COORDINATION else policy.own


def kinds_at(step: str) -> Iterable[NoticeKind]:
    """Return which notices are written for single tasks at ``step``.

    The Arbeitsgruppe is told of its queue, not of each entry; the coordinators decide on extensions themselves.
    """
    if step == WorkStep.REVIEW:
        return (NoticeKind.COORDINATION,)
    if step == WorkStep.DECIDE_EXTENSION:
        return (NoticeKind.TASK,)
    return (NoticeKind.TASK, NoticeKind.HEAD, NoticeKind.COORDINATION)
