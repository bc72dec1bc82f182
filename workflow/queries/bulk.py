"""Actions on many runs: what would happen to each, which are left out and why, and what became of them.

Every read costs a constant number of queries per 1,000 runs.
"""

import datetime
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Count
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from offices.access import Desk
from offices.models import Office
from workflow import access
from workflow.models import (
    UNDECIDED_STATES,
    WRITING_STATES,
    BulkAction,
    BulkItem,
    BulkKind,
    BulkOutcome,
    Reassignment,
    ReassignmentState,
    ReportingCycle,
    ReviewPolicy,
    ReviewVote,
    StatusUpdate,
    UpdateState,
)
from workflow.queries import voters
from workflow.queries.bulk_selection import freeze
from workflow.services import nudges, recipients

SLICE = 1_000
SHOWN = 100
"""So many runs are named one by one; of the rest the page says how many they are."""


class Run(NamedTuple):
    """One run of the selection, as far as an action asks."""

    pk: int
    state: str
    due_on: datetime.date
    office_id: int
    office: str
    number: str
    title: str
    cycle_id: int
    revision_id: int | None
    revision: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """One run of the summary, and what happens to it."""

    run: Run
    effect: str


@dataclass
class Plan:
    """The summary of an action before it is done: ``left_out`` by reason, ``mails`` as far as they are known."""

    kind: BulkKind
    lines: list[Line] = field(default_factory=list)
    left_out: dict[str, list[Run]] = field(default_factory=lambda: defaultdict(list))
    mails: int | None = None

    @property
    def total(self) -> int:
        return len(self.lines)

    @property
    def shown(self) -> list[Line]:
        return self.lines[:SHOWN]

    @property
    def unnamed(self) -> int:
        return max(0, len(self.lines) - SHOWN)

    @property
    def reasons(self) -> list[tuple[str, int, list[Run], int]]:
        """Why runs are left out: sentence, how many, the first of them, how many more."""
        return [(why, len(runs), runs[:SHOWN], max(0, len(runs) - SHOWN)) for why, runs in self.left_out.items()]

    @property
    def total_left_out(self) -> int:
        return sum(map(len, self.left_out.values()))

    @property
    def frozen(self) -> str:
        """Exactly the runs of this summary, left out or not, with the versions that it was made from."""
        runs = [line.run for line in self.lines] + [run for runs in self.left_out.values() for run in runs]
        return freeze({run.pk: run.revision or 0 for run in runs})

    @property
    def confirmed(self) -> str:
        """The runs to which something happens."""
        return freeze({line.run.pk: line.run.revision or 0 for line in self.lines})


def plan(kind: BulkKind, update_ids: Sequence[int], desk: Desk, given: Mapping[str, Any], today: datetime.date) -> Plan:
    """Return what would happen to the runs if the person did it now; ``given`` is empty until the form is filled in."""
    runs = _runs(update_ids)
    says = _SAYS[kind](runs, desk, given, today)
    found = Plan(kind)
    for run in runs:
        effect, reason = says(run)
        if reason:
            found.left_out[reason].append(run)
        else:
            found.lines.append(Line(run, effect))
    if isinstance(says, _Reminders):
        found.mails = says.mails
    elif given:
        found.mails = _mails(kind, found.lines, given, today)
    return found


def _mails(kind: BulkKind, lines: Sequence[Line], given: Mapping[str, Any], today: datetime.date) -> int:
    """Return how many mails go out: about each deadline to its office, about each question to the office asked."""
    concerned = [given["office"] if kind == BulkKind.REASSIGN else line.run.office_id for line in lines]
    reached = recipients.of_offices(Office.objects.filter(pk__in=set(concerned)), today)
    return sum(len(reached.get(office, [])) for office in concerned)


