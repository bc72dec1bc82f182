"""Answers visitors from what is ready: one query for the database's version, and no work where nothing changed."""

import datetime
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, ResponseHeaders
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date, parse_http_date_safe

from publication.site import cache, version
from publication.site.keeping import Keeping, bound, keeping_of
from publication.site.release import Release, release
from publication.site.version import Version

VARY = ("Accept-Encoding", "Cookie")
SETTLED = datetime.timedelta(minutes=15)
"""No transaction takes so long: what was changed before that can be compared by its moment."""
_NOT_KEPT = ("content-length", "etag", "last-modified", "cache-control", "vary", "content-encoding")
_CONDITIONS = re.compile(r'"([0-9a-f]{32})(-br|-gzip)?"')


@dataclass(frozen=True, slots=True)
class Asked:
    """One address as it stands now: ``digest`` differs whenever the answer may differ."""

    digest: str
    changed_at: datetime.datetime
    keeping: Keeping
    encoding: str
    is_search: bool
    may_be_kept: bool

    def tag(self, encoding: str) -> str:
        return f'"{self.digest}-{encoding}"' if encoding else f'"{self.digest}"'


class ReadyPages:
    """Answers public addresses with 304, with bytes that are ready, or lets the page be made and keeps it.

    Whoever has a session sees the page made for them; so does who is to read a message. An answer is kept if it is a
    200 without a cookie and says nothing else; a page is kept under the version that held before it was made, never
    under a newer one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        keeping = keeping_of(request) if request.method in {"GET", "HEAD"} else None
        if keeping is None:
            return self._get_response(request)
        if _is_personal(request):
            return _personal(self._get_response(request))
        request.get_host()  # A name that is not ours is refused here as anywhere.
        may_be_kept = bound(request, keeping)
        now = timezone.now()
        held = version.current(now)
        asked = _asked(request, keeping, held, may_be_kept=may_be_kept)
        answer = _unchanged(request, asked, now) or self._ready(asked)
        if answer is not None:
            return answer
        with version.holding(held):
            made = self._get_response(request)
        return _finished(made, asked)

    def _ready(self, asked: Asked) -> HttpResponse | None:
        found = cache.get(asked.digest, asked.encoding, is_search=asked.is_search) if asked.may_be_kept else None
        return _answer(found, asked) if found else None


def _is_personal(request: HttpRequest) -> bool:
    return "HTTP_COOKIE" in request.META and (
        settings.SESSION_COOKIE_NAME in request.COOKIES or "messages" in request.COOKIES
    )


def _personal(response: HttpResponseBase) -> HttpResponseBase:
    if "no-store" not in response.get("Cache-Control", ""):
        response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Cookie"])
    return response


def _asked(request: HttpRequest, keeping: Keeping, held: Version, *, may_be_kept: bool) -> Asked:
    query = request.META.get("QUERY_STRING", "")
    running = release()
    # The address says the language.
    parts = "\n".join((held.key, running.id, request.path_info, query))
    return Asked(
        digest=hashlib.blake2b(parts.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest(),
        changed_at=_changed_at(held, running),
        keeping=keeping,
        encoding=cache.encoding_of(request.META.get("HTTP_ACCEPT_ENCODING", "")),
        is_search=bool(query),
        may_be_kept=may_be_kept,
    )


@lru_cache(maxsize=16)
def _changed_at(held: Version, running: Release) -> datetime.datetime:
    """Return since when the pages are what they are: the last change, the beginning of the day or the release."""
    midnight = timezone.make_aware(datetime.datetime.combine(held.day, datetime.time.min))
    return max(held.changed_at, midnight, running.at)


def _unchanged(request: HttpRequest, asked: Asked, now: datetime.datetime) -> HttpResponse | None:
    """Return the 304 for who has this very answer already, else None."""
    tags = request.META.get("HTTP_IF_NONE_MATCH")
    encoding = asked.encoding
    if tags is not None:
        matching = [found for found in _CONDITIONS.finditer(tags) if found[1] == asked.digest]
        if not matching:
            return None
        encoding = (matching[0][2] or "").removeprefix("-")
    else:
        # A moment counts whole seconds, and changes may become visible later than they were noted.
        known = request.META.get("HTTP_IF_MODIFIED_SINCE")
        since = parse_http_date_safe(known) if known else None
        if since is None or since < int(asked.changed_at.timestamp()) or now - asked.changed_at < SETTLED:
            return None
    response = HttpResponse(status=304)
    del response.headers["Content-Type"]
    for name, value in _conditions(asked, encoding).items():
        response.headers[name] = value
    return response


def _conditions(asked: Asked, encoding: str) -> dict[str, str]:
    return {
        "ETag": asked.tag(encoding),
        "Last-Modified": http_date(asked.changed_at.timestamp()),
        "Cache-Control": asked.keeping.cache_control,
        "Vary": ", ".join(VARY),
    }


class _Prepared(ResponseHeaders):
    """Headers that were checked and encoded when the answer was sent for the first time."""

    def __init__(self, prepared: cache.Prepared) -> None:
        self._store = dict(prepared)


def _answer(ready: cache.Ready, asked: Asked) -> HttpResponse:
    response = HttpResponse(ready.body)
    if ready.prepared is not None:
        response.headers = _Prepared(ready.prepared)
        return response
    for name, value in ready.headers:
        response.headers[name] = value
    for name, value in _conditions(asked, ready.encoding).items():
        response.headers[name] = value
    if ready.encoding:
        response.headers["Content-Encoding"] = ready.encoding
    response.headers["Content-Length"] = str(len(ready.body))
    ready.prepared = {name.lower(): (name, value) for name, value in response.items()}
    return response


def _finished(made: HttpResponseBase, asked: Asked) -> HttpResponseBase:
    """Keep what was made, if it may be kept, and say how long others may."""
    said = made.get("Cache-Control", "")
    varies = {name.strip().lower() for name in made.get("Vary", "").split(",") if name.strip()}
    if made.cookies or "no-store" in said or "private" in said:
        return _personal(made)
    if made.status_code != 200 or made.streaming or varies - {"cookie", "accept-encoding"}:  # noqa: PLR2004
        # What is missing now may be there in a second.
        made.headers.setdefault("Cache-Control", "no-cache")
        patch_vary_headers(made, VARY)
        return made
    headers = tuple((name, value) for name, value in made.items() if name.lower() not in _NOT_KEPT)
    body = made.content  # type: ignore[attr-defined]
    kind = made.get("Content-Type", "")
    if not asked.may_be_kept or len(body) > cache.BIGGEST:
        return _answer(cache.once(headers, body, kind, asked.encoding), asked)
    return _answer(cache.put(asked.digest, headers, body, kind, asked.encoding, is_search=asked.is_search), asked)
