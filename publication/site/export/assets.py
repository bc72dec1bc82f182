"""The static files that the pages use, under names that change with their content."""

import hashlib
import posixpath
import re
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage

from publication.site.export.paths import relative

_HASHED = re.compile(r"\.[0-9a-f]{12}\.[a-z0-9]+$")
_REFERENCE = re.compile(r"""url\(\s*(["']?)(?!data:|#|https?:)([^"')]+)\1\s*\)""")

KEPT_NAMES = ("js/embed.js", "css/embed.css")
"""Other websites link to these: their names stay."""


class Assets:
    """Collects files of ``STATIC_URL``; what the style sheets among them refer to comes along."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self._names: dict[str, str] = {}
        for name in KEPT_NAMES:
            content = _read(name)
            if content is not None:
                self.files[f"static/{name}"] = content

    def add(self, address: str) -> str | None:
        """Return the file for a path that begins with ``STATIC_URL``, or None where there is no such file."""
        name = posixpath.normpath(address.removeprefix(settings.STATIC_URL))
        if name not in self._names:
            content = None if name.startswith("..") else _read(name)
            if content is None:
                return None
            self._names[name] = f"static/{name}"
            if name.endswith(".css"):
                content = self._with_references(name, content)
            self._names[name] = file = f"static/{_fingerprinted(name, content)}"
            self.files[file] = content
        return self._names[name]

    def _with_references(self, name: str, content: bytes) -> bytes:
        def named(found: re.Match[str]) -> str:
            path, mark, rest = re.match(r"([^?#]*)([?#]?)(.*)", found[2]).groups()  # type: ignore[union-attr]
            target = self.add(settings.STATIC_URL + posixpath.join(posixpath.dirname(name), path))
            # A drawing that is not there was missing before as well.
            return f'url("{relative(target, f"static/{name}")}{mark}{rest}")' if target else found[0]

        return _REFERENCE.sub(named, content.decode()).encode()


def _read(name: str) -> bytes | None:
    found = finders.find(name)
    if isinstance(found, str):
        return Path(found).read_bytes()
    # In production the pages name the collected files, which carry a fingerprint already.
    if staticfiles_storage.exists(name):
        with staticfiles_storage.open(name) as file:
            return bytes(file.read())
    return None


def _fingerprinted(name: str, content: bytes) -> str:
    if _HASHED.search(name):
        return name
    stem, ending = posixpath.splitext(name)
    return f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}{ending}"
