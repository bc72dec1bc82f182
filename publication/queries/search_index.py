"""The words of everything published, and where they stand: what search looks in.

Made once of each version of the published content, from what the doors say that visitors may read; so it never finds
what is unpublished, and searching itself asks the database nothing (why: ADR 0019).
"""

import datetime
from array import array
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from concept.models import Recommendation
from publication.queries import summaries
from publication.queries.kept import PerSite
from publication.queries.parts import PublicRecommendation, Site
from publication.queries.words import WORD, fold, halves, likeness, variants, words
from workflow import published
from workflow.published import PublishedEntry


class Place(IntEnum):
    """Where a word stands; together with ``WEIGHTS`` it says how much that counts."""

    NUMBER = 0
    TITLE = 1
    TEXT = 2
    MEASURE = 3
    AROUND = 4
    REPORT = 5
    RATIONALE = 6


MOST_READINGS = 2
"""So many ways to read a word as a compound are followed: each compares it with every word that is known."""

WEIGHTS = (40, 12, 6, 5, 4, 3, 3)
PLACES = len(WEIGHTS)


@dataclass(frozen=True, slots=True)
class Piece:
    """A text that can be shown as an excerpt; ``period`` and ``run`` are those of the report it stands in, if one."""

    place: Place
    text: str
    period: str = ""
    run: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """A recommendation with what is published about it, the newest report first."""

    one: PublicRecommendation
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class SearchIndex:
    """``postings`` says by folded word where it stands, as ``document * PLACES + place``.

    ``said`` holds by run the folded words of its entry, its measures and its summary in plain language.
    """

    documents: list[Document]
    postings: "dict[str, array[int]]"
    said: dict[int, frozenset[str]]

    def alike(self, looked_for: str) -> dict[str, int]:
        """Return the words that answer to a folded word, with how well they do."""
        return {word: found for word in self.postings if (found := likeness(looked_for, word))}

    def readings(self, looked_for: str) -> list[list[dict[str, int]]]:
        """Return the ways in which a folded word can be answered, the first as it is.

        The others read it as a compound of two words, each of which has to be answered: so ``Sprachkurs`` finds what
        ``Sprach-Kurs`` finds. Of each part: the words that answer to it, with how well they do.
        """
        compounds = {pair for one in variants(looked_for) for pair in halves(one, self.postings)}
        return [
            [self.alike(looked_for)],
            *([self.alike(part) for part in pair] for pair in sorted(compounds)[:MOST_READINGS]),
        ]

    def spelling(self, word: str) -> str:
        """Return a word of the index as it is written where it stands first."""
        document, _place = divmod(self.postings[word][0], PLACES)
        written = (one for piece in self.documents[document].pieces for one in WORD.findall(piece.text))
        return next((one for one in written if fold(one) == word), word)

    def scores(self, alike: dict[str, int]) -> dict[int, int]:
        """Return by document how much the best place counts at which one of the words stands."""
        best: dict[int, int] = {}
        for word, quality in alike.items():
            for code in self.postings[word]:
                document, place = divmod(code, PLACES)
                score = WEIGHTS[place] * quality
                if score > best.get(document, 0):
                    best[document] = score
        return best


def _make(whole: Site, now: datetime.datetime) -> SearchIndex:
    """Read everything published; five queries."""
    plain = summaries.plain_texts(now)
    entries = published.entries(now)
    texts = {pk: (text, why) for pk, text, why in Recommendation.objects.values_list("pk", "text", "rationale")}
    documents: list[Document] = []
    postings: dict[str, array[int]] = defaultdict(lambda: array("I"))
    by_run: dict[int, set[str]] = defaultdict(set)
    for one in whole.by_pk.values():
        document = Document(one, tuple(_pieces(one, *texts.get(one.pk, ("", "")), entries.get(one.pk, []), plain)))
        start = len(documents) * PLACES
        said: dict[Place, set[str]] = defaultdict(set)
        for piece in document.pieces:
            known = words(piece.text)
            said[piece.place].update(known)
            if piece.run:
                by_run[piece.run].update(known)
        for place, some in said.items():
            for word in some:
                postings[word].append(start + place)
        documents.append(document)
    return SearchIndex(documents, dict(postings), {run: frozenset(known) for run, known in by_run.items()})


def _pieces(
    one: PublicRecommendation, text: str, why: str, entries: list[PublishedEntry], plain: dict[int, str]
) -> Iterator[Piece]:
    yield Piece(Place.NUMBER, f"{one.number} {one.key}")
    yield Piece(Place.TITLE, one.title)
    yield Piece(Place.TEXT, text)
    yield Piece(Place.RATIONALE, why)
    for entry in reversed(entries):
        for measure in entry.measures:
            yield Piece(Place.MEASURE, " · ".join(filter(None, measure.texts)), entry.period_label, entry.run_id)
        yield Piece(Place.REPORT, "\n".join(filter(None, entry.texts)), entry.period_label, entry.run_id)
        if entry.run_id in plain:
            yield Piece(Place.REPORT, plain[entry.run_id], entry.period_label, entry.run_id)
        yield Piece(Place.AROUND, entry.office_label, entry.period_label, entry.run_id)
    yield Piece(Place.AROUND, str(one.goal))
    yield Piece(Place.AROUND, str(one.goal.field))
    for office in one.offices:
        yield Piece(Place.AROUND, office.label)


index = PerSite(_make)
"""The index of a ``Site``."""
