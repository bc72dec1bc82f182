"""What the board keeps: quicker the second time, and never behind what has happened."""

import datetime
from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from offices.access import Desk
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.conftest import Stage
from workflow import runs
from workflow.models import ReportingCycle
from workflow.queries.board import Board, board
from workflow.queries.board_filters import BoardFilters


@pytest.fixture(autouse=True)
def kept(settings) -> Iterator[None]:  # type: ignore[no-untyped-def]
    settings.CACHES = {
        **settings.CACHES,
        "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "test-of-the-board"},
    }
    caches["process"].clear()
    yield
    caches["process"].clear()


def seen(cast: Cast, **address: str) -> tuple[Board, int]:
    with CaptureQueriesContext(connection) as queries:
        found = board(None, BoardFilters.read(address), TODAY, desk=Desk(cast.coordinator, TODAY), now=NOW)
    return found, len(queries)


def states(found: Board) -> dict[str, list[str]]:
    return {column.state: [card.number for card in column.cards] for column in found.columns if column.cards}


def test_what_has_not_changed_is_not_read_again(cast: Cast, stage: Stage) -> None:
    """Cards, goals, open work and pace; with earlier periods their threads, too."""
    first, many = seen(cast)
    again, few = seen(cast)
    assert few == many - 5
    assert states(again) == states(first) == {"requested": ["1.1.1", "1.1.2", "1.1.3"]}


def test_every_step_shows_at_once(cast: Cast, stage: Stage) -> None:
    seen(cast)
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    assert states(seen(cast)[0]) == {"requested": ["1.1.2", "1.1.3"], "in_review": ["1.1.1"]}
    runs.approve(stage.youth_update.pk, revision_number=1, by=cast.reviewer, now=NOW)
    assert states(seen(cast)[0]) == {"requested": ["1.1.2", "1.1.3"], "approved": ["1.1.1"]}


def test_another_selection_is_another_board(cast: Cast, stage: Stage) -> None:
    seen(cast)
    assert states(seen(cast, q="1.1.2")[0]) == {"requested": ["1.1.2"]}
    assert states(seen(cast)[0]) == {"requested": ["1.1.1", "1.1.2", "1.1.3"]}


def test_a_date_of_the_cycle_shows_at_once(cast: Cast, stage: Stage) -> None:
    seen(cast)
    ReportingCycle.objects.filter(pk=stage.cycle.pk).update(publish_on=TODAY)
    _found, queries = seen(cast)
    assert queries == seen(cast)[1] + 5


def test_what_is_mine_is_read_each_time(cast: Cast, stage: Stage) -> None:
    assert seen(cast, meine="1")[1] == seen(cast, meine="1")[1]


def test_each_person_sees_their_own_counts(cast: Cast, stage: Stage) -> None:
    seen(cast)
    until = stage.cycle.due_on + datetime.timedelta(days=7)
    runs.ask_for_extension(stage.youth_update.pk, by=cast.clerk, reason="Urlaub", wanted_on=until, now=NOW, today=TODAY)
    first, again = seen(cast)[0], seen(cast)[0]
    assert first.counts == again.counts
    assert again.counts
    assert again.counts.requests == 1
    reviewing = Desk(cast.reviewer, TODAY)
    assert board(None, BoardFilters.read({}), TODAY, desk=reviewing, now=NOW).counts is None
