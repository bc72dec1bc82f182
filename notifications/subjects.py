"""What mails are about, in words: the rooms above know their things, and say here how they are called.

A mail's topic (``update:12``) and what a notice is about (``item:12``, ``queue:3``) are names; the room that gives them
registers who can tell what they stand for (``register`` in its ``AppConfig.ready``).
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Subject:
    """A thing that a mail is about: what it is called, and the page on which coordinators find it."""

    label: str
    link: str = ""


class Teller(Protocol):
    """Knows the things of one room."""

    def subjects(self, names: Collection[str]) -> dict[str, Subject]:
        """Return what those of ``names`` stand for that this room has given; a constant number of queries."""
        ...

    def topics(self, search: str) -> set[str]:
        """Return the topics of the things that somebody means who types ``search``."""
        ...


_tellers: list[Teller] = []


def register(teller: Teller) -> None:
    """Let ``teller`` be asked, once."""
    if teller not in _tellers:
        _tellers.append(teller)


def subjects(names: Collection[str]) -> dict[str, Subject]:
    """Return what ``names`` stand for; a name that nobody knows stands for itself."""
    found = {name: Subject(name) for name in names}
    for teller in _tellers:
        found |= teller.subjects(names)
    return found


def topics(search: str) -> set[str]:
    """Return the topics that somebody means who types ``search``."""
    return {topic for teller in _tellers for topic in teller.topics(search)}
