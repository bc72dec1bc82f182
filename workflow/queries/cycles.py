"""Cycles for coordinators: where each stands, and what closing it would leave open."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workflow.models import (
    HANDED_IN_STATES,
    OPEN_STATES,
    UNDECIDED_STATES,
    WRITING_STATES,
    Event,
    ReportingCycle,
    StatusUpdate,
    UpdateState,
)


@dataclass(frozen=True, slots=True)
class Progress:
    """How many runs a cycle has, in all and by what became of them."""

    total: int = 0
    handed_in: int = 0
    in_review: int = 0
    approved: int = 0
    missing: int = 0
    overdue: int = 0


@dataclass(frozen=True, slots=True)
class CycleRow:
    """A cycle with its figures."""

    cycle: ReportingCycle
    progress: Progress


@dataclass(frozen=True, slots=True)
class OfficeGap:
    """What an office has not handed in (``open``), and what it has and nobody has decided on (``undecided``)."""

    label: str
    open: int
    undecided: int

    @property
    def sentence(self) -> str:
        parts = []
        if self.open:
            text = ngettext("%(number)d not handed in", "%(number)d not handed in", self.open)
            parts.append(text % {"number": self.open})
        if self.undecided:
            text = ngettext("%(number)d handed in, not decided", "%(number)d handed in, not decided", self.undecided)
            parts.append(text % {"number": self.undecided})
        return ", ".join(parts) or _("complete")


def all_cycles() -> "QuerySet[ReportingCycle]":
    """Return every cycle with its edition, newest period first."""
    return ReportingCycle.objects.select_related("edition").order_by("-period_until", "-pk")


def overview(today: datetime.date) -> list[CycleRow]:
    """Return every cycle with its figures, newest period first; two queries."""
    figures = _figures(StatusUpdate.objects.all(), today)
    return [CycleRow(cycle, figures.get(cycle.pk, Progress())) for cycle in all_cycles()]


def progress(cycle: ReportingCycle, today: datetime.date) -> Progress:
    """Return the figures of one cycle; one query."""
    return _figures(StatusUpdate.objects.filter(cycle=cycle), today).get(cycle.pk, Progress())


def _figures(updates: "QuerySet[StatusUpdate]", today: datetime.date) -> dict[int, Progress]:
    rows = (
        updates.order_by()
        .values("cycle")
        .annotate(
            total=Count("pk", filter=~Q(state=UpdateState.CANCELLED)),
            handed_in=Count("pk", filter=Q(state__in=HANDED_IN_STATES)),
            in_review=Count("pk", filter=Q(state=UpdateState.IN_REVIEW)),
            approved=Count("pk", filter=Q(state=UpdateState.APPROVED)),
            missing=Count("pk", filter=Q(state=UpdateState.MISSING)),
            overdue=Count("pk", filter=Q(state__in=WRITING_STATES, due_on__lt=today)),
        )
    )
    return {row.pop("cycle"): Progress(**row) for row in rows}


def missing_by_office(cycle: ReportingCycle) -> list[OfficeGap]:
    """Return the offices whose runs are still open, by name; one query."""
    rows = (
        # A correction of what is approved goes on when the cycle closes.
        StatusUpdate.objects.filter(cycle=cycle, state__in=OPEN_STATES, approved__isnull=True)
        .order_by("lead_office_label")
        .values("lead_office_label")
        .annotate(
            undecided=Count("pk", filter=Q(state__in=UNDECIDED_STATES)),
            still_open=Count("pk", filter=~Q(state__in=UNDECIDED_STATES)),
        )
    )
    return [OfficeGap(row["lead_office_label"], row["still_open"], row["undecided"]) for row in rows]


def events(cycle: ReportingCycle) -> list[Event]:
    """Return the cycle's own history, newest first, with who did it; one query."""
    return list(Event.objects.filter(cycle=cycle, update__isnull=True).select_related("actor").order_by("-sequence"))
