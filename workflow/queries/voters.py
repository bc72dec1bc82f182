"""Who has a say on an entry, where the chair decides after a quorum."""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import F
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


def voters_on_all(sitting: Sitting, update_ids: Collection[int]) -> dict[int, set[int]]:
    """Return run → ids of the members who count towards its quorum in the sitting; ``voters_on`` for many.

    Two queries for each who is present, however many runs there are.
    """
    found: dict[int, set[int]] = defaultdict(set)
    newest = ReviewVote.objects.filter(revision__update__in=update_ids, revision__update__submitted=F("revision"))
    for update, person in newest.values_list("revision__update", "person"):
        found[update].add(person)
    today = timezone.localdate(sitting.opened_at)
    for one in sitting.participants.all():
        own = set(
            StatusUpdate.objects.filter(access.own_entries(desk_of(one, today)), pk__in=update_ids).values_list(
                "pk", flat=True
            )
        )
        for update in set(update_ids) - own:
            found[update].add(one.pk)
    return found
