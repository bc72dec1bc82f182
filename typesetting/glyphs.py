"""Making people's texts printable: PDF/UA forbids characters for which no font has a glyph.

Fira Sans and, where it has nothing, DejaVu Sans are all that is used in print (``fonts/``).
"""

import re
import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

LONGEST_WORD = 24
"""Longer runs of characters may break anywhere, so that an address or a typing error stays on the page."""

_UNBROKEN = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")
_JOINED = re.compile(f"{REPLACEMENT}(?:\N{ZERO WIDTH JOINER}{REPLACEMENT})+")
_ZERO_WIDTH_SPACE = "\N{ZERO WIDTH SPACE}"
_UNICODE_PLATFORMS = {0, 3}
_INVISIBLE = {"Cc", "Cs", "Co", "Cn"}
_KEPT_FORMATS = {"\N{SOFT HYPHEN}", "\N{ZERO WIDTH NON-JOINER}", "\N{ZERO WIDTH JOINER}", _ZERO_WIDTH_SPACE}


def printable(text: str) -> str:
    """Return ``text`` in composed form, with every character that the fonts lack replaced by U+FFFD.

    Control characters and variation selectors vanish; words longer than ``LONGEST_WORD`` get invisible places to
    break. The text stays plain text: whoever sets it must not read it as markup.
    """
    composed = unicodedata.normalize("NFC", text)
    if composed.isascii() and composed.isprintable():
        return _UNBROKEN.sub(_breakable, composed)
    kept = _JOINED.sub(REPLACEMENT, "".join(_glyph(character) for character in composed))
    return _UNBROKEN.sub(_breakable, kept)


def readable(text: str) -> str:
    """Return ``text`` as ``printable`` does, without places to break: for drawings, where every word stays whole."""
    return printable(" ".join(text.split())).replace(_ZERO_WIDTH_SPACE, "")


def _glyph(character: str) -> str:
    category = unicodedata.category(character)
    if character in _KEPT_FORMATS:
        return character
    if character.isspace():
        return character if character in " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}" else " "
    if category in _INVISIBLE or category == "Cf" or "\ufe00" <= character <= "\ufe0f":
        return ""
    return character if ord(character) in covered() else REPLACEMENT


def _breakable(word: re.Match[str]) -> str:
    """Allow a break after each separator of an address, else between any two characters."""
    text = word.group()
    if "\N{SOFT HYPHEN}" in text or _is_german(text):
        return text
    return _ZERO_WIDTH_SPACE.join(text)


def _is_german(word: str) -> bool:
    """Whether hyphenation can be trusted with the word: a long compound, not an address or a string of signs."""
    return len(word) <= 2 * LONGEST_WORD and all(
        part.isalpha() for part in word.strip(".,;:!?()„“»«").split("-") if part
    )


@cache
def covered() -> frozenset[int]:
    """Return the code points for which each weight of Fira Sans, or DejaVu Sans, has a glyph."""
    fira = [_characters(FONTS / f"FiraSans-{weight}.ttf") for weight in ("Regular", "SemiBold")]
    return frozenset(set.intersection(*fira) | _characters(FONTS / "DejaVuSans.ttf"))


def _characters(font: Path) -> set[int]:
    """Read the character map of a TrueType font: the Unicode subtables of formats 4 and 12."""
    data = font.read_bytes()
    (number,) = struct.unpack_from(">H", data, 4)
    tables = {data[at : at + 4]: struct.unpack_from(">I", data, at + 8)[0] for at in range(12, 12 + 16 * number, 16)}
    start = tables[b"cmap"]
    (subtables,) = struct.unpack_from(">H", data, start + 2)
    found: set[int] = set()
    for index in range(subtables):
        platform, _encoding, offset = struct.unpack_from(">HHI", data, start + 4 + 8 * index)
        if platform in _UNICODE_PLATFORMS:
            found |= _subtable(data, start + offset)
    return found


def _subtable(data: bytes, at: int) -> set[int]:
    (form,) = struct.unpack_from(">H", data, at)
    if form == 4:  # noqa: PLR2004
        return set(_segments(data, at))
    if form == 12:  # noqa: PLR2004
        (groups,) = struct.unpack_from(">I", data, at + 12)
        rows = [struct.unpack_from(">III", data, at + 16 + 12 * index) for index in range(groups)]
        return {code for first, last, _glyph_id in rows for code in range(first, last + 1)}
    return set()


def _segments(data: bytes, at: int) -> Iterator[int]:
    """Yield the code points of a format 4 subtable that have a glyph: its ranges may name holes."""
    (doubled,) = struct.unpack_from(">H", data, at + 6)
    count = doubled // 2
    ends = struct.unpack_from(f">{count}H", data, at + 14)
    starts, deltas, offsets = (
        struct.unpack_from(f">{count}H", data, at + 16 + doubled * column) for column in (1, 2, 3)
    )
    for index, (first, last) in enumerate(zip(starts, ends, strict=True)):
        for code in range(first, last + 1):
            glyph = code
            if offsets[index]:
                place = at + 16 + doubled * 3 + 2 * index + offsets[index] + 2 * (code - first)
                glyph = struct.unpack_from(">H", data, place)[0] if place + 2 <= len(data) else 0
            if glyph and (glyph + deltas[index]) & 0xFFFF:
                yield code
