"""A table as it was read: headings and rows of texts, whatever file it came from."""

from dataclasses import dataclass, field

from django.utils.translation import ngettext

from concept.importing.problems import Problem, UnreadableTableError

MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 200
BLANK_LIMIT = 5_000
HEADING_SEARCH = 10


@dataclass(frozen=True, slots=True)
class Row:
    """One row: ``number`` as the spreadsheet counts, and one cleaned text per heading."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Headings, rows that are not blank, and what was already wrong with single cells."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class RawRow:
    """A row before headings are known; ``faults`` maps a 0-based column to code and message."""

    number: int
    cells: list[str]
    faults: dict[int, tuple[str, str]] = field(default_factory=dict)


def too_many_columns() -> UnreadableTableError:
    message = ngettext(
        "The table has more than %(n)d column.", "The table has more than %(n)d columns.", MAX_COLUMNS
    ) % {"n": MAX_COLUMNS}
    return UnreadableTableError("too_many_columns", message)
