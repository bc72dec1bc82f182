"""Who may no longer read a mail that was written for them: asked again just before it is sent.

Registered with the outbox (``WorkflowConfig.ready``).
"""

import datetime
from collections.abc import Sequence

from notifications.models import Mail, MailTopic
from offices.access import desk_of
from offices.models import Membership, Person, Role
from workflow import access
from workflow.models import StatusUpdate

UPDATE = "update:"


def of_mentions(mails: Sequence[Mail], day: datetime.date) -> set[int]:
    """Return those of these mails whose persons do not read comments on the run any more.

    A few queries for each person: one comment names few.
    """
    if not mails:
        return set()
    topics = dict(MailTopic.objects.filter(mail__in=mails, topic__startswith=UPDATE).values_list("mail", "topic"))
    runs = StatusUpdate.objects.in_bulk({int(topic.removeprefix(UPDATE)) for topic in topics.values()})
    persons = Person.objects.in_bulk({mail.person_id for mail in mails if mail.person_id is not None})
    desks = {pk: desk_of(person, day) for pk, person in persons.items()}
    barred = set()
    for mail in mails:
        run = runs.get(int(topics.get(mail.pk, UPDATE + "0").removeprefix(UPDATE)))
        desk = desks[mail.person_id] if mail.person_id is not None else None
        if run is None or desk is None or not access.may_read_internals(desk, run):
            barred.add(mail.pk)
    return barred


def of_coordinators(mails: Sequence[Mail], day: datetime.date) -> set[int]:
    """Return those of these mails whose persons do not coordinate any more; one query."""
    if not mails:
        return set()
    asked = {mail.person_id for mail in mails}
    roles = Membership.objects.valid_on(day).filter(role=Role.COORDINATOR, person__in=asked)
    coordinate = set(roles.values_list("person", flat=True))
    return {mail.pk for mail in mails if mail.person_id not in coordinate}
