"""The version of everything that visitors can read: one number from the database, and the day.

Whoever keeps something made of published content keeps it under ``Version.key``: it changes with every committed
change and, because publication dates are whole days, at midnight.
"""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max, Sum
from django.utils import timezone

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
        return f"{self.changes:x}-{self.day:%y%m%d}"


def current(now: datetime.datetime) -> Version:
    """Return the version that holds at ``now``; one query."""
    noted = PublishedChange.objects.aggregate(changes=Sum("weight"), at=Max("at"))
    return Version(noted["changes"] or 0, noted["at"] or BEGINNING, timezone.localdate(now))


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
