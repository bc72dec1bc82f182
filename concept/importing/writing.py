"""Writing tables in the form in which they are read again: XLSX and CSV, safe to open."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from concept.importing.cells import clean, escaped

WIDTHS = {"id": 10, "Nummer": 10, "Text": 60, "Begründung": 40, "Titel": 40, "Ziel": 40, "Handlungsfeld": 30}


def to_csv(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return the table as CSV for German Excel: UTF-8 with byte order mark, semicolons."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(headings)
    for row in rows:
        writer.writerow([escaped(clean(cell)) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def to_xlsx(
    sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[str]]]],
) -> bytes:
    """Return a workbook with one sheet per (title, headings, rows); every cell is text, none a formula."""
    workbook = Workbook(write_only=True)
    for title, headings, rows in sheets:
        sheet = workbook.create_sheet(title)
        sheet.freeze_panes = "A2"
        for index, heading in enumerate(headings):
            sheet.column_dimensions[chr(65 + index)].width = WIDTHS.get(heading, 22)
        sheet.append([_cell(sheet, heading, bold=True) for heading in headings])
        for row in rows:
            sheet.append([_cell(sheet, clean(text)) for text in row])
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def _cell(sheet: Any, text: str, *, bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, value=text)
    # A text that begins with an equals sign stays a text, and a number such as 1.10 keeps its zero.
    cell.data_type = "s"
    cell.number_format = "@"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if bold:
        cell.font = Font(bold=True)
    return cell
