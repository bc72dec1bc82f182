"""The history: appending events to their chains, and checking them.

Every change of a run or a cycle writes exactly one event, in the change's own transaction. Within a run the events
form a chain of SHA-256 hashes; each day the heads of all chains are sealed into one global chain (``seals``).
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, OuterRef, Subquery
from django.utils.translation import gettext as _

from offices.models import Person
from workflow.digest import digest_of
from workflow.models import Contribution, Event, EventKind, ReportingCycle, StatusUpdate
from workflow.services import handed_in, seals
from workflow.services.handed_in import Altered

SLICE = 500


def hash_of(event: Event) -> str:
    """Return the SHA-256 that ``event`` must carry, from all its fields and the hash before it."""
    return digest_of(
        {
            "cycle": event.cycle_id,
            "recommendation": event.update.recommendation_id if event.update else None,
            "sequence": event.sequence,
            "kind": event.kind,
            "actor": event.actor_id,
            "on_behalf_of": event.on_behalf_of_id,
            "at": event.at.astimezone(datetime.UTC).isoformat(timespec="microseconds"),
            "data": event.data,
            "previous": event.previous_hash,
        }
    )


def record(
    update: StatusUpdate,
    kind: EventKind,
    *,
    by: Person | None,
    now: datetime.datetime,
    data: Mapping[str, Any] | None = None,
    on_behalf_of: Person | None = None,
) -> Event:
    """Append one event to the run's chain and return it.

    Must be called inside the change's transaction. Locks the run's row, so two writers append one after the other.
    """
    locked = (
        StatusUpdate.objects.select_for_update()
        .only("history_count", "history_head", "cycle_id", "recommendation_id")
        .get(pk=update.pk)
    )
    event = _next_event(locked, kind, by=by, now=now, data=data, on_behalf_of=on_behalf_of)
    event.save(force_insert=True)
    StatusUpdate.objects.filter(pk=update.pk).update(history_count=event.sequence, history_head=event.hash)
    update.history_count, update.history_head = event.sequence, event.hash
    return event


def record_many(
    updates: Iterable[StatusUpdate],
    kind: EventKind,
    *,
    by: Person | None,
    now: datetime.datetime,
    data: Mapping[int, Mapping[str, Any]] | None = None,
    on_behalf_of: Person | None = None,
) -> None:
    """Append one event to the chain of each run, in a constant number of statements per 500 runs.

    ``data`` maps the run's id to the event's details. The caller holds the locks on the rows and has read
    ``history_count`` and ``history_head`` under them.
    """
    runs = list(updates)
    for start in range(0, len(runs), SLICE):
        part = runs[start : start + SLICE]
        events = [
            _next_event(update, kind, by=by, now=now, data=(data or {}).get(update.pk), on_behalf_of=on_behalf_of)
            for update in part
        ]
        Event.objects.bulk_create(events)
        for update, event in zip(part, events, strict=True):
            update.history_count, update.history_head = event.sequence, event.hash
        # From the events just written: a CASE with a branch for each run would cost more than everything else.
        latest = Event.objects.filter(update=OuterRef("pk"), sequence=OuterRef("history_count") + 1)
        StatusUpdate.objects.filter(pk__in=[update.pk for update in part]).update(
            history_count=F("history_count") + 1, history_head=Subquery(latest.values("hash")[:1])
        )


def first_event(
    update: StatusUpdate, kind: EventKind, *, by: Person | None, now: datetime.datetime, data: Mapping[str, Any]
) -> Event:
    """Return, unsaved, the first event of a run that is being created, and set the run's head and count to it.

    Neither needs a primary key yet; whoever calls saves the run, then the event.
    """
    event = _next_event(update, kind, by=by, now=now, data=data, on_behalf_of=None)
    update.history_count, update.history_head = event.sequence, event.hash
    return event


def record_on_cycle(
    cycle: ReportingCycle,
    kind: EventKind,
    *,
    by: Person | None,
    now: datetime.datetime,
    data: Mapping[str, Any] | None = None,
    on_behalf_of: Person | None = None,
) -> Event:
    """Append one event to the cycle's own chain and return it; locks the cycle's row."""
    ReportingCycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
    last = Event.objects.filter(cycle=cycle, update__isnull=True).order_by("-sequence").first()
    event = Event(
        cycle=cycle,
        sequence=last.sequence + 1 if last else 1,
        kind=kind,
        actor=by,
        on_behalf_of=on_behalf_of,
        at=now,
        data=dict(data or {}),
        previous_hash=last.hash if last else "",
    )
    event.hash = hash_of(event)
    event.save(force_insert=True)
    return event


def _next_event(
    update: StatusUpdate,
    kind: EventKind,
    *,
    by: Person | None,
    now: datetime.datetime,
    data: Mapping[str, Any] | None,
    on_behalf_of: Person | None,
) -> Event:
    event = Event(
        update=update,
        cycle_id=update.cycle_id,
        sequence=update.history_count + 1,
        kind=kind,
        actor=by,
        on_behalf_of=on_behalf_of,
        at=now,
        data=dict(data or {}),
        previous_hash=update.history_head,
    )
    event.hash = hash_of(event)
    return event


# --- Checking -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fault:
    """One place where the history is not what it was: which event, run or seal, and what is wrong with it.

    Both are sentences for people, in their language.
    """

    where: str
    what: str


def verify() -> Iterator[Fault]:
    """Yield every fault: a changed, missing or reordered event, a wrong head, a changed text, a changed seal."""
    yield from _verify_chains()
    yield from _verify_heads()
    yield from _verify_texts()
    yield from _verify_seals()


def verify_run(update: StatusUpdate) -> list[Fault]:
    """Return every fault of one run's chain and of the texts that were handed in, in at most six queries.

    The seals, which tie the chains together, are not asked.
    """
    events = list(Event.objects.filter(update=update).select_related("update").order_by("sequence"))
    faults = [*_verify_events(events), *(_not_as_handed_in(one) for one in handed_in.altered(events))]
    count, head = StatusUpdate.objects.values_list("history_count", "history_head").get(pk=update.pk)
    last = (events[-1].sequence, events[-1].hash) if events else (0, "")
    return faults if last == (count, head) else [*faults, _cut_off(update.pk)]


def _verify_chains() -> Iterator[Fault]:
    events = Event.objects.select_related("update").order_by("cycle_id", "update_id", "sequence")
    yield from _verify_events(events.iterator(chunk_size=2000))


def _verify_events(events: Iterable[Event]) -> Iterator[Fault]:
    """Yield the faults of the chains to which ``events`` belong, which come chain by chain and in order."""
    chain: tuple[int | None, int | None] | None = None
    sequence, previous = 0, ""
    for event in events:
        if chain != (event.cycle_id, event.update_id):
            chain, sequence, previous = (event.cycle_id, event.update_id), 0, ""
        where = _place(event)
        if event.sequence != sequence + 1:
            missing = _("number %(number)s was expected: an event is missing or was reordered")
            yield Fault(where, missing % {"number": sequence + 1})
        elif event.previous_hash != previous:
            yield Fault(where, _("does not follow the event before it"))
        if event.hash != hash_of(event):
            yield Fault(where, _("was changed after it had been written"))
        sequence, previous = event.sequence, event.hash


def _place(event: Event) -> str:
    values = {"event": event.pk, "run": event.update_id, "cycle": event.cycle_id, "number": event.sequence}
    if event.update_id is None:
        return _("event %(event)s (cycle %(cycle)s, number %(number)s)") % values
    return _("event %(event)s (run %(run)s, number %(number)s)") % values


def _verify_heads() -> Iterator[Fault]:
    last: dict[int, tuple[int, str]] = {}
    events = Event.objects.filter(update__isnull=False).order_by("update_id", "sequence")
    for update, sequence, digest in events.values_list("update_id", "sequence", "hash").iterator():
        last[update] = (sequence, digest)
    for pk, count, head in StatusUpdate.objects.values_list("pk", "history_count", "history_head").iterator():
        if last.get(pk, (0, "")) != (count, head):
            yield _cut_off(pk)


def _cut_off(update_id: int) -> Fault:
    end = _("the end of the chain is not the one that the run remembers: events are missing")
    return Fault(_("run %(run)s") % {"run": update_id}, end)


def _verify_texts() -> Iterator[Fault]:
    events = Event.objects.filter(kind__in=handed_in.KINDS).order_by("pk").iterator(chunk_size=handed_in.CHUNK)
    for one in handed_in.altered(events):
        yield _not_as_handed_in(one)


def _not_as_handed_in(one: Altered) -> Fault:
    if one.text is None:
        return Fault(_place(one.event), _("the text that was handed in is missing"))
    values = {"number": one.text.number, "run": one.event.update_id, "office": one.text.office_label}
    if isinstance(one.text, Contribution):
        where = _("contribution %(number)s of %(office)s to run %(run)s") % values
    else:
        where = _("version %(number)s of run %(run)s") % values
    return Fault(where, _("was changed after it had been handed in"))


def _verify_seals() -> Iterator[Fault]:
    said = {
        "seal_missing": _("the seal before it is missing or was changed"),
        "seal_changed": _("was changed after it had been written"),
        "history_changed": _("the history up to this day is not the one that was sealed"),
    }
    for one, fault in seals.broken():
        yield Fault(_("seal of %(day)s") % {"day": one.sealed_on.strftime("%d.%m.%Y")}, said[fault])
