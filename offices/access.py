"""Who somebody is: the offices and roles that a person holds on a day. Every other access rule builds on this."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from offices.models import OFFICE_ROLES, Membership, Person, Role


@dataclass(frozen=True)
class Desk:
    """What a person is on one day; reads the memberships once (one query).

    ``office_ids`` are the offices the person comes from in any role (for the own-office rule), ``acting_for`` those
    for which the person may act as clerk or head.
    """

    person: Person
    day: datetime.date

    @cached_property
    def _memberships(self) -> list[tuple[str, int | None]]:
        if not self.person.is_active:
            return []
        return list(Membership.objects.valid_on(self.day).filter(person=self.person).values_list("role", "office_id"))

    @cached_property
    def roles(self) -> frozenset[str]:
        return frozenset(role for role, _office in self._memberships)

    @cached_property
    def office_ids(self) -> frozenset[int]:
        return frozenset(office for _role, office in self._memberships if office is not None)

    @cached_property
    def acting_for(self) -> frozenset[int]:
        return frozenset(office for role, office in self._memberships if office is not None and role in OFFICE_ROLES)

    @property
    def is_coordinator(self) -> bool:
        return Role.COORDINATOR in self.roles

    @property
    def is_reviewer(self) -> bool:
        return Role.REVIEWER in self.roles

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

administrator_page = _page(lambda desk: desk.is_administrator)
"""Open to administrators."""

people_page = _page(lambda desk: desk.is_administrator or desk.is_coordinator)
"""Open to those who look after people and master data: administrators and coordinators."""
