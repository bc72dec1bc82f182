"""The charts of a report, drawn from its document alone."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from publication.charts.kinds import Chart, Row, draw

Document = Mapping[str, Any]


def charts_of(document: Document) -> list[dict[str, Any]]:
    """Return the charts of a report in reading order, each as the document keeps it.

    ``place`` is ``overview`` or ``field:<number>``. Where there is nothing to compare, there is no chart. The same
    document gives the same charts.
    """
    language = document["language"]
    found: list[tuple[str, Chart | None]] = [
        ("overview", draw(name, rows, language)) for name, rows in _overview(document)
    ]
    for index, field in enumerate(document["fields"], start=1):
        key = str(field["number"] or index)
        found += [
            (f"field:{field['number']}", draw(name, rows, language, about=field["name"], key=f"{index}-{key}"))
            for name, rows in _field(document, field)
        ]
    return [{**chart.as_dict(), "place": place} for place, chart in found if chart is not None]


def _overview(document: Document) -> Iterator[tuple[str, Sequence[Row]]]:
    fields = document["fields"]
    everything = [one for field in fields for one in _recommendations(field)]
    yield "status-by-field", [(field["name"], field["counts"]) for field in fields]
    yield "status-by-period", _by_period(document, everything)
    yield "reached-by-field", _reached(fields)
    yield "returns", [(one["label"], one["counts"]) for one in document.get("returns", [])]
    yield "measures", _measures(everything)
    yield "missing-by-office", _missing(document)


def _field(document: Document, field: Document) -> Iterator[tuple[str, Sequence[Row]]]:
    yield "status-by-goal", [(goal["name"], _groups(goal["units"])) for goal in field["goals"]]
    yield "status-by-period", _by_period(document, list(_recommendations(field)))


def _recommendations(field: Document) -> Iterator[Document]:
    return (one for goal in field["goals"] for one in goal["recommendations"])


def _groups(units: Document) -> dict[str, int]:
    return {group["status"]: group["number"] for group in units["groups"]}


def _by_period(document: Document, members: Iterable[Document]) -> list[Row]:
    """Return how the members stood at the end of each period; without a word for it, as at the end of the one before.

    A recommendation counts from the first period on for which it has a mark.
    """
    periods = [band["label"] for band in document["overview"]["bands"]]
    counts: dict[str, Counter[str]] = {period: Counter() for period in periods}
    for one in members:
        known = {step["period"]: step["status"] for step in one["steps"] if "period" in step}
        before = _before(one["steps"], periods)
        for period in periods:
            before = known.get(period, before)
            if before:
                counts[period][before] += 1
    return [(period, counts[period]) for period in periods]


def _before(steps: Sequence[Document], periods: Sequence[str]) -> str:
    """Return how something stood before the first of the periods that are drawn."""
    older = [step["status"] for step in steps if step.get("period", periods[0]) not in periods] if periods else []
    return older[-1] if older else ""


def _reached(fields: Sequence[Document]) -> list[Row]:
    return [
        (
            field["name"],
            {**{band["label"]: band["reached"] for band in field["bands"]}, "total": sum(field["counts"].values())},
        )
        for field in fields
    ]


def _measures(members: Iterable[Document]) -> list[Row]:
    counts = Counter(measure["status"] for one in members for measure in one["measures"] if measure["status"])
    return [(status, {"measures": count}) for status, count in counts.items()]


def _missing(document: Document) -> list[Row]:
    statuses = {one["number"]: one["status"] for field in document["fields"] for one in _recommendations(field)}
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for group in document["missing"]["groups"]:
        for item in group["items"]:
            found[group["office"]]["missing" if statuses.get(item["number"]) == "missing" else "open"] += 1
    return list(found.items())
