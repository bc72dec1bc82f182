"""Words of a text as they are compared: folded, reduced to their German stem, found within compound words.

Pure functions; the same on every database.
"""

import re
import unicodedata
from collections.abc import Container, Iterator
from functools import lru_cache

from snowballstemmer.german_stemmer import GermanStemmer

WORD = re.compile(r"[^\W_]+(?:[./]\d[^\W_]*)*")
"""A word, or a number with its parts: ``Elterncafé``, ``2.07``, ``1.1.1``, ``31.12.2024``."""

NUMBER_OF = re.compile(r"\bHE\s*(?=\d)", re.IGNORECASE)
"""People write ``HE 2.07`` where the concept prints ``2.07``, and the other way round."""

PART = 4
"""A part of a compound word has at least this many letters; one letter less counts at its beginning."""

EXACT, STEM, WITHIN = 3, 2, 1

_STOP = """
    aber alle allem allen aller alles als also am an auch auf aus bei beim bin bis da dann das dass dein dem den der
    des dich die dies diese diesem diesen dieser dieses dir doch dort du durch ein eine einem einen einer eines er es
    etwas euch fur habe haben hat hatte ich ihm ihn ihnen ihr ihre im in ins ist ja jede jedem jeden jeder jedes kann
    kein keine man mein mich mir mit nach nicht noch nun nur ob oder ohne sehr sein seine sich sie sind so soll uber um
    und uns unser unter vom von vor war waren was weil wenn werden wer wie wir wird wo zu zum zur zwischen
    the of and for
"""
STOP = frozenset(_STOP.split())
"""Words that say nothing about what somebody looks for."""


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """Return ``word`` without case, umlauts and accents: ``Straße`` and ``STRASSE``, ``Café`` and ``cafe`` are one."""
    plain = word.casefold()
    if plain.isascii():
        return plain
    parts = unicodedata.normalize("NFKD", plain)
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """Return the German stem (Snowball) of a folded word."""
    if not word.isalpha():
        return word
    # A stemmer remembers the word that it works on: each gets its own, so that threads cannot mix them up.
    return fold(str(GermanStemmer().stemWord(word)))


def words(text: str) -> list[str]:
    """Return the folded words of ``text`` in their order; parts joined by a hyphen also as one word."""
    found: list[str] = []
    end = -1
    for match in WORD.finditer(text):
        word = fold(match[0])
        if match.start() == end + 1 and text[end] in "-‑–" and found:
            found.append(found[-1] + word)
        found.append(word)
        end = match.end()
    return found


MOST_WORDS = 8
"""Each word is compared with every word that is known: nobody may make a search dear by asking for a hundred."""


def asked(text: str) -> list[str]:
    """Return what somebody looks for, word by word, without those that say nothing (unless there are no others)."""
    said = list(dict.fromkeys(fold(word) for word in WORD.findall(NUMBER_OF.sub("", text))))
    return ([word for word in said if word not in STOP] or said)[:MOST_WORDS]


ENDINGS = ("", "e", "n", "en", "s", "es", "er", "ern")
"""With one of these a part of a compound word is a word: ``Sprach`` in ``Sprachkurs`` is ``Sprache``."""

LINKS = ("", "s", "es", "n", "en")
"""What may stand between the parts: ``Arbeit-s-weg``."""


def halves(word: str, known: Container[str]) -> Iterator[tuple[str, str]]:
    """Yield the ways to read a folded word as a compound of two ``known`` words, each of ``PART`` letters or more."""
    if not word.isalpha():
        return
    for place in range(PART, len(word) - PART + 1):
        right = word[place:]
        if not (_is_word(right, known) or _is_word(stem(right), known)):
            continue
        for link in LINKS:
            left = word[:place].removesuffix(link)
            if word[:place].endswith(link) and _is_word(left, known):
                yield left, right
                break


def _is_word(part: str, known: Container[str]) -> bool:
    return len(part) >= PART and part not in STOP and any(f"{part}{ending}" in known for ending in ENDINGS)


def variants(word: str) -> Iterator[str]:
    """Yield a folded word, and as it reads if ``ae``, ``oe`` and ``ue`` stand for umlauts."""
    yield word
    umlauts = word.replace("ae", "a").replace("oe", "o").replace("ue", "u")
    if umlauts != word:
        yield umlauts


def likeness(looked_for: str, word: str) -> int:
    """Return how well ``word`` of a text answers to the folded word ``looked_for``; 0: not at all."""
    return max(_likeness(one, word) for one in variants(looked_for))


def _likeness(looked_for: str, word: str) -> int:
    if looked_for == word:
        return EXACT
    if not looked_for.isalpha():
        # A number is found by its beginning, part by part: ``2`` is not ``20``, but ``2.0`` starts ``2.0.7``.
        return WITHIN if word.startswith((f"{looked_for}.", f"{looked_for}/")) else 0
    root = stem(looked_for)
    if root not in word or not word.isalpha():
        return 0
    if stem(word) == root:
        return STEM
    part = root if len(root) >= PART else looked_for
    if (len(part) >= PART and part in word) or (len(root) == PART - 1 and word.startswith(root)):
        return WITHIN
    return 0
