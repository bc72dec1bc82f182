"""Doors for more time: an office asks, the coordinators grant or refuse, or give it on their own."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext as _

from offices.access import desk_of
from offices.models import Office, Person
from workflow import access
from workflow.models import DeadlineExtension, Participation, StatusUpdate
from workflow.runs.turns import locked, too_late
from workflow.services import extensions as service


def participation_of(update: StatusUpdate, participation_id: int | None) -> Participation | None:
    """Return the participation, read anew with its office and ``update`` as its run; ``None`` is the lead's task."""
    if participation_id is None:
        return None
    found = Participation.objects.select_related("office").get(pk=participation_id, update=update)
    found.update = update
    return found


def office_of(update: StatusUpdate, participation: Participation | None) -> Office:
    """Return the office that has the task."""
    return participation.office if participation else update.lead_office


def ask_for_extension(
    update_id: int,
    *,
    by: Person,
    reason: str,
    wanted_on: datetime.date,
    now: datetime.datetime,
    today: datetime.date,
    participation_id: int | None = None,
) -> DeadlineExtension:
    """Ask for more time, for the lead's text or a contribution, while the office still writes."""
    with transaction.atomic():
        update = locked(update_id)
        about = participation_of(update, participation_id)
        access.require_has_the_task(by, update, about)
        office = office_of(update, about)
        return service.ask(
            update,
            about,
            office=office,
            reason=reason,
            wanted_on=wanted_on,
            by=by,
            now=now,
            today=today,
            on_behalf_of=desk_of(by).on_behalf_of(office.pk),
        )


def grant_extension(
    extension_id: int,
    *,
    by: Person,
    granted_on: datetime.date,
    answer: str = "",
    now: datetime.datetime,
    today: datetime.date,
) -> DeadlineExtension:
    """Grant what was asked for, perhaps until another day, while the office still writes."""
    access.require_coordinator(by)
    with _request(extension_id) as one:
        if not access.is_writing(one.update, one.participation):
            raise too_late()
        return service.grant(one, granted_on=granted_on, answer=answer, by=by, now=now, today=today)


def refuse_extension(
    extension_id: int, *, by: Person, answer: str, now: datetime.datetime, today: datetime.date
) -> DeadlineExtension:
    """Refuse what was asked for, with an answer."""
    access.require_coordinator(by)
    with _request(extension_id) as one:
        return service.refuse(one, answer=answer, by=by, now=now, today=today)


def withdraw_extension(extension_id: int, *, by: Person, now: datetime.datetime) -> DeadlineExtension:
    """Take the question back, for people of the office that asked."""
    with _request(extension_id) as one:
        desk = desk_of(by)
        if one.office_id not in desk.acting_for:
            raise access.NotAllowedError(_("This request belongs to another office."))
        return service.withdraw(one, by=by, now=now, on_behalf_of=desk.on_behalf_of(one.office_id))


def extend(
    update_id: int,
    *,
    by: Person,
    due_on: datetime.date,
    reason: str,
    now: datetime.datetime,
    today: datetime.date,
    participation_id: int | None = None,
) -> DeadlineExtension:
    """Give more time without being asked, while the office still writes; an open question is granted with it."""
    access.require_coordinator(by)
    with transaction.atomic():
        update = locked(update_id)
        about = participation_of(update, participation_id)
        if not access.is_writing(update, about):
            raise too_late()
        return service.extend(
            update, about, office=office_of(update, about), due_on=due_on, reason=reason, by=by, now=now, today=today
        )


def undo_extension(extension_id: int, *, by: Person, now: datetime.datetime) -> DeadlineExtension:
    """Put the former deadline back, if it has not changed again since and the office still writes."""
    access.require_coordinator(by)
    with _request(extension_id) as one:
        if not access.is_writing(one.update, one.participation):
            raise too_late()
        return service.undo(one, by=by, now=now)


@contextmanager
def _request(extension_id: int) -> Iterator[DeadlineExtension]:
    """Yield the request, read anew with its run locked."""
    update_id = DeadlineExtension.objects.values_list("update", flat=True).get(pk=extension_id)
    with transaction.atomic():
        update = locked(update_id)
        one = DeadlineExtension.objects.select_related("office", "participation", "requested_by").get(pk=extension_id)
        one.update = update
        if one.participation is not None:
            one.participation.update = update
        yield one
