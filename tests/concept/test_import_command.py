"""``manage.py import_concept`` and ``export_concept``: exit codes, answers, and nothing changed when they refuse."""

import datetime
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from concept.models import ConceptEdition, Recommendation
from tests import factories
from tests.concept.tables import csv_file, row
from workflow.models import Revision, StatusUpdate

MAPPING = """
[columns]
key = "id"
number = "id"
title = "title"
[patterns]
goal_number = "{parent}"
[constants]
goal = "Ohne Ziel"
[tree]
id = "id"
parent = "parent"
field_name = "title"
kind = "title"
text = "text"
plan = ["geplant"]
status_column = "colour"
nil_return = ["Nichts Neues"]
[[tree.period]]
spellings = ["2013", "Jahr 2013"]
from = 2013-01-01
until = 2013-12-31
[[tree.period]]
spellings = ["2014"]
from = 2014-01-01
until = 2014-12-31
[tree.status]
green = { status = "implemented", outlook = "on_track" }
"" = { status = "unknown" }
[[office]]
name = "Umweltamt"
[[field]]
number = "A"
lead = "Umweltamt"
"""
TREE = (
    ("A", "", "Allgemeines", "", ""),
    ("A1", "A", "Erste Maßnahme", "", ""),
    ("A1-P", "A1", "geplant", "Der Plan.", ""),
    ("A1-13", "A1", "Jahr 2013", "Viel geschah.", "green"),
    ("A1-14", "A1", "2014", "Nichts Neues", ""),
)
TREE_HEADINGS = ("id", "parent", "title", "text", "colour")


@pytest.fixture
def youth(db: None) -> None:
    factories.office("51", "Jugendamt")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "konzept.csv"


def run(*args: Any, **options: Any) -> tuple[int, str]:
    """Return exit code and answer."""
    out = io.StringIO()
    try:
        call_command("import_concept", *args, stdout=out, **options)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    except CommandError as error:
        return error.returncode, out.getvalue() + str(error)
    return 0, out.getvalue()


def tree(tmp_path: Path, rows: Any = TREE, mapping: str = MAPPING) -> tuple[str, dict[str, Any]]:
    (tmp_path / "tree.csv").write_bytes(csv_file(*rows, headings=TREE_HEADINGS))
    (tmp_path / "tree.toml").write_text(mapping)
    return str(tmp_path / "tree.csv"), {"edition": "Plan", "mapping": tmp_path / "tree.toml"}


def test_a_good_file_is_imported_into_a_new_edition(youth: None, file: Path) -> None:
    file.write_bytes(csv_file(row("1"), row("2")))
    code, answer = run(file, edition="Neu")
    assert code == 0
    assert "2 neu" in answer
    assert Recommendation.objects.filter(edition__name="Neu").count() == 2


def test_a_dry_run_changes_nothing(youth: None, file: Path) -> None:
    file.write_bytes(csv_file(row("1")))
    assert run(file, edition="Neu", dry_run=True)[0] == 0
    assert not ConceptEdition.objects.exists()


def test_problems_in_the_data_end_with_one_and_change_nothing(youth: None, file: Path) -> None:
    file.write_bytes(csv_file(row("1"), row("2", lead="Raumfahrtamt")))
    code, answer = run(file, edition="Neu")
    assert code == 1
    assert "Zeile 3, Spalte „Federführung“" in answer
    assert "Raumfahrtamt" in answer
    assert not ConceptEdition.objects.exists()


def test_a_table_without_rows_ends_with_one_and_makes_no_edition(db: None, file: Path) -> None:
    file.write_bytes(csv_file())
    code, answer = run(file, edition="Neu")
    assert code == 1
    assert "Die Tabelle hat keine Zeilen." in answer
    assert not ConceptEdition.objects.exists()


def test_ten_thousand_broken_rows_get_a_short_answer(youth: None, file: Path) -> None:
    file.write_bytes(csv_file(*(row(str(number), lead=f"Amt {number}x") for number in range(10_000))))
    code, answer = run(file, edition="Neu")
    assert code == 1
    assert len(answer.splitlines()) == 52
    assert "9950" in answer


@pytest.mark.parametrize("content", [b"", b"Ein Brief.", b"%PDF-1.7", b"PK\x03\x04nichts"])
def test_what_is_no_table_is_an_unusable_call(db: None, file: Path, content: bytes) -> None:
    file.write_bytes(content)
    assert run(file, edition="Neu")[0] == 2


def test_missing_arguments_and_files_are_unusable_calls(db: None, tmp_path: Path, file: Path) -> None:
    file.write_bytes(csv_file(row()))
    assert run(file)[0] == 2
    assert run(edition="Neu")[0] == 2
    assert run(tmp_path / "fehlt.csv", edition="Neu")[0] == 2
    assert run(tmp_path, edition="Neu")[0] == 2
    assert run(file, edition="x" * 121)[0] == 2


