"""How many mails a minute the relay is given, exactly and over all workers."""

import datetime
import math

from django.conf import settings
from django.db.models import F

from notifications.models import SendingMinute

KEPT_FOR = datetime.timedelta(days=2)
RESERVE = 0.1
"""This part of each minute is kept for urgent mails, so that thousands of others never delay a sign-in code."""


def take(*, urgent: bool, now: datetime.datetime) -> bool:
    """Take one of this minute's mails; return whether there was one left. Without a limit there always is."""
    if not settings.MAIL_PER_MINUTE:
        return True
    minute = _minute(now)
    free = SendingMinute.objects.filter(minute=minute, used__lt=_allowed(urgent=urgent))
    if free.update(used=F("used") + 1):
        return True
    SendingMinute.objects.bulk_create([SendingMinute(minute=minute)], ignore_conflicts=True)
    return bool(free.update(used=F("used") + 1))


def give_back(*, now: datetime.datetime) -> None:
    """Give back what was taken at ``now`` and not used."""
    if settings.MAIL_PER_MINUTE:
        SendingMinute.objects.filter(minute=_minute(now), used__gt=0).update(used=F("used") - 1)


def forget_minutes(*, now: datetime.datetime) -> int:
    """Remove the minutes that are long over; return how many."""
    return SendingMinute.objects.filter(minute__lt=now - KEPT_FOR).delete()[0]


def _minute(now: datetime.datetime) -> datetime.datetime:
    return now.replace(second=0, microsecond=0)


def _allowed(*, urgent: bool) -> int:
    limit: int = settings.MAIL_PER_MINUTE
    return limit if urgent or limit == 1 else limit - math.ceil(limit * RESERVE)
