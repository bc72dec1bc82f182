"""Reading CSV in the forms in which offices save it: UTF-8 or Windows' Latin-1, semicolons, commas or tabs."""

import codecs
import csv
import io
from itertools import islice

from django.utils.translation import gettext as _

from concept.importing.cells import clean, unescaped
from concept.importing.problems import UnreadableTableError
from concept.importing.tables import BLANK_LIMIT, HEADING_SEARCH, MAX_COLUMNS, MAX_ROWS, RawRow, too_many_columns

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
DELIMITERS = ";,\t"
SENTINEL = "\x1e"
OTHER_FILES = {
    b"\xd0\xcf\x11\xe0": ("old_excel", "xls"),
    b"%PDF": ("not_a_table", "pdf"),
    b"{\\rtf": ("not_a_table", "rtf"),
    b"\x89PNG": ("not_a_table", "png"),
    b"\xff\xd8\xff": ("not_a_table", "jpeg"),
}


def read_text(content: bytes) -> list[RawRow]:
    """Return the rows of a CSV file; raises ``UnreadableTableError`` if it is none."""
    text = decode(content)
    if text.lstrip()[:1] in {"<", "{", "["}:
        raise not_a_table()
    # Lenient, because quotation marks stand unescaped in many tables; the sentinel shows one that never closes.
    reader = csv.reader(io.StringIO(f"{text}\n{SENTINEL}", newline=""), delimiter=find_delimiter(text))
    rows: list[RawRow] = []
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if len(cells) > MAX_COLUMNS:
                raise too_many_columns()
            if number > MAX_ROWS + BLANK_LIMIT:
                raise UnreadableTableError("too_many_rows", _("The table has more than 20,000 rows."))
            rows.append(_row(number, cells))
    except csv.Error as error:
        raise _broken_quotes(number + 1) from error
    if rows.pop().cells != [SENTINEL]:
        raise _broken_quotes(number)
    return rows


def _row(number: int, cells: list[str]) -> RawRow:
    if cells == [SENTINEL]:
        return RawRow(number, cells)
    cleaned = [clean(cell) for cell in cells]
    faults = {index: formula() for index, cell in enumerate(cleaned) if cell.startswith("=")}
    return RawRow(number, ["" if index in faults else unescaped(cell) for index, cell in enumerate(cleaned)], faults)


def formula() -> tuple[str, str]:
    """Return code and message for a cell that holds a formula instead of a value."""
    return "formula", _("A formula stands here. Please put its value in its place.")


def _broken_quotes(row: int) -> UnreadableTableError:
    message = _("From row %(row)d on the file cannot be read: a quotation mark opens there and never closes.")
    return UnreadableTableError("broken_quotes", message % {"row": row})


def decode(content: bytes) -> str:
    """Return the text of ``content``: by its byte order mark, as UTF-8, or else as Windows-1252."""
    for magic, (code, _kind) in OTHER_FILES.items():
        if content.startswith(magic):
            raise old_excel() if code == "old_excel" else not_a_table()
    for mark, encoding in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError as error:
                raise not_a_table() from error
    if b"\x00" in content:
        raise not_a_table()
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        # Five bytes mean nothing in Windows-1252; Latin-1 reads them as control characters, which cleaning drops.
        try:
            return content.decode("cp1252")
        except UnicodeDecodeError:
            return content.decode("latin-1")


def find_delimiter(text: str) -> str:
    """Return the delimiter that gives the first filled row the most cells; a semicolon if none does."""

    def width(delimiter: str) -> int:
        try:
            rows = islice(csv.reader(io.StringIO(text[:100_000], newline=""), delimiter=delimiter), HEADING_SEARCH)
            return max((sum(1 for cell in row if cell.strip()) for row in rows), default=0)
        except csv.Error:
            return 0

    return max(DELIMITERS, key=width)


def not_a_table() -> UnreadableTableError:
    return UnreadableTableError("not_a_table", _("This is not a table. Please use an XLSX or a CSV file."))


def old_excel() -> UnreadableTableError:
    return UnreadableTableError(
        "old_excel",
        _("This is an Excel file of the old kind or one with a password. Please save it as XLSX, without a password."),
    )
