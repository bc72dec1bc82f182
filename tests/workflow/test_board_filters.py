"""The board's filters and its search: each narrows, all together make an address."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from offices.models import Office
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.conftest import Stage
from workflow import runs
from workflow.models import ReportingCycle, StatusUpdate
from workflow.queries.board import board
from workflow.queries.board_filters import BoardFilters

DAY = datetime.timedelta(days=1)


def found(cycle: ReportingCycle, cast: Cast, **query: str) -> list[str]:
    """The numbers of all runs of a selection, in order."""
    from offices.access import desk_of  # noqa: PLC0415

    seen = board(
        cycle,
        BoardFilters.read({**query, "ansicht": "tabelle", "sortierung": "nummer"}),
        TODAY,
        desk=desk_of(cast.coordinator, TODAY),
        now=NOW,
    )
    return [card.number for card in seen.rows]


def test_state_goal_and_outlook_filter(cast: Cast, stage: Stage) -> None:
    other = factories.goal(stage.edition, number="1.2")
    recommendation = factories.recommendation(other, "1.2.1")
    StatusUpdate.objects.create(
        cycle=stage.cycle,
        recommendation=recommendation,
        lead_office=cast.youth,
        lead_office_label="51 Jugendamt",
        state="cancelled",
        state_since=NOW,
        due_on=TODAY,
    )
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(outlook="at_risk"), now=NOW)
    assert found(stage.cycle, cast, stand="cancelled") == ["1.2.1"]
    assert found(stage.cycle, cast, ziel=str(other.pk)) == ["1.2.1"]
    assert found(stage.cycle, cast, ampel="gefaehrdet") == ["1.1.1"]
    assert found(stage.cycle, cast, ampel="implan") == []
    assert found(stage.cycle, cast, nur="offen") == ["1.1.1", "1.1.2", "1.1.3"]


@pytest.mark.parametrize(
    ("days", "window"),
    [(-1, "ueberfaellig"), (0, "woche"), (6, "woche"), (7, "14tage"), (14, "14tage"), (15, "spaeter")],
)
def test_windows_of_the_deadline_hold_their_days(cast: Cast, stage: Stage, days: int, window: str) -> None:
    # The day on which tests play is a Monday.
    StatusUpdate.objects.filter(pk=stage.health_update.pk).update(due_on=TODAY + days * DAY)
    StatusUpdate.objects.exclude(pk=stage.health_update.pk).update(state="missing")
    windows = [one for one in ("ueberfaellig", "woche", "14tage", "spaeter") if found(stage.cycle, cast, frist=one)]
    assert window in windows
    assert set(windows) <= {window, "14tage"}


def test_a_span_of_days_holds_both_ends_and_knows_german_dates(cast: Cast, stage: Stage) -> None:
    StatusUpdate.objects.filter(pk=stage.school_update.pk).update(due_on=datetime.date(2026, 12, 1))
    assert found(stage.cycle, cast, von="2026-12-01", bis="01.12.2026") == ["1.1.2"]
    assert found(stage.cycle, cast, von="2026-12-02") == ["1.1.1", "1.1.3"]
    assert found(stage.cycle, cast, bis="2026-11-30") == []
    assert len(found(stage.cycle, cast, von="32.13.2026")) == 3


def test_what_waits_for_whom_filters(cast: Cast, stage: Stage) -> None:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    assert found(stage.cycle, cast, nur="pruefung") == ["1.1.1"]
    assert found(stage.cycle, cast, nur="schreiben") == ["1.1.2", "1.1.3"]
    assert found(stage.cycle, cast, nur="schlusszeichnung") == []


def test_mine_is_what_coordinators_decide_and_what_i_looked_after(cast: Cast, stage: Stage) -> None:
    assert found(stage.cycle, cast, meine="1") == []
    runs.remind(stage.school_update.pk, by=cast.coordinator, now=NOW, today=TODAY)
    assert found(stage.cycle, cast, meine="1") == ["1.1.2"]
    runs.ask_for_extension(
        stage.youth_update.pk, by=cast.clerk, reason="Krank", wanted_on=TODAY + 70 * DAY, now=NOW, today=TODAY
    )
    assert found(stage.cycle, cast, meine="1") == ["1.1.1", "1.1.2"]


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("eröffnet SCHULEN", ["1.1.1"]),  # the text of the office, any order, any case
        ("ÜBERGÄNGE", ["1.1.2"]),  # umlauts whatever the case
        ("übergänge", ["1.1.2"]),
        ("straße", ["1.1.3"]),
        ("STRASSE", ["1.1.3"]),
        ("Bildung", ["1.1.1", "1.1.2"]),  # contributing at the one, leading the other
        ("ziel 1.1", ["1.1.1", "1.1.2", "1.1.3"]),
        ("Wortlaut 1.1.3", ["1.1.3"]),
        ("Sprachkurs", ["1.1.1"]),  # a measure
        ("1.1.2 Elterncafé", []),  # every word has to be found
        ("%", []),
    ],
)
def test_search_finds_words_wherever_they_stand(cast: Cast, stage: Stage, words: str, numbers: list[str]) -> None:
    from workflow.content import MeasureContent  # noqa: PLC0415

    runs.hand_in(
        stage.youth_update.pk, by=cast.clerk, content=content(measures=(MeasureContent("Sprachkurs"),)), now=NOW
    )
    for update, title in (
        (stage.school_update, "Übergänge begleiten"),
        (stage.health_update, "Treff in der Nordstraße"),
    ):
        recommendation = update.recommendation
        recommendation.title = title
        recommendation.save()
    assert found(stage.cycle, cast, q=words) == numbers


def test_a_card_says_where_the_words_were_found(cast: Cast, stage: Stage) -> None:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    cards = board(stage.cycle, BoardFilters.read({"q": "eröffnet wortlaut 1.1.1"}), TODAY).columns
    assert [card.found for column in cards for card in column.cards] == ["Text des Amts, Wortlaut"]


def test_a_filter_says_what_it_is_and_how_to_remove_it(stage: Stage) -> None:
    query = {
        "frist": "woche",
        "von": "2026-12-01",
        "bis": "2026-12-24",
        "ampel": "implan",
        "meine": "1",
        "stand": "signing",
    }
    chips = board(stage.cycle, BoardFilters.read(query), TODAY).chips
    assert [chip.label for chip in chips] == [
        "meine",
        "Zeichnung",
        "Frist: diese Woche",
        "Frist von 01.12.2026 bis 24.12.2026",
        "Ampel: im Plan",
    ]
    assert "von=" not in chips[3].without
    assert "frist=woche" in chips[3].without


def test_an_office_finds_what_it_leads_what_it_contributes_to_and_what_it_co_signs(cast: Cast) -> None:
    edition = factories.edition()
    goal = factories.goal(edition)
    social = factories.office("50", "Sozialamt")
    factories.recommendation(goal, "1.1.1", lead=cast.school)
    factories.recommendation(goal, "1.1.2", lead=cast.youth, contributing=(cast.school, social))
    factories.recommendation(goal, "1.1.3", lead=cast.youth)
    cycle = factories.open_cycle(edition, contributions=True)

    def numbers(office: Office, **query: str) -> list[str]:
        found = board(cycle, BoardFilters.read({"amt": str(office.pk), "sortierung": "nummer", **query}), TODAY)
        assert [one.label for one in found.chips][-1] == office.label
        return [card.number for column in found.columns for card in column.cards]

    assert numbers(cast.school) == ["1.1.1", "1.1.2"]
    assert numbers(cast.youth) == ["1.1.2", "1.1.3"]
    assert numbers(social) == ["1.1.2"]
    # What waits for another office is not found under this one.
    assert numbers(cast.school, nur="schreiben") == ["1.1.1"]
    assert numbers(cast.school, nur="zuarbeit") == ["1.1.2"]
    assert numbers(cast.youth, nur="zuarbeit") == []
    assert numbers(cast.youth, nur="ueberfaellig") == []


def test_the_filter_offers_offices_that_take_part_and_says_so(signed_in: Any, cast: Cast, stage: Stage) -> None:
    factories.office("99", "Unbeteiligtes Amt")
    page = signed_in(cast.coordinator).get("/board/").content.decode()
    assert "Amt (federführend oder beteiligt)" in page
    assert f'<option value="{cast.school.pk}">40 Amt für Schule und Bildung</option>' in page
    assert "Unbeteiligtes Amt" not in page


def test_the_address_keeps_every_part_of_a_selection() -> None:
    query = "abfrage=1&feld=2&ziel=3&amt=4&stand=signing&frist=woche&von=2026-12-01&bis=2026-12-24&nur=wartet"
    query += "&ampel=implan&meine=1&q=a+b&sortierung=nummer&ansicht=aemter"
    parts = dict(part.split("=") for part in query.replace("+", " ").split("&"))
    assert BoardFilters.read(parts).query() == query


@pytest.mark.parametrize("view", ["spalten", "felder", "aemter", "tabelle", "zeitleiste"])
@pytest.mark.parametrize(
    "query", ["", "&q=Empfehlung&frist=spaeter&meine=", "&nur=schreiben&feld=9999", "&amt={office}&nur=ueberfaellig"]
)
def test_queries_stay_constant_in_every_view(signed_in: Any, cast: Cast, view: str, query: str) -> None:
    client: Client = signed_in(cast.coordinator)
    counts = []
    for rows in (2, 20):
        edition = factories.edition(f"Konzept {rows}")
        goal = factories.goal(edition)
        for place in range(rows):
            factories.recommendation(goal, f"1.1.{place}", lead=(cast.youth, cast.school)[place % 2])
        ReportingCycle.objects.update(state="closed")
        cycle = factories.open_cycle(edition)
        with CaptureQueriesContext(connection) as queries:
            asked = query.format(office=cast.school.pk)
            assert client.get(f"/board/?ansicht={view}{asked}&abfrage={cycle.pk}").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 12, [one["sql"] for one in queries.captured_queries]
