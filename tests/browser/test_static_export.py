"""The static copy, served by a plain web server from a folder: read and searched by keyboard, at 320 px as well."""

import functools
import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import factories
from tests.browser.conftest import PHONE, Opener
from tests.conftest import Cast
from tests.publication.conftest import entry, period
from tests.publication.exported import export

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FOUND = "[data-found]"
RESULTS = "[data-results] li"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def folder(cast: Cast, tmp_path: Path) -> Path:
    """An export of a small city, in a folder of a folder."""
    edition = factories.edition(slug="heute")
    first, second = factories.goal(edition), factories.goal(edition, "2", "2.1")
    closed = period(edition, 2023, 2024)
    for goal, number, title, status, done in (
        (first, "1.1.1", "Elterncafés an Grundschulen", "implemented", "Zwölf Cafés sind offen."),
        (first, "1.1.2", "Häuser der Begegnung", "in_progress", "Vier Eltern haben den Garten angelegt."),
        (second, "2.1.1", "Sprachkurse im Stadtteil", "deferred", "Es fehlt an Räumen."),
    ):
        one = factories.recommendation(goal, number, title=title, lead=cast.youth)
        entry(closed, one, cast.youth, status, done=done, status_reason="Kein Geld." if status == "deferred" else "")
    return export(tmp_path / "web" / "stadt" / "konzept")


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    """Where a plain web server shows the export; it knows nothing of it."""
    handler = functools.partial(Quiet, directory=str(folder.parent.parent))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/stadt/konzept/"
    server.shutdown()
    server.server_close()


def titles(page: Page) -> list[str]:
    return [one.strip() for one in page.locator(f"{RESULTS} a").all_inner_texts()]


def search(page: Page, words: str) -> None:
    page.get_by_label("Thema, Stadtteil oder Amt").fill(words)
    page.keyboard.press("Enter")


def test_a_visitor_walks_through_the_copy_by_keyboard(address: str, page: Page, axe: Callable[[Page], None]) -> None:
    page.goto(address)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    search(page, "elterncafe")
    page.wait_for_url(f"{address}suche/index.html?q=elterncafe*")
    expect(page.locator(FOUND)).to_have_text("1 Empfehlung gefunden")
    axe(page)
    page.get_by_role("link", name="Elterncafés an Grundschulen").press("Enter")
    page.wait_for_url(f"{address}konzept/heute/empfehlung/1.1.1/index.html")
    expect(page.get_by_text("Zwölf Cafés sind offen.")).to_be_visible()
    expect(page.get_by_text("Statische Kopie dieser Seiten")).to_be_visible()
    axe(page)
    page.get_by_role("navigation", name="Brotkrümel").or_(page.locator(".crumbs")).first.get_by_role(
        "link"
    ).first.press("Enter")
    page.wait_for_url(f"{address}index.html")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("eltern", ["Elterncafés an Grundschulen", "Häuser der Begegnung"]),
        ("Haus", ["Häuser der Begegnung"]),
        ("Haeuser", ["Häuser der Begegnung"]),
        ("GRUNDSCHULE café", ["Elterncafés an Grundschulen"]),
        ("2.1.1", ["Sprachkurse im Stadtteil"]),
        ("Raum", ["Sprachkurse im Stadtteil"]),
        ("Jugendamt begegnungen", ["Häuser der Begegnung"]),
        ("zzz", []),
    ],
)
def test_words_are_found_in_all_their_forms(address: str, page: Page, words: str, found: list[str]) -> None:
    page.goto(f"{address}suche/index.html")
    search(page, words)
    expect(page.locator(RESULTS)).to_have_count(len(found))
    expect(page.locator(FOUND)).to_contain_text("gefunden")
    assert titles(page) == found


def test_filters_stand_in_the_address_and_can_be_taken_away(address: str, page: Page) -> None:
    page.goto(f"{address}suche/index.html?fassung=heute&feld=1&status=in_progress")
    expect(page.locator(FOUND)).to_have_text("1 Empfehlung gefunden")
    assert titles(page) == ["Häuser der Begegnung"]
    page.get_by_label("Umsetzungsstand").or_(page.locator("#status")).first.select_option("")
    expect(page.locator(FOUND)).to_have_text("2 Empfehlungen gefunden")
    assert "status" not in page.url
    page.locator("#feld").select_option("")
    expect(page.locator(FOUND)).to_have_text("3 Empfehlungen")
    assert page.url == f"{address}suche/index.html"


def test_without_scripts_the_whole_list_is_there(address: str, open_page: Opener) -> None:
    page = open_page(javascript=False)
    page.goto(f"{address}en/suche/index.html?q=elterncafe")
    expect(page.get_by_role("link", name="Sprachkurse im Stadtteil")).to_be_visible()
    expect(page.locator("form")).to_be_hidden()


def test_it_works_on_a_phone_and_in_english(
    address: str, open_page: Opener, axe: Callable[[Page], None], narrow: Callable[[Page], Page]
) -> None:
    page = open_page(viewport=PHONE)
    for place in ("", "en/index.html", "suche/index.html?q=eltern", "konzept/heute/index.html", "404.html"):
        page.goto(address + place)
        expect(page.locator("html")).to_have_attribute("lang", "en" if place.startswith("en/") else "de")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        narrow(page)
        axe(page)


def test_it_can_be_read_and_searched_from_a_folder(folder: Path, browser: Browser) -> None:
    # Not watched for complaints: browsers load no fonts for pages that are files, and say so.
    page = browser.new_page()
    page.goto(folder.joinpath("index.html").as_uri())
    search(page, "garten")
    expect(page.locator(FOUND)).to_have_text("1 Empfehlung gefunden")
    assert titles(page) == ["Häuser der Begegnung"]
    page.close()


def test_a_part_in_a_frame_works_from_the_copy(address: str, page: Page) -> None:
    page.goto(f"{address}einbetten/index.html")
    frame = page.frame_locator("iframe")
    frame.get_by_role("link", name="Handlungsfeld 1").wait_for()
    page.goto(f"{address}einbetten/uebersicht/index.html?farben=dunkel")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
