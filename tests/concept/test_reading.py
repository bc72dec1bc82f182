"""Files become tables, or a clear sentence says why not."""

import contextlib
import datetime
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concept.importing.parsing import parse_file
from concept.importing.problems import UnreadableTableError
from concept.importing.reading import read_table
from tests.concept.tables import HEADINGS, csv_file, plain, row, xlsx_file


def unreadable(content: bytes, name: str = "konzept.csv") -> str:
    with pytest.raises(UnreadableTableError) as caught:
        read_table(content, name)
    assert str(caught.value)
    return caught.value.code


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_table_is_read_whatever_its_encoding_and_delimiter(delimiter: str, encoding: str) -> None:
    table = read_table(plain(row(title="Grüße – „schön“"), delimiter=delimiter, encoding=encoding), "x.csv")
    assert table.headings == HEADINGS
    assert table.rows[0].cells[6] == "Grüße – „schön“"
    assert table.rows[0].number == 2


def test_cells_of_several_lines_count_as_one_row() -> None:
    table = read_table(csv_file(row("1", text="erste\nzweite"), row("2")), "x.csv")
    assert table.rows[0].cells[7] == "erste\nzweite"
    assert [one.number for one in table.rows] == [2, 3]


def test_blank_rows_are_skipped_and_counted() -> None:
    content = plain(row("1")) + b"\n\n\n" + ";".join(row("2")).encode()
    assert [one.number for one in read_table(content, "x.csv").rows] == [2, 5]


def test_headings_are_found_below_a_title() -> None:
    parsed = parse_file(b"Integrationskonzept;Stand 2019\n\n" + plain(row()), "x.csv")
    assert [one.row for one in parsed.records.records] == [4]


def test_headings_that_nobody_knows_are_the_first_row_with_several_cells() -> None:
    table = read_table("Unser Konzept;\n\nKürzel;Was;Wer\n1;a;b\n".encode(), "x.csv")
    assert table.headings == ("Kürzel", "Was", "Wer")
    assert [one.number for one in table.rows] == [4]


def test_a_workbook_is_read_like_a_csv_file() -> None:
    assert read_table(xlsx_file(row()), "x.xlsx").rows == read_table(csv_file(row()), "x.csv").rows


def test_whole_numbers_in_a_workbook_lose_their_decimals() -> None:
    cells = [7.0, 7, *row()[2:]]
    assert read_table(xlsx_file(cells), "x.xlsx").rows[0].cells[:2] == ("7", "7")


def test_formulas_errors_and_dates_are_reported_by_cell() -> None:
    cells = list(row())
    cells[6], cells[7], cells[1] = "=1+1", "#REF!", datetime.date(2019, 1, 2)  # type: ignore[assignment]
    problems = read_table(xlsx_file(cells), "x.xlsx").problems
    assert {(one.row, one.column, one.code) for one in problems} == {
        (2, "Titel", "formula"),
        (2, "Text", "error_value"),
        (2, "Nummer", "date_value"),
    }


def test_a_formula_in_a_csv_file_is_reported_unless_the_export_wrote_it_as_text() -> None:
    table = read_table(plain(row(title="=1+1"), row("2", title="'=1+1")), "x.csv")
    assert [(one.row, one.column, one.code) for one in table.problems] == [(2, "Titel", "formula")]
    assert table.rows[1].cells[6] == "=1+1"


def test_macros_are_refused_by_name_and_by_content() -> None:
    assert unreadable(xlsx_file(row()), "konzept.xlsm") == "macros"
    content = io.BytesIO(xlsx_file(row()))
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"Sub Auto_Open()")
    assert unreadable(content.getvalue(), "konzept.xlsx") == "macros"


def test_a_zip_bomb_is_not_opened() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 30_000_000)
    assert unreadable(content.getvalue(), "x.xlsx") == "zip_bomb"


def test_a_workbook_with_entities_is_refused() -> None:
    source, content = zipfile.ZipFile(io.BytesIO(xlsx_file(row()))), io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in source.namelist():
            text = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                text = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + text
            archive.writestr(name, text)
    assert unreadable(content.getvalue(), "x.xlsx") == "not_a_table"


def test_a_sheet_that_claims_a_million_columns_is_refused_at_once() -> None:
    source, content = zipfile.ZipFile(io.BytesIO(xlsx_file(row()))), io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in source.namelist():
            text = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                text = text.replace(b'r="K2"', b'r="XFD2"')
            archive.writestr(name, text)
    assert unreadable(content.getvalue(), "x.xlsx") == "too_many_columns"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\n\n  \n", "empty"),
        (b"%PDF-1.7 ...", "not_a_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_excel"),
        (b"PK\x03\x04 broken", "not_a_table"),
        (b"<html><body>Nein</body></html>", "not_a_table"),
        (b"\x00\x01\x02\x03", "not_a_table"),
        (b"Das ist ein Brief und keine Tabelle", "not_a_table"),
        (b'id;Nummer\n1;"offen\n2;3\n', "broken_quotes"),
        (b"a;b\n" + b"1;2\n" * 20_001, "too_many_rows"),
        (b"a;b\n" + b"x" * (10 * 1024 * 1024), "too_large"),
        (";".join("abc" for _ in range(300)).encode(), "too_many_columns"),
    ],
)
def test_what_is_no_table_is_said_in_a_sentence(content: bytes, code: str) -> None:
    assert unreadable(content) == code


def test_values_without_a_heading_and_headings_that_repeat_are_reported() -> None:
    table = read_table(b"id;Titel;titel\n1;a;b;zu viel\n", "x.csv")
    assert {(one.row, one.column, one.code) for one in table.problems} == {
        (1, "titel", "duplicate_heading"),
        (2, "D", "no_heading"),
    }


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=400) | st.text(max_size=400).map(str.encode) | st.binary(max_size=200).map(lambda b: b"PK" + b)
)
def test_no_bytes_make_the_reader_stumble(content: bytes) -> None:
    with contextlib.suppress(UnreadableTableError):
        parse_file(content, "x.csv")


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.text(max_size=12), min_size=11, max_size=11), max_size=6))
def test_no_cells_make_the_parser_stumble(rows: list[list[str]]) -> None:
    parsed = parse_file(csv_file(*rows), "x.csv")
    assert len(parsed.records.records) <= len(rows)
