"""The Arbeitsgruppe's doors: vote, approve, return, and answers to its comments."""

import datetime
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext as _

from offices.access import desk_of
from offices.errors import ConflictError
from offices.models import Person, Role
from workflow import access
from workflow.content import CommentContent
from workflow.models import (
    CommentAnswer,
    Decision,
    Review,
    ReviewComment,
    ReviewPolicy,
    ReviewVote,
    Sitting,
    StatusUpdate,
    WorkStep,
)
from workflow.runs.turns import Turn, locked, require_newest, turn
from workflow.services import review as service


@contextmanager
def _deciding(
    update_id: int, revision_number: int, by: Person, sitting: Sitting | None
) -> Iterator[tuple[Turn, Person | None]]:
    access.require_may_decide(by, StatusUpdate.objects.select_related("cycle").get(pk=update_id))
    with turn(update_id, [WorkStep.REVIEW]) as mine:
        access.require_may_decide(by, mine.update)
        require_newest(mine.update, revision_number)
        if sitting is not None:
            _require_open(sitting, by, mine.update)
        as_chair = sitting is not None or mine.update.cycle.review_policy == ReviewPolicy.QUORUM
        yield mine, _behalf(by, as_chair=as_chair)
        mine.done(by)


def _require_open(sitting: Sitting, by: Person, update: StatusUpdate) -> None:
    """Lock the sitting: it is not closed, and its minutes are not written, while somebody decides in it."""
    access.require_chair(by)
    here = Sitting.objects.select_for_update().defer("minutes").get(pk=sitting.pk)
    if not here.is_open:
        raise ConflictError(_("This sitting is closed already."))
    if here.cycle_id != update.cycle_id:
        raise ConflictError(_("This sitting is about another cycle."))


def _behalf(by: Person, *, as_chair: bool = False) -> Person | None:
    return desk_of(by).on_behalf_as(Role.CHAIR if as_chair else Role.REVIEWER)


def approve(
    update_id: int,
    *,
    revision_number: int,
    by: Person,
    now: datetime.datetime,
    sitting: Sitting | None = None,
    batch: str = "",
) -> Review:
    """Approve the revision that the reviewer has read; in a sitting, the chair does it.

    Of a ``batch`` people are told together, by who approves the last of it (``services.announcements``).
    """
    with _deciding(update_id, revision_number, by, sitting) as (mine, on_behalf_of):
        return service.approve(mine.update, by=by, now=now, on_behalf_of=on_behalf_of, sitting=sitting, batch=batch)


def return_for_revision(
    update_id: int,
    *,
    revision_number: int,
    by: Person,
    comments: Sequence[CommentContent],
    now: datetime.datetime,
    today: datetime.date,
    sitting: Sitting | None = None,
) -> Review:
    """Return the revision that the reviewer has read, with at least one comment."""
    with _deciding(update_id, revision_number, by, sitting) as (mine, on_behalf_of):
        return service.return_for_revision(
            mine.update, by=by, comments=comments, now=now, today=today, on_behalf_of=on_behalf_of, sitting=sitting
        )


def vote(
    update_id: int,
    *,
    revision_number: int,
    decision: Decision,
    by: Person,
    comments: Sequence[CommentContent] = (),
    now: datetime.datetime,
) -> ReviewVote:
    """Say what one recommends for the revision that one has read; the chair decides."""
    # The engine does not move: nobody's turn ends. Its lock still makes decisions and votes wait for each other.
    with turn(update_id, [WorkStep.REVIEW]) as mine:
        access.require_may_vote(by, mine.update)
        require_newest(mine.update, revision_number)
        return service.vote(mine.update, decision, by=by, comments=comments, now=now, on_behalf_of=_behalf(by))


def answer_comment(
    comment_id: int, *, by: Person, text: str = "", resolved: bool = False, now: datetime.datetime
) -> CommentAnswer:
    """Answer a comment or mark it as done: the lead office and the Arbeitsgruppe."""
    comment = ReviewComment.objects.select_related("revision__update").get(pk=comment_id)
    with transaction.atomic():
        update = locked(comment.revision.update_id)
        desk = desk_of(by)
        if not access.may_answer_comments(desk, update):
            raise access.NotAllowedError(_("This entry belongs to another office."))
        lead = update.lead_office_id
        behalf = desk.on_behalf_of(lead) if lead in desk.acting_for else _behalf(by)
        return service.answer_comment(comment, by=by, text=text, resolved=resolved, now=now, on_behalf_of=behalf)
