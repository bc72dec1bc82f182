"""What the Arbeitsgruppe says: votes, the decision to approve, or to return with comments.

Who may say it is decided by ``workflow.access`` and the doors in ``workflow.runs``.
"""

import datetime
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from offices.access import desk_of
from offices.errors import ConflictError, DomainError
from offices.models import Person
from workflow import access
from workflow.content import COMMENTABLE_FIELDS, CommentContent
from workflow.models import (
    CommentAnswer,
    Decision,
    EventKind,
    Review,
    ReviewComment,
    ReviewPolicy,
    ReviewVote,
    Revision,
    Sitting,
    StatusUpdate,
    UpdateState,
)
from workflow.queries import voters
from workflow.services import announcements, history, mention_notices, notices, withdrawal
from workflow.services.moves import move


def approve(
    update: StatusUpdate,
    *,
    by: Person,
    now: datetime.datetime,
    on_behalf_of: Person | None = None,
    sitting: Sitting | None = None,
    batch: str = "",
) -> Review:
    """Approve the submitted revision: from now on, or from the cycle's publication date, it is public.

    A correction ends that its entry was taken off the pages. The offices hear of it at once, or together with all of
    ``batch`` (``announcements.tell``).
    """
    revision = _submitted(update)
    _require_quorum(update, revision, sitting)
    review = _review(revision, Decision.APPROVED, by=by, now=now, on_behalf_of=on_behalf_of, sitting=sitting)
    data: dict[str, object] = {"revision": revision.number}
    if update.correction_note:
        data["correction"] = True
    was_withdrawn = withdrawal.end(update)
    if was_withdrawn:
        data["shown_again"] = True
    update.approved = revision
    update.approved_at = now
    update.correction_note = ""
    fields = ("approved", "approved_at", "correction_note", "withdrawn_at", "withdrawal_note")
    move(update, UpdateState.APPROVED, now, *fields)
    history.record(update, EventKind.APPROVED, by=by, on_behalf_of=on_behalf_of, now=now, data=_where(data, sitting))
    announcements.approved(update, revision, batch=batch, now=now)
    return review


def return_for_revision(
    update: StatusUpdate,
    *,
    by: Person,
    comments: Sequence[CommentContent],
    now: datetime.datetime,
    today: datetime.date,
    on_behalf_of: Person | None = None,
    sitting: Sitting | None = None,
) -> Review:
    """Return the submitted revision with at least one comment; the rework is due after the cycle's span.

    Comments that came with votes count. The office hears of it by mail.
    """
    revision = _submitted(update)
    said = _checked(comments)
    there = ReviewComment.objects.filter(revision=revision).count()
    if not said and not there:
        raise DomainError(_("Please write at least one comment, so that the office knows what to change."))
    _require_quorum(update, revision, sitting)
    review = _review(revision, Decision.RETURNED, by=by, now=now, on_behalf_of=on_behalf_of, sitting=sitting)
    _write(update, revision, said, by=by, now=now, is_return=True)
    rework_until = today + datetime.timedelta(days=update.cycle.rework_days)
    # Whoever was given more time than the cycle gives keeps it.
    granted = update.due_on if update.due_on > update.cycle.due_on else rework_until
    update.due_on = max(granted, rework_until)
    move(update, UpdateState.RETURNED, now, "due_on")
    data = {"revision": revision.number, "comments": len(said) + there, "due_on": update.due_on.isoformat()}
    history.record(update, EventKind.RETURNED, by=by, on_behalf_of=on_behalf_of, now=now, data=_where(data, sitting))
    notices.entry_returned(update, revision, now=now, today=today)
    return review


