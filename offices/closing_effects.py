"""What a closing time moves: the rooms above know what they do on working days, and say here what changes.

A room registers who can tell (``register`` in its ``AppConfig.ready``).
"""

import datetime
from typing import Protocol

from offices.working_days import WorkingDays


class Teller(Protocol):
    """Knows what one room does on working days."""

    def moved(self, before: WorkingDays, after: WorkingDays, today: datetime.date) -> list[str]:
        """Say in sentences what happens on other days from ``today`` on; a constant number of queries."""
        ...


_tellers: list[Teller] = []


def register(teller: Teller) -> None:
    """Let ``teller`` be asked, once."""
    if teller not in _tellers:
        _tellers.append(teller)


def sentences(before: WorkingDays, after: WorkingDays, today: datetime.date) -> list[str]:
    """Return what moves when the city's working days change from ``before`` to ``after``."""
    return [said for teller in _tellers for said in teller.moved(before, after, today)]
