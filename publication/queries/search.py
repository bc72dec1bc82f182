"""Finding recommendations by words, with the place that answers; offices, fields and goals by their names."""

import datetime
import difflib
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from publication.queries.filters import Filters
from publication.queries.parts import PublicEdition, PublicRecommendation, Site
from publication.queries.search_index import PLACES, Document, Piece, Place, SearchIndex, index
from publication.queries.words import WORD, asked, fold, likeness, words

EXCERPT = 240
"""About so many letters of a text stand beside a hit."""

APART = 1 / 1000
"""What the parts of a compound word count where they stand apart: any answer to the word itself comes first."""

MOST_PAGES = 6
CLOSE = 0.78


@dataclass(frozen=True)
class Hit:
    """A recommendation that was found; what answers is marked in its title and in the excerpt."""

    document: Document
    score: float
    alike: frozenset[str]

    @property
    def one(self) -> PublicRecommendation:
        return self.document.one

    @property
    def title(self) -> SafeString:
        return marked(self.one.title, self.alike)

    @cached_property
    def piece(self) -> Piece | None:
        """The text in which most of the words stand, the concept's own before reports."""
        shown = [piece for piece in self.document.pieces if piece.place in EXCERPTS]
        counted = [(len(_found(piece.text, self.alike)), piece) for piece in shown]
        number, best = max(counted, key=lambda pair: pair[0], default=(0, None))
        if number:
            return best
        return next((piece for piece in shown if piece.text), None)

    @property
    def excerpt(self) -> SafeString:
        return marked(cut(self.piece.text, self.alike), self.alike) if self.piece else mark_safe("")


EXCERPTS = (Place.TEXT, Place.MEASURE, Place.REPORT, Place.RATIONALE)


@dataclass(frozen=True)
class NamedPage:
    """A page that is found by its name: an office, a field, a goal."""

    kind: str
    label: str
    address: str


@dataclass(frozen=True)
class Found:
    """The hits, best first, and the pages whose names answer; ``elsewhere`` counts hits in other editions.

    ``suggestion`` reads like what was asked for and does find something.
    """

    hits: list[Hit]
    members: list[PublicRecommendation]
    pages: list[NamedPage] = field(default_factory=list)
    elsewhere: int = 0
    suggestion: str = ""


def find(whole: Site, edition: PublicEdition, filters: Filters, now: datetime.datetime) -> Found:
    """Return what answers to the words of ``filters`` among the current recommendations of ``edition``.

    Each word has to occur: as it is, in another form (German stems), or within a compound word. The same words find
    the same in the same order on every database. Without words nothing is found and nothing read; with words, four
    queries once for each version of what is published.
    """
    looked_for = asked(filters.q)
    if not looked_for:
        return Found([], edition.current)
    known = index(whole, now)
    hits = _hits(known, looked_for)
    here = [hit for hit in hits if hit.one.edition is edition and hit.one.ended_on is None]
    return Found(
        hits=[hit for hit in here if filters.fits(hit.one)],
        members=[hit.one for hit in here],
        pages=_pages(whole, edition, looked_for),
        elsewhere=sum(hit.one.edition is not edition for hit in hits),
        suggestion="" if here else _suggestion(known, looked_for),
    )


def _hits(known: SearchIndex, looked_for: list[str]) -> list[Hit]:
    every: list[dict[int, float]] = []
    alike: set[str] = set()
    for word in looked_for:
        scores: dict[int, float] = {}
        for number, parts in enumerate(known.readings(word)):
            found_by = [known.scores(part) for part in parts]
            for one in set.intersection(*(set(found) for found in found_by)):
                worth = min(found[one] for found in found_by)
                scores[one] = max(scores.get(one, 0), worth * APART if number else worth)
            alike |= {one for part in parts for one in part}
        every.append(scores)
    documents = set.intersection(*(set(scores) for scores in every))
    marks = frozenset(alike)
    found = [Hit(known.documents[one], sum(scores[one] for scores in every), marks) for one in sorted(documents)]
    # Sorting keeps the printed order among equals.
    return sorted(found, key=lambda hit: -hit.score)


