"""One word for each thing: what people read keeps to docs/glossar.md."""

import re

import pytest

from tests.house.catalogue import entries
from tests.house.test_catalogue import PO

# The words of another thing, each with what may hold it all the same.
STRANGERS = [
    (r"\bAusgaben?\b", "", "the concept has Fassungen"),
    (r"\bFassung %\(", "Fassung %(name)s", "what is counted is a Version"),
    (r"\bEinträgen?\b|\bEintrags?\b", "", "what an office hands in is a Sachstand"),
    (r"\bKorrektur|\b[Kk]orrigiert", "", "what changes a published text is a Berichtigung"),
    (r"scrollbar|seitwärts", "", "tables are “seitlich verschiebbar”"),
    (r"Besucherinnen und Besucher|Leserinnen und Leser|Besuchende", "", "people are named with a colon"),
]


@pytest.mark.parametrize(("stranger", "but", "why"), STRANGERS, ids=[why for *_rest, why in STRANGERS])
def test_each_thing_has_one_word(stranger: str, but: str, why: str) -> None:
    said = [sentence for all_said in entries(PO.read_text(encoding="utf-8")).values() for sentence in all_said]
    assert [one for one in said if re.search(stranger, one.replace(but, "") if but else one)] == [], why


def test_a_text_that_is_taken_off_the_pages_is_called_what_it_is_called_when_it_is_written() -> None:
    """The pages of one thing once said Meldung, Eintrag, Bericht and Sachstand by turns."""
    entry = re.compile(r"\bentry\b|\bentries\b")
    for message, said in entries(PO.read_text(encoding="utf-8")).items():
        if entry.search(str(message)):
            assert not any(re.search(r"\b(?:diese|die|eine|frühere) Meldung\b", one) for one in said), message
