"""Doors for signatures: contributing offices co-sign, the head of the lead office signs, others go on without."""

import datetime
from collections.abc import Callable

from django.utils.translation import gettext as _

from offices.access import desk_of
from offices.errors import ConflictError
from offices.models import Office, Person, Role
from workflow import access
from workflow.models import CoSignature, CoSignatureState, StatusUpdate, WorkStep
from workflow.runs.turns import Turn, require_newest, turn
from workflow.services import signing as service


def co_sign(
    update_id: int, office_id: int, *, by: Person, now: datetime.datetime, revision_number: int | None = None
) -> CoSignature:
    """Co-sign the entry for an office.

    ``revision_number`` is the version that was read: raises ``ConflictError`` if there is a newer one; ``None`` does
    not ask. The same holds for the other signatures.
    """
    return _answer(
        update_id,
        office_id,
        by,
        now,
        lambda theirs, office, behalf: service.co_sign(theirs, office, by=by, now=now, on_behalf_of=behalf),
        revision_number=revision_number,
    )


def object_to(
    update_id: int,
    office_id: int,
    *,
    by: Person,
    reason: str,
    now: datetime.datetime,
    today: datetime.date,
    revision_number: int | None = None,
) -> CoSignature:
    """Object to the entry for an office: it goes back to the lead office."""
    return _answer(
        update_id,
        office_id,
        by,
        now,
        lambda theirs, office, behalf: service.object_to(
            theirs, office, reason=reason, by=by, now=now, today=today, on_behalf_of=behalf
        ),
        revision_number=revision_number,
    )


def _answer(
    update_id: int,
    office_id: int,
    by: Person,
    now: datetime.datetime,
    act: Callable[[StatusUpdate, Office, Person | None], CoSignature],
    *,
    revision_number: int | None,
) -> CoSignature:
    desk = desk_of(by)
    if office_id not in desk.acting_for:
        raise access.NotAllowedError(_("This co-signature belongs to another office."))
    with turn(update_id, [WorkStep.CO_SIGN]) as mine:
        require_newest(mine.update, revision_number)
        made = act(mine.update, Office.objects.get(pk=office_id), desk.on_behalf_of(office_id))
        _go_on(mine, by, now)
        return made


def go_on_without_co_signature(
    update_id: int, office_id: int, *, by: Person, reason: str, now: datetime.datetime
) -> CoSignature:
    """Go on without the co-signature of an office, for a reason. For the lead office and coordinators."""
    with turn(update_id, [WorkStep.CO_SIGN]) as mine:
        desk = desk_of(by)
        if not access.may_go_on_without(desk, mine.update):
            raise access.NotAllowedError(_("This entry belongs to another office."))
        behalf = None if desk.is_coordinator else desk.on_behalf_of(mine.update.lead_office_id)
        office = Office.objects.get(pk=office_id)
        made = service.waive(mine.update, office, reason=reason, by=by, now=now, on_behalf_of=behalf)
        _go_on(mine, by, now)
        return made


def lapse_co_signatures(*, now: datetime.datetime, today: datetime.date) -> int:
    """Count silence as consent where the cycle says so and the deadline has passed; return how many were silent.

    Safe to repeat, and beside another one: each run is done under its lock, and a second call finds nothing.
    """
    late = CoSignature.objects.filter(state=CoSignatureState.ASKED, due_on__lt=today, silence_is_consent=True)
    silent = 0
    for update_id in sorted(set(late.values_list("revision__update", flat=True))):
        try:
            with turn(update_id, [WorkStep.CO_SIGN]) as mine:
                silent += service.lapse(mine.update, now=now, today=today)
                _go_on(mine, None, now)
        except ConflictError:
            # Answered or taken back since we looked.
            continue
    return silent


def _go_on(mine: Turn, by: Person | None, now: datetime.datetime) -> None:
    """Complete the step once nobody is asked any more."""
    if service.settle(mine.update, now=now):
        mine.done(by, for_others=True)


def sign(update_id: int, *, by: Person, now: datetime.datetime, revision_number: int | None = None) -> None:
    """Sign the entry as the head of the lead office; it goes on to the Arbeitsgruppe."""
    with turn(update_id, [WorkStep.SIGN]) as mine:
        require_newest(mine.update, revision_number)
        service.sign(mine.update, by=by, now=now, on_behalf_of=_signing(by, mine.update))
        mine.done(by)


def return_unsigned(
    update_id: int,
    *,
    by: Person,
    reason: str,
    now: datetime.datetime,
    today: datetime.date,
    revision_number: int | None = None,
) -> None:
    """Return the entry to the clerks instead of signing it."""
    with turn(update_id, [WorkStep.SIGN]) as mine:
        require_newest(mine.update, revision_number)
        behalf = _signing(by, mine.update)
        service.return_unsigned(mine.update, reason=reason, by=by, now=now, today=today, on_behalf_of=behalf)
        mine.done(by)


def go_on_without_signature(update_id: int, *, by: Person, reason: str, now: datetime.datetime) -> None:
    """Go on without the signature, for a reason: where an office has no head, the coordinators stand in."""
    access.require_coordinator(by)
    with turn(update_id, [WorkStep.SIGN]) as mine:
        service.waive_sign_off(mine.update, reason=reason, by=by, now=now)
        mine.done(by, for_others=True)


def _signing(by: Person, update: StatusUpdate) -> Person | None:
    desk = desk_of(by)
    if update.lead_office_id not in desk.signing_for:
        raise access.NotAllowedError(_("Only the head of the lead office signs."))
    return desk.on_behalf_of(update.lead_office_id, (Role.HEAD,))
