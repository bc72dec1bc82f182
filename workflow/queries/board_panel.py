"""A card that is opened in place: one run in short."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from offices.access import Desk
from workflow import access
from workflow.models import (
    HANDED_IN_STATES,
    CommentAnswer,
    CoSignature,
    DeadlineExtension,
    ExtensionState,
    Participation,
    ParticipationState,
    Reassignment,
    ReassignmentState,
    ReviewComment,
    SignOff,
    StatusUpdate,
    UpdateState,
    WorkItem,
    WorkStep,
)
from workflow.queries.board_cards import sentence_of
from workflow.queries.board_filters import COLUMNS
from workflow.queries.moves import Menus, Move
from workflow.queries.threads import staff_threads
from workflow.thread import Due, ThreadStep

LONGEST_TEXT = 280


@dataclass(frozen=True, slots=True)
class Desks:
    """Who has the run: the step that is open, the office (empty: none), and until when."""

    step: str
    office: str
    due_on: datetime.date


@dataclass(frozen=True, slots=True)
class Signature:
    """A co-signature or the final one, in words."""

    office: str
    state: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One run as a coordinator sees it in passing."""

    update: StatusUpdate
    due: Due
    state_label: str
    desks: list[Desks]
    steps: list[ThreadStep]
    contributions: list[Participation]
    signatures: list[Signature]
    extension: DeadlineExtension | None
    reassignment: Reassignment | None
    open_comments: int
    moves: Sequence[Move] = field(default=())

    @property
    def number(self) -> str:
        return self.update.recommendation.number

    @property
    def contributions_there(self) -> str:
        """How many contributions are there, in words; empty without contributing offices."""
        if not self.contributions:
            return ""
        there = sum(
            one.state in (ParticipationState.DELIVERED, ParticipationState.NIL_RETURN) for one in self.contributions
        )
        total = len(self.contributions)
        said = ngettext("%(there)d of %(total)d is there", "%(there)d of %(total)d are there", total)
        return said % {"there": there, "total": total}

    @property
    def status(self) -> str:
        """The status that was reported, from the hand-over on."""
        submitted = self.update.submitted
        return submitted.implementation_status if submitted and self.update.state in HANDED_IN_STATES else ""

    @property
    def texts(self) -> list[tuple[str, str]]:
        """The newest text in short: field (``workflow.wording``) and its beginning."""
        submitted = self.update.submitted
        if submitted is None:
            return []
        if submitted.nil_reason:
            return [("status_reason", _shortened(submitted.nil_reason))]
        names = ("done", "did_not_work", "next_step")
        return [(name, _shortened(text)) for name in names if (text := getattr(submitted, name))]


def panel(desk: Desk, pk: int, today: datetime.date) -> Panel | None:
    """Return the run if the person may read it, else ``None``; a constant number of queries."""
    update = (
        access.visible_updates(desk)
        .select_related("cycle__edition", "recommendation__goal__field", "submitted")
        .filter(pk=pk)
        .first()
    )
    if update is None:
        return None
    return Panel(
        update=update,
        due=sentence_of(update, today),
        state_label=str(COLUMNS[update.state]),
        desks=_desks(update),
        steps=staff_threads([update.recommendation_id]).get(update.recommendation_id, []),
        contributions=list(update.participations.order_by("office_label")),
        signatures=_signatures(update),
        extension=update.extensions.filter(state=ExtensionState.REQUESTED).select_related("office").first(),
        reassignment=update.reassignments.filter(state=ReassignmentState.PROPOSED).select_related("to_office").first(),
        open_comments=_open_comments(update),
        moves=Menus(desk, update.cycle, "").of(update.pk, update.state, has_approved=update.approved_id is not None),
    )


def _desks(update: StatusUpdate) -> list[Desks]:
    items = WorkItem.objects.filter(update=update, is_open=True).select_related("office").order_by("due_on", "pk")
    city = {WorkStep.REVIEW: _("Arbeitsgruppe"), WorkStep.DECIDE_EXTENSION: _("Coordination")}
    return [
        Desks(one.get_step_display(), one.office.label if one.office else city[WorkStep(one.step)], one.due_on)
        for one in items
    ]


def _signatures(update: StatusUpdate) -> list[Signature]:
    if update.submitted_id is None:
        return []
    found = [
        Signature(one.office_label, one.get_state_display())
        for one in CoSignature.objects.filter(revision=update.submitted_id).order_by("office_label")
    ]
    final = SignOff.objects.filter(revision=update.submitted_id).select_related("decided_by").first()
    if final:
        found.append(Signature(f"{update.lead_office_label} · {final.decided_by.name}", final.get_decision_display()))
    elif update.state == UpdateState.SIGNING and update.cycle.sign_off:
        found.append(Signature(update.lead_office_label, _("not signed yet")))
    return found


def _open_comments(update: StatusUpdate) -> int:
    """Return how many comments the office has not done with yet; one query."""
    if update.state != UpdateState.RETURNED:
        return 0
    newest = CommentAnswer.objects.filter(comment=OuterRef("pk")).order_by("-pk")
    done = Coalesce(Subquery(newest.values("resolved")[:1]), Value(value=False))
    return ReviewComment.objects.alias(done=done).filter(revision=update.submitted_id, done=False).count()


def _shortened(text: str) -> str:
    if len(text) <= LONGEST_TEXT:
        return text
    return text[:LONGEST_TEXT].rsplit(" ", 1)[0] + " …"
