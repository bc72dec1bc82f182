"""Rows become records; what is wrong is told by row and column."""

from concept.importing.parsing import ParsedFile, parse_file
from concept.importing.problems import Problem
from tests.concept.tables import HEADINGS, csv_file, plain, row


def problems(*rows: tuple[str, ...]) -> list[tuple[int | None, str | None, str]]:
    return [(one.row, one.column, one.code) for one in parse_file(csv_file(*rows), "x.csv").problems]


def test_english_identifiers_and_any_case_are_recognised_as_headings() -> None:
    headings = ("KEY", "number", "field_number", "Field", " goal number ", "goal", "title", "text", "rationale", "lead")
    parsed = parse_file(plain(row()[:-1], headings=headings), "x.csv")
    assert not parsed.problems
    assert parsed.records.records[0].contributing is None


def test_missing_columns_are_named() -> None:
    parsed = parse_file(b"id;Text\n1;a\n", "x.csv")
    named = {one.column for one in parsed.problems if one.code == "missing_column"}
    assert named == {"Handlungsfeld-Nummer", "Handlungsfeld", "Ziel-Nummer", "Ziel", "Federführung"}


def test_the_number_is_the_id_where_there_is_no_id() -> None:
    parsed = parse_file(plain(row("B5+6")[1:], headings=HEADINGS[1:]), "x.csv")
    assert parsed.records.records[0].key == "B5+6"


def test_a_title_is_taken_from_the_text_and_a_text_may_be_missing() -> None:
    one, other = parse_file(
        csv_file(row("1", title="", text="Kurz.\nLang."), row("2", text="")), "x.csv"
    ).records.records
    assert one.title == "Kurz."
    assert other.text == ""


def test_duplicate_ids_and_numbers_are_told_with_the_row_they_stand_in() -> None:
    assert problems(row("1"), row("1", number="2"), row("3", number="1")) == [
        (3, "id", "duplicate_id"),
        (4, "Nummer", "duplicate_number"),
    ]


def test_one_number_has_one_field_name_and_one_goal() -> None:
    assert problems(row("1"), row("2", field="Sport"), row("3", goal="Anders")) == [
        (3, "Handlungsfeld", "contradiction"),
        (4, "Ziel", "contradiction"),
    ]


def test_a_field_name_that_a_row_leaves_out_is_that_of_the_rows_before() -> None:
    parsed = parse_file(csv_file(row("1"), row("2", field="", goal="")), "x.csv")
    assert [one.field for one in parsed.records.records] == ["Bildung", "Bildung"]
    assert not parsed.problems


def test_empty_and_overlong_cells_are_told() -> None:
    assert problems(row("", number=""), row("x" * 41, number="1"), row("3", title="", text="")) == [
        (2, "Nummer", "missing_value"),
        (2, "id", "missing_value"),
        (3, "id", "too_long"),
        (4, "Titel", "missing_value"),
    ]


def test_an_id_may_hold_a_slash_inside_but_must_work_as_an_address() -> None:
    assert problems(row("Ü/1+2"), row("/a", number="2"), row("..", number="3")) == [
        (3, "id", "bad_id"),
        (4, "id", "bad_id"),
    ]


def test_ten_thousand_broken_rows_are_answered() -> None:
    parsed: ParsedFile = parse_file(csv_file(*(row("", number="", lead="") for _ in range(10_000))), "x.csv")
    assert len(parsed.problems) == 20_000
    assert isinstance(parsed.problems[0], Problem)
