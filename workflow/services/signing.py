"""Signatures before the review: contributing offices co-sign, the head of the lead office signs off.

Whose turn it is, is decided by the doors in ``workflow.runs``, which call these with the engine's lock held.
"""

import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from offices.errors import ConflictError, DomainError
from offices.models import Office, Person
from workflow.models import (
    CoSignature,
    CoSignatureState,
    EntryKind,
    EventKind,
    Participation,
    Revision,
    SignOff,
    SignOffDecision,
    StatusUpdate,
    UpdateState,
    WorkItem,
    WorkStep,
)
from workflow.services import history, sign_notices
from workflow.services.moves import MAX_REASON, move, required


def waits_for_co_signatures(update: StatusUpdate) -> bool:
    """Return whether an office is still asked to co-sign the version that was handed in last."""
    return (
        update.state == UpdateState.SIGNING
        and CoSignature.objects.filter(revision=update.submitted_id, state=CoSignatureState.ASKED).exists()
    )


def waits_for_the_signature(update: StatusUpdate) -> bool:
    """Return whether the version that was handed in last waits for the head of the lead office."""
    return (
        update.state == UpdateState.SIGNING
        and update.submitted is not None
        and update.submitted.asks_for_sign_off
        and not SignOff.objects.filter(revision=update.submitted_id).exists()
    )


def ask(update: StatusUpdate, revision: Revision, *, now: datetime.datetime, today: datetime.date) -> UpdateState:
    """Ask for the signatures that the cycle wants on ``revision``; return the state that the run enters with it.

    Whoever is asked hears of it by mail; the head only once the offices have co-signed.

    Contributing offices co-sign reports; what has no text of theirs in it (unchanged, nil return) they do not.
    """
    asked = 0
    if update.cycle.co_sign and revision.kind == EntryKind.REPORT:
        due_on = today + datetime.timedelta(days=update.cycle.co_sign_days)
        rows = [
            CoSignature(
                revision=revision,
                office=one.office,
                office_label=one.office_label,
                due_on=due_on,
                silence_is_consent=update.cycle.silence_is_consent,
            )
            for one in Participation.objects.filter(update=update).select_related("office").order_by("pk")
            # Nobody is left to sign in an office that has ended.
            if one.office_id != update.lead_office_id and one.office.is_valid_on(today)
        ]
        asked = len(CoSignature.objects.bulk_create(rows))
        sign_notices.co_signatures_asked(update, rows, now=now, today=today)
    if revision.asks_for_sign_off and not asked:
        sign_notices.signature_asked(update, revision, now=now, today=today)
    return UpdateState.SIGNING if asked or revision.asks_for_sign_off else UpdateState.IN_REVIEW


def co_sign(
    update: StatusUpdate, office: Office, *, by: Person, now: datetime.datetime, on_behalf_of: Person | None = None
) -> CoSignature:
    """Co-sign for ``office``."""
    one = _answer(update, office, CoSignatureState.SIGNED, by=by, now=now, on_behalf_of=on_behalf_of)
    _record(update, EventKind.CO_SIGNED, one, by=by, now=now, on_behalf_of=on_behalf_of)
    return one


def object_to(
    update: StatusUpdate,
    office: Office,
    *,
    reason: str,
    by: Person,
    now: datetime.datetime,
    today: datetime.date,
    on_behalf_of: Person | None = None,
) -> CoSignature:
    """Object for ``office``: the entry goes back to the lead office, the other co-signatures are void."""
    said = required(reason, _("Please say what should change."))
    one = _answer(update, office, CoSignatureState.OBJECTED, comment=said, by=by, now=now, on_behalf_of=on_behalf_of)
    void(update)
    return_to_lead(update, note=f"{one.office_label}: {said}", now=now, today=today)
    _record(update, EventKind.CO_SIGN_OBJECTED, one, by=by, now=now, on_behalf_of=on_behalf_of)
    sign_notices.objected(update, one, now=now, today=today)
    return one


def waive(
    update: StatusUpdate,
    office: Office,
    *,
    reason: str,
    by: Person,
    now: datetime.datetime,
    on_behalf_of: Person | None = None,
) -> CoSignature:
    """Go on without the co-signature of ``office``, for a reason."""
    said = required(reason, _("Please say why you go on without this co-signature."))
    one = _answer(update, office, CoSignatureState.WAIVED, comment=said, by=by, now=now, on_behalf_of=on_behalf_of)
    _record(update, EventKind.CO_SIGN_WAIVED, one, by=by, now=now, on_behalf_of=on_behalf_of)
    return one


def lapse(update: StatusUpdate, *, now: datetime.datetime, today: datetime.date) -> int:
    """Count the silence of every office whose deadline has passed as consent; return how many were silent."""
    silent = list(
        CoSignature.objects.filter(
            revision=update.submitted_id, state=CoSignatureState.ASKED, silence_is_consent=True, due_on__lt=today
        )
    )
    for one in silent:
        CoSignature.objects.filter(pk=one.pk).update(state=CoSignatureState.SILENT, answered_at=now)
        WorkItem.objects.filter(update=update, step=WorkStep.CO_SIGN, office=one.office_id).update(is_open=False)
    if silent:
        offices = [one.office_id for one in silent]
        history.record(update, EventKind.CO_SIGN_LAPSED, by=None, now=now, data={"offices": offices})
    return len(silent)


