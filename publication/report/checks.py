"""The structural check of an edition's files, before anybody outside of the working group may read them.

It reads the finished files with other tools than those that made them, and compares their headings with the document's.
What a file lacks is said in a sentence for the coordinators; a file that cannot be read is such a sentence as well,
never an error.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import docx
import pikepdf
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from docx.oxml.ns import qn

from publication.models import FileKind
from publication.report.outline import Heading, outline
from typesetting.glyphs import printable

Document = Mapping[str, Any]

_SPACE = re.compile(r"[\s\u200b\u00ad]+")


def problems(files: Mapping[str, bytes], document: Document) -> list[str]:
    """Return what keeps the edition from being released, each in a sentence that begins with the file; empty if fine.

    ``files`` are by ``FileKind``. Raises nothing, whatever the files contain.
    """
    expected = outline(document)
    found = []
    for kind, file in files.items():
        check = _CHECKS.get(kind)
        if check is None:
            continue
        try:
            said = list(check(file, document, expected))
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a file is a reason, not a failure
            said = [_("the file cannot be read (%(error)s).") % {"error": type(error).__name__}]
        name = str(FileKind(kind).label)
        found += [f"{name}: {one}" for one in said]
    return found


def _language(found: str, document: Document) -> Iterator[str]:
    if not found.lower().startswith(document["language"].lower()):
        yield _("the language is not set.")


def _title(found: str, document: Document) -> Iterator[str]:
    if not found.startswith(document["title"]):
        yield _("the title is missing.")


def _levels(levels: Sequence[int]) -> Iterator[str]:
    if not levels:
        yield _("there are no headings.")
    for before, after in pairwise((0, *levels)):
        if after - before > 1:
            yield _("a heading of level %(after)s follows one of level %(before)s.") % {
                "before": before,
                "after": after,
            }
            return


def _order(found: Sequence[str], expected: Sequence[Heading]) -> Iterator[str]:
    """Compare the headings in reading order with those of the document; others may stand between them."""
    rest = iter([_plain(text) for text in found])
    for heading in expected:
        wanted = _plain(heading.text)
        if wanted not in rest:
            yield _("the heading “%(heading)s” is missing, or not where it belongs.") % {"heading": heading.text}
            return


def _plain(text: str) -> str:
    return _SPACE.sub("", printable(text))


def _no_words(number: int) -> Iterator[str]:
    if number:
        said = ngettext(
            "%(number)s picture has no alternative text.", "%(number)s pictures have no alternative text.", number
        )
        yield said % {"number": number}


def _no_headers(number: int) -> Iterator[str]:
    if number:
        said = ngettext("%(number)s table has no header cells.", "%(number)s tables have no header cells.", number)
        yield said % {"number": number}


# --- PDF -------------------------------------------------------------------------------------------------------------


def _pdf(file: bytes, document: Document, expected: Sequence[Heading]) -> Iterator[str]:
    with pikepdf.open(io.BytesIO(file)) as pdf:
        root = pdf.Root
        if not bool(root.get("/MarkInfo", pikepdf.Dictionary()).get("/Marked", False)):
            yield _("it is not tagged.")
        yield from _language(str(root.get("/Lang", "")), document)
        if not bool(root.get("/ViewerPreferences", pikepdf.Dictionary()).get("/DisplayDocTitle", False)):
            yield _("the title is not shown.")
        yield from _title(str(pdf.open_metadata().get("dc:title", "")), document)
        elements = list(_elements(root.StructTreeRoot.K)) if "/StructTreeRoot" in root else []
        if not elements:
            yield _("the structure tree is empty.")
            return
        headings = [
            (int(str(one.S)[2:]), str(one.get("/T", ""))) for one in elements if re.match("/H[1-6]$", str(one.S))
        ]
        yield from _levels([level for level, _text in headings])
        yield from _order([text for _level, text in headings], expected)
        yield from _no_words(sum(one.S == "/Figure" and not str(one.get("/Alt", "")).strip() for one in elements))
        tables = [one for one in elements if one.S == "/Table"]
        yield from _no_headers(sum(all(cell.S != "/TH" for cell in _elements(one.get("/K"))) for one in tables))


def _short_pdf(file: bytes, document: Document, _expected: Sequence[Heading]) -> Iterator[str]:
    """The short version has the document's chapters on its fields, in their order."""
    words = document["words"]
    chapters = [Heading(1, words["overview"], "")]
    chapters += [Heading(1, f"{field['number']} {field['heading']}".strip(), "") for field in document["fields"]]
    yield from _pdf(file, document, chapters)


