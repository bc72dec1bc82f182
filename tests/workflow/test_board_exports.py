"""The selection of the board as a table."""

import csv
import datetime
import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, content
from tests.workflow.conftest import Stage
from workflow import opening, runs
from workflow.models import StatusUpdate


@pytest.fixture
def coordinator(signed_in: Any, cast: Cast) -> Client:
    client: Client = signed_in(cast.coordinator)
    return client


def rows(client: Client, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"/board/tabelle.csv?{query}")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def test_a_row_says_all_that_a_coordinator_needs(coordinator: Client, cast: Cast, stage: Stage) -> None:
    before = factories.open_cycle(
        stage.edition, period_from=datetime.date(2023, 1, 1), period_until=datetime.date(2024, 12, 31)
    )
    old = before.updates.get(recommendation=stage.youth_update.recommendation)
    runs.hand_in(old.pk, by=cast.clerk, content=content(implementation_status="planned"), now=NOW)
    runs.approve(old.pk, revision_number=1, by=cast.reviewer, now=NOW)
    opening.close_cycle(before.pk, by=None, now=NOW)
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(outlook="at_risk"), now=NOW)
    first = rows(coordinator, "sortierung=nummer")[0]
    link = first.pop("Link")
    assert link.endswith(f"/sachstand/{stage.youth_update.pk}/")
    assert first == {
        "Nummer": "1.1.1",
        "Titel": "Empfehlung 1.1.1",
        "Handlungsfeld": "1 Handlungsfeld 1",
        "Ziel": "1.1 Ziel 1.1",
        "Federführung": "51 Jugendamt",
        "Beteiligung": "40 Amt für Schule und Bildung (ohne Beitrag weitergemacht)",
        "Stand": "Prüfung",
        "seit": "23.11.2026",
        "Frist": "15.01.2027",
        "Tage überfällig": "",
        "Ampel": "gefährdet",
        "Status zuletzt": "geplant",
        "Status jetzt": "in Umsetzung",
        "Abgegeben am": "23.11.2026",
        "Freigegeben am": "",
    }


def test_the_selection_is_that_of_the_board(coordinator: Client, cast: Cast, stage: Stage) -> None:
    assert [one["Nummer"] for one in rows(coordinator, f"amt={cast.health.pk}")] == ["1.1.3"]
    assert [one["Nummer"] for one in rows(coordinator, "sortierung=nummer&ansicht=tabelle")] == [
        "1.1.1",
        "1.1.2",
        "1.1.3",
    ]


def test_no_cell_is_a_formula(coordinator: Client, stage: Stage) -> None:
    StatusUpdate.objects.filter(pk=stage.youth_update.pk).update(lead_office_label="=1+1")
    assert rows(coordinator, "sortierung=nummer")[0]["Federführung"] == "'=1+1"
    answer = coordinator.get("/board/tabelle.xlsx?sortierung=nummer")
    assert answer["Content-Disposition"].startswith('attachment; filename="board-2025-2026-')
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    assert "=1+1" in [cell.value for cell in cells]


def test_without_a_cycle_the_table_is_empty(coordinator: Client) -> None:
    assert rows(coordinator) == []


def test_a_table_of_many_costs_no_more_queries(coordinator: Client, cast: Cast, stage: Stage) -> None:
    counts = []
    goal = stage.youth_update.recommendation.goal
    for more in (0, 20):
        for place in range(more):
            factories.recommendation(goal, f"1.2.{place}", lead=cast.youth, contributing=(cast.school, cast.health))
        opening.open_cycle(stage.cycle.pk, by=None, now=NOW, today=factories.TODAY)
        with CaptureQueriesContext(connection) as queries:
            rows(coordinator)
        counts.append(len(queries))
    assert counts[0] == counts[1]
