"""Which addresses may be kept ready, and which parts of a query string make a page another page.

A view says so by ``publication.views.page.public_page`` or ``public_file``; views that others make (the interface) are
named by :func:`keep`.
"""

from dataclasses import dataclass
from functools import lru_cache

from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.http import urlencode

from publication.site.languages import language_of

LONGEST = 120
"""A value of a query string that is longer is searched for all the same, but its page is not kept."""
MOST = 20
"""So many values make up a query string whose page is kept."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """How the answers of a view are kept.

    ``parameters`` are the names in the query string that the view reads. Others never reach it, so nobody can make up
    addresses without end. None: the view reads what it likes, and what it answers to a query string is not kept ready;
    it is still known to be unchanged. ``immutable``: the address holds a digest of the content.
    """

    parameters: tuple[str, ...] | None = ()
    immutable: bool = False

    @property
    def cache_control(self) -> str:
        return "public, max-age=31536000, immutable" if self.immutable else "public, no-cache"


def keeping_of(request: HttpRequest) -> Keeping | None:
    """Return how the answer to ``request`` is kept; None if it is no public address."""
    return _of(request.path_info)


@lru_cache(maxsize=4096)
def _of(path: str) -> Keeping | None:
    try:
        with translation.override(language_of(path)):
            match = resolve(path)
    except Resolver404:
        return None
    found: Keeping | None = getattr(match.func, "keeping", None)
    return found


def bound(request: HttpRequest, keeping: Keeping) -> bool:
    """Leave in the query string of ``request`` what the view knows, in its order; say whether the page may be kept."""
    if not request.META.get("QUERY_STRING"):
        return True
    if keeping.parameters is None:
        return False
    given = request.GET
    pairs = [(name, value) for name in keeping.parameters for value in given.getlist(name) if value]
    known = urlencode(pairs)
    request.META["QUERY_STRING"] = known
    request.GET = QueryDict(known)
    return len(pairs) <= MOST and all(len(value) <= LONGEST for _name, value in pairs)
