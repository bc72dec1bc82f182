"""``manage.py record_bounce``: take note of a mail that came back (a delivery status notification, RFC 3464)."""

import sys
from argparse import ArgumentParser
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications.services import bounces
from notifications.services.bounces import Recorded
from notifications.status_notifications import NotificationError, read
from offices.errors import DomainError

LARGEST = 10 * 1024 * 1024
NOT_UNDERSTOOD = 65
"""EX_DATAERR: whoever pipes mails into this command must not try this one again."""


class Command(BaseCommand):
    """Exit status 0: recorded, or nothing to record. 65: no notification about a mail of ours, nothing is changed."""

    help = "Record a delivery status notification (RFC 3464) from a file or the standard input."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="without a file, from the standard input")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            notification = read(self._data(options["file"]))
            mail, recorded = bounces.record(notification, now=timezone.now())
        except (NotificationError, DomainError) as error:
            raise CommandError(str(error), returncode=NOT_UNDERSTOOD) from None
        words = {
            Recorded.BOUNCED: _("Mail %(number)s has come back. Its address stays in use."),
            Recorded.PAUSED: _("Mail %(number)s has come back. Its address is paused."),
            Recorded.DELAYED: _("Mail %(number)s is delayed; that is noted."),
            Recorded.NOTHING: _("Mail %(number)s has not come back; there is nothing to record."),
        }
        self.stdout.write(words[recorded] % {"number": mail.pk})

    @staticmethod
    def _data(path: Path | None) -> bytes:
        try:
            with path.open("rb") if path else nullcontext(sys.stdin.buffer) as file:
                data: bytes = file.read(LARGEST + 1)
        except OSError as error:
            raise CommandError(str(error)) from None
        if len(data) > LARGEST:
            raise CommandError(_("This mail is too large."), returncode=NOT_UNDERSTOOD)
        return data
