"""The lead office's doors: three ways to hand in, and taking back what was handed in."""

import datetime
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from viewflow.workflow.models import Task

from offices.access import desk_of
from offices.errors import ConflictError, DomainError
from offices.models import Person
from workflow import access
from workflow.content import EntryContent
from workflow.models import WRITING_STEPS, Participation, ParticipationState, Revision, StatusUpdate, WorkStep
from workflow.runs.turns import Turn, cancel_tasks, too_late, turn
from workflow.services import contributions as contribution_service
from workflow.services import updates as update_service


class ContributionsMissingError(DomainError):
    """Offices have not contributed yet; ``missing`` are they. Whoever hands in says that they go on without."""

    def __init__(self, missing: list[Participation]) -> None:
        sentence = ngettext(
            "%(offices)s has not contributed yet. Wait, or say that you go on without.",
            "%(offices)s have not contributed yet. Wait, or say that you go on without them.",
            len(missing),
        )
        super().__init__(sentence % {"offices": ", ".join(one.office_label for one in missing)})
        self.missing = missing


def base_of(update: StatusUpdate) -> int:
    """Return the number of the version that was handed in last, 0 if there is none: what a text is based on."""
    return update.submitted.number if update.submitted else 0


@contextmanager
def _writing(
    update_id: int, by: Person, based_on: int | None, without: Collection[int], now: datetime.datetime
) -> Iterator[tuple[Turn, Person | None]]:
    access.require_may_write(by, StatusUpdate.objects.get(pk=update_id))
    with turn(update_id, WRITING_STEPS) as mine:
        access.require_may_write(by, mine.update)
        if based_on is not None and based_on != base_of(mine.update):
            raise ConflictError(
                _("A newer version was handed in and returned meanwhile. Please read it before you hand in.")
            )
        on_behalf_of = desk_of(by).on_behalf_of(mine.update.lead_office_id)
        _go_on_without(mine, without, by=by, on_behalf_of=on_behalf_of, now=now)
        yield mine, on_behalf_of
        mine.done(by)


def _go_on_without(
    mine: Turn, without: Collection[int], *, by: Person, on_behalf_of: Person | None, now: datetime.datetime
) -> None:
    """Leave the contributions of ``without`` out; raises ``ContributionsMissingError`` if others are missing."""
    waiting = list(
        Participation.objects.select_for_update()
        .filter(update=mine.update, state=ParticipationState.ASKED)
        .order_by("office_label")
    )
    missing = [one for one in waiting if one.pk not in without]
    if missing:
        raise ContributionsMissingError(missing)
    if waiting:
        contribution_service.skip(mine.update, waiting, by=by, on_behalf_of=on_behalf_of, now=now)
        cancel_tasks(contribution_tasks(waiting))


def contribution_tasks(participations: Collection[Participation]) -> list[Task]:
    """Return the engine's tasks with which ``participations`` are asked."""
    return list(
        Task.objects.select_related("process").filter(
            work_items__participation__in=participations,
            work_items__step=WorkStep.CONTRIBUTE,
            work_items__is_open=True,
        )
    )


def hand_in(
    update_id: int,
    *,
    by: Person,
    content: EntryContent,
    now: datetime.datetime,
    based_on: int | None = None,
    without: Collection[int] = (),
) -> Revision:
    """Hand in a report for the signatures that the cycle asks for, and then for review.

    ``based_on`` is ``base_of`` the run as the writer saw it. Raises ``ConflictError`` if another version was handed in
    since; ``None`` asks for no such check. ``without`` are the participations that the writer goes on without; raises
    ``ContributionsMissingError`` if another one is still asked. The same holds for the other two ways to hand in.
    """
    with _writing(update_id, by, based_on, without, now) as (mine, on_behalf_of):
        return update_service.submit_report(mine.update, by=by, content=content, now=now, on_behalf_of=on_behalf_of)


def confirm_unchanged(
    update_id: int, *, by: Person, now: datetime.datetime, based_on: int | None = None, without: Collection[int] = ()
) -> Revision:
    """Attest that last period's entry still holds, and hand that in."""
    with _writing(update_id, by, based_on, without, now) as (mine, on_behalf_of):
        return update_service.submit_unchanged(mine.update, by=by, now=now, on_behalf_of=on_behalf_of)


def file_nil_return(
    update_id: int,
    *,
    by: Person,
    reason: str,
    now: datetime.datetime,
    based_on: int | None = None,
    without: Collection[int] = (),
) -> Revision:
    """File a nil return (Fehlanzeige), and hand that in."""
    with _writing(update_id, by, based_on, without, now) as (mine, on_behalf_of):
        return update_service.submit_nil_return(mine.update, by=by, reason=reason, now=now, on_behalf_of=on_behalf_of)


def withdraw(update_id: int, *, by: Person, reason: str = "", now: datetime.datetime) -> None:
    """Take a handed-in entry back, before anybody has decided or voted on it."""
    with turn(update_id, (WorkStep.CO_SIGN, WorkStep.SIGN, WorkStep.REVIEW)) as others:
        desk = desk_of(by)
        if others.update.lead_office_id not in desk.acting_for:
            raise access.NotAllowedError(_("This entry belongs to another office."))
        if not access.may_withdraw(desk, others.update):
            raise too_late()
        on_behalf_of = desk.on_behalf_of(others.update.lead_office_id)
        update_service.withdraw(others.update, by=by, reason=reason, now=now, on_behalf_of=on_behalf_of)
        others.done(by, for_others=True)
