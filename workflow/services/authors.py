"""Keeping who wrote which passage of a handed-in text."""

from workflow.content import EntryContent
from workflow.models import Passage, Revision, StatusUpdate
from workflow.queries import authors


def keep(update: StatusUpdate, revision: Revision, content: EntryContent) -> None:
    """Write a passage for each paragraph and measure of ``revision``, with its author (``authors.attribution``).

    Constant number of queries.
    """
    rows = authors.attribution(update, content, person_id=revision.submitted_by_id)
    Passage.objects.bulk_create(
        Passage(
            revision=revision,
            field=field,
            position=position,
            text=one.text,
            office_id=one.office_id,
            office_label=one.office_label,
            written_by_id=one.person_id,
            contribution_id=one.contribution_id,
        )
        for position, (field, one) in enumerate(rows)
    )
