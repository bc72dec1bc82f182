"""The engine's rows of many new runs at once: what ``start``, ``ask`` and the steps after them would write one by one.

A test compares both ways row by row. Whatever the flow's hooks do at the start of a run must be done here too.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from viewflow.workflow import STATUS
from viewflow.workflow.models import Process, Task
from viewflow.workflow.token import Token

from offices.backends import office_permission
from workflow.flows import StatusUpdateFlow
from workflow.models import Participation, StatusUpdate, WorkItem, WorkStep
from workflow.services import work_items

Pair = tuple[Task, Task]
"""A task and the one before it."""


def write(updates: Sequence[StatusUpdate], participations: Sequence[Participation], now: datetime.datetime) -> None:
    """Save ``updates`` and ``participations`` with their processes, tasks and work items; nine statements."""
    processes = Process.objects.bulk_create(Process(flow_class=StatusUpdateFlow, created=now) for _run in updates)
    for update, process in zip(updates, processes, strict=True):
        update.process = process
    StatusUpdate.objects.bulk_create(updates)
    Participation.objects.bulk_create(participations)
    asked: dict[int, list[Participation]] = defaultdict(list)
    for one in participations:
        asked[one.update_id].append(one)
    # Two rounds: the branches carry the key of the split in their tokens.
    gates = Task.objects.bulk_create(
        _task(node, update, now, status=STATUS.DONE, started=now, finished=now)
        for update in updates
        for node in ("start", "ask")
    )
    starts, splits = gates[::2], gates[1::2]
    steps = [
        (task, split, participation)
        for update, split in zip(updates, splits, strict=True)
        for task, participation in _branches(update, split, asked[update.pk], now)
    ]
    Task.objects.bulk_create(task for task, _split, _participation in steps)
    _link([*zip(splits, starts, strict=True), *((task, split) for task, split, _participation in steps)])
    runs = {update.process_id: update for update in updates}
    WorkItem.objects.bulk_create(
        work_items.new(
            update=runs[task.process_id],
            task_id=task.pk,
            step=WorkStep.CONTRIBUTE if participation else WorkStep.WRITE,
            office_id=participation.office_id if participation else runs[task.process_id].lead_office_id,
            participation=participation,
        )
        for task, _split, participation in steps
    )


def _branches(
    update: StatusUpdate, split: Task, asked: Sequence[Participation], now: datetime.datetime
) -> Iterator[tuple[Task, Participation | None]]:
    """Yield a task for each contributing office and one for the lead office."""
    tokens = Token.split_token_source(split.token, split.pk)
    seeds = ContentType.objects.get_for_model(Participation)
    for one in asked:
        yield (
            _task(
                "contribute",
                update,
                now,
                token=next(tokens),
                owner_permission=office_permission(one.office_id),
                seed_content_type=seeds,
                seed_object_id=one.pk,
            ),
            one,
        )
    yield (
        _task("write", update, now, token=next(tokens), owner_permission=office_permission(update.lead_office_id)),
        None,
    )


def _task(name: str, update: StatusUpdate, now: datetime.datetime, **fields: Any) -> Task:
    node = StatusUpdateFlow.instance.node(name)
    return Task(
        process=update.process,
        flow_task=node,
        flow_task_type=node.task_type,
        created=now,
        **{"status": STATUS.NEW, **fields},
    )


def _link(pairs: Sequence[Pair]) -> None:
    link = Task.previous.through
    link.objects.bulk_create(link(from_task_id=task.pk, to_task_id=before.pk) for task, before in pairs)
