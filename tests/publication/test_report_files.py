"""The report as Word file, web page and short version, and the check that refuses what not everybody can read."""

import datetime
import hashlib
import io
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
import pikepdf
import pytest
from docx.oxml.ns import qn

from publication import rich_text
from publication.charts import charts_of
from publication.report import build, checks, content, files, sources
from publication.report.html import body_of
from publication.report.outline import outline
from publication.report.short import LONGEST, beginning, shortened
from tests import factories
from tests.publication.conftest import entry, period, run
from tests.publication.structure import structure_of, text_of

NOW = datetime.datetime(2026, 11, 22, 9, 0, tzinfo=datetime.UTC)
TODAY = datetime.date(2026, 11, 22)
FOREWORD = (
    "# Was neu ist\n\nKassel wächst **zusammen**, <script>alert(1)</script>.\n\n- Zahlen\n\n1. Erst lesen\n\n> Zitat"
)
SUM = "ab" * 32

pytestmark = pytest.mark.django_db
needs_office = pytest.mark.skipif(
    shutil.which("soffice") is None and not os.environ.get("CI"), reason="LibreOffice opens the Word file"
)
needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler reads the PDF independently")


@pytest.fixture
def document() -> dict[str, Any]:
    """Two fields over two periods, with everything that a report can have."""
    edition = factories.edition()
    youth, school = factories.office("51", "Jugendamt"), factories.office("40", "Schulamt")
    one, two = factories.goal(edition, "1", "1.1"), factories.goal(edition, "1", "1.2")
    other = factories.goal(edition, "2", "2.1")
    cafes = factories.recommendation(one, "1.01", title="Elterncafés & <b>mehr</b>", lead=youth)
    pool = factories.recommendation(two, "1.02", title="Dolmetschpool", lead=youth)
    guides = factories.recommendation(other, "2.01", title="Lotsinnen", lead=school)
    rooms = factories.recommendation(other, "2.02", title="Räume", lead=school)
    before, now = period(edition, 2021, 2022), period(edition, 2023, 2024)
    entry(before, cafes, youth, "in_progress", done="Begonnen.")
    entry(before, guides, school, "planned", done="Geplant.")
    entry(now, cafes, youth, "implemented", done="Neun Schulen.\nسلام عليكم", worked="Eltern.", measures=("Räume",))
    entry(now, pool, youth, "in_progress", done="62 Personen. " * 40, measures=("Schulung", "Kurs"))
    entry(now, guides, school, "implemented", done="Die Lotsinnen gehen los.", public_note="Eine Zahl war falsch.")
    run(now, rooms, school)
    made = content.document(
        sources.read(now.pk, now=NOW), as_of=TODAY, version=2, change_note="Anders.", is_marked_draft=True
    )
    made["foreword"] = rich_text.blocks(FOREWORD)
    made["fields"][0]["introduction"] = rich_text.blocks("Einleitung mit [Verweis](https://example.org/?a=1&b=2).")
    made["charts"] = charts_of(made)
    return made


@pytest.fixture
def made(document: dict[str, Any]) -> dict[str, bytes]:
    return files.all_of(document, checksum=SUM)


def word_of(file: bytes) -> Any:
    return docx.Document(io.BytesIO(file))


def headings_of(opened: Any) -> list[tuple[int, str]]:
    return [
        (int(found[1]), paragraph.text)
        for paragraph in opened.paragraphs
        if (found := re.fullmatch(r"Heading (\d)", paragraph.style.name))
    ]


def without_spaces(text: str) -> str:
    return re.sub(r"[\s\u200b]+", "", text)


def test_all_files_come_from_one_document_and_nothing_is_wrong_with_them(
    document: dict[str, Any], made: dict[str, bytes]
) -> None:
    assert list(made) == ["pdf", "docx", "html", "short_pdf"]
    assert checks.problems(made, document) == []
    assert files.all_of(document, checksum=SUM) == made, "the same document gives the same bytes"


def test_word_has_real_headings_in_the_order_of_the_pdf(document: dict[str, Any], made: dict[str, bytes]) -> None:
    headings = headings_of(word_of(made["docx"]))
    assert all(after - before <= 1 for before, after in pairwise([0, *(level for level, _ in headings)]))
    wanted = [(one.level, without_spaces(one.text)) for one in outline(document)]
    found = iter([(level, without_spaces(text)) for level, text in headings])
    assert all(one in found for one in wanted)
    bookmarks = [without_spaces(mark) for mark in structure_of(made["pdf"]).bookmarks]
    assert [text for _level, text in wanted] == [one for one in bookmarks if one != "Inhalt"]


