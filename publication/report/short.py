"""The short version: what a council member reads on the way to the meeting, one page for each field."""

import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from publication.report.build import TEMPLATE
from publication.report.outline import numbered
from typesetting import build
from workflow.models.scales import REACHED

Document = dict[str, Any]

MOST_STEPS = 5
MOST_MISSING = 4
LONGEST = 220
"""Characters of an entry that the short version repeats; it ends with a sentence where it can."""

_ENDS = (". ", "! ", "? ")


def short(document: Document, checksum: str = "") -> bytes:
    """Return the short version as an accessible PDF; the same document gives the same bytes.

    Raises ``BuildError`` as the long version does.
    """
    printed = shortened(document, checksum)
    return build.pdf(TEMPLATE / "short.typ", printed, day=datetime.date.fromisoformat(document["as_of_iso"]))


def shortened(document: Document, checksum: str = "") -> Document:
    """Return what the short version says, from the document alone."""
    kept = ("language", "title", "title_lines", "subtitle", "publisher", "service", "version", "as_of", "as_of_iso")
    with translation.override(document["language"]):
        return {
            **{name: document[name] for name in (*kept, "words", "source_line", "legend")},
            "stage": document.get("stage", ""),
            "checksum": checksum,
            "more": document["words"]["more"] % {"address": document["address"]},
            "overview": {**document["overview"], "total": document["overview"]["table"]["total"]},
            "rows": [{"name": field["name"], "units": field["units"]} for field in document["fields"]],
            "fields": [_field(field) for field in document["fields"]],
        }


def _field(field: Document) -> Document:
    members = [one for goal in field["goals"] for one in goal["recommendations"]]
    return {
        **{name: field[name] for name in ("number", "heading", "lead", "figures", "bands", "bands_alt", "units")},
        "steps": [_step(one) for one in _important(members)],
        "missing": _missing(members),
    }


def _important(members: list[Document]) -> list[Document]:
    """Return what to tell first: reached since the period before, otherwise moved, then what is worked on."""
    told = [one for one in members if _telling(one)]
    return sorted(told, key=_rank)[:MOST_STEPS]


def _rank(one: Document) -> int:
    before = one["steps"][-2]["status"] if len(one["steps"]) > 1 else ""
    if one["status"] in REACHED:
        return 0 if before not in REACHED else 3
    return 1 if before != one["status"] else 2


def _telling(one: Document) -> str:
    """Return the beginning of what was done, or of what comes next; empty without an entry that says something."""
    sections = {section["name"]: section["text"] for section in one["sections"]}
    for name in ("done", "worked", "reason", "next_step"):
        if sections.get(name):
            return beginning(" ".join(sections[name]))
    return ""


def beginning(text: str) -> str:
    """Return the first sentences of a text, as far as there is room."""
    if len(text) <= LONGEST:
        return text
    cut = text[: LONGEST + 1]
    end = max(cut.rfind(mark) for mark in _ENDS)
    if end > LONGEST // 3:
        return cut[: end + 1]
    return cut[: cut.rfind(" ")].rstrip(",;:–") + " …" if " " in cut else cut[:LONGEST] + "…"


def _step(one: Document) -> Document:
    return {
        "title": numbered(one["number"], one["title"]),
        "status": one["status"],
        "word": one["word"],
        "thread": one["steps"],
        "alt": one["alt"],
        "text": _telling(one),
    }


def _missing(members: list[Document]) -> list[str]:
    """Name what nobody reported, the first few by title."""
    lacking = [one for one in members if one["kind"] in {"missing", "not_asked", "open"}]
    said = [numbered(one["number"], one["title"]) for one in lacking[:MOST_MISSING]]
    if further := len(lacking) - len(said):
        more = ngettext("and %(number)s more recommendation", "and %(number)s more recommendations", further)
        said.append(more % {"number": further})
    return said or [_("There is an approved entry for every recommendation.")]
