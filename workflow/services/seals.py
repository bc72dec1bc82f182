"""Daily seals: the heads and counts of all history chains, bound into one global chain.

A chain that is rewritten as a whole, its head included, still fits itself. It no longer fits the seals of the days
before.
"""

import datetime
import hashlib
from collections.abc import Iterator
from itertools import pairwise

from django.db import connection, transaction

from workflow.digest import digest_of
from workflow.models import Event, HistorySeal

Chain = tuple[int, int | None]
Heads = dict[Chain, tuple[int, str]]
"""Cycle and run (``None``: the cycle's own chain) → number and hash of the chain's newest event."""


@transaction.atomic
def seal(today: datetime.date) -> HistorySeal:
    """Seal all chains for ``today``; a second call on the same day returns the first seal."""
    _wait_for_writers()
    existing = HistorySeal.objects.filter(sealed_on=today).first()
    if existing:
        return existing
    heads: Heads = {}
    newest = 0
    for newest, chain, number, event_hash in _events():  # noqa: B007 - the last one is kept
        heads[chain] = (number, event_hash)
    last = HistorySeal.objects.order_by("-sealed_on").first()
    made = HistorySeal(
        sealed_on=today,
        last_event=newest,
        chains=len(heads),
        heads_hash=_hash(heads),
        previous_hash=last.hash if last else "",
    )
    made.hash = hash_of(made)
    made.save()
    return made


def hash_of(one: HistorySeal) -> str:
    """Return the SHA-256 that the seal must carry."""
    return digest_of(
        {
            "day": one.sealed_on.isoformat(),
            "last_event": one.last_event,
            "chains": one.chains,
            "heads": one.heads_hash,
            "previous": one.previous_hash,
        }
    )


def broken() -> Iterator[tuple[HistorySeal, str]]:
    """Yield every seal that does not hold any more, with what is wrong: itself, its place, or the history under it."""
    seals = list(HistorySeal.objects.order_by("sealed_on"))
    if seals and seals[0].previous_hash:
        yield seals[0], "seal_missing"
    for before, after in pairwise(seals):
        if after.previous_hash != before.hash:
            yield after, "seal_missing"
    heads: Heads = {}
    events = _events()
    event = next(events, None)
    for one in seals:
        while event and event[0] <= one.last_event:
            heads[event[1]] = event[2:]
            event = next(events, None)
        if one.hash != hash_of(one):
            yield one, "seal_changed"
        elif (one.chains, one.heads_hash) != (len(heads), _hash(heads)):
            yield one, "history_changed"


def _events() -> Iterator[tuple[int, Chain, int, str]]:
    rows = Event.objects.order_by("pk").values_list("pk", "cycle_id", "update_id", "sequence", "hash")
    for pk, cycle, update, sequence, event_hash in rows.iterator(chunk_size=5000):
        yield pk, (cycle, update), sequence, event_hash


def _hash(heads: Heads) -> str:
    digest = hashlib.sha256()
    for (cycle, update), (number, event_hash) in sorted(heads.items(), key=lambda item: (item[0][0], item[0][1] or 0)):
        digest.update(f"{cycle}/{update or '-'}:{number}:{event_hash}\n".encode())
    return digest.hexdigest()


def _wait_for_writers() -> None:
    # An event that is written but not committed yet could get a smaller key than one that is sealed. SQLite has one
    # writer at a time anyway.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {connection.ops.quote_name(Event._meta.db_table)} IN SHARE MODE")  # noqa: SLF001 - Django's documented API
