"""Open questions beside the flow: requests for an extension and proposals to take over, with the duties they make."""

import datetime
from collections.abc import Collection

from django.db.models import QuerySet

from workflow.models import (
    DeadlineExtension,
    ExtensionState,
    Participation,
    Reassignment,
    ReassignmentState,
    StatusUpdate,
    WorkItem,
    WorkStep,
)

DUTIES = (WorkStep.TAKE_OVER, WorkStep.DECIDE_EXTENSION)


def lapse(update: StatusUpdate, participations: Collection[Participation] | None, *, now: datetime.datetime) -> None:
    """End the open questions about the lead's task, or about ``participations``: nobody needs the answer any more.

    ``None`` is the lead's own task. The event of whatever made them needless tells of them; a second call changes
    nothing.
    """
    about: dict[str, object] = {"update": update, "participation__isnull": True}
    if participations is not None:
        about = {"update": update, "participation__in": participations}
    _end(about, now)


def lapse_all(update_ids: "Collection[int] | QuerySet[StatusUpdate]", *, now: datetime.datetime) -> None:
    """End every open question about the runs; constant number of statements."""
    _end({"update__in": update_ids}, now)


def _end(about: dict[str, object], now: datetime.datetime) -> None:
    DeadlineExtension.objects.filter(state=ExtensionState.REQUESTED, **about).update(
        state=ExtensionState.WITHDRAWN, decided_at=now
    )
    Reassignment.objects.filter(state=ReassignmentState.PROPOSED, **about).update(
        state=ReassignmentState.WITHDRAWN, answered_at=now
    )
    WorkItem.objects.filter(step__in=DUTIES, task__isnull=True, is_open=True, **about).update(is_open=False)
