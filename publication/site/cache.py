"""Ready pages: what visitors were answered, compressed once, for as long as the database's version holds.

Each is kept under a digest of the version, the release, the address and what of its query string counts. So nothing is
ever taken out: what has changed is asked for under another digest. Two levels: the memory of this process, and the
cache that all processes share, which holds a page once (in brotli) and not the answers to a search.
"""

import gzip
import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache

import brotli  # type: ignore[import-untyped]
from django.core.cache import cache
from django.http import HttpRequest

SHARED_SECONDS = 60 * 60
BIGGEST = 2 * 1024 * 1024
"""Larger answers are made each time; whoever has one is still told that nothing changed."""
SMALLEST_TO_PACK = 300
BROTLI_QUALITY = 5
GZIP_QUALITY = 6

IDENTITY, GZIP, BROTLI = "", "gzip", "br"
Headers = tuple[tuple[str, str], ...]
Prepared = dict[str, tuple[str, str]]

_TEXTS = ("text/", "application/json", "application/javascript", "application/ld+json", "image/svg+xml")


@dataclass(slots=True)
class Ready:
    """An answer in one encoding, ready to be sent; ``encoding`` is empty for what is sent as it is.

    ``prepared`` are all headers of the answer by their names in small letters, once it has been sent.
    """

    headers: Headers
    body: bytes
    encoding: str
    prepared: Prepared | None = None


class Memory:
    """The answers that were asked for last, up to so many bytes; for threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._kept: OrderedDict[str, Ready] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        return self._size

    def get(self, key: str) -> Ready | None:
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, key: str, ready: Ready) -> None:
        with self._lock:
            former = self._kept.pop(key, None)
            self._size += len(ready.body) - (len(former.body) if former else 0)
            self._kept[key] = ready
            while self._size > self._most:
                _key, oldest = self._kept.popitem(last=False)
                self._size -= len(oldest.body)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._size = 0


PAGES = Memory(24 * 1024 * 1024)
SEARCHES = Memory(8 * 1024 * 1024)
"""Addresses with a query string; whoever makes up many of them pushes out no page."""


def get(digest: str, encoding: str, *, is_search: bool) -> Ready | None:
    """Return what was kept, in ``encoding``, or as it is where it cannot be packed; None if it has to be made."""
    memory = SEARCHES if is_search else PAGES
    found = memory.get(f"{digest}{encoding}") or memory.get(f"{digest}raw")
    if found is None and not is_search:
        packed = cache.get(_shared(digest))
        if isinstance(packed, Ready):
            found = _put(digest, packed, encoding, memory)
    return found


def put(digest: str, headers: Headers, body: bytes, content_type: str, encoding: str, *, is_search: bool) -> Ready:
    """Keep an answer and return it in ``encoding``, or as it is where it cannot be packed."""
    packable = len(body) >= SMALLEST_TO_PACK and is_packable(content_type)
    packed = Ready(headers, pack(body, BROTLI), BROTLI) if packable else Ready(headers, body, IDENTITY)
    if is_search:
        return _put(digest, packed, encoding, SEARCHES)
    cache.set(_shared(digest), packed, SHARED_SECONDS)
    return _put(digest, packed, encoding, PAGES)


def once(headers: Headers, body: bytes, content_type: str, encoding: str) -> Ready:
    """Return an answer that is not kept in ``encoding``, or as it is where it cannot be packed."""
    if not encoding or len(body) < SMALLEST_TO_PACK or not is_packable(content_type):
        return Ready(headers, body, IDENTITY)
    return Ready(headers, pack(body, encoding), encoding)


def pack(body: bytes, encoding: str) -> bytes:
    """Return ``body`` in an encoding."""
    if encoding == BROTLI:
        return bytes(brotli.compress(body, quality=BROTLI_QUALITY))
    return gzip.compress(body, GZIP_QUALITY, mtime=0) if encoding == GZIP else body


def is_packable(content_type: str) -> bool:
    """Say whether compressing such content makes it smaller."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind.startswith(_TEXTS) or kind.endswith(("+json", "+xml", "/xml", "/n-triples", "/turtle"))


def _put(digest: str, packed: Ready, encoding: str, memory: Memory) -> Ready:
    if not packed.encoding:
        memory.put(f"{digest}raw", packed)
        return packed
    ready = _as(packed, encoding)
    memory.put(f"{digest}{encoding}", ready)
    return ready


def _as(packed: Ready, encoding: str) -> Ready:
    """Return what is packed in brotli in another encoding."""
    if encoding == BROTLI:
        return packed
    return Ready(packed.headers, pack(brotli.decompress(packed.body), encoding), encoding)


def _shared(digest: str) -> str:
    return f"public:{digest}"


def encoding_for(request: HttpRequest, content_type: str) -> str:
    """Return in which encoding an answer of this kind may be sent; empty for as it is."""
    return encoding_of(request.headers.get("Accept-Encoding", "")) if is_packable(content_type) else IDENTITY


@lru_cache(maxsize=256)
def encoding_of(accepted: str) -> str:
    """Return the best encoding that ``Accept-Encoding`` allows: brotli, gzip or none."""
    weights: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, _semicolon, rest = part.partition(";")
        weight = rest.strip().removeprefix("q=")
        try:
            weights[name.strip()] = float(weight) if weight else 1.0
        except ValueError:
            weights[name.strip()] = 0.0
    for encoding in (BROTLI, GZIP):
        if weights.get(encoding, weights.get("*", 0.0)) > 0:
            return encoding
    return IDENTITY
