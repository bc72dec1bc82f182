"""Who wrote which passage of an entry."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from offices.models import Person
from workflow.authorship import Authored, attributed
from workflow.content import TEXT_FIELDS, EntryContent
from workflow.models import ContributedMeasure, Contribution, Passage, Revision, StatusUpdate

MEASURES = "measures"

Passages = Mapping[str, Sequence[Passage | Authored]]
"""The paragraphs of an entry by field; each has ``text``, ``office_id`` and ``office_label``."""


def of(revision: Revision) -> dict[str, list[Passage]]:
    """Return the passages of a handed-in version with their authors, by field, in reading order; one query.

    An "unchanged" entry has the passages of the version that it confirms.
    """
    found: dict[str, list[Passage]] = {}
    for passage in Passage.objects.filter(revision=revision.confirms_id or revision.pk).order_by("field", "position"):
        found.setdefault(passage.field, []).append(passage)
    return found


def if_shared(passages: Passages) -> Passages:
    """Return ``passages`` if several offices wrote them, else nothing: a single author need not be named."""
    offices = {one.office_id for some in passages.values() for one in some}
    return passages if len(offices) > 1 else {}


def foreseen(update: StatusUpdate, content: EntryContent, by: Person) -> dict[str, list[Authored]]:
    """Return the passages that ``content`` would have if ``by`` handed it in now; a constant number of queries."""
    found: dict[str, list[Authored]] = {}
    for field, one in attribution(update, content, person_id=by.pk):
        found.setdefault(field, []).append(one)
    return found


def attribution(
    update: StatusUpdate, content: EntryContent, *, person_id: int | None
) -> Iterator[tuple[str, Authored]]:
    """Yield each paragraph and measure of ``content`` with its field and its author, in reading order.

    Authors are those of the contributions to the run and of its earlier versions; everything else is by ``person_id``
    of the lead office.
    """
    own = Authored("", update.lead_office_id, update.lead_office_label, person_id)
    texts, measures = _known(update)
    for field in TEXT_FIELDS:
        yield from ((field, one) for one in attributed(getattr(content, field), texts, own))
    for measure in content.measures:
        yield from ((MEASURES, one) for one in attributed(measure.title, measures, own))


def _known(update: StatusUpdate) -> tuple[list[Authored], list[Authored]]:
    """Return the paragraphs and the titles of measures whose authors are known, newest first."""
    contributions = list(
        Contribution.objects.filter(participation__update=update).select_related("participation").order_by("-pk")
    )
    texts = [one for contribution in contributions for one in _paragraphs(contribution)]
    measures = list(_titles(contributions))
    for passage in Passage.objects.filter(revision__update=update).order_by("-revision__number", "position"):
        one = Authored(
            passage.text, passage.office_id, passage.office_label, passage.written_by_id, passage.contribution_id
        )
        (measures if passage.field == MEASURES else texts).append(one)
    return texts, measures


def _titles(contributions: Iterable[Contribution]) -> Iterator[Authored]:
    rows = ContributedMeasure.objects.filter(contribution__in=contributions).select_related(
        "contribution__participation"
    )
    return (_authored(row.title, row.contribution) for row in rows)


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
