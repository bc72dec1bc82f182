"""Opening and closing a cycle: many runs at once, with the rows that the engine itself would write.

Starting 300 runs one by one costs the engine some 24 statements each. Here the same rows are written in slices of
1,500 runs with a constant number of statements per slice; a test compares both ways row by row. Whatever the flow's
hooks do at the start of a run must be done here too.
"""

import datetime
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from viewflow.workflow import PROCESS
from viewflow.workflow.models import Process

from concept.models import Assignment, AssignmentRole, Recommendation
from offices.errors import ConflictError, DomainError
from offices.models import Office, Person
from offices.queries import people
from workflow import engine_rows
from workflow.flows import StatusUpdateFlow
from workflow.models import (
    OPEN_STATES,
    CycleState,
    Event,
    EventKind,
    Participation,
    ReportingCycle,
    StatusUpdate,
    UpdateState,
)
from workflow.runs.turns import end_processes
from workflow.services import assigned_notices, cycles, history, lifecycle, notices
from workflow.services.cycle_policies import CyclePolicy

SLICE = 1500
FEW = 100


@dataclass
class Preparation:
    """What a coordinator should know before opening: what can be asked, what cannot, and who will not hear of it.

    ``asked`` names each lead office with the number of its recommendations.
    """

    ready: int = 0
    asked: list[tuple[Office, int]] = field(default_factory=list)
    without_lead: list[Recommendation] = field(default_factory=list)
    only_head: list[Office] = field(default_factory=list)
    without_clerk: list[Office] = field(default_factory=list)
    unreachable: list[Office] = field(default_factory=list)


def prepare(cycle: ReportingCycle, today: datetime.date) -> Preparation:
    """Return what opening ``cycle`` would mean; constant number of queries.

    Offices without an active clerk are asked through their mailbox to name one. Where there is a head (``only_head``)
    tasks and reminders reach the head meanwhile; offices with neither and without a mailbox are ``unreachable``.
    """
    waiting = list(_waiting(cycle))
    leads = _responsible(waiting, today).leads
    offices = {office.pk: office for office in leads.values()}
    counts = Counter(office.pk for office in leads.values())
    clerks, heads = people.clerks_of(offices, today), people.heads_of(offices, today)
    unstaffed = sorted((one for pk, one in offices.items() if not clerks[pk]), key=lambda one: one.label)
    silent = [one for one in unstaffed if not heads[one.pk]]
    return Preparation(
        ready=len(leads),
        asked=sorted(((offices[pk], count) for pk, count in counts.items()), key=lambda one: one[0].label),
        without_lead=[one for one in waiting if one.pk not in leads],
        only_head=[one for one in unstaffed if heads[one.pk]],
        without_clerk=[one for one in silent if one.mailbox],
        unreachable=[one for one in silent if not one.mailbox],
    )


def open_cycle(cycle_id: int, *, by: Person | None, now: datetime.datetime, today: datetime.date) -> int:
    """Open the cycle and start one run for each of its recommendations that has a lead; return how many started.

    Everybody hears once of all that is asked of them; offices without an active clerk are asked to name one. Safe to
    repeat: a second call starts and sends only what is missing (a crash half-way, a lead named later) and does nothing
    otherwise. A cycle that opens before its day gets ``today`` as ``opens_on``. Raises ``DomainError`` for a closed
    cycle, for an edition with nothing to ask, and for more votes than the Arbeitsgruppe has members.
    """
    with transaction.atomic():
        cycle = ReportingCycle.objects.select_for_update(no_key=True).get(pk=cycle_id)
        if cycle.state == CycleState.CLOSED:
            raise DomainError(_("The cycle is closed and cannot be opened again."))
        if cycle.state == CycleState.PLANNED:
            if not _responsible(_waiting(cycle), today).leads:
                raise DomainError(_("No recommendation of this edition has a lead office yet."))
            cycles.require_members(CyclePolicy.of(cycle), today)
            data = {}
            if cycle.opens_on > today:
                data = {"before": {"opens_on": str(cycle.opens_on)}, "after": {"opens_on": str(today)}}
                cycle.opens_on = today
            cycle.state = CycleState.OPENING
            cycle.opened_at = now
            cycle.save(update_fields=["state", "opened_at", "opens_on"])
            history.record_on_cycle(cycle, EventKind.CYCLE_OPENED, by=by, now=now, data=data)
    started = 0
    more = True
    while more:
        count, more = _start_slice(cycle_id, by=by, now=now, today=today)
        started += count
    _complete(cycle_id, now=now, today=today)
    return started


