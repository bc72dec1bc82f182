"""When a cycle reminds: the service and the page."""

import datetime
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from offices.errors import DomainError
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY
from tests.workflow.conftest import Stage
from workflow import opening
from workflow.event_words import event_words
from workflow.models import CycleState, Event, EventKind, ReminderPolicy, ReportingCycle
from workflow.queries.reminder_policies import policies_of
from workflow.reminding import Policy
from workflow.services import history
from workflow.services.reminder_policies import reset_policy, set_policy

OTHER = Policy(
    before=(20, 5),
    on_the_day=False,
    after=(2, 4, 9),
    every=10,
    head_after=5,
    coordinator_after=None,
    department_after=None,
    introduction="Guten Tag!\nFragen? 1234",
)
SENT = {
    "before": "5 und 20",
    "after": "2; 4, 9",
    "every": "10",
    "head_after": "5",
    "coordinator_after": "",
    "department_after": "",
    "introduction": "Guten Tag!\r\nFragen? 1234",
}


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def policy_of(cycle: ReportingCycle) -> Policy:
    return policies_of([cycle.pk])[cycle.pk]


def where(cycle: ReportingCycle) -> str:
    return reverse("workflow:cycle-reminders", args=[cycle.pk])


@pytest.fixture
def planned(cast: Cast) -> ReportingCycle:
    edition = factories.edition()
    factories.recommendation(factories.goal(edition), "1.1", lead=cast.youth, contributing=(cast.school,))
    return factories.cycle(edition)


@pytest.fixture
def coordinator(signed_in: Any, cast: Cast) -> Client:
    client: Client = signed_in(cast.coordinator)
    return client


# --- The service ----------------------------------------------------------------------------------------------------


def test_without_a_rule_of_its_own_a_cycle_keeps_the_default(planned: ReportingCycle) -> None:
    assert policy_of(planned) == Policy()
    assert not ReminderPolicy.objects.exists()


@pytest.mark.parametrize("state", [CycleState.PLANNED, CycleState.OPEN])
def test_a_rule_is_kept_with_who_changed_it(cast: Cast, planned: ReportingCycle, state: CycleState) -> None:
    if state == CycleState.OPEN:
        opening.open_cycle(planned.pk, by=cast.coordinator, now=NOW, today=TODAY)
    set_policy(planned, OTHER, by=cast.coordinator, now=NOW)
    row = ReminderPolicy.objects.get()
    assert (policy_of(planned), row.introduction) == (OTHER, OTHER.introduction)
    assert (row.changed_by, row.changed_at) == (cast.coordinator, NOW)


def test_the_history_keeps_what_changed_before_and_after(cast: Cast, planned: ReportingCycle) -> None:
    set_policy(planned, replace(Policy(), after=(1, 5), head_after=None), by=cast.coordinator, now=NOW)
    event = Event.objects.get(kind=EventKind.CYCLE_CHANGED)
    assert event.data == {
        "about": "reminders",
        "before": {"after": [1, 7], "head_after": 7},
        "after": {"after": [1, 5], "head_after": None},
    }
    assert (event.actor, event.at) == (cast.coordinator, NOW)
    assert event_words(event) == "Erinnerungen geändert: Tage danach, Amtsleitung"
    assert list(history.verify()) == []


def test_an_introduction_alone_is_a_change_and_the_same_rule_twice_is_none(cast: Cast, planned: ReportingCycle) -> None:
    greeting = replace(Policy(), introduction="Guten Tag")
    for _click in range(2):
        set_policy(planned, greeting, by=cast.coordinator, now=NOW)
    assert Event.objects.filter(kind=EventKind.CYCLE_CHANGED).count() == 1
    assert policy_of(planned).introduction == "Guten Tag"


def test_the_default_comes_back_and_the_introduction_stays(cast: Cast, planned: ReportingCycle) -> None:
    set_policy(planned, OTHER, by=cast.coordinator, now=NOW)
    reset_policy(planned, by=cast.coordinator, now=NOW)
    assert policy_of(planned) == Policy()
    assert policy_of(planned).introduction == OTHER.introduction


