"""Finding recommendations: by words, field, status and office."""

import datetime
from dataclasses import dataclass
from urllib.parse import urlencode

from concept.models import Recommendation
from publication.queries.site import PublicEdition, PublicOffice, PublicRecommendation
from workflow import published


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
class Found:
    """The hits in printed order, and the offices that a visitor can choose from."""

    hits: list[PublicRecommendation]
    offices: list[PublicOffice]


def find(edition: PublicEdition, offices: list[PublicOffice], filters: Filters, now: datetime.datetime) -> Found:
    """Return the current recommendations of an edition that fit ``filters``, and those of ``offices`` in charge of any.

    Words are compared without regard to case, on any database alike, in the concept's text, the offices' names
    and everything published; each word has to occur. No query, and two where words are given.
    """
    texts = _texts(edition, now) if filters.words else {}
    hits = [one for one in edition.current if _fits(one, texts.get(one.pk, ""), filters)]
    in_charge = {office.pk for one in edition.current for office in one.offices}
    return Found(hits, [office for office in offices if office.pk in in_charge])


def _texts(edition: PublicEdition, now: datetime.datetime) -> dict[int, str]:
    reported = published.texts(edition.pk, now)
    rows = Recommendation.objects.filter(edition=edition.pk).values_list("pk", "text", "rationale")
    return {pk: "\n".join([text, rationale, reported.get(pk, "")]) for pk, text, rationale in rows}


def _fits(one: PublicRecommendation, text: str, filters: Filters) -> bool:
    if filters.feld and one.goal.field.number != filters.feld:
        return False
    if filters.status and one.status != filters.status:
        return False
    if filters.amt and filters.amt not in {str(office.pk) for office in one.offices}:
        return False
    return not filters.words or _contains(one, text, filters.words)


def _contains(one: PublicRecommendation, text: str, words: list[str]) -> bool:
    offices = " ".join(office.label for office in one.offices)
    parts = [one.number, one.title, one.goal.text, one.goal.field.name, offices, text]
    everything = "\n".join(parts).casefold()
    return all(word in everything for word in words)
