"""Tables to download: complete, safe to open, explained, with their licence."""

import csv
import datetime
import io
import json
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from concept.models import CrosswalkReason, Recommendation
from publication.opendata.tables import TABLES
from publication.queries import site
from tests import factories
from tests.conftest import Cast
from tests.publication import open_city
from tests.publication.conftest import entry, period
from tests.publication.open_city import City

pytestmark = pytest.mark.django_db

HEADINGS = {
    "empfehlungen": "Kennung;Kennzahl;Fassung;Handlungsfeld-Nummer;Handlungsfeld;Ziel-Nummer;Ziel;Nummer;Titel;Text;"
    "Begründung;Federführung;Beteiligung;Stand (Wert);Stand;Zuletzt berichtet für;Letzter Sachstand am;Geändert am;"
    "Ausgeschieden am;Adresse;Quelle und Lizenz",
}


@pytest.fixture
def city(cast: Cast) -> City:
    return open_city.build(cast)


def table(client: Client, name: str) -> list[dict[str, str]]:
    content = client.get(f"/daten/{name}.csv").content
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";", strict=True))


def workbook(client: Client, name: str) -> Any:
    return load_workbook(io.BytesIO(client.get(f"/daten/{name}.xlsx").content))


# --- What stands in them ----------------------------------------------------------------------------------------------


def test_recommendations_stand_there_with_their_status(client: Client, city: City) -> None:
    rows = {row["Kennung"]: row for row in table(client, "empfehlungen")}
    cafe = rows["neue-akzente-2019/1.10"]
    assert cafe["Nummer"] == "1.10"
    assert cafe["Stand (Wert)"] == "in_progress"
    assert cafe["Federführung"] == "51 Jugendamt"
    assert cafe["Letzter Sachstand am"] == "2025-03-01"
    assert cafe["Zuletzt berichtet für"] == "2023–2024"
    assert rows["neue-akzente-2019/1.11"]["Ausgeschieden am"] == "2024-06-30"
    assert len(rows) == 5


def test_headings_stay(client: Client, city: City) -> None:
    """Programs read the columns by their names."""
    for name, said in HEADINGS.items():
        first = client.get(f"/daten/{name}.csv").content.decode("utf-8-sig").partition("\r\n")[0]
        assert first == said


def test_entries_and_measures_stand_there(client: Client, city: City) -> None:
    assert [row["Was getan wurde"] for row in table(client, "sachstaende")] == ["Erst ein Plan.", "Sechs Schulen."]
    assert [row["Maßnahme"] for row in table(client, "massnahmen")] == ["'=1+1", "Räume einrichten"]
    assert {row["Name"] for row in table(client, "stellen")} == {
        "Jugendamt",
        "Amt für Schule und Bildung",
        "Gesundheitsamt Region Kassel",
    }


def test_summaries_stand_there_and_say_when_they_are_outdated(client: Client, city: City, cast: Cast) -> None:
    (row,) = table(client, "zusammenfassungen")
    assert (row["Sprachcode"], row["Veraltet"]) == ("de-simple", "nein")
    assert row["Zusammenfassung"] == "In Schulen gibt es Cafés."
    open_city.correct(city, cast)
    (row,) = table(client, "zusammenfassungen")
    assert row["Veraltet"] == "ja"
    open_city.withdraw(city.run)
    assert table(client, "zusammenfassungen") == []


def test_the_crosswalk_and_reports_stand_there(client: Client, city: City) -> None:
    assert [(row["Vorher, Kennung"], row["Nachher, Kennung"]) for row in table(client, "ueberleitung")] == [
        ("konzept-2012/O1", "neue-akzente-2019/1.10"),
        ("konzept-2012/O2", ""),
    ]
    (report,) = table(client, "berichte")
    assert report["Adresse"].endswith(f"/bericht/{city.report.pk}/")


def test_what_holds_the_others_together_stands_there(client: Client, city: City) -> None:
    editions = [(row["Fassung"], row["Fassung davor"], row["Empfehlungen"]) for row in table(client, "fassungen")]
    assert editions == [("Neue Akzente 2019", "Konzept 2012", "2"), ("Konzept 2012", "", "2")]
    fields = [(row["Fassung"], row["Nummer"], row["Empfehlungen"]) for row in table(client, "handlungsfelder")]
    assert fields == [("Neue Akzente 2019", "1", "1"), ("Neue Akzente 2019", "2", "1"), ("Konzept 2012", "1", "2")]
    assert len(table(client, "ziele")) == 3
    assert len(table(client, "neue-akzente-2019/ziele")) == 2
    periods = [(row["Zeitraum"], row["Letzter Tag"], row["Abgeschlossen"], row["Gemeldet"]) for row in
               table(client, "zeitraeume")]  # fmt: skip
    assert periods == [("2021–2022", "2022-12-31", "ja", "1"), ("2023–2024", "2024-12-31", "ja", "1")]
    assert table(client, "konzept-2012/zeitraeume") == []


