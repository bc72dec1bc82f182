"""Marked words: found whatever the white space, drawn into a difference without a lost character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow import diff, quotes
from workflow.quotes import Mark

TEXT = "Die Schulung wirkt:\nEs werden mehr Menschen eingestellt. Die Schulung bleibt."


@pytest.mark.parametrize(
    ("wanted", "near", "found"),
    [
        ("Schulung", None, ("Schulung", 4)),
        ("Schulung", 60, ("Schulung", 61)),
        ("wirkt: Es   werden", None, ("wirkt:\nEs werden", 13)),
        ("„die schulung bleibt.“", None, ("Die Schulung bleibt.", 57)),
        ("Straße", None, None),
        ("  ", None, None),
        ("", None, None),
    ],
)
def test_words_are_found_where_they_stand(wanted: str, near: int | None, found: tuple[str, int] | None) -> None:
    quote = quotes.find(TEXT, wanted, near=near)
    assert (quote and (quote.text, quote.start)) == found


def test_letters_that_grow_in_small_do_not_shift_the_place() -> None:
    quote = quotes.find("İzmir und İstanbul: Städte", "städte")
    assert quote is not None
    assert quote.text == "Städte"


def test_a_mark_may_cross_a_change_and_ends_with_its_pin() -> None:
    before, after = "Vier Schulen haben eröffnet.", "Sechs Schulen haben neu eröffnet."
    drawn = quotes.marked(diff.segments(before, after), after, [Mark(0, 13, 7, 1)])
    pieces = [piece for segment in drawn if segment.kind != "gone" for piece in segment.pieces]
    assert "".join(piece.text for piece in pieces if piece.marked).split() == ["Sechs", "Schulen"]
    assert next(piece.text for piece in pieces if piece.pins).endswith("Schulen")


WORDS = st.lists(st.sampled_from(["Elterncafé", "Schule", "zwei", "neu.", "\n\n", "und"]), max_size=12).map(" ".join)


@given(WORDS, WORDS, st.integers(0, 60), st.integers(0, 60))
def test_no_character_is_lost_by_drawing_marks(before: str, after: str, start: int, length: int) -> None:
    marks = [Mark(start, start + length, 1, 1), Mark(0, 5, 2, 2)]
    drawn = quotes.marked(diff.segments(before, after), after, marks)
    later = "".join(piece.text for one in drawn if one.kind != "gone" for piece in one.pieces)
    gone = " ".join(piece.text for one in drawn if one.kind == "gone" for piece in one.pieces)
    assert later.split() == after.split()
    assert set(gone.split()) <= set(before.split())
