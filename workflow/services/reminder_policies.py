"""When a cycle reminds: the rules that such a policy keeps, and changing it."""

import datetime
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from offices.errors import DomainError
from offices.models import Person
from workflow.models import EventKind, ReminderPolicy, ReportingCycle
from workflow.queries.reminder_policies import policies_of
from workflow.reminding import Policy
from workflow.services import history

FEWEST, MOST = 1, 365
MOST_DAYS = 10
LONGEST_INTRODUCTION = 1000


def check_days(days: Sequence[int]) -> None:
    """Raise ``DomainError`` unless ``days``, counted from a deadline, ascend from 1 to 365 at most, ten at most."""
    if any(not FEWEST <= one <= MOST for one in days):
        raise DomainError(_("Please enter days between 1 and 365."))
    if len(set(days)) < len(days):
        twice = next(one for one in days if list(days).count(one) > 1)
        raise DomainError(_("%(day)s stands there twice.") % {"day": twice})
    if len(days) > MOST_DAYS:
        raise DomainError(_("Please enter at most 10 days."))
    if list(days) != sorted(days):
        raise DomainError(_("Please enter the days in their order."))


def check_policy(policy: Policy) -> None:
    """Raise ``DomainError`` unless the policy can be kept: days before a deadline descend to it, those after ascend."""
    check_days(policy.before[::-1])
    check_days(policy.after)
    if policy.every is not None and not (policy.on_the_day or policy.after):
        raise DomainError(
            _("What goes on and on needs a day to go on from: please remind on the day or on some day after it.")
        )
    spans = (policy.every, policy.head_after, policy.coordinator_after, policy.department_after)
    if any(one is not None and not FEWEST <= one <= MOST for one in spans):
        raise DomainError(_("Please enter days between 1 and 365."))
    ladder = [one for one in (policy.head_after, policy.coordinator_after, policy.department_after) if one is not None]
    if ladder != sorted(ladder):
        raise DomainError(
            _(
                "Please keep the order: the head of office hears of it first, then the coordination, "
                "then the department."
            )
        )
    if len(policy.introduction) > LONGEST_INTRODUCTION:
        raise DomainError(_("The introduction has at most 1,000 characters."))


@transaction.atomic
def set_policy(cycle: ReportingCycle, policy: Policy, *, by: Person, now: datetime.datetime) -> Policy:
    """Let ``cycle`` remind by ``policy`` from the next reminder on, and return it; a second call changes nothing more.

    Writes one event to the cycle's history. Raises ``DomainError`` for a policy that contradicts itself and for a
    closed cycle.
    """
    check_policy(policy)
    locked = ReportingCycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
    if locked.is_closed:
        raise DomainError(_("The cycle is closed. Its reminders stay as they are."))
    before, after = _values(policies_of([cycle.pk])[cycle.pk]), _values(policy)
    changed = sorted(name for name in after if after[name] != before[name])
    if not changed:
        return policy
    ReminderPolicy.objects.update_or_create(cycle=locked, defaults={**after, "changed_at": now, "changed_by": by})
    data = {
        "about": "reminders",
        "before": {name: before[name] for name in changed},
        "after": {name: after[name] for name in changed},
    }
    history.record_on_cycle(locked, EventKind.CYCLE_CHANGED, by=by, now=now, data=data)
    return policy


def reset_policy(cycle: ReportingCycle, *, by: Person, now: datetime.datetime) -> Policy:
    """Go back to the days of the default, and return the policy; the introduction stays.

    Raises ``DomainError`` for a closed cycle.
    """
    introduction = policies_of([cycle.pk])[cycle.pk].introduction
    return set_policy(cycle, replace(Policy(), introduction=introduction), by=by, now=now)


def _values(policy: Policy) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(policy).items()}
