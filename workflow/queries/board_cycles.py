"""The cycles from which the board chooses, and the stamp that tells whether anything has happened in one of them."""

import datetime
import hashlib
from collections.abc import Sequence

from django.db.models import Case, CharField, Count, Max, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Cast, Coalesce, Concat

from workflow.models import OPEN_STATES, CycleState, ReportingCycle, StatusUpdate
from workflow.queries.counts import open_duties, proposed_letters

RUNNING = (CycleState.OPEN, CycleState.OPENING)
_NOTHING = "-"


def cycles(wanted: int = 0) -> list[ReportingCycle]:
    """Return all cycles, newest first; one query.

    Each tells the first and the last cycle, by id, in which work is open (``first_open``, ``last_open``); those that
    run and the one that is ``wanted`` bear what their stamp is made of (``seen``). Each says, for the menu, how many
    letters to departments and how many tasks beside the flow wait for coordinators, of all cycles together
    (``letters``, ``duties``).
    """
    # The two ends of a small index. To ask of every cycle makes PostgreSQL read each run of the past.
    open_in = StatusUpdate.objects.filter(state__in=OPEN_STATES).values("cycle")
    found = ReportingCycle.objects.select_related("edition").annotate(
        first_open=Subquery(open_in.order_by("cycle")[:1]),
        last_open=Subquery(open_in.order_by("-cycle")[:1]),
        letters=proposed_letters(),
        duties=open_duties(),
        seen=Case(When(Q(state__in=RUNNING) | Q(pk=wanted), then=_seen()), default=None, output_field=CharField()),
    )
    return list(found.order_by("-period_until", "-pk"))


def chosen(cycles: Sequence[ReportingCycle], wanted: int) -> ReportingCycle | None:
    """Return the cycle that was asked for; else the newest that runs, the newest that ran, or any."""
    named = next((one for one in cycles if one.pk == wanted), None)
    running = next((one for one in cycles if one.state in RUNNING), None)
    ran = next((one for one in cycles if one.is_closed), None)
    return named or running or ran or next(iter(cycles), None)


def stamp_of(cycle: ReportingCycle, today: datetime.date) -> str:
    """Return the stamp of the cycle's runs; a query if ``cycle`` does not come from :func:`cycles` with it.

    It changes whenever anything about a run has changed that leaves a trace in its history, and with the day.
    """
    seen = getattr(cycle, "seen", None)
    if seen is None:
        seen = ReportingCycle.objects.filter(pk=cycle.pk).values_list(_seen(), flat=True).get()
    # Every change of a run lengthens its history, and sentences such as "2 days left" change with the day.
    return hashlib.sha256(f"{seen}|{today}".encode()).hexdigest()[:20]


def is_alone(cycle: ReportingCycle, cycles: Sequence[ReportingCycle]) -> bool:
    """Whether work is open in ``cycle`` and in no other. What was opened again is open in a closed one."""
    return all(getattr(one, "first_open", 0) == getattr(one, "last_open", 0) == cycle.pk for one in cycles)


def _seen() -> Coalesce:
    """How many runs a cycle has, how long their histories are together, and when the last one changed its state."""
    parts = [Cast(part, CharField()) for part in (Count("pk"), Sum("history_count"), Max("state_since"))]
    runs = StatusUpdate.objects.filter(cycle=OuterRef("pk")).order_by().values("cycle")
    said = Concat(parts[0], Value("|"), parts[1], Value("|"), parts[2], output_field=CharField())
    return Coalesce(Subquery(runs.annotate(seen=said).values("seen")), Value(_NOTHING), output_field=CharField())
