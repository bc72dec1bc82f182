"""Many people at one run at once: one wins, the others get a clear message, and nothing is doubled."""

import datetime
import threading
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection, connections
from viewflow.workflow.models import Task

from offices.errors import DomainError
from offices.models import Person
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.conftest import Stage
from workflow import opening, runs
from workflow.models import Event, Review, Revision, StatusUpdate, WorkItem
from workflow.services import history

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]

CROWD = 8


def at_once(action: Callable[[], object], times: int = CROWD) -> Counter[str]:
    """Run ``action`` in ``times`` threads from one starting line; count ``ok``, ``refused`` and other errors."""
    line = threading.Barrier(times)
    outcome: Counter[str] = Counter()

    def attempt() -> None:
        try:
            line.wait(timeout=20)
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
        thread.join(timeout=60)
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
    turns = iter([True, False] * (CROWD // 2))
    lock = threading.Lock()

    def act() -> None:
        with lock:
            hands_in = next(turns)
        if hands_in:
            runs.hand_in(stage.youth_update.pk, by=fresh(cast.clerk), content=content(), now=NOW)
        else:
            opening.close_cycle(stage.cycle.pk, by=fresh(cast.coordinator), now=NOW)

    outcome = at_once(act)
    assert outcome["ok"] in (1, 2)
    assert outcome["ok"] + outcome["refused"] == CROWD
    stage.youth_update.refresh_from_db()
    assert stage.youth_update.state == "missing"
    assert list(history.verify()) == []


def fresh(person: Person) -> Person:
    """The person as another request would load it."""
    return Person.objects.get(pk=person.pk)


def test_the_threads_share_a_real_database(cast: Cast) -> None:
    names: list[str] = []
    at_once(lambda: names.append(str(connection.settings_dict["NAME"])), times=2)
    assert len(set(names)) == 1
    assert ":memory:" not in names[0]
