"""What was handed in, tied to the history: the event of handing in holds a digest of the text and its measures.

So a text that was changed afterwards is found like a changed event. Events of the time before that hold none.
"""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from workflow.digest import digest_of
from workflow.models import Contribution, Event, EventKind, Revision

CHUNK = 500

Text: TypeAlias = Revision | Contribution
Key: TypeAlias = tuple[EventKind, int]
"""The kind of the event, and the id of the text that it handed in."""

KINDS = (EventKind.SUBMITTED, EventKind.CONTRIBUTED)

PASSAGES = ("done", "worked", "did_not_work", "overlooked", "next_step", "nil_reason")
COLUMNS = {
    Revision: (
        *("number", "kind", "implementation_status", "status_reason", "outlook", *PASSAGES, "next_step_on"),
        *("internal_note", "confirms_id", "asks_for_sign_off", "public_note", "office_label"),
        *("submitted_by_id", "on_behalf_of_id", "submitted_at"),
    ),
    Contribution: ("number", "kind", *PASSAGES, "office_label", "written_by_id", "on_behalf_of_id", "written_at"),
}
"""What the digest is of. Named one by one: a column that comes later must not turn every older text into a fault."""

MEASURE_COLUMNS = ("position", "title", "status", "responsible", "period", "funding", "partners", "link")


@dataclass(frozen=True, slots=True)
class Altered:
    """A text that is not what ``event`` handed in; ``text`` is ``None`` if it is no longer there."""

    event: Event
    text: Text | None


def facts_of(text: Text) -> dict[str, Any]:
    """Return what the event that hands ``text`` in must hold about it: its id and its digest."""
    return {"text": text.pk, "digest": digest(text)}


def digest(text: Text) -> str:
    """Return the SHA-256 of a text as it is stored, its measures included."""
    facts = {name: _plain(getattr(text, name)) for name in COLUMNS[type(text)]}
    measures = sorted(text.measures.all(), key=lambda one: (one.position, one.pk))
    return digest_of(facts | {"measures": [[getattr(one, name) for name in MEASURE_COLUMNS] for one in measures]})


def altered(events: Iterable[Event]) -> Iterator[Altered]:
    """Yield every text that ``events`` handed in and that is not the same any more.

    Reads the texts in slices: four queries for every 500 events that handed something in, none without any.
    """
    part: list[Event] = []
    for event in events:
        if event.kind in KINDS and isinstance(event.data.get("text"), int) and "digest" in event.data:
            part.append(event)
        if len(part) == CHUNK:
            yield from _altered(part)
            part = []
    yield from _altered(part)


def _altered(events: list[Event]) -> Iterator[Altered]:
    texts = _texts(events)
    for event in events:
        text = texts.get(_key(event))
        if text is None or digest(text) != event.data["digest"]:
            yield Altered(event, text)


def _texts(events: list[Event]) -> dict[Key, Text]:
    wanted = {kind: [event.data["text"] for event in events if event.kind == kind] for kind in KINDS}
    found: dict[Key, Text] = {}
    if ids := wanted[EventKind.SUBMITTED]:
        for one in Revision.objects.filter(pk__in=ids).prefetch_related("measures"):
            found[EventKind.SUBMITTED, one.pk] = one
    if ids := wanted[EventKind.CONTRIBUTED]:
        for made in Contribution.objects.filter(pk__in=ids).prefetch_related("measures"):
            found[EventKind.CONTRIBUTED, made.pk] = made
    return found


def _key(event: Event) -> Key:
    return EventKind(event.kind), event.data["text"]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, datetime.date) else value
