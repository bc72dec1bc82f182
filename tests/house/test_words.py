"""One word for each thing: what people read keeps to docs/glossar.md."""

import re
from pathlib import Path

import pytest

from tests.house.catalogue import entries
from tests.house.test_catalogue import PO

TEMPLATES = Path(__file__).parents[2] / "templates"

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


# What English pages never call a thing: its German word, or that word translated piece by piece.
NOT_ENGLISH = [
    (r"\b[Tt]aken back\b", "withdrawn"),
    (r"\bno return\b", "no report"),
    (r"\breached\b(?<!goal is reached)", "achieved"),
    (r"\bresting\b", "on hold"),
    (r"\b[Ii]n the lead\b", "lead office"),
    (r"\banswers? for\b(?! the websites)", "responsible for"),
    (r"\b[Hh]its?\b", "result"),
    (r"\bArbeitsgruppe\b", "the city’s integration working group"),
]
SHOWN_TO_VISITORS = ("publication/public", "publication/embed")
SPOKEN = re.compile(r'{%\s*translate\s+"([^"]*)"|{%\s*blocktranslate\b[^%]*%}(.*?){%\s*endblocktranslate', re.DOTALL)


@pytest.mark.parametrize(("stranger", "instead"), NOT_ENGLISH, ids=[instead for _stranger, instead in NOT_ENGLISH])
def test_each_thing_has_one_english_word_for_visitors(stranger: str, instead: str) -> None:
    files = [path for folder in SHOWN_TO_VISITORS for path in (TEMPLATES / folder).rglob("*.html")]
    said = [re.sub(r"{{.*?}}", "…", "".join(one)) for path in files for one in SPOKEN.findall(path.read_text("utf-8"))]
    assert len(said) > 300
    assert [one for one in said if re.search(stranger, one)] == [], f"say: {instead}"
