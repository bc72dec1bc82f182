"""What visitors said: what the public reads of it, and what coordinators see."""

import datetime
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from publication.models import BarrierReport, Feedback, FeedbackState


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


def new_feedback() -> QuerySet[Feedback]:
    """Return the feedback on which nobody has decided, what has waited longest first."""
    return _feedback().filter(state=FeedbackState.NEW).order_by("received_at", "pk")


def decided_feedback() -> QuerySet[Feedback]:
    """Return the feedback on which somebody has decided, the last decision first."""
    return _feedback().exclude(state=FeedbackState.NEW).order_by("-decided_at", "-pk")


def feedback(pk: int) -> Feedback | None:
    return _feedback().filter(pk=pk).first()


def _feedback() -> QuerySet[Feedback]:
    return Feedback.objects.select_related("recommendation__edition", "decided_by")


def open_barriers() -> QuerySet[BarrierReport]:
    """Return the reports of barriers that nobody has answered, what has waited longest first."""
    return _barriers().filter(answered_at__isnull=True).order_by("received_at", "pk")


def answered_barriers() -> QuerySet[BarrierReport]:
    """Return the answered reports of barriers, the last answer first."""
    return _barriers().filter(answered_at__isnull=False).order_by("-answered_at", "-pk")


def barrier(pk: int) -> BarrierReport | None:
    return _barriers().filter(pk=pk).first()


def _barriers() -> QuerySet[BarrierReport]:
    return BarrierReport.objects.select_related("answered_by")