def test_word_tells_who_it_is_from_and_names_no_person(document: dict[str, Any], made: dict[str, bytes]) -> None:
    properties = word_of(made["docx"]).core_properties
    assert (properties.title, properties.language) == (document["title"], "de-DE")
    assert properties.author == properties.last_modified_by == document["publisher"]
    assert properties.comments == ""
    with zipfile.ZipFile(io.BytesIO(made["docx"])) as parts:
        assert not [name for name in parts.namelist() if "thumbnail" in name]
        styles = parts.read("word/styles.xml").decode()
    assert 'w:lang w:val="de-DE"' in styles


def test_word_has_contents_captions_and_alternative_texts(document: dict[str, Any], made: dict[str, bytes]) -> None:
    opened = word_of(made["docx"])
    entries = [one.text for one in opened.paragraphs if one.style.name.lower() in {"toc 1", "toc 2"}]
    assert entries == [one.text for one in outline(document) if one.level <= 2]
    captions = [one.text for one in opened.paragraphs if one.style.name == "Caption"]
    assert [text.split(":")[0] for text in captions if "Abbildung" in text] == [
        f"Abbildung {number}" for number in range(1, len(document["charts"]) + 1)
    ]
    body = opened.element.body
    words = [one.get("descr") for one in body.iter(qn("wp:docPr"))]
    assert all(words)
    assert {chart["alt"] for chart in document["charts"]} <= set(words)
    numbers = [one.get("id") for one in body.iter(qn("wp:docPr"))]
    assert len(set(numbers)) == len(numbers)
    for table in opened.tables:
        assert table.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None
    marks = {one.get(qn("w:name")) for one in body.iter(qn("w:bookmarkStart"))}
    assert {one.get(qn("w:anchor")) for one in body.iter(qn("w:hyperlink"))} - {None} <= marks


def test_word_says_what_people_wrote_as_they_wrote_it(made: dict[str, bytes]) -> None:
    text = "\n".join(one.text for one in word_of(made["docx"]).paragraphs)
    for said in ("Elterncafés & <b>mehr</b>", "<script>alert(1)</script>", "سلام عليكم", SUM, "Anders."):
        assert said in text


def test_word_breaks_long_heads_of_columns_where_german_does_and_says_them_whole(made: dict[str, bytes]) -> None:
    heads = [cell for table in word_of(made["docx"]).tables for cell in table.rows[0].cells]
    said = {cell.text for cell in heads}
    assert {"umgesetzt", "in Umsetzung"} <= said
    broken = [cell for cell in heads if cell.text == "in Umsetzung"]
    for cell in broken:
        (hyphen,) = cell._tc.iter(qn("w:softHyphen"))
        assert [hyphen.getprevious().text, hyphen.getnext().text] == ["Um", "setzung"]


@needs_poppler
def test_the_foreword_follows_a_short_note_of_what_changed_on_the_same_page(
    made: dict[str, bytes], tmp_path: Path
) -> None:
    pages = text_of(made["pdf"], tmp_path).split("\f")
    assert [True for page in pages if "Anders." in page and "Kassel wächst zusammen" in " ".join(page.split())]
    (foreword,) = (
        one for one in word_of(made["docx"]).paragraphs if one.text == "Vorwort" and "Head" in one.style.name
    )
    assert foreword.paragraph_format.page_break_before is False


@needs_office
def test_libreoffice_opens_the_word_file(made: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "bericht.docx").write_bytes(made["docx"])
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "bericht.docx")], check=True, capture_output=True, timeout=300)
    read = text_of((tmp_path / "bericht.pdf").read_bytes(), tmp_path)
    for said in ("Inhalt", "1.02 Dolmetschpool", "Abbildung 1", "Impressum"):
        assert said in read


def test_the_web_page_keeps_every_text_harmless_and_says_its_checksum(made: dict[str, bytes]) -> None:
    page = made["html"].decode()
    assert "<script" not in page
    assert "Elterncafés &amp; &lt;b&gt;mehr&lt;/b&gt;" in page
    assert 'href="https://example.org/?a=1&amp;b=2"' in page
    assert SUM in page
    identifiers = re.findall(r'\sid="([^"]+)"', page)
    assert len(set(identifiers)) == len(identifiers)
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(identifiers)


