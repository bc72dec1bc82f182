"""Which runs a selection of the board holds. Board, table, timeline, export and actions on many runs ask here."""

import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from offices.models import Person
from workflow.models import (
    CITY_STEPS,
    HANDED_IN_STATES,
    WRITING_STATES,
    CoSignature,
    CoSignatureState,
    Event,
    EventKind,
    Participation,
    ReportingCycle,
    StatusUpdate,
    UpdateState,
    WorkItem,
    WorkStep,
)
from workflow.queries import board_search
from workflow.queries.board_filters import OUTLOOK_VALUES, UNFINISHED, WAITING, BoardFilters

LONG_WAIT_DAYS = 7

COORDINATING = (
    EventKind.REMINDED,
    EventKind.CONTRIBUTION_SKIPPED,
    EventKind.CO_SIGN_WAIVED,
    EventKind.SIGN_WAIVED,
    EventKind.EXTENSION_GRANTED,
    EventKind.EXTENSION_REFUSED,
    EventKind.EXTENSION_UNDONE,
    EventKind.REASSIGNMENT_PROPOSED,
    EventKind.REASSIGNMENT_WITHDRAWN,
    EventKind.CANCELLED,
    EventKind.REOPENED,
    EventKind.CORRECTION_STARTED,
)
"""What a coordinator does on a run: whoever has done one of these looks after it."""

ORDER = {
    "frist": ("due_on", "state_since", "pk"),
    "nummer": ("recommendation__position", "recommendation__number", "pk"),
}
"""Runs are created in printed order, so their keys keep it: no join is needed to sort thousands by deadline.

Among equal deadlines the longest waiting comes first.
"""


def overdue(today: datetime.date) -> Q:
    """Return the condition that the lead office is late."""
    return Q(state__in=WRITING_STATES, due_on__lt=today)


def anything_overdue(today: datetime.date) -> Q:
    """Return the condition that the lead office or another one is late with something in a run."""
    late = WorkItem.objects.filter(update=OuterRef("pk"), is_open=True, office__isnull=False, due_on__lt=today)
    return overdue(today) | Q(Exists(late))


def long_waiting(today: datetime.date) -> Q:
    """Return the condition that a run waits for review for more than ``LONG_WAIT_DAYS``."""
    # Handed in on a day more than a week ago, whatever the hour.
    first_day = today - datetime.timedelta(days=LONG_WAIT_DAYS)
    midnight = timezone.make_aware(datetime.datetime.combine(first_day, datetime.time.min))
    return Q(state=UpdateState.IN_REVIEW, state_since__lt=midnight)


def mine(person: Person | None) -> Q:
    """Return the condition that a run is ``person``'s to look after as a coordinator.

    These are all on which the coordinators have to decide, and those that this person has taken care of: reminded,
    extended, given to another office, cancelled or reopened.
    """
    decide = WorkItem.objects.filter(update=OuterRef("pk"), is_open=True, step=WorkStep.DECIDE_EXTENSION)
    cared = Event.objects.filter(update=OuterRef("pk"), actor=person, kind__in=COORDINATING)
    return Q(Exists(decide)) | Q(Exists(cared) if person else Q(pk__in=[]))


def selected(
    cycle: ReportingCycle, filters: BoardFilters, today: datetime.date, person: Person | None = None
) -> QuerySet[StatusUpdate]:
    """Return the runs of ``cycle`` that ``filters`` ask for, in no order; ``person`` is who looks, for ``mine``."""
    return StatusUpdate.objects.filter(_where(filters, today, person), cycle=cycle)


def _where(filters: BoardFilters, today: datetime.date, person: Person | None) -> Q:
    where = Q()
    if filters.field:
        where &= Q(recommendation__goal__field=filters.field)
    if filters.goal:
        where &= Q(recommendation__goal=filters.goal)
    if filters.office:
        where &= _office(filters, today)
    if filters.state:
        where &= Q(state=filters.state)
    if filters.outlook:
        where &= Q(state__in=HANDED_IN_STATES, submitted__outlook=OUTLOOK_VALUES[filters.outlook])
    if filters.mine:
        where &= mine(person)
    if filters.q:
        where &= board_search.matches(filters.words)
    if filters.office and filters.only == "ueberfaellig":
        return where & _due(filters, today)
    return where & _due(filters, today) & _only(filters.only, today)


def _office(filters: BoardFilters, today: datetime.date) -> Q:
    """Return the condition that the office leads the run, contributes to it or is asked to co-sign it.

    With what waits or is late, only runs in which it waits for this very office, or this office is late.
    """
    asked = WorkItem.objects.filter(update=OuterRef("pk"), is_open=True, office=filters.office)
    if filters.only == "ueberfaellig":
        return Q(Exists(asked.filter(due_on__lt=today)))
    if steps := [step for step in WAITING.get(filters.only, ()) if step not in CITY_STEPS]:
        return Q(Exists(asked.filter(step__in=steps)))
    contributes = Participation.objects.filter(update=OuterRef("pk"), office=filters.office)
    co_signs = CoSignature.objects.filter(
        revision=OuterRef("submitted"), office=filters.office, state=CoSignatureState.ASKED
    )
    return Q(lead_office=filters.office) | Q(Exists(contributes)) | Q(Exists(co_signs))


def _due(filters: BoardFilters, today: datetime.date) -> Q:
    where = {
        "": Q(),
        "ueberfaellig": overdue(today),
        "woche": _due_between(today, today + datetime.timedelta(days=6 - today.weekday())),
        "14tage": _due_between(today, today + datetime.timedelta(days=14)),
        "spaeter": _due_between(today + datetime.timedelta(days=15), None),
    }[filters.due]
    if filters.due_from or filters.due_until:
        where &= _due_between(filters.due_from, filters.due_until)
    return where


def _due_between(first: datetime.date | None, last: datetime.date | None) -> Q:
    where = Q(state__in=WRITING_STATES)
    if first:
        where &= Q(due_on__gte=first)
    if last:
        where &= Q(due_on__lte=last)
    return where


def _only(only: str, today: datetime.date) -> Q:
    if only in WAITING:
        open_step = WorkItem.objects.filter(update=OuterRef("pk"), is_open=True, step__in=WAITING[only])
        return Q(Exists(open_step))
    return {
        "": Q(),
        "offen": Q(state__in=UNFINISHED),
        "abgegeben": Q(state__in=HANDED_IN_STATES),
        "ueberfaellig": anything_overdue(today),
        "wartet": long_waiting(today),
    }[only]
