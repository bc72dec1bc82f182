"""The people of an office, as its head sees them."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass, field

from offices.models import OFFICE_ROLES, Absence, Membership, Office
from offices.queries.absences import absences_by_person


@dataclass(frozen=True)
class Member:
    """One role in the office, with the current and coming absences of the person."""

    membership: Membership
    absences: list[Absence] = field(default_factory=list)


def members_of(office: Office, today: datetime.date) -> list[Member]:
    """Return the heads and clerks of today, heads first, each group by name; two queries."""
    found = list(
        Membership.objects.valid_on(today)
        .filter(office=office, role__in=OFFICE_ROLES, person__is_active=True)
        .select_related("person", "office")
        # "head" comes after "clerk".
        .order_by("-role", "person__name", "pk")
    )
    absences = absences_by_person({one.person_id for one in found}, today)
    return [Member(one, absences.get(one.person_id, [])) for one in found]


def membership_in(office: Office, pk: int, today: datetime.date) -> Membership | None:
    """Return the role ``pk`` in ``office`` if it holds today, with its person."""
    members = Membership.objects.valid_on(today).filter(pk=pk, office=office, role__in=OFFICE_ROLES)
    return members.select_related("person", "office").first()


def offices_by_id(office_ids: Collection[int], today: datetime.date) -> list[Office]:
    """Return these offices, as far as they exist today, in the order of their numbers."""
    return list(Office.objects.valid_on(today).filter(pk__in=office_ids).order_by("number", "name"))