@pytest.mark.parametrize(
    "broken",
    [
        {"before": (0,)},
        {"before": (366,)},
        {"before": (3, 14)},
        {"before": (14, 14, 3)},
        {"before": tuple(range(11, 0, -1))},
        {"after": (-1,)},
        {"after": (7, 1)},
        {"after": (1, 1)},
        {"after": tuple(range(1, 12))},
        {"every": 0},
        {"every": 366},
        {"on_the_day": False, "after": (), "every": 14},
        {"head_after": 0},
        {"coordinator_after": 400},
        {"department_after": -3},
        {"introduction": "x" * 1001},
    ],
)
def test_a_rule_that_cannot_be_kept_is_refused(cast: Cast, planned: ReportingCycle, broken: dict[str, Any]) -> None:
    with pytest.raises(DomainError):
        set_policy(planned, replace(OTHER, **broken), by=cast.coordinator, now=NOW)
    assert policy_of(planned) == Policy()


def test_a_rule_at_its_limits_is_kept(cast: Cast, planned: ReportingCycle) -> None:
    limits = Policy(
        before=(365, *range(9, 0, -1)),
        on_the_day=False,
        after=(*range(1, 10), 365),
        every=1,
        head_after=1,
        coordinator_after=365,
        department_after=365,
        introduction="x" * 1000,
    )
    set_policy(planned, limits, by=cast.coordinator, now=NOW)
    assert policy_of(planned) == limits


def test_a_closed_cycle_keeps_its_rule(cast: Cast, stage: Stage) -> None:
    opening.close_cycle(stage.cycle.pk, by=cast.coordinator, now=NOW)
    with pytest.raises(DomainError):
        set_policy(stage.cycle, OTHER, by=cast.coordinator, now=NOW)
    with pytest.raises(DomainError):
        reset_policy(ReportingCycle.objects.get(pk=set_by_hand(stage.cycle).pk), by=cast.coordinator, now=NOW)


def set_by_hand(cycle: ReportingCycle) -> ReportingCycle:
    ReminderPolicy.objects.create(cycle=cycle, before=[5], after=[5], changed_at=NOW)
    return cycle


# --- The page -------------------------------------------------------------------------------------------------------


def test_the_page_shows_the_default_with_its_calendar(coordinator: Client, planned: ReportingCycle) -> None:
    page = coordinator.get(where(planned)).content.decode()
    assert "Das ist die Vorgabe" in page
    assert 'value="30, 14, 3"' in page
    assert "Zurück zur Vorgabe" not in page


def test_a_preview_shows_what_was_typed_and_saves_nothing(coordinator: Client) -> None:
    planned = factories.cycle(factories.edition(), opens_on=day("2098-10-01"), due_on=day("2099-01-15"))
    response = coordinator.post(where(planned), {**SENT, "vorschau": "1"})
    page = response.content.decode()
    assert response.status_code == 200
    assert "Das ist eine Vorschau, gespeichert ist noch nichts" in page
    assert "20 und 5 Tage vorher, 2, 4 und 9 Tage danach" in page
    assert "20 Tage vorher" in page
    assert 'value="5 und 20"' in page
    assert policy_of(planned) == Policy()
    assert not Event.objects.filter(kind=EventKind.CYCLE_CHANGED).exists()


def test_saving_keeps_what_was_typed(coordinator: Client, cast: Cast, planned: ReportingCycle) -> None:
    page = coordinator.post(where(planned), SENT, follow=True).content.decode()
    assert "Das gilt ab der nächsten Erinnerung" in page
    assert (policy_of(planned), policy_of(planned).introduction) == (OTHER, OTHER.introduction)
    assert ReminderPolicy.objects.get().changed_by == cast.coordinator
    assert 'value="20, 5"' in page
    detail = coordinator.get(reverse("workflow:cycle-detail", args=[planned.pk])).content.decode()
    assert "Erinnert wird 20 und 5 Tage vorher" in detail
    assert "Erinnerungen geändert" in detail
    assert where(planned) in detail


