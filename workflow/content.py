"""What an entry says, independent of forms and tables."""

import datetime
from dataclasses import dataclass, field, fields
from typing import Any

TEXT_FIELDS = ("done", "worked", "did_not_work", "overlooked", "next_step")
"""The passages of an entry, in reading order."""

MAX_TEXT = 20_000
"""Characters in one passage."""

MAX_MEASURES = 50

COMMENTABLE_FIELDS = ("implementation_status", "status_reason", *TEXT_FIELDS, "measures")


@dataclass(frozen=True, slots=True)
class MeasureContent:
    """A measure as written; ``status`` is an ``ImplementationStatus`` or empty, ``link`` an http(s) address."""

    title: str
    status: str = ""
    responsible: str = ""
    period: str = ""
    funding: str = ""
    partners: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class EntryContent:
    """An entry as written; texts are plain text with line breaks."""

    implementation_status: str
    status_reason: str = ""
    outlook: str = ""
    done: str = ""
    worked: str = ""
    did_not_work: str = ""
    overlooked: str = ""
    next_step: str = ""
    next_step_on: datetime.date | None = None
    internal_note: str = ""
    measures: tuple[MeasureContent, ...] = field(default=())

    def texts(self) -> dict[str, Any]:
        """Return everything but the measures, by name of the column."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name != "measures"}


@dataclass(frozen=True, slots=True)
class ContributionContent:
    """What a contributing office writes; the same passages as an entry, without a status."""

    done: str = ""
    worked: str = ""
    did_not_work: str = ""
    overlooked: str = ""
    next_step: str = ""
    measures: tuple[MeasureContent, ...] = field(default=())

    def texts(self) -> dict[str, str]:
        """Return everything but the measures, by name of the column."""
        return {name: getattr(self, name) for name in TEXT_FIELDS}

    def filled(self) -> list[tuple[str, str]]:
        """Return the passages that say something, by name, in reading order."""
        return [(name, text) for name, text in self.texts().items() if text.strip()]


@dataclass(frozen=True, slots=True)
class CommentContent:
    """A reviewer's comment; ``field`` is one of ``COMMENTABLE_FIELDS`` or empty for the whole entry.

    ``quote`` are the words it is about, which stand at ``start`` in the field's text; both are empty for all of it.
    """

    text: str
    field: str = ""
    quote: str = ""
    start: int | None = None
