"""Write the public site as static files: ``manage.py export_site DIR``."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.defaultfilters import filesizeformat
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from publication.site.export import ExportError, Options, export_site
from publication.site.export.build import live_address
from publication.site.export.check import problems


class Command(BaseCommand):
    """Write every public page, file and picture into a folder that any web server can serve.

    A second run replaces the folder in one step; the same content gives the same files. Exit codes: 0 fine, 1 the
    export did not come about or has broken links, 2 unusable call.
    """

    help = "Writes the public site as static files into DIR, for any web server."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path, help="a new or empty folder, or an earlier export")
        parser.add_argument(
            "--base-url", default="", help="where the files will stand, e.g. https://stadt.example/konzept/"
        )
        parser.add_argument("--live-url", default=None, help="the service that answers forms (default: SITE_URL)")
        parser.add_argument("--without-live", action="store_true", help="the service cannot be reached by readers")
        parser.add_argument("--check", action="store_true", help="write nothing; check the links of what is there")

    def handle(self, *_args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        try:
            if options["check"]:
                self._check(folder)
            else:
                self._export(folder, options)
        except ExportError as error:
            raise CommandError(str(error), returncode=error.code) from error
        except OSError as error:
            message = _("The export could not be written: %(error)s")
            raise CommandError(message % {"error": error.strerror or error}, returncode=1) from error

    def _export(self, folder: Path, options: dict[str, Any]) -> None:
        live = live_address() if options["live_url"] is None else _address(options["live_url"])
        base = _address(options["base_url"])
        done = export_site(Options(folder, f"{base}/" if base else "", "" if options["without_live"] else live))
        said = _("%(pages)s pages, %(files)s files, %(size)s. Content as of %(date)s.")
        figures = {"pages": done.pages, "files": done.files, "size": filesizeformat(done.size)}
        self.stdout.write(said % {**figures, "date": date_format(done.as_of)})
        self.stdout.write(str(folder.resolve()))

    def _check(self, folder: Path) -> None:
        found = problems(folder)
        for sentence in found:
            self.stdout.write(sentence)
        if found:
            raise CommandError(_("%(number)s things are wrong.") % {"number": len(found)}, returncode=1)
        self.stdout.write(_("All links lead somewhere, and every file is the one that was written."))


def _address(text: str) -> str:
    """Return an address without its last slash; refuse what is none."""
    parts = urlsplit(text)
    if text and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment):
        message = _("“%(address)s” is no address. It begins with https:// and ends with the folder.")
        raise CommandError(message % {"address": text}, returncode=2)
    return text.rstrip("/")
