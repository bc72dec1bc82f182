"""With whom something is late: lead offices, contributing and co-signing offices, heads of office."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext, ngettext, pgettext_lazy

from workflow.queries.board_figures import Figures, OfficeName, in_order
from workflow.queries.board_filters import WAITING

WHAT: dict[str, Promise] = {
    "schreiben": pgettext_lazy("late", "status update"),
    "zuarbeit": pgettext_lazy("late", "contribution"),
    "mitzeichnung": pgettext_lazy("late", "co-signature"),
    "schlusszeichnung": pgettext_lazy("late", "signature of the head"),
    "uebernahme": pgettext_lazy("late", "answer whether it takes over"),
}
_KIND: dict[str, str] = {step: kind for kind in WHAT for step in WAITING[kind]}


class Row(NamedTuple):
    """Open work of one step at one office: how much of it is overdue, and the oldest deadline."""

    step: str
    office: int
    late: int
    oldest: datetime.date


@dataclass(frozen=True, slots=True)
class LateOffice:
    """An office with overdue tasks, the oldest for ``days``; ``kinds`` says how many of what, in the flow's order."""

    pk: int
    label: str
    number: int
    days: int
    kinds: tuple[tuple[str, int], ...] = ()

    @property
    def what(self) -> str:
        """Say what is late, in words; empty if it is the writing alone, which goes without saying."""
        if [kind for kind, _number in self.kinds] == ["schreiben"]:
            return ""
        return ", ".join(f"{WHAT[kind]} {number}" for kind, number in self.kinds)


def offices_of(contributing: Mapping[int, str], figures: Figures) -> list[OfficeName]:
    """Return the offices that lead (by their name of the time) or contribute, in the order people list them."""
    return in_order({**contributing, **{one.pk: one.label for one in figures.offices}})


def late_of(rows: Iterable[Row], names: Mapping[int, str], today: datetime.date) -> list[LateOffice]:
    """Return the offices with overdue tasks, those with the most first."""
    kinds: dict[int, dict[str, int]] = defaultdict(dict)
    oldest: dict[int, datetime.date] = {}
    for row in rows:
        if row.late and row.step in _KIND:
            of_office, kind = kinds[row.office], _KIND[row.step]
            of_office[kind] = of_office.get(kind, 0) + row.late
            oldest[row.office] = min(row.oldest, oldest.get(row.office, row.oldest))
    found = [
        LateOffice(
            office,
            names.get(office, ""),
            sum(of_what.values()),
            (today - oldest[office]).days,
            tuple((kind, of_what[kind]) for kind in WHAT if kind in of_what),
        )
        for office, of_what in kinds.items()
    ]
    return sorted(found, key=lambda one: (-one.number, -one.days, one.label))


def late_kinds(texts: int, offices: Iterable[LateOffice]) -> list[tuple[int, str]]:
    """Return how many of what is overdue: ``texts`` first, even if none is, then what else is late at ``offices``."""
    numbers = dict.fromkeys(WHAT, 0)
    for office in offices:
        for kind, number in office.kinds:
            numbers[kind] += number
    numbers["schreiben"] = texts
    return [(number, _counted(kind, number)) for kind, number in numbers.items() if number or kind == "schreiben"]


def late_words(kinds: Iterable[tuple[int, str]]) -> str:
    """Say it in one go: "2 status updates and 13 contributions overdue"."""
    return gettext("%(what)s overdue") % {
        "what": get_text_list([f"{number} {name}" for number, name in kinds], gettext("and"))
    }


def _counted(kind: str, number: int) -> str:
    """Return what so many of a kind are called, without the number."""
    return {
        "schreiben": ngettext("status update", "status updates", number),
        "zuarbeit": ngettext("contribution", "contributions", number),
        "mitzeichnung": ngettext("co-signature", "co-signatures", number),
        "schlusszeichnung": ngettext("signature of the head", "signatures of the heads", number),
        "uebernahme": ngettext("answer to a takeover", "answers to takeovers", number),
    }[kind]
