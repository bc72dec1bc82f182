"""What a frozen report holds of recommendations and entries, for those who compare it with something later."""

from collections.abc import Iterator, Mapping
from typing import Any


def recommendations(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the recommendations of all chapters, as printed."""
    return (one for field in document.get("fields") or () for goal in field["goals"] for one in goal["recommendations"])


def is_other(printed: int | list[int], stands: tuple[int, int]) -> bool:
    """Whether something else than what a report printed of an entry stands today, in itself or in its text."""
    # Documents of before hold the approved revision alone.
    return printed != stands[0] if isinstance(printed, int) else tuple(printed) != stands
