"""Who can be played in the demonstration."""

from dataclasses import dataclass
from itertools import groupby

from django.utils import timezone

from offices.models import Membership, Person, Role

ORDER = [Role.COORDINATOR, Role.CHAIR, Role.REVIEWER, Role.CLERK, Role.HEAD, Role.READER, Role.ADMINISTRATOR]
FIRST = 6


@dataclass(frozen=True)
class Group:
    """The people of one role: those shown at once and those behind "more"."""

    role: str
    shown: list[Membership]
    more: list[Membership]


def memberships() -> list[Membership]:
    """Return today's memberships of active people, by role and office (one query)."""
    rank = {str(role): place for place, role in enumerate(ORDER)}
    valid = Membership.objects.valid_on(timezone.localdate()).filter(person__is_active=True)
    return sorted(
        valid.select_related("person", "office"),
        key=lambda one: (rank[one.role], (one.office.number or "~") if one.office else "", one.person.name, one.pk),
    )


def groups() -> list[Group]:
    """Return the people by role, in the order in which the process meets them."""
    found = []
    for role, of_role in groupby(memberships(), key=lambda one: one.role):
        members = list(of_role)
        found.append(Group(str(Role(role).label), members[:FIRST], members[FIRST:]))
    return found


def playable(pk: int) -> Person | None:
    """Return the active person with this id, or nobody."""
    return Person.objects.filter(pk=pk, is_active=True).first()
