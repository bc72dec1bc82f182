"""The language of a page stands in its address: ``/en/…`` is English, everything else German.

Neither a cookie nor the browser decides, so that one address is one page, for people and for caches.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

OTHERS = frozenset(code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE)


def language_of(path: str) -> str:
    """Return the language in which the page at ``path`` speaks."""
    first = path[1:].partition("/")[0]
    return first if first in OTHERS else settings.LANGUAGE_CODE


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
