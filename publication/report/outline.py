"""The headings of a report, in the order in which every format has them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Heading:
    """``anchor`` is a name for links within a file, unique in the report."""

    level: int
    text: str
    anchor: str


def outline(document: Mapping[str, Any]) -> list[Heading]:
    """Return chapters, goals and recommendations in reading order; headings inside of them are not named."""
    return list(_headings(document))


def _headings(document: Mapping[str, Any]) -> Iterator[Heading]:
    words = document["words"]
    if document.get("change_note"):
        yield Heading(1, words["change_note"], "aenderung")
    if document.get("foreword"):
        yield Heading(1, words["foreword"], "vorwort")
    yield Heading(1, words["overview"], "ueberblick")
    if document.get("changes"):
        yield Heading(1, document["changes"]["heading"], "veraenderungen")
    yield Heading(1, words["reading"], "lesehilfe")
    for field_number, field in enumerate(document["fields"], start=1):
        yield Heading(1, numbered(field["number"], field["heading"]), f"f{field_number}")
        for goal_number, goal in enumerate(field["goals"], start=1):
            yield Heading(2, goal["name"], f"f{field_number}-{goal_number}")
            for one in goal["recommendations"]:
                yield Heading(3, numbered(one["number"], one["title"]), one["anchor"])
    if document.get("programmes") and document["programmes"]["rows"]:
        yield Heading(1, document["programmes"]["heading"], "massnahmen")
    yield Heading(1, document["missing"]["heading"], "fehlend")
    yield Heading(1, words["register"], "aemter")
    if document.get("corrections"):
        yield Heading(1, words["corrections"], "berichtigungen")
    yield Heading(1, words["imprint"], "impressum")


def numbered(number: str, text: str) -> str:
    """Return a title with its number before it, where it has one."""
    return f"{number} {text}".strip()
