"""Entries of one recommendation over the periods."""

from django.db.models import F

from workflow.models import EntryKind, Revision, StatusUpdate


def entry_before(update: StatusUpdate) -> Revision | None:
    """Return the newest approved report of an earlier period of the same recommendation, with its measures.

    "Unchanged" entries and nil returns have no text of their own: the report they stand on is returned.
    """
    return (
        Revision.objects.filter(
            update__recommendation=update.recommendation_id,
            update__approved=F("pk"),
            update__cycle__period_until__lt=update.cycle.period_from,
            kind=EntryKind.REPORT,
        )
        .select_related("update__cycle")
        .prefetch_related("measures")
        .order_by("-update__cycle__period_until", "-pk")
        .first()
    )
