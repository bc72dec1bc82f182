"""What all doors share: taking the engine's lock on a run, and letting the engine go on."""

import datetime
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from viewflow.workflow import PROCESS, STATUS
from viewflow.workflow.models import Process, Task

from offices.errors import ConflictError
from offices.models import Person
from workflow import access
from workflow.models import Participation, StatusUpdate, WorkItem, WorkStep

OPEN_TASK = (STATUS.NEW, STATUS.ASSIGNED)


@dataclass
class Turn:
    """The engine's task that is being done, with its run read under the lock."""

    update: StatusUpdate
    activation: Any

    def done(self, by: Person | None, *, for_others: bool = False) -> None:
        """Let the engine complete the task and go on.

        ``for_others`` completes it whoever it belongs to: the lead office takes its entry back, a deadline passes.
        """
        if self.activation.status == STATUS.NEW:
            if not for_others and not self.activation.assign.has_perm(by):
                raise access.NotAllowedError(_("This step belongs to somebody else."))
            self.activation.assign(by)
        elif by is None or self.activation.task.owner_id != by.pk:
            self.activation.reassign(by)
        self.activation.start(None)
        self.activation.execute()


def too_late() -> ConflictError:
    return ConflictError(_("Somebody was faster: this step is done already. Please load the page again."))


@contextmanager
def turn(update_id: int, steps: Sequence[WorkStep], participation: Participation | None = None) -> Iterator[Turn]:
    """Take the run's open task for one of ``steps``, and the engine's lock with it, for one transaction.

    Raises ``ConflictError`` if there is no such task (any more).
    """
    items = WorkItem.objects.filter(update=update_id, step__in=steps, is_open=True, task__isnull=False)
    if participation is not None:
        items = items.filter(participation=participation)
    item = items.select_related("task__process").first()
    if item is None or item.task is None:
        raise too_late()
    with item.task.activation() as activation:
        if activation.task.status not in OPEN_TASK:
            raise too_late()
        yield Turn(locked(update_id), activation)


def locked(update_id: int) -> StatusUpdate:
    """Return the run, read anew and locked; the caller holds the engine's lock or needs none."""
    return (
        StatusUpdate.objects.select_for_update(of=("self",))
        .select_related("cycle", "submitted", "process")
        .get(pk=update_id)
    )


@contextmanager
def held(update_id: int) -> Iterator[StatusUpdate]:
    """Take the engine's lock on the run without a task of its own, for one transaction; yield the run, read anew."""
    with transaction.atomic():
        process = StatusUpdate.objects.values_list("process", flat=True).get(pk=update_id)
        if process is not None:
            Process.objects.select_for_update().get(pk=process)
        update = locked(update_id)
        if update.process_id != process:
            # Reopened between the two reads: another process runs now.
            raise too_late()
        yield update


def end_processes(process_ids: Collection[int], now: datetime.datetime) -> None:
    """Cancel processes whose locks the caller holds, with their open tasks; three statements however many they are."""
    WorkItem.objects.filter(task__process__in=process_ids, is_open=True).update(is_open=False)
    Task.objects.filter(process__in=process_ids, finished__isnull=True).update(status=STATUS.CANCELED, finished=now)
    Process.objects.filter(pk__in=process_ids, finished__isnull=True).update(status=PROCESS.CANCELED, finished=now)


def require_newest(update: StatusUpdate, revision_number: int | None) -> None:
    """Raise ``ConflictError`` if another version was handed in than the one that was read; ``None`` does not ask."""
    if revision_number is not None and (update.submitted is None or update.submitted.number != revision_number):
        raise ConflictError(_("There is a newer version of this entry. Please read it before you decide."))


def cancel_tasks(tasks: Sequence[Task]) -> None:
    """Cancel open tasks of a run whose lock the caller holds; their work items leave the desks."""
    for task in tasks:
        if task.status in OPEN_TASK:
            task.flow_task.activation_class(task).cancel()
