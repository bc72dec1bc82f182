"""What the mails of this room are about, in words: reports of barriers and feedback."""

import re
from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext as _

from notifications.subjects import Subject

BARRIER, FEEDBACK = "barrier:", "feedback:"


def subjects(names: Collection[str]) -> dict[str, Subject]:
    """Return what names like ``barrier:17`` and ``feedback:3`` stand for; no query."""
    said = {
        BARRIER: (_("Report of a barrier %(number)s"), "voices:barrier"),
        FEEDBACK: (_("Feedback no. %(number)s"), "voices:feedback"),
    }
    found = {}
    for name in names:
        kind, colon, number = name.partition(":")
        if number.isdecimal() and (known := said.get(kind + colon)):
            label, page = known
            found[name] = Subject(label % {"number": number}, reverse(page, args=[int(number)]))
    return found


def topics(search: str) -> set[str]:
    """Return the report that somebody means who types ``Barriere 17``."""
    found = _NAMED.search(search)
    return {f"{BARRIER}{found[1]}"} if found else set()


_NAMED = re.compile(r"\bbarrier\w*\s+(\d{1,9})\b", re.IGNORECASE | re.ASCII)
