"""What is asked of a person: the open tasks of their offices and of those they stand in for, in order of urgency."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.utils.functional import cached_property

from offices.access import Desk
from offices.models import OFFICE_ROLES, Office, Role
from workflow import access, asking, desk_links, thread
from workflow.models import WRITING_STEPS, CycleState, ReviewComment, StatusUpdate, UpdateState, WorkItem, WorkStep
from workflow.models.cycles import period_label
from workflow.queries.counts import Counts, counts, numbers
from workflow.queries.threads import last_known, staff_threads
from workflow.thread import DUE_WORDS, Due, ThreadStep

PER_PAGE = 50
MOST_PAGES = 10_000
RECENT = 5
HEADS = (Role.HEAD,)


Row = dict[str, Any]


@dataclass(slots=True)
class InboxTask:
    """One open task with all that its row shows.

    ``office`` is the one that is asked, empty for a coordinator's decisions. ``on_behalf_of`` is the absent person as
    whose deputy the task is seen, or empty.
    """

    number: str
    title: str
    step: str
    role: str
    text: str
    button: str
    address: str
    run_address: str
    due: Due
    due_on: datetime.date
    steps: Sequence[ThreadStep]
    office: str = ""
    on_behalf_of: str = ""

    @property
    def is_urgent(self) -> bool:
        return self.due.tone != "calm"

    @property
    def may_be_handed_over(self) -> bool:
        """Whether another office can be asked to take it over: while a text is being written."""
        return self.step in (*WRITING_STEPS, WorkStep.CONTRIBUTE)


@dataclass(frozen=True, slots=True)
class OnlyCycle:
    """The one cycle that all tasks of a page belong to."""

    pk: int
    period_label: str
    due_on: datetime.date


class TaskPage:
    """One page of the open tasks, most urgent first."""

    def __init__(
        self, tasks: list[InboxTask], page: "Page[int]", counts: Counts, only_cycle: OnlyCycle | None = None
    ) -> None:
        self.tasks = tasks
        self.page = page
        self.counts = counts
        self.only_cycle = only_cycle

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
    def is_about_writing(self) -> bool:
        """Whether the lead office is asked for a text."""
        return any(task.step in WRITING_STEPS for task in self.tasks)

    @cached_property
    def offices(self) -> list[str]:
        """The offices whose tasks these are."""
        return sorted({task.office for task in self.tasks if task.office})


def task_page(desk: Desk, *, today: datetime.date, page: str | None = None) -> TaskPage:
    """Return a page of the tasks that are asked of the person, in order of urgency, and the counts for the menu.

    Three queries however many there are. ``page`` may be anything that came with the address.
    """
    ids, number, found = _place(desk, page)
    rows = _rows(ids)
    tasks = _Tasks(desk, today, staff_threads(row["update__recommendation"] for row in rows))
    return TaskPage(
        tasks=[tasks.task(list(group)) for _pk, group in groupby(rows, key=itemgetter("pk"))],
        page=Paginator(range(found.tasks), PER_PAGE).get_page(number),
        counts=found,
        only_cycle=_only_cycle(rows),
    )


def _place(desk: Desk, page: str | None) -> tuple[list[int], int, Counts]:
    """Return the ids on the page, its number and the counts; the last page, if there are not so many.

    One query, by the index of the inbox alone, which counts along; a second one where nothing is there.
    """
    number = int(page) if page and page.isdecimal() and 0 < int(page) <= MOST_PAGES else 1
    wanted = numbers(desk)
    if "tasks" in wanted:
        place = slice((number - 1) * PER_PAGE, number * PER_PAGE)
        rows: Iterable[Mapping[str, Any]] = (
            access.open_tasks(desk).order_by("due_on", "pk").values("pk", **wanted)[place]
        )
        if here := list(rows):
            found = {name: here[0][name] for name in wanted}
            return [one["pk"] for one in here], number, Counts(**found)
    found_now = counts(desk)
    if not found_now.tasks or number == 1:
        return [], 1, found_now
    return _place(desk, str(-(-found_now.tasks // PER_PAGE)))


def _rows(ids: Sequence[int]) -> list[Row]:
    """Return what these items show, in order of urgency: a row for each draft of the run, or one."""
    if not ids:
        return []
    comments = (
        ReviewComment.objects.filter(revision=OuterRef("update__submitted"))
        .order_by()
        .values("revision")
        .annotate(number=Count("pk"))
        .values("number")
    )
    rows: Iterable[Row] = (
        WorkItem.objects.filter(pk__in=ids)
        .order_by("due_on", "pk")
        .values(*_COLUMNS, comments=Subquery(comments, output_field=IntegerField()))
    )
    return list(rows)


_COLUMNS = (
    "pk",
    "step",
    "due_on",
    "update_id",
    "office_id",
    "office__number",
    "office__name",
    "participation_id",
    "participation__office_label",
    "update__state",
    "update__state_note",
    "update__correction_note",
    "update__lead_office_label",
    "update__submitted",
    "update__recommendation",
    "update__recommendation__number",
    "update__recommendation__title",
    "update__cycle",
    "update__cycle__period_from",
    "update__cycle__period_until",
    "update__cycle__due_on",
    "update__cycle__silence_is_consent",
    "update__drafts__person",
    "update__drafts__person__name",
    "update__drafts__saved_at",
    "update__drafts__participation",
    "update__drafts__based_on",
)


class _Tasks:
    """Makes tasks of rows; what many of them share is worked out once."""

    def __init__(self, desk: Desk, today: datetime.date, threads: Mapping[int, Sequence[ThreadStep]]) -> None:
        self._person = desk.person.pk
        self._threads = threads
        self._due = cache(lambda due_on, step: thread.due(due_on, today, DUE_WORDS.get(step, "")))
        self._behind = cache(desk.on_behalf_of)
        self._ask = cache(asking.ask_of)
        self._label = cache(lambda number, name: Office(number=number, name=name).label)

    def task(self, rows: Sequence[Row]) -> InboxTask:
        """Return the task of one item from its ``rows``, one for each draft of the run."""
        row = rows[0]
        step, office_id = row["step"], row["office_id"]
        steps = self._threads.get(row["update__recommendation"], ())
        ask = self._ask(self._asked(rows, steps))
        absent = self._behind(office_id, HEADS if step == WorkStep.SIGN else OFFICE_ROLES) if office_id else None
        return InboxTask(
            number=row["update__recommendation__number"],
            title=row["update__recommendation__title"],
            step=step,
            role=ask.role,
            text=ask.text,
            button=ask.button,
            address=desk_links.address(step, row["update_id"], row["participation_id"]),
            run_address=desk_links.run(row["update_id"]),
            due=self._due(row["due_on"], step),
            due_on=row["due_on"],
            steps=steps,
            office=self._label(row["office__number"], row["office__name"]) if office_id else "",
            on_behalf_of=absent.name if absent else "",
        )

    def _asked(self, rows: Sequence[Row], steps: Sequence[ThreadStep]) -> asking.Asked:
        row = rows[0]
        own = colleague = None
        for draft in sorted(filter(_is_draft_of_the_task, rows), key=itemgetter("update__drafts__saved_at")):
            if draft["update__drafts__person"] == self._person:
                own = draft
            else:
                colleague = draft
        return asking.Asked(
            step=row["step"],
            period=period_label(row["update__cycle__period_from"], row["update__cycle__period_until"]),
            lead_office=row["update__lead_office_label"],
            state=row["update__state"],
            state_note=row["update__state_note"],
            correction_note=row["update__correction_note"],
            contributor=row["participation__office_label"] or "",
            silence_is_consent=row["update__cycle__silence_is_consent"],
            comments=row["comments"] or 0,
            own_draft_at=own["update__drafts__saved_at"] if own else None,
            colleague=colleague["update__drafts__person__name"] if colleague else "",
            colleague_at=colleague["update__drafts__saved_at"] if colleague else None,
            last_status=last_known(steps),
        )


def _is_draft_of_the_task(row: Row) -> bool:
    """Whether the row holds a draft of what is asked for: of the contribution, or of the lead office's entry.

    The latter counts only while it is about the version that is on the desk now.
    """
    if row["update__drafts__person"] is None or row["update__drafts__participation"] != row["participation_id"]:
        return False
    return row["participation_id"] is not None or row["update__drafts__based_on"] == row["update__submitted"]


def _only_cycle(rows: Sequence[Row]) -> OnlyCycle | None:
    if len({row["update__cycle"] for row in rows}) != 1:
        return None
    row = rows[0]
    label = period_label(row["update__cycle__period_from"], row["update__cycle__period_until"])
    return OnlyCycle(row["update__cycle"], label, row["update__cycle__due_on"])


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What the person's offices handed in lately, newest first, and how much of it is still on its way."""

    updates: list[StatusUpdate] = field(default_factory=list)

    @property
    def in_review(self) -> int:
        return sum(update.state == UpdateState.IN_REVIEW for update in self.updates)


def handed_in(desk: Desk) -> HandedIn:
    """Return the last few entries of open cycles that the person's offices handed in and need not touch; one query."""
    updates = (
        StatusUpdate.objects.filter(
            lead_office__in=desk.acting_for,
            state__in=[UpdateState.SIGNING, UpdateState.IN_REVIEW, UpdateState.APPROVED],
            cycle__state=CycleState.OPEN,
        )
        .select_related("recommendation", "cycle", "submitted")
        .order_by("-state_since", "-pk")
    )
    return HandedIn(list(updates[:RECENT]))
