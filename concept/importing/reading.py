"""From the bytes of a file to a table."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from concept.importing.cells import clean, folded, letters, one_line
from concept.importing.problems import Problem, UnreadableTableError
from concept.importing.tables import HEADING_SEARCH, MAX_BYTES, MAX_ROWS, RawRow, Row, Table
from concept.importing.texts import read_text
from concept.importing.workbooks import is_zip, read_workbook


def read_table(content: bytes, file_name: str, known_headings: Iterable[str] = ()) -> Table:
    """Read an XLSX or CSV file, told apart by its content, and return its table.

    The headings are the first row, or, where a title stands above them, the one of the first ten rows that names most
    of ``known_headings``. Raises ``UnreadableTableError`` if there is no table to read, or too much of it.
    """
    if not content:
        raise UnreadableTableError("empty", _("The file is empty."))
    if len(content) > MAX_BYTES:
        raise UnreadableTableError("too_large", _("The file is larger than 10 MB."))
    raw = read_workbook(content, file_name) if is_zip(content) else read_text(content)
    return _with_headings(raw, {folded(heading) for heading in known_headings})


def _with_headings(raw: Sequence[RawRow], known: set[str]) -> Table:
    filled = [row for row in raw if any(cell for cell in row.cells) or row.faults]
    if not filled:
        raise UnreadableTableError("empty", _("The table is empty."))
    best = max(filled[:HEADING_SEARCH], key=lambda row: _likeness(row, known))
    head = filled.index(best)
    headings = [one_line(cell) for cell in filled[head].cells]
    while headings and not headings[-1]:
        headings.pop()
    if sum(1 for heading in headings if heading) < 2:  # noqa: PLR2004 - one column is a list, not a table
        raise UnreadableTableError("not_a_table", _("This is not a table: no row with several headings was found."))
    body = filled[head + 1 :]
    if len(body) > MAX_ROWS:
        raise UnreadableTableError("too_many_rows", _("The table has more than 20,000 rows."))
    problems = _heading_problems(headings, filled[head].number)
    for fault in filled[head].faults.items():
        problems.append(_fault(filled[head].number, headings, fault))
    return Table(tuple(headings), tuple(_fit(row, headings, problems) for row in body), tuple(problems))


def _likeness(row: RawRow, known: set[str]) -> tuple[int, bool]:
    """Return how many known headings the row names, and whether it has several cells at all."""
    return len({folded(cell) for cell in row.cells} & known), sum(1 for cell in row.cells if cell) > 1


def _heading_problems(headings: list[str], row: int) -> list[Problem]:
    seen: dict[str, str] = {}
    problems = []
    for heading in filter(None, headings):
        if folded(heading) in seen:
            message = _("The heading “%(name)s” stands there twice.") % {"name": heading}
            problems.append(Problem(row, heading, "duplicate_heading", message))
        seen[folded(heading)] = heading
    return problems


def _fault(row: int, headings: Sequence[str], fault: tuple[int, tuple[str, str]]) -> Problem:
    index, (code, message) = fault
    name = headings[index] if index < len(headings) and headings[index] else letters(index)
    return Problem(row, name, code, message)


def _fit(row: RawRow, headings: Sequence[str], problems: list[Problem]) -> Row:
    for index, cell in enumerate(row.cells):
        if cell and (index >= len(headings) or not headings[index]):
            message = _("A value stands in a column without a heading.")
            problems.append(Problem(row.number, letters(index), "no_heading", message))
    problems.extend(_fault(row.number, headings, fault) for fault in row.faults.items())
    cells = [clean(cell) for cell in row.cells[: len(headings)]]
    return Row(row.number, tuple(cells + [""] * (len(headings) - len(cells))))
