"""Taking a published entry off the pages, and putting it back.

What visitors read changes with the commit, everywhere: pages, files, feeds and interfaces ask the same door
(``workflow.published``), and what is kept ready is kept under the database's version, which notes the change. Rooms
above that have made something of an entry (a report, a summary) register a ``Follower``, which acts in the same
transaction.

Who may is decided by the doors in ``workflow.runs``, which call these with the locks held.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _

from offices.errors import ConflictError, DomainError
from offices.models import Person
from workflow import published
from workflow.models import EventKind, StatusUpdate
from workflow.queries import withdrawal as query
from workflow.services import course_notices, history
from workflow.services.moves import required


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What was taken off the pages at that moment: the run's own entry, and those of ``along``, which confirm it."""

    update: StatusUpdate
    along: Sequence[StatusUpdate]
    at: datetime.datetime
    note: str = ""

    @property
    def runs(self) -> list[StatusUpdate]:
        return [self.update, *self.along]


class Follower(Protocol):
    """What another room does with what it has made of an entry."""

    def named(self, update: StatusUpdate, along: Sequence[StatusUpdate]) -> list[str]:
        """Say for people, a line each, what would be taken away together with the entry; changes nothing."""
        ...

    def withdrawn(self, what: Withdrawn, *, by: Person, now: datetime.datetime) -> None:
        """Take away what was made of the entries; in the withdrawal's transaction, with the locks of their cycles."""
        ...

    def restored(self, what: Withdrawn, *, by: Person, now: datetime.datetime) -> None:
        """Bring back what comes back by itself; in the transaction in which the entry is public again."""
        ...


_followers: dict[type[Follower], Follower] = {}


def register(follower: Follower) -> None:
    """Let ``follower`` act whenever an entry is taken off the pages or put back; one of each class, however often."""
    _followers[type(follower)] = follower


def named(update: StatusUpdate, along: Sequence[StatusUpdate]) -> list[str]:
    """Return what other rooms would take away together with the entry, a line each."""
    return [line for follower in _followers.values() for line in follower.named(update, along)]


def withdraw_entry(update: StatusUpdate, *, note: str, by: Person, now: datetime.datetime) -> Withdrawn:
    """Take the run's approved entry off the pages; visitors read ``note`` instead, at once and everywhere.

    Entries that confirm its text are not shown either. The text is kept, and so is a correction that is under way: its
    approval makes the entry public again.
    """
    said = required(note, _("Please say why the entry is not shown any more: visitors will read it."))
    if update.withdrawn_at is not None:
        raise ConflictError(_("This entry was taken off the pages already. Please load the page again."))
    if not published.public_runs(now).filter(pk=update.pk).exists():
        raise DomainError(_("This entry is not public, so there is nothing to take off the pages."))
    along = _held_along(update, now)
    update.withdrawn_at, update.withdrawal_note = now, said
    update.save(update_fields=["withdrawn_at", "withdrawal_note"])
    revision = update.approved
    data = {"revision": revision.number if revision else 0, "reason": said, "along": [one.pk for one in along]}
    history.record(update, EventKind.ENTRY_WITHDRAWN, by=by, now=now, data=data)
    what = Withdrawn(update, along, now, said)
    for follower in _followers.values():
        follower.withdrawn(what, by=by, now=now)
    course_notices.entry_withdrawn(update, along, note=said, by=by, now=now)
    return what


def restore_entry(update: StatusUpdate, *, reason: str, by: Person, now: datetime.datetime) -> Withdrawn:
    """Show the entry again as it was, with those that confirm it; ``reason`` is for the history alone.

    Reports that were withdrawn with it stay withdrawn: a new one is built.
    """
    said = required(reason, _("Please say why the entry is shown again."))
    if update.withdrawn_at is None:
        raise ConflictError(_("This entry is shown already. Please load the page again."))
    since = update.withdrawn_at
    end(update)
    update.restored_at = now
    update.save(update_fields=["withdrawn_at", "withdrawal_note", "restored_at"])
    history.record(update, EventKind.ENTRY_RESTORED, by=by, now=now, data={"reason": said})
    what = Withdrawn(update, _held_along(update, now), since)
    for follower in _followers.values():
        follower.restored(what, by=by, now=now)
    course_notices.entry_restored(update, reason=said, by=by, now=now)
    return what


def _held_along(update: StatusUpdate, now: datetime.datetime) -> list[StatusUpdate]:
    """Return the public runs whose entries confirm the text of ``update``, with the locks on their rows.

    Whoever makes something of one of them (a summary) holds that lock, too: it is done before, or finds it gone. They
    are taken in the order of their ids, after that of the run itself.
    """
    along = query.confirming(update, now)
    pks = [one.pk for one in along]
    list(StatusUpdate.objects.select_for_update().filter(pk__in=pks).order_by("pk").values_list("pk", flat=True))
    return along


def end(update: StatusUpdate) -> bool:
    """Set the run to not withdrawn, unsaved; return whether it was withdrawn."""
    was = update.withdrawn_at is not None
    update.withdrawn_at, update.withdrawal_note = None, ""
    return was
