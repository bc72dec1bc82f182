"""Changes of a status update by the office that leads it: handing in, and taking back.

The services keep the rules of the texts; whether it is somebody's turn is decided by ``workflow.runs``, which calls
them with the engine's lock held.
"""

import datetime
from dataclasses import asdict
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from offices.errors import DomainError
from offices.models import Person
from workflow.content import MAX_MEASURES, MAX_TEXT, EntryContent
from workflow.models import (
    NEEDS_REASON,
    EntryKind,
    EventKind,
    ImplementationStatus,
    Measure,
    Outlook,
    Revision,
    StatusUpdate,
    UpdateState,
)
from workflow.queries import entries
from workflow.services import authors, handed_in, history, requests, signing
from workflow.services.moves import move


def check_content(content: EntryContent) -> None:
    """Raise ``DomainError`` unless the entry may be handed in."""
    if content.implementation_status not in ImplementationStatus.values:
        raise DomainError(_("Please say how far you are."))
    if content.implementation_status in NEEDS_REASON and not content.status_reason.strip():
        raise DomainError(_("Please say briefly why."))
    if content.outlook and content.outlook not in Outlook.values:
        raise DomainError(_("Please choose one of the three outlooks."))
    if not content.done.strip():
        raise DomainError(_("Please write what was done. If nothing was done, file a nil return."))
    if any(isinstance(text, str) and len(text) > MAX_TEXT for text in content.texts().values()):
        raise DomainError(_("A text is too long: at most 20,000 characters."))
    if len(content.measures) > MAX_MEASURES:
        raise DomainError(_("Too many measures: at most 50."))
    if any(not measure.title.strip() for measure in content.measures):
        raise DomainError(_("Each measure needs a name."))


def submit_report(
    update: StatusUpdate,
    *,
    by: Person,
    content: EntryContent,
    now: datetime.datetime,
    on_behalf_of: Person | None = None,
) -> Revision:
    """Hand in a report and return the new revision; raises ``DomainError`` if a rule is broken.

    Keeps for each paragraph who wrote it (``Passage``).
    """
    check_content(content)
    revision = _new_revision(update, EntryKind.REPORT, by=by, now=now, on_behalf_of=on_behalf_of, **content.texts())
    Measure.objects.bulk_create(
        Measure(revision=revision, position=position, **asdict(measure))
        for position, measure in enumerate(content.measures)
    )
    authors.keep(update, revision, content)
    return _hand_over(update, revision, by=by, now=now, on_behalf_of=on_behalf_of)


def submit_unchanged(
    update: StatusUpdate, *, by: Person, now: datetime.datetime, on_behalf_of: Person | None = None
) -> Revision:
    """Attest that the entry before still holds; raises ``DomainError`` if there is none, or if it was withdrawn."""
    _require_not_published(update)
    before = entries.entry_before(update)
    if before is None:
        raise DomainError(_("There is no earlier entry that you could confirm. Please write a short report."))
    if before.update.withdrawn_at is not None:
        raise DomainError(
            _("The earlier entry is not public any more, so it cannot be confirmed. Please write a report.")
        )
    revision = _new_revision(
        update,
        EntryKind.UNCHANGED,
        by=by,
        now=now,
        on_behalf_of=on_behalf_of,
        implementation_status=before.implementation_status,
        status_reason=before.status_reason,
        confirms=before,
    )
    return _hand_over(update, revision, by=by, now=now, on_behalf_of=on_behalf_of)


def submit_nil_return(
    update: StatusUpdate, *, by: Person, reason: str, now: datetime.datetime, on_behalf_of: Person | None = None
) -> Revision:
    """File a nil return; the status stays that of the entry before, or unknown without one."""
    _require_not_published(update)
    if not reason.strip():
        raise DomainError(_("Please say briefly why there is nothing to report."))
    if len(reason) > MAX_TEXT:
        raise DomainError(_("A text is too long: at most 20,000 characters."))
    before = entries.entry_before(update)
    revision = _new_revision(
        update,
        EntryKind.NIL_RETURN,
        by=by,
        now=now,
        on_behalf_of=on_behalf_of,
        implementation_status=before.implementation_status if before else ImplementationStatus.UNKNOWN,
        status_reason=before.status_reason if before else "",
        nil_reason=reason.strip(),
    )
    return _hand_over(update, revision, by=by, now=now, on_behalf_of=on_behalf_of)


def withdraw(
    update: StatusUpdate, *, by: Person, reason: str, now: datetime.datetime, on_behalf_of: Person | None = None
) -> None:
    """Take a handed-in entry back to the lead office's desk, before anybody has decided on it."""
    revision = update.submitted
    if revision is None:
        raise DomainError(_("Nothing has been handed in yet."))
    signing.void(update)
    before = update.state
    move(update, UpdateState.DRAFTING, now, note=reason.strip())
    data = {"revision": revision.number, "from": before}
    if reason.strip():
        data["reason"] = reason.strip()
    history.record(update, EventKind.WITHDRAWN, by=by, on_behalf_of=on_behalf_of, now=now, data=data)


def _require_not_published(update: StatusUpdate) -> None:
    if update.approved_id is not None:
        raise DomainError(_("This entry is published already: a new text corrects it, nothing shorter."))


def _new_revision(
    update: StatusUpdate,
    kind: EntryKind,
    *,
    by: Person,
    now: datetime.datetime,
    on_behalf_of: Person | None,
    **content: Any,
) -> Revision:
    number = update.revisions.count() + 1
    return Revision.objects.create(
        update=update,
        number=number,
        kind=kind,
        office_label=update.lead_office_label,
        submitted_by=by,
        on_behalf_of=on_behalf_of,
        submitted_at=now,
        asks_for_sign_off=update.cycle.sign_off,
        public_note=update.correction_note,
        **content,
    )


def _hand_over(
    update: StatusUpdate, revision: Revision, *, by: Person, now: datetime.datetime, on_behalf_of: Person | None
) -> Revision:
    before = update.state
    requests.lapse(update, None, now=now)
    update.submitted = revision
    state = signing.ask(update, revision, now=now, today=timezone.localdate(now))
    move(update, state, now, "submitted")
    history.record(
        update,
        EventKind.SUBMITTED,
        by=by,
        on_behalf_of=on_behalf_of,
        now=now,
        data={
            "revision": revision.number,
            "kind": revision.kind,
            "from": before,
            **handed_in.facts_of(revision),
        },
    )
    return revision
