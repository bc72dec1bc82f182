"""Signatures given at the same moment: the run goes on exactly once, and nobody's answer is lost or doubled."""

import datetime
import threading
from collections.abc import Callable

import pytest

from notifications.models import Mail, MailKind
from offices.errors import DomainError
from offices.models import Person, Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.test_concurrency import at_once, fresh
from workflow import runs
from workflow.models import CoSignature, SignOff, StatusUpdate, WorkItem
from workflow.services import history

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]

AFTERWARDS = TODAY + datetime.timedelta(days=8)


@pytest.fixture
def update(cast: Cast) -> StatusUpdate:
    """Handed in by 51; 40 and 53 are asked to co-sign, silence counts, then the head of 51 signs."""
    edition = factories.edition()
    factories.recommendation(factories.goal(edition), lead=cast.youth, contributing=(cast.school, cast.health))
    factories.open_cycle(edition, co_sign=True, silence_is_consent=True, sign_off=True)
    update = StatusUpdate.objects.get()
    runs.hand_in(update.pk, by=cast.clerk, content=content(), now=NOW)
    return update


@pytest.fixture
def health_clerk(cast: Cast) -> Person:
    return factories.member(Role.CLERK, cast.health, name="Sachbearbeitung 53")


def in_turn(*actions: Callable[[], object]) -> Callable[[], object]:
    """Return an action that does another one of ``actions`` each time it is called, in whichever thread."""
    turns, lock = iter(actions * 20), threading.Lock()

    def act() -> object:
        with lock:
            mine = next(turns)
        return mine()

    return act


def open_steps(update: StatusUpdate) -> list[str]:
    return list(WorkItem.objects.filter(update=update, is_open=True).values_list("step", flat=True))


def test_the_last_two_offices_answer_at_once_and_the_head_is_asked_once(
    cast: Cast, update: StatusUpdate, health_clerk: Person
) -> None:
    outcome = at_once(
        in_turn(
            lambda: runs.co_sign(update.pk, cast.school.pk, by=fresh(cast.school_clerk), now=NOW),
            lambda: runs.co_sign(update.pk, cast.health.pk, by=fresh(health_clerk), now=NOW),
        ),
        times=8,
    )
    assert outcome == {"ok": 2, "refused": 6}
    assert open_steps(update) == ["sign"]
    assert Mail.objects.filter(kind=MailKind.SIGN_REQUEST, person=cast.head).count() == 1
    assert list(history.verify()) == []


def test_an_answer_and_the_job_that_counts_silence_leave_one_truth(cast: Cast, update: StatusUpdate) -> None:
    at_once(
        in_turn(
            lambda: runs.co_sign(update.pk, cast.school.pk, by=fresh(cast.school_clerk), now=NOW),
            lambda: runs.lapse_co_signatures(now=NOW, today=AFTERWARDS),
        ),
        times=8,
    )
    answered = dict(CoSignature.objects.values_list("office__number", "state"))
    assert answered["53"] == "silent"
    assert answered["40"] in {"signed", "silent"}
    assert open_steps(update) == ["sign"]
    assert list(history.verify()) == []


def test_a_signature_and_a_return_at_once_leave_one_decision(cast: Cast, update: StatusUpdate) -> None:
    runs.lapse_co_signatures(now=NOW, today=AFTERWARDS)
    outcome = at_once(
        in_turn(
            lambda: runs.sign(update.pk, by=fresh(cast.head), now=NOW),
            lambda: runs.return_unsigned(update.pk, by=fresh(cast.head), reason="Kürzer.", now=NOW, today=TODAY),
        ),
        times=8,
    )
    assert outcome == {"ok": 1, "refused": 7}
    decided = SignOff.objects.get().decision
    assert open_steps(update) == [{"signed": "review", "returned": "rework"}[decided]]
    assert list(history.verify()) == []


def test_silence_is_counted_where_the_step_of_another_run_is_gone(cast: Cast, update: StatusUpdate) -> None:
    """A run that was taken back since it was looked up does not keep the job from the others."""
    runs.withdraw(update.pk, by=cast.clerk, now=NOW)
    with pytest.raises(DomainError):
        runs.co_sign(update.pk, cast.school.pk, by=cast.school_clerk, now=NOW)
    assert runs.lapse_co_signatures(now=NOW, today=AFTERWARDS) == 0
    assert set(CoSignature.objects.values_list("state", flat=True)) == {"void"}
