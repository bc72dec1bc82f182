"""Who is away, who stands in, and who could."""

import datetime
from collections import defaultdict
from collections.abc import Collection

from django.db.models import Prefetch, QuerySet

from offices.models import Absence, Membership, Person


def absences_of(person: Person, today: datetime.date) -> list[Absence]:
    """Return the current and coming absences of ``person`` with their deputies; one query."""
    return list(_not_over(today).filter(person=person).select_related("deputy"))


def deputisings_of(person: Person, today: datetime.date) -> list[Absence]:
    """Return the current and coming absences in which ``person`` stands in.

    Each absent person carries their roles of today as ``current``; two queries, whatever their number.
    """
    roles = Membership.objects.valid_on(today).select_related("office").order_by("role")
    return list(
        _not_over(today)
        .filter(deputy=person)
        .select_related("person")
        .prefetch_related(Prefetch("person__memberships", queryset=roles, to_attr="current"))
    )


def absences_by_person(person_ids: Collection[int], today: datetime.date) -> dict[int, list[Absence]]:
    """Return the current and coming absences by the id of the absent person, with their deputies; one query."""
    found: dict[int, list[Absence]] = defaultdict(list)
    for absence in _not_over(today).filter(person_id__in=person_ids).select_related("deputy"):
        found[absence.person_id].append(absence)
    return dict(found)


def absence(pk: int) -> Absence | None:
    """Return one absence with its people, or ``None``."""
    return Absence.objects.filter(pk=pk).select_related("person", "deputy").first()


def colleagues_of(person: Person, today: datetime.date) -> QuerySet[Person]:
    """Return the active people who hold a role in an office of ``person`` today, by name, without ``person``."""
    offices = Membership.objects.valid_on(today).filter(person=person, office__isnull=False).values("office")
    there = Membership.objects.valid_on(today).filter(office__in=offices).values("person")
    return Person.objects.filter(pk__in=there, is_active=True).exclude(pk=person.pk).order_by("name", "pk")


def _not_over(today: datetime.date) -> QuerySet[Absence]:
    return Absence.objects.holding().filter(last_day__gte=today).order_by("first_day", "pk")