def _elements(node: Any) -> Iterator[Any]:
    """Walk the structure tree in reading order."""
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


# --- Word ------------------------------------------------------------------------------------------------------------


def _word(file: bytes, document: Document, expected: Sequence[Heading]) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(file)) as parts:
        if broken := parts.testzip():
            yield _("the part %(name)s is damaged.") % {"name": broken}
    opened = docx.Document(io.BytesIO(file))
    yield from _title(opened.core_properties.title or "", document)
    languages = [one.get(qn("w:val"), "") for one in opened.styles.element.iter(qn("w:lang"))]
    yield from _language(languages[0] if languages else "", document)
    body = opened.element.body
    headings = [
        (int(found[1]), "".join(text.text or "" for text in paragraph.iter(qn("w:t"))))
        for paragraph in body.iterchildren(qn("w:p"))
        if (style := paragraph.style) and (found := re.fullmatch(r"Heading([1-9])", style))
    ]
    yield from _levels([level for level, _text in headings])
    yield from _order([text for _level, text in headings], expected)
    pictures = list(body.iter(qn("wp:docPr")))
    yield from _no_words(sum(not (one.get("descr") or "").strip() for one in pictures))
    tables = list(body.iter(qn("w:tbl")))
    yield from _no_headers(sum(table.find(f".//{qn('w:tblHeader')}") is None for table in tables))


# --- HTML ------------------------------------------------------------------------------------------------------------


class _Page(HTMLParser):
    """What somebody hears of a page who does not see it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.language = self.title = ""
        self.headings: list[tuple[int, str]] = []
        self.without_words = self.without_headers = 0
        self._inside = ""
        self._headers: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "html":
            self.language = values.get("lang") or ""
        elif re.fullmatch("h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))
            self._inside = tag
        elif tag == "title" and not self.title:
            self._inside = "title"
        elif tag == "img":
            self.without_words += values.get("alt") is None
        elif tag == "table":
            self._headers.append(0)
        elif tag == "th" and self._headers:
            self._headers[-1] += 1
        if values.get("role") == "img":
            self.without_words += not (values.get("aria-label") or values.get("aria-labelledby"))
        if tag == "svg" and values.get("role") != "img":
            self.without_words += values.get("aria-hidden") != "true"

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = ""
        elif tag == "table" and self._headers:
            self.without_headers += not self._headers.pop()

    def handle_data(self, data: str) -> None:
        if self._inside == "title":
            self.title += data
        elif self._inside:
            level, text = self.headings[-1]
            self.headings[-1] = level, text + data


def _html(file: bytes, document: Document, expected: Sequence[Heading]) -> Iterator[str]:
    page = _Page()
    page.feed(file.decode("utf-8"))
    page.close()
    yield from _language(page.language, document)
    yield from _title(page.title, document)
    yield from _levels([level for level, _text in page.headings])
    yield from _order([text for _level, text in page.headings], expected)
    yield from _no_words(page.without_words)
    yield from _no_headers(page.without_headers)


_CHECKS: dict[str, Callable[[bytes, Document, Sequence[Heading]], Iterator[str]]] = {
    FileKind.PDF.value: _pdf,
    FileKind.SHORT_PDF.value: _short_pdf,
    FileKind.WORD.value: _word,
    FileKind.HTML.value: _html,
}
