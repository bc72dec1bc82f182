"""The daily mail as it would be, with real people, tasks and words, before the first one goes out."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from notifications.services.composing import Composed
from offices.models import Person
from offices.working_days import working_days
from workflow import opening
from workflow.models import CycleState, ReportingCycle
from workflow.queries.reminder_policies import policies_of
from workflow.queries.reminder_recipients import Recipients, recipients_of
from workflow.reminder_calendar import calendar_of
from workflow.reminding import Policy
from workflow.services import daily_mail
from workflow.services.reminder_policies import set_policy

DAYS = 12
"""So many of the coming days can be chosen."""


@dataclass(frozen=True, slots=True)
class MailPreview:
    """What ``person`` would get on ``day`` (``words`` is ``None``: nothing), and who and when else could be looked at.

    Without anybody to write to, or without a day to come, ``person`` or ``day`` is ``None``.
    """

    days: Sequence[datetime.date]
    recipients: Recipients
    day: datetime.date | None = None
    person: Person | None = None
    words: Composed | None = None


def preview_of(
    cycle: ReportingCycle,
    *,
    by: Person,
    now: datetime.datetime,
    today: datetime.date,
    person_id: int | None = None,
    day: datetime.date | None = None,
    policy: Policy | None = None,
) -> MailPreview:
    """Return the mail that a person would get on a day of the cycle's calendar, as everything stands now.

    Without a choice, or with one that is not among the possible ones, it is the first person, and the next day on
    which they get one. A ``policy`` is looked at as if it were saved. For that, and to see what a planned cycle will
    ask, the change is made and taken back: nobody is asked, nothing is sent, the history keeps nothing. Raises
    ``DomainError`` if the cycle cannot be opened or the policy not be kept.
    """
    saved = policies_of([cycle.pk])[cycle.pk]
    calendar = calendar_of(cycle, policy or saved, working_days(), today)
    days = [one.day for one in calendar.days if not one.is_past][:DAYS]
    wanted = [day] if day is not None and day in days else days
    with transaction.atomic():
        if policy is not None:
            set_policy(cycle, policy, by=by, now=now)
        if cycle.state == CycleState.PLANNED:
            opening.open_cycle(cycle.pk, by=by, now=now, today=today)
        recipients = recipients_of(cycle.pk, wanted[0] if wanted else today)
        people = list(recipients)
        person = next((one for one in people if one.pk == person_id), next(iter(people), None))
        on, words = _first(person, wanted)
        transaction.set_rollback(True)
    return MailPreview(days, recipients, on, person, words)


def _first(person: Person | None, days: Sequence[datetime.date]) -> tuple[datetime.date | None, Composed | None]:
    """Return the first of ``days`` on which ``person`` gets a mail, with its words; the first without words if none."""
    if person is None or not days:
        return next(iter(days), None), None
    looked_at = ((day, daily_mail.preview(person, day=day)) for day in days)
    return next(((day, words) for day, words in looked_at if words), (days[0], None))
