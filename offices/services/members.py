"""The people of an office: a head ends the work of a clerk by a date."""

import datetime

from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.utils.translation import gettext as _

from offices.access import desk_of
from offices.errors import ConflictError, DomainError
from offices.models import Membership, Office, Person, Role


def may_end(by: Person, membership: Membership, today: datetime.date) -> bool:
    """Say whether ``by`` may end this role: heads of the office (and their deputies) that of clerks, and their own.

    The role of another head is ended by coordinators, in the back office.
    """
    desk = desk_of(by, today)
    if membership.office_id not in desk.signing_for:
        return False
    is_own = membership.person_id == by.pk
    return membership.role == Role.CLERK or (membership.role == Role.HEAD and is_own)


@transaction.atomic
def end_membership(*, membership: Membership, last_day: datetime.date, by: Person, today: datetime.date) -> Membership:
    """Let ``membership`` end with ``last_day`` and return it; nothing is deleted.

    Who did it, and what was before and after, stands in the person's history in the back office. Raises
    :class:`DomainError` when it is not for ``by`` to end, when the day makes no sense, or when the office would lose
    its last head; :class:`ConflictError` when the role ends by then already.
    """
    # All heads who leave at once wait for each other here: the last one stays.
    Office.objects.select_for_update(of=("self",)).filter(memberships=membership).first()
    current = (
        Membership.objects.select_for_update(of=("self",)).select_related("person", "office").get(pk=membership.pk)
    )
    if not may_end(by, current, today):
        raise DomainError(_("Heads of office end the work of clerks in their own office. Please ask the coordinators."))
    if last_day < max(today, current.valid_from or today):
        raise DomainError(_("The last day is today or later."))
    if current.valid_until is not None and current.valid_until <= last_day:
        raise ConflictError(_("This role ends by then already."))
    if current.role == Role.HEAD and not _has_another_head(current, last_day + datetime.timedelta(days=1)):
        raise DomainError(_("You are the last head of this office here. Please have somebody else appointed first."))
    before, current.valid_until = current.valid_until, last_day
    current.save(update_fields=["valid_until"])
    _keep(current, before, by)
    return current


def _has_another_head(membership: Membership, day: datetime.date) -> bool:
    heads = Membership.objects.valid_on(day).filter(office=membership.office_id, role=Role.HEAD, person__is_active=True)
    return heads.exclude(person=membership.person_id).exists()


def _keep(membership: Membership, before: datetime.date | None, by: Person) -> None:
    values = {str(membership): {"valid_until": [str(before or ""), str(membership.valid_until)]}}
    # As the back office writes them: names untranslated, so that everybody reads them in their own language.
    changed = {"name": "membership", "object": str(membership), "fields": ["valid_until"]}
    LogEntry.objects.log_actions(
        by.pk, [membership.person], CHANGE, [{"changed": changed}, {"values": values}], single_object=True
    )
