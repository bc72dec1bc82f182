"""People's actions on a run: the doors between pages and the process engine.

Each door takes the engine's lock on the run, reads the run anew, checks whose turn it is, calls one service and lets
the engine go on, all in one transaction. Of many who act at once one wins; the others get a ``DomainError`` that says
what happened, and nothing of theirs is changed.
"""

import datetime
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from viewflow.workflow import STATUS

from offices.errors import ConflictError
from offices.models import Person
from workflow import access
from workflow.content import CommentContent, EntryContent
from workflow.models import Review, Revision, StatusUpdate, WorkItem, WorkStep
from workflow.services import review as review_service
from workflow.services import updates as update_service

WRITING = (WorkStep.WRITE, WorkStep.REWORK)


@dataclass
class _Turn:
    """The engine's task that is being done, with its run read under the lock."""

    update: StatusUpdate
    activation: Any

    def done(self, by: Person) -> None:
        """Let the engine complete the task and go on."""
        if self.activation.status == STATUS.NEW:
            if not self.activation.assign.has_perm(by):
                raise access.NotAllowedError(_("This step belongs to somebody else."))
            self.activation.assign(by)
        elif self.activation.task.owner_id != by.pk:
            self.activation.reassign(by)
        self.activation.start(None)
        self.activation.execute()


@contextmanager
def _turn(update_id: int, steps: Sequence[WorkStep]) -> Iterator[_Turn]:
    item = (
        WorkItem.objects.filter(update=update_id, step__in=steps, is_open=True).select_related("task__process").first()
    )
    if item is None:
        raise ConflictError(_("Somebody was faster: this step is done already. Please load the page again."))
    with item.task.activation() as activation:
        if activation.task.status not in (STATUS.NEW, STATUS.ASSIGNED):
            raise ConflictError(_("Somebody was faster: this step is done already. Please load the page again."))
        update = (
            StatusUpdate.objects.select_for_update(of=("self",)).select_related("cycle", "submitted").get(pk=update_id)
        )
        yield _Turn(update, activation)


def base_of(update: StatusUpdate) -> int:
    """Return the number of the version that was handed in last, 0 if there is none: what a text is based on."""
    return update.submitted.number if update.submitted else 0


@contextmanager
def _writing(update_id: int, by: Person, based_on: int | None) -> Iterator[_Turn]:
    access.require_may_write(by, StatusUpdate.objects.get(pk=update_id))
    with _turn(update_id, WRITING) as turn:
        access.require_may_write(by, turn.update)
        if based_on is not None and based_on != base_of(turn.update):
            raise ConflictError(
                _("A newer version was handed in and returned meanwhile. Please read it before you hand in.")
            )
        yield turn
        turn.done(by)


@contextmanager
def _deciding(update_id: int, revision_number: int, by: Person) -> Iterator[_Turn]:
    access.require_may_decide(by, StatusUpdate.objects.get(pk=update_id))
    with _turn(update_id, [WorkStep.REVIEW]) as turn:
        access.require_may_decide(by, turn.update)
        if turn.update.submitted is None or turn.update.submitted.number != revision_number:
            raise ConflictError(_("There is a newer version of this entry. Please read it before you decide."))
        yield turn
        turn.done(by)


def hand_in(
    update_id: int, *, by: Person, content: EntryContent, now: datetime.datetime, based_on: int | None = None
) -> Revision:
    """Hand in a report for review.

    ``based_on`` is ``base_of`` the run as the writer saw it. Raises ``ConflictError`` if another version was handed in
    since; ``None`` asks for no such check. The same holds for the other two ways to hand in.
    """
    with _writing(update_id, by, based_on) as turn:
        return update_service.submit_report(turn.update, by=by, content=content, now=now)


def confirm_unchanged(update_id: int, *, by: Person, now: datetime.datetime, based_on: int | None = None) -> Revision:
    """Attest that last period's entry still holds, and hand that in for review."""
    with _writing(update_id, by, based_on) as turn:
        return update_service.submit_unchanged(turn.update, by=by, now=now)


def file_nil_return(
    update_id: int, *, by: Person, reason: str, now: datetime.datetime, based_on: int | None = None
) -> Revision:
    """File a nil return (Fehlanzeige), and hand that in for review."""
    with _writing(update_id, by, based_on) as turn:
        return update_service.submit_nil_return(turn.update, by=by, reason=reason, now=now)


def approve(update_id: int, *, revision_number: int, by: Person, now: datetime.datetime) -> Review:
    """Approve the revision that the reviewer has read."""
    with _deciding(update_id, revision_number, by) as turn:
        return review_service.approve(turn.update, by=by, now=now)


def return_for_revision(
    update_id: int,
    *,
    revision_number: int,
    by: Person,
    comments: Sequence[CommentContent],
    now: datetime.datetime,
    today: datetime.date,
) -> Review:
    """Return the revision that the reviewer has read, with at least one comment."""
    with _deciding(update_id, revision_number, by) as turn:
        return review_service.return_for_revision(turn.update, by=by, comments=comments, now=now, today=today)
