"""What an import would change: the file against what is there. Pure: knows neither database nor clock."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import TypeVar

from django.utils.translation import gettext as _

from concept.importing.cells import clean, folded
from concept.importing.columns import heading_of
from concept.importing.known import Known, KnownRecommendation
from concept.importing.mapping import FieldDeclaration, OfficeDeclaration
from concept.importing.offices import Found, OfficeBook, OfficeRef
from concept.importing.parsing import ParsedFile
from concept.importing.problems import Problem, in_order
from concept.importing.records import Record

NEW, CHANGED, UNCHANGED = "new", "changed", "unchanged"


@dataclass(frozen=True, slots=True)
class Change:
    """One column of one row, before and after, in words."""

    column: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class PlannedPart:
    """A field or goal that is created or renamed; ``pk`` is empty for a new one."""

    pk: int | None
    field_number: str
    number: str
    name: str
    summary: str | None = None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """What becomes of one row. ``contributing`` is None where the file says nothing about it."""

    action: str
    record: Record
    pk: int | None
    lead: OfficeRef | None
    contributing: tuple[OfficeRef, ...] | None
    changes: tuple[Change, ...] = ()


@dataclass(slots=True)
class ImportPlan:
    """What the import will do if nothing is wrong; ``order`` is the ids of the edition in their new order.

    ``order`` and ``field_order`` are empty if the order stays as it is.
    """

    edition_name: str
    edition_pk: int | None
    end_missing: bool
    problems: list[Problem] = field(default_factory=list)
    offices: list[OfficeDeclaration] = field(default_factory=list)
    fields: list[PlannedPart] = field(default_factory=list)
    goals: list[PlannedPart] = field(default_factory=list)
    rows: list[PlannedRow] = field(default_factory=list)
    absent: list[KnownRecommendation] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    field_order: list[str] = field(default_factory=list)
    reordered: bool = False

    def having(self, action: str) -> list[PlannedRow]:
        return [row for row in self.rows if row.action == action]

    @property
    def new(self) -> list[PlannedRow]:
        return self.having(NEW)

    @property
    def changed(self) -> list[PlannedRow]:
        return self.having(CHANGED)

    @property
    def unchanged(self) -> list[PlannedRow]:
        return self.having(UNCHANGED)

    @property
    def changes_anything(self) -> bool:
        return bool(
            self.edition_pk is None
            or self.offices
            or self.fields
            or self.goals
            or self.new
            or self.changed
            or self.reordered
            or (self.end_missing and self.absent)
        )

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of everything that the plan says; equal plans mean that nothing has changed in between."""
        parts = [self.edition_pk, self.end_missing, [asdict(one) for one in self.problems], self.order]
        parts += [[asdict(one) for one in part] for part in (self.offices, self.fields, self.goals, self.rows)]
        parts.append([asdict(one) for one in self.absent])
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def plan(parsed: ParsedFile, known: Known, *, end_missing: bool = False) -> ImportPlan:
    """Compare the file with what stands there and return what an import would change."""
    return _Planner(parsed, known, end_missing=end_missing).run()


