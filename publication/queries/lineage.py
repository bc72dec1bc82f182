"""How recommendations live on through the editions of the concept: kept, reworded, merged, split, or ended.

A link is public as far as both its ends are; walking them never goes in circles, whatever was entered.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from concept.models import CrosswalkLink
from publication.queries.parts import PublicRecommendation, Site


@dataclass(frozen=True, slots=True)
class Kinship:
    """How a recommendation lives on in another edition; ``other`` is empty where it ends."""

    other: PublicRecommendation | None
    reason: str
    note: str


@dataclass(frozen=True, slots=True)
class Lineage:
    """All public links, from both ends: by recommendation what came before it and what came after."""

    before: Mapping[int, list[Kinship]]
    after: Mapping[int, list[Kinship]]

    def ancestors(self, one: PublicRecommendation) -> list[PublicRecommendation]:
        """Return everything that ``one`` came from, the nearest first, each once; never ``one`` itself."""
        return _walk(one, self.before)

    def descendants(self, one: PublicRecommendation) -> list[PublicRecommendation]:
        """Return everything that became of ``one``, the nearest first, each once; never ``one`` itself."""
        return _walk(one, self.after)


@dataclass(frozen=True, slots=True)
class PublicLink:
    """A link between two public recommendations, or one that says that ``before`` ends."""

    link: CrosswalkLink
    before: PublicRecommendation
    after: PublicRecommendation | None


def public_links(whole: Site) -> list[PublicLink]:
    """Return the crosswalk between all public editions, in printed order; one query.

    A link into an edition that is not public yet is left out, as if it had not been drawn.
    """
    found = []
    for link in CrosswalkLink.objects.order_by("predecessor__position", "successor__position", "pk"):
        old = whole.by_pk.get(link.predecessor_id)
        new = whole.by_pk.get(link.successor_id) if link.successor_id else None
        if old is not None and (new is not None or not link.successor_id):
            found.append(PublicLink(link, old, new))
    return found


def lineage(whole: Site) -> Lineage:
    """Return the crosswalk between all public editions; one query."""
    before: dict[int, list[Kinship]] = defaultdict(list)
    after: dict[int, list[Kinship]] = defaultdict(list)
    for one in public_links(whole):
        link, old, new = one.link, one.before, one.after
        reason = link.get_reason_display()
        after[old.pk].append(Kinship(new, reason, link.note))
        if new is not None:
            before[new.pk].append(Kinship(old, reason, link.note))
    return Lineage(before, after)


def _walk(one: PublicRecommendation, links: Mapping[int, list[Kinship]]) -> list[PublicRecommendation]:
    seen = {one.pk}
    found: list[PublicRecommendation] = []
    ahead: Iterable[PublicRecommendation] = [one]
    while ahead:
        following = []
        for link in (link for some in ahead for link in links.get(some.pk, [])):
            if link.other is not None and link.other.pk not in seen:
                seen.add(link.other.pk)
                following.append(link.other)
        found += following
        ahead = following
    return found
