"""``manage.py invite``: the first administrator comes in this way, and everybody else may."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from notifications.models import MailState
from notifications.services import delivery, invitations
from offices.errors import DomainError
from offices.models import Office, Role


class Command(BaseCommand):
    """Exit code 0: invited (the mail may still be waiting); 1: refused, nothing changed; 2: unusable call."""

    help = "Invite somebody by mail and say what became of the mail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--office", metavar="NUMBER", help="number of the office, for example 51")
        parser.add_argument("--name", default="", help="name or function of the person")
        parser.add_argument(
            "--print-link", action="store_true", help="also print the link, where no mail server is at hand"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        now, email = timezone.now(), options["email"]
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(_("%(email)s is no e-mail address.") % {"email": email}, returncode=2) from None
        try:
            invitation, link = invitations.invite(
                email=email,
                role=options["role"],
                office=self._office(options["office"]),
                name=options["name"],
                by=None,
                now=now,
                today=timezone.localdate(now),
            )
        except DomainError as error:
            raise CommandError(str(error)) from None
        day = date_format(timezone.localtime(invitation.expires_at), "d.m.Y")
        self.stdout.write(
            _("%(email)s is invited as: %(role)s. The link works until %(day)s.")
            % {"email": invitation.email, "role": invitation.get_role_display(), "day": day}
        )
        self._deliver(invitations.mail_of(invitation).pk)
        if options["print_link"]:
            self.stdout.write(link)

    def _office(self, number: str | None) -> Office | None:
        if not number:
            return None
        office = Office.objects.valid_on(timezone.localdate()).filter(number=number).first()
        if office is None:
            raise CommandError(_("There is no office with the number %(number)s.") % {"number": number})
        return office

    def _deliver(self, mail_id: int) -> None:
        # Here, not in the worker: on a new server none may be running yet.
        state = delivery.deliver(mail_id, now=timezone.now())
        words = {
            MailState.SENT: _("The mail is sent."),
            MailState.DUE: _("The mail server does not answer. The mail waits in the outbox and is tried again."),
            MailState.FAILED: _("The mail server refuses the mail. Please check the address."),
        }
        self.stdout.write(words[state] if state else _("The mail is being sent."))
