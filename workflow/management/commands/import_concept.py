"""Import an edition of the concept: ``manage.py import_concept FILE --edition NAME``; see ``docs/import.md``."""

import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from concept.importing.mapping import Mapping, load
from concept.importing.parsing import parse_file
from concept.importing.tables import MAX_BYTES
from concept.queries.exports import template
from offices.errors import DomainError
from workflow.management import import_output
from workflow.services.concept_import import import_file


class Command(BaseCommand):
    """Import recommendations, offices in charge and, with a mapping, older status texts; all or nothing.

    Exit codes: 0 imported (or nothing to do), 1 problems in the data, 2 unusable call. After 1 and 2 nothing was
    changed.
    """

    help = "Imports an edition of the concept from XLSX or CSV."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="XLSX or CSV file")
        parser.add_argument("--edition", help="name of the edition; it is created if it is new")
        parser.add_argument("--mapping", type=Path, help="TOML file that describes a city's own table")
        parser.add_argument("--dry-run", action="store_true", help="only show what would happen")
        parser.add_argument("--format", choices=["text", "json"], default="text", help="form of the answer")
        parser.add_argument("--end-missing", action="store_true", help="end recommendations that the file lacks")
        parser.add_argument(
            "--publish",
            type=datetime.date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="publish the edition, which was adopted on that day",
        )
        parser.add_argument("--template", type=Path, help="write the empty table to this file and stop")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["template"]:
            self._write_template(options["template"])
            return
        if not options["file"] or not (options["edition"] or "").strip():
            raise CommandError(_("Please name a file and, with --edition, an edition."), returncode=2)
        edition = " ".join(options["edition"].split())
        if len(edition) > 120:  # noqa: PLR2004 - as long as the database allows
            raise CommandError(_("The name of the edition is too long."), returncode=2)
        try:
            mapping = load(_read(options["mapping"])) if options["mapping"] else Mapping()
            parsed = parse_file(_read(options["file"]), options["file"].name, mapping)
            plan = import_file(
                parsed,
                edition=edition,
                by=None,
                today=timezone.localdate(),
                now=timezone.now(),
                end_missing=options["end_missing"],
                dry_run=options["dry_run"],
                publish=options["publish"],
            )
        except DomainError as error:
            if options["format"] == "json":
                self.stdout.write(import_output.error_as_json(error))
            raise CommandError(str(error), returncode=2) from error
        writer = import_output.as_json if options["format"] == "json" else import_output.as_text
        self.stdout.write(writer(plan, dry_run=options["dry_run"]))
        if plan.problems:
            raise SystemExit(1)

    def _write_template(self, out: Path) -> None:
        if out.suffix.lower() != ".xlsx":
            raise CommandError(_("Please name a file that ends in .xlsx."), returncode=2)
        try:
            out.write_bytes(template())
        except OSError as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(_("Written: %(file)s") % {"file": out})


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            # One byte more than allowed is enough to know that it is too much.
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        message = _("The file %(file)s cannot be read.") % {"file": path}
        raise CommandError(message, returncode=2) from error
