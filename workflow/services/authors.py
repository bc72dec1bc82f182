"""Keeping who wrote which passage of a handed-in text."""

from collections.abc import Iterator

from workflow.authorship import Authored, attributed
from workflow.content import TEXT_FIELDS, EntryContent
from workflow.models import ContributedMeasure, Contribution, Passage, Revision, StatusUpdate

MEASURES = "measures"


def keep(update: StatusUpdate, revision: Revision, content: EntryContent) -> None:
    """Write a passage for each paragraph and measure of ``revision``, with its author.

    Authors are those of the contributions to the run and of its earlier versions; everything else is by whoever handed
    this version in. Constant number of queries.
    """
    own = Authored("", update.lead_office_id, update.lead_office_label, revision.submitted_by_id)
    texts, measures = _known(update)
    rows: list[tuple[str, Authored]] = [
        (field, one) for field in TEXT_FIELDS for one in attributed(getattr(content, field), texts, own)
    ]
    for measure in content.measures:
        rows += [(MEASURES, one) for one in attributed(measure.title, measures, own)]
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


def _known(update: StatusUpdate) -> tuple[list[Authored], list[Authored]]:
    """Return the paragraphs and the titles of measures whose authors are known, newest first."""
    contributions = list(
        Contribution.objects.filter(participation__update=update).select_related("participation").order_by("-pk")
    )
    earlier = Passage.objects.filter(revision__update=update).order_by("-revision__number", "position")
    texts = [one for contribution in contributions for one in _paragraphs(contribution)]
    titles = ContributedMeasure.objects.filter(contribution__in=contributions).select_related(
        "contribution__participation"
    )
    measures = [_authored(one.title, one.contribution) for one in titles]
    for passage in earlier:
        one = Authored(
            passage.text, passage.office_id, passage.office_label, passage.written_by_id, passage.contribution_id
        )
        (measures if passage.field == MEASURES else texts).append(one)
    return texts, measures


def _paragraphs(contribution: Contribution) -> Iterator[Authored]:
    for field in TEXT_FIELDS:
        yield from attributed(getattr(contribution, field), (), _authored("", contribution))


def _authored(text: str, contribution: Contribution) -> Authored:
    return Authored(
        text,
        contribution.participation.office_id,
        contribution.office_label,
        contribution.written_by_id,
        contribution.pk,
    )
