"""What an invitation may say, and what accepting it does to people and roles."""

import datetime
import hashlib
import secrets

from django.utils.translation import gettext as _

from offices.access import desk_of
from offices.errors import DomainError
from offices.models import AG_ROLES, OFFICE_ROLES, Invitation, Membership, Office, Person, Role, valid_on


def new_token() -> tuple[str, str]:
    """Return a random token of 32 bytes for the link and its SHA-256, which alone is kept."""
    token = secrets.token_urlsafe(32)
    return token, fingerprint(token)


def fingerprint(token: str) -> str:
    """Return the SHA-256 of a token as it stands in the database."""
    return hashlib.sha256(token.encode()).hexdigest()


def may_invite(person: Person, role: str, today: datetime.date, *, office: Office | None = None) -> bool:
    """Say whether ``person`` may give ``role`` in ``office`` to others.

    Administrators give every role, coordinators all but that of administrators, heads of office (and their deputies)
    that of clerks in their own office.
    """
    desk = desk_of(person, today)
    if desk.is_administrator or (desk.is_coordinator and role != Role.ADMINISTRATOR):
        return True
    return role == Role.CLERK and office is not None and office.pk in desk.signing_for


def require_may_invite(person: Person, role: str, office: Office | None, today: datetime.date) -> None:
    """Raise :class:`DomainError` unless ``person`` may give ``role`` in ``office``."""
    if may_invite(person, role, today, office=office):
        return
    if role == Role.ADMINISTRATOR:
        raise DomainError(_("Only administrators invite administrators."))
    raise DomainError(_("Heads of office invite clerks for their own office. For others, please ask the coordinators."))


def check_invitation(*, email: str, role: str, office: Office | None, by: Person | None, today: datetime.date) -> None:
    """Raise :class:`DomainError` with what to do instead when this invitation makes no sense.

    ``by`` is empty on the command line, where whoever holds the server holds every right.
    """
    if by is not None:
        require_may_invite(by, role, office, today)
    if role in OFFICE_ROLES and office is None:
        raise DomainError(_("Clerks and heads of office work for an office. Please choose one."))
    if role in AG_ROLES and office is None and not _comes_from_an_office(email, today):
        raise DomainError(
            _("Members of the Arbeitsgruppe need the office they come from: nobody decides on entries of their own.")
        )
    if office is not None and not office.is_valid_on(today):
        raise DomainError(_("%(office)s does not exist any more. Please choose another office.") % {"office": office})
    person = Person.objects.filter(email__iexact=email).first()
    if person is None:
        return
    if not person.is_active:
        raise DomainError(
            _("This person's account is switched off. Switch it on again in the back office; then invite.")
        )
    if Membership.objects.valid_on(today).filter(person=person, role=role, office=office).exists():
        raise DomainError(_("This person has this role already and can sign in at once."))


def _comes_from_an_office(email: str, today: datetime.date) -> bool:
    memberships = Membership.objects.valid_on(today).filter(person__email__iexact=email, office__isnull=False)
    return memberships.exists()


def admit(invitation: Invitation, *, name: str, today: datetime.date) -> Person:
    """Give the invited person the role from ``today`` on, with a new account where there is none; return the person.

    Somebody who holds the role already keeps it as it is. Raises :class:`DomainError` for an account that is
    switched off. The caller holds the transaction.
    """
    person = Person.objects.filter(email__iexact=invitation.email).first()
    if person is None:
        person = Person.objects.create_person(invitation.email, name)
    elif not person.is_active:
        raise DomainError(_("Your account is switched off. Please write to the coordinators."))
    same = Membership.objects.filter(person=person, role=invitation.role, office=invitation.office)
    if not same.filter(valid_on(today)).exists():
        # A role that was to begin later begins today: there is one open role per person and office.
        brought_forward = same.filter(valid_from__gt=today, valid_until__isnull=True).update(valid_from=today)
        if not brought_forward:
            Membership.objects.create(person=person, role=invitation.role, office=invitation.office, valid_from=today)
    return person
