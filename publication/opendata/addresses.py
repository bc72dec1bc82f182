"""Addresses as they stand in data: absolute, and the same whoever asks.

They are made of ``SITE_URL``, never of the request: a file that is kept for one visitor is right for all others.
"""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from publication.models import FileKind
from publication.queries.parts import GoneEdition
from publication.queries.site import PublicEdition, PublicField, PublicRecommendation

TAGGED_SINCE = "2026"
"""The year in the ``tag:`` ids of the feed. It never changes, else every reader would get every entry anew."""


def absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def page(name: str, *args: Any) -> str:
    """Return the absolute address of a page in German, the language of the data."""
    with translation.override(settings.LANGUAGE_CODE):
        return absolute(reverse(name, args=args))


def page_if_there(name: str, *args: Any) -> str:
    """Return the address of a page, or nothing where it cannot be addressed."""
    try:
        return page(name, *args)
    except NoReverseMatch:
        return ""


def edition(one: PublicEdition | GoneEdition) -> str:
    return page("publication:edition", one.slug)


def field(one: PublicField) -> str:
    return page_if_there("publication:field", one.edition.slug, one.number)


def recommendation(one: PublicRecommendation) -> str:
    return page_if_there("publication:recommendation", one.edition.slug, one.key)


def report(pk: int) -> str:
    """Return the address of a report's page."""
    return page("publication:report", pk)


FILES = {FileKind.PDF: "file", FileKind.WORD: "word", FileKind.SHORT_PDF: "short", FileKind.HTML: "html"}


def report_file(pk: int, kind: str) -> str:
    """Return the address of a report's file."""
    return page(f"reports:{FILES[FileKind(kind)]}", pk)


def stable_id(one: PublicRecommendation) -> str:
    """Return the id of a recommendation that people can read: it stays for as long as its edition exists."""
    return f"{one.edition.slug}/{one.key}"


def tag(what: str) -> str:
    """Return an id for the feed that stays although addresses may move (RFC 4151)."""
    return f"tag:{urlsplit(settings.SITE_URL).hostname},{TAGGED_SINCE}:{what}"
