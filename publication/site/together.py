"""One question for everybody who is waiting for its answer."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class Together(Generic[Answer]):
    """Asks once for all threads that came before the question was put; whoever comes later has it put anew.

    So nobody is given an answer that was already on its way when they came: it is as fresh as one's own.
    """

    def __init__(self, ask: Callable[[], Answer]) -> None:
        self._ask = ask
        self._one_at_a_time = threading.Lock()
        self._door = threading.Lock()
        self._waiting: _Round[Answer] | None = None

    def __call__(self) -> Answer:
        with self._door:
            own = self._waiting
            leads = own is None
            if own is None:
                own = self._waiting = _Round()
            own.number += 1
        if leads:
            return self._lead(own)
        own.answered.acquire()
        own.answered.release()
        # Where the other's question failed, one's own may not.
        return own.answer[0] if own.answer else self._ask()

    def __len__(self) -> int:
        """Return how many wait for the question that is put next."""
        with self._door:
            return self._waiting.number if self._waiting else 0

    def _lead(self, own: "_Round[Answer]") -> Answer:
        try:
            with self._one_at_a_time:
                with self._door:
                    self._waiting = None
                own.answer.append(self._ask())
            return own.answer[0]
        finally:
            # Also one who is interrupted before the question leaves nobody standing at the door.
            with self._door:
                if self._waiting is own:
                    self._waiting = None
            own.answered.release()


class _Round(Generic[Answer]):
    """Those who share an answer; ``answered`` is held until it is there, or until asking has failed."""

    __slots__ = ("answer", "answered", "number")

    def __init__(self) -> None:
        self.answer: list[Answer] = []
        self.number = 0
        self.answered = threading.Lock()
        self.answered.acquire()
