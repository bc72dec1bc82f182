"""A reader for gettext's catalogues, text and compiled, that needs no gettext."""

import ast
import gettext
import re
from pathlib import Path

Entries = dict[tuple[str, str], tuple[str, ...]]
"""Context and message to its translations: one, or one per plural form."""

LINE = re.compile(r'^(msgctxt|msgid|msgid_plural|msgstr|msgstr\[\d\])?\s*(".*")$')


def entries(text: str) -> Entries:
    """Return what a .po file says, without its header and without obsolete entries."""
    found: Entries = {}
    for block in re.split(r"\n\s*\n", text):
        fields: dict[str, str] = {}
        current = ""
        for line in block.splitlines():
            matched = LINE.match(line)
            if matched is None:
                continue
            current = matched[1] or current
            fields[current] = fields.get(current, "") + ast.literal_eval(matched[2])
        if fields.get("msgid"):
            key = (fields.get("msgctxt", ""), fields["msgid"])
            found[key] = tuple(said for name, said in sorted(fields.items()) if name.startswith("msgstr"))
    return found


def compiled(path: Path) -> Entries:
    """Return what a .mo file says, in the same form."""
    with path.open("rb") as file:
        catalogue = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    found: dict[tuple[str, str], dict[int, str]] = {}
    for key, said in catalogue.items():
        message, form = key if isinstance(key, tuple) else (key, 0)
        context, _separator, text = message.rpartition("\x04")
        if text:
            found.setdefault((context, text), {})[form] = said
    return {key: tuple(forms[form] for form in sorted(forms)) for key, forms in found.items()}
