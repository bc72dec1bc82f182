"""Sittings of the Arbeitsgruppe: who was there, what was decided, and the files of their minutes."""

from django.db.models import Count, QuerySet

from offices.access import Desk
from workflow.models import Review, Sitting


def open_sitting(desk: Desk, pk: int) -> Sitting | None:
    """Return the sitting if it is open and the person chairs it or stands in for the chair, else ``None``."""
    if not pk or not desk.is_chair:
        return None
    return Sitting.objects.filter(pk=pk, closed_at__isnull=True).select_related("cycle").defer("minutes").first()


def sittings() -> QuerySet[Sitting]:
    """Return all sittings, newest first, without the files of their minutes; with the number of their decisions."""
    return (
        Sitting.objects.select_related("cycle__edition", "chaired_by")
        .defer("minutes")
        .annotate(decisions=Count("reviews"))
        .order_by("-held_on", "-pk")
    )


def decisions(sitting: Sitting) -> list[Review]:
    """Return what was decided, in order, each with its run and the number of comments; one query."""
    return list(
        Review.objects.filter(sitting=sitting)
        .select_related("revision__update__recommendation", "decided_by", "on_behalf_of")
        .annotate(comments=Count("revision__comments"))
        .order_by("decided_at", "pk")
    )
