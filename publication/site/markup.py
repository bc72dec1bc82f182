"""Changing attributes in a page that is ready, and leaving every other byte as it is."""

import re
from collections.abc import Callable, Mapping
from html import escape
from html.parser import HTMLParser

Change = Callable[[str, Mapping[str, str]], Mapping[str, str | None]]
"""Gets a tag's name and attributes; returns the attributes that change: a new value, or None for one that goes."""

_ATTRIBUTE = re.compile(r"""\s+([^\s"'<>/=]+)(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?""")


class _StartTags(HTMLParser):
    """Notes where each start tag stands, in an order of its own."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[tuple[int, str, str, dict[str, str]]] = []
        self._lines = [0]
        for line in page.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line, column = self.getpos()
        raw = self.get_starttag_text() or ""
        self.found.append((self._lines[line - 1] + column, raw, tag, {name: value or "" for name, value in attrs}))


def start_tags(page: str) -> list[tuple[int, str, str, dict[str, str]]]:
    """Return each start tag of ``page``: where it stands, as it stands, its name and its attributes."""
    return _StartTags(page).found


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