def test_the_service_shows_the_body_of_the_page_under_its_own_policy(made: dict[str, bytes]) -> None:
    body = body_of(made["html"])
    assert body.strip().startswith("<nav")
    assert not re.search(r"<(?:h1|style|html|body|main)\b|\sstyle=", body)
    assert body_of(b"something else") == ""


def test_the_short_version_has_one_page_for_each_field(document: dict[str, Any], made: dict[str, bytes]) -> None:
    found = structure_of(made["short_pdf"])
    assert found.pages == 1 + len(document["fields"])
    assert found.marked
    assert found.language.startswith("de")
    assert found.title == f"{document['title']}, Kurzfassung"
    assert all(found.figures)


def test_the_short_version_fits_its_pages_whatever_people_write(document: dict[str, Any]) -> None:
    for field in document["fields"]:
        field["lead"] = "Ein langer Satz, der viel zu sagen hat. " * 12
        goal = field["goals"][0]
        goal["recommendations"] = [
            {**goal["recommendations"][0], "title": "Ein langer Titel, " * 20, "anchor": f"x{number}"}
            for number in range(9)
        ]
    made = files.one("short_pdf", document, checksum=SUM)
    assert structure_of(made).pages == 1 + len(document["fields"])


def test_the_short_version_tells_what_was_reached_first(document: dict[str, Any]) -> None:
    short = shortened(document)
    assert [step["title"].split()[0] for step in short["fields"][0]["steps"]] == ["1.01", "1.02"]
    assert short["fields"][0]["steps"][1]["text"].endswith("Personen.")
    assert short["fields"][1]["missing"] == ["2.02 Räume"]
    assert short["fields"][0]["missing"] == ["Zu allen Empfehlungen liegt ein freigegebener Sachstand vor."]


def test_a_beginning_ends_where_a_sentence_does() -> None:
    assert beginning("Kurz.") == "Kurz."
    assert beginning("Ein Satz mit Worten. " * 30).endswith(".")
    assert len(beginning("Wort " * 200)) <= LONGEST + 2
    assert len(beginning("x" * 999)) == LONGEST + 1


@needs_poppler
def test_the_pdf_says_what_is_new_in_it(made: dict[str, bytes], document: dict[str, Any], tmp_path: Path) -> None:
    text = " ".join(text_of(made["pdf"], tmp_path).split())
    for said in ("Entwurf für den Runden Tisch, Stand 22.11.2026", "Anders.", "Kassel wächst zusammen", SUM):
        assert said in text
    assert "Eine Zahl war falsch." in text
    found = structure_of(made["pdf"])
    assert {chart["alt"] for chart in document["charts"]} <= set(found.figures)


# --- The check, with files that were broken on purpose ---------------------------------------------------------------


def broken_pdf(file: bytes, change: Callable[[pikepdf.Pdf], None]) -> bytes:
    with pikepdf.open(io.BytesIO(file)) as pdf:
        change(pdf)
        saved = io.BytesIO()
        pdf.save(saved)
    return saved.getvalue()


def broken_word(file: bytes, part: str, pattern: str, by: str, count: int = 0) -> bytes:
    saved = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as before, zipfile.ZipFile(saved, "w") as after:
        for name in before.namelist():
            data = before.read(name)
            if name == part:
                changed = re.sub(pattern, by, data.decode(), count=count)
                assert changed != data.decode()
                data = changed.encode()
            after.writestr(name, data)
    return saved.getvalue()


def elements(pdf: pikepdf.Pdf, tag: str) -> list[Any]:
    return [one for one in checks._elements(pdf.Root.StructTreeRoot.K) if tag == one.S]


def _without_alt(pdf: pikepdf.Pdf) -> None:
    del elements(pdf, "/Figure")[0].Alt


def _without_headers(pdf: pikepdf.Pdf) -> None:
    table = elements(pdf, "/Table")[0]
    for cell in [one for one in checks._elements(table.K) if one.S == "/TH"]:
        cell.S = pikepdf.Name("/TD")


def _skipping(pdf: pikepdf.Pdf) -> None:
    elements(pdf, "/H2")[0].S = pikepdf.Name("/H4")


