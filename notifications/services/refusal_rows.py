"""Refusals for good in a row: a server that refuses one address after the other means us, whatever it says."""

import datetime

from django.db import transaction

from notifications.models import Mail, MailState, PausedAddress
from notifications.services.refusals import Answer, Outcome

ABOUT_US = 3
"""So many different addresses in a row are not refused for their own sake."""
BELIEVED_AFTER = 10
"""After so many attempts, some five hours, an address that is refused still is taken for one that is wrong."""


class RefusalRow:
    """The mails that one courier was refused for good, one directly after the other."""

    def __init__(self) -> None:
        self._mails: list[Mail] = []

    def __bool__(self) -> bool:
        return bool(self._mails)

    def is_about_us(self, mail: Mail, outcome: Outcome) -> bool:
        """Add ``mail``, refused for good; return whether the server refuses us rather than this mail."""
        is_believed = outcome.answer is Answer.NO_SUCH_ADDRESS and mail.attempts >= BELIEVED_AFTER
        if not outcome.from_server or is_believed:
            return False
        others = {one.recipient for one in self._mails} - {mail.recipient}
        if len(others) + 1 >= ABOUT_US:
            return True
        self._mails.append(mail)
        return False

    @transaction.atomic
    def undo(self, next_try: datetime.datetime) -> None:
        """Let the mails of the row wait again, secrets included, and end the pauses that they brought about."""
        for mail in self._mails:
            given_up = Mail.objects.filter(pk=mail.pk, state__in=(MailState.FAILED, MailState.UNKNOWN))
            given_up.update(state=MailState.DUE, next_try_at=next_try, text=mail.text, html=mail.html)
            PausedAddress.objects.filter(mail=mail.pk, ended_at=None).delete()
        self.end()

    def end(self) -> None:
        """Begin anew: the server has said something else."""
        self._mails.clear()
