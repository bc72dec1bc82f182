"""The wiring diagram of a status update.

    start ─▶ ask ─┬▶ contribute (each contributing office) ─┐
                  └▶ write (lead office) ───────────────────┴▶ gathered ─▶ handed_over
                                                                              │
       ┌──────────────────────────────────────────────────────────────────────┘
       ├▶ co_sign (contributing offices) ─▶ co_signed ─▶ ┐
       ├▶ sign (head of the lead office) ─▶ signed ────▶ ┤   each only if the cycle asks for it
       └▶ review (Arbeitsgruppe) ─▶ decided ─▶ end       │
              ▲                        │                 │
              └────── rework ◀─────────┴─────────────────┘ (returned, objected, taken back)

    again ─▶ rework: a published, missing or cancelled entry is opened again

The nodes call services; the services know nothing of the engine. People's actions enter through the doors
(``workflow.runs`` and its neighbours): the service moves the run, then the gateways read from the database where it
goes.
"""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from viewflow import this
from viewflow.workflow import flow, lock
from viewflow.workflow.models import Task

from offices.backends import MANAGE_PERMISSION
from workflow.models import Participation, StatusProcess, StatusUpdate, UpdateState, WorkStep
from workflow.nodes import ContributeStep, CoSignStep, ForEach, OfficeStep, ReviewStep, SignStep
from workflow.services import signing


def lead_office(activation: Any) -> int:
    office: int = activation.process.status_update.lead_office_id
    return office


def participations(activation: Any) -> Iterable[Participation]:
    return Participation.objects.filter(update__process=activation.process.pk).order_by("pk")


def _fresh(activation: Any) -> StatusUpdate:
    return StatusUpdate.objects.select_related("cycle", "submitted").get(process_id=activation.process.pk)


def asks_for_co_signatures(activation: Any) -> bool:
    return signing.waits_for_co_signatures(_fresh(activation))


def asks_for_the_signature(activation: Any) -> bool:
    return signing.waits_for_the_signature(_fresh(activation))


def goes_on_to_review(activation: Any) -> bool:
    return _fresh(activation).state == UpdateState.IN_REVIEW


def is_approved(activation: Any) -> bool:
    return _fresh(activation).state == UpdateState.APPROVED


class StatusUpdateFlow(flow.Flow):
    """One run per recommendation and cycle."""

    process_class = StatusProcess
    # Without a lock, simultaneous steps of one run would each create the next task.
    lock_impl = lock.SelectForUpdateLock(nowait=False)

    start = flow.StartHandle(this.begin).Next(this.ask)

    ask = ForEach(this.contribute, source=participations, beside=this.write)

    contribute = ContributeStep().Next(this.gathered)

    write = OfficeStep(WorkStep.WRITE, office_id=lead_office).Next(this.gathered)

    gathered = flow.Join().Next(this.handed_over)

    handed_over = (
        flow.Switch()
        .Case(this.co_sign, asks_for_co_signatures)
        .Case(this.sign, asks_for_the_signature)
        .Default(this.review)
    )

    co_sign = CoSignStep().Next(this.co_signed)

    co_signed = (
        flow.Switch().Case(this.sign, asks_for_the_signature).Case(this.review, goes_on_to_review).Default(this.rework)
    )

    sign = SignStep(office_id=lead_office).Next(this.signed)

    signed = flow.If(goes_on_to_review).Then(this.review).Else(this.rework)

    review = ReviewStep().Next(this.decided)

    decided = flow.If(is_approved).Then(this.end).Else(this.rework)

    rework = OfficeStep(WorkStep.REWORK, office_id=lead_office).Next(this.handed_over)

    end = flow.End()

    again = flow.StartHandle(this.begin).Next(this.rework)

    def begin(self, activation: Any, update: StatusUpdate) -> StatusProcess:
        process: StatusProcess = activation.process
        if update.process_id is not None:
            # The former process stays reachable: the run has gone on in this one.
            process.parent_task = Task.objects.filter(process=update.process_id).order_by("-pk").first()
        with transaction.atomic():
            process.save()
            update.process = process
            update.save(update_fields=["process"])
        return process

    def has_view_permission(self, user: Any, obj: Any = None) -> bool:  # noqa: ARG002 - the engine's signature
        return bool(user.is_authenticated and user.is_active)

    def has_manage_permission(self, user: Any, obj: Any = None) -> bool:  # noqa: ARG002 - the engine's signature
        return bool(user.has_perm(MANAGE_PERMISSION))
