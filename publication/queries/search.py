"""Finding recommendations: by words, field, status and office."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils import timezone

from concept.models import ActionField, ConceptEdition, Recommendation
from offices.models import Office
from publication.queries.overview import Overview
from publication.queries.public import Responsible, by_number, responsible
from workflow import published
from workflow.thread import ThreadStep


@dataclass(frozen=True)
class Filters:
    """What a visitor looks for; empty values leave everything in. The names are those of the address."""

    q: str = ""
    feld: str = ""
    status: str = ""
    amt: str = ""

    @property
    def words(self) -> list[str]:
        return self.q.casefold().split()

    @property
    def active(self) -> dict[str, str]:
        values = {"q": self.q, "feld": self.feld, "status": self.status, "amt": self.amt}
        return {name: value for name, value in values.items() if value}

    def query(self, *, without: str = "") -> str:
        """Return the rest of an address that keeps these filters, but the one named."""
        return urlencode({name: value for name, value in self.active.items() if name != without})


@dataclass(frozen=True)
class Hit:
    """One recommendation in a list."""

    recommendation: Recommendation
    steps: list[ThreadStep]
    responsible: Responsible


@dataclass(frozen=True)
class Found:
    """The hits in printed order, and the offices that a visitor can choose from."""

    hits: list[Hit]
    offices: list[Office]


def find(whole: Overview, filters: Filters, now: datetime.datetime) -> Found:
    """Return the current recommendations of an edition that fit ``filters``.

    Words are compared without regard to case, on any database alike, in the concept's text, the offices' names
    and everything published; each word has to occur. Three queries, and one more where words are given.
    """
    current = _current(whole.edition)
    in_charge = responsible(current, timezone.localdate(now))
    texts = published.texts(whole.edition.pk, now) if filters.words else {}
    hits = [
        hit for hit in _hits(current, whole, in_charge) if _fits(hit, texts.get(hit.recommendation.pk, ""), filters)
    ]
    return Found(hits, _offices(in_charge.values()))


def of_field(whole: Overview, field: ActionField, now: datetime.datetime) -> list[Hit]:
    """Return the current recommendations of one field in printed order; three queries."""
    current = _current(whole.edition).filter(goal__field=field)
    return _hits(current, whole, responsible(current, timezone.localdate(now)))


def _current(edition: ConceptEdition) -> "QuerySet[Recommendation]":
    current = Recommendation.objects.current().filter(edition=edition).select_related("goal__field")
    return current.order_by("goal__field__position", "goal__field__number", "goal__position", "position", "number")


def _hits(current: "QuerySet[Recommendation]", whole: Overview, in_charge: dict[int, Responsible]) -> list[Hit]:
    # A recommendation that came in since the overview was read waits for the next request.
    return [
        Hit(one, whole.threads[one.pk], in_charge.get(one.pk, Responsible()))
        for one in current
        if one.pk in whole.threads
    ]


def _fits(hit: Hit, published_text: str, filters: Filters) -> bool:
    if filters.feld and hit.recommendation.goal.field.number != filters.feld:
        return False
    if filters.status and hit.steps[-1].status != filters.status:
        return False
    if filters.amt and filters.amt not in {str(office.pk) for office in hit.responsible.offices}:
        return False
    return not filters.words or _contains(hit, published_text, filters.words)


def _contains(hit: Hit, published_text: str, words: list[str]) -> bool:
    one = hit.recommendation
    offices = " ".join(office.label for office in hit.responsible.offices)
    parts = [one.number, one.title, one.text, one.rationale, one.goal.text, one.goal.field.name, offices]
    text = "\n".join([*parts, published_text]).casefold()
    return all(word in text for word in words)


def _offices(in_charge: Iterable[Responsible]) -> list[Office]:
    found = {office.pk: office for who in in_charge for office in who.offices}
    return sorted(found.values(), key=by_number)
