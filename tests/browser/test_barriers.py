"""Somebody who works with the keyboard alone, in a narrow window, reports a barrier and reads what happens with it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from publication.models import BarrierReport
from publication.site import tokens
from tests.browser.conftest import DESK, PHONE, Opener
from tests.conftest import Cast

pytestmark = pytest.mark.browser


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))


def tab_to(page: Page, wanted: str) -> None:
    """Press the tabulator until what is called ``wanted`` has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if focused(page) == wanted:
            return
    raise AssertionError(f"The keyboard does not reach “{wanted}”.")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_barrier_is_reported_with_the_keyboard_alone(
    open_page: Opener,
    cast: Cast,
    axe: Callable[[Page], None],
    monkeypatch: pytest.MonkeyPatch,
    size: object,
) -> None:
    # Nobody types so fast; the wait itself is tested elsewhere.
    monkeypatch.setattr(tokens, "SOONEST", tokens.SOONEST * 0)
    page = open_page()
    # The first page of a process that has drawn none yet, on a busy machine.
    page.set_default_navigation_timeout(30_000)
    page.set_viewport_size(size)  # type: ignore[arg-type]
    page.goto("/impressum/")
    tab_to(page, "Barriere melden")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Barriere melden")
    expect(page.get_by_label("Auf welcher Seite?")).to_have_value(re.compile(r"^https?://[^/]+/impressum/$"))

    # Sent empty: the summary has the focus and leads to the field, where the text is missing.
    tab_to(page, "Meldung senden")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Die Meldung ist noch nicht abgeschickt")
    expect(page.locator("#fehler")).to_be_focused()
    axe(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#eingabe-text")).to_be_focused()
    page.keyboard.type("Der Knopf ist stumm.")
    tab_to(page, "eingabe-kontakt")
    page.keyboard.type("lesen@verein.example")
    tab_to(page, "Meldung senden")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Danke, Ihre Meldung ist da")
    axe(page)
    report = BarrierReport.objects.get()
    assert (report.text, report.page, report.contact) == ("Der Knopf ist stumm.", "/impressum/", "lesen@verein.example")
    assert page.context.cookies() == []


def test_the_field_for_machines_is_neither_seen_nor_reached(page: Page, cast: Cast) -> None:
    page.goto("/barriere-melden/")
    trap = page.locator(f'input[name="{tokens.TRAP}"]')
    expect(trap).to_have_count(1)
    expect(trap).to_be_hidden()
    assert trap.get_attribute("tabindex") == "-1"
