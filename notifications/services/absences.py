"""Absences as people enter them: the rules stand in ``offices``; here the deputy hears of it by mail."""

import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from notifications.models import MailKind
from notifications.services import outbox
from offices.models import Absence, Person
from offices.services import absences


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
    """Enter an absence and tell the deputy, and the absent person unless they have entered it themselves.

    Raises :class:`DomainError` like ``offices.services.absences.enter``.
    """
    absence = absences.enter(
        person=person, deputy=deputy, first_day=first_day, last_day=last_day, by=by, now=now, today=today
    )
    _tell(absence, absence.deputy, "deputy", now=now)
    if by != person:
        _tell(absence, person, "absence_entered", now=now)
    return absence


@transaction.atomic
def end(*, absence: Absence, by: Person, now: datetime.datetime, today: datetime.date) -> Absence:
    """End or withdraw an absence and tell the deputy, and the absent person unless they have ended it themselves.

    Raises like ``offices.services.absences.end``.
    """
    ended = absences.end(absence=absence, by=by, now=now, today=today)
    _tell(ended, ended.deputy, "deputy_ended", now=now)
    if by != ended.person:
        _tell(ended, ended.person, "absence_ended", now=now)
    return ended


def _tell(absence: Absence, recipient: Person, template: str, *, now: datetime.datetime) -> None:
    day_after = absence.last_day + datetime.timedelta(days=1)
    outbox.queue(
        kind=MailKind.DEPUTY,
        recipient=recipient.email,
        key=f"{template}:{absence.pk}",
        template=template,
        context={
            "person_name": recipient.name,
            "deputy_name": absence.deputy.name,
            "absent_name": absence.person.name,
            "first_day": absence.first_day,
            "last_day": absence.last_day,
            "link": settings.SITE_URL + reverse("notifications:absence-list"),
        },
        person=recipient,
        obsolete_at=timezone.make_aware(datetime.datetime.combine(day_after, datetime.time.min)),
        now=now,
    )
