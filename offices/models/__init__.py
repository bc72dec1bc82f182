from offices.models.absences import Absence
from offices.models.closures import Closure
from offices.models.offices import Office, OfficeKind
from offices.models.people import AG_ROLES, OFFICE_ROLES, Invitation, Membership, Person, Role
from offices.models.successions import OfficeSuccession
from offices.models.validity import Validity, ValidityQuerySet, valid_on

__all__ = [
    "AG_ROLES",
    "OFFICE_ROLES",
    "Absence",
    "Closure",
    "Invitation",
    "Membership",
    "Office",
    "OfficeKind",
    "OfficeSuccession",
    "Person",
    "Role",
    "Validity",
    "ValidityQuerySet",
    "valid_on",
]
