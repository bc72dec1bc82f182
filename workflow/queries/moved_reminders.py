"""Which reminders a closing time moves to another day (a teller of ``offices.closing_effects``)."""

import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from offices.working_days import WorkingDays
from workflow.models import CycleState, ReportingCycle
from workflow.queries.reminder_policies import policies_of
from workflow.reminder_calendar import calendar_of
from workflow.reminding import Policy


def moved(before: WorkingDays, after: WorkingDays, today: datetime.date) -> list[str]:
    """Say of each cycle that runs or is planned how many of its days to come move; two queries.

    Deadlines of their own (an extension, a text that came back) are not counted, as in the cycle's calendar.
    """
    cycles = list(ReportingCycle.objects.exclude(state=CycleState.CLOSED).order_by("due_on", "pk"))
    if not cycles:
        return []
    policies = policies_of([one.pk for one in cycles])
    found = [
        said % {"number": number, "cycle": one.period_label}
        for one in cycles
        if (number := _number(one, policies[one.pk], before, after, today))
        for said in [
            ngettext(
                "That moves %(number)d reminder day of the cycle %(cycle)s.",
                "That moves %(number)d reminder days of the cycle %(cycle)s.",
                number,
            )
        ]
    ]
    return found or [_("It moves no reminder day of a cycle.")]


def _number(
    cycle: ReportingCycle, policy: Policy, before: WorkingDays, after: WorkingDays, today: datetime.date
) -> int:
    was, will = (_days(cycle, policy, working, today) for working in (before, after))
    # Days that fall together with another one are lost on one side alone.
    return max(len(was - will), len(will - was))


def _days(
    cycle: ReportingCycle, policy: Policy, working: WorkingDays, today: datetime.date
) -> frozenset[datetime.date]:
    return frozenset(one.day for one in calendar_of(cycle, policy, working, today).days if not one.is_past)
