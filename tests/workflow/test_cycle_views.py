"""The pages with which a coordinator plans, opens and closes a cycle."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from concept.models import ConceptEdition
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, content
from tests.workflow.conftest import Stage
from workflow import opening, runs
from workflow.models import CycleState, EventKind, ReportingCycle, StatusUpdate, UpdateState

EVERYBODY = ["clerk", "head", "school_clerk", "reviewer", "reader", "administrator", "stranger"]
PAGES = ["cycle-list", "cycle-create", "cycle-detail", "cycle-change", "cycle-open", "cycle-close"]


def address(page: str, cycle: ReportingCycle) -> str:
    return reverse(f"workflow:{page}", args=[] if page in ("cycle-list", "cycle-create") else [cycle.pk])


@pytest.fixture
def coordinator(signed_in: Any, cast: Cast) -> Client:
    client: Client = signed_in(cast.coordinator)
    return client


def entered(of: ConceptEdition, **fields: str) -> dict[str, str]:
    return {
        "edition": str(of.pk),
        "period_from": "01.01.2027",
        "period_until": "31.12.2028",
        "due_on": "31.01.2029",
        "opens_on": "",
        "contributions_due_on": "",
        "sign_off_due_on": "",
        "review_due_on": "",
        "publish_on": "",
        "rework_days": "14",
        **fields,
    }


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", EVERYBODY)
def test_cycles_are_not_there_for_others(signed_in: Any, cast: Cast, stage: Stage, page: str, who: str) -> None:
    client = signed_in(getattr(cast, who))
    assert client.get(address(page, stage.cycle)).status_code == 404
    assert client.post(address(page, stage.cycle), {"confirmed": "on"}).status_code == 404
    stage.cycle.refresh_from_db()
    assert stage.cycle.state == CycleState.OPEN


@pytest.mark.parametrize("page", PAGES)
def test_visitors_are_asked_to_sign_in(client: Client, stage: Stage, page: str) -> None:
    assert client.get(address(page, stage.cycle)).status_code == 302


@pytest.mark.parametrize("page", PAGES)
def test_coordinators_see_every_page(coordinator: Client, stage: Stage, page: str) -> None:
    assert coordinator.get(address(page, stage.cycle)).status_code == 200


@pytest.mark.parametrize("page", PAGES[2:])
def test_an_unknown_cycle_is_not_found(coordinator: Client, stage: Stage, page: str) -> None:
    assert coordinator.get(reverse(f"workflow:{page}", args=[999_999])).status_code == 404


def test_dates_are_shown_before_anything_is_saved(coordinator: Client, stage: Stage) -> None:
    response = coordinator.post(reverse("workflow:cycle-create"), entered(stage.edition))
    page = response.content.decode()
    assert "28.02.2029" in page
    assert "vorgeschlagen" in page
    assert ReportingCycle.objects.count() == 1


def test_a_cycle_is_planned_after_the_preview(coordinator: Client, cast: Cast, stage: Stage) -> None:
    response = coordinator.post(reverse("workflow:cycle-create"), entered(stage.edition, save="1"))
    cycle = ReportingCycle.objects.order_by("-pk")[0]
    assert response.headers["Location"] == reverse("workflow:cycle-detail", args=[cycle.pk])
    assert (cycle.state, cycle.created_by, cycle.rework_days) == (CycleState.PLANNED, cast.coordinator, 14)
    assert cycle.review_due_on == datetime.date(2029, 2, 28)
    assert not cycle.updates.exists()


def test_a_second_click_plans_nothing_twice(coordinator: Client, stage: Stage) -> None:
    for _click in range(2):
        response = coordinator.post(reverse("workflow:cycle-create"), entered(stage.edition, save="1"))
    assert "gibt es schon" in response.content.decode()
    assert ReportingCycle.objects.count() == 2


def test_going_back_keeps_what_was_typed(coordinator: Client, stage: Stage) -> None:
    response = coordinator.post(
        reverse("workflow:cycle-create"), entered(stage.edition, edit="1", publish_on="2029-05-01")
    )
    assert response.templates[0].name == "workflow/cycle_form.html"
    assert "31.01.2029" in response.content.decode()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"due_on": "31.02.2029"}, "Bitte schreiben Sie das Datum so"),
        ({"period_until": "01.01.2026"}, "Der Zeitraum endet"),
        ({"review_due_on": "01.01.2029"}, "liegt vor"),
        ({"edition": ""}, "1 Angabe fehlt oder passt nicht"),
    ],
)
def test_wrong_dates_are_explained_and_nothing_is_saved(
    coordinator: Client, stage: Stage, fields: dict[str, str], said: str
) -> None:
    page = coordinator.post(reverse("workflow:cycle-create"), entered(stage.edition, save="1", **fields))
    assert said.lower() in page.content.decode().lower()
    assert ReportingCycle.objects.count() == 1


def test_a_planned_cycle_is_changed_after_a_preview(coordinator: Client, stage: Stage) -> None:
    edition = factories.edition("Andere")
    cycle = factories.cycle(edition)
    where = reverse("workflow:cycle-change", args=[cycle.pk])
    data = entered(edition, period_from="01.01.2025", period_until="31.12.2026", due_on="2027-01-31")
    assert coordinator.post(where, data).templates[0].name == "workflow/cycle_preview.html"
    coordinator.post(where, {**data, "save": "1"})
    cycle.refresh_from_db()
    assert cycle.due_on == datetime.date(2027, 1, 31)


def test_an_open_cycle_changes_only_publication_and_rework(coordinator: Client, stage: Stage) -> None:
    where = reverse("workflow:cycle-change", args=[stage.cycle.pk])
    assert "due_on" not in coordinator.get(where).content.decode()
    coordinator.post(where, {"publish_on": "01.05.2027", "rework_days": "21", "due_on": "2030-01-01"})
    before = stage.cycle.due_on
    stage.cycle.refresh_from_db()
    assert (stage.cycle.publish_on, stage.cycle.rework_days) == (datetime.date(2027, 5, 1), 21)
    assert stage.cycle.due_on == before


def test_the_opening_names_who_is_asked_and_who_is_not(coordinator: Client, cast: Cast) -> None:
    edition = factories.edition()
    goal = factories.goal(edition)
    factories.recommendation(goal, "1.1", lead=cast.youth)
    factories.recommendation(goal, "1.2", lead=factories.office("", "Kulturamt", mailbox="kultur@stadt.example"))
    factories.recommendation(goal, "1.3", lead=factories.office("", "Zukunftsbüro"))
    factories.recommendation(goal, "1.4")
    cycle = factories.cycle(edition)
    page = coordinator.get(reverse("workflow:cycle-open", args=[cycle.pk])).content.decode()
    assert "3 Empfehlungen werden angefragt" in page
    for name in ("Kulturamt", "Zukunftsbüro", "Empfehlung 1.4"):
        assert name in page
    assert not StatusUpdate.objects.exists()


def test_the_opening_says_when_it_comes_before_its_day(coordinator: Client, cast: Cast) -> None:
    edition = factories.edition()
    factories.recommendation(factories.goal(edition), "1.1", lead=cast.youth)
    due = datetime.date(2099, 1, 15)
    cycle = factories.cycle(edition, opens_on=datetime.date(2098, 12, 1), due_on=due)
    where = reverse("workflow:cycle-open", args=[cycle.pk])
    assert "wird jetzt geöffnet, nicht erst am 01.12.2098" in coordinator.get(where).content.decode()
    coordinator.post(where)
    assert "nicht erst am" not in coordinator.get(where).content.decode()


def test_opening_twice_asks_nobody_twice_and_says_so(coordinator: Client, cast: Cast) -> None:
    edition = factories.edition()
    factories.recommendation(factories.goal(edition), "1.1", lead=cast.youth)
    where = reverse("workflow:cycle-open", args=[factories.cycle(edition).pk])
    assert "1 Empfehlung angefragt" in coordinator.post(where, follow=True).content.decode()
    assert "Nichts zu tun" in coordinator.post(where, follow=True).content.decode()
    assert StatusUpdate.objects.count() == 1


def test_a_lead_that_was_named_late_is_asked_by_opening_again(coordinator: Client, cast: Cast, stage: Stage) -> None:
    factories.recommendation(factories.goal(stage.edition, number="1.2"), "1.2.1", lead=cast.health)
    where = reverse("workflow:cycle-open", args=[stage.cycle.pk])
    assert "1 Empfehlung wird angefragt" in coordinator.get(where).content.decode()
    coordinator.post(where)
    assert StatusUpdate.objects.count() == 4


def test_closing_shows_what_is_missing_and_what_nobody_has_decided(
    coordinator: Client, cast: Cast, stage: Stage
) -> None:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    page = coordinator.get(reverse("workflow:cycle-close", args=[stage.cycle.pk])).content.decode()
    assert "1 Sachstand ist abgegeben und noch nicht entschieden" in page
    assert "40 Amt für Schule und Bildung" in page


def test_closing_needs_the_confirmation(coordinator: Client, stage: Stage) -> None:
    where = reverse("workflow:cycle-close", args=[stage.cycle.pk])
    assert "Bitte bestätigen" in coordinator.post(where).content.decode()
    stage.cycle.refresh_from_db()
    assert stage.cycle.is_open
    coordinator.post(where, {"confirmed": "on"})
    stage.cycle.refresh_from_db()
    assert stage.cycle.is_closed
    assert set(StatusUpdate.objects.values_list("state", flat=True)) == {UpdateState.MISSING}


def test_a_second_click_closes_nothing_twice(coordinator: Client, stage: Stage) -> None:
    where = reverse("workflow:cycle-close", args=[stage.cycle.pk])
    for _click in range(2):
        response = coordinator.post(where, {"confirmed": "on"}, follow=True)
        assert response.status_code == 200
    assert stage.cycle.events.filter(kind=EventKind.CYCLE_CLOSED).count() == 1


@pytest.mark.parametrize("page", ["cycle-change", "cycle-open", "cycle-close"])
def test_a_closed_cycle_only_shows_itself(coordinator: Client, cast: Cast, stage: Stage, page: str) -> None:
    opening.close_cycle(stage.cycle.pk, by=cast.coordinator, now=NOW)
    response = coordinator.get(address(page, stage.cycle))
    assert response.headers["Location"] == address("cycle-detail", stage.cycle)
    assert coordinator.post(address(page, stage.cycle)).status_code == 302


@pytest.mark.parametrize("number", [2, 20])
def test_the_list_costs_a_constant_number_of_queries(
    coordinator: Client, number: int, django_assert_max_num_queries: Any
) -> None:
    edition = factories.edition()
    for year in range(2000, 2000 + number):
        factories.cycle(
            edition,
            period_from=datetime.date(year, 1, 1),
            period_until=datetime.date(year, 12, 31),
        )
    with django_assert_max_num_queries(8):
        assert coordinator.get(reverse("workflow:cycle-list")).status_code == 200