class _Planner:
    def __init__(self, parsed: ParsedFile, known: Known, *, end_missing: bool) -> None:
        self.parsed, self.known = parsed, known
        self.records = parsed.records
        self.plan = ImportPlan(known.edition_name, known.edition_pk, end_missing, list(parsed.problems))
        self.declared = parsed.mapping.fields
        self.book = OfficeBook([*known.offices, *self._declared_offices()])

    def run(self) -> ImportPlan:
        if not self.records.keys and not self.plan.problems:
            # A mistake, never the wish to end everything.
            self.plan.problems.append(Problem(None, None, "no_rows", _("The table has no rows.")))
            return self.plan
        self._plan_fields()
        self._plan_goals()
        by_key = {one.key: one for one in self.known.recommendations}
        self.plan.rows = [self._row(record, by_key.get(record.key)) for record in self.records.records]
        self.plan.absent = [
            one for one in self.known.recommendations if not one.ended and one.key not in self.records.keys
        ]
        self._check_numbers()
        self._plan_order()
        self.plan.problems = in_order(self.plan.problems)
        return self.plan

    def _declared_offices(self) -> list[OfficeRef]:
        """Return the offices that the mapping declares and that do not exist yet."""
        today = [office for office in self.known.offices if not office.ended]
        by_number = {office.number: office for office in today if office.number}
        by_name = {folded(office.name): office for office in today}
        made = []
        for one in self.parsed.mapping.offices:
            same_number, same_name = by_number.get(one.number), by_name.get(folded(one.name))
            if same_number and folded(same_number.name) != folded(one.name):
                message = _("The mapping calls number %(number)s “%(name)s”, but here it is “%(other)s”.")
                values = {"number": one.number, "name": one.name, "other": same_number.name}
                self.plan.problems.append(Problem(None, None, "office_conflict", message % values))
            elif same_number is None and same_name is None:
                self.plan.offices.append(one)
                made.append(OfficeRef(None, one.number, one.name))
        return made

    def _plan_fields(self) -> None:
        known = {one.number: one for one in self.known.fields}
        for number, record in _first(self.records.records, lambda one: one.field_number).items():
            summary = self._summary(number)
            there = known.get(number)
            changes = [] if there is None else _differences({"field": (there.name, record.field)})
            if there is not None and summary is not None and clean(there.summary) != summary:
                changes.append(Change(_("In one sentence"), there.summary, summary))
            if there is None or changes:
                pk = there.pk if there else None
                self.plan.fields.append(PlannedPart(pk, number, number, record.field, summary, tuple(changes)))

    def _summary(self, number: str) -> str | None:
        declared = self.declared.get(number, FieldDeclaration(number))
        return declared.summary or self.parsed.summaries.get(number)

    def _plan_goals(self) -> None:
        known = {(one.field_number, one.number): one for one in self.known.goals}
        first = _first(self.records.records, lambda one: (one.field_number, one.goal_number))
        for (field_number, number), record in first.items():
            there = known.get((field_number, number))
            changes = [] if there is None else _differences({"goal": (there.text, record.goal)})
            if there is None or changes:
                pk = there.pk if there else None
                self.plan.goals.append(PlannedPart(pk, field_number, number, record.goal, None, tuple(changes)))

    def _row(self, record: Record, there: KnownRecommendation | None) -> PlannedRow:
        lead = self._lead(record, there)
        contributing = self._contributing(record, lead, there)
        if there is None:
            return PlannedRow(NEW, record, None, lead, contributing)
        helpers = None if contributing is None else labels(*contributing)
        changes = _differences(
            {
                "number": (there.number, record.number),
                "field_number": (there.field_number, record.field_number),
                "goal_number": (there.goal_number, record.goal_number),
                "title": (there.title, record.title),
                "text": (there.text, record.text),
                "rationale": (there.rationale, record.rationale),
                "lead": (labels(there.lead), labels(lead) if record.lead is not None else None),
                "contributing": (labels(*there.contributing), helpers),
            }
        )
        if there.ended:
            changes.append(Change(_("Belongs to the edition"), _("no"), _("yes")))
        if record.lead is None:
            lead = there.lead
        return PlannedRow(CHANGED if changes else UNCHANGED, record, there.pk, lead, contributing, tuple(changes))

    def _lead(self, record: Record, there: KnownRecommendation | None) -> OfficeRef | None:
        if not record.lead:
            return None
        found = self.book.resolve(record.lead)
        now = {there.lead} if there else set()
        self._report_offices(record.row, "lead", found, now)
        if len(found.offices) > 1:
            message = _("Two offices stand here (%(offices)s), but exactly one can lead.")
            labels = ", ".join(office.label for office in found.offices)
            self._report(record.row, "lead", "two_leads", message % {"offices": labels})
        return found.offices[0] if found.offices else None

    def _contributing(
        self, record: Record, lead: OfficeRef | None, there: KnownRecommendation | None
    ) -> tuple[OfficeRef, ...] | None:
        if record.contributing is None:
            return None
        found = self.book.resolve(record.contributing)
        self._report_offices(record.row, "contributing", found, set(there.contributing) if there else set())
        if lead in found.offices:
            message = _("%(office)s leads already and need not stand here.")
            self._report(
                record.row, "contributing", "lead_contributes", message % {"office": lead.label if lead else ""}
            )
        return tuple(sorted(found.offices, key=lambda office: (office.number, office.name)))

    def _report_offices(self, row: int, column: str, found: Found, now: Iterable[OfficeRef | None]) -> None:
        for name in found.unknown:
            guess = self.book.suggestion(name)
            message = _("We know no office “%(name)s”.") % {"name": name[:100]}
            if guess:
                message += " " + _("Did you mean “%(guess)s”?") % {"guess": guess}
            self._report(row, column, "unknown_office", message)
        for office in found.offices:
            if office.ended and office not in now:
                message = _("The office “%(name)s” does not exist any more.") % {"name": office.label}
                self._report(row, column, "ended_office", message)

    def _check_numbers(self) -> None:
        """A number may not be taken from a recommendation that the file leaves alone."""
        staying = {} if self.plan.end_missing else {one.number: one for one in self.plan.absent}
        for row in self.plan.rows:
            other = staying.get(row.record.number)
            if other:
                message = _("“%(title)s” (id %(key)s) has this number and is not in the file.")
                values = {"title": other.title, "key": other.key}
                self._report(row.record.row, "number", "number_taken", message % values)

    def _plan_order(self) -> None:
        wanted = [record.key for record in self.records.records]
        current = [one.key for one in self.known.recommendations if not one.ended]
        self.plan.order, self.plan.reordered = merged_order(current, wanted)
        fields = list(_first(self.records.records, lambda one: one.field_number))
        self.plan.field_order, moved = merged_order([one.number for one in self.known.fields], fields)
        self.plan.reordered = self.plan.reordered or moved

    def _report(self, row: int, column: str, code: str, message: str) -> None:
        self.plan.problems.append(Problem(row, self.records.heading(column), code, message))


K = TypeVar("K")


def _first(records: Iterable[Record], key: Callable[[Record], K]) -> dict[K, Record]:
    """Return the first record for each key, in the file's order."""
    found: dict[K, Record] = {}
    for record in records:
        found.setdefault(key(record), record)
    return found


def labels(*offices: OfficeRef | None) -> str:
    """Return the offices as the export writes them."""
    return "; ".join(office.label for office in offices if office)


def _differences(pairs: Mapping[str, tuple[str, str | None]]) -> list[Change]:
    """Return the columns that differ; those about which the file says nothing never do."""
    return [
        Change(heading_of(name), old, new)
        for name, (old, new) in pairs.items()
        if new is not None and clean(old) != new
    ]


def merged_order(current: list[str], wanted: list[str]) -> tuple[list[str], bool]:
    """Return the new order of all, and whether those that are there already change places.

    Whatever ``wanted`` lacks stays behind the one it follows today. Empty if nothing moves and nothing is new.
    """
    there, listed = set(current), set(wanted)
    before = [one for one in current if one in listed]
    moved = before != [one for one in wanted if one in there]
    if not moved and listed <= there:
        return [], False
    follower = ""
    behind: dict[str, list[str]] = {}
    for one in current:
        if one in listed:
            follower = one
        else:
            behind.setdefault(follower, []).append(one)
    result = list(behind.get("", []))
    for one in dict.fromkeys(wanted):
        result += [one, *behind.get(one, [])]
    return result, moved
