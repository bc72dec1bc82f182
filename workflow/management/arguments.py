"""How this room's commands name a cycle. Whatever cannot be read is an unusable call: exit code 2."""

import datetime
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from concept.models import ConceptEdition
from workflow.forms.dates import parse_date


def add_cycle(parser: CommandParser) -> None:
    """Add ``--edition``, ``--from`` and ``--until``."""
    parser.add_argument("--edition", required=True, help="name of the edition of the concept")
    parser.add_argument(
        "--from", required=True, dest="period_from", help="first day of the period, 2025-01-01 or 01.01.2025"
    )
    parser.add_argument("--until", required=True, dest="period_until", help="last day of the period")


def edition(options: dict[str, Any]) -> ConceptEdition:
    """Return the edition that ``--edition`` names."""
    found = ConceptEdition.objects.filter(name=options["edition"]).first()
    if found is None:
        known = ", ".join(ConceptEdition.objects.values_list("name", flat=True)) or "–"
        message = _("There is no edition “%(name)s”. There are: %(known)s.")
        raise CommandError(message % {"name": options["edition"], "known": known}, returncode=2)
    return found


def period(options: dict[str, Any]) -> tuple[datetime.date, datetime.date]:
    """Return first and last day of the period."""
    return day(options["period_from"], "from"), day(options["period_until"], "until")


def day(text: str | datetime.date, option: str) -> datetime.date:
    """Return the day that an option names, in one of the two ways of writing it."""
    if isinstance(text, datetime.date):
        return text
    try:
        return parse_date(text)
    except ValueError as error:
        message = _("--%(option)s: “%(text)s” is no date. Please write 2026-12-31 or 31.12.2026.")
        raise CommandError(message % {"option": option.replace("_", "-"), "text": text}, returncode=2) from error
