"""The door for offices that are split or merged: what is open goes on with those that follow."""

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from viewflow.workflow.models import Process, Task

from concept.models import ConceptEdition
from offices.errors import DomainError
from offices.models import Office, OfficeSuccession, Person
from offices.services import successions
from workflow import access
from workflow.models import OPEN_STATES, Participation, Reassignment, StatusUpdate, UpdateState, WorkItem, WorkStep
from workflow.runs.reassignments import hand_over_contribution, hand_over_lead
from workflow.runs.turns import Turn, cancel_tasks
from workflow.runs.writing import contribution_tasks
from workflow.services import course_notices, signing
from workflow.services import succession as service


@dataclass(frozen=True, slots=True)
class Carried:
    """How many open runs and how many responsibilities of the concept went on with the successors."""

    runs: int
    responsibilities: int


@transaction.atomic
def succeed(
    predecessor: Office,
    successors: Sequence[Office],
    *,
    main: Office,
    on: datetime.date,
    take_people: bool,
    choices: Mapping[int, int],
    by: Person,
    now: datetime.datetime,
    today: datetime.date,
) -> Carried:
    """Record who follows ``predecessor`` from ``on``, and carry over what it had to do. For coordinators.

    A second call with the same offices carries over what is left and changes nothing otherwise.
    """
    access.require_coordinator(by)
    if on > today:
        raise DomainError(_("The open tasks change on the day itself. Please choose today or an earlier day."))
    recorded = set(OfficeSuccession.objects.filter(predecessor=predecessor).values_list("successor", "main", "on"))
    if recorded != {(one.pk, one.pk == main.pk, on) for one in successors}:
        successions.record(
            predecessor=predecessor,
            successors=successors,
            main=main,
            on=on,
            by=by,
            take_people=take_people,
            now=now,
            today=today,
        )
    return carry_over(predecessor, choices=choices, by=by, now=now, today=today)


@transaction.atomic
def carry_over(
    predecessor: Office, *, choices: Mapping[int, int], by: Person, now: datetime.datetime, today: datetime.date
) -> Carried:
    """Let the recorded successors go on with every open run and responsibility of ``predecessor``.

    ``choices`` maps a recommendation to the successor that takes it; all others go to the main one. Approved and
    ended entries keep the office of their time. Each successor gets one mail. A second call finds nothing to do.
    """
    access.require_coordinator(by)
    heirs = {one.successor_id: one for one in _links(predecessor, today)}
    main = next((one.successor for one in heirs.values() if one.main), None)
    if main is None:
        raise DomainError(_("Nobody follows %(office)s yet.") % {"office": predecessor})
    if not set(choices.values()) <= set(heirs):
        raise DomainError(_("Only a successor can take over."))

    def heir_of(recommendation: int) -> Office:
        return heirs[choices[recommendation]].successor if recommendation in choices else main

    editions = ConceptEdition.objects.filter(recommendations__assignments__office=predecessor).order_by("pk")
    list(ConceptEdition.objects.select_for_update().filter(pk__in=editions.values("pk")).order_by("pk"))
    runs = _locked_runs(predecessor)
    carried: dict[Office, list[StatusUpdate]] = defaultdict(list)
    for update in runs:
        heir = heir_of(update.recommendation_id)
        if _carry(update, predecessor, heir, by=by, now=now):
            carried[heir].append(update)
    course_notices.succeeded(predecessor, carried, now=now)
    return Carried(sum(map(len, carried.values())), service.carry_responsibilities(predecessor, heir_of, today=today))


def _links(predecessor: Office, today: datetime.date) -> list[OfficeSuccession]:
    links = OfficeSuccession.objects.filter(predecessor=predecessor, on__lte=today)
    return list(links.select_related("successor"))


def open_runs_of(office: Office) -> Q:
    """Return the condition that a run is open and ``office`` has something to do in it, or has had a part."""
    about = {"update": OuterRef("pk")}
    return Q(state__in=OPEN_STATES) & (
        Q(lead_office=office)
        | Q(Exists(Participation.objects.filter(**about, office=office)))
        | Q(Exists(WorkItem.objects.filter(**about, office=office, is_open=True)))
        | Q(Exists(Reassignment.objects.filter(**about, from_office=office, state="proposed")))
    )


def _locked_runs(office: Office) -> list[StatusUpdate]:
    """Return the runs, read under the locks: processes first, runs second, each in the order of their ids."""
    found = StatusUpdate.objects.filter(open_runs_of(office))
    processes = list(found.values_list("process", flat=True))
    list(Process.objects.select_for_update().filter(pk__in=processes).order_by("pk"))
    locked = StatusUpdate.objects.select_for_update(of=("self",)).filter(open_runs_of(office), process__in=processes)
    return list(locked.select_related("cycle", "submitted", "lead_office", "recommendation").order_by("pk"))


def _carry(update: StatusUpdate, ending: Office, heir: Office, *, by: Person, now: datetime.datetime) -> bool:
    moved = service.carry_run(update, ending, heir, by=by, now=now)
    cancel_tasks(contribution_tasks(moved.needless))
    today = timezone.localdate(now)
    if moved.lead:
        hand_over_lead(update, heir, today=today)
    for one in moved.contributions:
        hand_over_contribution(one, today=today)
    if update.state == UpdateState.SIGNING and not signing.waits_for_co_signatures(update):
        _co_signed(update, by, now)
    return bool(moved)


def _co_signed(update: StatusUpdate, by: Person, now: datetime.datetime) -> None:
    """Complete the co-signing if the last co-signature that was missing is void."""
    task = Task.objects.filter(
        process=update.process_id, work_items__step=WorkStep.CO_SIGN, finished__isnull=True
    ).first()
    if task is None:
        return
    with task.activation() as activation:
        signing.settle(update, now=now)
        Turn(update, activation).done(by, for_others=True)
