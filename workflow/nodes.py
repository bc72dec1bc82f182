"""The human steps of our flows: tasks that belong to an office, to several offices or to the Arbeitsgruppe.

Each opens its rows in the inbox when the engine creates it and closes them when it is done or cancelled, so the inbox
can be read without asking the engine.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from viewflow import this
from viewflow.workflow import STATUS, flow, nodes
from viewflow.workflow.activation import Activation, has_manage_permission
from viewflow.workflow.token import Token

from offices.backends import COSIGN_PERMISSION, REVIEW_PERMISSION, office_permission, signing_permission
from workflow.models import CoSignature, CoSignatureState, StatusUpdate, WorkItem, WorkStep
from workflow.services import work_items


def _elsewhere(_request: HttpRequest, **_kwargs: Any) -> HttpResponse:
    """The engine asks each step for a view; ours have addresses of their own (``workflow.urls``)."""
    raise Http404


class DeskActivation(nodes.ViewActivation):
    """A human step whose work items end with it."""

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
        self.flow_task.open_work_items(type(self)(task))
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
        self.onCreate(self.open_work_items)

    def office_id(self, _activation: Any) -> int | None:
        """Return the office that has to act; ``None`` is the Arbeitsgruppe."""
        return None

    def open_work_items(self, activation: Any) -> None:
        work_items.open_for(
            update=activation.process.status_update,
            task_id=activation.task.pk,
            step=self.step,
            office_id=self.office_id(activation),
        )


class OfficeStep(DeskStep):
    """A step of one office: everybody who acts for it may do it."""

    def __init__(self, step: WorkStep, office_id: Callable[[Any], int], **kwargs: Any) -> None:
        super().__init__(step, **kwargs)
        self._office_id = office_id
        self.Permission(lambda activation: office_permission(self._office_id(activation)))

    def office_id(self, activation: Any) -> int | None:
        return self._office_id(activation)

    def open_work_items(self, activation: Any) -> None:
        update = activation.process.status_update
        # Opened again before anything was handed in: there is nothing to rework, it is written for the first time.
        first_time = self.step == WorkStep.REWORK and update.submitted_id is None
        work_items.open_for(
            update=update,
            task_id=activation.task.pk,
            step=WorkStep.WRITE if first_time else self.step,
            office_id=self.office_id(activation),
            asked_on=self.asked_on(update),
        )

    def asked_on(self, _update: StatusUpdate) -> datetime.date | None:
        """Return since when the step is asked; ``None``: since the run came into its state."""
        return None


class SignStep(OfficeStep):
    """A step of the head of one office."""

    def __init__(self, office_id: Callable[[Any], int], **kwargs: Any) -> None:
        super().__init__(WorkStep.SIGN, office_id, **kwargs)
        self.Permission(lambda activation: signing_permission(self._office_id(activation)))

    def asked_on(self, update: StatusUpdate) -> datetime.date | None:
        # The state is the same while others co-sign; the head is asked once the last has answered.
        answers = CoSignature.objects.filter(revision=update.submitted_id, answered_at__gte=update.state_since)
        last = answers.aggregate(last=Max("answered_at"))["last"]
        return timezone.localdate(last) if last else None


class ContributeStep(OfficeStep):
    """A step of one contributing office: the engine's task carries its participation as its seed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(WorkStep.CONTRIBUTE, lambda activation: activation.task.seed.office_id, **kwargs)

    def open_work_items(self, activation: Any) -> None:
        work_items.open_for(
            update=activation.process.status_update,
            task_id=activation.task.pk,
            step=self.step,
            office_id=self.office_id(activation),
            participation=activation.task.seed,
        )


class CoSignStep(DeskStep):
    """A step that several offices do together: done when the last has answered or the first has objected.

    Whom it asks stands in the co-signatures; ``workflow.access`` narrows the permission to them.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(WorkStep.CO_SIGN, **kwargs)
        self.Permission(COSIGN_PERMISSION)

    def open_work_items(self, activation: Any) -> None:
        asked = CoSignature.objects.filter(
            revision__update__process=activation.process.pk, state=CoSignatureState.ASKED
        ).select_related("revision__update")
        WorkItem.objects.bulk_create(
            WorkItem(
                task_id=activation.task.pk,
                update_id=one.revision.update_id,
                step=self.step,
                office_id=one.office_id,
                due_on=one.due_on,
                asked_on=timezone.localdate(one.revision.update.state_since),
            )
            for one in asked
        )


class ReviewStep(DeskStep):
    """A step of the Arbeitsgruppe; the own-office rule is checked by ``workflow.access``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(WorkStep.REVIEW, **kwargs)
        self.Permission(REVIEW_PERMISSION)


class ForEachActivation(nodes.SplitActivation):
    """A split whose branches come from the data."""

    @Activation.status.super()
    def activate(self) -> None:
        """Nothing to decide: every branch is taken."""

    @Activation.status.super()
    def create_next(self) -> Iterator[Any]:
        tokens = Token.split_token_source(self.task.token, self.task.pk)
        for seed in self.flow_task.source(self):
            yield self.flow_task.each._create(self, next(tokens), seed=seed)  # noqa: SLF001 - the engine's own hook
        yield self.flow_task.beside._create(self, next(tokens))  # noqa: SLF001


class ForEach(flow.Split):
    """Start ``each`` once for each of ``source``, and ``beside`` once beside them.

    The engine promises such a split and does not have it; its ``Join`` takes any number of branches. ``source`` is
    called with the activation and gives the seeds of the branches. Because ``beside`` always runs, the join always
    has something to wait for.
    """

    activation_class = ForEachActivation

    def __init__(self, each: Any, *, source: Callable[[Any], Iterable[Any]], beside: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.each, self.beside, self.source = each, beside, source

    def _resolve(self, instance: Any) -> None:
        self.each = this.resolve(instance, self.each)
        self.beside = this.resolve(instance, self.beside)
        self._activate_next = [(self.each, None, None), (self.beside, None, None)]
        super()._resolve(instance)
