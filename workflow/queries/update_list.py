"""The list of all status updates that a person may read, with its filters."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from concept.models import ActionField
from offices.access import Desk
from offices.models import Office
from workflow import access
from workflow.models import ImplementationStatus, ReportingCycle, StatusUpdate

PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class Filters:
    """What somebody is looking for; 0 and empty mean everything. ``status`` is an ``ImplementationStatus``."""

    cycle: int = 0
    field: int = 0
    office: int = 0
    status: str = ""
    text: str = ""

    @classmethod
    def read(cls, data: Mapping[str, str]) -> "Filters":
        """Return the filters of an address; nonsense counts as not given."""
        status = data.get("stand", "")
        return cls(
            cycle=_number(data.get("abfrage", "")),
            field=_number(data.get("feld", "")),
            office=_number(data.get("amt", "")),
            status=status if status in ImplementationStatus.values else "",
            text=data.get("q", "").replace("\x00", "").strip()[:100],
        )

    @property
    def are_set(self) -> bool:
        return self != Filters()


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 - fits every database


@dataclass(frozen=True, slots=True)
class UpdateList:
    """A page of the runs that a person may read, each with its ``status``, and what can be filtered for."""

    page: "Page[Any]"
    cycles: list[ReportingCycle]
    fields: list[ActionField]
    offices: list[Office]

    @property
    def total(self) -> int:
        return self.page.paginator.count


def listed(desk: Desk, filters: Filters, *, page: str | None = None) -> UpdateList:
    """Return a page of what the person may read, newest period first; five queries however many there are."""
    visible = access.visible_updates(desk)
    rows = (
        _narrowed(visible, filters)
        .select_related("cycle", "recommendation")
        .annotate(status=Coalesce("approved__implementation_status", "submitted__implementation_status"))
        .order_by("-cycle__period_until", "-cycle", "recommendation__position", "recommendation__number", "pk")
    )
    fields = ActionField.objects.filter(goals__recommendations__updates__in=visible).distinct()
    return UpdateList(
        page=Paginator(rows, PER_PAGE).get_page(page),
        cycles=list(ReportingCycle.objects.filter(updates__in=visible).select_related("edition").distinct()),
        fields=list(fields.select_related("edition").order_by("-edition__adopted_on", "position", "number")),
        offices=list(Office.objects.filter(led_updates__in=visible).distinct().order_by("number", "name")),
    )


def _narrowed(updates: QuerySet[StatusUpdate], filters: Filters) -> QuerySet[StatusUpdate]:
    if filters.cycle:
        updates = updates.filter(cycle=filters.cycle)
    if filters.field:
        updates = updates.filter(recommendation__goal__field=filters.field)
    if filters.office:
        updates = updates.filter(lead_office=filters.office)
    if filters.status:
        # Whoever reads only approved entries sees no run with anything else: nothing can be asked out of this.
        updates = updates.filter(
            Q(approved__implementation_status=filters.status)
            | Q(approved__isnull=True, submitted__implementation_status=filters.status)
        )
    if filters.text:
        updates = updates.filter(
            Q(recommendation__title__icontains=filters.text)
            | Q(recommendation__number__istartswith=filters.text)
            | Q(recommendation__text__icontains=filters.text)
        )
    return updates
