"""The board: where everything stands, and what is late."""

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
from workflow import opening, runs
from workflow.content import CommentContent
from workflow.models import ReportingCycle, StatusUpdate, UpdateState
from workflow.queries.board import Board, board
from workflow.queries.board_filters import BoardFilters

DAY = datetime.timedelta(days=1)
ADDRESS = "/board/"


def seen(cycle: ReportingCycle, today: datetime.date = TODAY, **query: str) -> Board:
    return board(cycle, BoardFilters.read(query), today)


def titles(found: Board) -> dict[str, list[str]]:
    return {column.state: [card.number for card in column.cards] for column in found.columns if column.cards}


@pytest.fixture
def coordinator(signed_in: Any, cast: Cast) -> Client:
    client: Client = signed_in(cast.coordinator)
    return client


def many(cast: Cast, number: int) -> ReportingCycle:
    """An open cycle with ``number`` runs in all states, and one closed cycle before it."""
    edition = factories.edition()
    for field in range(1, 4):
        goal = factories.goal(edition, field_number=str(field), number=f"{field}.1")
        for place in range(number // 3 + 1):
            factories.recommendation(goal, f"{field}.{place:03}", lead=cast.youth if place % 2 else cast.school)
    before = factories.open_cycle(
        edition, period_from=datetime.date(2023, 1, 1), period_until=datetime.date(2024, 12, 31)
    )
    opening.close_cycle(before.pk, by=None, now=NOW)
    cycle = factories.open_cycle(edition)
    states = [UpdateState.REQUESTED, UpdateState.DRAFTING, UpdateState.IN_REVIEW, UpdateState.RETURNED]
    for place, pk in enumerate(cycle.updates.order_by("pk").values_list("pk", flat=True)):
        StatusUpdate.objects.filter(pk=pk).update(state=states[place % 4], state_since=NOW)
    return cycle


# --- Who ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "who", ["clerk", "head", "school_clerk", "reviewer", "own_reviewer", "reader", "administrator", "stranger"]
)
def test_the_board_is_not_there_for_others(signed_in: Any, cast: Cast, stage: Stage, who: str) -> None:
    assert signed_in(getattr(cast, who)).get(ADDRESS).status_code == 404


def test_visitors_are_asked_to_sign_in(client: Client, stage: Stage) -> None:
    assert client.get(ADDRESS).status_code == 302


def test_nothing_is_changed_by_the_board(coordinator: Client, stage: Stage) -> None:
    assert coordinator.post(ADDRESS).status_code == 405


# --- What stands where ----------------------------------------------------------------------------------------------


def test_every_run_stands_in_the_column_of_its_state(cast: Cast, stage: Stage) -> None:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    assert titles(seen(stage.cycle)) == {"requested": ["1.1.2", "1.1.3"], "in_review": ["1.1.1"]}
    runs.return_for_revision(
        stage.youth_update.pk,
        revision_number=1,
        by=cast.reviewer,
        comments=[CommentContent("Zahl?")],
        now=NOW,
        today=TODAY,
    )
    assert titles(seen(stage.cycle))["returned"] == ["1.1.1"]
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    runs.approve(stage.youth_update.pk, revision_number=2, by=cast.reviewer, now=NOW)
    assert titles(seen(stage.cycle))["approved"] == ["1.1.1"]


def test_only_a_closed_cycle_has_a_column_for_what_is_missing(cast: Cast, stage: Stage) -> None:
    assert [column.state for column in seen(stage.cycle).columns][-1] == "approved"
    opening.close_cycle(stage.cycle.pk, by=cast.coordinator, now=NOW)
    stage.cycle.refresh_from_db()
    assert titles(seen(stage.cycle)) == {"missing": ["1.1.1", "1.1.2", "1.1.3"]}
    assert [column.state for column in seen(stage.cycle).columns] == ["approved", "missing"]


@pytest.mark.parametrize(
    ("days", "sentence", "tone"),
    [
        (-30, "bis 15.01.2027", "calm"),
        (-7, "noch 7 Tage", "soon"),
        (-1, "noch 1 Tag", "soon"),
        (0, "heute fällig", "soon"),
        (1, "seit 1 Tag überfällig", "late"),
        (9, "seit 9 Tagen überfällig", "late"),
    ],
)
def test_lateness_is_a_sentence(stage: Stage, days: int, sentence: str, tone: str) -> None:
    card = seen(stage.cycle, stage.cycle.due_on + days * DAY).columns[0].cards[0]
    assert (card.due.sentence, card.due.tone, card.is_late) == (sentence, tone, tone == "late")


