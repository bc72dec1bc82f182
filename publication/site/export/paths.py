"""In which file a page of the site stands.

Numbers and ids of a concept are the city's own: they may hold slashes, umlauts, spaces or ``..``. What comes out are
names that every file system and every web server takes as they are.
"""

import hashlib
import posixpath
import re
import unicodedata

INDEX = "index.html"
LONGEST = 80
_PLAIN = re.compile(r"[A-Za-z0-9_~-](?:[A-Za-z0-9._~-]*[A-Za-z0-9_~-])?")
_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?|index\.html")


class Paths:
    """Gives each address a file of its own; the same addresses in the same order get the same files."""

    def __init__(self) -> None:
        self._files: dict[str, str] = {}
        self._taken: set[str] = set()

    def file(self, address: str, query: str = "", *, html: bool = True) -> str:
        """Return the file of ``address`` (not percent-encoded) with ``query``, relative to the folder."""
        key = f"{address}?{query}" if query else address
        if key not in self._files:
            self._files[key] = self._free(_file(address, query, html=html), key)
        return self._files[key]

    def known(self, address: str, query: str = "") -> str | None:
        """Return the file of an address that has one."""
        return self._files.get(f"{address}?{query}" if query else address)

    def _free(self, wanted: str, key: str) -> str:
        # Some file systems do not tell "A1" from "a1".
        if wanted.casefold() in self._taken:
            folder, name = posixpath.split(wanted)
            wanted = posixpath.join(f"{folder}-{_digest(key)}" if folder else _digest(key), name)
        self._taken.add(wanted.casefold())
        return wanted


def _file(address: str, query: str, *, html: bool) -> str:
    *folders, last = address.removeprefix("/").split("/")
    parts = [safe(one) for one in folders]
    if query:
        parts.append(safe(query.replace("=", "-").replace("&", "-")))
    if not last:
        parts.append(INDEX)
    elif html and not last.endswith(".html"):
        parts.append(f"{safe(last)}.html")
    else:
        parts.append(safe(last))
    return "/".join(parts)


def safe(segment: str) -> str:
    """Return ``segment`` as a name for a file or a folder, with a digest where it had to be changed."""
    if len(segment) <= LONGEST and _PLAIN.fullmatch(segment) and not _RESERVED.fullmatch(segment):
        return segment
    letters = unicodedata.normalize("NFKD", segment.replace("ß", "ss")).encode("ascii", "ignore").decode()
    words = re.sub(r"[^A-Za-z0-9]+", "-", letters).strip("-").lower()[:40].rstrip("-")
    return f"{words}-{_digest(segment)}" if words else f"x-{_digest(segment)}"


def relative(target: str, page: str) -> str:
    """Return how ``page`` names ``target``; both are files of the folder."""
    return posixpath.relpath(target, posixpath.dirname(page) or ".")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
