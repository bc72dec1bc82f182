"""Who works where, and who may sign in."""

import datetime
from collections import defaultdict
from collections.abc import Collection

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from offices.models import AG_ROLES, Absence, Membership, Person, Role


def person_who_may_enter(email: str, today: datetime.date) -> Person | None:
    """Return the active person with this address and at least one role on ``today``; case does not matter."""
    roles = Membership.objects.valid_on(today).filter(person=OuterRef("pk"))
    return Person.objects.filter(Exists(roles), email__iexact=email.strip(), is_active=True).first()


def person_by_id(pk: int) -> Person | None:
    """Return the active person with this id, or ``None``."""
    return Person.objects.filter(pk=pk, is_active=True).first()


def clerks_of(office_ids: Collection[int], today: datetime.date) -> dict[int, list[Person]]:
    """Return the active clerks on ``today`` by office, in one query; an office without any has an empty list."""
    return _holders(Role.CLERK, office_ids, today)


def heads_of(office_ids: Collection[int], today: datetime.date) -> dict[int, list[Person]]:
    """Return the active heads on ``today`` by office, in one query; an office without any has an empty list."""
    return _holders(Role.HEAD, office_ids, today)


def coordinators(today: datetime.date) -> list[Person]:
    """Return the active coordinators on ``today`` by name, in one query."""
    roles = Membership.objects.valid_on(today).filter(person=OuterRef("pk"), role=Role.COORDINATOR)
    return list(Person.objects.filter(Exists(roles), is_active=True).order_by("name", "pk"))


def reviewers(today: datetime.date) -> list[Person]:
    """Return the active members of the Arbeitsgruppe on ``today``, its chair among them, by name, in one query."""
    roles = Membership.objects.valid_on(today).filter(person=OuterRef("pk"), role__in=AG_ROLES)
    return list(Person.objects.filter(Exists(roles), is_active=True).order_by("name", "pk"))


def with_a_role(person_ids: Collection[int], today: datetime.date) -> list[Person]:
    """Return those of these people who are active and hold a role on ``today``, in one query."""
    roles = Membership.objects.valid_on(today).filter(person=OuterRef("pk"))
    return list(Person.objects.filter(Exists(roles), pk__in=person_ids, is_active=True))


def _holders(role: Role, office_ids: Collection[int], today: datetime.date) -> dict[int, list[Person]]:
    memberships = (
        Membership.objects.valid_on(today)
        .filter(role=role, office_id__in=office_ids, person__is_active=True)
        .select_related("person")
        .order_by("person__name", "person_id")
    )
    found: dict[int, list[Person]] = defaultdict(list)
    for membership in memberships:
        if membership.office_id is not None and membership.person not in found[membership.office_id]:
            found[membership.office_id].append(membership.person)
    return {office: found.get(office, []) for office in office_ids}


def deputies_of(person_ids: Collection[int], day: datetime.date) -> dict[int, Person]:
    """Return who stands in on ``day``, by the id of the absent person, in one query.

    Whoever is there, or whose deputy is switched off, holds no role or is away on that day, is not in it: then whoever
    asks for something still asks the person.
    """
    away = Absence.objects.on(day).filter(person=OuterRef("deputy"))
    roles = Membership.objects.valid_on(day).filter(person=OuterRef("deputy"))
    absences = (
        Absence.objects.on(day)
        .filter(Exists(roles), ~Exists(away), person_id__in=person_ids, deputy__is_active=True)
        .select_related("deputy")
    )
    return {absence.person_id: absence.deputy for absence in absences}


def roles_of(person: Person, today: datetime.date) -> list[Membership]:
    """Return the roles that ``person`` holds on ``today``, with their offices."""
    return list(Membership.objects.valid_on(today).filter(person=person).select_related("office").order_by("role"))


def people(search: str, today: datetime.date) -> QuerySet[Person]:
    """Return people by name, each with the roles (``current``) and the absence (``away``) of ``today``.

    Three queries for a page.

    ``search`` looks for a part of name, address, or the name or number of an office in which somebody works today.
    """
    current = Membership.objects.valid_on(today).select_related("office").order_by("role")
    away = Absence.objects.on(today).select_related("deputy")
    found = Person.objects.prefetch_related(
        Prefetch("memberships", queryset=current, to_attr="current"),
        Prefetch("absences", queryset=away, to_attr="away"),
    )
    if search:
        here = (
            Membership.objects.valid_on(today)
            .filter(person=OuterRef("pk"))
            .filter(Q(office__name__icontains=search) | Q(office__number=search))
        )
        found = found.filter(Q(name__icontains=search) | Q(email__icontains=search) | Exists(here))
    return found.order_by("name", "pk")
