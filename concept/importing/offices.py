"""Finding the offices in a cell that people wrote."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from concept.importing.cells import folded

STRONG = re.compile(r"[;\n|]+")
WEAK = re.compile(r"\s*(?:[,/&+]|\bund\b|\bu\.(?=\s)|\bsowie\b)\s*")
MAX_GUESSES = 200
MAX_PIECES = 8


@dataclass(frozen=True, slots=True)
class OfficeRef:
    """An office that a cell may name. ``pk`` is empty for offices that the import is about to create."""

    pk: int | None
    number: str
    name: str
    ended: bool = False

    @property
    def label(self) -> str:
        return f"{self.number} {self.name}".strip()


@dataclass(slots=True)
class Found:
    """The offices of one cell in their order, each once, and the pieces that name none."""

    offices: list[OfficeRef] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


class OfficeBook:
    """Looks offices up by number, by name, or by both in either order; case and punctuation do not matter.

    Where an office that ended and one of today have the same name, today's is found.
    """

    def __init__(self, offices: Iterable[OfficeRef]) -> None:
        self._index: dict[str, OfficeRef] = {}
        self._cache: dict[str, Found] = {}
        self._guesses = 0
        for office in sorted(offices, key=lambda one: one.ended):
            for spelling in self._spellings(office):
                self._index.setdefault(spelling, office)
        self._labels = {folded(office.label): office.label for office in self._index.values() if not office.ended}
        self._labels |= {folded(office.name): office.label for office in self._index.values() if not office.ended}

    @staticmethod
    def _spellings(office: OfficeRef) -> set[str]:
        forms = {office.name, office.label}
        if office.number:
            forms |= {office.number, f"Amt {office.number}", f"{office.name} {office.number}"}
            forms |= {f"Amt {office.label}"}
        return {folded(form) for form in forms}

    def find(self, text: str) -> OfficeRef | None:
        """Return the office that the whole of ``text`` names, or None."""
        return self._index.get(folded(text))

    def resolve(self, cell: str) -> Found:
        """Return the offices that ``cell`` names.

        Names contain commas and "und" themselves, so the whole cell is tried first, then pieces as long as possible.
        """
        if cell not in self._cache:
            found = Found()
            for part in STRONG.split(cell):
                if folded(part):
                    self._resolve_part(part.strip(), found)
            self._cache[cell] = found
        return self._cache[cell]

    def _resolve_part(self, part: str, found: Found) -> None:
        spans = _pieces(part)
        start, unknown_from = 0, None
        while start < len(spans):
            office, end = self._longest(part, spans, start)
            if office is None:
                unknown_from = spans[start][0] if unknown_from is None else unknown_from
                start += 1
                continue
            if unknown_from is not None:
                found.unknown.append(part[unknown_from : spans[start - 1][1]])
                unknown_from = None
            if office not in found.offices:
                found.offices.append(office)
            start = end
        if unknown_from is not None:
            found.unknown.append(part[unknown_from : spans[-1][1]])

    def _longest(self, part: str, spans: list[tuple[int, int]], start: int) -> tuple[OfficeRef | None, int]:
        for end in range(min(len(spans), start + MAX_PIECES), start, -1):
            office = self.find(part[spans[start][0] : spans[end - 1][1]])
            if office:
                return office, end
        return None, start

    def suggestion(self, text: str) -> str:
        """Return the label of the office that ``text`` most likely means, or an empty text.

        Only the first 200 distinct questions are answered: in a file full of mistakes, guesses help nobody.
        """
        self._guesses += 1
        if self._guesses > MAX_GUESSES:
            return ""
        close = difflib.get_close_matches(folded(text)[:200], list(self._labels), n=1, cutoff=0.6)
        return self._labels[close[0]] if close else ""


def _pieces(part: str) -> list[tuple[int, int]]:
    """Return the spans between weak separators that hold something."""
    spans, start = [], 0
    for separator in WEAK.finditer(part):
        spans.append((start, separator.start()))
        start = separator.end()
    spans.append((start, len(part)))
    return [(begin, end) for begin, end in spans if folded(part[begin:end])]
