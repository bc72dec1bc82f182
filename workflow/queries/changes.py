"""What an entry says anew, passage by passage, against the period before."""

from dataclasses import dataclass, field

from workflow.content import TEXT_FIELDS, EntryContent
from workflow.diff import Segment, segments
from workflow.models import Revision
from workflow.queries import entries

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


def _plain(text: str) -> str:
    return text.strip().replace("\r\n", "\n")
