"""What differs between two texts, word by word. Pure functions; pages show it with ``<ins>`` and ``<del>``."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

Kind = Literal["same", "gone", "new"]

WORD = re.compile(r"\S+\s*|\s+")

LARGE = 1_000_000
"""Beyond so many pairs of words, frequent words are no anchors any more: the comparison stays quick."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of text that is in both versions, only in the earlier (``gone``) or only in the later (``new``)."""

    kind: Kind
    text: str


def segments(before: str, after: str) -> list[Segment]:
    """Return the two texts as one sequence of segments, in reading order.

    All ``same`` and ``new`` segments together are ``after``, up to white space; what is replaced comes as ``gone``,
    then ``new``. A single word left standing between two changes counts as changed: it reads better.
    """
    old, new = WORD.findall(before), WORD.findall(after)
    matcher = SequenceMatcher(None, _comparable(old), _comparable(new), autojunk=len(old) * len(new) > LARGE)
    pieces: list[tuple[Sequence[str], Sequence[str], bool]] = [
        (old[a:b], new[c:d], tag == "equal") for tag, a, b, c, d in matcher.get_opcodes()
    ]
    last = len(pieces) - 1
    islands = [same and 0 < at < last and len(words) == 1 for at, (_old, words, same) in enumerate(pieces)]
    changes = ((piece, piece[2] and not island) for piece, island in zip(pieces, islands, strict=True))
    found: list[Segment] = []
    for same, group in groupby(changes, key=lambda pair: pair[1]):
        members = [piece for piece, _same in group]
        later = "".join(word for _old, words, _same in members for word in words)
        if same:
            found.append(Segment("same", later))
        else:
            earlier = "".join(word for words, _new, _same in members for word in words)
            found.extend(_changed(earlier, later))
    return list(_apart(found))


def _comparable(words: Sequence[str]) -> list[str]:
    """Spaces do not count, line breaks do."""
    return [word.rstrip(" \t") for word in words]


def _changed(earlier: str, later: str) -> Iterator[Segment]:
    """Leave white space at the end unmarked: a line under nothing looks like a mistake."""
    gone, new = earlier.rstrip(), later.rstrip()
    if gone:
        yield Segment("gone", gone)
        if len(gone) < len(earlier):
            yield Segment("same", earlier[len(gone) :])
    if new:
        yield Segment("new", new)
    if len(new) < len(later):
        yield Segment("same", later[len(new) :])


def _apart(found: Iterable[Segment]) -> Iterator[Segment]:
    """Put a space where the end of one text meets a word of the other: words of two versions are never one."""
    before = " "
    for segment in found:
        if not before[-1].isspace() and not segment.text[0].isspace():
            yield Segment("same", " ")
        yield segment
        before = segment.text
