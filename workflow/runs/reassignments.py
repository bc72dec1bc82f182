"""Doors for giving a task to another office: proposed, and taken over or not."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from viewflow.workflow.models import Task

from offices.access import desk_of
from offices.backends import office_permission, signing_permission
from offices.models import Office, Person
from workflow import access
from workflow.models import Participation, Reassignment, StatusUpdate, WorkItem, WorkStep
from workflow.runs.extensions import office_of, participation_of
from workflow.runs.turns import cancel_tasks, held, locked, too_late
from workflow.runs.writing import contribution_tasks
from workflow.services import assigned_notices
from workflow.services import reassignments as service

LEAD_STEPS = (WorkStep.WRITE, WorkStep.REWORK, WorkStep.SIGN)


def propose_reassignment(
    update_id: int,
    *,
    by: Person,
    to_office_id: int,
    reason: str,
    now: datetime.datetime,
    participation_id: int | None = None,
) -> Reassignment:
    """Offer the task to another office: the office that has it, and coordinators, while it is still being written."""
    with transaction.atomic():
        update = locked(update_id)
        about = participation_of(update, participation_id)
        desk = desk_of(by)
        if not desk.is_coordinator:
            access.require_has_the_task(by, update, about)
        elif not access.is_writing(update, about):
            raise too_late()
        office = office_of(update, about)
        return service.propose(
            update,
            about,
            from_office=office,
            to_office=Office.objects.get(pk=to_office_id),
            reason=reason,
            by=by,
            now=now,
            today=timezone.localdate(now),
            on_behalf_of=desk.on_behalf_of(office.pk) if office.pk in desk.acting_for else None,
        )


def accept_reassignment(reassignment_id: int, *, by: Person, now: datetime.datetime) -> Reassignment:
    """Take the task over, for people of the office that was asked; it is on their desk afterwards."""
    update_id = Reassignment.objects.values_list("update", flat=True).get(pk=reassignment_id)
    today = timezone.localdate(now)
    with held(update_id) as update:
        one = _offer(reassignment_id, update)
        behalf = _answering(by, one)
        if one.participation is None:
            if not access.is_writing(update, None):
                raise too_late()
            needless = service.accept_lead(one, by=by, now=now, on_behalf_of=behalf)
            cancel_tasks(contribution_tasks(needless))
            hand_over_lead(update, one.to_office, today=today)
        else:
            moved = service.accept_contribution(one, by=by, now=now, on_behalf_of=behalf)
            hand_over_contribution(moved, today=today)
        assigned_notices.taken_over(one, by=by, now=now, today=today)
        return one


def refuse_reassignment(reassignment_id: int, *, by: Person, answer: str, now: datetime.datetime) -> Reassignment:
    """Say that the office does not take over, for people of the office that was asked."""
    with _locked_offer(reassignment_id) as one:
        behalf = _answering(by, one)
        return service.refuse(one, answer=answer, by=by, now=now, on_behalf_of=behalf)


def withdraw_reassignment(reassignment_id: int, *, by: Person, now: datetime.datetime) -> Reassignment:
    """Take the offer back: coordinators, and people of the office that has the task."""
    with _locked_offer(reassignment_id) as one:
        desk = desk_of(by)
        if not access.may_withdraw_offer(desk, one):
            raise access.NotAllowedError(_("This request belongs to another office."))
        behalf = desk.on_behalf_of(one.from_office_id) if one.from_office_id in desk.acting_for else None
        return service.withdraw(one, by=by, now=now, on_behalf_of=behalf)


def hand_over_lead(update: StatusUpdate, office: Office, *, today: datetime.date) -> None:
    """Move the lead's open tasks to ``office``, the engine's and the desks' rows; the caller holds the lock."""
    items = WorkItem.objects.filter(update=update, is_open=True, step__in=LEAD_STEPS, task__isnull=False)
    for task_id, step in list(items.values_list("task", "step")):
        permission = signing_permission if step == WorkStep.SIGN else office_permission
        Task.objects.filter(pk=task_id).update(owner_permission=permission(office.pk))
    items.update(office=office, asked_on=today)


def hand_over_contribution(participation: Participation, *, today: datetime.date) -> None:
    """Move the open task of a contribution to the office that is its own now; the caller holds the lock."""
    items = WorkItem.objects.filter(participation=participation, is_open=True, step=WorkStep.CONTRIBUTE)
    Task.objects.filter(work_items__in=items).update(owner_permission=office_permission(participation.office_id))
    items.update(office=participation.office, asked_on=today)


def _answering(by: Person, one: Reassignment) -> Person | None:
    desk = desk_of(by)
    if one.to_office_id not in desk.acting_for:
        raise access.NotAllowedError(_("Only the office that was asked answers."))
    return desk.on_behalf_of(one.to_office_id)


def _offer(reassignment_id: int, update: StatusUpdate) -> Reassignment:
    one = Reassignment.objects.select_related("from_office", "to_office", "participation", "proposed_by").get(
        pk=reassignment_id
    )
    one.update = update
    if one.participation is not None:
        one.participation.update = update
    return one


@contextmanager
def _locked_offer(reassignment_id: int) -> Iterator[Reassignment]:
    update_id = Reassignment.objects.values_list("update", flat=True).get(pk=reassignment_id)
    with transaction.atomic():
        yield _offer(reassignment_id, locked(update_id))