def vote(
    update: StatusUpdate,
    decision: Decision,
    *,
    by: Person,
    comments: Sequence[CommentContent],
    now: datetime.datetime,
    on_behalf_of: Person | None = None,
) -> ReviewVote:
    """Keep what a member recommends, where the chair decides; one vote per seat and version.

    A member and the deputy who stands in for them share a seat.
    """
    revision = _submitted(update)
    said = _checked(comments)
    if decision == Decision.RETURNED and not said:
        raise DomainError(_("Please write at least one comment, so that the office knows what to change."))
    if ReviewVote.objects.filter(access.votes_of_seat(desk_of(by)), revision=revision).exists():
        raise ConflictError(_("You have voted on this version already."))
    made = ReviewVote.objects.create(
        revision=revision, person=by, on_behalf_of=on_behalf_of, decision=decision, voted_at=now
    )
    _write(update, revision, said, by=by, now=now)
    history.record(
        update,
        EventKind.VOTED,
        by=by,
        on_behalf_of=on_behalf_of,
        now=now,
        data={"revision": revision.number, "vote": decision, "comments": len(said)},
    )
    return made


def answer_comment(
    comment: ReviewComment,
    *,
    by: Person,
    text: str,
    resolved: bool,
    now: datetime.datetime,
    on_behalf_of: Person | None = None,
) -> CommentAnswer:
    """Answer a comment, and say whether it is done with; a comment that was done with is reopened without words."""
    newest = CommentAnswer.objects.filter(comment=comment).order_by("-pk").first()
    was_done = newest is not None and newest.resolved
    if was_done and resolved and not text.strip():
        raise ConflictError(_("This comment is marked as done already."))
    if not text.strip() and not resolved and not was_done:
        raise DomainError(_("Please write an answer, or mark the comment as done."))
    made = CommentAnswer.objects.create(
        comment=comment, text=text.strip(), resolved=resolved, written_by=by, written_at=now
    )
    history.record(
        comment.revision.update,
        EventKind.COMMENT_ANSWERED,
        by=by,
        on_behalf_of=on_behalf_of,
        now=now,
        data={"comment": comment.pk, "resolved": resolved},
    )
    mention_notices.answered(comment.revision.update, made, by=by, now=now)
    return made


def _checked(comments: Sequence[CommentContent]) -> list[CommentContent]:
    said = [comment for comment in comments if comment.text.strip()]
    if any(comment.field and comment.field not in COMMENTABLE_FIELDS for comment in said):
        raise DomainError(_("A comment points to a passage that does not exist."))
    return said


def _write(
    update: StatusUpdate,
    revision: Revision,
    said: Sequence[CommentContent],
    *,
    by: Person,
    now: datetime.datetime,
    is_return: bool = False,
) -> None:
    written = ReviewComment.objects.bulk_create(
        ReviewComment(
            revision=revision,
            field=comment.field,
            quote=comment.quote,
            start=comment.start if comment.quote else None,
            text=comment.text.strip(),
            written_by=by,
            written_at=now,
        )
        for comment in said
    )
    mention_notices.commented(update, written, by=by, now=now, is_return=is_return)


def _review(
    revision: Revision,
    decision: Decision,
    *,
    by: Person,
    now: datetime.datetime,
    on_behalf_of: Person | None,
    sitting: Sitting | None,
) -> Review:
    return Review.objects.create(
        revision=revision,
        decision=decision,
        decided_by=by,
        on_behalf_of=on_behalf_of,
        sitting=sitting,
        decided_at=now,
    )


def _require_quorum(update: StatusUpdate, revision: Revision, sitting: Sitting | None) -> None:
    if update.cycle.review_policy != ReviewPolicy.QUORUM:
        return
    missing = update.cycle.quorum - len(voters.voters_on(update, revision, sitting))
    if missing > 0:
        raise DomainError(
            ngettext(
                "%(number)d more member of the Arbeitsgruppe has to vote before the chair decides.",
                "%(number)d more members of the Arbeitsgruppe have to vote before the chair decides.",
                missing,
            )
            % {"number": missing}
        )


def _where(data: dict[str, object], sitting: Sitting | None) -> dict[str, object]:
    return {**data, "sitting": sitting.pk} if sitting else data


def _submitted(update: StatusUpdate) -> Revision:
    if update.submitted is None:
        raise DomainError(_("There is nothing to decide yet."))
    return update.submitted
