"""The human steps of our flows: tasks that belong to an office or to the Arbeitsgruppe.

Each opens its row in the inbox when the engine creates it and closes it when it is done or cancelled, so the inbox
can be read without asking the engine.
"""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from viewflow.workflow import STATUS, flow, nodes
from viewflow.workflow.activation import Activation, has_manage_permission

from offices.backends import REVIEW_PERMISSION, office_permission
from workflow.models import WorkItem, WorkStep
from workflow.services import work_items


def _elsewhere(_request: HttpRequest, **_kwargs: Any) -> HttpResponse:
    """The engine asks each step for a view; ours have addresses of their own (``workflow.urls``)."""
    raise Http404


class DeskActivation(nodes.ViewActivation):
    """A human step whose work item ends with it."""

    @Activation.status.transition(source=STATUS.STARTED, target=STATUS.DONE)
    def complete(self) -> None:
        super().complete.original()
        work_items.close(task_id=self.task.pk)

    @Activation.status.transition(
        source=[STATUS.NEW, STATUS.ASSIGNED], target=STATUS.CANCELED, permission=has_manage_permission
    )
    def cancel(self) -> None:
        super().cancel.original()
        work_items.close(task_id=self.task.pk)

    def prepare_revived_task(self, task: Any) -> None:
        # The engine would leave a revived task without its permission: open to everybody.
        task.owner_permission = self.task.owner_permission

    @Activation.status.super()
    def revive(self) -> Any:
        task = super().revive.original()
        self.flow_task.open_work_item(type(self)(task))
        return task


class DeskStep(flow.View):
    """A human step; ``step`` says which kind of work it puts on whose desk."""

    activation_class = DeskActivation
    index_view_class = detail_view_class = None
    cancel_view_class = undo_view_class = revive_view_class = None
    assign_view_class = unassign_view_class = None

    def __init__(self, step: WorkStep, **kwargs: Any) -> None:
        super().__init__(_elsewhere, **kwargs)
        self.step = step
        self.onCreate(self.open_work_item)

    def office_id(self, _activation: Any) -> int | None:
        """Return the office that has to act; ``None`` is the Arbeitsgruppe."""
        return None

    def open_work_item(self, activation: Any) -> WorkItem:
        update = activation.process.status_update
        return work_items.open_for(
            update=update, task_id=activation.task.pk, step=self.step, office_id=self.office_id(activation)
        )


class OfficeStep(DeskStep):
    """A step of one office: everybody who acts for it may do it."""

    def __init__(self, step: WorkStep, office_id: Callable[[Any], int], **kwargs: Any) -> None:
        super().__init__(step, **kwargs)
        self._office_id = office_id
        self.Permission(lambda activation: office_permission(self._office_id(activation)))

    def office_id(self, activation: Any) -> int | None:
        return self._office_id(activation)


class ReviewStep(DeskStep):
    """A step of the Arbeitsgruppe; the own-office rule is checked by ``workflow.access``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(WorkStep.REVIEW, **kwargs)
        self.Permission(REVIEW_PERMISSION)