@pytest.mark.parametrize(
    "text",
    [
        "columns = 3",
        "[columns]\nnonsense = 'x'",
        "unbekannt = 1",
        "[[office]]\nnumber = '1'",
        "[[office]]\nname = 'Umweltamt'\nmailbox = 'kein Postfach'",
        "[[office]]\nname = 'Umweltamt'\nkind = 'Verein'",
        "[tree]\nid = 'id'",
        "kein toml",
        MAPPING.replace("2013-12-31", "2012-12-31"),
        MAPPING.replace('"implemented"', '"fertig"'),
        MAPPING.replace('"implemented"', '"deferred"'),
    ],
)
def test_a_bad_mapping_is_an_unusable_call(db: None, tmp_path: Path, text: str) -> None:
    name, options = tree(tmp_path, mapping=text)
    assert run(name, **options)[0] == 2
    assert not ConceptEdition.objects.exists()


def test_the_json_answer_names_each_problem_by_row_column_and_code(youth: None, file: Path) -> None:
    file.write_bytes(csv_file(row("1", lead="99")))
    code, answer = run(file, edition="Neu", format="json")
    data = json.loads(answer)
    assert code == 1
    assert (data["ok"], data["imported"], data["problems_total"]) == (False, False, 1)
    problem = data["problems"][0]
    assert (problem["row"], problem["column"], problem["code"]) == (2, "Federführung", "unknown_office")
    file.write_bytes(csv_file(row("1")))
    data = json.loads(run(file, edition="Neu", format="json")[1])
    assert (data["ok"], data["imported"], data["edition_is_new"]) == (True, True, True)
    assert data["new"] == [{"row": 2, "id": "1"}]


def test_template_and_export_can_be_imported(youth: None, file: Path, tmp_path: Path) -> None:
    factories.office("40", "Amt für Schule und Bildung")
    factories.office("", "vhs Region Kassel")
    assert run(template=tmp_path / "vorlage.xlsx")[0] == 0
    template = load_workbook(tmp_path / "vorlage.xlsx")
    table, hints = template.worksheets[0], template.worksheets[1]
    table.append([example for _column, _rule, example in hints.iter_rows(min_row=2, values_only=True)])
    template.save(tmp_path / "vorlage.xlsx")
    assert run(tmp_path / "vorlage.xlsx", edition="Neu")[0] == 0
    for name in ("a.xlsx", "a.csv"):
        call_command("export_concept", edition="Neu", out=tmp_path / name, stdout=io.StringIO())
        data = json.loads(run(tmp_path / name, edition="Neu", format="json")[1])
        assert (data["unchanged"], data["changed"], data["new"]) == (1, [], [])
    assert run(template=tmp_path / "vorlage.txt")[0] == 2
    with pytest.raises(CommandError) as caught:
        call_command("export_concept", edition="Gibt es nicht", out=tmp_path / "b.csv")
    assert caught.value.returncode == 2


def test_older_texts_become_approved_entries_of_closed_cycles(db: None, tmp_path: Path) -> None:
    name, options = tree(tmp_path)
    assert run(name, **options)[0] == 0
    first, second = StatusUpdate.objects.order_by("cycle__period_from")
    assert first.approved is not None
    assert (first.approved.done, first.approved.outlook) == ("Viel geschah.", "on_track")
    assert first.lead_office_label == "Umweltamt"
    assert second.approved is not None
    # The nil return says nothing new, so the status of the year before still holds.
    assert (second.approved.kind, second.approved.implementation_status) == ("nil_return", "implemented")
    assert second.approved.review.decided_by is None
    assert run(name, **options) == (0, run(name, **options)[1])
    assert Revision.objects.count() == 2


def test_an_approved_text_is_never_overwritten(db: None, tmp_path: Path) -> None:
    name, options = tree(tmp_path)
    run(name, **options)
    changed = [one if one[0] != "A1-13" else (*one[:3], "Wenig geschah.", one[4]) for one in TREE]
    name, options = tree(tmp_path, changed)
    code, answer = run(name, format="json", **options)
    assert code == 1
    assert [one["code"] for one in json.loads(answer)["problems"]] == ["history_differs"]
    assert Revision.objects.filter(done="Viel geschah.").exists()


def test_history_stays_out_of_a_cycle_that_ran_here(db: None, tmp_path: Path) -> None:
    name, options = tree(tmp_path, TREE[:3])
    run(name, **options)
    edition = ConceptEdition.objects.get()
    first, last = datetime.date(2013, 1, 1), datetime.date(2013, 12, 31)
    factories.cycle(edition, period_from=first, period_until=last)
    name, options = tree(tmp_path)
    code, answer = run(name, format="json", **options)
    assert (code, json.loads(answer)["problems"][0]["code"]) == (1, "period_taken")


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (("X", "fehlt", "Waise", "", ""), "unknown_parent"),
        (("A1-15", "A1", "2015", "Text", ""), "unknown_period"),
        (("A1-15", "A1", "2014", "Text", "lila"), "unknown_status"),
        (("A1-13b", "A1", "2013", "Noch ein Text", ""), "duplicate_period"),
        (("A1-13", "A1", "2013", "Text", ""), "duplicate_id"),
        (("A2", "A", "", "", ""), "missing_value"),
        (("B", "", "Ohne Amt", "", ""), None),
    ],
)
def test_rows_that_fit_nowhere_are_problems(
    db: None, tmp_path: Path, broken: tuple[str, ...], code: str | None
) -> None:
    name, options = tree(tmp_path, (*TREE, broken))
    answer = json.loads(run(name, format="json", **options)[1])
    assert code in {one["code"] for one in answer["problems"]} or (code is None and answer["ok"])
