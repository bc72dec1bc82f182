"""The coordinators' few marks: what they become, and that nothing else ever becomes anything."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publication import rich_text


def kinds(markdown: str) -> list[str]:
    return [block["kind"] for block in rich_text.blocks(markdown)]


def html(markdown: str) -> str:
    return str(rich_text.html(rich_text.blocks(markdown)))


def test_the_five_marks_become_blocks_and_spans() -> None:
    text = (
        "## Was uns bewegt hat\n\nEin **wichtiges** und *gutes* Jahr.\n\n- eins\n- zwei\n\n1. erst\n2. dann\n\n"
        "> Wir sind angekommen.\n\nMehr unter [kassel.de](https://www.kassel.de/a?b=1&c=2)."
    )
    assert kinds(text) == ["h", "p", "ul", "ol", "quote", "p"]
    assert html(text) == (
        "<h3>Was uns bewegt hat</h3>\n"
        "<p>Ein <strong>wichtiges</strong> und <em>gutes</em> Jahr.</p>\n"
        "<ul><li>eins</li><li>zwei</li></ul>\n"
        "<ol><li>erst</li><li>dann</li></ol>\n"
        "<blockquote><p>Wir sind angekommen.</p></blockquote>\n"
        '<p>Mehr unter <a href="https://www.kassel.de/a?b=1&amp;c=2" rel="noopener">kassel.de</a>.</p>'
    )


def test_a_new_line_is_a_new_paragraph_as_in_the_texts_of_the_offices() -> None:
    assert kinds("Mit freundlichen Grüßen\nDie Koordination") == ["p", "p"]
    assert html("> eins\n> zwei") == "<blockquote><p>eins</p><p>zwei</p></blockquote>"


def test_a_list_in_a_list_keeps_its_words() -> None:
    (block,) = rich_text.blocks("- eins\n  - darin\n    weiter\n- zwei")
    assert rich_text.plain([block]).split("\n") == ["eins", "darin weiter", "zwei"]


def test_headings_stand_where_the_page_wants_them() -> None:
    assert str(rich_text.html(rich_text.blocks("# Eins\n\n###### Zwei"), level=2)) == "<h2>Eins</h2>\n<h2>Zwei</h2>"


def test_an_empty_text_is_nothing() -> None:
    assert rich_text.blocks("") == []
    assert rich_text.blocks("  \n\n \n") == []
    assert html("\n") == ""


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    "[x](&#106;avascript:alert(1))",
    "[x](java\nscript:alert(1))",
    '[x](https://example.org/"onmouseover="alert(1))',
    '[x](https://example.org "title\\" onmouseover=\\"alert(1)")',
    "[x](//example.org)",
    "[x](/intern/)",
    "![x](https://example.org/pixel.gif)",
    "<https://example.org>",
    "[<script>alert(1)</script>](https://example.org)",
    "**<b onclick=alert(1)>**",
    "> <iframe src=//example.org>",
    "- <svg/onload=alert(1)>",
    "`<script>`",
    "| a | b |\n|---|---|\n| <script> | x |",
    "```\n<script>alert(1)</script>\n```",
    "[a]: javascript:alert(1)\n\n[a]",
    "&lt;script&gt;",
    "{{ 7 * 7 }} {% load x %}",
]
ALLOWED = re.compile(
    r'</?(?:p|h3|ul|ol|li|em|strong|blockquote)>|</a>|<a href="(?:https?://|mailto:)[^"<>]*" rel="noopener">'
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    made = html(text)
    rest = ALLOWED.sub("", made)
    assert "<" not in rest
    assert ">" not in rest
    for address in re.findall(r'href="([^"]*)"', made):
        assert re.match(r"https?://example\.org", address)


@given(st.text(alphabet=st.sampled_from("ab *_[]()<>!#-+>1.\n\t\\`\"'&:/~|"), max_size=200))
def test_nothing_but_the_few_tags_is_ever_made(text: str) -> None:
    rest = ALLOWED.sub("", html(text))
    assert "<" not in rest
    assert ">" not in rest


@given(st.text(alphabet=st.sampled_from("abc äß\n*_#>-1."), max_size=200))
def test_no_word_is_lost(text: str) -> None:
    said = rich_text.plain(rich_text.blocks(text))
    assert sorted(re.findall("[a-zäß]", said)) == sorted(re.findall("[a-zäß]", text))


@pytest.mark.parametrize(
    "text", ["> " * 500 + "tief", "- " * 500 + "tief", "\n".join("  " * n + "- x" for n in range(90))]
)
def test_what_is_nested_without_end_keeps_its_words(text: str) -> None:
    said = rich_text.plain(rich_text.blocks(text))
    assert sum(said.count(word) for word in ("tief", "x")) in {1, 90}


@pytest.mark.parametrize("text", ["*a **b " * 2500, "[" * 10_000, "[a](" * 4000, "_*" * 8000, "> - " * 4000 + "x"])
def test_no_text_takes_long(text: str) -> None:
    assert rich_text.blocks(text[: rich_text.LONGEST])


def test_blocks_are_plain_data() -> None:
    made: Any = rich_text.blocks("**a** [b](https://c.example)\n\n- d")
    assert json.loads(json.dumps(made)) == made


def test_invisible_characters_that_turn_text_around_are_dropped() -> None:
    assert rich_text.plain(rich_text.blocks("a\u202eb\x07c\ufeff")) == "abc"