def _runs(update_ids: Sequence[int]) -> list[Run]:
    found: list[tuple[Any, ...]] = []
    for start in range(0, len(update_ids), SLICE):
        found += StatusUpdate.objects.filter(pk__in=update_ids[start : start + SLICE]).values_list(
            "recommendation__position",
            "pk",
            "state",
            "due_on",
            "lead_office_id",
            "lead_office_label",
            "recommendation__number",
            "recommendation__title",
            "cycle_id",
            "submitted_id",
            "submitted__number",
        )
    return [Run(*row[1:]) for row in sorted(found, key=lambda row: (row[0], row[6], row[1]))]


# --- What each action says of a run: (effect, "") or ("", why not) --------------------------------------------------

Verdict = tuple[str, str]
Says = Callable[[Run], Verdict]


def _not_writing(run: Run) -> str:
    if run.state in UNDECIDED_STATES:
        return _("Handed in already: the office has nothing to write any more.")
    return _("Nothing is asked of anybody any more.")


class _Reminders:
    """Who hears of each run; planned for all at once, because whoever has several gets one mail."""

    def __init__(self, runs: Sequence[Run], _desk: Desk, _given: Mapping[str, Any], today: datetime.date) -> None:
        planned = nudges.plan(nudges.open_items([run.pk for run in runs]), today=today)
        self.mails = planned.mails
        self._heard = planned.runs
        self._told = planned.told
        self._nobody = planned.nobody

    def __call__(self, run: Run) -> Verdict:
        if heard := self._heard.get(run.pk):
            said = ngettext("%(number)d person hears of it", "%(number)d people hear of it", len(heard))
            return said % {"number": len(heard)}, ""
        return "", self._why_not(run)

    def _why_not(self, run: Run) -> str:
        if run.pk in self._told:
            return _("Everybody concerned has been reminded today already.")
        if run.pk in self._nobody:
            return _("Nobody can be reached: the office has no people here and no mailbox.")
        if run.state == UpdateState.IN_REVIEW:
            return _("Waits for the Arbeitsgruppe, no office holds it up.")
        return _("Nothing is asked of anybody any more.")


def _extends(_runs: Sequence[Run], _desk: Desk, given: Mapping[str, Any], _today: datetime.date) -> Says:
    day = datetime.date.fromisoformat(given["due_on"]) if given else None

    def says(run: Run) -> Verdict:
        if run.state not in WRITING_STATES:
            return "", _not_writing(run)
        before = date_format(run.due_on, "d.m.Y")
        if day is None:
            return _("due on %(date)s") % {"date": before}, ""
        if day <= run.due_on:
            return "", _("Has until then already, or longer.")
        return _("from %(before)s to %(after)s") % {"before": before, "after": date_format(day, "d.m.Y")}, ""

    return says


def _reassigns(runs: Sequence[Run], _desk: Desk, given: Mapping[str, Any], _today: datetime.date) -> Says:
    asked = _with_an_offer([run.pk for run in runs])

    def says(run: Run) -> Verdict:
        if run.state not in WRITING_STATES:
            return "", _not_writing(run)
        if run.pk in asked:
            return "", _("Another office has been asked already and has not answered yet.")
        if given and run.office_id == given["office"]:
            return "", _("This office has it already.")
        if not given:
            return _("due on %(date)s") % {"date": date_format(run.due_on, "d.m.Y")}, ""
        return _("%(office)s is asked to take over") % {"office": given["office_label"]}, ""

    return says


def _with_an_offer(update_ids: Sequence[int]) -> set[int]:
    found: set[int] = set()
    for start in range(0, len(update_ids), SLICE):
        found |= set(
            Reassignment.objects.filter(
                update__in=update_ids[start : start + SLICE],
                participation__isnull=True,
                state=ReassignmentState.PROPOSED,
            ).values_list("update", flat=True)
        )
    return found


