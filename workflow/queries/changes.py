"""What an entry says anew, passage by passage, against the period before or the version before."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass, field, replace

from django.utils.formats import date_format
from django.utils.translation import gettext

from workflow.content import TEXT_FIELDS, EntryContent, MeasureContent
from workflow.diff import Segment, segments
from workflow.models import ImplementationStatus, Revision
from workflow.queries import entries
from workflow.wording import FIELD_LABELS, OUTLOOK_WORDS

COMPARED = ("status_reason", *TEXT_FIELDS)


@dataclass(frozen=True, slots=True)
class Change:
    """A passage against the earlier one: the same words, or what is new and gone."""

    is_same: bool
    segments: list[Segment] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Changes:
    """All passages against the entry of ``period``, by name; only those that were or are filled in.

    ``status_before`` is empty if the status is the same. ``new_measures`` are the names of those that are new or say
    something else, ``gone_measures`` of those that are no longer there;
    ``gone`` are the passages of then that are empty now.
    """

    period: str = ""
    passages: dict[str, Change] = field(default_factory=dict)
    status_before: str = ""
    measures_are_same: bool = False
    new_measures: list[str] = field(default_factory=list)
    gone_measures: list[str] = field(default_factory=list)
    gone: list[tuple[str, Change]] = field(default_factory=list)


def against(before: Revision | None, content: EntryContent) -> Changes:
    """Return ``content`` compared with the entry before; empty without one."""
    if before is None:
        return Changes()
    earlier = entries.content_of(before)
    found = {}
    for name in COMPARED:
        old, new = _plain(getattr(earlier, name)), _plain(getattr(content, name))
        if old == new and new:
            found[name] = Change(is_same=True)
        elif old != new:
            found[name] = Change(is_same=False, segments=segments(old, new))
    titles = {one.title for one in content.measures}
    return Changes(
        before.update.cycle.period_label,
        found,
        status_before=earlier.implementation_status
        if earlier.implementation_status != content.implementation_status
        else "",
        measures_are_same=bool(content.measures) and content.measures == earlier.measures,
        new_measures=[one.title for one in content.measures if one not in earlier.measures],
        gone=[(name, change) for name, change in found.items() if not getattr(content, name).strip()],
        gone_measures=[one.title for one in earlier.measures if one.title not in titles],
    )


def between(before: EntryContent, after: EntryContent) -> list[tuple[str, list[Segment]]]:
    """Return, in reading order and by the name people know, every part in which two versions of one entry differ.

    Nothing that is handed in is left out: status, outlook, date and measures count like the texts.
    """
    old, new = _parts(before), _parts(after)
    return [(str(FIELD_LABELS[name]), segments(old[name], new[name])) for name in old if old[name] != new[name]]


def public_since(before: tuple[int, int], after: tuple[int, int]) -> list[tuple[str, list[Segment]]]:
    """Return every part that the public reads in which two states of an entry differ; three queries at most.

    A state is the approved revision and the one whose text is read: another where it confirms an earlier entry.
    """
    first, second = entries.public_entries([before, after])
    return _differing(first, second)


def _differing(before: entries.Entry, after: entries.Entry) -> list[tuple[str, list[Segment]]]:
    found = between(before.content, after.content)
    if before.nil_reason != after.nil_reason:
        found.append((gettext("Nil return"), segments(before.nil_reason, after.nil_reason)))
    return found


def _parts(content: EntryContent) -> dict[str, str]:
    day = content.next_step_on
    return {
        "implementation_status": _status(content.implementation_status),
        "status_reason": _plain(content.status_reason),
        "outlook": str(OUTLOOK_WORDS.get(content.outlook, content.outlook)),
        **{name: _plain(getattr(content, name)) for name in TEXT_FIELDS},
        "next_step_on": date_format(day, "d.m.Y") if day else "",
        "measures": "\n".join(_measures(content.measures)),
        "internal_note": _plain(content.internal_note),
    }


def _measures(measures: Iterable[MeasureContent]) -> list[str]:
    """Return a line for each measure that holds everything it says."""
    said = (astuple(replace(one, status=_status(one.status))) for one in measures)
    return [" · ".join(part for part in parts if part) for parts in said]


def _status(value: str) -> str:
    return str(ImplementationStatus(value).label) if value in ImplementationStatus.values else value


def _plain(text: str) -> str:
    return text.strip().replace("\r\n", "\n")
