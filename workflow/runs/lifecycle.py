"""Doors for ending a run early, and for opening one again: by the coordinators, corrections by the lead office, too."""

import datetime

from offices.access import desk_of
from offices.models import Person
from workflow import access
from workflow.flows import StatusUpdateFlow
from workflow.models import UpdateState
from workflow.runs.turns import end_processes, held
from workflow.services import lifecycle as service


def cancel(update_id: int, *, by: Person, reason: str, now: datetime.datetime) -> UpdateState:
    """End an open run before its time; return the state that it ends in (``services.lifecycle.cancel``)."""
    access.require_coordinator(by)
    with held(update_id) as update:
        state = service.cancel(update, reason=reason, by=by, now=now)
        if update.process_id is not None:
            end_processes([update.process_id], now)
        return state


def reopen(update_id: int, *, by: Person, reason: str, due_on: datetime.date, now: datetime.datetime) -> None:
    """Open a missing or cancelled run again, also in a closed cycle; approved ones are corrected."""
    access.require_coordinator(by)
    with held(update_id) as update:
        service.reopen(update, reason=reason, due_on=due_on, by=by, now=now)
        StatusUpdateFlow.again.run(update=update)


def start_correction(update_id: int, *, by: Person, note: str, due_on: datetime.date, now: datetime.datetime) -> None:
    """Let an approved entry be corrected, with a public note: the lead office, or who follows it, and coordinators."""
    with held(update_id) as update:
        desk = desk_of(by)
        access.require_may_correct(by, update)
        office = desk.heir_of.get(update.lead_office_id)
        behalf = desk.on_behalf_of(office) if office is not None else None
        service.start_correction(update, note=note, due_on=due_on, by=by, now=now, on_behalf_of=behalf)
        StatusUpdateFlow.again.run(update=update)
