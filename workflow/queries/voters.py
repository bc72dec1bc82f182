"""Who has a say on an entry, where the chair decides after a quorum.

What counts are seats: a member and the deputy who stands in for them are one.
"""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from offices.access import Desk, desk_of
from workflow import access
from workflow.models import ReviewVote, Revision, Sitting, StatusUpdate

SEAT = Coalesce("on_behalf_of", "person")
"""The seat for which a vote was given: that of the member for whom a deputy voted, or the voter's own."""


def voters_on(update: StatusUpdate, revision: Revision, sitting: Sitting | None = None) -> set[int]:
    """Return the seats (ids of members) that count towards the quorum.

    Whoever has voted on this version, and in a sitting whoever is present; nobody on an entry of their own.
    """
    found = set(ReviewVote.objects.filter(revision=revision).values_list(SEAT, flat=True))
    if sitting is not None:
        found |= {access.seat_of(desk) for desk in _present(sitting) if not access.is_conflicted(desk, update)}
    return found


def voters_on_all(sitting: Sitting, update_ids: Collection[int]) -> dict[int, set[int]]:
    """Return run → seats that count towards its quorum in the sitting; ``voters_on`` for many.

    Two queries for each who is present, however many runs there are.
    """
    found: dict[int, set[int]] = defaultdict(set)
    newest = ReviewVote.objects.filter(revision__update__in=update_ids, revision__update__submitted=F("revision"))
    for update, seat in newest.values_list("revision__update", SEAT):
        found[update].add(seat)
    for desk in _present(sitting):
        mine = StatusUpdate.objects.filter(access.own_entries(desk), pk__in=update_ids)
        own = set(mine.values_list("pk", flat=True))
        for update in set(update_ids) - own:
            found[update].add(access.seat_of(desk))
    return found


def _present(sitting: Sitting) -> list[Desk]:
    day = timezone.localdate(sitting.opened_at)
    return [desk_of(one, day) for one in sitting.participants.all()]
