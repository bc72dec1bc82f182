"""Setting a report's document as a tagged PDF (PDF/UA-1 and PDF/A-2a); the template stands beside this file."""

import datetime
from pathlib import Path
from typing import Any

from typesetting import build
from typesetting.build import BuildError

__all__ = ["TEMPLATE", "BuildError", "pdf"]

TEMPLATE = Path(__file__).parent / "template"


def pdf(document: dict[str, Any], checksum: str = "") -> bytes:
    """Return the document as a PDF, with its checksum printed; the same document gives the same bytes.

    Texts appear as they are: nothing in them is read as markup. Raises ``BuildError`` if the result would not be an
    accessible PDF.
    """
    printed = {**document, "checksum": checksum}
    return build.pdf(TEMPLATE / "report.typ", printed, day=datetime.date.fromisoformat(document["as_of_iso"]))
