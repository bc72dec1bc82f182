"""An edition as a table, in the form in which it is imported again."""

import datetime
from collections.abc import Sequence

from django.utils.translation import gettext as _

from concept.importing.columns import COLUMNS
from concept.importing.plans import labels
from concept.importing.workbooks import SHEET
from concept.importing.writing import to_csv, to_xlsx
from concept.models import ConceptEdition
from concept.queries.imports import known_edition

HEADINGS = tuple(column.heading for column in COLUMNS)


def rows(edition: ConceptEdition, today: datetime.date) -> list[tuple[str, ...]]:
    """Return one row per current recommendation in the edition's order, with the offices responsible on ``today``."""
    known = known_edition(edition.name, today)
    fields = {one.number: one.name for one in known.fields}
    goals = {(one.field_number, one.number): one.text for one in known.goals}
    return [
        (
            one.key,
            one.number,
            one.field_number,
            fields[one.field_number],
            one.goal_number,
            goals[(one.field_number, one.goal_number)],
            one.title,
            one.text,
            one.rationale,
            labels(one.lead),
            labels(*one.contributing),
        )
        for one in known.recommendations
        if not one.ended
    ]


def as_csv(edition: ConceptEdition, today: datetime.date) -> bytes:
    """Return the edition as CSV."""
    return to_csv(HEADINGS, rows(edition, today))


def as_xlsx(edition: ConceptEdition, today: datetime.date) -> bytes:
    """Return the edition as a workbook with the template's hints."""
    return to_xlsx([(SHEET, HEADINGS, rows(edition, today)), _hints()])


def template() -> bytes:
    """Return the empty workbook: headings, and on a second sheet what belongs into each column, with an example."""
    return to_xlsx([(SHEET, HEADINGS, []), _hints()])


def _example() -> tuple[str, ...]:
    return (
        "1.1.1",
        "1.1.1",
        "1",
        _("Education and language"),
        "1.1",
        _("Families find their way into school"),
        _("Parents' cafés at primary schools"),
        _("Each primary school opens a parents' café once a month."),
        _("Parents ask where they know somebody."),
        "40 Amt für Schule und Bildung",
        "51 Jugendamt; vhs Region Kassel",
    )


def _hints() -> tuple[str, Sequence[str], list[tuple[str, str, str]]]:
    rules = {
        "key": _("Stays the same for as long as the edition exists. By it, a row is found again."),
        "number": _("The number as printed. It may change; each number only once."),
        "field_number": _("Number of the field of action."),
        "field": _("Name of the field of action, the same in every row with this number."),
        "goal_number": _("Number of the goal."),
        "goal": _("The goal, the same in every row with this number."),
        "title": _("Short title. If it is empty, the first line of the text takes its place."),
        "text": _("The wording; line breaks are kept."),
        "rationale": _("May be empty or left out."),
        "lead": _("Exactly one office, by number, by name or by both. It must exist in the service."),
        "contributing": _("Any number of offices, best separated by semicolons. May be empty or left out."),
    }
    return (
        _("Hints"),
        (_("Column"), _("What belongs here"), _("Example")),
        [(column.heading, rules[column.name], said) for column, said in zip(COLUMNS, _example(), strict=True)],
    )
