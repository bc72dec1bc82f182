"""Build a report into a file: ``manage.py build_report --cycle C --out report.pdf``."""

import hashlib
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from publication.report import build, content, sources
from publication.report.build import BuildError
from workflow import published
from workflow.published import ReportCycle


class Command(BaseCommand):
    """Write the report of a cycle as it stands today, as a working copy without a version number.

    Nothing is kept in the service: numbered editions are built on the page of reports. The same content on the same
    day gives the same file. Exit codes: 0 fine, 1 the report cannot be built, 2 unusable call.
    """

    help = "Writes the report of a reporting cycle as an accessible PDF."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--cycle",
            required=True,
            help="id of the cycle, its period (2023-2024), or edition and period (Neue Akzente 2019 2023-2024)",
        )
        parser.add_argument("--out", required=True, type=Path, help="the PDF to write; an existing file is replaced")

    def handle(self, *_args: Any, **options: Any) -> None:
        out: Path = options["out"]
        now = timezone.now()
        cycle = _cycle(options["cycle"])
        if not out.parent.is_dir():
            raise CommandError(_("The folder “%(folder)s” does not exist.") % {"folder": out.parent}, returncode=2)
        document = content.document(sources.read(cycle.cycle_id, now=now), as_of=timezone.localdate(now), version=None)
        try:
            pdf = build.pdf(document)
        except BuildError as error:
            raise CommandError(
                _("The report could not be built: %(error)s") % {"error": error}, returncode=1
            ) from error
        try:
            out.write_bytes(pdf)
        except OSError as error:
            message = _("“%(file)s” could not be written: %(error)s")
            raise CommandError(message % {"file": out, "error": error.strerror}, returncode=2) from error
        self._say(cycle, out, pdf)

    def _say(self, cycle: ReportCycle, out: Path, pdf: bytes) -> None:
        figures = _("%(approved)s of %(total)s recommendations with an approved entry, %(missing)s without.")
        self.stdout.write(f"{cycle.edition_name} {cycle.label}")
        self.stdout.write(figures % {"approved": cycle.approved, "total": cycle.total, "missing": cycle.without_entry})
        self.stdout.write(f"{out} ({len(pdf) // 1024} kB, SHA-256 {hashlib.sha256(pdf).hexdigest()})")


def _cycle(name: str) -> ReportCycle:
    wanted = name.strip().replace("-", "–")
    known = published.report_cycles()
    fitting = [one for one in known if wanted in _names(one)]
    if len(fitting) == 1:
        return fitting[0]
    shown = fitting or known
    listed = "\n".join(f"  {one.cycle_id}: {one.edition_name} {one.label}" for one in shown) or "  –"
    if fitting:
        message = _("Several cycles are called “%(name)s”. Please name one by its number:\n%(cycles)s")
    else:
        message = _("No cycle is called “%(name)s”, or it has not been opened yet. There are:\n%(cycles)s")
    raise CommandError(message % {"name": name, "cycles": listed}, returncode=2)


def _names(one: ReportCycle) -> set[str]:
    full = f"{one.edition_name} {one.label}".replace("-", "–")
    return {str(one.cycle_id), one.label, full}
