"""Raw content: an entry as somebody typed it, valid or not. It is what forms submit and drafts keep.

A dictionary of strings with the names of ``EntryContent``; ``measures`` is a list of dictionaries of strings with the
names of ``MeasureContent``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from workflow.content import MAX_MEASURES, ContributionContent, EntryContent, MeasureContent

ENTRY_NAMES = tuple(one.name for one in fields(EntryContent) if one.name != "measures")
MEASURE_NAMES = tuple(one.name for one in fields(MeasureContent))
LONG_TEXTS = ("status_reason", "done", "worked", "did_not_work", "overlooked", "next_step", "internal_note")

Raw = dict[str, Any]


def clean_text(value: Any) -> str:
    """Return typed text in one form: line breaks as browsers display them, no characters that databases refuse."""
    return str(value).replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")


def from_form(data: Mapping[str, Any]) -> Raw:
    """Return what was typed into a submitted form. Measures without a single character are left out."""
    raw: Raw = {name: clean_text(data.get(name, "")) for name in ENTRY_NAMES}
    raw["measures"] = [row for row in _measure_rows(data) if any(value.strip() for value in row.values())]
    return raw


def _measure_rows(data: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    removed = data.get("remove", "")
    for index in range(_number_of_rows(data)):
        if str(index) != removed:
            yield {name: clean_text(data.get(f"measures-{index}-{name}", "")) for name in MEASURE_NAMES}


def _number_of_rows(data: Mapping[str, Any]) -> int:
    stated = data.get("measures-rows", "0")
    # Twice as many as may be handed in: a draft keeps them all until the person has chosen.
    return min(int(stated), 2 * MAX_MEASURES) if stated.isdecimal() and len(stated) < 6 else 0  # noqa: PLR2004


def of(content: EntryContent) -> Raw:
    """Return ``content`` as it would have been typed."""
    day = content.next_step_on
    raw: Raw = {name: getattr(content, name) for name in ENTRY_NAMES}
    raw["next_step_on"] = f"{day:%d.%m.%Y}" if day else ""
    raw["measures"] = [{name: getattr(measure, name) for name in MEASURE_NAMES} for measure in content.measures]
    return raw


def complete(raw: Mapping[str, Any]) -> Raw:
    """Return ``raw`` with every name present, whatever an older version of the form has kept."""
    full: Raw = {name: clean_text(raw.get(name, "")) for name in ENTRY_NAMES}
    full["measures"] = [
        {name: clean_text(row.get(name, "")) for name in MEASURE_NAMES} for row in raw.get("measures", ())
    ]
    return full


def is_empty(raw: Mapping[str, Any]) -> bool:
    """Whether nothing at all was typed or chosen."""
    return not raw.get("measures") and not any(str(raw.get(name, "")).strip() for name in ENTRY_NAMES)


def of_contribution(content: ContributionContent) -> Raw:
    """Return ``content`` as it would have been typed; what a contribution does not have is empty."""
    values: dict[str, Any] = content.texts()
    return of(EntryContent("", **values, measures=content.measures))


def with_part(raw: Raw, source: Mapping[str, Any], name: str, *, as_beginning: bool = False) -> Raw:
    """Return ``raw`` with one passage (or the measures) of ``source`` added; nothing that was typed is replaced.

    A text stands after what was typed, or ``as_beginning`` before it; what is there already is not added again.
    """
    part = source[name]
    if name == "measures":
        return {**raw, name: [*raw[name], *(row for row in part if row not in raw[name])]}
    if not part.strip() or part.strip() in raw[name]:
        return raw
    parts = (part, raw[name]) if as_beginning else (raw[name], part)
    return {**raw, name: "\n\n".join(text.strip() for text in parts if text.strip())}


@dataclass(frozen=True, slots=True)
class Difference:
    """A part in which two versions differ; ``name`` is a field or ``measures``."""

    name: str
    mine: Any
    theirs: Any

    @property
    def can_join(self) -> bool:
        """Whether both may stand one after the other."""
        return self.name in LONG_TEXTS or self.name == "measures"


def differences(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[Difference]:
    """Return the parts in which two versions differ, in reading order."""
    one, other = complete(mine), complete(theirs)
    return [Difference(name, one[name], other[name]) for name in one if one[name] != other[name]]


def merge(mine: Mapping[str, Any], theirs: Mapping[str, Any], choices: Mapping[str, str]) -> Raw:
    """Return ``mine`` with ``theirs`` where ``choices`` (name → ``mine``, ``theirs``, ``both``) says so.

    Where nothing sensible was chosen, both stay if they can, else mine.
    """
    merged = complete(mine)
    for part in differences(mine, theirs):
        choice = choices.get(part.name, "both")
        if choice == "theirs":
            merged[part.name] = part.theirs
        elif choice == "both" and part.can_join:
            merged[part.name] = _joined(part.mine, part.theirs)
    return merged


def _joined(mine: Any, theirs: Any) -> Any:
    if isinstance(mine, list):
        return [*mine, *(row for row in theirs if row not in mine)]
    if not mine or not theirs:
        return mine or theirs
    return f"{mine}\n\n{theirs}"
