from offices.models.offices import Office, OfficeKind
from offices.models.people import OFFICE_ROLES, Invitation, Membership, Person, Role
from offices.models.validity import Validity, ValidityQuerySet, valid_on

__all__ = [
    "OFFICE_ROLES",
    "Invitation",
    "Membership",
    "Office",
    "OfficeKind",
    "Person",
    "Role",
    "Validity",
    "ValidityQuerySet",
    "valid_on",
]
