"""Setting a document as a tagged PDF (PDF/UA-1 and PDF/A-2a) by Typst.

Nothing is written, no network and no font of the machine is used: the fonts stand beside this file, the template
belongs to the caller.
"""

import datetime
import json
from functools import cache
from pathlib import Path
from typing import Any

import typst

from typesetting.glyphs import FONTS, printable

STANDARDS: list[Any] = ["a-2a", "ua-1"]

KEPT = {"link", "svg", "checksum"}
"""What is followed, drawn or compared, and so must not change."""


class BuildError(RuntimeError):
    """The document could not be set; the message is for the log."""


def pdf(template: Path, document: dict[str, Any], *, day: datetime.date) -> bytes:
    """Return ``document`` set by ``template``, dated ``day``; the same document gives the same bytes.

    The template finds the document as JSON in its input ``document``. Texts appear as they are: nothing in them is
    read as markup. Raises ``BuildError`` if the result would not be an accessible PDF.
    """
    try:
        built = typst.compile(
            template,
            root=template.parent,
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
        return {key: value if key in KEPT else _printable(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_printable(value) for value in node]
    return node
