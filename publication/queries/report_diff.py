"""What differs between two reports, from their frozen content alone.

Recommendations are the same where their anchor is; measures where their title is. What moved comes first, what did not
change is named alone. Words are compared where they are shown: a page at a time (``RecommendationDiff.passages``).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from publication import rich_text
from publication.report.printed import recommendations
from workflow.diff import Segment, segments
from workflow.thread import STATUS_ORDER, status_word

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Passage:
    """A text that is not the same in both reports."""

    label: str
    before: str
    after: str

    @property
    def segments(self) -> list[Segment]:
        return segments(self.before, self.after)


@dataclass(frozen=True)
class RecommendationDiff:
    """A recommendation that is not the same in both; one of ``before`` and ``after`` may be missing."""

    before: Document | None
    after: Document | None

    @property
    def one(self) -> Document:
        found = self.after or self.before
        assert found is not None  # noqa: S101 - one of them is there
        return found

    @property
    def has_moved(self) -> bool:
        return bool(self.before and self.after and self.before["status"] != self.after["status"])

    @cached_property
    def passages(self) -> list[Passage]:
        """What was written differently; nothing where the recommendation is in one of the reports only."""
        if self.before is None or self.after is None:
            return []
        return _differing(_words(self.before), _words(self.after))


@dataclass(frozen=True)
class Move:
    """The recommendations whose status went from ``before`` to ``after``, in printed order."""

    before: str
    after: str
    members: list[RecommendationDiff]


@dataclass(frozen=True)
class Figure:
    """A number of both reports."""

    label: str
    before: int
    after: int
    status: str = ""

    @property
    def more(self) -> int:
        return max(self.after - self.before, 0)

    @property
    def less(self) -> int:
        return max(self.before - self.after, 0)


@dataclass(frozen=True)
class ReportDiff:
    """``chapters`` are the report's own texts; ``added``, ``gone`` and ``changed`` are titles of measures.

    ``recommendations`` are those that differ: first those whose status moved, then those that are in one report only,
    then those that are only written differently.
    """

    figures: list[Figure]
    chapters: list[Passage]
    recommendations: list[RecommendationDiff]
    same: list[RecommendationDiff]
    added: list[str]
    gone: list[str]
    changed: list[str]
    kept: int

    @property
    def unchanged(self) -> int:
        return len(self.same)

    @cached_property
    def moves(self) -> list[Move]:
        """Whose status moved, by where from and where to, what was reached first."""
        found: dict[tuple[str, str], list[RecommendationDiff]] = {}
        for one in self.recommendations:
            if one.before and one.after and one.has_moved:
                found.setdefault((one.before["status"], one.after["status"]), []).append(one)
        order = sorted(found, key=lambda pair: (STATUS_ORDER.index(pair[1]), STATUS_ORDER.index(pair[0])))
        return [Move(before, after, found[before, after]) for before, after in order]

    @property
    def is_empty(self) -> bool:
        return not (self.chapters or self.recommendations or self.added or self.gone or self.changed)


def compare(before: Document, after: Document) -> ReportDiff:
    """Return what differs between two documents of reports."""
    differing, same = _parted(_pairs(before, after))
    old, new = _measures(before), _measures(after)
    both = old.keys() & new.keys()
    changed = [title for title in new if title in both and old[title] != new[title]]
    return ReportDiff(
        figures=_figures(before, after),
        chapters=_differing(_chapters(before), _chapters(after)),
        recommendations=sorted(differing, key=_weight),
        same=same,
        added=[new[title][0]["title"] for title in new if title not in old],
        gone=[old[title][0]["title"] for title in old if title not in new],
        changed=[new[title][0]["title"] for title in changed],
        kept=len(both) - len(changed),
    )


def _recommendations(document: Document) -> dict[str, Document]:
    return {one["anchor"]: one for one in recommendations(document)}


def _pairs(before: Document, after: Document) -> Iterator[RecommendationDiff]:
    """Yield the recommendations in the order of the later report, those that are only in the earlier one at the end."""
    old, new = _recommendations(before), _recommendations(after)
    for anchor, one in new.items():
        yield RecommendationDiff(old.get(anchor), one)
    for anchor, one in old.items():
        if anchor not in new:
            yield RecommendationDiff(one, None)


def _parted(pairs: Iterable[RecommendationDiff]) -> tuple[list[RecommendationDiff], list[RecommendationDiff]]:
    """Return the pairs that differ, and those that do not."""
    differing: list[RecommendationDiff] = []
    same: list[RecommendationDiff] = []
    for pair in pairs:
        (differing if _is_different(pair) else same).append(pair)
    return differing, same


def _is_different(pair: RecommendationDiff) -> bool:
    if pair.before is None or pair.after is None or pair.has_moved:
        return True
    return _words(pair.before) != _words(pair.after)


def _weight(pair: RecommendationDiff) -> int:
    """Return where a difference comes: what moved, what is new or gone, what is only written differently."""
    if pair.has_moved:
        return 0
    return 2 if pair.before and pair.after else 1


def _words(one: Document) -> dict[str, str]:
    """Return everything that is written of a recommendation, by label and in reading order."""
    said = {
        _("Title"): f"{one['number']} {one['title']}",
        _("Wording"): "\n".join(one["text"]),
        _("Responsible"): one["who"],
        _("Kind of return"): "\n".join(one["note"]),
    }
    said |= {section["label"]: "\n".join(section["text"]) for section in one["sections"]}
    said[_("Measures")] = "\n".join(_measure_line(measure) for measure in one["measures"])
    said[pgettext("report", "Approval")] = one["approved"]
    return {label: text for label, text in said.items() if text}


def _measure_line(one: Document) -> str:
    parts = (one["title"], one["word"], one["who"], one["until"], one["details"], one["link"])
    return " · ".join(part for part in parts if part)


def _chapters(document: Document) -> dict[str, str]:
    said = {_("Foreword"): rich_text.plain(document.get("foreword", []))}
    for field in document.get("fields", []):
        label = _("Introduction: %(field)s") % {"field": field["name"]}
        said[label] = rich_text.plain(field.get("introduction", []))
    return {label: text for label, text in said.items() if text}


def _differing(before: Mapping[str, str], after: Mapping[str, str]) -> list[Passage]:
    labels: Iterable[str] = [*after, *(label for label in before if label not in after)]
    found = (Passage(label, before.get(label, ""), after.get(label, "")) for label in labels)
    return [one for one in found if one.before != one.after]


def _measures(document: Document) -> dict[str, list[Document]]:
    """Return the rows of the programmes by title: what two entries say of one measure stays together."""
    found: dict[str, list[Document]] = {}
    for row in (document.get("programmes") or {}).get("rows", []):
        found.setdefault(row["title"].casefold(), []).append(row)
    return found


def _figures(before: Document, after: Document) -> list[Figure]:
    old, new = _counts(before), _counts(after)
    rows = [Figure(_("Recommendations"), sum(old.values()), sum(new.values()))]
    rows += [
        Figure(status_word(status, public=True), old.get(status, 0), new.get(status, 0), status)
        for status in STATUS_ORDER
        if status in old or status in new
    ]
    return rows


def _counts(document: Document) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in _recommendations(document).values():
        counts[one["status"]] = counts.get(one["status"], 0) + 1
    return counts
