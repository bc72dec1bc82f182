"""A report's document as a Word file with real styles, headings, captions, contents and alternative texts."""

import io
import zipfile
from typing import Any

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from publication.report.outline import outline
from publication.report.word import body, markup, styles
from publication.report.word.writer import Writer

_DAY = (1980, 1, 1, 0, 0, 0)


def word(document: dict[str, Any], checksum: str = "") -> bytes:
    """Return the document as a Word file; the same document gives the same bytes.

    Texts appear as they are. The contents are complete without anybody updating fields: they name no pages, which a
    file knows only once it is laid out, and each entry leads to its chapter.
    """
    file = docx.Document()
    styles.set_up(file, document)
    to = Writer(file, document["words"])
    body.cover(to, document)
    body.contents(to, document, outline(document))
    _chapters(to, document, checksum)
    _fill(file, to.parts)
    return _saved(file)


def _chapters(to: Writer, document: dict[str, Any], checksum: str) -> None:
    words = document["words"]
    if document.get("change_note"):
        to.heading(1, words["change_note"], "aenderung")
        to.add(markup.texts(document["change_note"].splitlines()))
    if document.get("foreword"):
        to.heading(1, words["foreword"], "vorwort", goes_on=bool(document.get("change_note")))
        to.blocks(document["foreword"], 2)
    body.overview(to, document)
    if document.get("changes"):
        body.changes(to, document)
    body.reading(to, document)
    for index, field in enumerate(document["fields"], start=1):
        body.field(to, document, field, index)
    if document.get("programmes"):
        body.programmes(to, document)
    body.missing(to, document)
    body.register(to, document)
    if document.get("corrections"):
        body.corrections(to, document)
    body.imprint(to, document, checksum)


def _fill(file: Any, parts: list[str]) -> None:
    """Put the pieces before the properties of the section, which stand last."""
    element = file.element.body
    section = element.find(qn("w:sectPr"))
    whole = parse_xml(f"<w:body {markup.NAMESPACES}>{''.join(parts)}</w:body>")
    for child in list(whole):
        section.addprevious(child)


def _saved(file: Any) -> bytes:
    """Return the file's bytes without the time of their making."""
    made, same = io.BytesIO(), io.BytesIO()
    file.save(made)
    with zipfile.ZipFile(made) as before, zipfile.ZipFile(same, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            entry = zipfile.ZipInfo(name, _DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            after.writestr(entry, before.read(name))
    return same.getvalue()
