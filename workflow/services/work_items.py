"""The inbox's rows: opened and closed by the flow's human steps and by duties beside the flow, never by views."""

import datetime

from workflow.models import Participation, StatusUpdate, WorkItem, WorkStep


def new(
    *,
    update: StatusUpdate,
    task_id: int | None,
    step: WorkStep,
    office_id: int | None,
    participation: Participation | None = None,
) -> WorkItem:
    """Return an unsaved work item, due when its step is due by the cycle and the run."""
    return WorkItem(
        task_id=task_id,
        update=update,
        step=step,
        office_id=office_id,
        participation=participation,
        due_on=_due_on(update, step, participation),
    )


def _due_on(update: StatusUpdate, step: WorkStep, participation: Participation | None) -> datetime.date:
    if step == WorkStep.REVIEW:
        return update.cycle.review_due_on
    if step == WorkStep.SIGN:
        return sign_due_on(update)
    if participation is not None and participation.due_on is not None:
        return participation.due_on
    return update.due_on


def sign_due_on(update: StatusUpdate) -> datetime.date:
    """Return until when the head signs; whoever hands in late leaves the head as much time as the others."""
    return max(update.cycle.sign_off_due_on, update.due_on)


def open_for(
    *,
    update: StatusUpdate,
    task_id: int | None,
    step: WorkStep,
    office_id: int | None,
    participation: Participation | None = None,
) -> WorkItem:
    """Put the engine's task, or a duty without one, on a desk."""
    item = new(update=update, task_id=task_id, step=step, office_id=office_id, participation=participation)
    item.save(force_insert=True)
    return item


def close(*, task_id: int) -> None:
    """Take the engine's task off every desk; a second call changes nothing."""
    WorkItem.objects.filter(task_id=task_id).update(is_open=False)


def close_duties(update: StatusUpdate, step: WorkStep, participation: Participation | None = None) -> None:
    """Take a duty without an engine task off its desk; a second call changes nothing."""
    WorkItem.objects.filter(
        update=update, step=step, task__isnull=True, participation=participation, is_open=True
    ).update(is_open=False)
