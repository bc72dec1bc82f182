"""Reporting cycles: planned by a coordinator, opened, closed. The engine's part stands in ``workflow.opening``."""

import datetime
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from concept.models import ConceptEdition
from offices.errors import DomainError
from offices.models import Person
from workflow import published
from workflow.models import CycleState, EventKind, ReportingCycle, ReviewPolicy
from workflow.queries import quorum
from workflow.services import history
from workflow.services.cycle_policies import CyclePolicy, check_policy

WEEK = datetime.timedelta(days=7)


class QuorumError(DomainError):
    """More votes are asked for than the Arbeitsgruppe has members."""


CHANGE_WHILE_OPEN = {"publish_on", "rework_days", *(one.name for one in fields(CyclePolicy))}
"""What can still change once the tasks have gone out."""


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


def require_members(policy: CyclePolicy, today: datetime.date) -> None:
    """Raise ``QuorumError`` if the policy asks for more votes than the Arbeitsgruppe has members; one query at most."""
    if policy.review_policy != ReviewPolicy.QUORUM:
        return
    members = len(quorum.seats(today))
    if members < policy.quorum:
        what_helps = _("Please choose fewer votes, or add members first.")
        raise QuorumError(f"{quorum.too_few(members, policy.quorum)} {what_helps}")


@transaction.atomic
def create_cycle(
    edition: ConceptEdition,
    dates: CycleDates,
    *,
    by: Person | None,
    now: datetime.datetime,
    today: datetime.date,
    policy: CyclePolicy | None = None,
) -> ReportingCycle:
    """Plan a cycle; nothing is asked of anybody until it is opened. Without a ``policy``, nobody signs and one decides.

    Raises ``DomainError`` if dates or policy contradict themselves, if the Arbeitsgruppe has too few members for the
    votes, or if the edition already has a cycle for this period.
    """
    # The lock makes the second click of two wait, and then find the first one's cycle.
    ConceptEdition.objects.select_for_update().get(pk=edition.pk)
    full = plan(edition, dates, today)
    policy = policy or CyclePolicy()
    check_policy(policy)
    require_members(policy, today)
    cycle = ReportingCycle.objects.create(edition=edition, created_by=by, **_values(full), **_values(policy))
    data = _as_data(full) | _as_data(policy)
    history.record_on_cycle(cycle, EventKind.CYCLE_CREATED, by=by, now=now, data=data)
    return cycle


@transaction.atomic
def change_cycle(
    cycle_id: int,
    dates: CycleDates,
    *,
    by: Person,
    now: datetime.datetime,
    today: datetime.date,
    policy: CyclePolicy | None = None,
) -> ReportingCycle:
    """Change dates and policy of a planned cycle; of an open one publication date, span for rework and policy.

    Without a ``policy`` it stays as it is. A changed one asks for signatures on what is handed in from then on; who
    decides changes at once for everything that is not decided yet.

    Raises ``DomainError`` for a closed cycle, for other changes of an open one (its tasks have gone out), for more
    votes than the Arbeitsgruppe has members, and for a publication date that would hide what is public today, or what
    was until the edition was taken back: published again, it would be missing without anybody being told. Approved
    entries that come out at once by the change keep today as their date: whoever follows what is published asks for
    what came out since the last visit.
    """
    cycle = ReportingCycle.objects.select_for_update(no_key=True).get(pk=cycle_id)
    full = _not_back_dated(cycle, derive(dates, today), today)
    check_dates(full)
    policy = policy or CyclePolicy.of(cycle)
    check_policy(policy)
    after = _values(full) | _values(policy)
    before = {name: getattr(cycle, name) for name in after}
    changed = {name for name in after if after[name] != before[name]}
    if not changed:
        return cycle
    _require_may_change(cycle, changed)
    if changed & {"review_policy", "quorum"}:
        require_members(policy, today)
    if "publish_on" in changed:
        _require_hides_nothing(cycle, full.publish_on, now=now, today=today)
    twins = ReportingCycle.objects.filter(
        edition=cycle.edition_id, period_from=full.period_from, period_until=full.period_until
    )
    if twins.exclude(pk=cycle.pk).exists():
        raise DomainError(_("There is already a cycle for this edition and period."))
    for name in changed:
        setattr(cycle, name, after[name])
    cycle.save(update_fields=sorted(changed))
    data = {"before": _plain(before), "after": _plain(after)}
    history.record_on_cycle(cycle, EventKind.CYCLE_CHANGED, by=by, now=now, data=data)
    return cycle


def _not_back_dated(cycle: ReportingCycle, dates: CycleDates, today: datetime.date) -> CycleDates:
    """Return ``dates`` with today for publication where approved entries come out by taking a later date away."""
    is_later = cycle.publish_on is not None and cycle.publish_on > today
    comes_out = is_later and (dates.publish_on is None or dates.publish_on < today)
    if comes_out and cycle.updates.filter(approved__isnull=False).exists():
        return replace(dates, publish_on=today)
    return dates


def _require_may_change(cycle: ReportingCycle, changed: set[str]) -> None:
    if cycle.state == CycleState.CLOSED:
        raise DomainError(_("The cycle is closed. Its dates stay as they are."))
    if cycle.state != CycleState.PLANNED and not changed <= CHANGE_WHILE_OPEN:
        raise DomainError(
            _("The cycle is open: only publication date, days for rework, signatures and review can still change.")
        )


def _require_hides_nothing(
    cycle: ReportingCycle, publish_on: datetime.date | None, *, now: datetime.datetime, today: datetime.date
) -> None:
    """Raise ``DomainError`` if visitors could not read any more with this publication date what they have read."""
    if publish_on is None or publish_on <= today:
        return
    if published.entries(now, cycle_id=cycle.pk, with_measures=False):
        raise DomainError(
            _("Entries of this cycle are public already; this date would hide them again. Please leave it as it was.")
        )
    if published.went_with_edition(cycle.pk):
        raise DomainError(
            _(
                "Entries of this cycle were public until the edition of the concept was withdrawn, and come back with "
                "it; this date would hide them. Please leave it as it was."
            )
        )


def _values(part: CycleDates | CyclePolicy) -> dict[str, Any]:
    return {one.name: getattr(part, one.name) for one in fields(part)}


def _as_data(part: CycleDates | CyclePolicy) -> dict[str, Any]:
    return _plain(_values(part))


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime.date) else value for name, value in values.items()}
