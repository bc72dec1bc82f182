"""The crosswalk between two editions."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from concept.importing.crosswalks import HEADINGS, REASONS, Link, Sides, names
from concept.importing.writing import to_csv, to_xlsx
from concept.models import ConceptEdition, CrosswalkLink, Recommendation


def links_between(older: ConceptEdition, newer: ConceptEdition) -> QuerySet[CrosswalkLink]:
    """Return the standing links that lead from one edition to the other; endings belong to every pair."""
    links = CrosswalkLink.objects.filter(predecessor__edition=older)
    reaching = links.filter(successor__edition=newer) | links.filter(successor__isnull=True)
    return reaching.select_related("predecessor", "successor").order_by(
        "predecessor__position", "predecessor__number", "successor__position", "successor__number"
    )


def sides(older: ConceptEdition, newer: ConceptEdition) -> Sides:
    """Return what a crosswalk table is compared with; three queries."""
    links = {}
    for one in links_between(older, newer):
        link = Link(one.predecessor.key, one.successor.key if one.successor else "", one.reason, one.note.strip())
        links[link.place] = link
    return Sides(
        names(Recommendation.objects.filter(edition=older).values_list("key", "number")),
        names(Recommendation.objects.filter(edition=newer).values_list("key", "number")),
        links,
    )


@dataclass(frozen=True, slots=True)
class CrosswalkRow:
    """One recommendation of the older edition with its standing links."""

    recommendation: Recommendation
    links: Sequence[CrosswalkLink]


def overview(older: ConceptEdition, newer: ConceptEdition) -> list[CrosswalkRow]:
    """Return every recommendation of the older edition with its links into the newer one; two queries."""
    links = Prefetch("links_forward", links_between(older, newer), to_attr="links_here")
    rows = Recommendation.objects.filter(edition=older).prefetch_related(links).order_by("position", "number")
    return [CrosswalkRow(one, one.links_here) for one in rows]  # type: ignore[attr-defined]


def table_rows(older: ConceptEdition, newer: ConceptEdition) -> list[tuple[str, ...]]:
    """Return the links as rows of the table in which they are imported again."""
    return [
        (
            one.predecessor.key,
            one.predecessor.title,
            one.successor.key if one.successor else "",
            one.successor.title if one.successor else "",
            REASONS[one.reason],
            one.note,
        )
        for one in links_between(older, newer)
    ]


def as_csv(older: ConceptEdition, newer: ConceptEdition) -> bytes:
    return to_csv(HEADINGS, table_rows(older, newer))


def as_xlsx(older: ConceptEdition, newer: ConceptEdition) -> bytes:
    return to_xlsx([("Überleitung", HEADINGS, table_rows(older, newer))])
