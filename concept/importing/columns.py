"""The columns of the concept's table: what they are called, and which of them a file has."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from concept.importing.cells import folded
from concept.importing.problems import Problem


@dataclass(frozen=True, slots=True)
class Column:
    """A column of ours: its identifier, its heading in template and export, and other headings that people use."""

    name: str
    heading: str
    aliases: tuple[str, ...] = ()
    limit: int = 30_000
    lines: bool = False

    @property
    def spellings(self) -> set[str]:
        return {folded(one) for one in (self.name, self.heading, *self.aliases)}


COLUMNS = (
    Column("key", "id", ("kennung", "schlüssel"), limit=40),
    Column("number", "Nummer", ("nr", "nr.", "empfehlungsnummer"), limit=20),
    Column("field_number", "Handlungsfeld-Nummer", ("handlungsfeld nr", "handlungsfeld-nr."), limit=20),
    Column("field", "Handlungsfeld", ("feld", "field_name"), limit=200),
    Column("goal_number", "Ziel-Nummer", ("ziel nr", "ziel-nr."), limit=20),
    Column("goal", "Ziel", ("leitziel", "goal_text"), limit=500),
    Column("title", "Titel", ("handlungsempfehlung", "kurztitel"), limit=300),
    Column("text", "Text", ("wortlaut",), lines=True),
    Column("rationale", "Begründung", ("begruendung",), lines=True),
    Column("lead", "Federführung", ("federfuehrung", "federführend", "lead_office"), lines=True),
    Column("contributing", "Beteiligung", ("beteiligt", "contributing_offices"), lines=True),
)
BY_NAME = {column.name: column for column in COLUMNS}
ONE_OF = (("key", "number"), ("title", "text"))
NEEDED = ("field_number", "field", "goal_number", "goal", "lead")


def heading_of(name: str) -> str:
    return BY_NAME[name].heading


def all_spellings() -> set[str]:
    """Return every spelling of every heading that is recognised without a mapping."""
    return {spelling for column in COLUMNS for spelling in column.spellings}


def guess(headings: Sequence[str]) -> dict[str, str]:
    """Return which of ``headings`` stands for which column, by spelling alone; the first one wins."""
    found: dict[str, str] = {}
    for column in COLUMNS:
        for heading in headings:
            if folded(heading) in column.spellings:
                found.setdefault(column.name, heading)
    return found


def headings_hash(headings: Sequence[str]) -> str:
    """Return the SHA-256 by which a mapping is remembered; order and spelling of the headings do not matter."""
    return hashlib.sha256("\n".join(sorted(folded(heading) for heading in headings)).encode()).hexdigest()


def missing(columns: Mapping[str, str], given: Mapping[str, str]) -> list[Problem]:
    """Return one problem per column that is needed and neither in the file nor ``given`` otherwise."""
    have = set(columns) | set(given)
    absent = [heading_of(name) for name in NEEDED if name not in have]
    absent += [
        _("%(one)s or %(other)s") % {"one": heading_of(pair[0]), "other": heading_of(pair[1])}
        for pair in ONE_OF
        if not have & set(pair)
    ]
    message = _("The column “%(name)s” is missing.")
    return [Problem(None, name, "missing_column", message % {"name": name}) for name in absent]
