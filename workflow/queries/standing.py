"""Where the Arbeitsgruppe stands on one entry: votes, what is missing, and what one person may do about it."""

from dataclasses import dataclass, field

from offices.access import Desk
from offices.models import Person, Role
from workflow import access
from workflow.models import ReviewPolicy, ReviewVote, Revision, Sitting, StatusUpdate
from workflow.queries import voters


@dataclass(frozen=True, slots=True)
class Standing:
    """``counted`` of ``needed`` members have a say so far; in a sitting those present count.

    ``votes`` are all votes, or none as long as the person has not voted and could still be swayed. ``own`` is the
    person's own. ``on_behalf_of`` is the absent member or chair for whom the person acts.
    """

    by_quorum: bool = False
    needed: int = 1
    counted: int = 0
    votes: list[ReviewVote] = field(default_factory=list)
    own: ReviewVote | None = None
    on_behalf_of: Person | None = None
    is_own_office: bool = False
    is_conflicted: bool = False
    may_decide: bool = False
    may_vote: bool = False

    @property
    def missing(self) -> int:
        return max(self.needed - self.counted, 0) if self.by_quorum else 0

    @property
    def decides_now(self) -> bool:
        """Whether the person may decide, and enough members have a say."""
        return self.may_decide and not self.missing

    @property
    def votes_now(self) -> bool:
        """Whether the person is asked for a vote; a chair who can decide is not."""
        return self.may_vote and self.own is None and not self.decides_now

    @property
    def acts(self) -> bool:
        return self.decides_now or self.votes_now


def standing(desk: Desk, update: StatusUpdate, revision: Revision, sitting: Sitting | None = None) -> Standing:
    """Return where the entry stands, as ``desk`` may know it; a few queries, more in a sitting with many present."""
    own_office = desk.is_reviewer and access.is_own_office(desk, update)
    conflicted = desk.is_reviewer and access.is_conflicted(desk, update)
    if update.cycle.review_policy != ReviewPolicy.QUORUM:
        return Standing(is_own_office=own_office, is_conflicted=conflicted, may_decide=access.may_decide(desk, update))
    votes = list(
        ReviewVote.objects.filter(revision=revision).select_related("person", "on_behalf_of").order_by("voted_at", "pk")
    )
    seat = access.seat_of(desk)
    own = next(
        (one for one in votes if desk.person.pk == one.person_id or seat in (one.on_behalf_of_id, one.person_id)), None
    )
    may_vote, may_decide = access.may_vote(desk, update), access.may_decide(desk, update)
    shown = own is not None or desk.is_chair or not may_vote
    return Standing(
        by_quorum=True,
        needed=update.cycle.quorum,
        counted=len(voters.voters_on(update, revision, sitting)),
        votes=votes if shown and not (conflicted and own is None) else [],
        own=own,
        on_behalf_of=desk.on_behalf_as(Role.CHAIR if may_decide else Role.REVIEWER),
        is_own_office=own_office,
        is_conflicted=conflicted,
        may_decide=may_decide,
        may_vote=may_vote,
    )
