"""Reporting cycles: planned by a coordinator, opened, closed. The engine's part stands in ``workflow.opening``."""

import datetime
from dataclasses import dataclass, fields
from itertools import pairwise

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from concept.models import ConceptEdition
from offices.errors import DomainError
from offices.models import Person
from workflow import published
from workflow.models import CycleState, EventKind, ReportingCycle
from workflow.services import history

WEEK = datetime.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class CycleDates:
    """The dates of a cycle as a coordinator enters them; ``None`` is derived (``derive``).

    Only ``publish_on`` may stay empty: then each entry is public as soon as it is approved.
    """

    period_from: datetime.date
    period_until: datetime.date
    due_on: datetime.date
    opens_on: datetime.date | None = None
    contributions_due_on: datetime.date | None = None
    sign_off_due_on: datetime.date | None = None
    review_due_on: datetime.date | None = None
    publish_on: datetime.date | None = None
    rework_days: int = 14


def derive(dates: CycleDates, today: datetime.date) -> CycleDates:
    """Return the dates with every gap filled.

    A cycle opens today (or on its due day, if that is earlier), contributions are due two weeks before the entry,
    the sign-off a week and the review four weeks after it. Contributions are never due before the opening.
    """
    opens = dates.opens_on or min(today, dates.due_on)
    return CycleDates(
        period_from=dates.period_from,
        period_until=dates.period_until,
        due_on=dates.due_on,
        opens_on=opens,
        contributions_due_on=dates.contributions_due_on or max(opens, dates.due_on - 2 * WEEK),
        sign_off_due_on=dates.sign_off_due_on or dates.due_on + WEEK,
        review_due_on=dates.review_due_on or dates.due_on + 4 * WEEK,
        publish_on=dates.publish_on,
        rework_days=dates.rework_days,
    )


def check_dates(dates: CycleDates) -> None:
    """Raise ``DomainError`` unless the (derived) dates follow each other."""
    if dates.period_until <= dates.period_from:
        raise DomainError(_("The period ends before it begins."))
    if dates.due_on <= dates.period_from:
        raise DomainError(_("The due date lies before the period. Please check the dates."))
    order = [
        (dates.opens_on, pgettext("cycle date", "opening")),
        (dates.contributions_due_on, pgettext("cycle date", "contributions")),
        (dates.due_on, pgettext("cycle date", "due date")),
        (dates.sign_off_due_on, pgettext("cycle date", "sign-off")),
        (dates.review_due_on, pgettext("cycle date", "review")),
    ]
    for (earlier, earlier_name), (later, later_name) in pairwise(order):
        if earlier and later and later < earlier:
            raise DomainError(
                _("%(later)s lies before %(earlier)s. Please check the dates.")
                % {"later": later_name, "earlier": earlier_name}
            )
    if not 1 <= dates.rework_days <= 365:  # noqa: PLR2004 - a year
        raise DomainError(_("Please allow between 1 and 365 days for rework."))


def plan(edition: ConceptEdition, dates: CycleDates, today: datetime.date) -> CycleDates:
    """Return the dates with every gap filled, as ``create_cycle`` would keep them; changes nothing.

    Raises ``DomainError`` if the dates contradict each other or the edition already has a cycle for this period.
    """
    full = derive(dates, today)
    check_dates(full)
    if edition.cycles.filter(period_from=full.period_from, period_until=full.period_until).exists():
        raise DomainError(_("There is already a cycle for this edition and period."))
    return full


@transaction.atomic
def create_cycle(
    edition: ConceptEdition,
    dates: CycleDates,
    *,
    by: Person | None,
    now: datetime.datetime,
    today: datetime.date,
) -> ReportingCycle:
    """Plan a cycle; nothing is asked of anybody until it is opened.

    Raises ``DomainError`` if the dates contradict each other or the edition already has a cycle for this period.
    """
    # The lock makes the second click of two wait, and then find the first one's cycle.
    ConceptEdition.objects.select_for_update().get(pk=edition.pk)
    full = plan(edition, dates, today)
    cycle = ReportingCycle.objects.create(
        edition=edition, created_by=by, **{one.name: getattr(full, one.name) for one in fields(full)}
    )
    history.record_on_cycle(cycle, EventKind.CYCLE_CREATED, by=by, now=now, data=_as_data(full))
    return cycle


@transaction.atomic
def change_cycle(
    cycle_id: int,
    dates: CycleDates,
    *,
    by: Person,
    now: datetime.datetime,
    today: datetime.date,
) -> ReportingCycle:
    """Change the dates of a planned cycle, or the publication date and the span for rework of an open one.

    Raises ``DomainError`` for a closed cycle, for other changes of an open one (its tasks have gone out), and for a
    publication date that would hide what is public today.
    """
    cycle = ReportingCycle.objects.select_for_update().get(pk=cycle_id)
    full = derive(dates, today)
    check_dates(full)
    before = CycleDates(**{one.name: getattr(cycle, one.name) for one in fields(CycleDates)})
    changed = {one.name for one in fields(full) if getattr(full, one.name) != getattr(before, one.name)}
    if not changed:
        return cycle
    if cycle.state == CycleState.CLOSED:
        raise DomainError(_("The cycle is closed. Its dates stay as they are."))
    if cycle.state != CycleState.PLANNED and not changed <= {"publish_on", "rework_days"}:
        raise DomainError(_("The cycle is open: only publication date and days for rework can still change."))
    if "publish_on" in changed and _would_hide(cycle, full.publish_on, now=now, today=today):
        raise DomainError(
            _("Entries of this cycle are public already; this date would hide them again. Please leave it as it was.")
        )
    twins = ReportingCycle.objects.filter(
        edition=cycle.edition_id, period_from=full.period_from, period_until=full.period_until
    )
    if twins.exclude(pk=cycle.pk).exists():
        raise DomainError(_("There is already a cycle for this edition and period."))
    for name in changed:
        setattr(cycle, name, getattr(full, name))
    cycle.save(update_fields=sorted(changed))
    history.record_on_cycle(
        cycle, EventKind.CYCLE_CHANGED, by=by, now=now, data={"before": _as_data(before), "after": _as_data(full)}
    )
    return cycle


def _would_hide(
    cycle: ReportingCycle, publish_on: datetime.date | None, *, now: datetime.datetime, today: datetime.date
) -> bool:
    """Return whether an entry of the cycle is public now and would not be with this publication date."""
    if publish_on is None or publish_on <= today:
        return False
    return bool(published.entries(now, cycle_id=cycle.pk, with_measures=False))


def _as_data(dates: CycleDates) -> dict[str, str | int | None]:
    return {
        one.name: value.isoformat() if isinstance(value := getattr(dates, one.name), datetime.date) else value
        for one in fields(dates)
    }
