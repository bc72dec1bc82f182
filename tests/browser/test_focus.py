"""Whoever walks with the keyboard sees at every stop where they are."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Opener
from tests.conftest import Cast
from tests.publication import city

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FARTHEST = 200
STOP = """() => {
  const it = document.activeElement;
  if (!it || it === document.body) return null;
  const style = getComputedStyle(it);
  if (it.tagName === "IFRAME") return ["IFRAME", true];  // what it holds has an outline of its own
  const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return [it.tagName + " " + (it.getAttribute("aria-label") || it.title || it.innerText || it.name).trim(), seen];
}"""


def _stops(page: Page) -> dict[str, bool]:
    """Return what the tabulator leads to on the page, and whether an outline says so."""
    stops: dict[str, bool] = {}
    for _ in range(FARTHEST):
        page.keyboard.press("Tab")
        found = page.evaluate(STOP)
        if found is None:
            return stops
        name, seen = found
        stops[name] = stops.get(name, True) and seen
    raise AssertionError("The tabulator finds no end.")


def test_every_stop_of_the_tabulator_has_an_outline(cast: Cast, open_page: Opener) -> None:
    city.build(cast)
    page = open_page()
    walked: dict[str, bool] = {}
    for address in ("/", "/konzept/heute/empfehlung/1.1.1/", "/einbetten/"):
        page.goto(address)
        walked |= _stops(page)
    assert "DIV Maßnahmen, seitlich verschiebbar" in walked
    assert [name for name, seen in walked.items() if not seen] == []
