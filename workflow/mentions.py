"""Whom a comment names: ``@`` and the beginning of a name or of an office. Who may be named is asked elsewhere."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")

AT = re.compile(r"(?<![\w.@])@(?=\w)")
"""Not what stands inside an address."""

WORD = re.compile(r"[\w/-]+")
SHORTEST = 2

GOES_ON = re.compile(r"[ -](?=[^\W_a-zäöüß])[\w/-]+")
"""A further word that belongs to the name as it was written: a number, or a word with a capital."""


@dataclass(frozen=True, slots=True)
class Nameable:
    """Somebody who may be named, and the names under which they are known: their own first, then their offices'."""

    person_id: int
    names: tuple[str, ...]


@dataclass(slots=True)
class Mentions:
    """Whom a text names; ``unknown`` is what fits nobody, without the ``@``.

    ``ambiguous`` says of what fits several people who they are.
    """

    people: list[int] = field(default_factory=list)
    ambiguous: dict[str, list[str]] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)


def read(text: str, roster: Iterable[Nameable]) -> Mentions:
    """Return whom ``text`` names, each once, in reading order.

    The longest fit counts: ``@Anna Berg`` is Anna Berg even if there is an Anna Bergmann. What fits several people
    equally well names nobody, and neither does a name that goes on otherwise: ``@Anna Berg`` is no Anna Winter.
    """
    people = list(roster)
    own = {one.person_id: one.names[0] for one in people}
    known = [(one.person_id, name) for one in people for name in one.names if name]
    found = Mentions()
    for match in AT.finditer(text):
        rest = text[match.end() :]
        fits: dict[tuple[int, bool], dict[int, None]] = {}
        refused = 0
        for person, name in known:
            length = _fit(rest, name)
            goes_on = GOES_ON.match(rest, length) if 0 < length < len(name) else None
            if goes_on:
                refused = max(refused, goes_on.end())
            elif length:
                fits.setdefault((length, length == len(name)), {})[person] = None
        if not fits:
            _add(found.unknown, rest[:refused] or _word(rest))
            continue
        best = max(fits)
        if len(fits[best]) > 1:
            found.ambiguous[rest[: best[0]]] = [own[person] for person in fits[best]]
        else:
            _add(found.people, *fits[best])
    return found


def _fit(rest: str, name: str) -> int:
    """Return how much of ``name`` stands at the beginning of ``rest``, in whole words of the text; 0 if too little."""
    length = 0
    for written, wanted in zip(rest, name, strict=False):
        if written.casefold() != wanted.casefold():
            break
        length += 1
    while length and (not rest[length - 1].isalnum() or (length < len(rest) and rest[length].isalnum())):
        length -= 1
    return length if length >= min(SHORTEST, len(name)) else 0


def _word(rest: str) -> str:
    word = WORD.match(rest)
    return word.group() if word else rest[:1]


def _add(to: list[T], *what: T) -> None:
    to.extend(one for one in what if one not in to)
