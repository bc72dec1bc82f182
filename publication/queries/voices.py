"""What visitors said: what the public reads of it, and what coordinators see."""

import datetime
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from publication.models import BarrierReport, Feedback, FeedbackState

MOST_WORDS = 8
"""So many words of a search count."""


@dataclass(frozen=True, slots=True)
class PublishedFeedback:
    """Feedback as visitors read it; ``answer`` is the city's and may be empty."""

    pk: int
    text: str
    on: datetime.date
    answer: str


def published_feedback(recommendation_id: int) -> list[PublishedFeedback]:
    """Return what visitors said of a recommendation and a coordinator has published, newest first; one query."""
    rows = Feedback.objects.filter(recommendation=recommendation_id, state=FeedbackState.PUBLISHED)
    return [
        PublishedFeedback(pk, text, timezone.localdate(received_at), answer)
        for pk, text, received_at, answer in rows.order_by("-received_at", "-pk").values_list(
            "pk", "text", "received_at", "answer"
        )
    ]


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much of each kind waits for the coordinators."""

    feedback: int
    barriers: int


def waiting() -> Waiting:
    """Count what waits; two queries."""
    return Waiting(new_feedback().count(), open_barriers().count())


def new_feedback(words: str = "") -> QuerySet[Feedback]:
    """Return the feedback on which nobody has decided, what has waited longest first.

    ``words`` narrows each of these lists to what holds them, wherever it stands: so somebody who asks us to delete what
    they wrote is found.
    """
    return _feedback(words).filter(state=FeedbackState.NEW).order_by("received_at", "pk")


def decided_feedback(words: str = "") -> QuerySet[Feedback]:
    """Return the feedback on which somebody has decided, the last decision first; deleted feedback too, empty."""
    return _feedback(words).exclude(state=FeedbackState.NEW).order_by("-decided_at", "-pk")


def feedback(pk: int) -> Feedback | None:
    return _feedback().filter(pk=pk).first()


def _feedback(words: str = "") -> QuerySet[Feedback]:
    rows = Feedback.objects.select_related("recommendation__edition", "decided_by", "deleted_by")
    columns = ("text", "answer", "decline_reason", "recommendation__number", "recommendation__title")
    return rows.filter(_holding(words, columns))


def open_barriers(words: str = "") -> QuerySet[BarrierReport]:
    """Return the reports of barriers that nobody has answered, what has waited longest first."""
    return _barriers(words).filter(answered_at__isnull=True, deleted_at__isnull=True).order_by("received_at", "pk")


def closed_barriers(words: str = "") -> QuerySet[BarrierReport]:
    """Return the reports of barriers that were answered or deleted, the last first."""
    closed = _barriers(words).exclude(answered_at__isnull=True, deleted_at__isnull=True)
    return closed.annotate(closed_at=Coalesce("answered_at", "deleted_at")).order_by("-closed_at", "-pk")


def barrier(pk: int) -> BarrierReport | None:
    return _barriers().filter(pk=pk).first()


def _barriers(words: str = "") -> QuerySet[BarrierReport]:
    rows = BarrierReport.objects.select_related("answered_by", "deleted_by")
    return rows.filter(_holding(words, ("text", "page", "contact", "answer")))


def _holding(words: str, columns: tuple[str, ...]) -> Q:
    """Return the condition that each word stands in one of the columns."""
    found = Q()
    for word in words.split()[:MOST_WORDS]:
        found &= reduce(or_, (Q(**{f"{column}__icontains": word}) for column in columns))
    return found
