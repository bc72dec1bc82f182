"""Actions on many runs: each run goes through its own door, in its own transaction, and what became of it is kept.

An action is a row with one row per run. Whoever confirms the same summary twice finds the same action. The first runs
are done at once; a job does the rest and takes up what a crash interrupted: a run and its outcome are written together,
so nothing happens twice.
"""

import datetime
import logging
import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from kombu.exceptions import OperationalError

from offices.errors import ConflictError, DomainError
from offices.models import Person
from workflow import access, runs
from workflow.models import BulkAction, BulkItem, BulkKind, BulkOutcome, StatusUpdate
from workflow.queries.circulars import circulation
from workflow.services import announcements, circulars, nudges
from workflow.services.circulars import Circular

logger = logging.getLogger("sachstand.bulk")

AT_ONCE = 50
"""So many runs are done while the person waits; the job does the others."""


def begin(
    kind: BulkKind,
    *,
    token: uuid.UUID,
    revisions: Mapping[int, int],
    given: Mapping[str, Any],
    by: Person,
    now: datetime.datetime,
) -> BulkAction:
    """Keep an action on the runs of ``revisions`` (key → version that the summary showed); nothing is done yet.

    A second call with the same token returns the first action.
    """
    access.require_coordinator(by)
    if not revisions:
        raise DomainError(_("There is nothing to do: please choose other runs."))
    try:
        with transaction.atomic():
            cycle_id = StatusUpdate.objects.values_list("cycle", flat=True).get(pk=next(iter(revisions)))
            action = BulkAction.objects.create(
                token=token, kind=kind, cycle_id=cycle_id, done_by=by, done_at=now, data=dict(given)
            )
            items = (BulkItem(action=action, update_id=pk, revision=number) for pk, number in revisions.items())
            BulkItem.objects.bulk_create(items, batch_size=500)
            return action
    except IntegrityError:
        known = BulkAction.objects.filter(token=token, done_by=by).first()
        if known is None:
            raise
        return known


def go_on(action: BulkAction, *, now: datetime.datetime, today: datetime.date, limit: int | None = None) -> int:
    """Do what is still to be done, at most ``limit`` runs; return how many are left for later.

    Mails are written all together, because whoever has several runs gets one.
    """
    if action.kind in _NOBODY:
        _mail(action, now=now, today=today)
        return 0
    pending = list(action.items.filter(outcome=BulkOutcome.PENDING).order_by("pk").values_list("pk", flat=True))
    now_done = pending if limit is None else pending[:limit]
    for pk in now_done:
        _do(action, pk, now=now, today=today)
    left = len(pending) - len(now_done)
    if not left and action.kind == BulkKind.APPROVE:
        announcements.tell(_batch(action), now=now)
    return left


def carry_out(action: BulkAction, *, now: datetime.datetime, today: datetime.date) -> None:
    """Do the first runs of an action at once; the job does the rest."""
    if go_on(action, now=now, today=today, limit=AT_ONCE):
        _hint()


def write(
    one: Circular,
    *,
    token: uuid.UUID,
    update_ids: Sequence[int],
    seen: str,
    query: str,
    by: Person,
    now: datetime.datetime,
    today: datetime.date,
) -> BulkAction:
    """Send a mail about these runs and return its action; the same preview (``token``) confirmed twice is sent once.

    ``seen`` is the fingerprint of those whom the preview named: nobody gets a mail whom it did not show. Raises
    ``ConflictError`` if somebody else would get it by now. ``query`` is the selection of the board.
    """
    access.require_coordinator(by)
    known = BulkAction.objects.filter(token=token, done_by=by).first()
    if known is not None:
        return known
    found = circulation(update_ids, one.audiences, today)
    if found.fingerprint != seen:
        raise ConflictError(_("Who gets the mail has changed meanwhile. Please look at the list once more."))
    given = {"subject": one.subject, "text": one.text, "audiences": list(one.audiences), "query": query}
    action = begin(BulkKind.WRITE, token=token, revisions=dict.fromkeys(found.titles, 0), given=given, by=by, now=now)
    carry_out(action, now=now, today=today)
    return action


def undo(action: BulkAction, *, by: Person, now: datetime.datetime) -> None:
    """Take an action back: the first runs at once, the job does the rest. What has changed since stays as it is.

    Raises ``ConflictError`` if somebody has taken it back already.
    """
    access.require_coordinator(by)
    if action.kind not in _UNDO:
        raise DomainError(_("This cannot be undone."))
    if not BulkAction.objects.filter(pk=action.pk, undone_at__isnull=True).update(undone_by=by, undone_at=now):
        raise ConflictError(_("Somebody has undone this already."))
    action.undone_by, action.undone_at = by, now
    # What has not been done yet is not done any more.
    action.items.filter(outcome=BulkOutcome.PENDING).update(outcome=BulkOutcome.UNDONE)
    if go_back(action, now=now, limit=AT_ONCE):
        _hint()


def go_back(action: BulkAction, *, now: datetime.datetime, limit: int | None = None) -> int:
    """Take back what is not taken back yet, at most ``limit`` runs; return how many are left for later.

    What has changed since stays as it is, and says why.
    """
    done = list(action.items.filter(outcome=BulkOutcome.DONE).order_by("pk").values_list("pk", flat=True))
    now_undone = done if limit is None else done[:limit]
    for pk in now_undone:
        _undo_one(action, pk, now=now)
    return len(done) - len(now_undone)