def void(update: StatusUpdate) -> None:
    """End the questions for co-signatures that nobody has to answer any more."""
    CoSignature.objects.filter(revision=update.submitted_id, state=CoSignatureState.ASKED).update(
        state=CoSignatureState.VOID
    )


def settle(update: StatusUpdate, *, now: datetime.datetime) -> bool:
    """Let the run go on to the review if no signature is missing any more; return whether all co-signatures are in."""
    if waits_for_co_signatures(update):
        return False
    if update.state != UpdateState.SIGNING or update.submitted is None:
        return True
    if waits_for_the_signature(update):
        sign_notices.signature_asked(update, update.submitted, now=now, today=timezone.localdate(now))
    else:
        move(update, UpdateState.IN_REVIEW, now)
    return True


def sign(update: StatusUpdate, *, by: Person, now: datetime.datetime, on_behalf_of: Person | None = None) -> SignOff:
    """Sign the entry as the head of the lead office: it goes on to the review."""
    made = _sign_off(update, SignOffDecision.SIGNED, "", by=by, now=now, on_behalf_of=on_behalf_of)
    move(update, UpdateState.IN_REVIEW, now)
    _record_sign_off(update, EventKind.SIGNED, made)
    return made


def return_unsigned(
    update: StatusUpdate,
    *,
    reason: str,
    by: Person,
    now: datetime.datetime,
    today: datetime.date,
    on_behalf_of: Person | None = None,
) -> SignOff:
    """Return the entry to the clerks of the lead office instead of signing it."""
    said = required(reason, _("Please say what should change."))
    made = _sign_off(update, SignOffDecision.RETURNED, said, by=by, now=now, on_behalf_of=on_behalf_of)
    return_to_lead(update, note=said, now=now, today=today)
    _record_sign_off(update, EventKind.SIGN_RETURNED, made)
    sign_notices.returned_unsigned(update, made, now=now, today=today)
    return made


def waive_sign_off(update: StatusUpdate, *, reason: str, by: Person, now: datetime.datetime) -> SignOff:
    """Go on to the review without the signature, for a reason."""
    said = required(reason, _("Please say why you go on without the signature."))
    made = _sign_off(update, SignOffDecision.WAIVED, said, by=by, now=now)
    move(update, UpdateState.IN_REVIEW, now)
    _record_sign_off(update, EventKind.SIGN_WAIVED, made)
    return made


def return_to_lead(update: StatusUpdate, *, note: str, now: datetime.datetime, today: datetime.date) -> None:
    """Move the run back to the lead office; nobody is given less time than the cycle's span for rework or its date."""
    update.due_on = max(update.due_on, today + datetime.timedelta(days=update.cycle.rework_days))
    move(update, UpdateState.RETURNED, now, "due_on", note=note)


def _answer(
    update: StatusUpdate,
    office: Office,
    state: CoSignatureState,
    *,
    by: Person,
    now: datetime.datetime,
    comment: str = "",
    on_behalf_of: Person | None = None,
) -> CoSignature:
    changed = CoSignature.objects.filter(
        revision=update.submitted_id, office=office, state=CoSignatureState.ASKED
    ).update(state=state, comment=comment, answered_by=by, on_behalf_of=on_behalf_of, answered_at=now)
    if not changed:
        raise ConflictError(_("This co-signature has been answered already. Please load the page again."))
    WorkItem.objects.filter(update=update, step=WorkStep.CO_SIGN, office=office).update(is_open=False)
    return CoSignature.objects.get(revision=update.submitted_id, office=office)


def _record(
    update: StatusUpdate,
    kind: EventKind,
    one: CoSignature,
    *,
    by: Person,
    now: datetime.datetime,
    on_behalf_of: Person | None = None,
) -> None:
    data: dict[str, object] = {"revision": one.revision.number, "office": one.office_id}
    if one.comment:
        data["reason"] = one.comment[:MAX_REASON]
    history.record(update, kind, by=by, now=now, on_behalf_of=on_behalf_of, data=data)


def _sign_off(
    update: StatusUpdate,
    decision: SignOffDecision,
    comment: str,
    *,
    by: Person,
    now: datetime.datetime,
    on_behalf_of: Person | None = None,
) -> SignOff:
    if update.submitted is None:
        raise DomainError(_("There is nothing to sign yet."))
    return SignOff.objects.create(
        revision=update.submitted,
        decision=decision,
        comment=comment,
        decided_by=by,
        on_behalf_of=on_behalf_of,
        decided_at=now,
    )


def _record_sign_off(update: StatusUpdate, kind: EventKind, made: SignOff) -> None:
    data: dict[str, object] = {"revision": made.revision.number}
    if made.comment:
        data["reason"] = made.comment[:MAX_REASON]
    history.record(update, kind, by=made.decided_by, on_behalf_of=made.on_behalf_of, now=made.decided_at, data=data)
