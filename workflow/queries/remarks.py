"""The Arbeitsgruppe's comments with their answers, and whether they are done with."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from offices.access import Desk
from workflow import access
from workflow.models import CommentAnswer, ReviewComment, StatusUpdate, UpdateState
from workflow.queries import one_voice


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment with its answers, oldest first. ``number`` is the one of its pin, 0 for none."""

    comment: ReviewComment
    answers: list[CommentAnswer]
    number: int = 0

    @property
    def is_done(self) -> bool:
        """Whether the newest answer says that the comment is done with."""
        return bool(self.answers) and self.answers[-1].resolved

    # What templates read of the comment itself.

    @property
    def pk(self) -> int:
        return self.comment.pk

    @property
    def field(self) -> str:
        return self.comment.field

    @property
    def quote(self) -> str:
        return self.comment.quote

    @property
    def text(self) -> str:
        return self.comment.text


def with_answers(comments: QuerySet[ReviewComment]) -> QuerySet[ReviewComment]:
    """Return ``comments`` with all that ``remarks`` needs; one query more however many there are."""
    return comments.select_related("revision", "written_by").prefetch_related(Prefetch("answers", one_voice.answers()))


def remarks(comments: Iterable[ReviewComment]) -> list[Remark]:
    """Return the comments as remarks; they come from ``with_answers``."""
    return [Remark(one, list(one.answers.all())) for one in comments]


def remarks_on(update: StatusUpdate) -> list[Remark]:
    """Return all comments on the run, newest version first; numbers count those on the newest version from 1."""
    found = remarks(
        with_answers(ReviewComment.objects.filter(revision__update=update)).order_by("-revision__number", "pk")
    )
    numbers = iter(range(1, len(found) + 1))
    return [
        Remark(one.comment, one.answers, next(numbers) if one.comment.revision_id == update.submitted_id else 0)
        for one in found
    ]


def open_remarks(update: StatusUpdate) -> list[Remark]:
    """Return the comments with which the Arbeitsgruppe returned the entry; empty unless it is returned."""
    if update.state != UpdateState.RETURNED:
        return []
    return remarks(with_answers(ReviewComment.objects.filter(revision=update.submitted_id)).order_by("pk"))


def answerable(desk: Desk, pk: int) -> Remark | None:
    """Return the comment if the person may read it, else ``None``."""
    comment = (
        with_answers(ReviewComment.objects.filter(pk=pk))
        .select_related("revision__update__recommendation", "revision__update__cycle")
        .first()
    )
    if comment is None:
        return None
    update = access.visible_updates(desk).filter(pk=comment.revision.update_id).first()
    if update is None or not access.may_read_internals(desk, update):
        return None
    return Remark(comment, list(comment.answers.all()))
