"""Changes of course by many people at once: one answer counts, and closing a cycle leaves one truth."""

import datetime
import threading
from collections.abc import Callable, Iterator

import pytest
from viewflow.workflow.models import Task

from offices.models import Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY
from tests.workflow.conftest import Stage
from tests.workflow.test_concurrency import FEW, at_once, fresh, open_steps
from workflow import opening, runs
from workflow.models import DeadlineExtension, Reassignment, StatusUpdate
from workflow.services import history

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]

LATER = datetime.date(2027, 2, 5)


def in_turns(*actions: Callable[[], object]) -> Callable[[], None]:
    """Return a function whose callers do one of ``actions`` each, in turns."""
    lock = threading.Lock()

    def endless() -> Iterator[Callable[[], object]]:
        while True:
            yield from actions

    waiting = endless()

    def act() -> None:
        with lock:
            mine = next(waiting)
        mine()

    return act


def test_of_many_decisions_on_an_extension_one_counts(cast: Cast, stage: Stage) -> None:
    one = runs.ask_for_extension(
        stage.youth_update.pk, by=cast.clerk, reason="Mehr.", wanted_on=LATER, now=NOW, today=TODAY
    )

    def grant() -> None:
        runs.grant_extension(one.pk, by=fresh(cast.coordinator), granted_on=LATER, now=NOW, today=TODAY)

    def refuse() -> None:
        runs.refuse_extension(one.pk, by=fresh(cast.coordinator), answer="Nein.", now=NOW, today=TODAY)

    assert at_once(in_turns(grant, refuse), times=FEW) == {"ok": 1, "refused": FEW - 1}
    granted = DeadlineExtension.objects.get().state == "granted"
    assert (StatusUpdate.objects.get(pk=stage.youth_update.pk).due_on == LATER) == granted
    assert list(history.verify()) == []


def test_of_taking_over_and_taking_back_one_counts(cast: Cast, stage: Stage) -> None:
    clerk = factories.member(Role.CLERK, cast.health)
    one = runs.propose_reassignment(
        stage.youth_update.pk, by=cast.clerk, to_office_id=cast.health.pk, reason="Ihres.", now=NOW
    )

    def accept() -> None:
        runs.accept_reassignment(one.pk, by=fresh(clerk), now=NOW)

    def take_back() -> None:
        runs.withdraw_reassignment(one.pk, by=fresh(cast.clerk), now=NOW)

    assert at_once(in_turns(accept, take_back), times=FEW) == {"ok": 1, "refused": FEW - 1}
    accepted = Reassignment.objects.get().state == "accepted"
    update = StatusUpdate.objects.get(pk=stage.youth_update.pk)
    assert (update.lead_office == cast.health) == accepted
    assert list(open_steps(update)) == ["write"]
    assert list(history.verify()) == []


def test_opening_again_while_the_cycle_closes_leaves_one_truth(cast: Cast, stage: Stage) -> None:
    runs.cancel(stage.youth_update.pk, by=cast.coordinator, reason="Entfällt.", now=NOW)

    def reopen() -> None:
        runs.reopen(stage.youth_update.pk, by=fresh(cast.coordinator), reason="Doch.", due_on=LATER, now=NOW)

    def close() -> None:
        opening.close_cycle(stage.cycle.pk, by=fresh(cast.coordinator), now=NOW)

    outcome = at_once(in_turns(reopen, close), times=2)
    assert outcome == {"ok": 2}
    update = StatusUpdate.objects.get(pk=stage.youth_update.pk)
    working = Task.objects.filter(process=update.process_id, finished__isnull=True).exists()
    assert (update.state, working, list(open_steps(update))) in [
        ("requested", True, ["write"]),
        ("missing", False, []),
    ]
    assert list(history.verify()) == []
