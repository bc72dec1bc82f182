"""What stands in a person's calendar: their deadlines, what waits for their decision, and the dates of the cycles."""

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from offices.access import Desk
from offices.models import OFFICE_ROLES, Office, Role
from workflow import access, desk_links
from workflow.calendar_file import Entry
from workflow.models import CycleState, Event, ReportingCycle, Sitting, StatusUpdate, WorkItem, WorkStep
from workflow.models.cycles import period_label
from workflow.thread import due_name

REMEMBERED = datetime.timedelta(days=30)
"""So long a task that is done stays in the calendar, as cancelled: programs that keep what they once read see it."""

DATES: dict[str, Promise] = {
    "opens_on": pgettext_lazy("calendar", "Cycle begins"),
    "contributions_due_on": pgettext_lazy("calendar", "Contributions due"),
    "due_on": pgettext_lazy("calendar", "Status updates due"),
    "sign_off_due_on": pgettext_lazy("calendar", "Signatures due"),
    "review_due_on": pgettext_lazy("calendar", "Review ends"),
    "publish_on": pgettext_lazy("calendar", "Publication"),
}
"""The dates of a cycle, by the name of their column."""


@dataclass(frozen=True, slots=True)
class _Version:
    """How often the thing has changed, and when last."""

    number: int
    at: datetime.datetime


def cycles_in_calendars(desk: Desk) -> list[ReportingCycle]:
    """Return the cycles whose dates concern everybody now, the newest first; one query.

    That is what is open, and what is closed until it is published; for coordinators what is planned, too.
    """
    running = Q(state__in=[CycleState.OPENING, CycleState.OPEN])
    if desk.is_coordinator:
        running |= Q(state=CycleState.PLANNED)
    return list(_cycles().filter(running | Q(state=CycleState.CLOSED, publish_on__gte=desk.day)))


def cycle_in_calendar(desk: Desk, pk: int) -> ReportingCycle | None:
    """Return one cycle if the person may know of its dates: planned ones are the coordinators'; one query."""
    found = _cycles().filter(pk=pk)
    return (found if desk.is_coordinator else found.exclude(state=CycleState.PLANNED)).first()


def entries_of_cycles(desk: Desk, cycles: Collection[ReportingCycle]) -> list[Entry]:
    """Return the dates of ``cycles``, and for the Arbeitsgruppe and coordinators sittings; two queries at most."""
    return _dates(cycles, _versions(cycles)) + _sittings(desk, cycles)


def entries_of(desk: Desk) -> list[Entry]:
    """Return all that stands in the person's calendar; a constant number of queries, however many tasks there are.

    It names no other person: not even whom somebody stands in for.
    """
    found = _tasks(desk)
    if desk.is_reviewer:
        found += _reviews(desk)
    return found + entries_of_cycles(desk, cycles_in_calendars(desk))


def _cycles() -> QuerySet[ReportingCycle]:
    return ReportingCycle.objects.filter(imported=False).select_related("edition")


# --- Tasks ----------------------------------------------------------------------------------------------------------


def _tasks(desk: Desk) -> list[Entry]:
    """Return the open tasks, and those of offices that were done lately; two queries, each by an index of its own."""
    since = timezone.make_aware(datetime.datetime.combine(desk.day - REMEMBERED, datetime.time.min))
    done = WorkItem.objects.filter(
        access.tasks_of(desk), office__in=desk.acting_for, is_open=False, task__finished__gte=since
    )
    return [_task(desk, row) for items in (access.open_tasks(desk), done) for row in _rows(items)]


def _rows(items: QuerySet[WorkItem]) -> list[Mapping[str, Any]]:
    newest = Event.objects.filter(update=OuterRef("update")).order_by("-sequence")
    columns = items.order_by("due_on", "pk").values(
        "pk",
        "step",
        "due_on",
        "is_open",
        "office_id",
        "office__number",
        "office__name",
        "update_id",
        "participation_id",
        "update__history_count",
        "update__recommendation__number",
        "update__recommendation__title",
        "update__cycle__period_from",
        "update__cycle__period_until",
        changed_at=Subquery(newest.values("at")[:1]),
    )
    return list(columns)


def _task(desk: Desk, row: Mapping[str, Any]) -> Entry:
    what = due_name(row["step"])
    said = {"what": what, "title": f"{row['update__recommendation__number']} {row['update__recommendation__title']}"}
    if not row["is_open"]:
        summary = _("No longer open: %(what)s %(title)s") % said
    elif _is_for_somebody_else(desk, row):
        summary = _("%(what)s: %(title)s (as deputy)") % said
    else:
        summary = _("%(what)s: %(title)s") % said
    address = settings.SITE_URL + desk_links.address(row["step"], row["update_id"], row["participation_id"])
    return Entry(
        # The task's own number: an extension moves the date and keeps the entry.
        uid=f"task-{row['pk']}",
        day=row["due_on"],
        summary=summary,
        # Whatever changes a task writes one event into the history of its run.
        sequence=row["update__history_count"],
        changed_at=row["changed_at"],
        category=what,
        description=_describe(row, address),
        url=address,
        alarm=True,
        cancelled=not row["is_open"],
    )


