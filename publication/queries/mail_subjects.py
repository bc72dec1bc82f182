"""What the mails of this room are about, in words: reports of barriers."""

import re
from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext as _

from notifications.subjects import Subject

BARRIER = "barrier:"


def subjects(names: Collection[str]) -> dict[str, Subject]:
    """Return what names like ``barrier:17`` stand for; no query."""
    found = {}
    for name in names:
        number = name.removeprefix(BARRIER)
        if name.startswith(BARRIER) and number.isdecimal():
            label = _("Report of a barrier %(number)s") % {"number": number}
            found[name] = Subject(label, reverse("voices:barrier", args=[int(number)]))
    return found


def topics(search: str) -> set[str]:
    """Return the report that somebody means who types ``Barriere 17``."""
    found = _NAMED.search(search)
    return {f"{BARRIER}{found[1]}"} if found else set()


_NAMED = re.compile(r"\bbarrier\w*\s+(\d{1,9})\b", re.IGNORECASE | re.ASCII)
