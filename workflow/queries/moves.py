"""What can be done with a run from where it stands: the entries of its menu on the board.

A move leads into another column. It is offered only where the flow allows it and the person may make it; each leads to
a page that asks before it acts, and dragging a card does what its entry does. Moves follow from the state; only who may
decide is asked of the database, once for all cards.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from offices.access import Desk
from workflow import access
from workflow.models import OPEN_STATES, WRITING_STATES, BulkKind, ReportingCycle, UpdateState
from workflow.queries.bulk_selection import NAMES as BULK_NAMES
from workflow.services.lifecycle import REOPENABLE_STATES

PLACE = 2_147_483_647
"""Stands for the run's key in an address that is built once for many runs."""

ON_A_DESK = (*WRITING_STATES, UpdateState.SIGNING)
"""The states in which an office holds the run up; under review, the Arbeitsgruppe does."""


@dataclass(frozen=True, slots=True)
class Move:
    """One entry of a run's menu. ``states`` are the columns into which it leads; none for what moves nothing."""

    name: str
    label: str | Promise
    address: str
    states: tuple[str, ...] = ()

    @property
    def targets(self) -> str:
        return " ".join(self.states)


class Menus:
    """The menus of many runs of one cycle, as one person sees them; one query at most, whatever their number."""

    def __init__(self, desk: Desk, cycle: ReportingCycle | None, query: str) -> None:
        """``query`` is the selection of the board to which one comes back."""
        self._desk = desk
        self._cycle = cycle
        self._query = "" if query == "?" else query

    @cached_property
    def _decidable(self) -> frozenset[int]:
        if self._cycle is None or not access.decides_in(self._desk, self._cycle):
            return frozenset()
        found = access.decidable_updates(self._desk).filter(cycle=self._cycle)
        return frozenset(found.values_list("pk", flat=True))

    def of(self, pk: int, state: str, *, has_approved: bool = False) -> list[Move]:
        """Return what the person may do with the run now; the run is one that they may see.

        With ``has_approved`` an entry of it was approved: an open one is being corrected then.
        """
        return _moves(self._kind(pk, state, has_approved=has_approved), pk)

    def drawn(self, pk: int, state: str, number: str, *, has_approved: bool = False) -> SafeString:
        """Return the menu of a card, drawn once for each kind of card."""
        html = _drawn(self._kind(pk, state, has_approved=has_approved), get_language())
        # The number stands once, in the label; everything else is the run's key in an address.
        before, after = html.split(str(PLACE), 1)
        return mark_safe(before + escape(number) + after.replace(str(PLACE), str(pk)))  # noqa: S308 - escaped above

    def _kind(self, pk: int, state: str, *, has_approved: bool) -> "_Kind":
        corrects = has_approved and state in OPEN_STATES
        return _Kind(state, corrects, self._decides(pk, state), self._desk.is_coordinator, self._query)

    def _decides(self, pk: int, state: str) -> bool:
        return state == UpdateState.IN_REVIEW and pk in self._decidable


class _Kind(NamedTuple):
    """All on which a menu depends, beside the run's key; ``query`` is the selection to which one comes back."""

    state: str
    corrects: bool
    decides: bool
    coordinates: bool
    query: str


@lru_cache(maxsize=256)
def _drawn(kind: _Kind, _language: str | None) -> str:
    # The same few menus stand on every card of every board: each is drawn once per process, selection and language.
    context = {"moves": _moves(kind, PLACE), "number": str(PLACE)}
    return render_to_string("workflow/partials/card_menu.html", context).strip()


def _moves(kind: _Kind, pk: int) -> list[Move]:
    found = []
    if kind.decides:
        approve = _bulk(BulkKind.APPROVE, pk, kind.query) if kind.coordinates else _review(pk)
        found.append(Move("approve", _("Approve"), approve, (UpdateState.APPROVED,)))
        found.append(Move("return", _("Return with comments"), _review(pk), (UpdateState.RETURNED,)))
    if kind.coordinates:
        found += _of_coordinators(kind, pk)
    return [*found, Move("history", _("See the history"), _detail(pk, "verlauf"))]