def _describe(row: Mapping[str, Any], address: str) -> str:
    period = period_label(row["update__cycle__period_from"], row["update__cycle__period_until"])
    lines = [_("Reporting period %(period)s") % {"period": period}]
    if row["office_id"]:
        lines.insert(0, Office(number=row["office__number"], name=row["office__name"]).label)
    if row["is_open"]:
        lines.append(_("Straight to the task: %(address)s") % {"address": address})
    return "\n".join(lines)


def _is_for_somebody_else(desk: Desk, row: Mapping[str, Any]) -> bool:
    if row["office_id"] is None:
        return False
    roles = (Role.HEAD,) if row["step"] == WorkStep.SIGN else OFFICE_ROLES
    return desk.on_behalf_of(row["office_id"], roles) is not None


# --- Review ---------------------------------------------------------------------------------------------------------


def _reviews(desk: Desk) -> list[Entry]:
    """Return one date for each cycle in which entries wait for the person to decide or vote; two queries."""
    mine = Q(pk__in=access.decidable_updates(desk).values("pk")) | Q(pk__in=access.votable_updates(desk).values("pk"))
    waiting = dict(StatusUpdate.objects.filter(mine).order_by().values_list("cycle").annotate(number=Count("pk")))
    if not waiting:
        return []
    cycles = ReportingCycle.objects.filter(pk__in=waiting).annotate(
        # All runs, not only those that wait: these numbers must never go back.
        changes=Sum("updates__history_count"),
        moved_at=Max("updates__state_since"),
    )
    return [_review(desk, cycle, waiting[cycle.pk]) for cycle in cycles]


def _review(desk: Desk, cycle: Any, number: int) -> Entry:
    said = ngettext(
        "Review: %(number)d status update waits for you",
        "Review: %(number)d status updates wait for you",
        number,
    )
    address = settings.SITE_URL + reverse("workflow:review-queue")
    lines = [
        _("Reporting period %(period)s") % {"period": cycle.period_label},
        _("Straight to the task: %(address)s") % {"address": address},
    ]
    return Entry(
        uid=f"review-{cycle.pk}-{desk.person.pk}",
        day=cycle.review_due_on,
        summary=said % {"number": number},
        sequence=cycle.changes,
        changed_at=cycle.moved_at,
        category=due_name(WorkStep.REVIEW),
        description="\n".join(lines),
        url=address,
        alarm=True,
    )


# --- Cycles ---------------------------------------------------------------------------------------------------------


def _versions(cycles: Collection[ReportingCycle]) -> dict[int, _Version]:
    found = (
        Event.objects.filter(cycle__in=cycles, update__isnull=True)
        .order_by()
        .values_list("cycle")
        .annotate(number=Max("sequence"), at=Max("at"))
    )
    return {cycle: _Version(number, at) for cycle, number, at in found} if cycles else {}


def _dates(cycles: Iterable[ReportingCycle], versions: Mapping[int, _Version]) -> list[Entry]:
    found = []
    for cycle in cycles:
        version = versions.get(cycle.pk)
        for name, what in DATES.items():
            day = getattr(cycle, name)
            if version is None or day is None or (name == "sign_off_due_on" and not cycle.sign_off):
                continue
            said = {"what": what, "period": cycle.period_label}
            found.append(
                Entry(
                    uid=f"cycle-{cycle.pk}-{name.removesuffix('_on').replace('_', '-')}",
                    day=day,
                    summary=_("%(what)s (cycle %(period)s)") % said,
                    sequence=version.number,
                    changed_at=version.at,
                    category=pgettext("calendar", "Reporting cycle"),
                    description=str(cycle.edition),
                )
            )
    return found


def _sittings(desk: Desk, cycles: Collection[ReportingCycle]) -> list[Entry]:
    if not cycles or not (desk.is_reviewer or desk.is_coordinator):
        return []
    found = Sitting.objects.filter(cycle__in=cycles).select_related("cycle").defer("minutes").order_by("held_on", "pk")
    return [
        Entry(
            uid=f"sitting-{one.pk}",
            day=one.held_on,
            summary=_("%(what)s (cycle %(period)s)")
            % {"what": pgettext("calendar", "Sitting of the Arbeitsgruppe"), "period": one.cycle.period_label},
            sequence=0 if one.is_open else 1,
            changed_at=one.closed_at or one.opened_at,
            category=pgettext("calendar", "Sitting"),
            url=settings.SITE_URL + reverse("workflow:sitting-detail", args=[one.pk]),
        )
        for one in found
    ]
