"""The selection of the board as a table to take away: every run of it, with all that a coordinator needs."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _

from concept.importing.writing import to_csv, to_xlsx
from offices.models import Person
from workflow import thread
from workflow.models import (
    HANDED_IN_STATES,
    WRITING_STATES,
    CycleState,
    Participation,
    ParticipationState,
    ReportingCycle,
    StatusUpdate,
)
from workflow.queries import board
from workflow.queries.board_filters import COLUMNS, BoardFilters
from workflow.wording import OUTLOOK_WORDS


@dataclass(frozen=True, slots=True)
class Table:
    """Headings and rows of a selection, and the name of its file without an ending."""

    name: str
    headings: Sequence[str]
    rows: list[tuple[str, ...]]


def table(filters: BoardFilters, today: datetime.date, person: Person | None) -> Table:
    """Return all runs that ``filters`` ask for, in the board's order; four queries however many there are."""
    cycle, updates = board.selection(filters, today, person)
    period = slugify(cycle.period_label.replace("–", "-")) if cycle else "leer"
    name = f"board-{period}-{today:%Y-%m-%d}"
    return Table(name, _headings(), _rows(cycle, updates, today) if cycle else [])


def as_csv(found: Table) -> bytes:
    """Return the table as CSV for German Excel."""
    return to_csv(found.headings, found.rows)


def as_xlsx(found: Table) -> bytes:
    """Return the table as a workbook."""
    return to_xlsx([(_("Board"), found.headings, found.rows)])


def _headings() -> list[str]:
    return [
        _("Number"),
        _("Title"),
        _("Field of action"),
        _("Goal"),
        _("Lead office"),
        _("Contributing offices"),
        _("State"),
        _("since"),
        _("Deadline"),
        _("Days late"),
        _("Outlook"),
        _("Status last time"),
        _("Status now"),
        _("Handed in on"),
        _("Approved on"),
        _("Link"),
    ]


def _rows(cycle: ReportingCycle, updates: QuerySet[StatusUpdate], today: datetime.date) -> list[tuple[str, ...]]:
    rows = list(
        updates.values_list(
            "pk",
            "recommendation_id",
            "recommendation__number",
            "recommendation__title",
            "recommendation__goal__field__number",
            "recommendation__goal__field__name",
            "recommendation__goal__number",
            "recommendation__goal__text",
            "lead_office_label",
            "state",
            "state_since",
            "due_on",
            "submitted__outlook",
            "submitted__implementation_status",
            "submitted__submitted_at",
            "approved_at",
        )
    )
    contributing = _contributing(updates)
    before = _statuses_before(cycle)
    made: list[tuple[str, ...]] = []
    for row in rows:
        pk, recommendation, number, title, field, field_name, goal, goal_text = row[:8]
        office, state, since, due_on, outlook, status, submitted_at, approved_at = row[8:]
        handed_in = state in HANDED_IN_STATES
        late = (today - due_on).days if state in WRITING_STATES and due_on < today else 0
        made.append(
            (
                number,
                title,
                f"{field} {field_name}".strip(),
                f"{goal} {goal_text}".strip(),
                office,
                "; ".join(contributing.get(pk, [])),
                str(COLUMNS[state]),
                _day(since),
                date_format(due_on, "d.m.Y"),
                str(late) if late else "",
                str(OUTLOOK_WORDS.get(outlook, "")) if handed_in and outlook else "",
                thread.status_word(before[recommendation]) if recommendation in before else "",
                thread.status_word(status) if handed_in and status else "",
                _day(submitted_at),
                _day(approved_at),
                f"{settings.SITE_URL}{reverse('workflow:update-detail', args=[pk])}",
            )
        )
    return made


def _contributing(updates: QuerySet[StatusUpdate]) -> dict[int, list[str]]:
    """Run → its contributing offices, each with how far it is; one query."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = Participation.objects.filter(update__in=updates.order_by().values("pk")).order_by("office_label", "pk")
    words = {state.value: str(state.label) for state in ParticipationState}
    for update, label, state in rows.values_list("update_id", "office_label", "state"):
        found[update].append(f"{label} ({words[state]})")
    return found


def _statuses_before(cycle: ReportingCycle) -> dict[int, str]:
    """Recommendation → the status that was approved last in an earlier cycle of the edition; one query."""
    rows = (
        StatusUpdate.objects.filter(
            cycle__edition=cycle.edition_id, cycle__period_until__lt=cycle.period_until, approved__isnull=False
        )
        .exclude(cycle__state=CycleState.PLANNED)
        .order_by("cycle__period_until", "cycle_id")
    )
    return dict(rows.values_list("recommendation_id", "approved__implementation_status"))


def _day(moment: datetime.datetime | None) -> str:
    return date_format(timezone.localdate(moment), "d.m.Y") if moment else ""
