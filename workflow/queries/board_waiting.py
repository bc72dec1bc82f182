"""What waits for whom and how long, and whether everything will be there in time."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Count, DateField, Exists, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from offices.access import Desk
from offices.models import Office, Person
from workflow.models import (
    WRITING_STATES,
    DeadlineExtension,
    ExtensionState,
    Participation,
    Reassignment,
    ReassignmentState,
    ReportingCycle,
    Revision,
    UpdateState,
    WorkItem,
    WorkStep,
)
from workflow.queries.board_cycles import is_alone
from workflow.queries.board_figures import Figures
from workflow.queries.board_filters import WAITING
from workflow.queries.board_late import Row
from workflow.queries.board_selection import LONG_WAIT_DAYS
from workflow.queries.counts import Counts, Number, numbers

PACE_DAYS = 14
FEWEST = 5
"""With fewer hand-ins in ``PACE_DAYS`` nothing can be said about the pace."""

WHO: dict[str, Promise] = {
    "schreiben": gettext_lazy("Lead offices"),
    "zuarbeit": pgettext_lazy("waiting", "Contributing offices"),
    "mitzeichnung": gettext_lazy("Co-signing offices"),
    "schlusszeichnung": gettext_lazy("Heads of office"),
    "pruefung": gettext_lazy("Arbeitsgruppe"),
    "koordination": gettext_lazy("Coordinators"),
    "uebernahme": gettext_lazy("Offices asked to take over"),
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A group for whom something waits: how many tasks, and the longest in words (``tone`` as in ``Due``)."""

    only: str
    who: str
    number: int
    longest: str
    tone: str = "calm"


@dataclass(frozen=True, slots=True)
class _Open:
    number: int
    late: int
    oldest: datetime.date | None

    def joined(self, other: "_Open | None") -> "_Open":
        """Return both together."""
        if other is None:
            return self
        oldest = min((day for day in (self.oldest, other.oldest) if day), default=None)
        return _Open(self.number + other.number, self.late + other.late, oldest)


@dataclass(frozen=True, slots=True)
class Work:
    """The open work of a cycle by step, and by step and office.

    ``names`` are those of all offices with open work; ``contributing`` those of the cycle's contributing offices.
    """

    steps: dict[str, _Open] = field(default_factory=dict)
    by_office: list[Row] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    contributing: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Background:
    """How many entries were handed in within ``PACE_DAYS``, and the person's own ``counts`` for the menu.

    ``asked`` says since when an extension and a takeover are waited for.
    """

    pace: int = 0
    asked: dict[str, datetime.datetime | None] = field(default_factory=dict)
    counts: Counts | None = None


def work_of(cycle: ReportingCycle, cycles: Sequence[ReportingCycle], today: datetime.date) -> Work:
    """Return the open work of ``cycle`` by step and office, with the offices that contribute; one query."""
    items = WorkItem.objects.filter(is_open=True)
    # No join is needed to keep others out while there are none.
    if not is_alone(cycle, cycles):
        items = items.filter(update__cycle=cycle)
    rows = (
        items.order_by()
        .values_list("office_id", "office__number", "office__name", "step")
        .annotate(
            number=Count("pk"),
            late=Count("pk", filter=Q(due_on__lt=today)),
            oldest=Min("due_on"),
        )
    )
    work = Work()
    for office, at, name, step, number, late, oldest in rows.union(_contributing(cycle), all=True):
        label = f"{at} {name}".strip()
        if not step:
            work.contributing[office] = label
            continue
        work.steps[step] = _Open(number, late, oldest).joined(work.steps.get(step))
        if office:
            work.names[office] = label
            work.by_office.append(Row(step, office, late, oldest))
    return work


def _contributing(cycle: ReportingCycle) -> QuerySet[Office, tuple[Any, ...]]:
    """Return the offices that contribute in ``cycle`` as rows of ``work_of`` without a step."""
    contributes = Participation.objects.filter(office=OuterRef("pk"), update__cycle=cycle)
    offices = Office.objects.filter(Exists(contributes)).order_by()
    nothing = (Value(""), Value(0), Value(0), Value(None, output_field=DateField()))
    return offices.values_list("pk", "number", "name", *nothing)


def background_of(
    cycle: ReportingCycle, cycles: Sequence[ReportingCycle], work: Work, desk: Desk | None, now: datetime.datetime
) -> Background:
    """Return what one query can tell beside the runs; nothing without ``desk``, of which the menu's counts are."""
    if desk is None:
        return Background()
    first = now - datetime.timedelta(days=PACE_DAYS)
    handed_in = Revision.objects.filter(update__cycle=cycle, number=1, submitted_at__gte=first)
    values: dict[str, Subquery] = {"pace": Number(handed_in.order_by().values("pk"))}
    if WorkStep.DECIDE_EXTENSION in work.steps:
        asked = DeadlineExtension.objects.filter(update__cycle=cycle, state=ExtensionState.REQUESTED)
        values["koordination"] = Subquery(asked.order_by("requested_at").values("requested_at")[:1])
    if WorkStep.TAKE_OVER in work.steps:
        offered = Reassignment.objects.filter(update__cycle=cycle, state=ReassignmentState.PROPOSED)
        values["uebernahme"] = Subquery(offered.order_by("proposed_at").values("proposed_at")[:1])
    # Of coordinators alone nothing is asked but answers to extensions, which are counted already.
    is_known = is_alone(cycle, cycles) and not (desk.is_reviewer or desk.works_for_an_office)
    menu = {} if is_known else numbers(desk)
    found: dict[str, Any] = dict(Person.objects.filter(pk=desk.person.pk).order_by().values(**values, **menu).get())
    counts = _counts_of_coordinators(cycle, work) if is_known else Counts(**{name: found[name] for name in menu})
    asked_since = {name: found.get(name) for name in ("koordination", "uebernahme")}
    return Background(found["pace"], asked_since, counts)


