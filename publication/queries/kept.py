"""What is made once of a version of the published content, and kept in the process while that version holds."""

import datetime
from collections.abc import Callable
from typing import Generic, TypeVar

from publication.queries.site import Site

T = TypeVar("T")


class PerSite(Generic[T]):
    """Makes something of a ``Site`` the first time it is asked for; what was made of an older one is let go.

    A ``Site`` lives as long as the version that it was read at, so whatever hangs on it is never out of date.
    """

    def __init__(self, make: Callable[[Site, datetime.datetime], T]) -> None:
        self._make = make
        self._kept: tuple[Site, T] | None = None

    def __call__(self, whole: Site, now: datetime.datetime) -> T:
        kept = self._kept
        if kept is not None and kept[0] is whole:
            return kept[1]
        made = self._make(whole, now)
        self._kept = (whole, made)
        return made
