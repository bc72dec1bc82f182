"""Processes that are killed at any node of the flow: the run is as it was before the step, and goes on."""

import datetime
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest import mock

import pytest
from django.db import connections
from viewflow.workflow.base import Node

from offices.models import Person, Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from workflow import opening, runs
from workflow.content import CommentContent, ContributionContent
from workflow.flows import StatusUpdateFlow
from workflow.models import Participation, Revision, StatusUpdate, UpdateState, WorkItem
from workflow.services import history

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]

Step = tuple[Callable[[], object], tuple[str, ...]]
"""A step through a door, and the nodes that the engine enters by it."""


def test_a_run_goes_on_after_a_kill_at_any_node(cast: Cast) -> None:
    survived: set[str] = set()
    for step, nodes in story(cast):
        before = picture()
        for node in nodes:
            assert die_at(node, step) == -signal.SIGKILL, node
            assert picture() == before, node
            survived.add(node)
        step()
        assert list(history.verify()) == []
    assert survived == {node.name for node in StatusUpdateFlow.instance.nodes()}
    update = StatusUpdate.objects.get()
    assert update.state == UpdateState.RETURNED
    assert Revision.objects.filter(update=update).count() == 2


def picture() -> dict[str, object]:
    """Everything that a step through a door may change."""
    return {
        "runs": list(StatusUpdate.objects.order_by("pk").values()),
        "tasks": list(WorkItem.objects.order_by("pk").values("pk", "is_open", "task__status")),
        "revisions": Revision.objects.count(),
        "participations": list(Participation.objects.order_by("pk").values("pk", "state")),
    }


def die_at(node: str, step: Callable[[], object]) -> int:
    """Take ``step`` in a process of its own that is killed at ``node``; return how it ended (minus the signal)."""
    # Nobody shares a connection with a process that dies.
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            with killed_at(node):
                step()
        finally:
            os._exit(1)
    _pid, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


@contextmanager
def killed_at(name: str) -> Iterator[None]:
    """Kill this process as soon as the engine has entered the node: after its rows, before the end of the step."""
    create, begin = Node._create, StatusUpdateFlow.begin

    def created(node: Node, *args: object, **kwargs: object) -> object:
        made = create(node, *args, **kwargs)
        if node.name == name:
            os.kill(os.getpid(), signal.SIGKILL)
        return made

    def begun(flow: object, activation: object, update: StatusUpdate) -> object:
        made = begin(flow, activation, update)
        if activation.flow_task.name == name:  # type: ignore[attr-defined]
            os.kill(os.getpid(), signal.SIGKILL)
        return made

    with mock.patch.object(Node, "_create", created), mock.patch.object(StatusUpdateFlow, "begin", begun):
        yield


def story(cast: Cast) -> Iterator[Step]:
    """One run through every node: contributions, signatures, a return, the approval, and once more from the start."""
    edition = factories.edition()
    asked = factories.recommendation(factories.goal(edition), lead=cast.youth, contributing=(cast.school, cast.health))
    health_clerk = factories.member(Role.CLERK, cast.health, name="Sachbearbeitung 53")
    cycle = factories.cycle(edition)
    type(cycle).objects.filter(pk=cycle.pk).update(state="open", co_sign=True, sign_off=True)
    cycle.refresh_from_db()
    yield (
        lambda: opening.start_one(cycle, asked, by=fresh(cast.coordinator), now=NOW, today=TODAY),
        ("start", "ask", "contribute", "write"),
    )
    run = StatusUpdate.objects.get().pk
    clerks = {cast.school.pk: cast.school_clerk, cast.health.pk: health_clerk}
    for place, one in enumerate(Participation.objects.order_by("pk")):
        text = ContributionContent(done=f"Beitrag von {one.office_label}.")
        yield (
            lambda pk=one.pk, by=clerks[one.office_id], text=text: runs.contribute(  # type: ignore[misc]
                pk, by=fresh(by), content=text, now=NOW
            ),
            () if place else ("gathered",),
        )
    comments = [CommentContent("Wie viele?", "done")]
    for number in (1, 2):
        yield (
            lambda: runs.hand_in(run, by=fresh(cast.clerk), content=content(), now=NOW),
            ("handed_over", "co_sign"),
        )
        yield lambda: runs.co_sign(run, cast.school.pk, by=fresh(cast.school_clerk), now=NOW), ()
        yield lambda: runs.co_sign(run, cast.health.pk, by=fresh(health_clerk), now=NOW), ("co_signed", "sign")
        yield lambda: runs.sign(run, by=fresh(cast.head), now=NOW), ("signed", "review")
        if number == 1:
            yield (
                lambda: runs.return_for_revision(
                    run, revision_number=1, by=fresh(cast.chair), comments=comments, now=NOW, today=TODAY
                ),
                ("decided", "rework"),
            )
    yield lambda: runs.approve(run, revision_number=2, by=fresh(cast.chair), now=NOW), ("decided", "end")
    due = TODAY + datetime.timedelta(days=30)
    yield (
        lambda: runs.start_correction(run, by=fresh(cast.coordinator), note="Es gibt Neues.", due_on=due, now=NOW),
        ("again", "rework"),
    )


def fresh(person: Person) -> Person:
    """The person as another request would load it."""
    return Person.objects.get(pk=person.pk)
