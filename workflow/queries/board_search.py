"""Full-text search over the runs of a cycle: several words in any order, each of which has to occur somewhere.

Case and umlauts are looked through on both databases: SQLite folds only ASCII, so a word with other letters is looked
for in every way in which people write it.
"""

from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workflow.models import Measure, Participation

TEXTS = ("done", "worked", "did_not_work", "overlooked", "next_step", "nil_reason")

PLACES: dict[str, tuple[str, ...]] = {
    "number": ("recommendation__number",),
    "title": ("recommendation__title",),
    "office": ("lead_office_label",),
    "wording": ("recommendation__text",),
    "goal": ("recommendation__goal__text", "recommendation__goal__field__name"),
    "entry": tuple(f"submitted__{name}" for name in TEXTS),
}
"""Where a word is looked for, beside the names of contributing offices and the measures of the newest version."""

PLACE_WORDS: dict[str, Promise] = {
    "wording": _("wording"),
    "goal": _("goal"),
    "entry": _("text of the office"),
    "other": _("contributing office or measure"),
}
"""What the places are called that a card does not show anyway."""

FOUND_IN = tuple(name for place in PLACES.values() for name in place)
"""The columns that ``places_of`` needs, in this order."""


def matches(words: Iterable[str]) -> Q:
    """Return the condition that each of ``words`` occurs in what belongs to a run."""
    every = Q()
    for word in words:
        contributes = Participation.objects.filter(_anywhere(("office_label",), word), update=OuterRef("pk"))
        measures = Measure.objects.filter(_anywhere(("title",), word), revision=OuterRef("submitted"))
        every &= _anywhere(FOUND_IN, word) | Q(Exists(contributes)) | Q(Exists(measures))
    return every


def places_of(words: Sequence[str], values: Sequence[str | None]) -> list[str]:
    """Return in words where ``words`` were found beyond what a card shows; ``values`` are those of ``FOUND_IN``."""
    by_column = dict(zip(FOUND_IN, values, strict=True))
    texts = {place: " ".join(by_column[name] or "" for name in names).casefold() for place, names in PLACES.items()}
    found: dict[str, None] = {}
    for word in words:
        folded = word.casefold()
        place = next((place for place, text in texts.items() if folded in text), "other")
        if place in PLACE_WORDS:
            found[str(PLACE_WORDS[place])] = None
    return list(found)


def _anywhere(names: Iterable[str], word: str) -> Q:
    found = Q()
    for spelling in _spellings(word):
        for name in names:
            found |= Q(**{f"{name}__icontains": spelling})
    return found


def _spellings(word: str) -> set[str]:
    if word.isascii() and "ss" not in word.lower():
        return {word}
    spellings = {word, word.lower(), word.upper(), word[:1].upper() + word[1:].lower()}
    return spellings | {one.replace("ß", "ss") for one in spellings} | {one.replace("ss", "ß") for one in spellings}
