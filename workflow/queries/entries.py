"""Entries of one recommendation over the periods, and entries as they are read."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import F, QuerySet

from workflow.content import EntryContent, MeasureContent
from workflow.models import ContributedMeasure, EntryKind, Measure, Revision, StatusUpdate


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry ready to be read; ``templates/workflow/partials/entry.html`` shows it.

    An "unchanged" entry carries the confirmed text in ``content`` and, in ``confirms_period``, the period that text
    is from. ``version`` is 0 for a text that has not been handed in. ``submitted_by`` is who handed it in, or attested
    that the earlier one still holds: for staff pages.
    """

    content: EntryContent
    kind: str = EntryKind.REPORT
    nil_reason: str = ""
    confirms_period: str = ""
    office_label: str = ""
    version: int = 0
    submitted_at: datetime.datetime | None = None
    submitted_by: str = ""
    on_behalf_of: str = ""


def readable(revisions: QuerySet[Revision]) -> QuerySet[Revision]:
    """Return ``revisions`` with all that ``entry_of`` needs, in three queries however many there are."""
    people = ("submitted_by", "on_behalf_of")
    return revisions.select_related("confirms__update__cycle", *people).prefetch_related(
        "measures", "confirms__measures"
    )


def entry_of(revision: Revision, *, internals: bool, text: Revision | None = None) -> Entry:
    """Return ``revision`` as an entry; without ``internals``, outlook and internal note are not in it at all.

    ``text`` is the revision whose text is read; without one, its own or the one that it confirms as it was then.
    """
    text = text or revision.confirms or revision
    content = replace(
        content_of(text),
        implementation_status=revision.implementation_status,
        status_reason=revision.status_reason,
        outlook=revision.outlook if internals else "",
        internal_note=revision.internal_note if internals else "",
    )
    return Entry(
        content=content,
        kind=revision.kind,
        nil_reason=revision.nil_reason,
        confirms_period=text.update.cycle.period_label if revision.confirms else "",
        office_label=revision.office_label,
        version=revision.number,
        submitted_at=revision.submitted_at,
        submitted_by=revision.submitted_by.name if revision.submitted_by else "",
        on_behalf_of=revision.on_behalf_of.name if revision.on_behalf_of else "",
    )


def public_entry(revision_id: int, text_id: int) -> Entry:
    """Return one revision as visitors would read it, with the text of another where it confirms that; three queries.

    Raises ``KeyError`` where there is no such revision.
    """
    return public_entries([(revision_id, text_id)])[0]


def public_entries(pairs: Sequence[tuple[int, int]]) -> list[Entry]:
    """Return the entry of each pair of a revision and the one whose text is read; three queries."""
    wanted = {pk for pair in pairs for pk in pair}
    read = {one.pk: one for one in readable(Revision.objects.filter(pk__in=wanted)).select_related("update__cycle")}
    return [entry_of(read[revision], internals=False, text=read[text]) for revision, text in pairs]


def content_of(revision: Revision) -> EntryContent:
    """Return the revision's own text with its measures, internals included."""
    return EntryContent(
        implementation_status=revision.implementation_status,
        status_reason=revision.status_reason,
        outlook=revision.outlook,
        done=revision.done,
        worked=revision.worked,
        did_not_work=revision.did_not_work,
        overlooked=revision.overlooked,
        next_step=revision.next_step,
        next_step_on=revision.next_step_on,
        internal_note=revision.internal_note,
        measures=measures_of(revision.measures.all()),
    )


def measures_of(rows: Iterable[Measure] | Iterable[ContributedMeasure]) -> tuple[MeasureContent, ...]:
    """Return the rows of a revision or a contribution as content."""
    return tuple(
        MeasureContent(
            title=row.title,
            status=row.status,
            responsible=row.responsible,
            period=row.period,
            funding=row.funding,
            partners=row.partners,
            link=row.link,
        )
        for row in rows
    )


def entry_before(update: StatusUpdate) -> Revision | None:
    """Return the newest approved report of an earlier period of the same recommendation, with its measures.

    "Unchanged" entries and nil returns have no text of their own: the report they stand on is returned.
    """
    return (
        Revision.objects.filter(
            update__recommendation=update.recommendation_id,
            update__approved=F("pk"),
            update__cycle__period_until__lt=update.cycle.period_from,
            kind=EntryKind.REPORT,
        )
        .select_related("update__cycle")
        .prefetch_related("measures")
        .order_by("-update__cycle__period_until", "-pk")
        .first()
    )
