"""Words on public pages that a browser would break in the wrong place."""

from publication.templatetags.public import unbroken


def test_the_second_half_of_a_compound_stays_with_its_hyphen_and_the_text_stays_as_it_is() -> None:
    assert unbroken("Gesundheitsförderung, -versorgung & Pflege") == (
        'Gesundheitsförderung, <span class="no">-versorgung</span> &amp; Pflege'
    )


def test_hyphens_within_a_word_are_left_alone() -> None:
    assert unbroken("E-Mail-Adresse – 2-1") == "E-Mail-Adresse – 2-1"