def test_going_back_to_the_default_asks_first(coordinator: Client, cast: Cast, planned: ReportingCycle) -> None:
    set_policy(planned, OTHER, by=cast.coordinator, now=NOW)
    way = reverse("workflow:cycle-reminders-reset", args=[planned.pk])
    page = coordinator.get(where(planned)).content.decode()
    assert "Zurück zur Vorgabe" in page
    assert f'href="{way}"' in page
    asked = coordinator.get(way).content.decode()
    assert "Erinnert wird 20 und 5 Tage vorher" in asked
    assert "Erinnert wird 30, 14 und 3 Tage vorher" in asked
    assert policy_of(planned) == OTHER
    page = coordinator.post(way, follow=True).content.decode()
    assert "folgen wieder der Vorgabe" in page
    assert policy_of(planned) == Policy()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"before": "14, drei"}, "Bitte schreiben Sie die Tage so"),
        ({"before": "14, -3"}, "Bitte schreiben Sie die Tage so"),
        ({"before": "14, 14"}, "14 steht dort zweimal"),
        ({"before": "400"}, "zwischen 1 und 365"),
        ({"before": "0"}, "zwischen 1 und 365"),
        ({"after": "1 2 3 4 5 6 7 8 9 10 11"}, "höchstens 10 Tage"),
        ({"every": "0"}, "1 Angabe fehlt oder passt nicht"),
        ({"head_after": "bald"}, "1 Angabe fehlt oder passt nicht"),
        ({"introduction": "x" * 1001}, "1 Angabe fehlt oder passt nicht"),
    ],
)
@pytest.mark.parametrize("button", ["vorschau", "save"])
def test_the_form_explains_what_does_not_fit(
    coordinator: Client, planned: ReportingCycle, sent: dict[str, str], said: str, button: str
) -> None:
    response = coordinator.post(where(planned), {**SENT, **sent, button: "1"})
    assert response.status_code == 422
    assert said in response.content.decode()
    assert policy_of(planned) == Policy()


def test_a_thousand_characters_over_many_lines_are_not_too_many(coordinator: Client, planned: ReportingCycle) -> None:
    text = "\r\n".join(["x"] * 500) + "y"
    coordinator.post(where(planned), {**SENT, "introduction": text})
    assert len(policy_of(planned).introduction) == 1000


def test_an_introduction_is_shown_as_text(coordinator: Client, cast: Cast) -> None:
    edition = factories.edition()
    factories.recommendation(factories.goal(edition), "1.1", lead=cast.youth)
    planned = factories.cycle(edition, opens_on=day("2098-10-01"), due_on=day("2099-01-15"))
    page = coordinator.post(where(planned), {**SENT, "introduction": "<b>Hallo</b>", "vorschau": "1"})
    assert "<b>Hallo</b>" not in page.content.decode()
    assert "&lt;b&gt;Hallo&lt;/b&gt;" in page.content.decode()


def test_a_closed_cycle_shows_its_rule_and_takes_no_other(coordinator: Client, cast: Cast, stage: Stage) -> None:
    opening.close_cycle(stage.cycle.pk, by=cast.coordinator, now=NOW)
    page = coordinator.get(where(stage.cycle)).content.decode()
    assert "Ihre Erinnerungen bleiben, wie sie sind" in page
    assert 'name="before"' not in page
    for button in ("save", "vorschau"):
        coordinator.post(where(stage.cycle), {**SENT, button: "1"})
    assert not ReminderPolicy.objects.exists()


@pytest.mark.parametrize("who", ["clerk", "head", "reviewer", "chair", "reader", "administrator", "stranger"])
def test_the_rule_is_not_there_for_others(signed_in: Any, cast: Cast, planned: ReportingCycle, who: str) -> None:
    client = signed_in(getattr(cast, who))
    assert client.get(where(planned)).status_code == 404
    assert client.post(where(planned), SENT).status_code == 404
    assert not ReminderPolicy.objects.exists()


def test_an_unknown_cycle_has_no_rule(coordinator: Client) -> None:
    assert coordinator.get(reverse("workflow:cycle-reminders", args=[999_999])).status_code == 404


@pytest.mark.parametrize("number", [2, 20])
def test_the_page_costs_a_constant_number_of_queries(
    coordinator: Client, stage: Stage, number: int, django_assert_max_num_queries: Any
) -> None:
    goal = factories.goal(stage.edition, number="1.9")
    for one in range(number):
        factories.recommendation(goal, f"1.9.{one}", lead=factories.office(f"9{one}", f"Amt {one}"))
    opening.open_cycle(stage.cycle.pk, by=None, now=NOW, today=TODAY)
    with django_assert_max_num_queries(8):
        assert coordinator.get(where(stage.cycle)).status_code == 200


@pytest.mark.parametrize("button", ["vorschau", "sichern"])
def test_others_hear_of_it_from_near_to_far(coordinator: Client, stage: Stage, button: str) -> None:
    wrong = SENT | {"head_after": "14", "coordinator_after": "7", "department_after": "3", button: "1"}
    answer = coordinator.post(where(stage.cycle), wrong)
    assert answer.status_code == 422
    assert "Zuerst erfährt es die Amtsleitung, dann die Koordination" in answer.content.decode()
    assert policy_of(stage.cycle) == Policy()
