"""Export an edition: ``manage.py export_concept --edition NAME --out FILE``."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from concept.queries import exports
from concept.queries.imports import edition_named


class Command(BaseCommand):
    """Write an edition as XLSX or CSV, by the name of the file; importing it again changes nothing.

    Exit codes: 0 written, 2 unusable call.
    """

    help = "Writes an edition of the concept as XLSX or CSV."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--edition", required=True, help="name of the edition")
        parser.add_argument("--out", required=True, type=Path, help="file to write, ending in .xlsx or .csv")

    def handle(self, *_args: Any, **options: Any) -> None:
        edition, out, today = edition_named(options["edition"]), options["out"], timezone.localdate()
        if edition is None:
            message = _("There is no edition “%(name)s”.") % {"name": options["edition"]}
            raise CommandError(message, returncode=2)
        if out.suffix.lower() not in {".xlsx", ".csv"}:
            raise CommandError(_("Please name a file that ends in .xlsx or .csv."), returncode=2)
        content = exports.as_csv(edition, today) if out.suffix.lower() == ".csv" else exports.as_xlsx(edition, today)
        try:
            out.write_bytes(content)
        except OSError as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(_("Written: %(file)s") % {"file": out})
