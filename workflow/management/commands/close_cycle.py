"""Close a reporting cycle: ``manage.py close_cycle --edition E --from D --until D``."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from offices.errors import DomainError
from workflow import opening
from workflow.management import arguments
from workflow.models import CycleState
from workflow.queries import cycles


class Command(BaseCommand):
    """Close an open cycle; what is not approved by now ends as missing.

    Exit codes: 0 closed (or closed already), 1 the cycle was never opened, 2 unusable call.
    """

    help = "Closes a reporting cycle: open runs end without a return."

    def add_arguments(self, parser: CommandParser) -> None:
        arguments.add_cycle(parser)
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")

    def handle(self, *_args: Any, **options: Any) -> None:
        edition = arguments.edition(options)
        period_from, period_until = arguments.period(options)
        cycle = edition.cycles.filter(period_from=period_from, period_until=period_until).first()
        if cycle is None:
            raise CommandError(_("There is no cycle for this edition and period."), returncode=2)
        if cycle.state == CycleState.CLOSED:
            self.stdout.write(_("Nothing to do: the cycle is closed already."))
            return
        for office in cycles.missing_by_office(cycle):
            self.stdout.write(f"  {office.label}: {office.sentence}")
        if options["dry_run"]:
            self.stdout.write(_("Dry run: nothing was changed."))
            return
        try:
            ended = opening.close_cycle(cycle.pk, by=None, now=timezone.now())
        except DomainError as error:
            raise CommandError(str(error), returncode=1) from error
        closed = ngettext(
            "Closed. %(number)s recommendation ended without an approved entry.",
            "Closed. %(number)s recommendations ended without an approved entry.",
            ended,
        )
        self.stdout.write(closed % {"number": ended})
