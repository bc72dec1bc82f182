"""Editions, for those who look after them."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from concept.models import ConceptEdition, ConceptEvent, CrosswalkLink, ImportUpload, UploadKind
from offices.models import Person

# An edition that was never adopted is the one in the making.
NEWEST_FIRST = F("adopted_on").desc(nulls_first=True)


@dataclass(frozen=True, slots=True)
class EditionRow:
    """An edition with its figures; ``crosswalk_from`` is the edition before it, if there is one.

    ``is_public`` says whether visitors know of it: it may be in the making, or published for a day that lies ahead.
    ``is_gone`` says that they knew of it, and read now why it was taken back.
    """

    edition: ConceptEdition
    recommendations: int
    ended: int
    fields: int
    crosswalk_from: ConceptEdition | None
    is_public: bool

    @property
    def is_gone(self) -> bool:
        return self.edition.withdrawn_at is not None and not self.is_public


def names() -> list[str]:
    """Return the names of all editions, the newest first."""
    return list(ConceptEdition.objects.order_by(NEWEST_FIRST, "-pk").values_list("name", flat=True))


def row(pk: int, today: datetime.date) -> EditionRow | None:
    """Return one edition as ``overview`` does, or ``None`` if there is none; one query."""
    return next((one for one in overview(today) if one.edition.pk == pk), None)


def is_public(name: str, today: datetime.date) -> bool:
    """Return whether visitors know of the edition of that name."""
    return ConceptEdition.objects.public(today).filter(Q(name=name) | Q(slug=name)).exists()


def overview(today: datetime.date) -> list[EditionRow]:
    """Return all editions, the newest first; one query.

    An edition that names none before it is taken to follow the next older one in the list.
    """
    current = Q(recommendations__ended_on__isnull=True)
    editions: list[Any] = list(  # with the figures beside the fields
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
        EditionRow(one, one.now, one.total - one.now, one.parts, one.predecessor or before, one.is_public_on(today))
        for one, before in zip(editions, older, strict=True)
    ]


def continued_in(edition_id: int) -> list[str]:
    """Return the names of the published editions in which recommendations of the edition live on; one query."""
    links = CrosswalkLink.objects.filter(predecessor__edition=edition_id).values("successor__edition")
    later = ConceptEdition.objects.filter(pk__in=links, published_at__isnull=False)
    return list(later.order_by(NEWEST_FIRST, "-pk").values_list("name", flat=True))


def uploads_of(person: Person, kind: UploadKind) -> QuerySet[ImportUpload]:
    """Return the person's own uploads; nobody sees another's."""
    return ImportUpload.objects.filter(uploaded_by=person, kind=kind)


def recent_events(limit: int = 10) -> QuerySet[ConceptEvent]:
    """Return what happened to the editions last."""
    return ConceptEvent.objects.select_related("edition", "actor").order_by("-at", "-pk")[:limit]
