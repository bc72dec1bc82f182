"""Setting a report's document as a tagged PDF (PDF/UA-1 and PDF/A-2a) by Typst.

Nothing is written, no network and no font of the machine is used: the template and the fonts stand beside this file.
"""

import datetime
import json
from functools import cache
from pathlib import Path
from typing import Any

import typst

from publication.report.glyphs import FONTS, printable

TEMPLATE = Path(__file__).parent / "template"
STANDARDS: list[Any] = ["a-2a", "ua-1"]

ADDRESSES = {"link"}
"""What is followed and not shown, and so must not change."""


class BuildError(RuntimeError):
    """The document could not be set; the message is for the log."""


def pdf(document: dict[str, Any]) -> bytes:
    """Return the document as a PDF; the same document gives the same bytes.

    Texts appear as they are: nothing in them is read as markup. Raises ``BuildError`` if the result would not be an
    accessible PDF.
    """
    day = datetime.date.fromisoformat(document["as_of_iso"])
    try:
        built = typst.compile(
            TEMPLATE / "report.typ",
            root=TEMPLATE,
            font_paths=_fonts(),
            sys_inputs={"document": json.dumps(_printable(document), ensure_ascii=False)},
            pdf_standards=STANDARDS,
            timestamp=datetime.datetime.combine(day, datetime.time(), datetime.UTC),
        )
    except typst.TypstError as error:
        raise BuildError(error.diagnostic) from error
    return bytes(built)


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


def _printable(node: Any) -> Any:
    if isinstance(node, str):
        return printable(node)
    if isinstance(node, dict):
        return {key: value if key in ADDRESSES else _printable(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_printable(value) for value in node]
    return node
