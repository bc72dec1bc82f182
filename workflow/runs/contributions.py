"""The contributing offices' doors, and the lead office's for those that are late."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext as _

from offices.access import desk_of
from offices.errors import ConflictError
from offices.models import Person
from workflow import access
from workflow.content import ContributionContent
from workflow.models import Contribution, Participation, ParticipationState, StatusUpdate, WorkStep
from workflow.runs.turns import Turn, cancel_tasks, locked, turn
from workflow.runs.writing import contribution_tasks
from workflow.services import contributions as service
from workflow.services import nudges


def _participation(pk: int) -> Participation:
    return Participation.objects.select_related("update__cycle", "office").get(pk=pk)


@contextmanager
def _contributing(participation_id: int, by: Person) -> Iterator[tuple[Participation, Person | None]]:
    asked = _participation(participation_id)
    access.require_may_contribute(by, asked)
    with turn(asked.update_id, [WorkStep.CONTRIBUTE], asked) as mine:
        # Read anew under the lock: somebody may have gone on without it.
        asked = _participation(participation_id)
        access.require_may_contribute(by, asked)
        yield asked, desk_of(by).on_behalf_of(asked.office_id)
        mine.done(by)


def contribute(
    participation_id: int, *, by: Person, content: ContributionContent, now: datetime.datetime
) -> Contribution:
    """Hand in what an office contributes; the lead office sees it at once."""
    with _contributing(participation_id, by) as (asked, on_behalf_of):
        return service.deliver(asked, by=by, content=content, now=now, on_behalf_of=on_behalf_of)


def contribute_nothing(participation_id: int, *, by: Person, reason: str, now: datetime.datetime) -> Contribution:
    """File that an office has nothing to contribute (Fehlanzeige)."""
    with _contributing(participation_id, by) as (asked, on_behalf_of):
        return service.file_nil_return(asked, by=by, reason=reason, now=now, on_behalf_of=on_behalf_of)


def go_on_without(participation_id: int, *, by: Person, now: datetime.datetime) -> None:
    """Go on without a late contribution: its task leaves the office's desk. For the lead office and coordinators."""
    asked = _participation(participation_id)
    desk = desk_of(by)
    if not access.may_go_on_without(desk, asked.update):
        raise access.NotAllowedError(_("This entry belongs to another office."))
    with _beside(asked) as late:
        on_behalf_of = None if desk.is_coordinator else desk.on_behalf_of(late.update.lead_office_id)
        service.skip(late.update, [asked], by=by, on_behalf_of=on_behalf_of, now=now)
        cancel_tasks(contribution_tasks([asked]))


@contextmanager
def _beside(asked: Participation) -> Iterator[Turn]:
    with turn(asked.update_id, [WorkStep.CONTRIBUTE], asked) as late:
        if not Participation.objects.filter(pk=asked.pk, state=ParticipationState.ASKED).exists():
            raise ConflictError(_("This contribution has been handed in already."))
        yield late


def remind(
    update_id: int, *, by: Person, now: datetime.datetime, today: datetime.date, participation_id: int | None = None
) -> int:
    """Send a reminder to everybody who holds the run up, or to one contributing office; return how many get a mail.

    For coordinators; the lead office may remind its contributors. Each desk gets at most one such mail a day.
    """
    desk = desk_of(by)
    update = StatusUpdate.objects.get(pk=update_id)
    allowed = update.lead_office_id in desk.acting_for and participation_id is not None
    if not desk.is_coordinator and not allowed:
        raise access.NotAllowedError(_("Only the coordinators do this."))
    behalf = None if desk.is_coordinator else desk.on_behalf_of(update.lead_office_id)
    with transaction.atomic():
        return nudges.nudge(
            locked(update_id),
            participation_id=participation_id,
            by=by,
            on_behalf_of=behalf,
            now=now,
            today=today,
        )
