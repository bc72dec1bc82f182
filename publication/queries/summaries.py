"""Summaries of published entries: for readers, and for those who write them.

A summary is outdated once another revision is approved than the one that it summarises: of its entry, or of the earlier
entry whose text that one confirms.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from django.conf import settings
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from publication.models import EntrySummary
from publication.queries.filters import AddressFilters
from publication.queries.site import PublicField, PublicRecommendation, Site
from publication.summary_languages import PLAIN, SummaryLanguage, language, summary_languages
from workflow import published
from workflow.published import PublishedEntry, PublishedMark

# --- For readers ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Summary:
    """The newest version of a summary; ``period_label`` is that of its entry where it is known.

    ``is_earlier`` says that a newer entry of the same recommendation is published without one.
    """

    run_id: int
    language: SummaryLanguage
    text: str
    is_outdated: bool
    written_on: datetime.date
    period_label: str = ""
    is_earlier: bool = False

    @property
    def about(self) -> str:
        """Which period it is about, in its language."""
        return self.language.about(self.period_label)


def summaries(run_ids: Iterable[int]) -> dict[int, list[Summary]]:
    """Return run id → its summaries, plain language first, then in the order of the settings; one query.

    ``run_ids`` are those of published entries (``PublishedEntry.run_id``): what is not public has none here.
    """
    wanted = list(run_ids)
    if not wanted:
        return {}
    rows = _judged().filter(update__in=wanted)
    columns = ("update_id", "language", "text", "written_at", "is_current")
    order = _order(PLAIN)
    found: dict[int, list[Summary]] = defaultdict(list)
    for run, code, text, written_at, is_current in rows.values_list(*columns):
        if code in order:
            one = Summary(run, language(code), text, not is_current, timezone.localdate(written_at))
            found[run].append(one)
    for some in found.values():
        some.sort(key=lambda one: order[one.language.code])
    return dict(found)


def for_readers(entries: Sequence[PublishedEntry], speaks: str = "de") -> list[Summary]:
    """Return one summary of a recommendation for each language: of the newest of its ``entries`` that has one.

    ``entries`` come oldest first. Plain language comes first; on an English page (``speaks``), the English one. An
    entry without a summary in a language leaves the floor to an earlier one, which says which years it is about.
    One query.
    """
    by_run = summaries(entry.run_id for entry in entries)
    found: dict[str, Summary] = {}
    for entry in reversed(entries):
        for one in by_run.get(entry.run_id, ()):
            is_earlier = entry is not entries[-1]
            labelled = replace(one, period_label=entry.period_label, is_earlier=is_earlier)
            found.setdefault(one.language.code, labelled)
    order = _order(PLAIN if speaks == settings.LANGUAGE_CODE else speaks)
    return sorted(found.values(), key=lambda one: order[one.language.code])


def plain_texts(now: datetime.datetime) -> dict[int, str]:
    """Return run id → the summary in plain language of each published entry, to search in; one query."""
    public = published.public_runs(now).values("pk")
    rows = _newest().filter(update__in=public, language=PLAIN).exclude(text="")
    return dict(rows.values_list("update_id", "text"))


def _order(first: str) -> dict[str, int]:
    codes = [one.code for one in summary_languages()]
    codes.sort(key=lambda code: (code != first, code != PLAIN))
    return {code: place for place, code in enumerate(codes)}


def _newest() -> QuerySet[EntrySummary]:
    later = EntrySummary.objects.filter(
        update=OuterRef("update"), language=OuterRef("language"), number__gt=OuterRef("number")
    )
    return EntrySummary.objects.filter(~Exists(later)).order_by()


def _judged() -> QuerySet[EntrySummary]:
    """Return the newest versions that say something, with whether they still summarise what visitors read."""
    return _newest().exclude(text="").annotate(is_current=ExpressionWrapper(_HOLDS, output_field=BooleanField()))


_HOLDS = Q(source=F("update__approved"), text_source=published.text_read("update__"))


# --- For those who write --------------------------------------------------------------------------------------------

MISSING, CURRENT, OUTDATED = "fehlt", "aktuell", "veraltet"
STATES: dict[str, str | Promise] = {
    OUTDATED: pgettext_lazy("summary", "outdated"),
    MISSING: pgettext_lazy("summary", "missing"),
    CURRENT: pgettext_lazy("summary", "up to date"),
}


@dataclass(frozen=True)
class WorkFilters(AddressFilters):
    """What the list shows: a language, a field of action, a period (cycle), a state; empty for all."""

    sprache: str = ""
    feld: str = ""
    zeitraum: str = ""
    stand: str = ""

    def address(self, **changes: str) -> str:
        """Return the address of the list with these filters changed."""
        return "?" + replace(self, **changes).query()


@dataclass(frozen=True, slots=True)
class Cell:
    """The state of one entry in one language."""

    language: SummaryLanguage
    state: str

    @property
    def word(self) -> str:
        return str(STATES[self.state])

    @property
    def is_outdated(self) -> bool:
        return self.state == OUTDATED


@dataclass(frozen=True, slots=True)
class Row:
    """A published entry with the languages that were asked for."""

    run_id: int
    recommendation: PublicRecommendation
    period_label: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class LanguageFigures:
    """How many entries of the selection are in which state in one language, each with its address."""

    language: SummaryLanguage
    figures: list[tuple[str, int, str]]


@dataclass(frozen=True, slots=True)
class WorkList:
    filters: WorkFilters
    languages: list[SummaryLanguage]
    fields: list[PublicField]
    periods: list[tuple[int, str]]
    overview: list[LanguageFigures] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    @property
    def states(self) -> list[tuple[str, str]]:
        return [(state, str(word)) for state, word in STATES.items()]


def work_list(everything: Site, filters: WorkFilters) -> WorkList:
    """Return every published entry with the state of its summaries; one query beside the site's own.

    Newest period first, then in printed order. An unknown language, field or period selects nothing.
    """
    states = _states()
    languages = summary_languages()
    periods = {one.cycle_id: one for edition in everything.editions for one in edition.periods}
    entries = list(_entries(everything, filters))
    entries.sort(key=lambda pair: periods[pair[1].cycle_id].period_until, reverse=True)

    def state(run: int, code: str) -> str:
        return states.get((run, code), MISSING)

    shown = [one for one in languages if filters.sprache in {"", one.code}]
    rows = []
    for one, mark in entries:
        cells = [Cell(some, state(mark.run_id, some.code)) for some in shown]
        if not filters.stand or any(cell.state == filters.stand for cell in cells):
            rows.append(Row(mark.run_id, one, periods[mark.cycle_id].label, cells))
    overview = []
    for some in languages:
        counts = dict.fromkeys(STATES, 0)
        for _one, mark in entries:
            counts[state(mark.run_id, some.code)] += 1
        figures = [
            (str(STATES[name]), number, filters.address(sprache=some.code, stand=name))
            for name, number in counts.items()
        ]
        overview.append(LanguageFigures(some, figures))
    used = {mark.cycle_id for _one, mark in _entries(everything, WorkFilters())}
    choices = sorted((one for one in periods.values() if one.cycle_id in used), key=lambda one: one.period_until)
    fields = [one for edition in everything.editions for one in edition.fields]
    return WorkList(
        filters, languages, fields, [(one.cycle_id, one.label) for one in reversed(choices)], overview, rows
    )


def _entries(everything: Site, filters: WorkFilters) -> Iterator[tuple[PublicRecommendation, PublishedMark]]:
    for edition in everything.editions:
        for one in edition.all_recommendations:
            if filters.feld in {"", str(one.goal.field.pk)}:
                for mark in one.shown:
                    if filters.zeitraum in {"", str(mark.cycle_id)}:
                        yield one, mark


def _states() -> dict[tuple[int, str], str]:
    """Return by run and language whether its summary is up to date; what has none is left out. One query."""
    columns = ("update_id", "language", "is_current")
    return {
        (run, code): CURRENT if is_current else OUTDATED for run, code, is_current in _judged().values_list(*columns)
    }


def to_do() -> int:
    """Return how many summaries are outdated; one query."""
    return _newest().exclude(text="").exclude(_HOLDS).count()


@dataclass(frozen=True, slots=True)
class EditPage:
    """What somebody who writes a summary sees: the entry's place, the newest version, and all versions before.

    ``suggestion`` is a summary of the entry whose text this one confirms, where this one has none of its own.
    """

    run_id: int
    recommendation: PublicRecommendation
    period_label: str
    revision_id: int
    text_id: int
    language: SummaryLanguage
    newest: EntrySummary | None
    versions: list[EntrySummary]
    others: list[Cell]
    suggestion: str = ""

    @property
    def text(self) -> str:
        return self.newest.text if self.newest else ""

    @property
    def number(self) -> int:
        return self.newest.number if self.newest else 0

    @property
    def is_outdated(self) -> bool:
        return bool(self.newest and self.newest.text) and not _holds(self.newest, self.revision_id, self.text_id)


def edit_page(everything: Site, run_id: int, code: str, now: datetime.datetime) -> EditPage | None:
    """Return what is needed to write an entry's summary; ``None`` if it is not public or the language unknown.

    Six queries at most, beside the site's own.
    """
    here = next(((one, mark) for one, mark in _entries(everything, WorkFilters()) if mark.run_id == run_id), None)
    languages = {one.code: one for one in summary_languages()}
    if here is None or code not in languages:
        return None
    one, _mark = here
    entries = published.entries(now, recommendation_ids=[one.pk], with_measures=False).get(one.pk, [])
    entry = next((some for some in entries if some.run_id == run_id), None)
    if entry is None:
        return None
    rows = EntrySummary.objects.filter(update=run_id).select_related("written_by").order_by("-number")
    by_language: dict[str, list[EntrySummary]] = defaultdict(list)
    for row in rows:
        by_language[row.language].append(row)
    versions = by_language.get(code, [])
    return EditPage(
        run_id=run_id,
        recommendation=one,
        period_label=entry.period_label,
        revision_id=entry.revision_id,
        text_id=entry.text_id,
        language=languages[code],
        newest=versions[0] if versions else None,
        versions=versions,
        others=[Cell(some, _state_of(by_language.get(some.code), entry)) for some in languages.values()],
        suggestion="" if versions else _of_the_confirmed(entry, entries, code),
    )


def _holds(version: EntrySummary | None, revision: int, text: int) -> bool:
    return version is not None and (version.source_id, version.text_source_id) == (revision, text)


def _state_of(versions: list[EntrySummary] | None, entry: PublishedEntry) -> str:
    if not versions or not versions[0].text:
        return MISSING
    return CURRENT if _holds(versions[0], entry.revision_id, entry.text_id) else OUTDATED


def _of_the_confirmed(entry: PublishedEntry, entries: Sequence[PublishedEntry], code: str) -> str:
    confirmed = next((one for one in entries if one.period_label == entry.confirms_period), None)
    if not entry.confirms_period or confirmed is None:
        return ""
    found = summaries([confirmed.run_id]).get(confirmed.run_id, [])
    return next((one.text for one in found if one.language.code == code and not one.is_outdated), "")
