"""A report's document as HTML: a file that stands alone, and the part of it that a page of the service shows."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from publication import rich_text
from publication.report.outline import numbered, outline
from publication.strands import StrandPoint, strand
from workflow.thread import ThreadStep

Document = dict[str, Any]

BEGIN, END = "<!-- content -->", "<!-- /content -->"

_HERE = Path(__file__).parent
_STYLES = (_HERE / "standalone.css", _HERE.parents[1] / "static/css/thread.css")


def html(document: Document, checksum: str = "") -> bytes:
    """Return the document as one HTML file that needs nothing else; the same document gives the same bytes."""
    language = document["language"]
    with translation.override(language):
        context = {
            "document": document,
            "body": _body(document, checksum),
            "begin": mark_safe(BEGIN),  # noqa: S308 - ours
            "end": mark_safe(END),  # noqa: S308 - ours
        }
        page = render_to_string("publication/report/standalone.html", context)
    return (
        f'<!doctype html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light">\n'
        f"<title>{escape(document['title'])}</title>\n"
        f'<meta name="description" content="{escape(document["subtitle"])}">\n'
        f"<style>\n{_css()}</style>\n</head>\n<body>\n{page.strip()}\n</body>\n</html>\n"
    ).encode()


def body_of(file: bytes) -> SafeString:
    """Return what a page of the service shows of a file that ``html`` has made: no head, no sprite, no h1.

    Its headings begin at level 2. Empty for anything else.
    """
    inside = file.decode("utf-8", errors="replace").partition(BEGIN)[2].partition(END)[0]
    return mark_safe(inside)  # noqa: S308 - every text in it was escaped when the file was made


@cache
def _css() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in _STYLES)


def _body(document: Document, checksum: str) -> SafeString:
    charts = defaultdict(list)
    for chart in document.get("charts", []):
        charts[chart["place"]].append(chart)
    fields = [_field(field, index, charts, document) for index, field in enumerate(document["fields"], start=1)]
    context = {
        "document": document,
        "checksum": checksum,
        "chapters": [one for one in outline(document) if one.level == 1],
        "foreword": rich_text.html(document.get("foreword", []), level=3),
        "overview_strand": _strand(document["overview"]["bands"], document["overview"]["table"]["total"]),
        "legend_statuses": [row["status"] for row in document["legend"]],
        "charts": {"overview": charts["overview"]},
        "fields": fields,
    }
    return SafeString(render_to_string("publication/report/body.html", context).strip())


@dataclass(frozen=True)
class _Strand:
    """What the partial of the Strang needs."""

    strand: Any
    tally: Any


def _strand(bands: Sequence[Document], total: int) -> _Strand | None:
    drawing = strand([StrandPoint(band["label"], band["reached"], band["in_progress"]) for band in bands], total)
    return _Strand(drawing, SimpleNamespace(in_progress=bands[-1]["in_progress"])) if drawing else None


def _groups(units: Document) -> list[tuple[str, int]]:
    return [(group["status"], group["number"]) for group in units["groups"]]


def _field(field: Document, index: int, charts: dict[str, list[Document]], document: Document) -> Document:
    return {
        **field,
        "anchor": f"f{index}",
        "title": numbered(field["number"], field["heading"]),
        "introduction": rich_text.html(field.get("introduction", []), level=3),
        "strand": _strand(field["bands"], field["figures"][0]["number"]),
        "groups": _groups(field["units"]),
        "charts": charts[f"field:{field['number']}"],
        "goals": [
            {
                **goal,
                "anchor": f"f{index}-{number}",
                "groups": _groups(goal["units"]),
                "recommendations": [_recommendation(one, document) for one in goal["recommendations"]],
            }
            for number, goal in enumerate(field["goals"], start=1)
        ],
    }


def _recommendation(one: Document, document: Document) -> Document:
    name = f"{document['words']['measures']}, {numbered(one['number'], one['title'])}"
    thread = [ThreadStep(step.get("period", ""), step["status"]) for step in one["steps"]]
    return {**one, "thread": thread, "measures_name": name}
