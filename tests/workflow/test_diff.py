"""The difference between two texts."""

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from workflow.diff import Segment, segments

TEXT = st.text(alphabet="ab ä\n.", max_size=60)


def test_a_replaced_word_comes_as_gone_then_new() -> None:
    assert segments("Die Stadt wirbt auf zwei Messen.", "Die Stadt wirbt auf fünf Messen.") == [
        Segment("same", "Die Stadt wirbt auf "),
        Segment("gone", "zwei"),
        Segment("same", " "),
        Segment("new", "fünf"),
        Segment("same", " "),
        Segment("same", "Messen."),
    ]


def test_equal_texts_are_one_segment() -> None:
    assert segments("Alles wie gehabt.", "Alles wie gehabt.") == [Segment("same", "Alles wie gehabt.")]


def test_a_single_word_between_two_changes_counts_as_changed() -> None:
    kinds = [one.kind for one in segments("rot und blau gemalt, fertig heute", "gelb und grün gemalt, fertig heute")]
    assert [kind for kind in kinds if kind != "same"] == ["gone", "new"]


def test_what_replaces_a_whole_text_stands_apart_from_it() -> None:
    found = segments("Stellen prüfen", "Abrechnung als Pauschale")
    assert found == [
        Segment("gone", "Stellen prüfen"),
        Segment("same", " "),
        Segment("new", "Abrechnung als Pauschale"),
    ]


def test_nothing_becomes_something() -> None:
    assert segments("", "Neu.") == [Segment("new", "Neu.")]
    assert segments("Alt.", "") == [Segment("gone", "Alt.")]


@settings(max_examples=200, deadline=None)
@given(TEXT, TEXT)
def test_no_word_of_either_text_is_lost(before: str, after: str) -> None:
    found = segments(before, after)
    later = "".join(one.text for one in found if one.kind != "gone")
    earlier = "".join(one.text for one in found if one.kind != "new")
    assert later.split() == after.split()
    assert earlier.split() == before.split()


def test_the_longest_texts_are_compared_in_no_time() -> None:
    started = time.process_time()
    segments("a " * 10_000, "a b " * 5_000)
    segments(
        "".join(f"Wort{number % 700} " for number in range(2_800)), "".join(f"Wort{n % 690} " for n in range(2_800))
    )
    assert time.process_time() - started < 3
