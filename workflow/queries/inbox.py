"""What waits on a desk: open tasks of the person's offices, what they handed in, what they contribute to."""

import datetime
from dataclasses import dataclass, field
from itertools import groupby

from django.core.paginator import Page, Paginator
from django.db.models import Count, DateTimeField, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import cached_property

from offices.access import Desk
from workflow import thread
from workflow.models import (
    CycleState,
    Draft,
    Participation,
    ReportingCycle,
    ReviewComment,
    StatusUpdate,
    UpdateState,
    WorkItem,
    WorkStep,
)
from workflow.queries.threads import last_known, staff_threads
from workflow.thread import Due, ThreadStep

PER_PAGE = 50
RECENT = 5
CONTRIBUTIONS = 50


@dataclass(frozen=True, slots=True)
class Counts:
    """Open work: ``tasks`` of the person's offices, ``reviews`` that the person may decide on or follow."""

    tasks: int = 0
    reviews: int = 0


def counts(desk: Desk) -> Counts:
    """Count the open work of ``desk``; one query for each of the two desks that the person sits at."""
    tasks = _open_tasks(desk).count() if desk.works_for_an_office else 0
    reviews = 0
    if desk.is_reviewer or desk.is_coordinator:
        waiting = WorkItem.objects.filter(step=WorkStep.REVIEW, is_open=True)
        if not desk.is_coordinator:
            waiting = waiting.exclude(update__lead_office__in=desk.office_ids)
        reviews = waiting.count()
    return Counts(tasks, reviews)


def _open_tasks(desk: Desk) -> QuerySet[WorkItem]:
    return WorkItem.objects.filter(office__in=desk.acting_for, is_open=True)


@dataclass(frozen=True, slots=True)
class InboxTask:
    """One open task with all that its row shows."""

    update: StatusUpdate
    step: str
    due: Due
    due_on: datetime.date
    steps: list[ThreadStep]
    comments: int = 0
    own_draft_at: datetime.datetime | None = None
    colleague: str = ""
    colleague_at: datetime.datetime | None = None

    @property
    def is_rework(self) -> bool:
        return self.step == WorkStep.REWORK

    @property
    def is_urgent(self) -> bool:
        return self.due.tone != "calm"

    @property
    def last_status(self) -> str:
        """The last status that was reported, or an empty string."""
        return last_known(self.steps)


class TaskPage:
    """One page of the open tasks, most urgent first."""

    def __init__(self, page: "Page[WorkItem]", tasks: list[InboxTask]) -> None:
        self.page = page
        self.tasks = tasks

    @cached_property
    def urgent(self) -> list[InboxTask]:
        """Overdue, or due within a week."""
        return [task for task in self.tasks if task.is_urgent]

    @cached_property
    def later(self) -> list[tuple[datetime.date, list[InboxTask]]]:
        """Everything else, by the day it is due."""
        calm = (task for task in self.tasks if not task.is_urgent)
        return [(day, list(group)) for day, group in groupby(calm, key=lambda task: task.due_on)]

    @cached_property
    def only_cycle(self) -> ReportingCycle | None:
        """The cycle of all tasks, if it is the same for all."""
        cycles = {task.update.cycle_id: task.update.cycle for task in self.tasks}
        return next(iter(cycles.values())) if len(cycles) == 1 else None

    @cached_property
    def offices(self) -> list[str]:
        """The offices whose tasks these are, by their names of the time."""
        return sorted({task.update.lead_office_label for task in self.tasks})


def open_tasks(desk: Desk, *, today: datetime.date, total: int, page: str | None = None) -> TaskPage:
    """Return a page of the open tasks of all offices that the person acts for, in order of urgency.

    Three queries however many there are. ``total`` is their number (``counts``), so that they are counted once;
    ``page`` may be anything that came with the address.
    """
    paginator = Paginator(_rows(desk), PER_PAGE)
    paginator.count = total
    chosen = paginator.get_page(page)
    items = list(chosen)
    threads = staff_threads(item.update.recommendation_id for item in items) if items else {}
    tasks = [_task(item, threads.get(item.update.recommendation_id, []), today) for item in items]
    return TaskPage(chosen, tasks)


def _rows(desk: Desk) -> QuerySet[WorkItem]:
    # Drafts count only while they are about the version that is on the desk now.
    current = Draft.objects.filter(
        Q(based_on=F("update__submitted")) | Q(based_on__isnull=True, update__submitted__isnull=True),
        update=OuterRef("update"),
    )
    colleagues = current.exclude(person=desk.person).order_by("-saved_at")
    comments = (
        ReviewComment.objects.filter(revision=OuterRef("update__submitted"))
        .order_by()
        .values("revision")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return (
        _open_tasks(desk)
        .select_related("update__recommendation", "update__cycle")
        .annotate(
            comments=Subquery(comments, output_field=IntegerField()),
            own_draft_at=Subquery(
                current.filter(person=desk.person).values("saved_at")[:1], output_field=DateTimeField()
            ),
            colleague=Subquery(colleagues.values("person__name")[:1]),
            colleague_at=Subquery(colleagues.values("saved_at")[:1]),
        )
        .order_by("due_on", "pk")
    )


def _task(item: WorkItem, steps: list[ThreadStep], today: datetime.date) -> InboxTask:
    return InboxTask(
        update=item.update,
        step=item.step,
        due=thread.due(item.due_on, today, "rework" if item.step == WorkStep.REWORK else ""),
        due_on=item.due_on,
        steps=steps,
        comments=getattr(item, "comments", None) or 0,
        own_draft_at=getattr(item, "own_draft_at", None),
        colleague=getattr(item, "colleague", None) or "",
        colleague_at=getattr(item, "colleague_at", None),
    )


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What the person's offices handed in lately, newest first, and how much of it is still in review."""

    updates: list[StatusUpdate] = field(default_factory=list)

    @property
    def in_review(self) -> int:
        return sum(update.state == UpdateState.IN_REVIEW for update in self.updates)


def handed_in(desk: Desk) -> HandedIn:
    """Return the last few entries of open cycles that the person's offices handed in and need not touch; one query."""
    updates = (
        StatusUpdate.objects.filter(
            lead_office__in=desk.acting_for,
            state__in=[UpdateState.IN_REVIEW, UpdateState.APPROVED],
            cycle__state=CycleState.OPEN,
        )
        .select_related("recommendation", "cycle", "submitted")
        .order_by("-state_since", "-pk")
    )
    return HandedIn(list(updates[:RECENT]))


def contributions(desk: Desk) -> list[Participation]:
    """Return the runs of open cycles that the person's offices contribute to, soonest first; one query."""
    return list(
        Participation.objects.filter(office__in=desk.acting_for, update__cycle__state=CycleState.OPEN)
        .select_related("update__recommendation", "update__cycle")
        .order_by("update__due_on", "update__recommendation__position", "pk")[:CONTRIBUTIONS]
    )
