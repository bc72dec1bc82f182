"""From rows to records: one recommendation each, checked as far as the file alone allows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from concept.importing.cells import clean, one_line
from concept.importing.columns import BY_NAME, heading_of
from concept.importing.problems import Problem
from concept.importing.tables import Row, Table

DERIVED_TITLE = 120


@dataclass(frozen=True, slots=True)
class SourceRow:
    """The cells of one recommendation by the identifiers of our columns; columns that the file lacks are absent."""

    row: int
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Record:
    """One recommendation as the file gives it. None means that the file has no such column and leaves it alone.

    ``lead`` and ``contributing`` are the cells as written; ``importing.offices`` finds the offices in them.
    """

    row: int
    key: str
    number: str
    field_number: str
    field: str
    goal_number: str
    goal: str
    title: str
    text: str | None
    rationale: str | None
    lead: str | None
    contributing: str | None


@dataclass(slots=True)
class Records:
    """The records of a file, what is wrong with them, and the heading under which each column stands in it.

    ``keys`` are the ids of all rows, those with problems included.
    """

    records: list[Record] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    headings: dict[str, str] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)

    def heading(self, column: str) -> str:
        return self.headings.get(column) or heading_of(column)

    def report(self, row: int | None, column: str, code: str, message: str) -> None:
        self.problems.append(Problem(row, self.heading(column), code, message))


def source_rows(table: Table, columns: Mapping[str, str], constants: Mapping[str, str]) -> list[SourceRow]:
    """Return the table's rows under our column names; a constant stands where the file has no value."""
    places = {name: table.headings.index(heading) for name, heading in columns.items() if heading in table.headings}
    return [_source_row(row, places, constants) for row in table.rows]


def _source_row(row: Row, places: Mapping[str, int], constants: Mapping[str, str]) -> SourceRow:
    values = dict(constants)
    for name, place in places.items():
        if row.cells[place] or name not in values:
            values[name] = row.cells[place]
    return SourceRow(row.number, values)


def build(rows: Iterable[SourceRow], headings: Mapping[str, str]) -> Records:
    """Return the records of ``rows`` with every problem that the file shows by itself.

    Rows with a problem of their own are left out of ``records``, so that one mistake is not told twice.
    """
    result = Records(headings=dict(headings))
    names = _Names(result)
    for source in rows:
        before = len(result.problems)
        values = _cleaned(source, result)
        names.complete(source.row, values)
        _check(source.row, values, result)
        result.keys.add(values["key"])
        if len(result.problems) == before:
            result.records.append(_record(source.row, values))
    _check_unique(result, "key", "duplicate_id", _("The id %(value)s stands in row %(row)d already."))
    _check_unique(result, "number", "duplicate_number", _("The number %(value)s stands in row %(row)d already."))
    return result


def _cleaned(source: SourceRow, result: Records) -> dict[str, str]:
    values = {}
    for name, cell in source.values.items():
        column = BY_NAME[name]
        values[name] = clean(cell) if column.lines else one_line(cell)
        if len(values[name]) > column.limit:
            message = _("This is too long: %(length)d characters, at most %(limit)d fit.")
            result.report(source.row, name, "too_long", message % {"length": len(values[name]), "limit": column.limit})
    key, number = values.get("key", ""), values.get("number", "")
    values["key"] = key if "key" in source.values else number
    values["number"] = number if "number" in source.values else key
    if not values.get("title"):
        values["title"] = _title_from(values.get("text", ""))
    return values


def _title_from(text: str) -> str:
    """Return the first line of ``text``, cut at a word where it is long."""
    line = one_line(text.split("\n", 1)[0])
    if len(line) <= DERIVED_TITLE:
        return line
    return line[:DERIVED_TITLE].rsplit(" ", 1)[0].rstrip(" ,;:–-") + " …"


class _Names:
    """Fields and goals repeat in every row: fills in what a row leaves out and reports what contradicts."""

    def __init__(self, result: Records) -> None:
        self.result = result
        self.known: dict[tuple[str, ...], tuple[str, int]] = {}

    def complete(self, row: int, values: dict[str, str]) -> None:
        field_number, goal_number = values.get("field_number", ""), values.get("goal_number", "")
        if field_number:
            self._complete(row, values, "field", (field_number,))
        if field_number and goal_number:
            self._complete(row, values, "goal", (field_number, goal_number))

    def _complete(self, row: int, values: dict[str, str], column: str, numbers: tuple[str, ...]) -> None:
        name = values.get(column, "")
        known, known_row = self.known.get(numbers, ("", 0))
        if not name:
            values[column] = known
        elif not known:
            self.known[numbers] = (name, row)
        elif name != known:
            message = _("For %(number)s, row %(row)d says “%(name)s”. Please use one name.")
            self.result.report(
                row, column, "contradiction", message % {"number": numbers[-1], "row": known_row, "name": known}
            )


def _check(row: int, values: Mapping[str, str], result: Records) -> None:
    for name in ("key", "number", "field_number", "field", "goal_number", "goal", "title"):
        if not values.get(name):
            message = _("“%(name)s” is empty.") % {"name": result.heading(name)}
            result.report(row, name, "missing_value", message)
    key = values["key"]
    if key.startswith("/") or key.endswith("/") or "//" in key or set(key.split("/")) & {".", ".."}:
        result.report(row, "key", "bad_id", _("An id may not begin or end with a slash or consist of dots."))


def _record(row: int, values: Mapping[str, str]) -> Record:
    return Record(
        row=row,
        key=values["key"],
        number=values["number"],
        field_number=values["field_number"],
        field=values["field"],
        goal_number=values["goal_number"],
        goal=values["goal"],
        title=values["title"],
        text=values.get("text"),
        rationale=values.get("rationale"),
        lead=values.get("lead"),
        contributing=values.get("contributing"),
    )


def _check_unique(result: Records, name: str, code: str, message: str) -> None:
    seen: dict[str, int] = {}
    for record in result.records:
        value: str = getattr(record, name)
        if value in seen:
            result.report(record.row, name, code, message % {"value": value, "row": seen[value]})
        seen.setdefault(value, record.row)
