"""Many coordinators at one rule, at one closing time, and at one look: nothing is doubled, nothing is left behind."""

from dataclasses import replace
from itertools import count, pairwise

import pytest

from offices.models import Closure
from offices.services import closures
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY
from tests.workflow.conftest import Stage
from tests.workflow.test_concurrency import FEW, at_once
from workflow.models import CycleState, Event, EventKind, ReminderPolicy, StatusUpdate
from workflow.reminding import Policy
from workflow.services import history
from workflow.services.mail_previews import preview_of
from workflow.services.reminder_policies import set_policy

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


def test_rules_that_are_saved_at_once_follow_each_other_in_the_history(cast: Cast, stage: Stage) -> None:
    numbers = count(1)

    def save() -> None:
        set_policy(stage.cycle, replace(Policy(), after=(next(numbers),)), by=cast.coordinator, now=NOW)

    assert at_once(save, FEW) == {"ok": FEW}
    events = list(Event.objects.filter(kind=EventKind.CYCLE_CHANGED).order_by("sequence"))
    assert len(events) == FEW
    for one, following in pairwise(events):
        assert following.data["before"] == one.data["after"]
    assert ReminderPolicy.objects.get().after == events[-1].data["after"]["after"]
    assert list(history.verify()) == []


def test_a_double_click_enters_a_closing_time_once(cast: Cast) -> None:
    Closure.objects.all().delete()

    def enter() -> None:
        closures.enter(
            name="Umzug", first_day=TODAY, last_day=TODAY, yearly=False, by=cast.coordinator, now=NOW, today=TODAY
        )

    assert at_once(enter, FEW) == {"ok": 1, "refused": FEW - 1}
    assert Closure.objects.count() == 1


def test_looking_at_a_planned_cycle_at_once_leaves_it_as_it_was(cast: Cast) -> None:
    edition = factories.edition()
    factories.recommendation(factories.goal(edition), "1.1", lead=cast.youth)
    cycle = factories.cycle(edition)

    def look() -> None:
        assert preview_of(cycle, by=cast.coordinator, now=NOW, today=TODAY).words

    assert at_once(look, 4) == {"ok": 4}
    cycle.refresh_from_db()
    assert cycle.state == CycleState.PLANNED
    assert not StatusUpdate.objects.exists()
    assert list(history.verify()) == []
