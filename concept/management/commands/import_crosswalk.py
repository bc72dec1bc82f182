"""Import a crosswalk: ``manage.py import_crosswalk FILE --from OLDER --to NEWER``."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from concept.importing.crosswalks import CrosswalkPlan
from concept.importing.tables import MAX_BYTES
from concept.models import ConceptEdition
from concept.queries.imports import edition_named
from concept.services.crosswalk import import_crosswalk
from offices.errors import DomainError

MAX_PRINTED = 50


class Command(BaseCommand):
    """Import which recommendation became which, and why; all or nothing.

    Exit codes: 0 imported (or nothing to do), 1 problems in the data, 2 unusable call.
    """

    help = "Imports the crosswalk between two editions from XLSX or CSV."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="XLSX or CSV file")
        parser.add_argument("--from", dest="older", required=True, help="name of the older edition")
        parser.add_argument("--to", dest="newer", required=True, help="name of the newer edition")
        parser.add_argument("--dry-run", action="store_true", help="only show what would happen")
        parser.add_argument("--format", choices=["text", "json"], default="text", help="form of the answer")

    def handle(self, *_args: Any, **options: Any) -> None:
        older, newer = _edition(options["older"]), _edition(options["newer"])
        try:
            with options["file"].open("rb") as file:
                content = file.read(MAX_BYTES + 1)
            plan = import_crosswalk(
                content,
                options["file"].name,
                older=older,
                newer=newer,
                by=None,
                now=timezone.now(),
                dry_run=options["dry_run"],
            )
        except OSError as error:
            message = _("The file %(file)s cannot be read.") % {"file": options["file"]}
            raise CommandError(message, returncode=2) from error
        except DomainError as error:
            raise CommandError(str(error), returncode=2) from error
        answer = _as_json(plan) if options["format"] == "json" else _as_text(plan)
        self.stdout.write(answer)
        if plan.problems:
            raise SystemExit(1)
        if options["dry_run"]:
            self.stderr.write(_("Dry run: nothing was changed."))


def _edition(name: str) -> ConceptEdition:
    edition = edition_named(name)
    if edition is None:
        raise CommandError(_("There is no edition “%(name)s”.") % {"name": name}, returncode=2)
    return edition


def _as_json(plan: CrosswalkPlan) -> str:
    answer = {
        "ok": not plan.problems,
        "problems_total": len(plan.problems),
        "problems": [problem.as_json() for problem in plan.problems[:1_000]],
        "new": len(plan.new),
        "changed": len(plan.changed),
        "unchanged": plan.unchanged,
        "absent": len(plan.absent),
    }
    return json.dumps(answer, ensure_ascii=False, indent=2)


def _as_text(plan: CrosswalkPlan) -> str:
    if not plan.problems:
        counts = {"new": len(plan.new), "changed": len(plan.changed), "unchanged": plan.unchanged}
        return _("Links: %(new)d new, %(changed)d changed, %(unchanged)d unchanged") % counts
    count = len(plan.problems)
    headline = ngettext(
        "%(count)d problem found. Nothing was imported.", "%(count)d problems found. Nothing was imported.", count
    )
    lines = [headline % {"count": count}]
    lines += [f"  {problem.place}{problem.message}" for problem in plan.problems[:MAX_PRINTED]]
    if count > MAX_PRINTED:
        rest = count - MAX_PRINTED
        lines.append("  " + ngettext("… and %(rest)d more.", "… and %(rest)d more.", rest) % {"rest": rest})
    return "\n".join(lines)
