"""Reading XLSX without trusting it: size and content are checked before anything is unpacked."""

import datetime
import io
import zipfile
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import DEFUSEDXML, load_workbook

from concept.importing.problems import UnreadableTableError
from concept.importing.tables import BLANK_LIMIT, MAX_COLUMNS, MAX_ROWS, RawRow, too_many_columns
from concept.importing.texts import formula, not_a_table

if not DEFUSEDXML:  # pragma: no cover - a broken installation
    raise ImportError("defusedxml is needed to read workbooks safely.")

MAX_ENTRIES = 1_000
MAX_UNPACKED = 100 * 1024 * 1024
MAX_RATIO = 200
RATIO_FROM = 2 * 1024 * 1024
ENCRYPTED = 0x1
SHEET = "Empfehlungen"


def is_zip(content: bytes) -> bool:
    """Return whether ``content`` claims to be a ZIP archive, as every XLSX is."""
    return content.startswith(b"PK")


def read_workbook(content: bytes, file_name: str) -> list[RawRow]:
    """Return the rows of the sheet ``Empfehlungen``, or else of the first one.

    Formulas, errors and dates are faults of their cells. Raises ``UnreadableTableError`` for archives that are no
    workbook, too large once unpacked, encrypted, or that carry macros.
    """
    _check_archive(content, file_name)
    try:
        workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheets = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
        sheet = next((one for one in sheets if one.title.casefold() == SHEET.casefold()), sheets[0])
        # The size that the file claims is not trusted: it may be a million columns.
        sheet.reset_dimensions()
        return _rows(sheet.iter_rows())
    except UnreadableTableError:
        raise
    except Exception as error:  # openpyxl raises whatever a broken file makes it trip over
        raise not_a_table() from error


def _check_archive(content: bytes, file_name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, UnicodeDecodeError) as error:
        raise not_a_table() from error
    names = {entry.filename.casefold() for entry in entries}
    if file_name.casefold().endswith((".xlsm", ".xltm", ".xlam")) or any("vbaproject" in name for name in names):
        raise UnreadableTableError(
            "macros", _("The file carries macros. Please save it as an Excel workbook without macros (.xlsx).")
        )
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    bomb = unpacked > RATIO_FROM and unpacked / packed > MAX_RATIO
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or packed > 2 * len(content) or bomb:
        raise UnreadableTableError("zip_bomb", _("The file becomes far too large once unpacked. It was not opened."))
    if any(entry.flag_bits & ENCRYPTED for entry in entries):
        raise UnreadableTableError("encrypted", _("The file has a password. Please save it without one."))
    if "xl/workbook.xml" not in names:
        raise not_a_table()


def _rows(source: Iterable[tuple[Any, ...]]) -> list[RawRow]:
    rows = []
    for number, cells in enumerate(source, start=1):
        if number > MAX_ROWS + BLANK_LIMIT:
            raise UnreadableTableError("too_many_rows", _("The table has more than 20,000 rows."))
        if len(cells) > MAX_COLUMNS:
            raise too_many_columns()
        row = RawRow(number, [])
        for index, cell in enumerate(cells):
            text, fault = _text(cell)
            row.cells.append(text)
            if fault:
                row.faults[index] = fault
        rows.append(row)
    return rows


def _text(cell: Any) -> tuple[str, tuple[str, str] | None]:
    value = cell.value
    fault = None if value is None else _fault(cell)
    if value is None or fault:
        return "", fault
    if isinstance(value, bool):
        return ("WAHR" if value else "FALSCH"), None
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:  # noqa: PLR2004 - exact up to here
        return str(int(value)), None
    return str(value), None


def _fault(cell: Any) -> tuple[str, str] | None:
    if cell.data_type == "f":
        return formula()
    if cell.data_type == "e":
        return "error_value", _("Excel shows an error here (%(value)s).") % {"value": cell.value}
    if isinstance(cell.value, datetime.date | datetime.time | datetime.timedelta):
        return "date_value", _("Excel made a date of this. Please format the column as text and write the value anew.")
    return None