def test_what_is_handed_in_waits_and_is_not_late(cast: Cast, stage: Stage) -> None:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    found = seen(stage.cycle, TODAY + 100 * DAY)
    card = next(card for column in found.columns for card in column.cards if column.state == "in_review")
    assert card.due.sentence == "wartet seit 100 Tagen"
    assert not card.is_late
    assert found.figures.overdue == 2


def test_an_approved_entry_says_when_it_is_public(cast: Cast, stage: Stage) -> None:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    runs.approve(stage.youth_update.pk, revision_number=1, by=cast.reviewer, now=NOW)
    approved = seen(stage.cycle).columns[4].cards[0]
    assert approved.due.sentence == "freigegeben am 23.11.2026"
    stage.cycle.publish_on = TODAY + DAY
    assert seen(stage.cycle).columns[4].cards[0].due.sentence == "erscheint am 24.11.2026"


def test_the_thread_tells_the_periods_before_and_what_is_handed_in_now(cast: Cast, stage: Stage) -> None:
    before = factories.open_cycle(
        stage.edition, period_from=datetime.date(2023, 1, 1), period_until=datetime.date(2024, 12, 31)
    )
    old = before.updates.get(recommendation=stage.youth_update.recommendation)
    runs.hand_in(old.pk, by=cast.clerk, content=content(implementation_status="planned"), now=NOW)
    runs.approve(old.pk, revision_number=1, by=cast.reviewer, now=NOW)
    opening.close_cycle(before.pk, by=None, now=NOW)
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    found = seen(stage.cycle)
    cards = {card.number: card for column in found.columns for card in column.cards}
    assert [step.status for step in cards["1.1.1"].steps] == ["planned", "in_progress"]
    assert [step.status for step in cards["1.1.2"].steps] == ["missing", "open"]
    assert cards["1.1.1"].last == "zuletzt in Umsetzung"
    assert cards["1.1.2"].last == "bisher kein Sachstand"


def test_a_period_before_that_still_runs_is_no_gap_yet(cast: Cast, stage: Stage) -> None:
    factories.open_cycle(stage.edition, period_from=datetime.date(2023, 1, 1), period_until=datetime.date(2024, 12, 31))
    assert [step.status for step in seen(stage.cycle).columns[0].cards[0].steps] == ["open", "open"]


def test_the_figures_count_the_whole_cycle_and_filter_it(cast: Cast, stage: Stage) -> None:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    late = stage.cycle.due_on + DAY
    found = seen(stage.cycle, late, amt=str(cast.school.pk))
    assert (found.figures.total, found.figures.handed_in) == (3, 1)
    assert (found.figures.overdue, found.figures.waiting) == (2, 1)
    assert titles(seen(stage.cycle, late, nur="ueberfaellig")) == {"requested": ["1.1.2", "1.1.3"]}
    assert titles(seen(stage.cycle, late, nur="wartet")) == {"in_review": ["1.1.1"]}
    assert titles(seen(stage.cycle, late, nur="abgegeben")) == {"in_review": ["1.1.1"]}


@pytest.mark.parametrize(("days", "waits"), [(7, 0), (8, 1)])
def test_more_than_seven_days_means_the_eighth(cast: Cast, stage: Stage, days: int, waits: int) -> None:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    assert seen(stage.cycle, TODAY + days * DAY).figures.waiting == waits


# --- Filters --------------------------------------------------------------------------------------------------------


def test_field_office_and_words_filter(cast: Cast, stage: Stage) -> None:
    other = factories.goal(stage.edition, field_number="2", number="2.1")
    factories.recommendation(other, "2.1.1", lead=cast.youth, title="Übergang in den Beruf")
    opening.open_cycle(stage.cycle.pk, by=None, now=NOW, today=TODAY)
    assert titles(seen(stage.cycle, feld=str(other.field_id))) == {"requested": ["2.1.1"]}
    assert titles(seen(stage.cycle, amt=str(cast.health.pk))) == {"requested": ["1.1.3"]}
    assert titles(seen(stage.cycle, amt=str(cast.school.pk))) == {"requested": ["1.1.1", "1.1.2"]}
    assert titles(seen(stage.cycle, q="2.1.")) == {"requested": ["2.1.1"]}
    assert titles(seen(stage.cycle, q="übergang")) == {"requested": ["2.1.1"]}
    assert titles(seen(stage.cycle, q="jugendamt")) == {"requested": ["1.1.1", "2.1.1"]}
    assert seen(stage.cycle, q="nirgends").shown == 0


