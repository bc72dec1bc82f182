"""Finding recommendations: by words, field, status and office."""

import datetime
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils import timezone

from concept.models import ConceptEdition, Recommendation
from offices.models import Office
from publication.queries.overview import Overview
from publication.queries.public import Responsible, responsible
from workflow import published
from workflow.published import PublishedEntry
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
    and everything published; each word has to occur. Two queries, and two more where words are given.
    """
    recommendations = list(_recommendations(whole.edition))
    in_charge = responsible([one.pk for one in recommendations], timezone.localdate(now))
    texts = published.entries(now, edition_id=whole.edition.pk, with_measures=False) if filters.words else {}
    hits = [
        Hit(one, whole.threads[one.pk], in_charge[one.pk])
        for one in recommendations
        if one.pk in whole.threads
        and _fits(one, whole.threads[one.pk], in_charge[one.pk], texts.get(one.pk, []), filters)
    ]
    return Found(hits, _offices(in_charge))


def _recommendations(edition: ConceptEdition) -> list[Recommendation]:
    current = Recommendation.objects.current().filter(edition=edition).select_related("goal__field")
    return list(
        current.order_by("goal__field__position", "goal__field__number", "goal__position", "position", "number")
    )


def _fits(
    one: Recommendation, steps: list[ThreadStep], who: Responsible, entries: list[PublishedEntry], filters: Filters
) -> bool:
    if filters.feld and one.goal.field.number != filters.feld:
        return False
    if filters.status and steps[-1].status != filters.status:
        return False
    offices = {str(office.pk) for office in ([who.lead] if who.lead else []) + who.contributing}
    if filters.amt and filters.amt not in offices:
        return False
    return not filters.words or _contains(one, who, entries, filters.words)


def _contains(one: Recommendation, who: Responsible, entries: list[PublishedEntry], words: list[str]) -> bool:
    parts = [one.number, one.title, one.text, one.rationale, one.goal.text, one.goal.field.name, who.labels]
    for entry in entries:
        parts += [entry.done, entry.worked, entry.did_not_work, entry.overlooked, entry.next_step]
    text = " ".join(parts).casefold()
    return all(word in text for word in words)


def _offices(in_charge: dict[int, Responsible]) -> list[Office]:
    found: dict[int, Office] = {}
    for who in in_charge.values():
        for office in [*([who.lead] if who.lead else []), *who.contributing]:
            found[office.pk] = office
    return sorted(found.values(), key=lambda office: (office.number == "", office.label))
