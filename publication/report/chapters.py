"""The report's own chapters beside the fields: what moved since the last report, all measures, all corrections."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from publication.report.entries import measure_document, paragraphs
from publication.report.sources import Previous, Sources
from workflow.thread import LEFT_OUT, MISSING, OPEN, STATUS_ORDER, ThreadStep, status_word

Document = dict[str, Any]


def anchor(pk: int) -> str:
    """Return the name under which every output marks the place of a recommendation."""
    return f"r{pk}"


def changes(sources: Sources, threads: Mapping[int, Sequence[ThreadStep]]) -> Document | None:
    """Return whose status moved since the last final report, or since the period before; ``None`` without either.

    Where nothing was reported this time, nothing moved: those stand among the missing returns.
    """
    before, previous = _before(sources)
    if not previous:
        return None
    moved: dict[tuple[str, str], list[Document]] = defaultdict(list)
    for one in sources.recommendations:
        was, now = before.get(one.pk), threads[one.pk][-1].status
        if was and now not in {was, MISSING, OPEN}:
            moved[was, now].append({"anchor": anchor(one.pk), "number": one.number, "title": one.title})
    groups = sorted(moved, key=lambda pair: (STATUS_ORDER.index(pair[1]), STATUS_ORDER.index(pair[0])))
    return {
        "heading": _("What has changed"),
        "intro": _changes_intro(sum(map(len, moved.values())), previous),
        "previous": previous,
        "groups": [
            {
                "from": was,
                "from_word": status_word(was, public=True),
                "to": now,
                "to_word": status_word(now, public=True),
                "items": moved[was, now],
            }
            for was, now in groups
        ],
    }


def _before(sources: Sources) -> tuple[dict[int, str], str]:
    """Return how each recommendation stood before, and when that was in words; nothing for the first report."""
    if sources.previous:
        return sources.previous.statuses, previous_label(sources.previous)
    periods = sources.periods[:-1]
    if not periods:
        return {}, ""
    found = {}
    for one in sources.recommendations:
        known = sources.statuses.get(one.pk, {})
        status = known.get(periods[-1].cycle_id) or (MISSING if periods[-1].closed else "")
        if status and status != LEFT_OUT:
            found[one.pk] = status
    return found, periods[-1].label


def previous_label(one: Previous) -> str:
    """Name a report with its version and the day of its release."""
    values = {"period": one.period, "number": one.number, "day": date_format(one.released_on, "d.m.Y")}
    return _("Integration report %(period)s, version %(number)s of %(day)s") % values


def _changes_intro(number: int, previous: str) -> str:
    values = {"number": number, "previous": previous}
    if not number:
        return _("Compared with %(previous)s, no status has moved.") % values
    said = ngettext(
        "Compared with %(previous)s, the status of %(number)s recommendation has moved.",
        "Compared with %(previous)s, the status of %(number)s recommendations has moved.",
        number,
    )
    return said % values


def programmes(sources: Sources) -> Document | None:
    """Return all measures of all entries by title, each once with the recommendations that it serves, or ``None``."""
    rows: dict[tuple[str, ...], Document] = {}
    for one in sources.recommendations:
        entry = sources.entries.get(one.pk)
        for measure in entry.measures if entry else ():
            row = measure_document(measure)
            key = tuple(str(value).casefold() for value in row.values())
            rows.setdefault(key, {**row, "recommendations": []})
            named = {"anchor": anchor(one.pk), "number": one.number}
            if named not in rows[key]["recommendations"]:
                rows[key]["recommendations"].append(named)
    if not rows:
        return None
    ordered = sorted(rows.values(), key=lambda row: str(row["title"]).casefold())
    intro = ngettext(
        "This is the %(number)s measure that the offices name, with the recommendations that it serves.",
        "These are the %(number)s measures that the offices name, each with the recommendations that it serves.",
        len(ordered),
    )
    return {
        "heading": pgettext("report", "Measures and programmes"),
        "intro": intro % {"number": len(ordered)},
        "rows": ordered,
    }


def corrections(sources: Sources) -> list[Document]:
    """Return the corrections of the entries in the report, in printed order, the newest of an entry first."""
    return [
        {
            "anchor": anchor(one.pk),
            "number": one.number,
            "title": one.title,
            "on": date_format(correction.on, "d.m.Y"),
            "note": " ".join(paragraphs(correction.note)),
        }
        for one in sources.recommendations
        if one.pk in sources.entries
        for correction in sources.entries[one.pk].corrections
    ]
