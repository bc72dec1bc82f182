"""Secret addresses under which a calendar program reads somebody's deadlines: made, renewed, revoked, looked up."""

import datetime
import logging

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from notifications.models import CalendarFeed
from offices.errors import ConflictError
from offices.models import Person
from offices.services.invitations import fingerprint, new_token

logger = logging.getLogger("sachstand.calendars")


@transaction.atomic
def create(*, by: Person, now: datetime.datetime, replaces: int | None = None) -> str:
    """Give ``by`` a calendar address in place of the feed ``replaces`` and return its token, which is kept nowhere.

    Of two clicks the first one's address holds: raises :class:`ConflictError` unless the address that holds now is the
    one that is to be replaced.
    """
    # The person's row makes the second of two clicks wait.
    Person.objects.select_for_update().get(pk=by.pk)
    holds = CalendarFeed.objects.filter(person=by, revoked_at__isnull=True).values_list("pk", flat=True).first()
    if holds != replaces:
        raise ConflictError(_("You have a calendar address already."))
    _end(by, now)
    token, token_sha256 = new_token()
    CalendarFeed.objects.create(person=by, token_sha256=token_sha256, created_at=now)
    logger.info("Person %s has a new calendar address.", by.pk)
    return token


@transaction.atomic
def revoke(*, by: Person, now: datetime.datetime) -> None:
    """End the person's calendar address; raises :class:`ConflictError` if there is none any more."""
    Person.objects.select_for_update().get(pk=by.pk)
    if not _end(by, now):
        raise ConflictError(_("This calendar address has ended already."))
    logger.info("Person %s has revoked the calendar address.", by.pk)


def reader_of(token: str, *, today: datetime.date) -> Person | None:
    """Return whose deadlines the token opens, or ``None``: never made, revoked, or the account is switched off.

    Notes the day of reading, once a day, so that its owner can see whether the address is in use.
    """
    feed = (
        CalendarFeed.objects.select_related("person")
        .filter(token_sha256=fingerprint(token), revoked_at__isnull=True, person__is_active=True)
        .first()
    )
    if feed is None:
        return None
    if feed.last_read_on is None or feed.last_read_on < today:
        CalendarFeed.objects.filter(Q(last_read_on__isnull=True) | Q(last_read_on__lt=today), pk=feed.pk).update(
            last_read_on=today
        )
    return feed.person


def _end(person: Person, now: datetime.datetime) -> int:
    return CalendarFeed.objects.filter(person=person, revoked_at__isnull=True).update(revoked_at=now)
