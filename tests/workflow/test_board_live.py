"""What the board fetches: itself anew when something has changed, and a card in place."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.conftest import Stage
from workflow import runs
from workflow.models import StatusUpdate
from workflow.queries.board import stamp
from workflow.queries.board_filters import BoardFilters

DAY = datetime.timedelta(days=1)
ADDRESS = "/board/aktuell/"
FETCHED = {"HX-Request": "true"}


@pytest.fixture
def coordinator(signed_in: Any, cast: Cast) -> Client:
    client: Client = signed_in(cast.coordinator)
    return client


def test_nothing_new_is_said_in_few_queries_and_no_words(coordinator: Client, stage: Stage) -> None:
    first = coordinator.get(ADDRESS, headers=FETCHED)
    assert first.status_code == 200
    assert 'id="vorgaenge"' in first.content.decode()
    assert "<html" not in first.content.decode()
    with CaptureQueriesContext(connection) as queries:
        again = coordinator.get(ADDRESS, headers={**FETCHED, "If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert len(queries) <= 5


def test_the_page_bears_the_stamp_of_what_it_shows(coordinator: Client, stage: Stage) -> None:
    shown = coordinator.get("/board/").context["board"].stamp
    assert coordinator.get(ADDRESS, headers={**FETCHED, "If-None-Match": f'"{shown}"'}).status_code == 304


def test_every_change_of_a_run_is_news(cast: Cast, stage: Stage) -> None:
    stamps = [stamp(BoardFilters(), TODAY)]

    def news() -> bool:
        stamps.append(stamp(BoardFilters(), TODAY))
        return stamps[-1] not in stamps[:-1]

    runs.remind(stage.school_update.pk, by=cast.coordinator, now=NOW, today=TODAY)
    assert news()
    runs.ask_for_extension(
        stage.health_update.pk,
        by=factories.member(factories.Role.CLERK, cast.health),
        reason="Krank",
        wanted_on=stage.cycle.due_on + DAY,
        now=NOW,
        today=TODAY,
    )
    assert news()
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    assert news()
    assert not news()
    assert stamp(BoardFilters(), TODAY + DAY) not in stamps


def test_opened_as_a_page_it_is_the_board(coordinator: Client, stage: Stage) -> None:
    assert "<h1" in coordinator.get(ADDRESS).content.decode()


def test_the_selection_is_kept(coordinator: Client, stage: Stage) -> None:
    page = coordinator.get(f"{ADDRESS}?q=1.1.2", headers=FETCHED).content.decode()
    assert f'id="run-{stage.school_update.pk}"' in page
    assert f'id="run-{stage.youth_update.pk}"' not in page


# --- A card in place ------------------------------------------------------------------------------------------------


def test_a_card_says_where_the_run_is_and_leads_on(coordinator: Client, cast: Cast, stage: Stage) -> None:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(outlook="at_risk", done="Sechs. " * 90), now=NOW)
    address = reverse("workflow:board-card", args=[stage.youth_update.pk])
    page = coordinator.get(address, headers=FETCHED).content.decode()
    assert "<html" not in page
    for words in ("Empfehlung 1.1.1", "Prüfung", "Arbeitsgruppe", "0 von 1 ist da", "gefährdet", "Sechs. …"):
        assert words in page
    assert reverse("workflow:update-detail", args=[stage.youth_update.pk]) in page
    assert reverse("workflow:review-detail", args=[stage.youth_update.pk]) in page
    assert "<h1" in coordinator.get(address).content.decode()


def test_a_card_shows_what_is_asked(coordinator: Client, cast: Cast, stage: Stage) -> None:
    runs.ask_for_extension(
        stage.youth_update.pk, by=cast.clerk, reason="Grippe", wanted_on=stage.cycle.due_on + DAY, now=NOW, today=TODAY
    )
    runs.propose_reassignment(
        stage.school_update.pk, by=cast.coordinator, to_office_id=cast.health.pk, reason="Passt besser", now=NOW
    )
    for update, words in ((stage.youth_update, "Grippe"), (stage.school_update, "Passt besser")):
        page = coordinator.get(reverse("workflow:board-card", args=[update.pk]), headers=FETCHED).content.decode()
        assert words in page


def test_signatures_are_on_the_card(coordinator: Client, cast: Cast, stage: Stage) -> None:
    stage.cycle.sign_off = stage.cycle.co_sign = True
    stage.cycle.save()
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    address = reverse("workflow:board-card", args=[stage.youth_update.pk])
    page = coordinator.get(address, headers=FETCHED).content.decode()
    assert "noch nicht gezeichnet" in page
    assert "40 Amt für Schule und Bildung: angefragt" in page


def test_a_finished_run_is_with_nobody(coordinator: Client, cast: Cast, stage: Stage) -> None:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    runs.approve(stage.youth_update.pk, revision_number=1, by=cast.reviewer, now=NOW)
    address = reverse("workflow:board-card", args=[stage.youth_update.pk])
    assert "niemand, der Vorgang ist abgeschlossen" in coordinator.get(address).content.decode()


def test_there_is_no_card_of_a_run_that_is_none(coordinator: Client, stage: Stage) -> None:
    last = StatusUpdate.objects.order_by("pk").last()
    assert last
    assert coordinator.get(reverse("workflow:board-card", args=[last.pk + 1])).status_code == 404
