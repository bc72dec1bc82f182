"""Marked words of a text: finding them, and drawing them into a difference. Pure functions.

Places are counted in characters that are no white space: however a page breaks lines, they stay the same.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from workflow.diff import Kind, Segment

QUOTATION_MARKS = ' \t\r\n„“”"»«‚‘’'


@dataclass(frozen=True, slots=True)
class Quote:
    """Words as they stand in a text, and their offset there."""

    text: str
    start: int


def find(text: str, wanted: str, *, near: int | None = None) -> Quote | None:
    """Return where ``wanted`` stands in ``text``, or ``None``; white space does not count, case only if it helps.

    Of several places the one nearest to ``near`` is returned, without it the first.
    """
    squeezed, offsets = _squeezed(text)
    for words in (wanted, wanted.strip(QUOTATION_MARKS)):
        needle, _offsets = _squeezed(words)
        places = _places(squeezed, needle) or _places(_lower(squeezed), _lower(needle))
        if places:
            first = min(places, key=lambda place: abs(place - (near or 0)))
            start, end = offsets[first], offsets[first + len(needle) - 1] + 1
            return Quote(text[start:end], start)
    return None


def _lower(text: str) -> str:
    """Return ``text`` in small letters, each in its place: those that would become two stay as they are."""
    return "".join(small if len(small := one.lower()) == 1 else one for one in text)


def _squeezed(text: str) -> tuple[str, list[int]]:
    offsets = [at for at, character in enumerate(text) if not character.isspace()]
    return "".join(text[at] for at in offsets), offsets


def _places(text: str, needle: str) -> list[int]:
    found: list[int] = []
    at = text.find(needle) if needle else -1
    while at >= 0:
        found.append(at)
        at = text.find(needle, at + 1)
    return found


@dataclass(frozen=True, slots=True)
class Mark:
    """A marked part of a text: the characters from ``start`` to before ``end``, and what its pin says."""

    start: int
    end: int
    key: int
    number: int


@dataclass(slots=True)
class Piece:
    """A run of text that is marked or not; ``pins`` are the marks that end with it."""

    text: str = ""
    marked: bool = False
    pins: list[Mark] = field(default_factory=list)


@dataclass(slots=True)
class MarkedSegment:
    """A segment of a difference, cut where marks begin and end."""

    kind: Kind
    pieces: list[Piece]


def marked(segments: Iterable[Segment], text: str, marks: Sequence[Mark]) -> list[MarkedSegment]:
    """Draw ``marks`` of ``text`` into the segments of a difference whose later version is ``text``."""
    seen = _solid_before(text)
    ranges = [(seen[min(one.start, len(text))], seen[min(one.end, len(text))], one) for one in marks]
    ends: dict[int, list[Mark]] = defaultdict(list)
    for _first, last, one in ranges:
        ends[last].append(one)
    count, found = 0, []
    for segment in segments:
        if segment.kind == "gone" or not ranges:
            found.append(MarkedSegment(segment.kind, [Piece(segment.text)]))
            continue
        pieces = [Piece()]
        for character in segment.text:
            solid = not character.isspace()
            inside = any(first <= count < last if solid else first < count < last for first, last, _one in ranges)
            if pieces[-1].text and (pieces[-1].marked != inside or pieces[-1].pins):
                pieces.append(Piece())
            pieces[-1].text += character
            pieces[-1].marked = inside
            count += solid
            if solid:
                pieces[-1].pins.extend(ends.pop(count, []))
        found.append(MarkedSegment(segment.kind, pieces))
    return found


def _solid_before(text: str) -> list[int]:
    """Return for each offset how many characters before it are no white space."""
    counts = [0]
    for character in text:
        counts.append(counts[-1] + (not character.isspace()))
    return counts
