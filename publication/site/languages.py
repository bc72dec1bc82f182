"""The language of a page stands in its address: ``/en/…`` is English, everything else German.

Neither a cookie nor the browser decides, so that one address is one page, for people and for caches.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import formats, timezone, translation

OTHERS = frozenset(code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE)

BILINGUAL = "publication"
"""The namespace of the pages that exist in each language."""
NAMES = {"de": "Deutsch", "en": "English"}
ENGLISH_DAY, GERMAN_DAY = "j F Y", "d.m.Y"
SAFE = "/:@!$&'()*+,;=~"


class German(str):
    """Words of the city's own, which are German on every page: ``{{ label|as_spoken }}`` marks them on others."""

    __slots__ = ()


def language_of(path: str) -> str:
    """Return the language in which the page at ``path`` speaks."""
    first = path[1:].partition("/")[0]
    return first if first in OTHERS else settings.LANGUAGE_CODE


@dataclass(frozen=True, slots=True)
class PageLanguage:
    """A language in which a page exists; ``name`` is what it calls itself."""

    code: str
    name: str
    address: str
    absolute: str
    is_current: bool


def languages_of(request: HttpRequest) -> list[PageLanguage]:
    """Return the languages of the page of ``request``, German first; none for an address that has only one.

    What is searched and filtered for goes along to ``address``, while ``absolute`` is what search engines keep.
    """
    if request.resolver_match is None or request.resolver_match.namespace != BILINGUAL:
        return []
    current = language_of(request.path_info)
    plain = request.path_info if current == settings.LANGUAGE_CODE else request.path_info[len(current) + 1 :]
    query = request.META.get("QUERY_STRING", "")
    found = []
    for code, _name in settings.LANGUAGES:
        path = quote(plain if code == settings.LANGUAGE_CODE else f"/{code}{plain}", safe=SAFE)
        address = f"{path}?{query}" if query else path
        found.append(PageLanguage(code, NAMES[code], address, f"{settings.SITE_URL}{path}", code == current))
    return found


class LanguageOfTheAddress:
    """Speaks the language of the address while a request is answered, and says so in the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request.path_info)
        with translation.override(language):
            response = self._get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def spoken_day(when: datetime.date | datetime.datetime) -> str:
    """Say a day as people of the present language write it: 22.11.2026, or 22 November 2026."""
    if isinstance(when, datetime.datetime):
        when = timezone.localtime(when) if timezone.is_aware(when) else when
    return formats.date_format(when, ENGLISH_DAY if translation.get_language() == "en" else GERMAN_DAY)
