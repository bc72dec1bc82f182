"""An import shows what it would change, does all of it or nothing, and does it once."""

import datetime
import io

import pytest
from openpyxl import load_workbook

from concept.importing.parsing import parse_file
from concept.importing.plans import ImportPlan, merged_order
from concept.models import Assignment, AssignmentRole, ConceptEdition, ConceptEvent, Recommendation
from concept.queries import exports
from concept.services.imports import apply_import, plan_import
from offices.errors import DomainError
from tests import factories
from tests.concept.tables import csv_file, row, xlsx_file

TODAY = datetime.date(2026, 11, 23)
NOW = datetime.datetime(2026, 11, 23, 10, tzinfo=datetime.UTC)
NAME = "Neue Akzente 2019"


@pytest.fixture(autouse=True)
def offices(db: None) -> None:
    factories.office("51", "Jugendamt")
    factories.office("40", "Amt für Schule und Bildung")
    factories.office("53", "Gesundheitsamt")


def planned(*rows: tuple[str, ...], end_missing: bool = False, today: datetime.date = TODAY) -> ImportPlan:
    return plan_import(parse_file(csv_file(*rows), "x.csv"), edition=NAME, today=today, end_missing=end_missing)


def run(*rows: tuple[str, ...], end_missing: bool = False, today: datetime.date = TODAY) -> ImportPlan:
    made = planned(*rows, end_missing=end_missing, today=today)
    apply_import(made, by=None, today=today, now=NOW)
    return made


def lead_on(key: str, day: datetime.date) -> list[str]:
    assignments = Assignment.objects.valid_on(day).filter(recommendation__key=key, role=AssignmentRole.LEAD)
    return [one.office.number for one in assignments]


def codes(made: ImportPlan) -> list[tuple[int | None, str | None, str]]:
    return [(one.row, one.column, one.code) for one in made.problems]


def test_a_new_edition_gets_fields_goals_recommendations_and_offices_in_charge() -> None:
    run(row("1.1.1", contributing="40; 53"), row("Üneu1", field_number="2", field="Sport", lead="Gesundheitsamt"))
    edition = ConceptEdition.objects.get()
    assert (edition.name, edition.slug) == (NAME, "neue-akzente-2019")
    assert [str(field) for field in edition.fields.all()] == ["1 Bildung", "2 Sport"]
    first = Recommendation.objects.get(key="1.1.1")
    assert str(first.goal) == "1.1 Alle lernen Deutsch"
    assert lead_on("1.1.1", TODAY) == ["51"]
    assert first.assignments.filter(role=AssignmentRole.CONTRIBUTING).count() == 2
    assert lead_on("Üneu1", TODAY) == ["53"]


def test_importing_the_same_file_again_changes_and_records_nothing() -> None:
    run(row("1"), row("2"))
    again = run(row("1"), row("2"))
    assert len(again.unchanged) == 2
    assert not again.changes_anything
    assert ConceptEvent.objects.count() == 1


def test_every_change_is_shown_before_and_after_and_kept_in_the_history() -> None:
    run(row("1"))
    made = run(row("1", title="Neu", lead="40"))
    assert [(one.column, one.old, one.new) for one in made.changed[0].changes] == [
        ("Titel", "Empfehlung 1", "Neu"),
        ("Federführung", "51 Jugendamt", "40 Amt für Schule und Bildung"),
    ]
    event = ConceptEvent.objects.last()
    assert event is not None
    assert event.data["changed"]["1"][0] == {"column": "Titel", "old": "Empfehlung 1", "new": "Neu"}


def test_a_new_lead_begins_on_the_day_after_the_old_one_ends() -> None:
    run(row("1", contributing="40"))
    tomorrow = TODAY + datetime.timedelta(days=1)
    run(row("1", lead="40", contributing="51"), today=tomorrow)
    assert lead_on("1", TODAY) == ["51"]
    assert lead_on("1", tomorrow) == ["40"]


def test_a_lead_that_is_corrected_on_its_first_day_leaves_one_lead_for_that_day() -> None:
    run(row("1"))
    later = TODAY + datetime.timedelta(days=3)
    run(row("1", lead="40", contributing="53"), today=later)
    run(row("1", lead="53", contributing="40"), today=later)
    assert lead_on("1", later) == ["53"]
    assert not planned(row("1", lead="53", contributing="40"), today=later).changes_anything
    run(row("1", lead="53"), today=later)
    assert not planned(row("1", lead="53"), today=later).changes_anything


def test_numbers_can_be_exchanged() -> None:
    run(row("a", number="1"), row("b", number="2"))
    run(row("a", number="2"), row("b", number="1"))
    assert Recommendation.objects.get(key="a").number == "2"
    assert Recommendation.objects.get(key="b").number == "1"


def test_what_the_file_lacks_is_named_and_left_alone() -> None:
    run(row("1"), row("2"))
    made = run(row("1"))
    assert [one.key for one in made.absent] == ["2"]
    assert not made.changes_anything
    assert Recommendation.objects.current().count() == 2


def test_what_the_file_lacks_ends_when_asked_with_its_responsibilities() -> None:
    run(row("1"), row("2"))
    run(row("1"), row("new", number="2"), end_missing=True)
    assert Recommendation.objects.get(key="2").ended_on == TODAY
    assert lead_on("2", TODAY + datetime.timedelta(days=1)) == []
    revived = run(row("1"), row("new", number="2"), row("2", number="3"))
    assert [one.record.key for one in revived.changed] == ["2"]
    assert Recommendation.objects.current().count() == 3


