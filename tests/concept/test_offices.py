"""Offices are found in cells as people write them."""

import pytest

from concept.importing.offices import OfficeBook, OfficeRef

OFFICES = [
    OfficeRef(1, "51", "Jugendamt"),
    OfficeRef(2, "40", "Amt für Schule und Bildung"),
    OfficeRef(3, "", "Personal- und Organisationsamt"),
    OfficeRef(4, "403", "Bildungsmanagement und Integration"),
    OfficeRef(5, "", "Amt für Wohnen, Sport und Kultur"),
    OfficeRef(6, "", "vhs Region Kassel"),
    OfficeRef(7, "50", "Amt für alles", ended=True),
    OfficeRef(8, "50", "Sozialamt"),
]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("51", [1]),
        ("Amt 51", [1]),
        ("jugendamt", [1]),
        ("51 Jugendamt", [1]),
        ("Jugendamt (51)", [1]),
        ("51 – Jugendamt", [1]),
        ("Amt für Schule und Bildung", [2]),
        ("Personal- und Organisationsamt", [3]),
        ("Amt für Wohnen, Sport und Kultur, Jugendamt", [5, 1]),
        ("51, 40; 403 / vhs Region Kassel", [1, 2, 4, 6]),
        ("51 und 40\nPersonal- und Organisationsamt", [1, 2, 3]),
        ("Jugendamt und Amt für Schule und Bildung sowie 403", [1, 2, 4]),
        ("51; 51 Jugendamt", [1]),
        ("50", [8]),
        (" ; , ", []),
    ],
)
def test_offices_are_found_with_any_separator(cell: str, expected: list[int]) -> None:
    found = OfficeBook(OFFICES).resolve(cell)
    assert [office.pk for office in found.offices] == expected
    assert not found.unknown


def test_what_names_no_office_is_told_as_it_stands_with_the_likeliest_meaning() -> None:
    book = OfficeBook(OFFICES)
    found = book.resolve("51, Amt für Dies und Das, 40")
    assert [office.pk for office in found.offices] == [1, 2]
    assert found.unknown == ["Amt für Dies und Das"]
    assert book.suggestion("Jugentamt") == "51 Jugendamt"
    assert book.suggestion("Quantenrat") == ""
