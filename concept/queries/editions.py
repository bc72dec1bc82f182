"""Editions, for those who look after them."""

from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet

from concept.models import ConceptEdition, ConceptEvent, ImportUpload, UploadKind
from offices.models import Person

# An edition that was never adopted is the one in the making.
NEWEST_FIRST = F("adopted_on").desc(nulls_first=True)


@dataclass(frozen=True, slots=True)
class EditionRow:
    """An edition with its figures; ``crosswalk_from`` is the edition before it, if there is one."""

    edition: ConceptEdition
    recommendations: int
    ended: int
    fields: int
    crosswalk_from: ConceptEdition | None


def names() -> list[str]:
    """Return the names of all editions, the newest first."""
    return list(ConceptEdition.objects.order_by(NEWEST_FIRST, "-pk").values_list("name", flat=True))


def overview() -> list[EditionRow]:
    """Return all editions, the newest first; one query.

    An edition that names none before it is taken to follow the next older one in the list.
    """
    current = Q(recommendations__ended_on__isnull=True)
    editions = list(
        ConceptEdition.objects.select_related("predecessor")
        .annotate(
            total=Count("recommendations", distinct=True),
            now=Count("recommendations", filter=current, distinct=True),
            parts=Count("fields", distinct=True),
        )
        .order_by(NEWEST_FIRST, "-pk")
    )
    older = [*editions[1:], None] if editions else []
    return [
        EditionRow(one, one.now, one.total - one.now, one.parts, one.predecessor or before)
        for one, before in zip(editions, older, strict=True)
    ]


def uploads_of(person: Person, kind: UploadKind) -> QuerySet[ImportUpload]:
    """Return the person's own uploads; nobody sees another's."""
    return ImportUpload.objects.filter(uploaded_by=person, kind=kind)


def recent_events(limit: int = 10) -> QuerySet[ConceptEvent]:
    """Return what happened to the editions last."""
    return ConceptEvent.objects.select_related("edition", "actor").order_by("-at", "-pk")[:limit]
