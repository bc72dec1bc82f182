"""Cleaning cells: what a text is once the traces of its transport are gone."""

import re
import unicodedata

INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\u200b\ufffe\uffff\ud800-\udfff]")
FORMULA = re.compile(r"'*[=+\-@\t]")
ESCAPED = re.compile(r"'+[=+\-@\t]")
BREAKS = re.compile(r"\r\n?|\u2028|\u2029")


def clean(text: str) -> str:
    """Return ``text`` with plain line breaks, without control characters and without space around it."""
    return INVISIBLE.sub("", BREAKS.sub("\n", text)).strip()


def one_line(text: str) -> str:
    """Return ``text`` cleaned, composed (NFC) and with every run of white space as one space."""
    return unicodedata.normalize("NFC", " ".join(clean(text).split()))


def folded(text: str) -> str:
    """Return ``text`` for comparing names: without case, punctuation and doubled spaces."""
    kept = "".join(char if char.isalnum() else " " for char in unicodedata.normalize("NFC", text).casefold())
    return " ".join(kept.split())


def letters(index: int) -> str:
    """Return the letters of the column with the 0-based ``index``: A, B, …, Z, AA."""
    name, number = "", index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def escaped(text: str) -> str:
    """Return ``text`` so that no spreadsheet takes it for a formula; ``unescaped`` undoes it."""
    return f"'{text}" if FORMULA.match(text) else text


def unescaped(text: str) -> str:
    """Return what ``escaped`` was given."""
    return text[1:] if ESCAPED.match(text) else text