def _approves(runs: Sequence[Run], desk: Desk, _given: Mapping[str, Any], _today: datetime.date) -> Says:
    cycles = ReportingCycle.objects.in_bulk({run.cycle_id for run in runs})
    waiting = [run for run in runs if run.state == UpdateState.IN_REVIEW]
    decidable = _decidable(desk, [run.pk for run in waiting])
    votes = _votes([run.revision_id for run in waiting if run.revision_id])

    def says(run: Run) -> Verdict:
        cycle = cycles[run.cycle_id]
        if run.state != UpdateState.IN_REVIEW:
            return "", _("Does not wait for review.")
        if run.pk not in decidable:
            return "", _undecidable(desk, run, cycle)
        missing = cycle.quorum - votes[run.revision_id or 0]
        if cycle.review_policy == ReviewPolicy.QUORUM and missing > 0:
            return "", ngettext("%(number)d vote is missing.", "%(number)d votes are missing.", missing) % {
                "number": missing
            }
        return _("version %(number)s is approved") % {"number": run.revision}, ""

    return says


def _decidable(desk: Desk, update_ids: Sequence[int]) -> set[int]:
    found: set[int] = set()
    for start in range(0, len(update_ids), SLICE):
        part = access.decidable_updates(desk).filter(pk__in=update_ids[start : start + SLICE])
        found |= set(part.values_list("pk", flat=True))
    return found


def _votes(revision_ids: Sequence[int]) -> Counter[int]:
    found: Counter[int] = Counter()
    for start in range(0, len(revision_ids), SLICE):
        votes = ReviewVote.objects.filter(revision__in=revision_ids[start : start + SLICE])
        seats = Count(voters.SEAT, distinct=True)
        found.update(dict(votes.order_by().values_list("revision").annotate(total=seats)))
    return found


def _undecidable(desk: Desk, run: Run, cycle: ReportingCycle) -> str:
    if not desk.is_reviewer:
        return _("Only members of the Arbeitsgruppe decide.")
    if run.office_id in desk.office_ids:
        return _("Comes from your own office: somebody else decides.")
    if not access.decides_in(desk, cycle):
        return _("In this cycle the members vote and the chair decides.")
    return _("You have worked on it yourself: somebody else decides.")


_SAYS: dict[BulkKind, Callable[[Sequence[Run], Desk, Mapping[str, Any], datetime.date], Says]] = {
    BulkKind.REMIND: _Reminders,
    BulkKind.EXTEND: _extends,
    BulkKind.REASSIGN: _reassigns,
    BulkKind.APPROVE: _approves,
}


# --- What became of it ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Result:
    """An action with its runs, by what became of them."""

    action: BulkAction
    items: dict[str, list[BulkItem]]

    @property
    def done(self) -> list[BulkItem]:
        return self.items.get(BulkOutcome.DONE, [])

    @property
    def failed(self) -> list[BulkItem]:
        return self.items.get(BulkOutcome.FAILED, [])

    @property
    def pending(self) -> list[BulkItem]:
        return self.items.get(BulkOutcome.PENDING, [])

    @property
    def undone(self) -> list[BulkItem]:
        return self.items.get(BulkOutcome.UNDONE, [])

    @property
    def kept(self) -> list[BulkItem]:
        return self.items.get(BulkOutcome.KEPT, [])

    @property
    def total(self) -> int:
        return sum(map(len, self.items.values()))

    @property
    def may_be_undone(self) -> bool:
        """Whether there is anything that can be taken back; a mail cannot, a decision only by a correction."""
        return self.action.kind in UNDOABLE and bool(self.done) and self.action.undone_at is None

    @property
    def offers_correcting(self) -> bool:
        return self.action.kind == BulkKind.APPROVE

    @property
    def is_undoing(self) -> bool:
        return self.action.undone_at is not None and bool(self.done)


UNDOABLE = (BulkKind.EXTEND, BulkKind.REASSIGN)


def result(pk: int) -> Result | None:
    """Return an action with what became of each run, or ``None``; two queries."""
    action = BulkAction.objects.select_related("cycle__edition", "done_by", "undone_by").filter(pk=pk).first()
    if action is None:
        return None
    rows: Iterable[BulkItem] = (
        BulkItem.objects.filter(action=action)
        .select_related("update__recommendation")
        .order_by("update__recommendation__position", "update__recommendation__number", "pk")
    )
    items: dict[str, list[BulkItem]] = defaultdict(list)
    for item in rows:
        items[item.outcome].append(item)
    return Result(action, dict(items))
