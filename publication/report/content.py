"""The content of a report: a plain, frozen document of texts and figures that every output is made from.

``document`` turns ``Sources`` into nested dicts, lists, strings and numbers, ready for JSON. It reads neither clock
nor database: the same sources, date and version give the same document. Texts of people are lists of paragraphs.
"""

import datetime
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from concept.models import Recommendation
from publication import rich_text
from publication.report import chapters, sentences, wording
from publication.report.chapters import anchor
from publication.report.entries import entry_document, paragraphs
from publication.report.sources import Sources
from publication.strands import MOST_PERIODS
from workflow.models.scales import REACHED
from workflow.thread import (
    LEFT_OUT,
    MISSING,
    OPEN,
    STATUS_ORDER,
    ThreadStep,
    standing_after_each,
    status_word,
    thread_steps,
)

Document = dict[str, Any]


def document(
    sources: Sources,
    *,
    as_of: datetime.date,
    version: int | None,
    change_note: str = "",
    is_marked_draft: bool = False,
) -> Document:
    """Return the content of a report as it stands on ``as_of``; without ``version`` it is a working copy.

    ``change_note`` says what is different from the version before, ``is_marked_draft`` that it is meant for the
    Runder Tisch and calls itself a draft. ``entries`` says by run which revision was printed, and which one's text:
    an earlier entry's, where it confirms that. A chapter that has nothing to say is ``None`` or an empty list, and no
    output gives it a heading.
    """
    threads = {
        one.pk: thread_steps(sources.periods, sources.statuses.get(one.pk, {})) for one in sources.recommendations
    }
    fields = [
        _field(list(some), sources, threads) for _key, some in groupby(sources.recommendations, lambda r: r.goal.field)
    ]
    return {
        **_head(sources, as_of, version),
        "stage": _stage(as_of) if is_marked_draft else "",
        "change_note": "\n".join(paragraphs(change_note)),
        "entries": {str(entry.run_id): [entry.revision_id, entry.text_id] for entry in sources.entries.values()},
        "foreword": rich_text.blocks(sources.texts.get(None, "")),
        "words": {name: str(word) for name, word in wording.HEADINGS.items()},
        "legend": [_legend_row(status) for status in STATUS_ORDER if status != OPEN or not sources.cycle.closed],
        "thread_meaning": str(wording.THREAD_MEANING),
        "kinds": [{"word": str(word), "meaning": str(meaning)} for word, meaning in wording.KIND_MEANINGS],
        "overview": _overview(sources, threads, fields),
        "returns": _returns(sources),
        "changes": chapters.changes(sources, threads),
        "fields": fields,
        "programmes": chapters.programmes(sources),
        "missing": _missing(sources, as_of),
        "corrections": chapters.corrections(sources),
        "register": _register(sources, threads),
        "imprint": sentences.imprint(sources.cycle, as_of),
    }


def _stage(as_of: datetime.date) -> str:
    return _("Draft for the round table, as of %(day)s") % {"day": date_format(as_of, "d.m.Y")}


