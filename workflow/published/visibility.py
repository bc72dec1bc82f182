"""Which runs visitors may know of, and which of their entries they may read: the conditions, in one place."""

import datetime

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from concept.models import ConceptEdition
from workflow.models import CycleState, StatusUpdate, UpdateState


def has_come(date: str, today: datetime.date) -> Q:
    """Return the condition that a publication date has come; without one, it has."""
    return Q(**{f"{date}__isnull": True}) | Q(**{f"{date}__lte": today})


def is_due(now: datetime.datetime) -> Q:
    """An approved entry whose date has come, and the date of the text that it confirms, its edition public or not.

    Not for visitors (``is_public``): an edition in the making, or one that was taken back, has such entries as well.
    """
    today = timezone.localdate(now)
    return (
        Q(approved__isnull=False)
        & has_come("cycle__publish_on", today)
        & has_come("approved__confirms__update__cycle__publish_on", today)
    )


def is_out(now: datetime.datetime) -> Q:
    """An entry that is due, of an edition that visitors may know of."""
    return is_due(now) & Q(cycle__edition__in=ConceptEdition.objects.public(timezone.localdate(now)))


def is_public(now: datetime.datetime) -> Q:
    """An entry that is out and was not taken off the public pages, nor was the one whose text it confirms."""
    return is_out(now) & STANDS


STANDS = Q(withdrawn_at__isnull=True, approved__confirms__update__withdrawn_at__isnull=True)


def public_runs(now: datetime.datetime) -> "QuerySet[StatusUpdate]":
    """Return the runs whose approved entry visitors can read at ``now``."""
    return StatusUpdate.objects.filter(is_public(now))


CANCELLED = Q(state=UpdateState.CANCELLED, approved__isnull=True)
"""The request was cancelled before anything was published."""

WITHDRAWN = Q(approved__isnull=False) & ~STANDS
"""The entry, or the one whose text it confirms, was taken off the public pages."""

GONE_AT = Coalesce("withdrawn_at", "approved__confirms__update__withdrawn_at")
"""When a withdrawn entry, or the one whose text it confirms, was taken off the pages."""


def text_read(prefix: str = "") -> Coalesce:
    """Return the revision whose text visitors read of a run: that of a confirmed entry as it stands today."""
    names = ("approved__confirms__update__approved", "approved__confirms", "approved")
    return Coalesce(*(f"{prefix}{name}" for name in names))


LEFT_OUT_RUNS = CANCELLED | WITHDRAWN
"""For this period there is nothing to show, and nobody owes a return."""


def is_known(now: datetime.datetime) -> Q:
    """A closed cycle whose publication date has come: only then may its gaps be called missing returns."""
    today = timezone.localdate(now)
    return Q(state=CycleState.CLOSED) & has_come("publish_on", today)


def in_known(now: datetime.datetime) -> Q:
    """A run of a closed cycle whose publication date has come."""
    return Q(cycle__state=CycleState.CLOSED) & has_come("cycle__publish_on", timezone.localdate(now))