def finish(*, now: datetime.datetime, today: datetime.date) -> int:
    """Complete every action that was begun or is being taken back; return how many there were. Safe to repeat."""
    interrupted = BulkAction.objects.filter(
        Q(items__outcome=BulkOutcome.PENDING) | Q(items__outcome=BulkOutcome.DONE, undone_at__isnull=False)
    )
    found = list(interrupted.select_related("done_by", "undone_by").order_by("pk").distinct())
    for action in found:
        if action.undone_at is None:
            go_on(action, now=now, today=today)
        else:
            go_back(action, now=now)
    return len(found)


def _hint() -> None:
    from workflow import tasks  # noqa: PLC0415 - the task calls this service, which is above

    try:
        tasks.finish_bulk_actions.apply_async(retry=False)
    except (OperationalError, OSError):
        logger.warning("The queue does not answer; the sweep will go on with actions on many runs.")


# --- One run --------------------------------------------------------------------------------------------------------


def _do(action: BulkAction, item_id: int, *, now: datetime.datetime, today: datetime.date) -> None:
    """Do one run, unless somebody else has meanwhile; what is not possible says why and changes nothing."""
    with transaction.atomic():
        item = _claimed(item_id, BulkOutcome.PENDING)
        if item is None:
            return
        try:
            item.reference = _DO[BulkKind(action.kind)](action, item, now, today)
            item.outcome = BulkOutcome.DONE
        except DomainError as refused:
            item.outcome, item.note = BulkOutcome.FAILED, str(refused)
        item.save(update_fields=["outcome", "note", "reference"])


def _undo_one(action: BulkAction, item_id: int, *, now: datetime.datetime) -> None:
    with transaction.atomic():
        item = _claimed(item_id, BulkOutcome.DONE)
        if item is None or item.reference is None or action.undone_by is None:
            return
        try:
            _UNDO[BulkKind(action.kind)](item.reference, by=action.undone_by, now=now)
            item.outcome = BulkOutcome.UNDONE
        except DomainError as refused:
            item.outcome, item.note = BulkOutcome.KEPT, str(refused)
        item.save(update_fields=["outcome", "note"])


def _claimed(item_id: int, outcome: BulkOutcome) -> BulkItem | None:
    return BulkItem.objects.select_for_update().filter(pk=item_id, outcome=outcome).first()


def _extend(action: BulkAction, item: BulkItem, now: datetime.datetime, today: datetime.date) -> int:
    due_on = datetime.date.fromisoformat(action.data["due_on"])
    reason = action.data["reason"]
    return runs.extend(item.update_id, by=action.done_by, due_on=due_on, reason=reason, now=now, today=today).pk


def _reassign(action: BulkAction, item: BulkItem, now: datetime.datetime, _today: datetime.date) -> int:
    office, reason = action.data["office"], action.data["reason"]
    return runs.propose_reassignment(item.update_id, by=action.done_by, to_office_id=office, reason=reason, now=now).pk


def _approve(action: BulkAction, item: BulkItem, now: datetime.datetime, _today: datetime.date) -> int:
    return runs.approve(
        item.update_id, revision_number=item.revision, by=action.done_by, now=now, batch=_batch(action)
    ).pk


def _batch(action: BulkAction) -> str:
    return f"bulk:{action.pk}"


_DO: dict[BulkKind, Callable[[BulkAction, BulkItem, datetime.datetime, datetime.date], int]] = {
    BulkKind.EXTEND: _extend,
    BulkKind.REASSIGN: _reassign,
    BulkKind.APPROVE: _approve,
}

_UNDO: dict[BulkKind, Callable[..., object]] = {
    BulkKind.EXTEND: runs.undo_extension,
    BulkKind.REASSIGN: runs.withdraw_reassignment,
}


# --- Mails ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def _mail(action: BulkAction, *, now: datetime.datetime, today: datetime.date) -> None:
    """Write all mails of an action; a constant number of statements per 500 runs."""
    items = list(
        BulkItem.objects.select_for_update().filter(action=action, outcome=BulkOutcome.PENDING).order_by("update_id")
    )
    updates = _locked([item.update_id for item in items])
    if not updates:
        return
    if action.kind == BulkKind.WRITE:
        heard = circulars.write_many(
            updates, _circular(action), key=f"circular:{action.pk}", by=action.done_by, now=now, today=today
        )
    else:
        heard = nudges.nudge_many(updates, by=action.done_by, now=now, today=today)
    # Few sizes of audience, so few statements; one with a branch for each run would take longer than all the mails.
    by_number: dict[int, list[int]] = defaultdict(list)
    for item in items:
        by_number[heard.get(item.update_id, 0)].append(item.pk)
    nobody = {"outcome": BulkOutcome.FAILED, "note": str(_NOBODY[BulkKind(action.kind)])}
    for number, pks in by_number.items():
        said: dict[str, str] = {"outcome": BulkOutcome.DONE} if number else nobody
        for start in range(0, len(pks), nudges.SLICE):
            BulkItem.objects.filter(pk__in=pks[start : start + nudges.SLICE]).update(reference=number, **said)


def _circular(action: BulkAction) -> Circular:
    return Circular(action.data["subject"], action.data["text"], tuple(action.data["audiences"]))


_NOBODY: dict[BulkKind, Promise] = {
    BulkKind.REMIND: gettext_lazy("Nobody was to be reminded any more."),
    BulkKind.WRITE: gettext_lazy("Nobody could be written to about this."),
}
"""The actions that write mails, with what they say of a run of which nobody hears."""


def _locked(update_ids: list[int]) -> list[StatusUpdate]:
    found: list[StatusUpdate] = []
    for start in range(0, len(update_ids), nudges.SLICE):
        rows = StatusUpdate.objects.select_for_update().filter(pk__in=update_ids[start : start + nudges.SLICE])
        found += rows.order_by("pk")
    return found
