"""Entering and ending closing times."""

import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from offices.errors import ConflictError, DomainError
from offices.models import Closure, Person

LONGEST = datetime.timedelta(days=92)
"""Closed for longer, the service would remind nobody for a quarter of the year: that is a slip of the keyboard."""


def enter(
    *,
    name: str,
    first_day: datetime.date,
    last_day: datetime.date,
    yearly: bool,
    by: Person,
    now: datetime.datetime,
    today: datetime.date,
) -> Closure:
    """Enter days on which the administration is closed, both ends included, and return them; they hold at once.

    Raises :class:`DomainError` for days that make no sense, :class:`ConflictError` when these very days are entered
    already: a second click enters nothing twice.
    """
    if last_day < first_day:
        raise DomainError(_("The last day lies before the first one."))
    if last_day - first_day >= LONGEST:
        raise DomainError(_("A closing time is at most 92 days long. Please check the dates."))
    if last_day < today and not yearly:
        raise DomainError(_("These days are over. A closing time is entered for today or later."))
    try:
        with transaction.atomic():
            return Closure.objects.create(
                name=name, first_day=first_day, last_day=last_day, yearly=yearly, entered_by=by, entered_at=now
            )
    except IntegrityError as error:
        raise ConflictError(_("A closing time with these days is entered already.")) from error


@transaction.atomic
def end(*, closure: Closure, by: Person, now: datetime.datetime) -> Closure:
    """End a closing time: from now on its days are working days. Return it; it stays in the list of the ended ones.

    Raises :class:`ConflictError` when it has ended already.
    """
    current = Closure.objects.select_for_update().get(pk=closure.pk)
    if current.ended_at is not None:
        raise ConflictError(_("This closing time has ended already."))
    current.ended_by, current.ended_at = by, now
    current.save(update_fields=["ended_by", "ended_at"])
    return current
