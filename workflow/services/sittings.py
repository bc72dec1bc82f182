"""Sittings of the Arbeitsgruppe: opened and closed by the chair; closing freezes the minutes."""

import datetime
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from offices.access import desk_of
from offices.errors import ConflictError, DomainError
from offices.models import Person, Role
from workflow import access, runs
from workflow.minutes import content
from workflow.models import Event, EventKind, ReportingCycle, Sitting, StatusUpdate
from workflow.queries import sittings as queries
from workflow.services import announcements, history


def open_sitting(
    cycle: ReportingCycle,
    *,
    participants: Iterable[Person],
    by: Person,
    now: datetime.datetime,
    today: datetime.date,
) -> Sitting:
    """Open a sitting of today in which ``by`` has the chair and ``participants`` are present.

    Raises ``ConflictError`` if a sitting of the cycle is open already, so of two who open one wins.
    """
    access.require_chair(by)
    if cycle.opened_at is None:
        raise DomainError(_("This cycle is not open yet: there is nothing to decide."))
    present = {one.pk for one in participants} | {by.pk}
    if not present <= {one.pk for one in queries.members(today)}:
        raise DomainError(_("Only members of the Arbeitsgruppe can be present."))
    try:
        with transaction.atomic():
            ReportingCycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
            sitting = Sitting.objects.create(cycle=cycle, held_on=today, chaired_by=by, opened_at=now)
            sitting.participants.set(present)
            history.record_on_cycle(
                cycle,
                EventKind.SITTING_OPENED,
                by=by,
                on_behalf_of=desk_of(by).on_behalf_as(Role.CHAIR),
                now=now,
                data={"sitting": sitting.pk, "present": sorted(present)},
            )
    except IntegrityError:
        raise ConflictError(_("A sitting of this cycle is open already.")) from None
    return sitting


@transaction.atomic
def close_sitting(sitting_id: int, *, by: Person, now: datetime.datetime) -> Sitting:
    """Close a sitting and freeze its minutes with their checksum; decisions can no longer be added to it.

    Raises ``ConflictError`` if it is closed already.
    """
    access.require_chair(by)
    cycle_id = Sitting.objects.values_list("cycle", flat=True).get(pk=sitting_id)
    # The cycle's row first, as everywhere; then the sitting's, for which decisions wait.
    cycle = (
        ReportingCycle.objects.select_for_update(of=("self",), no_key=True).select_related("edition").get(pk=cycle_id)
    )
    sitting = Sitting.objects.select_for_update().get(pk=sitting_id)
    if not sitting.is_open:
        raise ConflictError(_("This sitting is closed already."))
    sitting.cycle, sitting.closed_at = cycle, now
    decided = queries.decisions(sitting)
    present = list(sitting.participants.order_by("name", "pk"))
    document = content.document(sitting, present, decided, chaired_for=chaired_for(sitting))
    sitting.minutes = content.pdf(document)
    sitting.minutes_sha256 = hashlib.sha256(sitting.minutes).hexdigest()
    sitting.save(update_fields=["closed_at", "minutes", "minutes_sha256"])
    history.record_on_cycle(
        cycle,
        EventKind.SITTING_CLOSED,
        by=by,
        on_behalf_of=desk_of(by).on_behalf_as(Role.CHAIR),
        now=now,
        data={"sitting": sitting.pk, "decisions": len(decided), "sha256": sitting.minutes_sha256},
    )
    return sitting


def chaired_for(sitting: Sitting) -> Person | None:
    """Return the absent chair for whom a deputy opened the sitting, if it was a deputy."""
    opened = Event.objects.filter(
        cycle=sitting.cycle_id, update__isnull=True, kind=EventKind.SITTING_OPENED, data__sitting=sitting.pk
    ).select_related("on_behalf_of")
    event = opened.first()
    return event.on_behalf_of if event else None


@dataclass(slots=True)
class Approval:
    """What became of the marked entries: which are approved, and why the others are not."""

    approved: list[StatusUpdate] = field(default_factory=list)
    failed: list[tuple[StatusUpdate, str]] = field(default_factory=list)


def approve_marked(sitting: Sitting, versions: Mapping[int, int], *, by: Person, now: datetime.datetime) -> Approval:
    """Approve runs (id → version that the summary showed), each by its own door and in its own transaction.

    One that fails is named with its reason; the others stand. The offices hear of all of them together.
    """
    access.require_chair(by)
    batch = f"sitting:{sitting.pk}:{now.isoformat()}"
    found = Approval()
    updates = StatusUpdate.objects.filter(pk__in=versions, cycle=sitting.cycle_id).select_related("recommendation")
    for update in updates.order_by("state_since", "pk"):
        try:
            runs.approve(update.pk, revision_number=versions[update.pk], by=by, now=now, sitting=sitting, batch=batch)
        except DomainError as error:
            found.failed.append((update, str(error)))
        else:
            found.approved.append(update)
    announcements.tell(batch, now=now)
    return found
