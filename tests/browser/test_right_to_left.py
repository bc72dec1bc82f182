"""Summaries in other languages on a phone: each in its own direction, and none wider than the screen."""

import pytest
from playwright.sync_api import expect

from publication.models import EntrySummary
from tests.browser.conftest import PHONE, Opener
from tests.conftest import Cast
from tests.publication import open_city

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEXTS = {
    "ar": "كثير من الناس يبحثون عن أول بيت لهم في كاسل. متطوعون يساعدونهم منذ 2021–2022.",
    "fa": "بسیاری از مردم در کاسل به دنبال اولین خانهٔ خود هستند.",
    "tr": "Kassel'de birçok insan ilk evini arıyor.",
    "uk": "Багато людей у Касселі шукають своє перше житло.",
    "ru": "Многие люди в Касселе ищут своё первое жильё.",
}


def test_arabic_and_farsi_run_from_the_right_and_fit_a_phone(open_page: Opener, cast: Cast) -> None:
    city = open_city.build(cast)
    for language, text in TEXTS.items():
        EntrySummary.objects.create(
            update=city.run, language=language, number=1, text=text, source=city.entry, text_source=city.entry,
            written_at=open_city.APPROVED,
        )  # fmt: skip
    open_city.correct(city, cast)
    page = open_page(viewport=PHONE)
    page.goto(f"/konzept/{city.today.slug}/empfehlung/{city.cafe.key}/")
    for language in TEXTS:
        part = page.locator(f"#zusammenfassung-{language}")
        part.locator("xpath=..").locator("summary").click()
        expect(part).to_be_visible()
        side = "rtl" if language in {"ar", "fa"} else "ltr"
        said = part.locator("p")
        # The warning that it is outdated, the text, and the years it is about.
        assert said.count() == 3
        directions = said.evaluate_all("all => all.map(one => getComputedStyle(one).direction)")
        assert directions == [side] * 3, language
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 320
