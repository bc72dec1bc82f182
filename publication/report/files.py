"""The files of an edition: each made from the same frozen document."""

import hashlib
from typing import Any

from publication.models import FileKind
from publication.report import build


def all_of(document: dict[str, Any]) -> dict[str, bytes]:
    """Return each file of the edition by its ``FileKind``; raises ``BuildError`` as the formats do."""
    return {FileKind.PDF.value: build.pdf(document)}


def checksum(file: bytes) -> str:
    """Return the SHA-256 of a file, as the edition keeps it and its page shows it."""
    return hashlib.sha256(file).hexdigest()
