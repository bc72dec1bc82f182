"""Writing tables as CSV and XLSX, safe to open: no cell is ever a formula, days are days, the bytes repeat."""

import csv
import datetime
import io
import json
import re
import zipfile
from collections.abc import Sequence
from copy import copy
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from concept.importing.cells import clean, escaped
from publication.opendata import addresses, licence, reading
from publication.opendata.columns import ADDRESS, DATE, NUMBER, Column, Everything, Table, Value
from publication.queries.site import PublicEdition, Site

WIDTHS = {NUMBER: 10, DATE: 13, ADDRESS: 30}
WIDE = 28
LONGEST_CELL = 32_767
"""Excel's own limit. A text beyond it would make the file one that has to be repaired."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8; header=present"
HEAD = PatternFill("solid", fgColor="E5E9F0")
EARLIEST = datetime.datetime(1980, 1, 1)  # noqa: DTZ001 - the first moment that an archive can hold; it has no zone
DATATYPES = {NUMBER: "integer", DATE: "date", ADDRESS: "anyURI"}


def to_csv(table: Table, everything: Everything, edition: PublicEdition | None) -> bytes:
    """Return the table after RFC 4180, for German spreadsheets: UTF-8 with byte order mark, semicolons, ISO days."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([_(column.heading) for column in table.all_columns])
    for row in table.rows(everything, edition):
        writer.writerow([_plain(column.value(row)) for column in table.all_columns])
    return text.getvalue().encode("utf-8-sig")


def _plain(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value) if isinstance(value, int) else escaped(clean(value))


def to_metadata(table: Table, address: str, whole: Site) -> bytes:
    """Return the description of a CSV file for machines (W3C, CSV on the Web)."""
    one = licence.licence()
    described = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "de"}],
        "url": address,
        "dc:title": _(table.title),
        "dc:description": _(table.about),
        "dc:license": {"@id": one.url},
        "dc:publisher": settings.PUBLISHER_NAME,
        "dc:source": licence.attribution(),
        "dc:modified": reading.as_of(whole).date().isoformat(),
        "dialect": {"delimiter": ";", "encoding": "utf-8", "header": True, "lineTerminators": ["\r\n"]},
        "tableSchema": {
            "columns": [
                {
                    "titles": _(column.heading),
                    "dc:description": _(column.about),
                    "datatype": DATATYPES.get(column.kind, "string"),
                }
                for column in table.all_columns
            ]
        },
    }
    return json.dumps(described, ensure_ascii=False, indent=2).encode()


def to_xlsx(tables: Sequence[Table], everything: Everything, edition: PublicEdition | None) -> bytes:
    """Return a workbook with a sheet for each table, and one that explains the columns and names the licence.

    The same content gives the same bytes.
    """
    workbook = Workbook(write_only=True)
    for table in tables:
        sheet = workbook.create_sheet(_(table.title)[:31])
        sheet.freeze_panes = "A2"
        for place, column in enumerate(table.all_columns, 1):
            sheet.column_dimensions[get_column_letter(place)].width = WIDTHS.get(column.kind, WIDE)
        sheet.append([_head(sheet, _(column.heading)) for column in table.all_columns])
        count = 1
        styles: Styles = {}
        for row in table.rows(everything, edition):
            sheet.append([_cell(sheet, column, column.value(row), styles) for column in table.all_columns])
            count += 1
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.all_columns))}{count}"
    _explain(workbook.create_sheet(_("Notes")), tables, everything)
    return _saved(workbook, everything)


def _head(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    cell.font = Font(bold=True)
    cell.fill = HEAD
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


Styles = dict[tuple[str, bool], Any]
"""How cells of a sheet look, by number format and whether they wrap: to find out anew takes longer than to write."""


def _cell(sheet: Any, column: Column, value: Value, styles: Styles) -> Any:
    if value is None or value == "":
        return None
    cell: Any
    if isinstance(value, datetime.date):
        cell = WriteOnlyCell(sheet, value=datetime.datetime.combine(value, datetime.time.min))
        form = "DD.MM.YYYY"
    elif isinstance(value, int):
        cell = WriteOnlyCell(sheet, value=value)
        form = "General"
    else:
        cell = _as_text(sheet, value)
        form = TEXT_FORM
    look = (form, column.kind != ADDRESS)
    if look not in styles:
        cell.number_format = form
        cell.alignment = Alignment(wrap_text=look[1], vertical="top")
        styles[look] = cell._style  # noqa: SLF001 - as the library's own documentation copies it
    else:
        cell._style = copy(styles[look])  # noqa: SLF001 - as above
    return cell


TEXT_FORM = "@"


def _as_text(sheet: Any, text: str) -> Any:
    """Return a cell that holds a text: one that begins with an equals sign stays one, and 1.10 keeps its zero."""
    cell = WriteOnlyCell(sheet, value=clean(text)[:LONGEST_CELL])
    cell.data_type = "s"
    return cell


def _text_cell(sheet: Any, text: str) -> Any:
    cell = _as_text(sheet, text)
    cell.number_format = TEXT_FORM
    return cell


def _explain(sheet: Any, tables: Sequence[Table], everything: Everything) -> None:
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34, 34
    sheet.column_dimensions["C"].width = 90
    one = licence.licence()
    as_of = timezone.localtime(reading.as_of(everything.whole))
    for name, said in (
        (_("Data source"), licence.attribution()),
        (_("Licence"), f"{one.name} ({one.url})"),
        (_("As of"), f"{as_of:%d.%m.%Y}"),
        (_("Explained at"), addresses.page("publication:data")),
    ):
        sheet.append([_head(sheet, name), _text_cell(sheet, said)])
    sheet.append([])
    sheet.append([_head(sheet, said) for said in (_("Table"), _("Column"), _("What it means"))])
    for table in tables:
        for column in table.all_columns:
            texts = (_(table.title), _(column.heading), _(column.about))
            sheet.append([_text_cell(sheet, said) for said in texts])


def _saved(workbook: Workbook, everything: Everything) -> bytes:
    at = min(reading.as_of(everything.whole).replace(tzinfo=None), datetime.datetime(2100, 1, 1))  # noqa: DTZ001
    about = workbook.properties
    about.creator, about.title = settings.PUBLISHER_NAME, settings.SERVICE_NAME
    about.description, about.language = licence.statement(), "de"
    about.created = about.modified = at.replace(microsecond=0)
    content = io.BytesIO()
    workbook.save(content)
    return _repeatable(content, max(at, EARLIEST))


def _repeatable(content: io.BytesIO, at: datetime.datetime) -> bytes:
    """Return the archive with ``at`` in the place of every moment of writing."""
    stamp = f"{at:%Y-%m-%dT%H:%M:%SZ}".encode()
    made = io.BytesIO()
    with zipfile.ZipFile(content) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, data)
            entry = zipfile.ZipInfo(name, date_time=at.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, data)
    return made.getvalue()
