"""A real city's table, read by somebody else and compared cell by cell.

The file stands beside the project, not in it; where it is absent, these tests are skipped.
"""

import csv
import datetime
import os
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from concept.models import ActionField, ConceptEdition, Recommendation
from concept.services.editions import publish_edition
from tests.factories import NOW
from workflow.models import CycleState, Event, Outlook, ReportingCycle, Revision, StatusUpdate
from workflow.services import history

FILE = Path(os.environ.get("MUENSTER_CSV", settings.BASE_DIR.parent / "shared/data/muenster_klimaschutz_sachstand.csv"))
MAPPING = settings.BASE_DIR / "concept/mappings/muenster.toml"
EDITION = "Klimaschutzkonzept 2020"
PERIODS = {
    "Sachstand 2013": (2013, 2013),
    "Sachstand 2015/2016": (2015, 2016),
    "Sachstand 2015 / 2016": (2015, 2016),
    "Sachstand 2017 / 2018": (2017, 2018),
}
COLOURS = {
    "#01873B": ("implemented", "on_track", "grün"),
    "orange": ("in_progress", "at_risk", "orange"),
    "#AE1B1B": ("planned", "blocked", "rot"),
    "": ("unknown", "", ""),
}

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not FILE.exists(), reason="the file of the city of Münster is not here"),
]


@pytest.fixture
def table() -> list[dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def imported(db: None) -> None:
    call_command("import_concept", str(FILE), edition=EDITION, mapping=MAPPING, verbosity=0)


def as_text(cell: str) -> str:
    """The HTML of single cells becomes plain text."""
    return cell.replace("<br>", "\n").replace("<b>", "").replace("</b>", "").strip()


def rating(row: dict[str, str]) -> str:
    colour = COLOURS[row["assessment"]][2]
    return f"Gesamteinschätzung: {colour}. Priorität: {row['priority']}. Minderungspotenzial: {row['potential']}."


def test_every_cell_of_fields_and_measures_is_there(imported: None, table: list[dict[str, str]]) -> None:
    fields = {row["id"]: row for row in table if not row["parent"]}
    measures = {row["id"]: row for row in table if row["parent"] in fields}
    plans = {row["parent"]: row for row in table if row["title"] == "geplant"}
    assert (len(fields), len(measures), len(plans)) == (5, 54, 54)
    assert [one.number for one in ActionField.objects.order_by("position")] == list(fields)
    for field in ActionField.objects.all():
        row = fields[field.number]
        assert (field.name, field.summary) == (row["title"], rating(row))
        assert row["text"] == row["title"]
    assert [one.key for one in Recommendation.objects.order_by("position")] == list(measures)
    for one in Recommendation.objects.select_related("goal__field"):
        row, plan = measures[one.key], plans[one.key]
        assert one.number == row["id"]
        assert one.title == " ".join(row["title"].split())
        assert row["text"] == row["title"]
        assert one.goal.field.number == row["parent"]
        assert one.rationale == rating(row)
        assert one.text == as_text(plan["text"])
        assert (plan["id"], plan["assessment"]) == (f"{one.key}-Plan", "white")
        assert (plan["priority"], plan["potential"]) == (row["priority"], row["potential"])


def test_every_cell_of_the_status_texts_is_there(imported: None, table: list[dict[str, str]]) -> None:
    measures = {row["id"]: row for row in table}
    updates = {
        (one.recommendation.key, one.cycle.period_from.year, one.cycle.period_until.year): one
        for one in StatusUpdate.objects.select_related("recommendation", "cycle", "approved")
    }
    status: dict[str, str] = {}
    seen = 0
    for row in table:
        if row["title"] not in PERIODS:
            continue
        seen += 1
        first, last = PERIODS[row["title"]]
        update = updates.pop((row["parent"], first, last))
        entry = update.approved
        assert entry is not None
        expected, outlook, _name = COLOURS[row["assessment"]]
        nil = row["text"] == "Kein neuer Sachstand"
        status[row["parent"]] = status.get(row["parent"], "unknown") if nil else expected
        assert entry.implementation_status == status[row["parent"]]
        assert entry.outlook == outlook
        assert entry.kind == ("nil_return" if nil else "report")
        assert (entry.nil_reason if nil else entry.done) == as_text(row["text"])
        assert (entry.done if nil else entry.nil_reason) == ""
        assert row["id"] == f"{row['parent']}-{str(first)[2:]}{str(last)[2:] if last != first else ''}"
        above = measures[row["parent"]]
        assert (row["priority"], row["potential"]) == (above["priority"], above["potential"])
    assert seen == 162
    assert not updates


def test_what_begins_like_a_nil_return_and_goes_on_is_a_report(imported: None) -> None:
    assert Revision.objects.filter(kind="nil_return").count() == 25
    reports = Revision.objects.filter(kind="report").values_list("done", flat=True)
    assert sum(text.startswith("Kein neuer Sachstand") for text in reports) == 3


def test_the_one_row_without_a_colour_is_unknown(imported: None) -> None:
    entry = Revision.objects.get(implementation_status="unknown", kind="report")
    assert (entry.update.recommendation.key, entry.outlook) == ("Ü4", "")


def test_three_closed_cycles_hold_the_history_and_its_chain_is_whole(imported: None) -> None:
    cycles = ReportingCycle.objects.order_by("period_from")
    assert [one.period_label for one in cycles] == ["2013", "2015–2016", "2017–2018"]
    assert all(one.imported and one.state == CycleState.CLOSED and one.updates.count() == 54 for one in cycles)
    assert Event.objects.filter(update__isnull=False).count() == 162
    assert not list(history.verify())
    assert not StatusUpdate.objects.exclude(process=None).exists()


def test_importing_the_file_again_changes_nothing(imported: None) -> None:
    before = (Event.objects.count(), Revision.objects.count(), list(Recommendation.objects.values()))
    call_command("import_concept", str(FILE), edition=EDITION, mapping=MAPPING, verbosity=0)
    assert (Event.objects.count(), Revision.objects.count(), list(Recommendation.objects.values())) == before


def test_a_cycle_opens_on_it(imported: None) -> None:
    today = datetime.date.today()  # noqa: DTZ011 - the command reads the clock itself
    call_command(
        "open_cycle",
        edition=EDITION,
        period_from=datetime.date(today.year - 1, 1, 1),
        period_until=datetime.date(today.year - 1, 12, 31),
        due=today + datetime.timedelta(days=30),
        verbosity=0,
    )
    assert StatusUpdate.objects.filter(cycle__imported=False).count() == 54


def test_the_public_pages_work_with_its_ids_and_hide_the_outlook(imported: None, client: Client) -> None:
    for edition in ConceptEdition.objects.all():
        publish_edition(edition.pk, adopted_on=datetime.date(2020, 1, 1), by=None, now=NOW)
    for one in Recommendation.objects.filter(key__in=["Üneu1", "B5+6", "V6+7"]):
        page = client.get(f"/konzept/{one.edition.slug}/empfehlung/{one.key}/".replace("+", "%2B"))
        assert page.status_code == 200
        assert one.number in page.content.decode()
        assert not any(f'"{value}"' in page.content.decode() for value in Outlook.values)