def _turned(pdf: pikepdf.Pdf) -> None:
    first, second = elements(pdf, "/H3")[:2]
    first["/T"], second["/T"] = second["/T"], first["/T"]


PDF_FAULTS: list[tuple[Callable[[pikepdf.Pdf], Any], str]] = [
    (lambda pdf: pdf.Root.MarkInfo.__setitem__("/Marked", False), "nicht getaggt"),
    (lambda pdf: pdf.Root.__delitem__("/Lang"), "Sprache"),
    (lambda pdf: pdf.Root.ViewerPreferences.__setitem__("/DisplayDocTitle", False), "nicht angezeigt"),
    (lambda pdf: pdf.Root.__delitem__("/Metadata"), "Titel fehlt"),
    (lambda pdf: pdf.Root.__delitem__("/StructTreeRoot"), "Strukturbaum"),
    (_without_alt, "1 Bild hat keinen Alternativtext"),
    (_without_headers, "1 Tabelle hat keine Kopfzellen"),
    (_skipping, "Ebene"),
    (_turned, "nicht an ihrer Stelle"),
]


def test_the_check_sees_what_is_wrong_with_a_pdf(document: dict[str, Any]) -> None:
    file = build.pdf(document, SUM)
    assert checks.problems({"pdf": file}, document) == []
    for change, reason in PDF_FAULTS:
        found = checks.problems({"pdf": broken_pdf(file, change)}, document)
        assert any(reason in one and one.startswith("PDF: ") for one in found), (reason, found)


WORD_FAULTS = [
    ("docProps/core.xml", r"<dc:title>[^<]*</dc:title>", "<dc:title/>", 0, "Titel fehlt"),
    ("word/styles.xml", r'w:lang w:val="de-DE"', 'w:lang w:val="en-US"', 0, "Sprache"),
    ("word/document.xml", r' descr="[^"]*"', ' descr=""', 1, "1 Bild hat keinen Alternativtext"),
    ("word/document.xml", r"<w:tblHeader/>", "", 1, "1 Tabelle hat keine Kopfzellen"),
    ("word/document.xml", r'w:val="Heading2"', 'w:val="Heading4"', 1, "Ebene"),
    ("word/document.xml", r"1\.02 Dolmetschpool", "1.03 Anderes", 0, "nicht an ihrer Stelle"),
]


def test_the_check_sees_what_is_wrong_with_a_word_file(document: dict[str, Any]) -> None:
    file = files.one("docx", document, checksum=SUM)
    for part, pattern, by, count, reason in WORD_FAULTS:
        found = checks.problems({"docx": broken_word(file, part, pattern, by, count)}, document)
        assert any(reason in one and one.startswith("Word: ") for one in found), (reason, found)


HTML_FAULTS = [
    (r'<html lang="de">', "<html>", "Sprache"),
    (r"<title>[^<]*</title>", "", "Titel fehlt"),
    (r' role="img" aria-label="[^"]*"', ' role="img"', "keinen Alternativtext"),
    (r"<th\b", "<td", "keine Kopfzellen"),
    (r"<h2\b", "<h5", "Ebene"),
    (r"Dolmetschpool</h4>", "Anderes</h4>", "nicht an ihrer Stelle"),
]


def test_the_check_sees_what_is_wrong_with_a_web_page(document: dict[str, Any]) -> None:
    page = files.one("html", document, checksum=SUM).decode()
    assert checks.problems({"html": page.encode()}, document) == []
    for pattern, by, reason in HTML_FAULTS:
        changed = re.sub(pattern, by, page)
        assert changed != page
        found = checks.problems({"html": changed.encode()}, document)
        assert any(reason in one for one in found), (reason, found)


@pytest.mark.parametrize("rubbish", [b"", b"x", b"%PDF-1.7", b"PK\x03\x04", b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_a_reason_and_no_error(document: dict[str, Any], rubbish: bytes) -> None:
    for kind in files.MADE:
        assert checks.problems({kind: rubbish}, document)


def test_a_file_cut_in_half_is_refused(document: dict[str, Any], made: dict[str, bytes]) -> None:
    for kind, file in made.items():
        assert checks.problems({kind: file[: len(file) // 2]}, document), kind
        assert hashlib.sha256(file).hexdigest() == files.checksum(file)