def for_desk(
    known: Background, cycle: ReportingCycle, cycles: Sequence[ReportingCycle], work: Work, desk: Desk
) -> Background:
    """Return ``known`` with the counts of ``desk`` as far as the open work tells them; no query.

    Where it does not tell them, the menu asks for itself.
    """
    if not is_alone(cycle, cycles) or desk.is_reviewer or desk.works_for_an_office:
        return replace(known, counts=None)
    return replace(known, counts=_counts_of_coordinators(cycle, work))


def _counts_of_coordinators(cycle: ReportingCycle, work: Work) -> Counts:
    """Return the counts of whoever is nothing but a coordinator; ``cycle`` comes from ``board_cycles``."""
    requests = work.steps[WorkStep.DECIDE_EXTENSION].number if WorkStep.DECIDE_EXTENSION in work.steps else 0
    waiting = {name: getattr(cycle, name, 0) for name in ("letters", "duties")}
    return Counts(tasks=requests, requests=requests, **waiting)


# --- Who waits ------------------------------------------------------------------------------------------------------


def waiting_of(work: Work, background: Background, figures: Figures, today: datetime.date) -> list[Waiting]:
    """Return for whom something waits, in the order of the work; groups for whom nothing waits are left out."""
    found = []
    for only, steps in WAITING.items():
        rows = [work.steps[step] for step in steps if step in work.steps]
        if number := sum(row.number for row in rows):
            longest, tone = _longest(only, work, background, figures, today)
            found.append(Waiting(only, str(WHO[only]), number, longest, tone))
    return found


def _longest(only: str, work: Work, background: Background, figures: Figures, today: datetime.date) -> tuple[str, str]:
    """Say how long the longest waits: since the deadline where one has passed, else since it was asked."""
    steps = [work.steps[step] for step in WAITING[only] if step in work.steps]
    late = sum(row.late for row in steps)
    if only in {"schreiben", "zuarbeit"}:
        oldest = min(row.oldest for row in steps if row.oldest)
        if not late:
            return _("next due on %(date)s") % {"date": date_format(oldest, "d.m.Y")}, "calm"
        days = (today - oldest).days
        said = ngettext(
            "%(late)d overdue, the longest for %(days)d day", "%(late)d overdue, the longest for %(days)d days", days
        )
        return said % {"late": late, "days": days}, "late"
    since = _since(only, background, figures)
    days = (today - timezone.localdate(since)).days if since else 0
    if not days:
        return _("since today"), "calm"
    said = ngettext("the longest for %(days)d day", "the longest for %(days)d days", days) % {"days": days}
    return said, "soon" if days > LONG_WAIT_DAYS else "calm"


def _since(only: str, background: Background, figures: Figures) -> datetime.datetime | None:
    if only in {"mitzeichnung", "schlusszeichnung"}:
        return figures.since.get(UpdateState.SIGNING)
    if only == "pruefung":
        return figures.since.get(UpdateState.IN_REVIEW)
    return background.asked.get(only)


# --- Forecast -------------------------------------------------------------------------------------------------------


def forecast(cycle: ReportingCycle, figures: Figures, pace: int, today: datetime.date) -> str:
    """Say in one honest sentence what the pace of the last days leads to until the deadline."""
    missing = sum(figures.totals.get(state, 0) for state in WRITING_STATES if state != UpdateState.RETURNED)
    if not missing:
        return _("Everything has been handed in.")
    if pace < FEWEST:
        said = ngettext(
            "No forecast yet: %(number)d entry was handed in within the last %(days)d days.",
            "No forecast yet: %(number)d entries were handed in within the last %(days)d days.",
            pace,
        )
        return said % {"number": pace, "days": PACE_DAYS}
    needed = -(-missing * PACE_DAYS // pace)
    ready = today + datetime.timedelta(days=needed)
    known = {"pace": pace, "days": PACE_DAYS, "ready": _date(ready), "due": _date(cycle.due_on)}
    if ready <= cycle.due_on:
        return _("At the pace of the last %(days)d days (%(pace)d entries) everything is there by %(ready)s.") % known
    if cycle.due_on < today:
        return _("At the pace of the last %(days)d days (%(pace)d entries) the rest takes until %(ready)s.") % known
    then = figures.handed_in + pace * (cycle.due_on - today).days // PACE_DAYS
    known |= {"then": min(then, figures.asked), "total": figures.asked}
    return (
        _(
            "At the pace of the last %(days)d days (%(pace)d entries) %(then)d of %(total)d are there on %(due)s, "
            "and all of them only on %(ready)s."
        )
        % known
    )


def _date(day: datetime.date) -> str:
    return date_format(day, "d.m.Y")
