"""When cycles remind."""

from collections.abc import Collection

from workflow.models import ReminderPolicy
from workflow.reminding import Policy


def policies_of(cycle_ids: Collection[int]) -> dict[int, Policy]:
    """Return the policy of each cycle, the default where none was set; one query."""
    found = {one.cycle_id: policy_of_row(one) for one in ReminderPolicy.objects.filter(cycle__in=cycle_ids)}
    return {pk: found.get(pk, Policy()) for pk in cycle_ids}


def policy_of_row(row: ReminderPolicy) -> Policy:
    """Return what a row says, as the planner reads it."""
    return Policy(
        before=tuple(row.before),
        on_the_day=row.on_the_day,
        after=tuple(row.after),
        every=row.every,
        head_after=row.head_after,
        coordinator_after=row.coordinator_after,
        department_after=row.department_after,
        introduction=row.introduction,
    )
