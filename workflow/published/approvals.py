"""When published entries were approved, corrected and shown again: what a feed tells of them, without their texts."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

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
    A correction of the text that an entry confirms changes what visitors read of both: ``confirms_period`` is the
    period of that text then, and ``version`` that of the text.
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
    confirms_period: str = ""


@dataclass(frozen=True, slots=True)
class PublishedRestoration:
    """That an entry can be read again after it had been taken off the public pages, unchanged.

    An entry that confirms a text came back with it; ``confirms_period`` is the period of that text then.
    """

    run_id: int
    recommendation_id: int
    cycle_id: int
    period_label: str
    at: datetime.datetime
    on: datetime.date
    confirms_period: str = ""


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
    return [*found, *_of_confirmed(runs.values(), found)]


def _of_confirmed(runs: Iterable[StatusUpdate], approved: Iterable[PublishedApproval]) -> Iterator[PublishedApproval]:
    """Yield what corrections of confirmed texts changed in the entries that confirm them."""
    corrections: dict[int, list[PublishedApproval]] = defaultdict(list)
    for one in approved:
        if one.is_correction:
            corrections[one.run_id].append(one)
    for update in runs:
        text = update.approved.confirms if update.approved else None
        if text is None:
            continue
        since = _public_on(update, update.approved_at)
        for one in corrections[text.update_id]:
            if one.version > text.number and one.on >= since and _is_after(one.at, update.approved_at):
                yield replace(
                    one,
                    run_id=update.pk,
                    recommendation_id=update.recommendation_id,
                    cycle_id=update.cycle_id,
                    period_label=update.cycle.period_label,
                    office_label=update.approved.office_label if update.approved else "",
                    confirms_period=one.period_label,
                )


def _is_after(at: datetime.datetime | None, approved_at: datetime.datetime | None) -> bool:
    """Whether what happened to a text came after the approval of the entry that confirms it."""
    return at is None or approved_at is None or at > approved_at


def restorations(now: datetime.datetime) -> list[PublishedRestoration]:
    """Return since when entries that had been taken off the pages can be read again, the newest first; one query.

    Each entry is named with the last time alone, and not at all while it is off the pages again.
    """
    again = Q(restored_at__isnull=False) | Q(approved__confirms__update__restored_at__isnull=False)
    rows = StatusUpdate.objects.filter(is_public(now) & again)
    made = (_restoration(row) for row in rows.select_related("cycle", "approved__confirms__update__cycle"))
    found = [one for one in made if one is not None]
    return sorted(found, key=lambda one: (one.at, one.run_id), reverse=True)


_COLUMNS = (
    "approved_id",
    "approved_at",
    "recommendation_id",
    "cycle__period_from",
    "cycle__period_until",
    "cycle__publish_on",
    "approved__office_label",
    "approved__confirms__number",
    "approved__confirms__update__cycle__publish_on",
)


def _runs(now: datetime.datetime) -> list[StatusUpdate]:
    rows = StatusUpdate.objects.filter(is_public(now))
    return list(rows.select_related("cycle", "approved__confirms__update__cycle").only(*_COLUMNS))


def _approval(
    update: StatusUpdate, version: int, at: datetime.datetime | None, note: str, *, is_correction: bool
) -> PublishedApproval:
    approved_on = timezone.localdate(at) if at else update.cycle.period_until
    on = _public_on(update, at)
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


def _public_on(update: StatusUpdate, at: datetime.datetime | None) -> datetime.date:
    """Return the day from which visitors could read what was approved at ``at``."""
    approved_on = timezone.localdate(at) if at else update.cycle.period_until
    return public_since(approved_on, update.cycle.publish_on, _confirmed(update))


def _restoration(update: StatusUpdate) -> PublishedRestoration | None:
    text = update.approved.confirms if update.approved else None
    own, of_text = update.restored_at, text.update.restored_at if text else None
    if not _is_after(of_text, update.approved_at):
        of_text = None  # The entry confirmed the text after that.
    at = max((moment for moment in (own, of_text) if moment), default=None)
    if at is None:
        return None
    return PublishedRestoration(
        run_id=update.pk,
        recommendation_id=update.recommendation_id,
        cycle_id=update.cycle_id,
        period_label=update.cycle.period_label,
        at=at,
        on=timezone.localdate(at),
        confirms_period=text.update.cycle.period_label if text and at == of_text else "",
    )
