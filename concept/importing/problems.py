"""What can be wrong with a table, told by row and column."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from offices.errors import DomainError


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem. ``row`` counts as a spreadsheet does, from 1 with the headings; None: the table as a whole.

    ``column`` is the heading as it stands in the file, or the cell's letters where there is no heading. ``code`` is
    stable and for programs, ``message`` is a translated sentence for people.
    """

    row: int | None
    column: str | None
    code: str
    message: str

    def as_json(self) -> dict[str, object]:
        return asdict(self)


class UnreadableTableError(DomainError):
    """The file is not a table that can be read at all."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class BadMappingError(DomainError):
    """A mapping file cannot be used; the message says where and why."""


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems as a reader meets them: of the whole table first, then row by row."""
    return sorted(problems, key=lambda one: (one.row or 0, one.column or "", one.code, one.message))