@dataclass(frozen=True)
class Answers:
    """What answers to some words, whatever the edition: for lists that keep an order of their own."""

    index: SearchIndex
    alike: tuple[tuple[tuple[frozenset[str], ...], ...], ...]
    """By word: the ways in which it can be answered, each with the words that answer to its parts."""

    @cached_property
    def recommendations(self) -> frozenset[int]:
        """The recommendations, by their ids."""
        found = set(range(len(self.index.documents)))
        for readings in self.alike:
            found &= set().union(*(set.intersection(*map(self._documents, parts)) for parts in readings))
        return frozenset(self.index.documents[one].one.pk for one in found)

    def _documents(self, some: frozenset[str]) -> set[int]:
        return {code // PLACES for word in some for code in self.index.postings[word]}

    def entry(self, run_id: int, title: str) -> bool:
        """Whether each word stands in a published entry, or in the title of its recommendation."""
        return self._each_in(self.index.said.get(run_id, frozenset()) | set(words(title)))

    def text(self, *texts: str) -> bool:
        """Whether each word stands in texts that are published."""
        return self._each_in(set(words(" ".join(texts))))

    def _each_in(self, said: Set[str]) -> bool:
        return all(
            any(all(not some.isdisjoint(said) for some in parts) for parts in readings) for readings in self.alike
        )


def answers(whole: Site, q: str, now: datetime.datetime) -> Answers:
    """Return what answers to ``q``, as in the search of the pages; without a word that says something, everything."""
    known = index(whole, now)
    readings = (known.readings(word) for word in asked(q))
    return Answers(known, tuple(tuple(tuple(map(frozenset, parts)) for parts in some) for some in readings))


def _suggestion(known: SearchIndex, looked_for: list[str]) -> str:
    """Return what somebody may have meant: for each word that nothing answers to, the closest one that is there."""
    meant = []
    for word in looked_for:
        if known.alike(word):
            meant.append(word)
        elif close := difflib.get_close_matches(word, known.postings, n=1, cutoff=CLOSE):
            meant.append(close[0])
        else:
            return ""
    if meant == looked_for or not _hits(known, meant):
        return ""
    return " ".join(known.spelling(word) for word in meant)


def _pages(whole: Site, edition: PublicEdition, looked_for: list[str]) -> list[NamedPage]:
    found = (page for page in _named(whole, edition) if _answers(page.label, looked_for))
    return [page for page, _number in zip(found, range(MOST_PAGES), strict=False)]


def _named(whole: Site, edition: PublicEdition) -> Iterator[NamedPage]:
    for office in whole.offices:
        yield NamedPage("office", office.label, reverse("publication:office", args=[office.pk]))
    for some in edition.fields:
        yield NamedPage("field", str(some), reverse("publication:field", args=[edition.slug, some.number]))
        for goal in some.goals:
            address = reverse("publication:goal", args=[edition.slug, some.number, goal.number])
            yield NamedPage("goal", str(goal), address)


def _answers(label: str, looked_for: Iterable[str]) -> bool:
    said = {fold(word) for word in WORD.findall(label)}
    return all(any(likeness(word, one) for one in said) for word in looked_for)


def _found(text: str, alike: frozenset[str]) -> set[str]:
    return {fold(word) for word in WORD.findall(text)} & alike


def cut(text: str, alike: frozenset[str]) -> str:
    """Return about ``EXCERPT`` letters of ``text`` around the first word that answers, cut between words."""
    flat = " ".join(text.split())
    if len(flat) <= EXCERPT:
        return flat
    first = next((match.start() for match in WORD.finditer(flat) if fold(match[0]) in alike), 0)
    start = max(0, min(first - EXCERPT // 3, len(flat) - EXCERPT))
    start = flat.find(" ", start) + 1 if start else 0
    end = start + EXCERPT
    end = flat.rfind(" ", start, end) if end < len(flat) else len(flat)
    return f"{'… ' if start else ''}{flat[start:end]}{' …' if end < len(flat) else ''}"


def marked(text: str, alike: frozenset[str]) -> SafeString:
    """Return ``text`` escaped, with each word that answers in ``<mark>``."""
    parts = []
    end = 0
    for match in WORD.finditer(text):
        if fold(match[0]) in alike:
            parts.append(format_html("{}<mark>{}</mark>", text[end : match.start()], match[0]))
            end = match.end()
    parts.append(format_html("{}", text[end:]))
    return mark_safe("".join(parts))  # noqa: S308 - each part is escaped
