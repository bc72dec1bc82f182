"""Who signs and who decides in a cycle: planned, looked over, changed while it is open."""

from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from offices.errors import DomainError
from offices.models import Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.conftest import Stage
from tests.workflow.test_cycle_views import entered
from workflow import runs
from workflow.models import CoSignature, Event, EventKind, ReportingCycle, ReviewPolicy, StatusUpdate
from workflow.services import cycles, history
from workflow.services.cycle_policies import CyclePolicy
from workflow.services.cycles import CycleDates

ALL = CyclePolicy(
    sign_off=True, co_sign=True, co_sign_days=10, silence_is_consent=True, review_policy=ReviewPolicy.QUORUM, quorum=3
)
CHOSEN = {
    "co_sign": "on",
    "co_sign_days": "10",
    "silence_is_consent": "on",
    "sign_off": "on",
    "review_policy": "quorum",
    "quorum": "3",
}


def dates_of(cycle: ReportingCycle) -> CycleDates:
    return CycleDates(**{name: getattr(cycle, name) for name in CycleDates.__dataclass_fields__})


def change(cast: Cast, cycle: ReportingCycle, policy: CyclePolicy) -> None:
    cycles.change_cycle(cycle.pk, dates_of(cycle), by=cast.coordinator, now=NOW, today=TODAY, policy=policy)
    cycle.refresh_from_db()


def test_a_new_cycle_asks_for_no_signature_and_lets_one_member_decide(stage: Stage) -> None:
    assert CyclePolicy.of(stage.cycle) == CyclePolicy()


@pytest.mark.parametrize(
    "broken",
    [
        {"co_sign_days": 0},
        {"co_sign_days": 61},
        {"co_sign": False},
        {"quorum": 1},
        {"quorum": 51},
        {"review_policy": "lot"},
    ],
)
def test_a_policy_that_contradicts_itself_is_refused(cast: Cast, stage: Stage, broken: dict[str, Any]) -> None:
    with pytest.raises(DomainError):
        change(cast, stage.cycle, replace(ALL, **broken))
    assert CyclePolicy.of(ReportingCycle.objects.get(pk=stage.cycle.pk)) == CyclePolicy()


def test_the_form_shows_the_policy_before_it_is_saved(signed_in: Any, cast: Cast, stage: Stage) -> None:
    client = signed_in(cast.coordinator)
    page = client.post(reverse("workflow:cycle-create"), entered(stage.edition, **CHOSEN)).content.decode()
    assert "durch die beteiligten Ämter, innerhalb von 10 Tagen; Schweigen gilt als Zustimmung" in page
    assert "sobald mindestens 3 Mitglieder abgestimmt haben" in page
    client.post(reverse("workflow:cycle-create"), entered(stage.edition, **CHOSEN, save="1"))
    made = ReportingCycle.objects.order_by("-pk")[0]
    assert CyclePolicy.of(made) == ALL
    assert "durch die Leitung" in client.get(reverse("workflow:cycle-detail", args=[made.pk])).content.decode()


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"silence_is_consent": "on"}, "Schweigen kann nur"),
        ({"review_policy": "quorum", "quorum": "1"}, "mindestens 2"),
        ({"co_sign": "on", "co_sign_days": "90"}, "1 Angabe fehlt oder passt nicht"),
    ],
)
def test_the_form_explains_what_does_not_fit(
    signed_in: Any, cast: Cast, stage: Stage, chosen: dict[str, str], said: str
) -> None:
    client = signed_in(cast.coordinator)
    page = client.post(reverse("workflow:cycle-create"), entered(stage.edition, **chosen, save="1"))
    assert said in page.content.decode()
    assert ReportingCycle.objects.count() == 1


def test_votes_left_empty_are_two(signed_in: Any, cast: Cast, stage: Stage) -> None:
    data = entered(stage.edition, review_policy="quorum", quorum="", save="1")
    signed_in(cast.coordinator).post(reverse("workflow:cycle-create"), data)
    assert ReportingCycle.objects.order_by("-pk")[0].quorum == 2


def test_an_open_cycle_changes_its_policy_and_the_history_keeps_both(signed_in: Any, cast: Cast, stage: Stage) -> None:
    data = {"publish_on": "", "rework_days": "14", **CHOSEN}
    client = signed_in(cast.coordinator)
    where = reverse("workflow:cycle-change", args=[stage.cycle.pk])
    assert "ab jetzt abgegeben" in client.get(where).content.decode()
    client.post(where, data)
    stage.cycle.refresh_from_db()
    assert CyclePolicy.of(stage.cycle) == ALL
    event = Event.objects.get(cycle=stage.cycle, kind=EventKind.CYCLE_CHANGED)
    assert (event.data["before"]["sign_off"], event.data["after"]["sign_off"]) == (False, True)
    assert (event.data["before"]["quorum"], event.data["after"]["quorum"]) == (1, 3)
    assert list(history.verify()) == []


def test_what_was_handed_in_before_the_change_keeps_its_way(cast: Cast) -> None:
    edition = factories.edition()
    goal = factories.goal(edition)
    for number in ("1.1", "1.2"):
        factories.recommendation(goal, number, lead=cast.youth, contributing=(cast.school,))
    cycle = factories.open_cycle(edition, co_sign=True, sign_off=True)
    before, after = StatusUpdate.objects.order_by("recommendation__number")
    runs.hand_in(before.pk, by=cast.clerk, content=content(), now=NOW)
    change(cast, cycle, CyclePolicy(co_sign=True, silence_is_consent=True))
    runs.hand_in(after.pk, by=cast.clerk, content=content(), now=NOW)
    for update in (before, after):
        runs.co_sign(update.pk, cast.school.pk, by=cast.school_clerk, now=NOW)
    states = StatusUpdate.objects.order_by("recommendation__number").values_list("state", flat=True)
    assert list(states) == ["signing", "in_review"]
    runs.sign(before.pk, by=cast.head, now=NOW)
    assert list(CoSignature.objects.order_by("pk").values_list("silence_is_consent", flat=True)) == [False, True]


def test_a_change_of_the_decision_holds_at_once(cast: Cast, stage: Stage) -> None:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    change(cast, stage.cycle, CyclePolicy(review_policy=ReviewPolicy.QUORUM, quorum=2))
    with pytest.raises(DomainError):
        runs.approve(stage.youth_update.pk, revision_number=1, by=cast.reviewer, now=NOW)


def test_the_command_opens_a_cycle_with_its_policy(cast: Cast) -> None:
    edition = factories.edition("Konzept")
    factories.recommendation(factories.goal(edition), "1.1", lead=cast.youth)
    factories.member(Role.REVIEWER, cast.school, email="ag-40@stadt.example")
    out = StringIO()
    call_command(
        "open_cycle", "--edition", "Konzept", "--from", "2025-01-01", "--until", "2026-12-31", "--due", "2099-01-15",
        "--co-sign", "--co-sign-days", "10", "--silence-is-consent", "--sign-off", "--quorum", "3", stdout=out,
    )  # fmt: skip
    assert CyclePolicy.of(ReportingCycle.objects.get()) == ALL
    assert "Schlusszeichnung: durch die Leitung" in out.getvalue()