def test_what_was_taken_off_the_pages_stands_there_with_day_and_place_and_never_its_text(
    client: Client, city: City, cast: Cast
) -> None:
    assert table(client, "zuruecknahmen") == []
    unchanged = {"kind": "unchanged", "confirms": city.entry, "done": ""}
    entry(period(city.today, 2025, 2026, closed=False), city.cafe, cast.youth, "in_progress", **unchanged)
    open_city.withdraw(city.run, "=1+1 war falsch.")
    gone = table(client, "zuruecknahmen")
    assert [(row["Zeitraum"], row["Zurückgezogen am"], row["Bestätigte"]) for row in gone] == [
        ("2025–2026", "2025-05-30", "2023–2024"),
        ("2023–2024", "2025-05-30", ""),
    ]
    assert {row["Empfehlung-Kennung"] for row in gone} == {"neue-akzente-2019/1.10"}
    assert gone[0]["Warum zurückgezogen"] == "'=1+1 war falsch."
    assert "Sechs Schulen." not in client.get("/daten/zuruecknahmen.csv").content.decode()
    assert table(client, "konzept-2012/zuruecknahmen") == []
    sheet = workbook(client, "zuruecknahmen").worksheets[0]
    assert [cell.value for cell in sheet["H"]][1:] == ["=1+1 war falsch."] * 2
    assert {cell.data_type for cell in sheet["H"]} == {"s"}


def test_a_table_of_one_edition_holds_that_alone(client: Client, city: City) -> None:
    rows = table(client, "konzept-2012/empfehlungen")
    assert [row["Kennung"] for row in rows] == ["konzept-2012/O1", "konzept-2012/O2"]
    assert table(client, "konzept-2012/stellen") == []
    assert len(table(client, "konzept-2012/ueberleitung")) == 2


def test_a_correction_and_a_withdrawal_show_at_once(client: Client, city: City, cast: Cast) -> None:
    table(client, "sachstaende")
    open_city.correct(city, cast)
    row = table(client, "sachstaende")[-1]
    assert (row["Was getan wurde"], row["Berichtigungen"]) == ("Acht Schulen.", "30.04.2025: Die Zahl war falsch.")
    open_city.withdraw(city.run)
    assert len(table(client, "sachstaende")) == 1
    assert table(client, "massnahmen") == []


@pytest.mark.parametrize("address", ["nichts.csv", "alles.csv", "gibt-es-nicht/empfehlungen.csv", "empfehlungen.pdf"])
def test_what_is_not_there_is_404(client: Client, city: City, address: str) -> None:
    assert client.get(f"/daten/{address}").status_code == 404


# --- Safe to open -----------------------------------------------------------------------------------------------------

FORMULAS = (
    "=1+1",
    "+49 561",
    "-2 Stellen",
    "@alle",
    "=cmd|' /C calc'!A0",
    "\t=1+1",
    '=HYPERLINK("https://böse.example")',
)


def test_no_cell_of_a_csv_file_is_a_formula(client: Client, city: City) -> None:
    for number, text in enumerate(FORMULAS):
        factories.recommendation(city.cafe.goal, f"=9.{number}", title=text, text=text, rationale=text)
    for row in table(client, "empfehlungen"):
        for name, value in row.items():
            assert not value.startswith(("=", "+", "-", "@", "\t", "\r")), (name, value)


def test_no_cell_of_a_workbook_is_a_formula(client: Client, city: City) -> None:
    for number, text in enumerate(FORMULAS):
        factories.recommendation(city.cafe.goal, f"=9.{number}", title=text, text=text, rationale=text)
    book = workbook(client, "alles")
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    titles = [row[8].value for row in book["Empfehlungen mit ihrem Stand"].iter_rows(min_row=2)]
    assert "=1+1" in titles


def test_quotes_semicolons_and_line_breaks_survive(client: Client, city: City) -> None:
    text = 'Er sagte: "Ja; nein".\nUnd: ü, €, 😀.'
    Recommendation.objects.filter(pk=city.cafe.pk).update(text=text)
    assert table(client, "empfehlungen")[0]["Text"] == text
    assert workbook(client, "empfehlungen").worksheets[0]["J2"].value == text


def test_a_text_longer_than_a_cell_does_not_break_the_workbook(client: Client, city: City) -> None:
    Recommendation.objects.filter(pk=city.cafe.pk).update(text="ü" * 40_000)
    assert len(workbook(client, "empfehlungen").worksheets[0]["J2"].value) == 32_767
    assert len(table(client, "empfehlungen")[0]["Text"]) == 40_000


