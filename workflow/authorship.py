"""Who wrote which paragraph of an entry. Pure functions on values; nothing here reads the database.

A lead office brings several offices' texts together. A paragraph that stands in a contribution, or in the version
before, keeps its author as long as it is recognisably the same; everything else is by whoever hands in.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

ALIKE = 0.8
"""The share of common words from which on a paragraph counts as the same, edited."""

PARAGRAPHS = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Authored:
    """A paragraph with its author; ``contribution_id`` is the contribution that it comes from, if it does."""

    text: str
    office_id: int
    office_label: str
    person_id: int | None
    contribution_id: int | None = None


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of ``text``, which blank lines separate; empty ones are left out."""
    return [part.strip() for part in PARAGRAPHS.split(text) if part.strip()]


def likeness(one: str, other: str) -> float:
    """Return the share of words, from 0 to 1, that two paragraphs have in common, in the same order."""
    return SequenceMatcher(None, _words(one), _words(other), autojunk=False).ratio()


def attributed(text: str, known: Iterable[Authored], own: Authored) -> list[Authored]:
    """Return the paragraphs of ``text``, each by the author of the most similar ``known`` one, else by ``own``."""
    sources = [(_words(one.text), one) for one in known]
    return [replace(_author(_words(part), sources, own), text=part) for part in paragraphs(text)]


def _author(words: Sequence[str], sources: Sequence[tuple[list[str], Authored]], own: Authored) -> Authored:
    best, author = ALIKE, own
    for theirs, source in sources:
        if theirs == words:
            return source
        matcher = SequenceMatcher(None, theirs, words, autojunk=False)
        if matcher.real_quick_ratio() > best and matcher.quick_ratio() > best and (ratio := matcher.ratio()) > best:
            best, author = ratio, source
    return author


def _words(text: str) -> list[str]:
    return text.split()