@pytest.mark.parametrize("end_missing", [False, True])
def test_a_table_without_rows_is_a_mistake_and_ends_nothing(end_missing: bool) -> None:
    assert codes(planned(end_missing=end_missing)) == [(None, None, "no_rows")]
    run(row("1"))
    with pytest.raises(DomainError):
        run(end_missing=end_missing)
    assert Recommendation.objects.current().count() == 1


def test_the_number_of_a_recommendation_that_stays_cannot_be_taken() -> None:
    run(row("1"), row("2"))
    assert codes(planned(row("1"), row("new", number="2"))) == [(3, "Nummer", "number_taken")]


def test_unknown_offices_and_two_leads_are_problems_and_nothing_is_imported() -> None:
    made = planned(row("1", lead="51, 40"), row("2", lead="Jugentamt"), row("3", contributing="51; 99"))
    assert codes(made) == [
        (2, "Federführung", "two_leads"),
        (3, "Federführung", "unknown_office"),
        (4, "Beteiligung", "lead_contributes"),
        (4, "Beteiligung", "unknown_office"),
    ]
    assert "51 Jugendamt" in made.problems[1].message
    with pytest.raises(DomainError):
        apply_import(made, by=None, today=TODAY, now=NOW)
    assert not ConceptEdition.objects.exists()


def test_an_office_that_ended_cannot_take_over() -> None:
    factories.office("99", "Altes Amt", valid_until=TODAY - datetime.timedelta(days=1))
    assert codes(planned(row("1", lead="99"))) == [(2, "Federführung", "ended_office")]


def test_a_recommendation_without_a_lead_is_no_problem() -> None:
    run(row("1", lead=""))
    assert lead_on("1", TODAY) == []


def test_a_column_that_the_file_lacks_leaves_its_values_alone() -> None:
    run(row("1", rationale="Weil es nötig ist.", contributing="40"))
    rows = [one[:8] + one[9:10] for one in (row("1", title="Neu"),)]
    headings = ("id", "Nummer", "Handlungsfeld-Nummer", "Handlungsfeld", "Ziel-Nummer", "Ziel", "Titel", "Text")
    content = csv_file(*rows, headings=(*headings, "Federführung"))
    made = plan_import(parse_file(content, "x.csv"), edition=NAME, today=TODAY)
    apply_import(made, by=None, today=TODAY, now=NOW)
    one = Recommendation.objects.get()
    assert (one.title, one.rationale, one.assignments.count()) == ("Neu", "Weil es nötig ist.", 2)


def test_the_order_follows_the_file() -> None:
    run(row("1"), row("2"), row("3"))
    made = run(row("3"), row("neu"), row("1"))
    assert made.reordered
    assert [one.key for one in Recommendation.objects.order_by("position")] == ["3", "neu", "1", "2"]


def test_merged_order_keeps_what_is_not_listed_behind_its_neighbour() -> None:
    assert merged_order(["a", "b", "c"], ["a", "c"]) == ([], False)
    assert merged_order(["a", "b", "c"], ["a", "x", "c"]) == (["a", "b", "x", "c"], False)
    assert merged_order(["a", "b", "c"], ["c", "a"]) == (["c", "a", "b"], True)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_is_imported_again_without_a_difference(kind: str) -> None:
    run(
        row("1", title="=SUMME(A1)", text="-erstens\n-zweitens\n\n„Ende“; mit, Zeichen", rationale="'=Anführung"),
        row("B5+6", number="+6", lead="", contributing="40 / 53", title="@alle"),
        row("1.10", number="1.10", lead="40"),
    )
    edition = ConceptEdition.objects.get()
    content = exports.as_csv(edition, TODAY) if kind == "csv" else exports.as_xlsx(edition, TODAY)
    again = plan_import(parse_file(content, f"x.{kind}"), edition=NAME, today=TODAY)
    assert not again.problems
    assert not again.changes_anything
    assert len(again.unchanged) == 3
    assert not again.absent


def test_an_exported_csv_holds_no_formula() -> None:
    run(row("=1", title="@SUM(1)", text="+1", rationale="-1"))
    text = exports.as_csv(ConceptEdition.objects.get(), TODAY).decode("utf-8-sig")
    assert not any(cell.startswith(("=", "+", "-", "@")) for line in text.splitlines() for cell in line.split(";"))


def test_the_template_is_empty_and_takes_its_own_example() -> None:
    factories.office("", "vhs Region Kassel")
    book = load_workbook(io.BytesIO(exports.template()))
    table, hints = book.worksheets[0], book.worksheets[1]
    assert table.max_row == 1
    table.append([row[2] for row in hints.iter_rows(min_row=2, values_only=True)])
    filled = io.BytesIO()
    book.save(filled)
    made = plan_import(parse_file(filled.getvalue(), "x.xlsx"), edition=NAME, today=TODAY)
    assert not made.problems
    assert len(made.new) == 1


def test_a_workbook_changes_what_a_csv_file_brought() -> None:
    run(row("1"))
    content = xlsx_file(row("1", text="Anders"))
    made = plan_import(parse_file(content, "x.xlsx"), edition=NAME, today=TODAY)
    assert [change.column for change in made.changed[0].changes] == ["Text"]


def test_plans_differ_when_the_database_changed_in_between() -> None:
    run(row("1"))
    before = planned(row("1", title="Neu")).fingerprint
    assert planned(row("1", title="Neu")).fingerprint == before
    Recommendation.objects.update(title="Inzwischen anders")
    assert planned(row("1", title="Neu")).fingerprint != before


@pytest.mark.parametrize("count", [100, 400])
def test_the_number_of_statements_does_not_grow_with_the_rows(count: int, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    rows = [row(str(number), contributing="40;53") for number in range(count)]
    with django_assert_max_num_queries(40):
        run(*rows)
    with django_assert_max_num_queries(12):
        run(*rows)
