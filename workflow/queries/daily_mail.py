"""What is asked of people today: the contents of many daily mails in a constant number of queries."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Count, Q

from notifications.models import NoticeKind
from offices.access import desk_of
from offices.models import OFFICE_ROLES, Absence, Membership, Person
from offices.queries import people
from offices.working_days import WorkingDays, working_days
from workflow.models import ReportingCycle, WorkStep
from workflow.queries import audience, reminders
from workflow.queries.audience import PROVIDERS, Audience, Told, addressee_of, addressee_of_mailbox
from workflow.queries.reminders import DueSteps, Waiting


class Task(NamedTuple):
    """An open task, as a mail speaks of it."""

    pk: int
    update_id: int
    cycle_id: int
    step: str
    office_id: int | None
    participation_id: int | None
    due_on: datetime.date
    number: str
    title: str


class Overdue(NamedTuple):
    """Tasks that an office has owed for long (``None``: the Arbeitsgruppe), as the coordinators hear of them."""

    cycle_id: int
    office_id: int | None
    number: int
    oldest: datetime.date


@dataclass
class Content:
    """What one person, or one office's mailbox, is to know; the most urgent first.

    ``later`` is asked as well, but has not come to its first step. ``for_whom`` is by task the absent person who would
    do it, or hear of it. ``late`` is everything overdue in those of the head's offices of which the head hears by now,
    ``overdue`` what offices have owed for so long that the coordinators hear of it. ``reviews_for`` is the absent
    member of the Arbeitsgruppe whose queue it is.
    """

    addressee: str
    tasks: list[Task] = field(default_factory=list)
    later: list[Task] = field(default_factory=list)
    for_whom: dict[int, str] = field(default_factory=dict)
    late: list[Task] = field(default_factory=list)
    overdue: list[Overdue] = field(default_factory=list)
    reviews: list[Waiting] = field(default_factory=list)
    reviews_for: str = ""

    def take(self, tasks: list[Task], task: Task, told: Told) -> None:
        """Put a task, of which ``told`` hears, to the others."""
        tasks.append(task)
        if told.for_whom:
            self.for_whom[task.pk] = told.for_whom.name


@dataclass
class Contents:
    """The contents of some mails by addressee, with what their words need."""

    day: datetime.date
    due: DueSteps
    heard: Audience
    cycles: dict[int, ReportingCycle]
    by_addressee: dict[str, Content]

    def office(self, office_id: int | None) -> str:
        """Return what an office is called; empty for none."""
        return self.heard.offices[office_id].label if office_id is not None else ""


def read(
    persons: Sequence[Person],
    mailboxes: Collection[int],
    *,
    day: datetime.date,
    working: WorkingDays | None = None,
) -> Contents:
    """Read what is asked of ``persons`` and of the mailboxes of offices on ``day``.

    That is whatever has come to its first step, told before or not. The number of queries does not grow with tasks and
    people, apart from two for each member of the Arbeitsgruppe.
    """
    active = [one for one in persons if one.is_active]
    found = {addressee_of(one): Content(addressee_of(one)) for one in active}
    found |= {addressee_of_mailbox(pk): Content(addressee_of_mailbox(pk)) for pk in mailboxes}
    here = _offices_of(active, day) | set(mailboxes)
    coordinates = any(addressee_of(one) in found for one in people.coordinators(day))
    city = {one.office_id for one in reminders.places() if one.office_id is not None} if coordinates else set()
    heard = audience.read(here | city, day)
    tasks = _tasks(here, heard, coordinates=coordinates)
    overdue = _overdue(day) if coordinates else []
    reviewing = {one.addressee: one for one in audience.reviewers(day)}
    reviews = {
        addressee_of(one): reminders.waiting_reviews(desk_of(one, day))
        for one in active
        if addressee_of(one) in reviewing
    }
    cycles = {one.cycle_id for one in tasks} | {one.cycle_id for one in overdue}
    cycles |= {one.cycle_id for here in reviews.values() for one in here}
    due = DueSteps.of(cycles, day, working or working_days())
    contents = Contents(day, due, heard, ReportingCycle.objects.in_bulk(cycles), found)
    _share_tasks(contents, tasks)
    _share_overdue(contents, overdue)
    for addressee, waiting in reviews.items():
        absent = reviewing[addressee].for_whom
        found[addressee].reviews_for = absent.name if absent else ""
        found[addressee].reviews = [
            one for one in waiting if due.newest(NoticeKind.QUEUE, one.cycle_id, one.due_on) is not None
        ]
    return contents


def _offices_of(persons: Iterable[Person], day: datetime.date) -> set[int]:
    """Return the offices for which somebody of ``persons`` may act, by own right or as a deputy; one query."""
    ids = [one.pk for one in persons]
    absent = Absence.objects.on(day).filter(deputy__in=ids).values("person")
    held = Membership.objects.valid_on(day).filter(
        Q(person__in=ids) | Q(person__in=absent), role__in=OFFICE_ROLES, office__isnull=False
    )
    return {pk for pk in held.order_by().values_list("office", flat=True) if pk is not None}


def _tasks(office_ids: Collection[int], heard: Audience, *, coordinates: bool) -> list[Task]:
    mine = Q(office__in=office_ids)
    if coordinates:
        unsigned = [pk for pk in heard.offices if not heard.heads[pk]]
        mine |= Q(step=WorkStep.DECIDE_EXTENSION) | Q(step=WorkStep.SIGN, office__in=unsigned)
        mine |= Q(office__in=[pk for pk in heard.offices if heard.is_out_of_reach(pk)])
    return tasks_of(mine)


def tasks_of(which: Q) -> list[Task]:
    """Return open tasks, the most urgent first; one query."""
    rows = (
        reminders.open_work()
        .filter(which)
        .order_by("due_on", "update__recommendation__position", "pk")
        .values_list(
            "pk",
            "update_id",
            "update__cycle_id",
            "step",
            "office_id",
            "participation_id",
            "due_on",
            "update__recommendation__number",
            "update__recommendation__title",
        )
    )
    return [Task(*row) for row in rows]


def _share_tasks(contents: Contents, tasks: Iterable[Task]) -> None:
    found, heard, due = contents.by_addressee, contents.heard, contents.due
    for task in tasks:
        has_come = due.newest(NoticeKind.TASK, task.cycle_id, task.due_on) is not None
        for told in heard.of(NoticeKind.TASK, task.office_id, task.step):
            if content := found.get(told.addressee):
                content.take(content.tasks if has_come else content.later, task, told)
    _share_late(contents, tasks)


def _share_late(contents: Contents, tasks: Iterable[Task]) -> None:
    """Give the heads everything overdue in an office, once one task of it has come to their step."""
    found, heard, due = contents.by_addressee, contents.heard, contents.due
    late: dict[tuple[str, int], list[tuple[Task, Told]]] = defaultdict(list)
    hears: set[tuple[str, int]] = set()
    for task in tasks:
        office_id = task.office_id
        if office_id is None or task.due_on >= contents.day or heard.offices[office_id].kind in PROVIDERS:
            continue
        has_come = due.newest(NoticeKind.HEAD, task.cycle_id, task.due_on) is not None
        for told in heard.of(NoticeKind.HEAD, office_id, task.step):
            late[told.addressee, office_id].append((task, told))
            if has_come:
                hears.add((told.addressee, office_id))
    for addressee, office_id in sorted(hears):
        if content := found.get(addressee):
            for task, told in late[addressee, office_id]:
                content.take(content.late, task, told)
            content.late.sort(key=lambda one: one.due_on)


class _Sum(NamedTuple):
    """How much overdue work waits at one step of a cycle with an office."""

    cycle_id: int
    office_id: int | None
    step: str
    due_on: datetime.date
    number: int


def _overdue(day: datetime.date) -> list[_Sum]:
    rows = (
        reminders.open_work()
        .filter(due_on__lt=day)
        .order_by()
        .values_list("update__cycle", "office", "step", "due_on")
        .annotate(number=Count("pk"))
    )
    return [_Sum(*row) for row in rows]


def _share_overdue(contents: Contents, sums: Iterable[_Sum]) -> None:
    shares: dict[str, dict[tuple[int, int | None], list[_Sum]]] = defaultdict(lambda: defaultdict(list))
    for one in sums:
        for told in {
            told.addressee
            for kind in _kinds_for_coordinators(contents, one)
            for told in contents.heard.of(kind, one.office_id, one.step)
        }:
            shares[told][one.cycle_id, one.office_id].append(one)
    for addressee, by_place in shares.items():
        if content := contents.by_addressee.get(addressee):
            content.overdue = sorted(
                (
                    Overdue(*place, sum(one.number for one in here), min(one.due_on for one in here))
                    for place, here in by_place.items()
                ),
                key=lambda one: (one.oldest, -one.number, contents.office(one.office_id)),
            )


def _kinds_for_coordinators(contents: Contents, one: _Sum) -> list[NoticeKind]:
    """Return the kinds of notices about it that have come to a step and reach the coordinators."""
    stands_in = one.office_id is not None and contents.heard.offices[one.office_id].kind in PROVIDERS
    return [
        kind
        for kind in reminders.kinds_at(one.step)
        if (kind == NoticeKind.COORDINATION or (kind == NoticeKind.HEAD and stands_in))
        and contents.due.newest(kind, one.cycle_id, one.due_on)
    ]
