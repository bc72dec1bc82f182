"""Writing to a selection of the board in a real browser: by keyboard alone, and without JavaScript."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from playwright.sync_api import Locator, Page, expect

from notifications.models import Mail, MailKind
from offices.models import Person
from tests import factories
from tests.browser.conftest import DESK, Opener
from tests.conftest import Cast
from workflow.models import StatusUpdate

pytestmark = pytest.mark.browser

SignIn = Callable[[Page, Person], Page]
Check = Callable[[Page], object]


@pytest.fixture
def updates(transactional_db: None, cast: Cast) -> list[StatusUpdate]:
    """Two runs: one of 51, to which 40 contributes, and one of 53, which has a mailbox alone."""
    edition = factories.edition()
    goal = factories.goal(edition)
    factories.recommendation(goal, "1.1.1", lead=cast.youth, contributing=(cast.school,))
    factories.recommendation(goal, "1.1.2", lead=cast.health)
    return list(factories.open_cycle(edition, by=cast.coordinator, contributions=True).updates.order_by("pk"))


def press_on(page: Page, wanted: Locator, key: str = "Enter") -> None:
    """Go there with the tabulator and press a key, as somebody without a mouse does."""
    for _tab in range(120):
        page.keyboard.press("Tab")
        with suppress(AssertionError):
            assert wanted.evaluate("one => one === document.activeElement")
            page.keyboard.press(key)
            return
    raise AssertionError(f"The tabulator never gets to {wanted}.")


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def looked_at(page: Page, axe: Check, narrow: Check) -> None:
    axe(page)
    narrow(page)
    axe(page)
    page.set_viewport_size(DESK)


def test_a_mail_is_written_looked_at_changed_and_sent_with_the_keyboard_alone(
    page: Page, updates: list[StatusUpdate], cast: Cast, sign_in: SignIn, axe: Check, narrow: Check
) -> None:
    factories.absence(cast.clerk, cast.reviewer)
    sign_in(page, cast.coordinator).goto("/board/")
    press_on(page, page.locator('#sammel [name="alle"]'), "Space")
    press_on(page, page.get_by_role("button", name="Mail schreiben"))
    expect(heading(page)).to_have_text("Mail zu 2 Vorgängen schreiben")
    looked_at(page, axe, narrow)
    press_on(page, page.get_by_role("button", name="Weiter zur Vorschau"))
    expect(page.locator("#fehler")).to_be_focused()
    looked_at(page, axe, narrow)
    press_on(page, page.get_by_label("die Leitungen der federführenden Ämter"), "Space")
    press_on(page, page.get_by_label("Betreff"), "B")
    page.keyboard.type("ald ist Abgabe")
    press_on(page, page.get_by_label("Text"), "E")
    page.keyboard.type("s eilt.\n\nDanke!")
    press_on(page, page.get_by_role("button", name="Weiter zur Vorschau"))
    expect(heading(page)).to_have_text("6 Mails senden?")
    expect(page.get_by_role("article")).to_contain_text("Es eilt.")
    expect(page.get_by_role("row", name="Arbeitsgruppe 53")).to_contain_text("in Vertretung für Sachbearbeitung 51")
    looked_at(page, axe, narrow)
    press_on(page, page.get_by_role("button", name="Zurück zum Text"))
    expect(page.get_by_label("Betreff")).to_have_value("Bald ist Abgabe")
    expect(page.get_by_label("Text")).to_have_value("Es eilt.\n\nDanke!")
    expect(page.get_by_label("die Leitungen der federführenden Ämter")).to_be_checked()
    press_on(page, page.get_by_role("button", name="Weiter zur Vorschau"))
    press_on(page, page.get_by_role("button", name="6 Mails senden"))
    expect(heading(page)).to_have_text("Mail zu 2 Vorgängen ist unterwegs")
    looked_at(page, axe, narrow)
    assert Mail.objects.filter(kind=MailKind.CIRCULAR).count() == 6


def test_from_a_run_without_javascript_in_the_dark(
    open_page: Opener, updates: list[StatusUpdate], cast: Cast, sign_in: SignIn, narrow: Check
) -> None:
    page = sign_in(open_page(javascript=False, dark=True), cast.coordinator)
    page.goto(f"/sachstand/{updates[0].pk}/")
    page.get_by_role("link", name="Mail schreiben").click()
    expect(heading(page)).to_have_text("Mail zu diesem Vorgang schreiben")
    page.get_by_label("Betreff").fill("Eine Frage")
    page.get_by_label("Text").fill("Passt der Termin?")
    page.get_by_role("button", name="Weiter zur Vorschau").click()
    expect(heading(page)).to_have_text("3 Mails senden?")
    page.get_by_role("button", name="3 Mails senden").click()
    expect(heading(page)).to_have_text("Mail zu 1 Vorgang ist unterwegs")
    assert set(Mail.objects.filter(kind=MailKind.CIRCULAR).values_list("subject", flat=True)) == {"Eine Frage"}
