"""Changing attributes in a page that is ready, and leaving every other byte as it is.

Reads start tags as the HTML syntax has them (quoted and bare attributes, comments, the raw text of scripts and the
like); a test holds it against the parser of the standard library, which takes ten times as long.
"""

import re
from collections.abc import Callable, Mapping
from html import escape, unescape

Change = Callable[[str, Mapping[str, str]], Mapping[str, str | None]]
"""Gets a tag's name and attributes; returns the attributes that change: a new value, or None for one that goes."""

StartTag = tuple[int, str, str, dict[str, str]]
"""Where it stands, as it stands, its name and its attributes."""

_TAG = re.compile(r"""<!--.*?-->|<([a-zA-Z][^\s/>]*)((?:[^"'>]|"[^"]*"|'[^']*')*)>""", re.DOTALL)
_ATTRIBUTE = re.compile(r"""\s+([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?""")
_RAW = {name: re.compile(rf"</{name}[\s/>]", re.IGNORECASE) for name in ("script", "style", "textarea", "title")}
"""In these there are no tags, only their end."""


def start_tags(page: str) -> list[StartTag]:
    """Return each start tag of ``page``."""
    found = []
    position = 0
    while match := _TAG.search(page, position):
        position = match.end()
        if match[1] is None:
            continue
        name = match[1].lower()
        found.append((match.start(), match[0], name, _attributes(match[2])))
        if name in _RAW:
            end = _RAW[name].search(page, position)
            position = end.start() if end else len(page)
    return found


def rewrite(page: str, change: Change) -> str:
    """Return ``page`` with the attributes changed as ``change`` says; comments, scripts and texts stay untouched."""
    parts = []
    position = 0
    for start, raw, name, attributes in start_tags(page):
        changes = change(name, attributes)
        if changes:
            parts += [page[position:start], _changed(raw, attributes, changes)]
            position = start + len(raw)
    return "".join([*parts, page[position:]])


def _attributes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(text):
        value = double or single or bare
        # The first of two counts.
        found.setdefault(name.lower(), unescape(value) if "&" in value else value)
    return found


def _changed(raw: str, attributes: Mapping[str, str], changes: Mapping[str, str | None]) -> str:
    def anew(found: re.Match[str]) -> str:
        name = found[1].lower()
        if name not in changes:
            return found[0]
        value = changes[name]
        return "" if value is None else f' {found[1]}="{escape(value)}"'

    head = re.match(r"<[^\s/>]+", raw)
    opening = head[0] if head else ""
    rest = _ATTRIBUTE.sub(anew, raw[len(opening) :])
    added = "".join(
        f' {name}="{escape(value)}"' for name, value in changes.items() if name not in attributes and value is not None
    )
    return f"{opening}{added}{rest}"
