"""The version of everything that visitors can read: one number from the database, and the day.

Whoever keeps something made of published content keeps it under ``Version.key``: it changes with every committed
change and, because publication dates are whole days, at midnight.
"""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from publication.models import PublishedChange

BEGINNING = datetime.datetime(2012, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True, slots=True)
class Version:
    """``changes`` counts committed changes, ``changed_at`` is the moment of the last one."""

    changes: int
    changed_at: datetime.datetime
    day: datetime.date

    @property
    def key(self) -> str:
        """A short text that differs whenever what visitors can read may differ."""
        return f"{self.changes:x}-{self.day.toordinal():x}"


_held: ContextVar[Version | None] = ContextVar("published_version", default=None)


@contextmanager
def holding(known: Version) -> Iterator[None]:
    """Answer with ``known`` while a page is made: it was asked for before, and the page is kept under it."""
    token = _held.set(known)
    try:
        yield
    finally:
        _held.reset(token)


def current(now: datetime.datetime) -> Version:
    """Return the version that holds at ``now``; one query, none within ``holding``."""
    day = timezone.localdate(now)
    held = _held.get()
    if held is not None and held.day == day:
        return held
    changes, at = _ask()
    return Version(changes or 0, _moment(at), day)


def _ask() -> tuple[int | None, Any]:
    """Count the changes; on a connection that the server has closed meanwhile, once more on a new one.

    It is the first question of nearly every request, so it stands for Django's own check of the connection as well.
    """
    connection.health_check_done = True  # type: ignore[attr-defined]
    try:
        return _count()
    except (InterfaceError, OperationalError):
        if connection.in_atomic_block:
            raise
        connection.close()
        return _count()


def _count() -> tuple[int | None, Any]:
    # In the database's own words: it is asked for with every request of a visitor.
    with connection.cursor() as cursor:
        cursor.execute("SELECT CAST(SUM(weight) AS bigint), MAX(at) FROM publication_publishedchange")
        changes, at = cursor.fetchone()
    return changes, at


def _moment(at: datetime.datetime | str | None) -> datetime.datetime:
    """Read a moment as either database keeps it."""
    if isinstance(at, str):
        at = parse_datetime(at)
    if at is None:
        return BEGINNING
    return at if at.tzinfo else at.replace(tzinfo=datetime.UTC)


@transaction.atomic
def put_together() -> int:
    """Put all noted changes together into one of the same weight, so that counting them stays quick; return how many.

    The version stays what it is. What is noted meanwhile by others is left for the next time.
    """
    rows = list(PublishedChange.objects.select_for_update().values_list("pk", "weight", "at"))
    if len(rows) > 1:
        PublishedChange.objects.filter(pk__in=[pk for pk, _weight, _at in rows]).delete()
        PublishedChange.objects.create(weight=sum(weight for _pk, weight, _at in rows), at=max(at for *_, at in rows))
    return len(rows)
