"""The inbox's rows: opened and closed by the flow's human steps and by duties beside the flow, never by views."""

import datetime

from django.utils import timezone

from workflow.models import Participation, StatusUpdate, WorkItem, WorkStep


def new(
    *,
    update: StatusUpdate,
    task_id: int | None,
    step: WorkStep,
    office_id: int | None,
    participation: Participation | None = None,
    asked_on: datetime.date | None = None,
) -> WorkItem:
    """Return an unsaved work item, due when its step is due by the cycle and the run.

    It is asked from ``asked_on`` on; without, from the day on which the run came into its state.
    """
    since = asked_on or timezone.localdate(update.state_since)
    return WorkItem(
        task_id=task_id,
        update=update,
        step=step,
        office_id=office_id,
        participation=participation,
        due_on=_due_on(update, step, participation, since),
        asked_on=since,
    )


def _due_on(
    update: StatusUpdate, step: WorkStep, participation: Participation | None, since: datetime.date
) -> datetime.date:
    if step == WorkStep.REVIEW:
        # Whoever hands in late leaves the Arbeitsgruppe as much time as a text that comes back.
        return max(update.cycle.review_due_on, since + datetime.timedelta(days=update.cycle.rework_days))
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
    asked_on: datetime.date | None = None,
) -> WorkItem:
    """Put the engine's task, or a duty without one, on a desk (see ``new``)."""
    item = new(
        update=update,
        task_id=task_id,
        step=step,
        office_id=office_id,
        participation=participation,
        asked_on=asked_on,
    )
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
