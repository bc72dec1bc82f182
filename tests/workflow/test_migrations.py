"""Runs that were opened under the first flow, before contributions and signatures, go on under this one."""

from importlib import import_module

from django.apps import apps
from django.utils import timezone
from viewflow.workflow import STATUS
from viewflow.workflow.models import Process, Task

from offices.backends import office_permission
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, content
from workflow import runs
from workflow.flows import StatusUpdateFlow
from workflow.models import Participation, StatusUpdate, WorkItem, WorkStep
from workflow.services import history

MIGRATION = import_module("workflow.migrations.0003_runs_of_the_first_flow")


def test_a_run_of_the_first_flow_is_handed_in_and_approved(cast: Cast) -> None:
    update = first_flow(cast)
    MIGRATION.forwards(apps, None)
    runs.hand_in(update.pk, by=cast.clerk, content=content(), now=NOW)
    runs.approve(update.pk, revision_number=1, by=cast.reviewer, now=NOW)
    update.refresh_from_db()
    assert (update.state, update.process.status) == ("approved", "DONE")  # type: ignore[union-attr]
    assert list(history.verify()) == []


def test_the_way_back_leaves_the_task_where_it_was(cast: Cast) -> None:
    update = first_flow(cast)
    MIGRATION.forwards(apps, None)
    MIGRATION.backwards(apps, None)
    task = Task.objects.get(process=update.process_id, finished__isnull=True)
    assert task.flow_task == StatusUpdateFlow.instance.node("write")


def first_flow(cast: Cast) -> StatusUpdate:
    """A run in the rows that the first flow wrote: start, then write, without a split and without contributions."""
    edition = factories.edition()
    factories.recommendation(factories.goal(edition), lead=cast.youth, contributing=(cast.school,))
    factories.open_cycle(edition, contributions=True)
    update = StatusUpdate.objects.get()
    WorkItem.objects.all().delete()
    Process.objects.filter(pk=update.process_id).update(status="CANCELED")
    update.process = Process.objects.create(flow_class=StatusUpdateFlow)
    update.save(update_fields=["process"])
    nodes = StatusUpdateFlow.instance
    start = Task.objects.create(
        process=update.process,
        flow_task=nodes.node("start"),
        flow_task_type="START",
        status=STATUS.DONE,
        finished=timezone.now(),
    )
    write = Task.objects.create(
        process=update.process,
        flow_task=nodes.node("write"),
        flow_task_type="HUMAN",
        owner_permission=office_permission(cast.youth.pk),
    )
    write.previous.add(start)
    WorkItem.objects.create(
        task=write,
        update=update,
        step=WorkStep.WRITE,
        office=cast.youth,
        due_on=update.due_on,
        asked_on=NOW.date(),
    )
    assert Participation.objects.get().state == "asked"
    return update
