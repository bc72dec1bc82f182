"""The inbox as it would be without its own rows: the same page, read from the engine's ``queue()``.

What the inbox is measured against. It leaves out what the engine does not know and would cost it more: drafts,
comments, and for whom a deputy acts.
"""

import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from viewflow.workflow.models import Task

from offices.access import Desk
from workflow import asking, desk_links, thread
from workflow.flows import StatusUpdateFlow
from workflow.models import StatusUpdate, WorkStep
from workflow.queries import inbox
from workflow.queries.counts import Counts
from workflow.queries.inbox import TaskPage
from workflow.queries.threads import last_known, staff_threads

STEPS = {
    "write": WorkStep.WRITE,
    "rework": WorkStep.REWORK,
    "contribute": WorkStep.CONTRIBUTE,
    "co_sign": WorkStep.CO_SIGN,
    "sign": WorkStep.SIGN,
}
"""By name of the engine's node, which step it is."""


def task_page(desk: Desk, *, today: datetime.date) -> TaskPage:
    """Return the first page in order of urgency, with the number of all."""
    queue: QuerySet[Any] = Task.objects.queue([StatusUpdateFlow], desk.person)
    total = queue.count()
    rows = list(
        queue.select_related("process__status_update__recommendation", "process__status_update__cycle")
        .prefetch_related("seed")
        .order_by("process__status_update__due_on", "pk")[: inbox.PER_PAGE]
    )
    threads = staff_threads(task.process.status_update.recommendation_id for task in rows)
    return TaskPage(
        tasks=[_shown(task, threads, today) for task in rows],
        page=Paginator(range(total), inbox.PER_PAGE).get_page(1),
        counts=Counts(total),
    )


def _shown(task: Any, threads: dict[int, list[thread.ThreadStep]], today: datetime.date) -> inbox.InboxTask:
    update: StatusUpdate = task.process.status_update
    step = STEPS[task.flow_task.name]
    steps = threads[update.recommendation_id]
    ask = asking.ask_of(
        asking.Asked(
            step=step,
            period=update.cycle.period_label,
            lead_office=update.lead_office_label,
            state=update.state,
            contributor=task.seed.office_label if task.seed else "",
            last_status=last_known(steps),
        )
    )
    return inbox.InboxTask(
        number=update.recommendation.number,
        title=update.recommendation.title,
        step=step,
        role=ask.role,
        text=ask.text,
        button=ask.button,
        address=desk_links.address(step, update.pk, task.seed.pk if task.seed else None),
        run_address=desk_links.run(update.pk),
        due=thread.due(update.due_on, today, thread.DUE_WORDS.get(step, "")),
        due_on=update.due_on,
        steps=steps,
        office=task.seed.office_label if task.seed else update.lead_office_label,
    )
