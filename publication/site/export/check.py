"""Whether an export is whole: every link leads somewhere, every file is the one that was written."""

import hashlib
import posixpath
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _

from publication.site.export.folder import MANIFEST, ExportError, manifest
from publication.site.markup import start_tags

_URL = re.compile(r"""url\(\s*["']?(?!data:|#)([^"')]+)["']?\s*\)""")


def problems(folder: Path) -> list[str]:
    """Return a sentence for each thing that is wrong in ``folder``.

    Raises :class:`ExportError` if it is none of ours.
    """
    listed = manifest(folder)
    if listed is None:
        raise ExportError(_("“%(folder)s” is no export of this command.") % {"folder": folder}, 2)
    return [*_files(folder, listed["files"]), *_links(folder, sorted(listed["files"]))]


def _files(folder: Path, sums: dict[str, str]) -> Iterator[str]:
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {MANIFEST}
    for name in sorted(sums.keys() - there):
        yield _("%(file)s is missing.") % {"file": name}
    for name in sorted(there - sums.keys()):
        yield _("%(file)s does not belong to the export.") % {"file": name}
    for name in sorted(there & sums.keys()):
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != sums[name]:
            yield _("%(file)s was changed after it was written.") % {"file": name}


def _links(folder: Path, names: list[str]) -> Iterator[str]:
    known = set(names)

    @cache
    def places(name: str) -> frozenset[str]:
        text = (folder / name).read_text(encoding="utf-8")
        return frozenset(given["id"] for _start, _raw, _tag, given in start_tags(text) if "id" in given)

    for name in names:
        if not (folder / name).is_file():
            continue
        for link in _named_in(folder / name):
            target, fragment = _target(name, link)
            if target is None:
                continue
            if target not in known:
                yield _("%(file)s leads to “%(link)s”, which does not exist.") % {"file": name, "link": link}
            elif fragment and target.endswith(".html") and fragment not in places(target):
                yield _("%(file)s leads to “%(link)s”: there is no such place on that page.") % {
                    "file": name,
                    "link": link,
                }


def _named_in(path: Path) -> Iterator[str]:
    if path.suffix == ".css":
        yield from _URL.findall(path.read_text(encoding="utf-8"))
    elif path.suffix == ".html":
        for _start, _raw, tag, given in start_tags(path.read_text(encoding="utf-8")):
            yield from (given[name] for name in ("href", "src", "poster") if given.get(name) and tag != "use")
            if tag == "form" and given.get("action"):
                yield given["action"]


def _target(name: str, link: str) -> tuple[str | None, str]:
    """Return the file that a link in ``name`` leads to (None: not one of ours) and the place in it."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return None, ""
    path = unquote(parts.path)
    if path.startswith("/"):
        return path, parts.fragment
    target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
    return target, unquote(parts.fragment)
