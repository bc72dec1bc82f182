"""When published entries were approved and corrected: what a feed tells of them, without their texts."""

import datetime
from dataclasses import dataclass

from django.db.models import F, Q
from django.utils import timezone

from workflow.models import Decision, Revision, StatusUpdate
from workflow.published.visibility import is_public


@dataclass(frozen=True, slots=True)
class PublishedApproval:
    """That a version of a published entry was approved.

    ``on`` is the day from which visitors could read it: that of the approval, or a later publication date. ``at`` is
    the moment of the approval, empty where history was imported or the publication date came later. ``note`` says
    what a correction changed; the first version has none. ``office_label`` is the office of the present version.
    """

    run_id: int
    recommendation_id: int
    cycle_id: int
    period_label: str
    version: int
    on: datetime.date
    at: datetime.datetime | None
    note: str
    office_label: str
    is_correction: bool


def approvals(now: datetime.datetime) -> list[PublishedApproval]:
    """Return every approval of entries that visitors can read at ``now``, of former versions too; two queries.

    Former versions of a corrected entry are named with their day and note alone: their texts are no longer public.
    """
    runs = {row.pk: row for row in _runs(now)}
    approved = Q(review__decision=Decision.APPROVED) | Q(update__approved=F("pk"))
    # By a condition, not by ids: there may be more entries than a statement takes ids.
    rows = Revision.objects.filter(approved, update__in=StatusUpdate.objects.filter(is_public(now)).values("pk"))
    found: list[PublishedApproval] = []
    seen: set[int] = set()
    for pk, number, run, note, decided_at in rows.order_by("update", "number").values_list(
        "pk", "number", "update_id", "public_note", "review__decided_at"
    ):
        update = runs.get(run)
        if update is None:
            continue
        at = update.approved_at if pk == update.approved_id else decided_at or update.approved_at
        found.append(_approval(update, number, at, note, is_correction=run in seen))
        seen.add(run)
    return found


_COLUMNS = (
    "approved_id",
    "approved_at",
    "recommendation_id",
    "cycle__period_from",
    "cycle__period_until",
    "cycle__publish_on",
    "approved__office_label",
    "approved__confirms__update__cycle__publish_on",
)


def _runs(now: datetime.datetime) -> list[StatusUpdate]:
    rows = StatusUpdate.objects.filter(is_public(now))
    return list(rows.select_related("cycle", "approved__confirms__update__cycle").only(*_COLUMNS))


def _approval(
    update: StatusUpdate, version: int, at: datetime.datetime | None, note: str, *, is_correction: bool
) -> PublishedApproval:
    approved_on = timezone.localdate(at) if at else update.cycle.period_until
    on = public_since(approved_on, update.cycle.publish_on, _confirmed(update))
    return PublishedApproval(
        run_id=update.pk,
        recommendation_id=update.recommendation_id,
        cycle_id=update.cycle_id,
        period_label=update.cycle.period_label,
        version=version,
        on=on,
        at=at if on == approved_on else None,
        note=note,
        office_label=update.approved.office_label if update.approved else "",
        is_correction=is_correction,
    )


def _confirmed(update: StatusUpdate) -> datetime.date | None:
    """Return the publication date of the text that the entry confirms, if it does and there is one."""
    text = update.approved.confirms if update.approved else None
    return text.update.cycle.publish_on if text else None


def public_since(approved_on: datetime.date, *publish_on: datetime.date | None) -> datetime.date:
    """Return the day from which something approved is public: its own, or the latest of its publication dates."""
    return max(approved_on, *(day for day in publish_on if day)) if any(publish_on) else approved_on
