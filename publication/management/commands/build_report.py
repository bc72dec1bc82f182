"""Build a report into a file: ``manage.py build_report --cycle C --out report.pdf``, or ``.docx``, ``.html``."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from publication.charts import charts_of
from publication.models import FileKind
from publication.report import content, files, sources
from publication.report.build import BuildError
from workflow import published
from workflow.published import ReportCycle

FORMATS: dict[str, str] = {
    FileKind.PDF.value: "pdf",
    FileKind.WORD.value: "docx",
    FileKind.HTML.value: "html",
    FileKind.SHORT_PDF.value: "kurz",
}


class Command(BaseCommand):
    """Write the report of a cycle as it stands today, as a working copy without a version number.

    Nothing is kept in the service: numbered editions are built on the page of reports. The same content on the same
    day gives the same file. The format is that of ``--format`` or of the file's ending. Exit codes: 0 fine, 1 the
    report cannot be built, 2 unusable call.
    """

    help = "Writes the report of a reporting cycle as an accessible PDF, for Word, as a web page or in short."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--cycle",
            required=True,
            help="id of the cycle, its period (2023-2024), or edition and period (Neue Akzente 2019 2023-2024)",
        )
        parser.add_argument("--out", required=True, type=Path, help="the file to write; an existing one is replaced")
        parser.add_argument(
            "--format",
            choices=[FORMATS[kind] for kind in files.MADE],
            help="without it, the ending decides; kurz is the short version as a PDF, also for …kurz.pdf",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        out: Path = options["out"]
        now = timezone.now()
        cycle = _cycle(options["cycle"])
        if not out.parent.is_dir():
            raise CommandError(_("The folder “%(folder)s” does not exist.") % {"folder": out.parent}, returncode=2)
        kind = _kind(options["format"], out)
        document = content.document(sources.read(cycle.cycle_id, now=now), as_of=timezone.localdate(now), version=None)
        document["charts"] = charts_of(document)
        try:
            made = files.one(kind, document, checksum=content.checksum(document))
        except BuildError as error:
            raise CommandError(
                _("The report could not be built: %(error)s") % {"error": error}, returncode=1
            ) from error
        try:
            out.write_bytes(made)
        except OSError as error:
            message = _("“%(file)s” could not be written: %(error)s")
            raise CommandError(message % {"file": out, "error": error.strerror}, returncode=2) from error
        self._say(cycle, out, made)

    def _say(self, cycle: ReportCycle, out: Path, made: bytes) -> None:
        figures = _("%(approved)s of %(total)s recommendations with an approved entry, %(missing)s without.")
        self.stdout.write(f"{cycle.edition_name} {cycle.label}")
        self.stdout.write(figures % {"approved": cycle.approved, "total": cycle.total, "missing": cycle.without_entry})
        self.stdout.write(f"{out} ({len(made) // 1024} kB, SHA-256 {files.checksum(made)})")


def _kind(wanted: str | None, out: Path) -> str:
    """Return which file is wanted; raises for an ending that says nothing."""
    named = wanted or ("kurz" if out.name.endswith("kurz.pdf") else out.suffix.removeprefix(".").lower())
    for kind in files.MADE:
        if FORMATS[kind] == named:
            return kind
    message = _("“%(file)s” does not say which format is wanted. Please give one: %(formats)s.")
    known = ", ".join(f"--format {FORMATS[kind]}" for kind in files.MADE)
    raise CommandError(message % {"file": out.name, "formats": known}, returncode=2)


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
