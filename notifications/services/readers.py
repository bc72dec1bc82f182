"""Who may still get a mail that waits: people leave, and lose their roles, between the writing and the sending.

What a kind of mail asks of its readers beside a role the rooms above know; they register it (``register`` in their
``AppConfig.ready``).
"""

import datetime
from collections.abc import Callable, Iterable, Sequence

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications.models import Mail, MailKind, MailState
from notifications.services import outdated
from offices.models import Membership, Person

OF_THE_ACCOUNT = (MailKind.SIGN_IN_CODE, MailKind.INVITATION, MailKind.ACCOUNT)
"""Asked for by whoever wants to come in, or telling an address what became of its account: for everybody."""
WITHOUT_A_ROLE = (MailKind.DEPUTY,)
"""Who stands in may have been appointed for a day to come."""

Barred = Callable[[Sequence[Mail], datetime.date], set[int]]
"""Returns the ids of those of these mails whose persons may not read them on a day."""

_barred: dict[str, Barred] = {}


def register(kind: MailKind, barred: Barred) -> None:
    """Let ``barred`` say who may no longer read mails of ``kind``."""
    _barred[kind] = barred


def still_meant(mails: Iterable[Mail], *, now: datetime.datetime) -> list[Mail]:
    """Return those of ``mails`` whose readers may still read them, in their order; the others are not sent any more.

    One query for however many mails, and what a kind asks beside.
    """
    mails = list(mails)
    day = timezone.localdate(now)
    personal = [mail for mail in mails if mail.person_id is not None and mail.kind not in OF_THE_ACCOUNT]
    gone = _gone(personal, day)
    for kind in {mail.kind for mail in personal} & _barred.keys():
        gone |= _barred[kind]([mail for mail in personal if mail.kind == kind and mail.pk not in gone], day)
    if gone:
        _withdraw(gone)
    return [mail for mail in mails if mail.pk not in gone]


def _gone(mails: Sequence[Mail], day: datetime.date) -> set[int]:
    if not mails:
        return set()
    role = Membership.objects.valid_on(day).filter(person=OuterRef("pk"))
    active = Person.objects.filter(pk__in={mail.person_id for mail in mails}, is_active=True)
    has_role = dict(active.annotate(has_role=Exists(role)).values_list("pk", "has_role"))
    return {
        mail.pk
        for mail in mails
        if not (mail.person_id in has_role and (has_role[mail.person_id] or mail.kind in WITHOUT_A_ROLE))
    }


def _withdraw(mail_ids: set[int]) -> None:
    waiting = Mail.objects.filter(pk__in=mail_ids, state=MailState.DUE)
    outdated.end_in_doubt(waiting)
    waiting.filter(possibly_double=False).update(
        state=MailState.WITHDRAWN, last_error=_("Not sent: this person is no longer the one to tell.")
    )
