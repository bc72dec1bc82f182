"""The files of an edition: each made from the same frozen document."""

import hashlib
from collections.abc import Callable
from typing import Any

from publication.models import FileKind
from publication.report import build
from publication.report.html import html
from publication.report.short import short
from publication.report.word import word


def all_of(
    document: dict[str, Any], *, checksum: str, begin: Callable[[str], object] | None = None
) -> dict[str, bytes]:
    """Return each file of the edition by its ``FileKind``; raises ``BuildError`` as the formats do.

    ``checksum`` is that of the document, which the files print. ``begin`` is called with each kind before it is made.
    """
    made = {}
    for kind in MADE:
        if begin:
            begin(kind)
        made[kind] = one(kind, document, checksum=checksum)
    return made


MAKERS: dict[str, Callable[[dict[str, Any], str], bytes]] = {
    FileKind.PDF.value: build.pdf,
    FileKind.WORD.value: word,
    FileKind.HTML.value: html,
    FileKind.SHORT_PDF.value: short,
}
"""By format, how its file is made of a document and its checksum."""

MADE: tuple[str, ...] = tuple(MAKERS)
"""The formats, in the order in which they are made."""


def one(kind: str, document: dict[str, Any], *, checksum: str) -> bytes:
    """Return one file of the edition."""
    return MAKERS[kind](document, checksum)


def checksum(file: bytes) -> str:
    """Return the SHA-256 of a file, as the edition keeps it and its page shows it."""
    return hashlib.sha256(file).hexdigest()
