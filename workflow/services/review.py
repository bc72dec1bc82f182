"""The Arbeitsgruppe's decisions: approve, or return with comments."""

import datetime
from collections.abc import Sequence

from django.utils.translation import gettext as _

from offices.errors import DomainError
from offices.models import Person
from workflow.content import COMMENTABLE_FIELDS, CommentContent
from workflow.models import (
    Decision,
    EventKind,
    Review,
    ReviewComment,
    Revision,
    StatusUpdate,
    UpdateState,
)
from workflow.services import history, notices


def approve(update: StatusUpdate, *, by: Person, now: datetime.datetime) -> Review:
    """Approve the submitted revision: from now on, or from the cycle's publication date, it is public."""
    revision = _submitted(update)
    review = Review.objects.create(revision=revision, decision=Decision.APPROVED, decided_by=by, decided_at=now)
    update.approved = revision
    update.approved_at = now
    _move(update, UpdateState.APPROVED, now, "approved", "approved_at")
    history.record(update, EventKind.APPROVED, by=by, now=now, data={"revision": revision.number})
    return review


def return_for_revision(
    update: StatusUpdate,
    *,
    by: Person,
    comments: Sequence[CommentContent],
    now: datetime.datetime,
    today: datetime.date,
) -> Review:
    """Return the submitted revision with at least one comment; the rework is due after the cycle's span.

    The office hears of it by mail.
    """
    said = [comment for comment in comments if comment.text.strip()]
    if not said:
        raise DomainError(_("Please write at least one comment, so that the office knows what to change."))
    if any(comment.field and comment.field not in COMMENTABLE_FIELDS for comment in said):
        raise DomainError(_("A comment points to a passage that does not exist."))
    revision = _submitted(update)
    review = Review.objects.create(revision=revision, decision=Decision.RETURNED, decided_by=by, decided_at=now)
    ReviewComment.objects.bulk_create(
        ReviewComment(revision=revision, field=comment.field, text=comment.text.strip(), written_by=by, written_at=now)
        for comment in said
    )
    update.due_on = today + datetime.timedelta(days=update.cycle.rework_days)
    _move(update, UpdateState.RETURNED, now, "due_on")
    history.record(
        update,
        EventKind.RETURNED,
        by=by,
        now=now,
        data={"revision": revision.number, "comments": len(said), "due_on": update.due_on.isoformat()},
    )
    notices.entry_returned(update, revision, now=now, today=today)
    return review


def _submitted(update: StatusUpdate) -> Revision:
    if update.submitted is None:
        raise DomainError(_("There is nothing to decide yet."))
    return update.submitted


def _move(update: StatusUpdate, state: UpdateState, now: datetime.datetime, *fields: str) -> None:
    update.state = state
    update.state_since = now
    update.save(update_fields=["state", "state_since", *fields])
