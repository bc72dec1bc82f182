"""Splits and mergers: an office ends, and others go on with its work."""

import datetime
from collections import defaultdict
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from offices.access import desk_of
from offices.errors import ConflictError, DomainError
from offices.models import OFFICE_ROLES, Membership, Office, OfficeSuccession, Person


@transaction.atomic
def record(
    *,
    predecessor: Office,
    successors: Sequence[Office],
    main: Office,
    on: datetime.date,
    by: Person | None,
    take_people: bool,
    now: datetime.datetime,
    today: datetime.date,
) -> list[OfficeSuccession]:
    """Let ``predecessor`` end on the day before ``on`` and ``successors`` go on with its work; return the links.

    ``main`` is the successor that takes whatever is not shared out. With ``take_people`` clerks and heads change to
    it on that day: their old role ends, the new one begins. Whoever only comes from the predecessor (members of the
    Arbeitsgruppe, coordinators) comes from ``main`` afterwards in any case, because the own-office rule depends on it.
    Open tasks and responsibilities are not touched here; the rooms that keep them do that.

    A merger is one call for each office that ends. ``by`` is empty on the command line. Raises :class:`DomainError`
    when the offices do not fit, :class:`ConflictError` when the predecessor has successors already.
    """
    if by is not None and not _may_record(by, today):
        raise DomainError(_("Coordinators and administrators record what becomes of an office."))
    # In the order of their ids, so that two calls never wait for each other.
    ids = {predecessor.pk, main.pk, *(one.pk for one in successors)}
    locked = {one.pk: one for one in Office.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
    ending, heirs = locked[predecessor.pk], [locked[pk] for pk in dict.fromkeys(one.pk for one in successors)]
    _check(ending, heirs, locked[main.pk], on)
    if ending.valid_until is None:
        ending.valid_until = on - datetime.timedelta(days=1)
        ending.save(update_fields=["valid_until"])
    made = OfficeSuccession.objects.bulk_create(
        OfficeSuccession(
            predecessor=ending, successor=one, on=on, main=one.pk == main.pk, entered_by=by, entered_at=now
        )
        for one in heirs
    )
    _move(ending, locked[main.pk], on, take_people=take_people)
    return made


def _may_record(by: Person, today: datetime.date) -> bool:
    desk = desk_of(by, today)
    return desk.is_coordinator or desk.is_administrator


def _check(ending: Office, heirs: Sequence[Office], main: Office, on: datetime.date) -> None:
    last_day = on - datetime.timedelta(days=1)
    if not heirs or main not in heirs:
        raise DomainError(_("One of the successors has to be the main one."))
    if ending in heirs:
        raise DomainError(_("An office cannot succeed itself."))
    if OfficeSuccession.objects.filter(predecessor=ending).exists():
        raise ConflictError(_("The successors of %(office)s are recorded already.") % {"office": ending})
    if not ending.is_valid_on(last_day) or (ending.valid_until is not None and ending.valid_until != last_day):
        raise DomainError(
            _("%(office)s does not end on the day before. Please check the date and the office.") % {"office": ending}
        )
    for one in heirs:
        if not one.is_valid_on(on):
            raise DomainError(_("%(office)s does not exist on that day. Please choose another one.") % {"office": one})
    if _leads_back(ending, heirs):
        raise DomainError(_("One of these offices was itself followed by %(office)s.") % {"office": ending})


def _leads_back(ending: Office, heirs: Sequence[Office]) -> bool:
    """Whether somebody who follows the successors, and theirs, comes back to the office that ends."""
    seen: set[int] = set()
    ahead = {one.pk for one in heirs}
    while ahead - seen:
        seen |= ahead
        ahead = set(OfficeSuccession.objects.filter(predecessor__in=ahead).values_list("successor_id", flat=True))
    return ending.pk in seen


def _move(ending: Office, heir: Office, on: datetime.date, *, take_people: bool) -> None:
    """End the roles in ``ending`` with the day before ``on`` and let them go on in ``heir``."""
    last_day = on - datetime.timedelta(days=1)
    roles = Membership.objects.filter(office=ending).exclude(valid_until__lt=on).select_for_update()
    if not take_people:
        roles = roles.exclude(role__in=OFFICE_ROLES)
    there: dict[tuple[int, str], list[Membership]] = defaultdict(list)
    for one in Membership.objects.filter(office=heir).exclude(valid_until__lt=on).order_by("pk"):
        there[one.person_id, one.role].append(one)
    for role in roles.order_by("pk"):
        begins, ends = max(on, role.valid_from or on), role.valid_until
        # A role that has not begun by then never held in the office that ends: its one day is empty.
        role.valid_until = max(last_day, role.valid_from or last_day)
        role.save(update_fields=["valid_until"])
        _go_on(role, heir, begins, ends, there[role.person_id, role.role])


def _go_on(
    role: Membership, heir: Office, begins: datetime.date, ends: datetime.date | None, there: list[Membership]
) -> None:
    """Give the person the role in ``heir``, unless they hold it there; ``there`` are their roles of that kind."""
    open_one = next((one for one in there if one.valid_until is None), None)
    if open_one is not None:
        if open_one.valid_from is not None and open_one.valid_from > begins:
            open_one.valid_from = begins
            open_one.save(update_fields=["valid_from"])
        return
    for one in there:
        if one.valid_until is not None:
            begins = max(begins, one.valid_until + datetime.timedelta(days=1))
    if ends is None or begins <= ends:
        new = Membership(person_id=role.person_id, role=role.role, office=heir, valid_from=begins, valid_until=ends)
        new.save()
        there.append(new)