def _of_coordinators(kind: _Kind, pk: int) -> list[Move]:
    found = []
    state = kind.state
    if state in ON_A_DESK:
        found.append(Move("remind", _("Remind now"), _bulk(BulkKind.REMIND, pk, kind.query)))
    found.append(Move("write", _("Write a mail"), _selected("circular-write", pk, kind.query)))
    if state in WRITING_STATES:
        found.append(Move("extend", _("Extend the deadline"), _bulk(BulkKind.EXTEND, pk, kind.query)))
        found.append(Move("reassign", _("Give to another office"), _bulk(BulkKind.REASSIGN, pk, kind.query)))
    if state == UpdateState.SIGNING:
        go_on = _("Go on without the signature")
        found.append(Move("go_on", go_on, _detail(pk, "zeichnung"), (UpdateState.IN_REVIEW,)))
    if state == UpdateState.APPROVED:
        found.append(_page("correct", _("Start a correction"), "update-correct", pk, UpdateState.RETURNED))
        found.append(_page("withdraw", _("Take the entry off the pages"), "entry-withdraw", pk))
    if state in REOPENABLE_STATES:
        # What was handed in once is reworked; where nothing was, the office is asked anew.
        anew = (UpdateState.RETURNED, UpdateState.REQUESTED)
        found.append(_page("reopen", _("Open again"), "update-reopen", pk, *anew))
    if state in OPEN_STATES:
        # A correction that is dropped there leaves the approved entry as it is; the page says so before it acts.
        label = _("Discard the correction") if kind.corrects else _("Cancel the request")
        found.append(_page("cancel", label, "update-cancel", pk, UpdateState.CANCELLED))
    return found


def _bulk(kind: BulkKind, pk: int, query: str) -> str:
    """The page of actions on many, with this run alone as the selection."""
    return _selected("bulk-preview", pk, query, aktion=BULK_NAMES[kind])


def _selected(page: str, pk: int, query: str, **more: str) -> str:
    asked = more | {"run": str(pk)} | ({"auswahl": query} if query else {})
    return f"{reverse(f'workflow:{page}')}?{urlencode(asked)}"


def _page(name: str, label: Promise, page: str, pk: int, *states: str) -> Move:
    return Move(name, label, reverse(f"workflow:{page}", args=[pk]), states)


def _review(pk: int) -> str:
    return reverse("workflow:review-detail", args=[pk])


def _detail(pk: int, part: str) -> str:
    return f"{reverse('workflow:update-detail', args=[pk])}#{part}"


# --- Why not --------------------------------------------------------------------------------------------------------

_BY_ITSELF: Mapping[str, Promise] = {
    UpdateState.REQUESTED: _("Only what is over can be asked for anew: open it again from its menu."),
    UpdateState.DRAFTING: _("A run gets here by itself as soon as the office writes."),
    UpdateState.SIGNING: _("A run gets here by itself as soon as the office hands in."),
    UpdateState.IN_REVIEW: _("A run gets here by itself as soon as the office hands in."),
    UpdateState.RETURNED: _("Only what waits for review can be returned, or opened again what is over."),
    UpdateState.APPROVED: _("Only what waits for review can be approved."),
    UpdateState.MISSING: _("A run ends without a return only when the cycle is closed."),
    UpdateState.CANCELLED: _("This run is over already."),
}
_OTHERS_DECIDE = pgettext_lazy("board", "Others decide on this entry: the Arbeitsgruppe, and nobody on their own.")


def refusals() -> dict[str, str]:
    """Return why a card may not go into a column, by "from>to" or by the column alone."""
    found = {state: str(sentence) for state, sentence in _BY_ITSELF.items()}
    for target in (UpdateState.APPROVED, UpdateState.RETURNED):
        found[f"{UpdateState.IN_REVIEW}>{target}"] = str(_OTHERS_DECIDE)
    return found
