"""What can be wrong with a table, told by row and column."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _

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

    @property
    def place(self) -> str:
        """Row and column in words, with a colon behind; empty for the table as a whole."""
        parts = []
        if self.row:
            parts.append(_("row %(row)d") % {"row": self.row})
        if self.column:
            parts.append(_("column “%(column)s”") % {"column": self.column})
        words = ", ".join(parts)
        return f"{words[:1].upper()}{words[1:]}: " if words else ""

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
