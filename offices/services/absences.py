"""Entering and ending absences: who may, and which deputies make sense."""

import datetime
from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from offices.access import Desk, desk_of
from offices.errors import ConflictError, DomainError
from offices.models import AG_ROLES, OFFICE_ROLES, Absence, Membership, Person
from offices.models.absences import AbsenceQuerySet


def may_enter_for(by: Person, person: Person, today: datetime.date) -> bool:
    """Say whether ``by`` may enter and end absences of ``person``; see :func:`enterable`."""
    return person.pk in enterable(by, [person], today)


def enterable(by: Person, people: Collection[Person], today: datetime.date) -> set[int]:
    """Return the ids of those of ``people`` whose absences ``by`` may enter and end; one query for all of them.

    Everybody their own, coordinators and administrators anybody's. Heads of office those of people who work in their
    office and nowhere else: a head gives no rights of another office or of the Arbeitsgruppe to a deputy.
    """
    desk = desk_of(by, today)
    if desk.is_coordinator or desk.is_administrator:
        return {one.pk for one in people}
    own = {one.pk for one in people if one.pk == by.pk and desk.may_enter}
    others = {one.pk for one in people} - {by.pk}
    return own | _working_only_for(desk, others, today) if desk.signing_for and others else own


@transaction.atomic
def enter(
    *,
    person: Person,
    deputy: Person,
    first_day: datetime.date,
    last_day: datetime.date,
    by: Person,
    now: datetime.datetime,
    today: datetime.date,
) -> Absence:
    """Enter that ``person`` is away and who stands in; both days are included.

    Raises :class:`DomainError` when that makes no sense or is not for ``by`` to enter. Absences of one person never
    overlap: the person's row is locked, so of two at once the second one is refused.
    """
    Person.objects.select_for_update().get(pk=person.pk)
    if not may_enter_for(by, person, today):
        raise DomainError(_("This person's absences are entered by themselves or by the coordinators."))
    _check_days(first_day, last_day, today)
    if deputy == by and person != by:
        raise DomainError(_("You cannot make yourself somebody else's deputy. Please let somebody else enter it."))
    _check_deputy(person, deputy, max(first_day, today))
    if _overlapping(person, first_day, last_day).exists():
        raise DomainError(_("An absence is entered for these days already. Please end that one first."))
    if _is_away_all_the_time(deputy, first_day, last_day):
        raise DomainError(
            _("%(deputy)s is away all that time, too. Please choose somebody else.") % {"deputy": deputy.name}
        )
    return Absence.objects.create(
        person=person, deputy=deputy, first_day=first_day, last_day=last_day, entered_by=by, entered_at=now
    )


@transaction.atomic
def end(*, absence: Absence, by: Person, now: datetime.datetime, today: datetime.date) -> Absence:
    """End an absence at once, or withdraw one that lies ahead; the deputy no longer stands in. Return it.

    Raises :class:`ConflictError` when it has ended already, :class:`DomainError` when it is not for ``by`` to end.
    """
    current = Absence.objects.select_for_update(of=("self",)).select_related("person", "deputy").get(pk=absence.pk)
    if not may_enter_for(by, current.person, today):
        raise DomainError(_("This person's absences are entered by themselves or by the coordinators."))
    if current.ended_at is not None or current.last_day < today:
        raise ConflictError(_("This absence has ended already."))
    current.ended_by, current.ended_at = by, now
    current.save(update_fields=["ended_by", "ended_at"])
    return current


def doubts(absence: Absence) -> list[str]:
    """Return what the person should know about an absence that was just entered, in sentences; often nothing."""
    first, last = absence.first_day, absence.last_day
    said = []
    if _overlapping(absence.deputy, first, last).exists():
        said.append(
            _("%(deputy)s is away for a part of that time; on those days nobody stands in, and mails go to %(person)s.")
            % {"deputy": absence.deputy.name, "person": absence.person.name}
        )
    left_alone = Absence.objects.holding().filter(deputy=absence.person, first_day__lte=last, last_day__gte=first)
    said.extend(
        _("%(deputy)s was to stand in for %(person)s then. Standing in is not passed on: please arrange it anew.")
        % {"deputy": absence.person.name, "person": other.person.name}
        for other in left_alone.select_related("person")
    )
    return said


def _check_days(first_day: datetime.date, last_day: datetime.date, today: datetime.date) -> None:
    if last_day < first_day:
        raise DomainError(_("The last day lies before the first one."))
    if last_day < today:
        raise DomainError(_("These days are over. An absence is entered for today or later."))


def _check_deputy(person: Person, deputy: Person, day: datetime.date) -> None:
    if deputy.pk == person.pk:
        raise DomainError(_("Nobody is their own deputy. Please choose somebody else."))
    if not deputy.is_active or not Membership.objects.valid_on(day).filter(person=deputy).exists():
        raise DomainError(
            _("%(deputy)s cannot sign in at that time. Please choose somebody who has a role here.")
            % {"deputy": deputy.name}
        )


def _overlapping(person: Person, first_day: datetime.date, last_day: datetime.date) -> AbsenceQuerySet:
    return Absence.objects.holding().filter(person=person, first_day__lte=last_day, last_day__gte=first_day)


def _is_away_all_the_time(person: Person, first_day: datetime.date, last_day: datetime.date) -> bool:
    day = first_day
    for absence in _overlapping(person, first_day, last_day).order_by("first_day"):
        if absence.first_day > day:
            return False
        day = absence.last_day + datetime.timedelta(days=1)
    return day > last_day


def _working_only_for(desk: Desk, person_ids: Collection[int], today: datetime.date) -> set[int]:
    """Return those whose work in offices and in the Arbeitsgruppe is all for the offices of the head at ``desk``."""
    handed_over = Membership.objects.valid_on(today).filter(role__in=(*OFFICE_ROLES, *AG_ROLES))
    held = handed_over.filter(person__in=person_ids).values_list("person_id", "role", "office_id")
    inside: set[int] = set()
    outside: set[int] = set()
    for person, role, office in held:
        (inside if role in OFFICE_ROLES and office in desk.signing_for else outside).add(person)
    return inside - outside
