"""Tables whose rows hang under each other, with older status texts as the leaves."""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from concept.importing.cells import clean, one_line
from concept.importing.mapping import Mapping, Period, Tree
from concept.importing.problems import Problem
from concept.importing.records import SourceRow
from concept.importing.tables import Row, Table

PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One older text about a recommendation. ``status`` and ``outlook`` are identifiers of the workflow's scales.

    A nil return carries its text as ``text`` and takes its status from the entry before.
    """

    row: int
    key: str
    period_from: datetime.date
    period_until: datetime.date
    approved_on: datetime.date
    status: str
    outlook: str
    status_reason: str
    text: str
    is_nil_return: bool


@dataclass(slots=True)
class TreeRows:
    """What a tree holds: recommendations, sentences about fields, older texts, and problems."""

    rows: list[SourceRow] = field(default_factory=list)
    summaries: dict[str, str] = field(default_factory=dict)
    history: list[HistoryEntry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class TreeReader:
    """Reads one table by one mapping; use ``read`` once."""

    def __init__(self, table: Table, mapping: Mapping, tree: Tree) -> None:
        self.table, self.mapping, self.tree = table, mapping, tree
        self.result = TreeRows()
        self.values = {row.number: dict(zip(table.headings, row.cells, strict=True)) for row in table.rows}
        self.by_id: dict[str, Row] = {}

    def read(self) -> TreeRows:
        """Sort the rows into fields, recommendations and their texts; whatever fits nowhere is a problem."""
        needed = {self.tree.id, self.tree.parent, self.tree.field_name, self.tree.kind, self.tree.text}
        needed |= set(self.mapping.columns.values()) | ({self.tree.status_column} - {""})
        for heading in sorted(needed - set(self.table.headings)):
            message = _("The column “%(name)s” is missing.") % {"name": heading}
            self.result.problems.append(Problem(None, heading, "missing_column", message))
        if not self.result.problems:
            self._index()
            for row in self.table.rows:
                self._sort(row)
        return self.result

    def _index(self) -> None:
        for row in self.table.rows:
            name = self._cell(row, self.tree.id)
            if not name:
                self._report(row, self.tree.id, "missing_value", _("“%(name)s” is empty.") % {"name": self.tree.id})
            elif name in self.by_id:
                message = _("The id %(value)s stands in row %(row)d already.")
                self._report(
                    row, self.tree.id, "duplicate_id", message % {"value": name, "row": self.by_id[name].number}
                )
            else:
                self.by_id[name] = row
        self.texts: dict[str, str] = {}
        for row in self.table.rows:
            if self._cell(row, self.tree.kind) in self.tree.plan and self._depth(row) == 2:  # noqa: PLR2004
                self.texts[self._cell(row, self.tree.parent)] = self._replaced(self._cell(row, self.tree.text))

    def _sort(self, row: Row) -> None:
        depth = self._depth(row)
        if depth is None:
            message = _("No row has the id %(value)s.") % {"value": self._cell(row, self.tree.parent)}
            self._report(row, self.tree.parent, "unknown_parent", message)
        elif depth == 0:
            if self.tree.field_summary:
                self.result.summaries[one_line(self._cell(row, self.tree.id))] = self._filled(
                    self.tree.field_summary, row
                )
        elif depth == 1:
            self.result.rows.append(self._recommendation(row))
        else:
            self._older_text(row)

    def _depth(self, row: Row) -> int | None:
        """Return 0 for a field, 1 for a recommendation, 2 for a text below one; None if it hangs nowhere."""
        parent = self._cell(row, self.tree.parent)
        if not parent:
            return 0
        above = self.by_id.get(parent)
        if above is None:
            return None
        grandparent = self._cell(above, self.tree.parent)
        if not grandparent:
            return 1
        top = self.by_id.get(grandparent)
        return 2 if top is not None and not self._cell(top, self.tree.parent) else None

    def _recommendation(self, row: Row) -> SourceRow:
        number = self._cell(row, self.tree.parent)
        declared = self.mapping.fields.get(one_line(number))
        values = dict(self.mapping.constants)
        values |= {"field_number": number, "field": self._cell(self.by_id[number], self.tree.field_name)}
        values |= {name: self._filled(pattern, row) for name, pattern in self.mapping.patterns.items()}
        values |= {name: self._replaced(self._cell(row, heading)) for name, heading in self.mapping.columns.items()}
        values["text"] = self.texts.get(self._cell(row, self.tree.id), "")
        if declared:
            given = {name: getattr(declared, name) for name in ("lead", "contributing", "goal_number", "goal")}
            values |= {name: text for name, text in given.items() if text and not values.get(name)}
        return SourceRow(row.number, values)

    def _older_text(self, row: Row) -> None:
        kind = self._cell(row, self.tree.kind)
        if kind in self.tree.plan:
            return
        period = self._period(kind)
        if period is None:
            message = _("“%(value)s” belongs to no period of the mapping.") % {"value": kind}
            self._report(row, self.tree.kind, "unknown_period", message)
            return
        colour = self._cell(row, self.tree.status_column) if self.tree.status_column else ""
        rule = self.tree.statuses.get(colour)
        if rule is None:
            message = _("The mapping gives no status for “%(value)s”.") % {"value": colour}
            self._report(row, self.tree.status_column or None, "unknown_status", message)
            return
        text = clean(self._replaced(self._cell(row, self.tree.text)))
        if not text:
            message = _("“%(name)s” is empty.") % {"name": self.tree.text}
            self._report(row, self.tree.text, "missing_value", message)
            return
        self.result.history.append(
            HistoryEntry(
                row=row.number,
                key=one_line(self._cell(row, self.tree.parent)),
                period_from=period.period_from,
                period_until=period.period_until,
                approved_on=period.approved_on,
                status=rule.status,
                outlook=rule.outlook,
                status_reason=rule.reason,
                text=text,
                is_nil_return=text in self.tree.nil_texts,
            )
        )

    def _period(self, kind: str) -> Period | None:
        return next((period for period in self.tree.periods if kind in period.spellings), None)

    def _cell(self, row: Row, heading: str) -> str:
        return self.values[row.number].get(heading, "")

    def _replaced(self, text: str) -> str:
        for old, new in self.mapping.replacements.items():
            text = text.replace(old, new)
        return text

    def _filled(self, pattern: str, row: Row) -> str:
        cells = self.values[row.number]
        shown = {name: self.mapping.labels.get(name, {}).get(cell, cell) for name, cell in cells.items()}
        return PLACEHOLDER.sub(lambda found: shown.get(found[1], found[0]), pattern)

    def _report(self, row: Row, column: str | None, code: str, message: str) -> None:
        self.result.problems.append(Problem(row.number, column, code, message))


def duplicates(entries: Iterable[HistoryEntry], column: str) -> list[Problem]:
    """Return a problem per entry whose recommendation already has one for the same period."""
    seen: dict[tuple[str, datetime.date], int] = {}
    problems = []
    for entry in entries:
        place = (entry.key, entry.period_from)
        if place in seen:
            message = _("Row %(row)d has a text for the same period already.") % {"row": seen[place]}
            problems.append(Problem(entry.row, column, "duplicate_period", message))
        seen.setdefault(place, entry.row)
    return problems
