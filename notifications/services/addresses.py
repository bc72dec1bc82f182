"""Paused addresses: nothing is sent to an address that was refused for good until a coordinator ends the pause."""

import datetime
import logging
from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from notifications.models import Mail, MailState, PausedAddress
from offices.errors import ConflictError
from offices.models import Person

logger = logging.getLogger("sachstand.outbox")

REASON_LENGTH = 300


def pause(*, address: str, reason: str, mail: Mail | None, now: datetime.datetime) -> bool:
    """Send nothing more to ``address`` for now; return whether that is new. A paused address keeps its first reason."""
    if PausedAddress.objects.filter(address=address, ended_at=None).exists():
        return False
    one = PausedAddress(address=address, reason=reason[:REASON_LENGTH], mail=mail, since=now)
    PausedAddress.objects.bulk_create([one], ignore_conflicts=True)
    logger.warning("An address is paused because of mail %s; the outbox says why.", mail.pk if mail else "-")
    return True


@transaction.atomic
def resume(*, pk: int, by: Person, now: datetime.datetime) -> str:
    """End a pause at the wish of ``by`` and return the address; what waits for it is due at once, as if never tried.

    Raises :class:`ConflictError` when somebody else has ended it.
    """
    ended = PausedAddress.objects.filter(pk=pk, ended_at=None).update(ended_at=now, ended_by=by)
    if not ended:
        raise ConflictError(_("Somebody has already ended this pause."))
    address = PausedAddress.objects.get(pk=pk).address
    Mail.objects.filter(recipient=address, state=MailState.DUE).update(next_try_at=now, attempts=0)
    logger.info("Pause %s is ended at the wish of person %s.", pk, by.pk)
    return address


@transaction.atomic
def resume_all(*, seen: Collection[int], by: Person, now: datetime.datetime) -> int:
    """End those of the pauses ``seen`` that nobody has ended yet, at the wish of ``by``; return how many.

    Raises :class:`ConflictError` when somebody else has ended all of them.
    """
    running = PausedAddress.objects.select_for_update().filter(pk__in=seen, ended_at=None)
    found = dict(running.values_list("pk", "address"))
    if not found:
        raise ConflictError(_("Somebody has already ended this pause."))
    PausedAddress.objects.filter(pk__in=found).update(ended_at=now, ended_by=by)
    Mail.objects.filter(recipient__in=found.values(), state=MailState.DUE).update(next_try_at=now, attempts=0)
    logger.info("%s pauses are ended at the wish of person %s.", len(found), by.pk)
    return len(found)


def paused(addresses: Collection[str]) -> dict[str, str]:
    """Return those of ``addresses`` that are paused, each with its reason; one query."""
    found = PausedAddress.objects.filter(address__in=addresses, ended_at=None)
    return dict(found.values_list("address", "reason"))
