"""Who has a say on an entry, where the chair decides after a quorum."""

from django.utils import timezone

from offices.access import desk_of
from offices.models import Person
from workflow import access
from workflow.models import ReviewVote, Revision, Sitting, StatusUpdate


def voters_on(update: StatusUpdate, revision: Revision, sitting: Sitting | None = None) -> set[int]:
    """Return the ids of the members who count towards the quorum.

    Whoever has voted on this version, and in a sitting whoever is present; nobody on an entry of their own.
    """
    found = set(ReviewVote.objects.filter(revision=revision).values_list("person_id", flat=True))
    if sitting is not None:
        present: list[Person] = list(sitting.participants.exclude(pk__in=found))
        today = timezone.localdate(sitting.opened_at)
        found |= {one.pk for one in present if not access.is_conflicted(desk_of(one, today), update)}
    return found
