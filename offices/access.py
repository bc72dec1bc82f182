"""Who somebody is: the offices and roles that a person holds on a day, by own right or standing in for somebody.

Every other access rule builds on this.
"""

import datetime
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from offices.models import AG_ROLES, OFFICE_ROLES, Absence, Membership, OfficeSuccession, Person, Role


@dataclass(frozen=True)
class Desk:
    """What a person is on one day, by own right and as a deputy; reads the memberships once (one query).

    A deputy takes the place of an absent person in their offices and in the Arbeitsgruppe, never as coordinator,
    reader or administrator. Standing in needs a role of one's own, and is not passed on.

    ``office_ids`` are the offices the person comes from in any role, and those of everybody they stand in for (for
    the own-office rule); ``acting_for`` those for which the person may act as clerk or head, ``signing_for`` those
    for which they may act as head. ``heir_of`` costs a query of its own, where it is asked for.
    """

    person: Person
    day: datetime.date

    @cached_property
    def _memberships(self) -> list[Membership]:
        if not self.person.is_active:
            return []
        absent = Absence.objects.on(self.day).filter(deputy=self.person).values("person")
        found = (
            Membership.objects.valid_on(self.day)
            .filter(Q(person=self.person) | Q(person__in=absent, person__is_active=True))
            .select_related("person")
            .order_by("pk")
        )
        return list(found)

    @cached_property
    def _own(self) -> list[Membership]:
        return [one for one in self._memberships if one.person_id == self.person.pk]

    @cached_property
    def _inherited(self) -> list[Membership]:
        """The memberships of those for whom the person stands in; none without a role of one's own."""
        return [one for one in self._memberships if one.person_id != self.person.pk] if self._own else []

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles that the person holds by own right."""
        return frozenset(one.role for one in self._own)

    @cached_property
    def office_ids(self) -> frozenset[int]:
        return self._offices(tuple(Role))

    @cached_property
    def acting_for(self) -> frozenset[int]:
        return self._offices(OFFICE_ROLES)

    @cached_property
    def signing_for(self) -> frozenset[int]:
        return self._offices((Role.HEAD,))

    @cached_property
    def heir_of(self) -> dict[int, int]:
        """By office of the past or present, the one of ``acting_for`` that does today what it did.

        That is the office itself, or the one that follows it, or its follower, as the main successor.
        """
        found = {office: office for office in self.acting_for}
        if not found:
            return found
        links = OfficeSuccession.objects.filter(main=True, on__lte=self.day).values_list("successor", "predecessor")
        before: dict[int, list[int]] = defaultdict(list)
        for successor, predecessor in links:
            before[successor].append(predecessor)
        waiting = list(found)
        while waiting:
            office = waiting.pop()
            for predecessor in before[office]:
                if predecessor not in found:
                    found[predecessor] = found[office]
                    waiting.append(predecessor)
        return found

    @property
    def is_coordinator(self) -> bool:
        return Role.COORDINATOR in self.roles

    @cached_property
    def is_reviewer(self) -> bool:
        return self._is_one_of(AG_ROLES)

    @cached_property
    def is_chair(self) -> bool:
        return self._is_one_of((Role.CHAIR,))

    @property
    def is_administrator(self) -> bool:
        return Role.ADMINISTRATOR in self.roles

    @property
    def is_reader(self) -> bool:
        return Role.READER in self.roles

    @property
    def works_for_an_office(self) -> bool:
        return bool(self.acting_for)

    @property
    def may_enter(self) -> bool:
        """Whether the person has any role at all; without one, no staff page opens."""
        return bool(self.roles)

    @cached_property
    def stands_in_for(self) -> list[Person]:
        """Everybody for whom the person stands in on this day."""
        return list({one.person_id: one.person for one in self._inherited}.values())

    def on_behalf_of(self, office_id: int, roles: Collection[str] = OFFICE_ROLES) -> Person | None:
        """Return the absent person as whose deputy this person acts for the office; ``None``: by own right."""
        return self._behind(roles, lambda one: one.office_id == office_id)

    def on_behalf_as(self, role: str) -> Person | None:
        """Return the absent person as whose deputy this person acts in the Arbeitsgruppe; ``None``: by own right.

        A chair is a member: asked for ``Role.REVIEWER``, both roles count.
        """
        return self._behind(AG_ROLES if role == Role.REVIEWER else (role,), lambda _one: True)

    def _offices(self, roles: Collection[str]) -> frozenset[int]:
        held = (*self._own, *self._inherited)
        return frozenset(one.office_id for one in held if one.office_id is not None and one.role in roles)

    def _is_one_of(self, roles: Collection[str]) -> bool:
        return any(one.role in roles for one in (*self._own, *self._inherited))

    def _behind(self, roles: Collection[str], fits: Callable[[Membership], bool]) -> Person | None:
        if any(one.role in roles and fits(one) for one in self._own):
            return None
        return next((one.person for one in self._inherited if one.role in roles and fits(one)), None)


def desks_of(persons: Collection[Person], day: datetime.date) -> dict[int, Desk]:
    """Return the desks of many people on ``day`` by their ids; two queries for all of them."""
    here = {one.pk for one in persons if one.is_active}
    away = Absence.objects.on(day).filter(deputy__in=here, person__is_active=True)
    absent: dict[int, set[int]] = defaultdict(set)
    for deputy, gone in away.values_list("deputy_id", "person_id"):
        absent[deputy].add(gone)
    held: dict[int, list[Membership]] = defaultdict(list)
    wanted = here.union(*absent.values())
    for one in Membership.objects.valid_on(day).filter(person__in=wanted).select_related("person").order_by("pk"):
        held[one.person_id].append(one)
    found = {}
    for person in persons:
        desk = Desk(person, day)
        ids = {person.pk, *absent[person.pk]} if person.pk in here else set()
        memberships = sorted((one for pk in ids for one in held[pk]), key=lambda one: one.pk)
        desk.__dict__["_memberships"] = memberships
        person._desk = desk  # type: ignore[attr-defined]  # noqa: SLF001
        found[person.pk] = desk
    return found


def desk_of(person: Person | AnonymousUser, today: datetime.date | None = None) -> Desk:
    """Return the desk of ``person`` on ``today`` (default: the local date), read once per person object.

    Raises ``TypeError`` for visitors who are not signed in: a view has let them through by mistake.
    """
    if not isinstance(person, Person):
        raise TypeError("Visitors have no desk.")
    day = today or timezone.localdate()
    desk: Desk | None = getattr(person, "_desk", None)
    if desk is None or desk.day != day:
        desk = Desk(person, day)
        person._desk = desk  # type: ignore[attr-defined]  # noqa: SLF001
    return desk


def request_desk(request: HttpRequest) -> Desk:
    """Return the desk of the person who is signed in on ``request``."""
    return desk_of(request.user)


P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def _page(allows: Callable[[Desk], bool]) -> Callable[[View[P]], View[P]]:
    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not allows(request_desk(request)):
                # To somebody without the role, the page looks as if it did not exist.
                raise Http404
            return view(request, *args, **kwargs)

        return login_required(guarded)

    return decorate


staff_page = _page(lambda desk: desk.may_enter)
"""Open to everybody with a role; visitors are sent to the sign-in page."""

coordinator_page = _page(lambda desk: desk.is_coordinator)
"""Open to coordinators."""

reviewer_page = _page(lambda desk: desk.is_reviewer or desk.is_coordinator)
"""Open to the Arbeitsgruppe and to coordinators, who read along but do not decide unless they are members."""

chair_page = _page(lambda desk: desk.is_chair)
"""Open to the chair of the Arbeitsgruppe, and to who stands in for it."""

administrator_page = _page(lambda desk: desk.is_administrator)
"""Open to administrators."""

head_page = _page(lambda desk: bool(desk.signing_for))
"""Open to heads of office and their deputies."""

people_page = _page(lambda desk: desk.is_administrator or desk.is_coordinator)
"""Open to those who look after people and master data: administrators and coordinators."""
