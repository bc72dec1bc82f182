"""One question for all who wait: never an answer that was on its way before one came, and never none."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from publication.site.together import Together

MOST_SECONDS = 20
"""Only where something is broken."""


class Database:
    """Counts its questions, and holds each until it is let go."""

    def __init__(self) -> None:
        self.asked = 0
        self.value = 0
        self.begun: list[threading.Event] = [threading.Event() for _ in range(9)]
        self.let_go: list[threading.Event] = [threading.Event() for _ in range(9)]

    def ask(self) -> int:
        place, self.asked = self.asked, self.asked + 1
        seen = self.value
        self.begun[place].set()
        assert self.let_go[place].wait(MOST_SECONDS)
        if seen < 0:
            raise ConnectionError
        return seen


def waiting(together: "Together[int]", number: int, pool: ThreadPoolExecutor) -> list["Future[int]"]:
    """Let so many come and wait until all of them stand at the door."""
    come = threading.Barrier(number + 1)

    def one() -> int:
        come.wait(MOST_SECONDS)
        return together()

    several = [pool.submit(one) for _ in range(number)]
    come.wait(MOST_SECONDS)
    return several


def test_whoever_comes_while_a_question_is_under_way_gets_the_answer_of_a_later_one() -> None:
    database = Database()
    together = Together(database.ask)
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(together)
        assert database.begun[0].wait(MOST_SECONDS)
        database.value = 1
        later = waiting(together, 5, pool)
        assert not any(one.done() for one in later)
        for event in database.let_go:
            event.set()
        assert first.result(MOST_SECONDS) == 0
        assert {one.result(MOST_SECONDS) for one in later} == {1}


def test_all_who_wait_share_one_question() -> None:
    database = Database()
    together = Together(database.ask)
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(together)
        assert database.begun[0].wait(MOST_SECONDS)
        later = waiting(together, 5, pool)
        while len(together) < 5:
            threading.Event().wait(0)
        for event in database.let_go:
            event.set()
        assert [one.result(MOST_SECONDS) for one in [first, *later]] == [0] * 6
    assert database.asked == 2


def test_one_who_asks_alone_asks_each_time() -> None:
    database = Database()
    for event in database.let_go:
        event.set()
    together = Together(database.ask)
    assert (together(), together()) == (0, 0)
    assert database.asked == 2


def test_a_question_that_fails_is_put_again_by_each_and_keeps_nobody_waiting() -> None:
    database = Database()
    together = Together(database.ask)
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(together)
        assert database.begun[0].wait(MOST_SECONDS)
        database.value = -1
        later = waiting(together, 3, pool)
        for event in database.let_go:
            event.set()
        assert first.result(MOST_SECONDS) == 0
        for one in later:
            with pytest.raises(ConnectionError):
                one.result(MOST_SECONDS)
    database.value = 2
    assert together() == 2
