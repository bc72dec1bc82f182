"""A visitor's way from the homepage to a report: with the mouse, and with the keyboard alone, wide and narrow."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from publication.models import Feedback
from publication.site import tokens
from tests.browser.conftest import DESK, PHONE, Opener
from tests.conftest import Cast
from tests.publication import city
from tests.publication.city import Published

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SAID = "Das Café in der Nordstadt ist großartig."
FARTHEST = 200
"""So many presses of the tabulator lead to everything on a page."""


@dataclass
class Visitor:
    """Somebody at a page who uses the mouse, or the keyboard alone."""

    page: Page
    by_keyboard: bool

    def reach(self, target: Locator) -> Locator:
        """Put the focus on ``target``, which has to be there once and to be seen."""
        expect(target).to_be_visible()
        if self.by_keyboard:
            for _ in range(FARTHEST):
                if target.evaluate("element => element === document.activeElement"):
                    break
                self.page.keyboard.press("Tab")
            expect(target).to_be_focused()
            # What has the focus is never hidden or out of the window.
            expect(target).to_be_in_viewport()
        return target

    def open(self, target: Locator) -> None:
        """Follow a link, press a button."""
        if self.by_keyboard:
            self.reach(target)
            self.page.keyboard.press("Enter")
        else:
            target.click()

    def write(self, target: Locator, text: str) -> None:
        if self.by_keyboard:
            self.reach(target)
            self.page.keyboard.type(text)
        else:
            target.fill(text)

    def choose(self, target: Locator, word: str) -> None:
        """Choose the option of a list that begins with ``word``."""
        if self.by_keyboard:
            self.reach(target)
            self.page.keyboard.type(word)
        else:
            target.select_option(label=target.locator("option", has_text=word).first.text_content())
        chosen = target.evaluate("element => element.selectedOptions[0].textContent.trim()")
        assert str(chosen).startswith(word)


@pytest.fixture
def published(cast: Cast, live_server: object) -> Published:
    return city.publish(city.build(cast), cast)


@pytest.mark.parametrize(
    ("by_keyboard", "size"),
    [(False, DESK), (True, DESK), (True, PHONE)],
    ids=["mouse", "keyboard", "keyboard-320"],
)
def test_a_visitor_finds_reads_and_answers(
    published: Published,
    open_page: Opener,
    axe: Callable[[Page], None],
    monkeypatch: pytest.MonkeyPatch,
    by_keyboard: bool,
    size: ViewportSize,
) -> None:
    # Nobody types so fast; the wait itself is tested elsewhere.
    monkeypatch.setattr(tokens, "SOONEST", tokens.SOONEST * 0)
    page = open_page(viewport=size)
    visitor = Visitor(page, by_keyboard)
    _finds(visitor, axe)
    _reads(visitor, axe)
    _in_english_and_back(visitor)
    _gives_feedback(visitor, axe)
    _reads_the_report(visitor, published, axe)
    assert page.context.cookies() == []


def _finds(visitor: Visitor, axe: Callable[[Page], None]) -> None:
    page = visitor.page
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Empfehlungen für das Zusammenleben")
    visitor.write(page.get_by_label("Thema, Stadtteil oder Amt"), "Raum")
    visitor.open(page.get_by_role("button", name="Suchen"))
    page.wait_for_url("**/suche/?q=Raum*")
    expect(page.locator("main")).to_contain_text("Empfehlung 1.1.1")
    visitor.choose(page.get_by_label("Stand", exact=True), "umgesetzt")
    visitor.open(page.get_by_role("button", name="Suchen"))
    page.wait_for_url("**status=implemented*")
    expect(page.locator("main")).to_contain_text("Empfehlung 1.1.1")
    axe(page)


def _reads(visitor: Visitor, axe: Callable[[Page], None]) -> None:
    page = visitor.page
    visitor.open(page.locator("main").get_by_role("link", name="Empfehlung 1.1.1").first)
    page.wait_for_url("**/empfehlung/1.1.1/")
    main = page.locator("main")
    expect(main).to_contain_text("Das geschah mit 1.1.1 bis 2022.")
    expect(main).to_contain_text("2021–2022")
    expect(main).to_contain_text("Das Café ist ein Gewinn.")
    # In plain language, open at once.
    expect(page.get_by_text("Es gibt jetzt Räume.")).to_be_visible()
    axe(page)


def _in_english_and_back(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open(page.get_by_role("link", name="English"))
    page.wait_for_url("**/en/konzept/heute/empfehlung/1.1.1/")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("main")).to_contain_text("What became of it")
    visitor.open(page.get_by_role("link", name="Deutsch"))
    page.wait_for_url(lambda address: "/en/" not in address)
    expect(page.locator("html")).to_have_attribute("lang", "de")


def _gives_feedback(visitor: Visitor, axe: Callable[[Page], None]) -> None:
    page = visitor.page
    visitor.open(page.get_by_role("link", name="Rückmeldung zu dieser Empfehlung geben"))
    visitor.write(page.get_by_role("textbox").first, SAID)
    axe(page)
    visitor.open(page.get_by_role("button", name="Rückmeldung senden"))
    page.wait_for_url("**/danke/**")
    assert Feedback.objects.filter(text=SAID, state="new").exists()
    # It shows once somebody has read it.
    page.goto("/konzept/heute/empfehlung/1.1.1/")
    expect(page.locator("main")).not_to_contain_text(SAID)


def _reads_the_report(visitor: Visitor, published: Published, axe: Callable[[Page], None]) -> None:
    page = visitor.page
    address = f"/bericht/{published.final.pk}/"
    visitor.open(page.locator(f'main a[href="{address}"]').first)
    page.wait_for_url(f"**{address}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("2021–2022")
    axe(page)
    file = visitor.reach(page.locator(f'main a[href="/bericht/{published.final.pk}.pdf"]').first)
    answer = page.request.get(str(file.get_attribute("href")))
    assert answer.ok
    assert answer.body().startswith(b"%PDF")
