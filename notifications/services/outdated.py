"""Mails whose day is over: what they say no longer holds, so they are given up before anybody sends them."""

import datetime
import logging

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from notifications.models import Mail, MailKind, MailState
from notifications.services.addresses import paused

logger = logging.getLogger("sachstand.outbox")

REASON_LENGTH = 300


@transaction.atomic
def give_up(*, now: datetime.datetime) -> int:
    """Give up every waiting mail that is of no use any more, each with the reason for its waiting; return how many.

    Those that may have arrived end as such and are not counted, nor are daily mails to paused addresses.
    """
    over = Mail.objects.filter(state=MailState.DUE, obsolete_at__lte=now)
    end_in_doubt(over)
    mails = dict(over.values_list("pk", "recipient"))
    if not mails:
        return 0
    for address, reason in paused(set(mails.values())).items():
        words = _("The address is paused: %(reason)s") % {"reason": reason}
        over.filter(recipient=address).update(last_error=words[:REASON_LENGTH])
        # It comes anew, with whatever is open by then, when the pause has ended: nothing has failed.
        over.filter(recipient=address, kind=MailKind.REMINDER).update(state=MailState.WITHDRAWN)
    given_up = Mail.objects.filter(pk__in=mails, state=MailState.DUE)
    given_up.filter(last_error="").update(last_error=_("Not delivered in time."))
    given_up.filter(secret=True).update(text="", html="")
    number = given_up.update(state=MailState.FAILED)
    logger.error("%s mails were not delivered in time; the outbox says which.", number)
    return number


def end_in_doubt(mails: QuerySet[Mail]) -> int:
    """End those of ``mails``, which wait, that may have arrived; they are not sent again. Return how many."""
    words = _("It may have arrived: nobody knows how the last attempt ended. It was not sent again.")
    in_doubt = mails.filter(possibly_double=True)
    in_doubt.filter(secret=True).update(text="", html="")
    return in_doubt.update(state=MailState.UNKNOWN, last_error=words)


def is_over(mail: Mail, now: datetime.datetime) -> bool:
    """Say whether ``mail`` is of no use any more."""
    return bool(mail.obsolete_at and mail.obsolete_at <= now)
