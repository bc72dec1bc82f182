"""Parts of our pages that stand in somebody else's: nothing in them meets what is there already."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

from django.utils.safestring import SafeString, mark_safe

from publication.site.markup import rewrite

PREFIX = "sachstand-"
_REFERENCES = ("aria-labelledby", "aria-describedby", "aria-controls", "for")
# Without a style sheet a drawing without a size would fill its line.
_SIZES = {"mark": "16", "sprite": "0"}

Changes = dict[str, str | None]


def portable(part: str, *, name: str, address: str, target: str = "") -> SafeString:
    """Return ``part`` with classes and ids of its own and with absolute links.

    Every class begins with ``sachstand-``, every id with ``sachstand-`` and ``name``, so that several parts may stand
    on one page. ``address`` is that of the part; ``target`` says where links open.
    """
    own = f"{PREFIX}{re.sub(r'[^a-zA-Z0-9]+', '-', name).strip('-')}-"
    return mark_safe(rewrite(part, _Host(own, address, target).change))  # noqa: S308 - it was a template's output


@dataclass(frozen=True)
class _Host:
    """What a part has to know of where it goes; ``own`` begins each of its ids."""

    own: str
    address: str
    target: str

    def change(self, tag: str, attributes: Mapping[str, str]) -> Changes:
        return {
            **self._names(attributes),
            **self._link(tag, attributes.get("href", "")),
            **(self._drawing(attributes) if tag == "svg" else {}),
            **self._paint(attributes),
        }

    def _names(self, attributes: Mapping[str, str]) -> Changes:
        changed: Changes = {}
        if "class" in attributes:
            changed["class"] = " ".join(PREFIX + one for one in attributes["class"].split())
        if "id" in attributes:
            changed["id"] = self.own + attributes["id"]
        for name in _REFERENCES:
            if name in attributes:
                changed[name] = " ".join(self.own + one for one in attributes[name].split())
        return changed

    def _link(self, tag: str, link: str) -> Changes:
        if not link:
            return {}
        if link.startswith("#"):
            return {"href": f"#{self.own}{link[1:]}"}
        target: Changes = {"target": self.target} if self.target and tag == "a" else {}
        return {"href": urljoin(self.address, link), **target}

    def _drawing(self, attributes: Mapping[str, str]) -> Changes:
        size = next((_SIZES[one] for one in attributes.get("class", "").split() if one in _SIZES), None)
        return {"width": size, "height": size} if size else {}

    def _paint(self, attributes: Mapping[str, str]) -> Changes:
        painted = {name: attributes[name] for name in ("fill", "stroke") if name in attributes}
        return {
            name: value.replace("var(--paper)", "var(--paper, Canvas)").replace("url(#", f"url(#{self.own}")
            for name, value in painted.items()
        }