def test_each_filter_can_be_taken_away_by_itself(cast: Cast, stage: Stage) -> None:
    found = seen(stage.cycle, amt=str(cast.school.pk), q="1.1", nur="ueberfaellig")
    assert [chip.label for chip in found.chips] == ["überfällig", "40 Amt für Schule und Bildung", "„1.1“"]
    assert found.chips[0].without == f"?amt={cast.school.pk}&q=1.1"


@pytest.mark.parametrize(
    "nonsense", ["feld=x&amt=-1&abfrage=99999999999&nur=alles&sortierung=&ansicht=3d&seite=x", "q=%00"]
)
def test_nonsense_in_the_address_counts_as_not_given(coordinator: Client, stage: Stage, nonsense: str) -> None:
    response = coordinator.get(f"{ADDRESS}?{nonsense}")
    assert response.status_code == 200
    assert response.context["board"].shown == 3


def test_the_running_cycle_comes_first_and_another_can_be_chosen(coordinator: Client, cast: Cast, stage: Stage) -> None:
    planned = factories.cycle(
        stage.edition, period_from=datetime.date(2027, 1, 1), period_until=datetime.date(2027, 12, 31)
    )
    assert coordinator.get(ADDRESS).context["board"].cycle == stage.cycle
    response = coordinator.get(f"{ADDRESS}?abfrage={planned.pk}")
    assert response.context["board"].cycle == planned
    assert "Gefragt ist noch niemand" in response.content.decode()


def test_without_any_cycle_the_board_says_what_to_do(coordinator: Client) -> None:
    page = coordinator.get(ADDRESS).content.decode()
    assert reverse("workflow:cycle-create") in page


@pytest.mark.parametrize(("sort", "first"), [("frist", "1.1.3"), ("nummer", "1.1.1")])
def test_cards_are_sorted_by_deadline_or_number(stage: Stage, sort: str, first: str) -> None:
    StatusUpdate.objects.filter(pk=stage.health_update.pk).update(due_on=TODAY)
    assert titles(seen(stage.cycle, sortierung=sort))["requested"][0] == first


# --- Many -----------------------------------------------------------------------------------------------------------


def test_a_full_column_shows_the_first_and_says_how_many_there_are(coordinator: Client, cast: Cast) -> None:
    cycle = many(cast, 120)
    column = seen(cycle).columns[0]
    assert (len(column.cards), column.total) == (25, 31)
    assert column.show_all == "?alle=requested#requested"
    full = seen(cycle, alle="requested").columns[0]
    assert (len(full.cards), full.show_all) == (31, "")
    assert "Alle 31 zeigen" in coordinator.get(ADDRESS).content.decode()


@pytest.mark.parametrize("view", ["spalten", "felder", "tabelle"])
def test_queries_do_not_grow_with_the_number_of_runs(coordinator: Client, cast: Cast, view: str) -> None:
    counts = []
    address = f"{ADDRESS}?ansicht={view}&q=Empfehlung"
    cycle = many(cast, 2)
    goal = factories.goal(cycle.edition, field_number="9", number="9.1")
    for more in (0, 20, 300):
        for place in range(more):
            factories.recommendation(goal, f"9.{more}.{place}", lead=cast.youth)
        opening.open_cycle(cycle.pk, by=None, now=NOW, today=TODAY)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert coordinator.get(address).status_code == 200
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts
    assert counts[0] <= 12, [query["sql"] for query in queries.captured_queries]


def test_lanes_hold_every_field_with_its_counts(coordinator: Client, cast: Cast) -> None:
    cycle = many(cast, 60)
    found = seen(cycle, ansicht="felder")
    assert [(lane.name, lane.total) for lane in found.lanes] == [
        ("1 Handlungsfeld 1", 21),
        ("2 Handlungsfeld 2", 21),
        ("3 Handlungsfeld 3", 21),
    ]
    assert all(len(column.cards) <= 4 for lane in found.lanes for column in lane.columns)
    page = coordinator.get(f"{ADDRESS}?ansicht=felder").content.decode()
    assert f"feld={found.lanes[0].key}&amp;alle=requested" in page


def test_the_table_turns_pages(cast: Cast) -> None:
    cycle = many(cast, 120)
    first, second = seen(cycle, ansicht="tabelle"), seen(cycle, ansicht="tabelle", seite="2")
    assert (len(first.rows), len(second.rows)) == (100, 23)
    assert (first.previous_page, second.next_page) == ("", "")
    assert first.next_page == "?ansicht=tabelle&seite=2"


def test_what_offices_are_called_is_never_markup(coordinator: Client, cast: Cast, stage: Stage) -> None:
    StatusUpdate.objects.update(lead_office_label="<script>alert(1)</script>")
    assert "<script>alert" not in coordinator.get(ADDRESS).content.decode()