def checksum(document: Document) -> str:
    """Return the SHA-256 of a document, however its database has kept it."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _head(sources: Sources, as_of: datetime.date, version: int | None) -> Document:
    values = {"edition": sources.cycle.edition_name, "period": sources.cycle.label}
    day = date_format(as_of, "d.m.Y")
    return {
        "language": settings.LANGUAGE_CODE,
        "city": settings.CITY_NAME,
        "publisher": _("City of %(city)s") % {"city": settings.CITY_NAME},
        "service": settings.SERVICE_NAME,
        "address": settings.SITE_URL,
        "title": _("Integration report %(period)s") % values,
        "title_lines": [_("Integration report"), sources.cycle.label],
        "subtitle": _("What became of the recommendations of “%(edition)s”") % values,
        "version": pgettext("report", "Version %(number)s") % {"number": version} if version else _("Working copy"),
        "as_of": _("As of %(day)s") % {"day": day},
        "as_of_iso": as_of.isoformat(),
        "source_line": _("The figures follow the entries approved until %(day)s.") % {"day": day},
    }


def _legend_row(status: str) -> Document:
    meaning = wording.STATUS_MEANINGS[status]
    return {"status": status, "word": status_word(status, public=True), "meaning": str(meaning)}


def _overview(sources: Sources, threads: dict[int, list[ThreadStep]], fields: list[Document]) -> Document:
    everything = sources.recommendations
    counts = _counts(threads.values())
    columns = [status for status in STATUS_ORDER if counts[status]]
    rows = [{"name": one["name"], "counts": [one["counts"].get(status, 0) for status in columns]} for one in fields]
    label = sentences.in_fields(len(everything), len(fields))
    return {
        **_opening(sources.cycle.edition_name, label, everything, sources, counts),
        "table": {
            "columns": [{"status": status, "word": status_word(status, public=True)} for status in columns],
            "rows": [{**row, "total": sum(row["counts"])} for row in rows],
            "sums": [counts[status] for status in columns],
            "total": counts.total(),
        },
    }


def _field(members: list[Recommendation], sources: Sources, threads: dict[int, list[ThreadStep]]) -> Document:
    field = members[0].goal.field
    counts = _counts(threads[one.pk] for one in members)
    goals = [_goal(list(some), sources, threads) for _key, some in groupby(members, lambda one: one.goal)]
    return {
        "number": field.number,
        "name": str(field),
        "heading": field.name,
        "summary": paragraphs(field.summary),
        "introduction": rich_text.blocks(sources.texts.get(field.pk, "")),
        **_opening(field.name, sentences.in_goals(len(members), len(goals)), members, sources, counts),
        "counts": dict(counts),
        "units": _units(counts),
        "goals": goals,
    }


def _opening(
    name: str, label: str, members: Sequence[Recommendation], sources: Sources, counts: Counter[str]
) -> Document:
    """Return what opens a chapter: the sentence, the large figures and the periods compared."""
    bands = _bands(sources, [one.pk for one in members])
    without_entry = sum(one.pk not in sources.entries and one.pk not in sources.left_out for one in members)
    closed = sources.cycle.closed
    return {
        "lead": sentences.lead(counts, bands, closed=closed, without_entry=without_entry),
        "figures": sentences.figures(counts, label, closed=closed, without_entry=without_entry),
        "bands": bands,
        "bands_alt": sentences.bands_alt(name, bands, counts.total()),
    }


def _goal(members: list[Recommendation], sources: Sources, threads: dict[int, list[ThreadStep]]) -> Document:
    goal = members[0].goal
    counts = _counts(threads[one.pk] for one in members)
    return {
        "name": str(goal),
        "units": _units(counts),
        "recommendations": [_recommendation(one, sources, threads[one.pk]) for one in members],
    }


def _recommendation(one: Recommendation, sources: Sources, steps: Sequence[ThreadStep]) -> Document:
    entry = sources.entries.get(one.pk)
    lead = entry.office_label if entry else sources.offices_asked.get(one.pk, "")
    status = steps[-1].status
    return {
        "anchor": anchor(one.pk),
        "number": one.number,
        "title": one.title,
        "text": paragraphs(one.text),
        "status": status,
        "word": status_word(status, public=True),
        "steps": [{"period": step.period, "status": step.status, "loose": step.is_loose} for step in steps],
        "alt": sentences.thread(steps),
        "who": sentences.who(lead, sources.contributing.get(one.pk, [])),
        **entry_document(entry, absence=_absence(one, sources), office=lead, withdrawn=sources.withdrawn.get(one.pk)),
    }


def _absence(one: Recommendation, sources: Sources) -> str:
    """Return why a recommendation without an entry has none."""
    if one.pk in sources.left_out:
        return "left_out"
    if one.pk not in sources.offices_asked:
        return "not_asked"
    return "missing" if sources.cycle.closed else "open"


def _counts(threads: Iterable[Sequence[ThreadStep]]) -> Counter[str]:
    return Counter(steps[-1].status for steps in threads)


def _units(counts: Counter[str]) -> Document:
    groups = [(status, counts[status]) for status in STATUS_ORDER if counts[status]]
    return {
        "groups": [{"status": status, "number": number} for status, number in groups],
        "alt": ", ".join(f"{number} {status_word(status, public=True)}" for status, number in groups),
        "reached": _("%(reached)s of %(total)s") % {"reached": _reached(counts), "total": counts.total()},
    }


def _reached(counts: Counter[str]) -> int:
    return sum(counts[status] for status in REACHED)


def _bands(sources: Sources, members: Sequence[int]) -> list[Document]:
    """Return how many members were reached and in progress at the end of each period.

    While a period runs, a recommendation without a new entry counts as it stood before. Only the latest periods that
    a drawing has room for are returned.
    """
    bands = []
    for period, last in standing_after_each(sources.periods, [sources.statuses.get(pk, {}) for pk in members]):
        counts = Counter(last)
        bands.append({"label": period.label, "reached": _reached(counts), "in_progress": counts["in_progress"]})
    return bands[-MOST_PERIODS:]


def _returns(sources: Sources) -> list[Document]:
    """Return what came in for each period, by kind; who was not asked is not counted."""
    found = []
    for period in sources.periods[-MOST_PERIODS:]:
        counts: Counter[str] = Counter()
        for one in sources.recommendations:
            status = sources.statuses.get(one.pk, {}).get(period.cycle_id)
            if status != LEFT_OUT:
                kind = sources.kinds.get(one.pk, {}).get(period.cycle_id)
                counts[kind or (MISSING if period.closed else OPEN)] += 1
        found.append({"label": period.label, "counts": dict(counts)})
    return found


def _missing(sources: Sources, as_of: datetime.date) -> Document:
    """Return the recommendations without an approved entry, by the office that was asked."""
    groups: dict[str, list[Document]] = defaultdict(list)
    for one in sources.recommendations:
        if one.pk not in sources.entries and one.pk not in sources.left_out:
            office = sources.offices_asked.get(one.pk) or pgettext("report", "no lead office, so not asked")
            groups[office].append({"number": one.number, "title": one.title})
    closed, day = sources.cycle.closed, date_format(as_of, "d.m.Y")
    return {
        "heading": _("Missing returns") if closed else _("Still open"),
        "intro": sentences.missing_intro(sum(map(len, groups.values())), sources.cycle, day),
        "groups": [{"office": office, "items": groups[office]} for office in sorted(groups)],
    }


def _register(sources: Sources, threads: dict[int, list[ThreadStep]]) -> list[Document]:
    """Return the recommendations by lead office, for those who look for their own."""
    offices: dict[str, list[Document]] = defaultdict(list)
    for one in sources.recommendations:
        entry = sources.entries.get(one.pk)
        office = entry.office_label if entry else sources.offices_asked.get(one.pk)
        if office:
            status = threads[one.pk][-1].status
            offices[office].append(
                {
                    "anchor": anchor(one.pk),
                    "number": one.number,
                    "title": one.title,
                    "status": status,
                    "word": status_word(status, public=True),
                }
            )
    return [{"office": office, "items": offices[office]} for office in sorted(offices)]
