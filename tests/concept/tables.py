"""Builders of files for the import's tests."""

import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook

from concept.importing.writing import to_csv

HEADINGS = (
    "id",
    "Nummer",
    "Handlungsfeld-Nummer",
    "Handlungsfeld",
    "Ziel-Nummer",
    "Ziel",
    "Titel",
    "Text",
    "Begründung",
    "Federführung",
    "Beteiligung",
)


def row(key: str = "1.1.1", **cells: str) -> tuple[str, ...]:
    values = {
        "number": key,
        "field_number": "1",
        "field": "Bildung",
        "goal_number": "1.1",
        "goal": "Alle lernen Deutsch",
        "title": f"Empfehlung {key}",
        "text": f"Der Wortlaut von {key}.",
        "rationale": "",
        "lead": "51",
        "contributing": "",
    } | cells
    return (key, *values.values())


def csv_file(*rows: Sequence[str], headings: Sequence[str] = HEADINGS) -> bytes:
    return to_csv(headings, rows)


def plain(
    *rows: Sequence[str], headings: Sequence[str] = HEADINGS, delimiter: str = ";", encoding: str = "utf-8"
) -> bytes:
    return "\n".join(delimiter.join(one) for one in (headings, *rows)).encode(encoding)


def xlsx_file(*rows: Sequence[Any], headings: Sequence[str] = HEADINGS) -> bytes:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for one in (headings, *rows):
        sheet.append(list(one))
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()
