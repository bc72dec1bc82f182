"""The wiring diagram of a status update.

    start ─▶ write ─▶ review ─▶ decided ─▶ publish ─▶ end
                        ▲          │
                        └─ rework ◀┘ (returned with comments)

The nodes call services; the services know nothing of the engine. People's actions enter through ``workflow.runs``.
"""

from typing import Any

from django.db import transaction
from viewflow import this
from viewflow.workflow import flow, lock

from offices.backends import MANAGE_PERMISSION
from workflow.models import Decision, StatusProcess, StatusUpdate, WorkStep
from workflow.nodes import OfficeStep, ReviewStep


def lead_office(activation: Any) -> int:
    office: int = activation.process.status_update.lead_office_id
    return office


def is_approved(activation: Any) -> bool:
    update = StatusUpdate.objects.select_related("submitted__review").get(process_id=activation.process.pk)
    return update.submitted is not None and update.submitted.review.decision == Decision.APPROVED


class StatusUpdateFlow(flow.Flow):
    """One run per recommendation and cycle."""

    process_class = StatusProcess
    # Without a lock, simultaneous steps of one run would each create the next task.
    lock_impl = lock.SelectForUpdateLock(nowait=False)

    start = flow.StartHandle(this.begin).Next(this.write)

    write = OfficeStep(WorkStep.WRITE, office_id=lead_office).Next(this.review)

    review = ReviewStep().Next(this.decided)

    decided = flow.If(is_approved).Then(this.publish).Else(this.rework)

    rework = OfficeStep(WorkStep.REWORK, office_id=lead_office).Next(this.review)

    publish = flow.Function(this.published).Next(this.end)

    end = flow.End()

    def begin(self, activation: Any, update: StatusUpdate) -> StatusProcess:
        process: StatusProcess = activation.process
        with transaction.atomic():
            process.save()
            update.process = process
            update.save(update_fields=["process"])
        return process

    def published(self, activation: Any) -> None:
        """Nothing to do: an approved entry is public by its date, without another switch."""

    def has_view_permission(self, user: Any, obj: Any = None) -> bool:  # noqa: ARG002 - the engine's signature
        return bool(user.is_authenticated and user.is_active)

    def has_manage_permission(self, user: Any, obj: Any = None) -> bool:  # noqa: ARG002 - the engine's signature
        return bool(user.has_perm(MANAGE_PERMISSION))
