"""Looking into a finished PDF: what its structure tree says to somebody who cannot see the page."""

import io
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pikepdf


@dataclass
class Structure:
    """``tags`` are the structure types in reading order, ``figures`` the alternative texts of drawings."""

    language: str
    title: str
    marked: bool
    shows_title: bool
    standards: str
    pages: int
    tags: list[str] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)
    bookmarks: list[str] = field(default_factory=list)
    fonts: set[str] = field(default_factory=set)

    @property
    def heading_levels(self) -> list[int]:
        return [int(tag[2:]) for tag in self.tags if tag[1:2] == "H" and tag[2:].isdigit()]


def structure_of(pdf: bytes) -> Structure:
    """Open a PDF with an independent reader and walk its structure tree."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        root = opened.Root
        found = Structure(
            language=str(root.get("/Lang", "")),
            title=str(opened.open_metadata().get("dc:title", "")),
            marked=bool(root.get("/MarkInfo", {}).get("/Marked", False)),
            shows_title=bool(root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False)),
            standards=root.Metadata.read_bytes().decode(),
            pages=len(opened.pages),
            bookmarks=list(_bookmarks(opened)),
        )
        for element in _elements(root.StructTreeRoot.K):
            tag = str(element.S)
            found.tags.append(tag)
            if tag == "/Figure":
                found.figures.append(str(element.get("/Alt", "")))
        for page in opened.pages:
            for font in (page.get("/Resources", {}).get("/Font", {}) or {}).values():
                found.fonts.add(str(font.BaseFont).rpartition("+")[2])
        return found


def text_of(pdf: bytes, folder: Path) -> str:
    """Return the text as poppler reads it, in reading order."""
    place = folder / "read.pdf"
    place.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-raw", str(place), "-"], check=True, capture_output=True)
    return done.stdout.decode()


def _elements(node: Any) -> Iterator[Any]:
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, pikepdf.Array):
            waiting.extend(reversed(list(one)))
        elif isinstance(one, pikepdf.Dictionary):
            if "/S" in one:
                yield one
            if "/K" in one:
                waiting.append(one.K)


def _bookmarks(opened: pikepdf.Pdf) -> Iterator[str]:
    with opened.open_outline() as outline:
        waiting = list(reversed(outline.root))
        while waiting:
            one = waiting.pop()
            yield one.title
            waiting.extend(reversed(one.children))
