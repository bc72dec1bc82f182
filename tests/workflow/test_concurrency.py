"""Many people at one run at once: one wins, the others get a clear message, and nothing is doubled."""

import datetime
import threading
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection, connections
from django.db.models import QuerySet
from viewflow.workflow.models import Task

from offices.errors import DomainError
from offices.models import Person, Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.conftest import Stage
from workflow import opening, runs
from workflow.content import ContributionContent
from workflow.models import (
    Contribution,
    Event,
    Participation,
    ReportingCycle,
    Review,
    Revision,
    StatusUpdate,
    WorkItem,
)
from workflow.services import history

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]

CROWD = 50
"""So many at once at one run."""

FEW = 8


def at_once(action: Callable[[], object], times: int = CROWD) -> Counter[str]:
    """Run ``action`` in ``times`` threads from one starting line; count ``ok``, ``refused`` and other errors."""
    line = threading.Barrier(times)
    outcome: Counter[str] = Counter()

    def attempt() -> None:
        try:
            line.wait(timeout=60)
            action()
            outcome["ok"] += 1
        except DomainError:
            outcome["refused"] += 1
        except Exception as error:  # noqa: BLE001 - the test reports whatever else happened
            outcome[repr(error)] += 1
        finally:
            connections.close_all()

    threads = [threading.Thread(target=attempt) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return outcome


def test_of_many_submissions_one_wins(cast: Cast, stage: Stage) -> None:
    outcome = at_once(lambda: runs.hand_in(stage.youth_update.pk, by=fresh(cast.clerk), content=content(), now=NOW))
    assert outcome == {"ok": 1, "refused": CROWD - 1}
    assert Revision.objects.count() == 1
    assert WorkItem.objects.filter(update=stage.youth_update, is_open=True).count() == 1
    assert list(history.verify()) == []


def test_of_many_decisions_one_wins(cast: Cast, stage: Stage) -> None:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    outcome = at_once(lambda: runs.approve(stage.youth_update.pk, revision_number=1, by=fresh(cast.reviewer), now=NOW))
    assert outcome == {"ok": 1, "refused": CROWD - 1}
    assert Review.objects.count() == 1
    assert not Task.objects.filter(process=stage.youth_update.process_id, finished__isnull=True).exists()
    assert list(history.verify()) == []


def test_two_openings_at_once_start_each_run_once(cast: Cast, stage: Stage) -> None:
    second = factories.cycle(
        stage.edition, period_from=datetime.date(2027, 1, 1), period_until=datetime.date(2027, 12, 31)
    )
    outcome = at_once(lambda: opening.open_cycle(second.pk, by=fresh(cast.coordinator), now=NOW, today=TODAY), times=4)
    assert outcome == {"ok": 4}
    assert StatusUpdate.objects.filter(cycle=second).count() == 3
    assert Event.objects.filter(update__cycle=second).count() == 3


def test_closing_and_handing_in_at_once_leaves_one_truth(cast: Cast, stage: Stage) -> None:
    turns = iter([True, False] * (FEW // 2))
    lock = threading.Lock()

    def act() -> None:
        with lock:
            hands_in = next(turns)
        if hands_in:
            runs.hand_in(stage.youth_update.pk, by=fresh(cast.clerk), content=content(), now=NOW)
        else:
            opening.close_cycle(stage.cycle.pk, by=fresh(cast.coordinator), now=NOW)

    outcome = at_once(act, times=FEW)
    assert outcome["ok"] in (1, 2), outcome
    assert outcome["ok"] + outcome["refused"] == FEW, outcome
    stage.youth_update.refresh_from_db()
    assert stage.youth_update.state == "missing"
    assert list(history.verify()) == []


def test_contributions_that_arrive_at_once_are_all_there_and_the_run_goes_on(cast: Cast) -> None:
    update, clerks = with_contributors(cast, FEW)
    asked = iter(list(Participation.objects.order_by("pk").values_list("pk", "office")))
    lock = threading.Lock()

    def act() -> None:
        with lock:
            pk, office = next(asked)
        said = ContributionContent(done=f"Beitrag {office}")
        runs.contribute(pk, by=fresh(clerks[office]), content=said, now=NOW)

    assert at_once(act, times=FEW) == {"ok": FEW}
    assert Contribution.objects.count() == FEW
    runs.hand_in(update.pk, by=fresh(cast.clerk), content=content(), now=NOW)
    assert list(open_steps(update)) == ["review"]
    assert list(history.verify()) == []


def test_co_signatures_that_arrive_at_once_end_the_step_once(cast: Cast) -> None:
    update, clerks = with_contributors(cast, FEW)
    ReportingCycle.objects.update(co_sign=True, sign_off=True)
    everybody = Participation.objects.values_list("pk", flat=True)
    runs.hand_in(update.pk, by=fresh(cast.clerk), content=content(), now=NOW, without=list(everybody))
    offices = iter(list(clerks))
    lock = threading.Lock()

    def act() -> None:
        with lock:
            office = next(offices)
        runs.co_sign(update.pk, office, by=fresh(clerks[office]), now=NOW)

    assert at_once(act, times=FEW) == {"ok": FEW}
    assert list(open_steps(update)) == ["sign"]
    assert list(history.verify()) == []


def test_of_many_who_open_it_again_one_wins(cast: Cast, stage: Stage) -> None:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    runs.approve(stage.youth_update.pk, revision_number=1, by=cast.reviewer, now=NOW)
    due = TODAY + datetime.timedelta(days=30)
    outcome = at_once(
        lambda: runs.start_correction(
            stage.youth_update.pk, by=fresh(cast.clerk), note="Eine Zahl war falsch.", due_on=due, now=NOW
        ),
        times=FEW,
    )
    assert outcome == {"ok": 1, "refused": FEW - 1}
    assert list(open_steps(stage.youth_update)) == ["rework"]
    assert list(history.verify()) == []


def with_contributors(cast: Cast, number: int) -> tuple[StatusUpdate, dict[int, Person]]:
    """A run led by 51 to which ``number`` offices contribute, and a clerk of each office by its id."""
    offices = [factories.office(f"9{place}", f"Amt 9{place}") for place in range(number)]
    edition = factories.edition()
    factories.recommendation(factories.goal(edition), lead=cast.youth, contributing=tuple(offices))
    factories.open_cycle(edition, contributions=True)
    return StatusUpdate.objects.get(), {one.pk: factories.member(Role.CLERK, one) for one in offices}


def open_steps(update: StatusUpdate) -> "QuerySet[WorkItem, str]":
    return WorkItem.objects.filter(update=update, is_open=True).values_list("step", flat=True)


def fresh(person: Person) -> Person:
    """The person as another request would load it."""
    return Person.objects.get(pk=person.pk)


def test_the_threads_share_a_real_database(cast: Cast) -> None:
    names: list[str] = []
    at_once(lambda: names.append(str(connection.settings_dict["NAME"])), times=2)
    assert len(set(names)) == 1
    assert ":memory:" not in names[0]
