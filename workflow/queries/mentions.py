"""Who may be named in a comment: those who may read it."""

import datetime

from django.db.models import Q

from offices.models import AG_ROLES, OFFICE_ROLES, Membership, Role
from workflow.mentions import Nameable
from workflow.models import StatusUpdate

MENTION = "mention:"
"""How the keys of mails and news about comments begin."""


def nameable(update: StatusUpdate, today: datetime.date) -> list[Nameable]:
    """Return who may be named in a comment on the run; one query.

    That is the Arbeitsgruppe, the people of the lead office, and the coordinators. Whoever contributes does not read
    comments and cannot be named.
    """
    lead = Q(role__in=OFFICE_ROLES, office=update.lead_office_id)
    memberships = (
        Membership.objects.valid_on(today)
        .filter(lead | Q(role__in=[*AG_ROLES, Role.COORDINATOR]), person__is_active=True)
        .select_related("person", "office")
        .order_by("person__name", "person_id", "pk")
    )
    names: dict[int, dict[str, None]] = {}
    for one in memberships:
        known = names.setdefault(one.person_id, {one.person.name: None})
        if one.office is not None:
            known |= dict.fromkeys((one.office.label, one.office.name, one.office.number))
    return [Nameable(person, tuple(some)) for person, some in names.items()]
