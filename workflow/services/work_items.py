"""The inbox's rows: opened and closed by the flow's human steps, never by views."""

from workflow.models import StatusUpdate, WorkItem, WorkStep


def new(*, update: StatusUpdate, task_id: int, step: WorkStep, office_id: int | None) -> WorkItem:
    """Return an unsaved work item; reviews are due with the cycle's review, everything else with the run."""
    due_on = update.cycle.review_due_on if step == WorkStep.REVIEW else update.due_on
    return WorkItem(task_id=task_id, update=update, step=step, office_id=office_id, due_on=due_on)


def open_for(*, update: StatusUpdate, task_id: int, step: WorkStep, office_id: int | None) -> WorkItem:
    """Put the engine's task on a desk."""
    item = new(update=update, task_id=task_id, step=step, office_id=office_id)
    item.save(force_insert=True)
    return item


def close(*, task_id: int) -> None:
    """Take the engine's task off the desk; a second call changes nothing."""
    WorkItem.objects.filter(task_id=task_id).update(is_open=False)