def finish_openings(*, now: datetime.datetime, today: datetime.date) -> int:
    """Complete every opening that a crash interrupted; return how many runs were started."""
    interrupted = list(ReportingCycle.objects.filter(state=CycleState.OPENING).values_list("pk", flat=True))
    return sum(open_cycle(pk, by=None, now=now, today=today) for pk in interrupted)


def start_one(
    cycle: ReportingCycle,
    recommendation: Recommendation,
    *,
    by: Person | None,
    now: datetime.datetime,
    today: datetime.date,
) -> StatusUpdate:
    """Start a single run through the engine, the slow way; raises ``DomainError`` without a lead office."""
    responsible = _responsible([recommendation], today)
    lead = responsible.leads.get(recommendation.pk)
    if lead is None:
        raise DomainError(_("This recommendation has no lead office yet."))
    with transaction.atomic():
        update = _new_update(cycle, recommendation, lead, now)
        event = _requested(update, by=by, now=now)
        update.save(force_insert=True)
        event.update = update
        event.save(force_insert=True)
        Participation.objects.bulk_create(_participations([update], responsible))
        StatusUpdateFlow.start.run(update=update)
    return update


@transaction.atomic
def close_cycle(cycle_id: int, *, by: Person | None, now: datetime.datetime) -> int:
    """Close the cycle: open runs end as missing, their tasks leave the desks; return how many ended so.

    Approved entries stay, and corrections of them that are under way go on; so does what is opened again later.
    Raises ``ConflictError`` if the cycle is not open (any more).
    """
    cycle = ReportingCycle.objects.select_for_update(no_key=True).get(pk=cycle_id)
    if cycle.state != CycleState.OPEN:
        raise ConflictError(_("The cycle is not open. Please load the page again."))
    # Processes first, runs second: the order in which every other step takes its locks.
    processes = list(
        Process.objects.select_for_update()
        .filter(status_update__cycle=cycle, status_update__approved__isnull=True, status=PROCESS.NEW)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    # What is being corrected has been reported, and what somebody opens again meanwhile has a process of its own: both
    # go on in the closed cycle.
    ours = Q(process__in=processes) | Q(process__isnull=True)
    open_runs = StatusUpdate.objects.filter(ours, cycle=cycle, state__in=OPEN_STATES, approved__isnull=True)
    runs = list(open_runs.select_for_update().order_by("pk"))
    history.record_many(runs, EventKind.MISSING, by=by, now=now, data={run.pk: {"from": run.state} for run in runs})
    lifecycle.clear_desks(open_runs, by=None, now=now)
    end_processes(processes, now)
    open_runs.update(state=UpdateState.MISSING, state_since=now, state_note="")
    cycle.state = CycleState.CLOSED
    cycle.closed_at = now
    cycle.save(update_fields=["state", "closed_at"])
    history.record_on_cycle(cycle, EventKind.CYCLE_CLOSED, by=by, now=now, data={"missing": len(runs)})
    return len(runs)


def _waiting(cycle: ReportingCycle) -> "list[Recommendation]":
    """Return the recommendations of the cycle's edition that have no run yet, in printed order."""
    return list(
        Recommendation.objects.current()
        .filter(edition=cycle.edition_id)
        .exclude(updates__cycle=cycle)
        .order_by("position", "number", "pk")
    )


@dataclass
class _Responsible:
    """Who answers for which recommendation: its lead office, and the contributing ones in order of their ids."""

    leads: dict[int, Office] = field(default_factory=dict)
    contributing: dict[int, list[Office]] = field(default_factory=lambda: defaultdict(list))


def _responsible(recommendations: Sequence[Recommendation], today: datetime.date) -> _Responsible:
    """Read who is responsible for ``recommendations`` on ``today``; two queries."""
    wanted = {one.pk for one in recommendations}
    assignments = Assignment.objects.valid_on(today).order_by("recommendation", "office")
    if len(wanted) > FEW:
        # Naming thousands of them would cost more than reading their editions whole.
        assignments = assignments.filter(recommendation__edition__in={one.edition_id for one in recommendations})
    else:
        assignments = assignments.filter(recommendation__in=wanted)
    # Rows of plain values: as records, three for each recommendation, they would take longer than all else in a slice.
    rows = [row for row in assignments.values_list("recommendation_id", "role", "office_id") if row[0] in wanted]
    offices = Office.objects.in_bulk({office for _recommendation, _role, office in rows})
    found = _Responsible()
    for recommendation, role, office_id in rows:
        office = offices[office_id]
        if role == AssignmentRole.LEAD:
            found.leads[recommendation] = office
        elif office not in found.contributing[recommendation]:
            found.contributing[recommendation].append(office)
    return found


def _new_update(
    cycle: ReportingCycle, recommendation: Recommendation, lead: Office, now: datetime.datetime
) -> StatusUpdate:
    return StatusUpdate(
        cycle=cycle,
        recommendation=recommendation,
        lead_office=lead,
        lead_office_label=lead.label,
        due_on=cycle.due_on,
        state=UpdateState.REQUESTED,
        state_since=now,
    )


def _requested(update: StatusUpdate, *, by: Person | None, now: datetime.datetime) -> Event:
    return history.first_event(
        update,
        EventKind.REQUESTED,
        by=by,
        now=now,
        data={"office": update.lead_office_id, "due_on": update.due_on.isoformat()},
    )


def _participations(updates: Sequence[StatusUpdate], responsible: _Responsible) -> list[Participation]:
    return [
        Participation(
            update=update,
            office=office,
            office_label=office.label,
            due_on=min(update.cycle.contributions_due_on, update.due_on),
        )
        for update in updates
        for office in responsible.contributing[update.recommendation_id]
        # An office that leads writes anyway.
        if office.pk != update.lead_office_id
    ]


def _start_slice(cycle_id: int, *, by: Person | None, now: datetime.datetime, today: datetime.date) -> tuple[int, bool]:
    """Start up to ``SLICE`` runs in one transaction; return how many, and whether more wait."""
    with transaction.atomic():
        # The lock makes a second opening wait and then find nothing to do.
        cycle = ReportingCycle.objects.select_for_update(no_key=True).get(pk=cycle_id)
        if cycle.state not in (CycleState.OPENING, CycleState.OPEN):
            return 0, False
        responsible = _responsible(waiting := _waiting(cycle), today)
        ready = [one for one in waiting if one.pk in responsible.leads]
        if not ready:
            return 0, False
        updates = [_new_update(cycle, one, responsible.leads[one.pk], now) for one in ready[:SLICE]]
        events = [_requested(update, by=by, now=now) for update in updates]
        engine_rows.write(updates, _participations(updates, responsible), now)
        Event.objects.bulk_create(events)
        if cycle.state == CycleState.OPEN:
            # Of what comes later people hear at once; what an opening brings is told together when it is complete.
            assigned_notices.added(cycle, updates, now=now, today=today)
        return len(updates), len(ready) > SLICE


def _complete(cycle_id: int, *, now: datetime.datetime, today: datetime.date) -> None:
    """Leave the state of opening, and tell everybody what is asked of them: both or, after a crash, neither yet.

    Offices without a clerk are asked to name one.
    """
    with transaction.atomic():
        cycle = (
            ReportingCycle.objects.select_for_update(of=("self",), no_key=True)
            .select_related("edition")
            .get(pk=cycle_id)
        )
        if cycle.state == CycleState.OPENING:
            cycle.state = CycleState.OPEN
            cycle.save(update_fields=["state"])
            assigned_notices.opened(cycle, now=now, today=today)
        notices.offices_without_clerk(cycle, now=now, today=today)
