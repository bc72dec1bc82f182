"""Parts of our pages that stand in somebody else's: nothing in them meets what is there already."""

import re
from collections.abc import Mapping
from urllib.parse import urljoin

from django.utils.safestring import SafeString, mark_safe

from publication.site.markup import rewrite

PREFIX = "sachstand-"
_REFERENCES = ("aria-labelledby", "aria-describedby", "for", "aria-controls")


def portable(part: str, *, name: str, address: str, target: str = "") -> SafeString:
    """Return ``part`` with classes and ids of its own and with absolute links.

    Every class begins with ``sachstand-``, every id with ``sachstand-`` and ``name``, so that several parts may stand on
    one page. ``address`` is that of the part; ``target`` says where links open.
    """
    own = f"{PREFIX}{re.sub(r'[^a-zA-Z0-9]+', '-', name).strip('-')}-"

    def change(tag: str, attributes: Mapping[str, str]) -> Mapping[str, str | None]:
        changed: dict[str, str | None] = {}
        classes = attributes.get("class", "").split()
        if classes:
            changed["class"] = " ".join(PREFIX + one for one in classes)
        if "id" in attributes:
            changed["id"] = own + attributes["id"]
        for reference in _REFERENCES:
            if reference in attributes:
                changed[reference] = " ".join(own + one for one in attributes[reference].split())
        link = attributes.get("href", "")
        if link.startswith("#"):
            changed["href"] = f"#{own}{link[1:]}"
        elif link:
            changed["href"] = urljoin(address, link)
            if target and tag == "a":
                changed["target"] = target
        if tag == "svg" and "mark" in classes:
            # Without a style sheet a drawing without a size would fill its line.
            changed.update(width="16", height="16")
        elif tag == "svg" and "sprite" in classes:
            changed.update(width="0", height="0")
        for paint in ("fill", "stroke"):
            if attributes.get(paint) == "var(--paper)":
                changed[paint] = "var(--paper, Canvas)"
            elif attributes.get(paint, "").startswith("url(#"):
                changed[paint] = attributes[paint].replace("url(#", f"url(#{own}")
        return changed

    return mark_safe(rewrite(part, change))  # noqa: S308 - it was a template's output
