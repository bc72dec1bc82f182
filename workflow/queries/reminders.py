"""Which tasks are worth a reminder today."""

import datetime
from collections import defaultdict

from offices.models import Office
from workflow.models import CycleState, WorkItem, WorkStep

AHEAD = datetime.timedelta(days=14)


def pressing_items(today: datetime.date) -> dict[Office, list[WorkItem]]:
    """Return the open writing tasks that are due within 14 days or overdue, by office, the most urgent first.

    One query, however many there are. Tasks of closed cycles are never among them.
    """
    items = (
        WorkItem.objects.filter(
            is_open=True,
            step__in=(WorkStep.WRITE, WorkStep.REWORK),
            office__isnull=False,
            due_on__lte=today + AHEAD,
            update__cycle__state=CycleState.OPEN,
        )
        .select_related("office", "update__recommendation")
        .order_by("due_on", "update__recommendation__position", "pk")
    )
    by_office: dict[Office, list[WorkItem]] = defaultdict(list)
    for item in items:
        if item.office is not None:
            by_office[item.office].append(item)
    return dict(by_office)