def test_days_are_days_and_numbers_keep_their_zero(client: Client, city: City) -> None:
    sheet = workbook(client, "empfehlungen").worksheets[0]
    names = {cell.value: cell.column - 1 for cell in sheet[1]}
    row = sheet[2]
    assert row[names["Letzter Sachstand am"]].value == datetime.datetime(2025, 3, 1)  # noqa: DTZ001
    assert row[names["Letzter Sachstand am"]].is_date
    assert row[names["Nummer"]].value == "1.10"
    assert row[names["Kennzahl"]].value == city.cafe.pk
    assert sheet.freeze_panes == "A2"
    assert row[0].row == 2
    assert sheet["A1"].font.bold


# --- Explained, with the licence --------------------------------------------------------------------------------------


def test_every_table_and_workbook_names_source_and_licence(client: Client, city: City) -> None:
    open_city.withdraw(city.first.updates.get(recommendation=city.cafe))
    said = "Stadt Kassel, Integrationskonzept Kassel, dl-de/by-2-0 (https://www.govdata.de/dl-de/by-2-0)"
    for one in TABLES:
        rows = table(client, one.slug)
        assert rows
        assert {row["Quelle und Lizenz"] for row in rows} == {said}
    book = workbook(client, "alles")
    notes = "\n".join(str(cell.value) for row in book["Hinweise"].iter_rows() for cell in row)
    assert "Datenlizenz Deutschland" in notes
    assert book.properties.creator == "Stadt Kassel"
    assert said in book.properties.description


def test_the_workbook_holds_every_table_and_explains_every_column(client: Client, city: City) -> None:
    book = workbook(client, "alles")
    assert len(book.sheetnames) == len(TABLES) + 1
    explained = {row[1].value for row in book["Hinweise"].iter_rows(min_row=7)}
    for sheet in book.worksheets[:-1]:
        assert {cell.value for cell in sheet[1]} <= explained


def test_a_csv_file_has_its_description_for_programs(client: Client, city: City) -> None:
    response = client.get("/daten/sachstaende.csv")
    assert '</daten/sachstaende.csv-metadata.json>; rel="describedby"' in response["Link"]
    described = json.loads(client.get("/daten/sachstaende.csv-metadata.json").content)
    assert described["url"] == "/daten/sachstaende.csv"
    assert described["dc:license"] == {"@id": "https://www.govdata.de/dl-de/by-2-0"}
    header = response.content.decode("utf-8-sig").partition("\r\n")[0].split(";")
    assert [column["titles"] for column in described["tableSchema"]["columns"]] == header
    assert all(column["dc:description"] for column in described["tableSchema"]["columns"])


def test_the_page_explains_every_column_of_every_table_in_both_languages(client: Client, city: City) -> None:
    html = client.get("/daten/").content.decode()
    for one in TABLES:
        assert f'href="/daten/{one.slug}.csv"' in html
    assert "Handlungsfeld-Nummer" in html
    assert "dl-de/by-2-0" in html
    english = client.get("/en/daten/").content.decode()
    assert "Licence" in english
    # The files speak German: who reads about a column in English has to find it there.
    assert '<th scope="row"><span lang="de">Handlungsfeld-Nummer</span> (Field of action number)</th>' in english
    assert '<th scope="row">Handlungsfeld-Nummer</th>' in html


def test_the_same_content_gives_the_same_bytes(client: Client, city: City) -> None:
    first = client.get("/daten/alles.xlsx").content
    site.KEPT.clear()
    from publication.site import cache  # noqa: PLC0415

    cache.PAGES.clear()
    assert client.get("/daten/alles.xlsx").content == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert archive.testzip() is None


CALC = any(found for root in ("/usr/lib", "/opt") for found in Path(root).glob("libreoffice*/program/libsclo.so"))


@pytest.mark.skipif(not (shutil.which("soffice") and CALC), reason="needs LibreOffice Calc")
def test_libreoffice_opens_the_workbook(client: Client, city: City, tmp_path: Path) -> None:
    source = tmp_path / "alles.xlsx"
    source.write_bytes(client.get("/daten/alles.xlsx").content)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "csv:Text - txt - csv (StarCalc):59,34,76,1"]
    subprocess.run([*command, "--outdir", str(tmp_path), str(source)], check=True, capture_output=True, timeout=120)
    read = (tmp_path / "alles.csv").read_text(encoding="utf-8")
    assert "neue-akzente-2019/1.10" in read
    assert "01.03.2025" in read


# --- Price ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["empfehlungen.csv", "sachstaende.csv", "massnahmen.csv", "alles.xlsx"])
def test_files_cost_the_same_with_2_rows_and_with_20(client: Client, city: City, cast: Cast, name: str) -> None:
    def cost() -> int:
        site.KEPT.clear()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/daten/{name}").status_code == 200
        return len(queries)

    few = cost()
    for number in range(18):
        one = factories.recommendation(city.cafe.goal, f"3.{number}", lead=cast.youth)
        city.old.links_forward.create(successor=one, reason=CrosswalkReason.SPLIT)
        entry(city.second, one, cast.youth, measures=("Wort",), public_note="Wort")
    assert cost() == few <= 15
