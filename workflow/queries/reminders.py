"""Which tasks are worth a reminder today."""

import datetime
from collections import defaultdict

from offices.models import Office
from workflow.models import OPEN_STATES, WorkItem, WorkStep

AHEAD = datetime.timedelta(days=14)

STEPS = (
    WorkStep.WRITE,
    WorkStep.REWORK,
    WorkStep.CONTRIBUTE,
    WorkStep.CO_SIGN,
    WorkStep.SIGN,
    WorkStep.TAKE_OVER,
)
"""What offices are reminded of. Reviews wait in a queue, decisions of coordinators on their board."""


def pressing_items(today: datetime.date) -> dict[Office, list[WorkItem]]:
    """Return the open tasks of offices that are due within 14 days or overdue, by office, the most urgent first.

    One query, however many there are. Closing a cycle ends its tasks; a run that was opened again afterwards counts.
    """
    items = (
        WorkItem.objects.filter(
            is_open=True,
            step__in=STEPS,
            office__isnull=False,
            due_on__lte=today + AHEAD,
            update__state__in=OPEN_STATES,
        )
        .select_related("office", "update__recommendation", "participation")
        .order_by("due_on", "update__recommendation__position", "pk")
    )
    by_office: dict[Office, list[WorkItem]] = defaultdict(list)
    for item in items:
        if item.office is not None:
            by_office[item.office].append(item)
    return dict(by_office)
