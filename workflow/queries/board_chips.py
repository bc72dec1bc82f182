"""The active filters of the board, each with the address without it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from concept.models import Goal
from workflow.queries.board_figures import OfficeName
from workflow.queries.board_filters import COLUMNS, DUE, ONLY, OUTLOOKS, BoardFilters


@dataclass(frozen=True, slots=True)
class Chip:
    """An active filter: what it says, and the address without it."""

    label: str
    without: str


def chips_of(filters: BoardFilters, goals: Iterable[Goal], offices: Iterable[OfficeName]) -> list[Chip]:
    """Return a chip for every active filter that can be named."""
    said = {
        "only": str(ONLY.get(filters.only, "")),
        "mine": _("mine") if filters.mine else "",
        "state": str(COLUMNS.get(filters.state, "")),
        "due": _due(filters),
        "due_from": _between(filters),
        "outlook": _("outlook: %(outlook)s") % {"outlook": OUTLOOKS[filters.outlook]} if filters.outlook else "",
        "field": next((one.field.name for one in goals if one.field_id == filters.field), ""),
        "goal": next((str(one) for one in goals if one.pk == filters.goal), ""),
        "office": next((one.label for one in offices if one.pk == filters.office), ""),
        "q": _("“%(text)s”") % {"text": filters.q} if filters.q else "",
    }
    return [Chip(label, _without(filters, name)) for name, label in said.items() if label]


def _without(filters: BoardFilters, name: str) -> str:
    if name == "due_from":
        return filters.address(due_from=None, due_until=None)
    return filters.address(**{name: 0 if name in {"field", "goal", "office"} else ""})


def _due(filters: BoardFilters) -> str:
    return _("due: %(window)s") % {"window": DUE[filters.due]} if filters.due else ""


def _between(filters: BoardFilters) -> str:
    first = date_format(filters.due_from, "d.m.Y") if filters.due_from else ""
    last = date_format(filters.due_until, "d.m.Y") if filters.due_until else ""
    if first and last:
        return _("due from %(first)s to %(last)s") % {"first": first, "last": last}
    if first:
        return _("due from %(first)s on") % {"first": first}
    return _("due by %(date)s") % {"date": last} if last else ""
