"""Crosswalk tables: which recommendation of one edition became which of the next, and why."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field

from django.utils.translation import gettext as _

from concept.importing.cells import clean, folded, one_line
from concept.importing.problems import Problem, in_order
from concept.importing.reading import read_table
from concept.importing.tables import Row, Table

BEFORE, AFTER, REASON, NOTE = "Bisher", "Neu", "Verbleib", "Anmerkung"
HEADINGS = (BEFORE, "Titel bisher", AFTER, "Titel neu", REASON, NOTE)
SPELLINGS = {
    BEFORE: {"bisher", "id bisher", "nummer bisher", "before", "predecessor"},
    AFTER: {"neu", "id neu", "nummer neu", "after", "successor"},
    REASON: {"verbleib", "art", "grund", "reason"},
    NOTE: {"anmerkung", "begründung", "note"},
}
REASONS = {
    "kept": "beibehalten",
    "reworded": "neu gefasst",
    "merged": "zusammengelegt",
    "split": "aufgeteilt",
    "dropped": "entfallen",
    "done": "erledigt",
}
OTHER_WORDS = {
    "kept": ("übernommen", "unverändert"),
    "reworded": ("umformuliert", "geändert"),
    "merged": ("zusammengeführt",),
    "split": ("geteilt",),
    "dropped": ("weggefallen", "gestrichen"),
    "done": ("umgesetzt",),
}
ENDINGS = {"dropped", "done"}


@dataclass(frozen=True, slots=True)
class Link:
    """One link by ids; ``after`` is empty for what was dropped or done."""

    before: str
    after: str
    reason: str
    note: str

    @property
    def place(self) -> tuple[str, str]:
        return self.before, self.after

    @property
    def word(self) -> str:
        """The reason as the table writes it."""
        return REASONS[self.reason]


@dataclass(frozen=True, slots=True)
class LinkChange:
    row: int
    old: Link | None
    new: Link


@dataclass(slots=True)
class CrosswalkPlan:
    """What importing a crosswalk would change; links that the file lacks are named and left alone."""

    problems: list[Problem] = field(default_factory=list)
    new: list[LinkChange] = field(default_factory=list)
    changed: list[LinkChange] = field(default_factory=list)
    unchanged: int = 0
    absent: list[Link] = field(default_factory=list)

    @property
    def changes_anything(self) -> bool:
        return bool(self.new or self.changed)

    @property
    def fingerprint(self) -> str:
        parts = [[asdict(one) for one in part] for part in (self.problems, self.new, self.changed, self.absent)]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Sides:
    """The ids of both editions, the printed numbers that lead to them, and the links that stand."""

    before: Mapping[str, str]
    after: Mapping[str, str]
    links: Mapping[tuple[str, str], Link]


def read_crosswalk(content: bytes, file_name: str) -> Table:
    """Read the table; raises ``UnreadableTableError`` if there is none."""
    return read_table(content, file_name, {one for spellings in SPELLINGS.values() for one in spellings})


def plan_crosswalk(table: Table, sides: Sides) -> CrosswalkPlan:
    """Compare a crosswalk table with what stands."""
    columns = {
        name: heading for heading in table.headings for name, known in SPELLINGS.items() if folded(heading) in known
    }
    plan = CrosswalkPlan(list(table.problems))
    for name in (BEFORE, AFTER, REASON):
        if name not in columns:
            message = _("The column “%(name)s” is missing.") % {"name": name}
            plan.problems.append(Problem(None, name, "missing_column", message))
    if any(problem.code == "missing_column" for problem in plan.problems):
        return plan
    reader = _Reader(table, columns, sides, plan)
    for row in table.rows:
        reader.read(row)
    plan.absent = [link for place, link in sides.links.items() if place not in reader.seen]
    reader.check_endings()
    plan.problems = in_order(plan.problems)
    return plan


class _Reader:
    def __init__(self, table: Table, columns: Mapping[str, str], sides: Sides, plan: CrosswalkPlan) -> None:
        self.columns, self.sides, self.plan = columns, sides, plan
        self.places = {name: table.headings.index(heading) for name, heading in columns.items()}
        self.seen: dict[tuple[str, str], int] = {}
        self.reasons = {
            folded(word): name for name, german in REASONS.items() for word in (name, german, *OTHER_WORDS[name])
        }

    def read(self, row: Row) -> None:
        problems = len(self.plan.problems)
        before = self._recommendation(row, BEFORE, self.sides.before)
        after = self._recommendation(row, AFTER, self.sides.after)
        reason = self.reasons.get(folded(self._cell(row, REASON)), "")
        if not before and len(self.plan.problems) == problems:
            self._report(row, BEFORE, "missing_value", _("“%(name)s” is empty.") % {"name": self.columns[BEFORE]})
        if not reason:
            known = ", ".join(REASONS.values())
            message = _("“%(value)s” is no reason. There are: %(known)s.")
            self._report(
                row, REASON, "unknown_reason", message % {"value": self._cell(row, REASON)[:60], "known": known}
            )
        if len(self.plan.problems) == problems:
            self._link(row, Link(before, after, reason, clean(self._cell(row, NOTE))))

    def _link(self, row: Row, link: Link) -> None:
        if link.after and link.reason in ENDINGS:
            self._report(row, AFTER, "has_successor", _("What was dropped or done has no successor."))
        elif not link.after and link.reason not in ENDINGS:
            self._report(
                row, AFTER, "no_successor", _("The successor is missing. Only what was dropped or done has none.")
            )
        elif link.place in self.seen:
            message = _("Row %(row)d holds the same link already.") % {"row": self.seen[link.place]}
            self._report(row, BEFORE, "duplicate_link", message)
        else:
            self.seen[link.place] = row.number
            old = self.sides.links.get(link.place)
            if old is None:
                self.plan.new.append(LinkChange(row.number, None, link))
            elif old != link:
                self.plan.changed.append(LinkChange(row.number, old, link))
            else:
                self.plan.unchanged += 1

    def check_endings(self) -> None:
        """What ended has no successor, neither in the file nor among the links that stay."""
        places = set(self.seen) | set(self.sides.links)
        ended = {before for before, after in places if not after}
        for before, after in places:
            if after and before in ended:
                row = self.seen.get((before, after)) or self.seen.get((before, ""))
                message = _("%(id)s is said to end and to go on as %(after)s. Please decide for one.")
                problem = message % {"id": before, "after": after}
                self.plan.problems.append(Problem(row, self.columns[BEFORE], "contradiction", problem))

    def _recommendation(self, row: Row, name: str, known: Mapping[str, str]) -> str:
        """Return the id that the cell names, by id or number; empty for an empty cell or after a report."""
        cell = one_line(self._cell(row, name))
        if cell and cell not in known:
            message = _("There is no recommendation “%(value)s” in this edition.") % {"value": cell[:60]}
            self._report(row, name, "unknown_recommendation", message)
        return known.get(cell, "")

    def _cell(self, row: Row, name: str) -> str:
        return row.cells[self.places[name]] if name in self.places else ""

    def _report(self, row: Row, name: str, code: str, message: str) -> None:
        self.plan.problems.append(Problem(row.number, self.columns[name], code, message))


def names(recommendations: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the ids by id and, where no id is the same, by number, from pairs of id and number."""
    pairs = list(recommendations)
    return {number: key for key, number in pairs} | {key: key for key, _number in pairs}
