"""Parts of the site on the city's own website, in a real browser."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests import factories
from tests.browser.conftest import PHONE, Opener
from tests.conftest import Cast
from tests.publication.conftest import entry, period

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PARTS = ("/einbetten/uebersicht/", "/einbetten/feld/heute/1/", "/einbetten/empfehlung/heute/1.1.1/")

Open = Callable[[Page, str], None]


@pytest.fixture
def city(cast: Cast) -> None:
    goal = factories.goal(factories.edition(slug="heute"))
    closed = period(goal.field.edition, 2023, 2024)
    for number in range(1, 13):
        one = factories.recommendation(goal, f"1.1.{number}", title=f"Elterncafé {number}", lead=cast.youth)
        entry(closed, one, cast.youth, "implemented", done="Zwölf Cafés sind offen. " * 20)


@pytest.fixture
def website() -> Iterator[Callable[[Page, str], None]]:
    """Return a function that opens a page of the city's own website, at an address of its own, with a body."""
    said = {"body": ""}

    class Website(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = said["body"] if self.path == "/konzept" else ""
            html = f"<!doctype html><html lang=de><title>Stadt</title><main><h1>Stadt</h1>{body}</main></html>".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(html)))
            self.end_headers()
            self.wfile.write(html)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Website)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def opened(page: Page, body: str) -> None:
        said["body"] = body
        page.goto(f"http://127.0.0.1:{server.server_port}/konzept")

    yield opened
    server.shutdown()
    server.server_close()


def test_the_script_fills_its_places_and_sets_their_heights(
    city: None, page: Page, website: Open, live_server: LiveServer, axe: Callable[[Page], None]
) -> None:
    website(
        page,
        '<div data-sachstand="feld" data-fassung="heute" data-nummer="1" data-farben="dunkel"></div>'
        '<div data-sachstand="uebersicht" data-sprache="en"></div>'
        f'<script src="{live_server.url}/static/js/embed.js" async></script>',
    )
    first, second = (page.frame_locator("iframe").nth(number) for number in (0, 1))
    first.get_by_role("heading", name="Handlungsfeld 1").wait_for()
    second.get_by_text("12 recommendations for living together").wait_for()
    frame = page.locator("iframe").first
    assert frame.get_attribute("title") == "Sachstand: Handlungsfeld 1"
    page.wait_for_function("document.querySelector('iframe').style.height !== '24rem'")
    before = frame.bounding_box()
    first.get_by_text("12 Empfehlungen").click()
    page.wait_for_function(f"document.querySelector('iframe').offsetHeight > {before['height'] + 100}")  # type: ignore[index]
    assert first.locator("html").evaluate("root => root.scrollHeight <= innerHeight"), "nothing scrolls in the frame"
    assert first.locator("html").evaluate("root => getComputedStyle(root).colorScheme") == "dark"
    axe(page)


def test_a_link_leads_out_of_the_frame(city: None, page: Page, website: Open, live_server: LiveServer) -> None:
    website(page, f'<iframe src="{live_server.url}/einbetten/empfehlung/heute/1.1.1/" title="Sachstand"></iframe>')
    page.frame_locator("iframe").get_by_role("link", name="Alles zu dieser Empfehlung").click()
    page.wait_for_url(f"{live_server.url}/konzept/heute/empfehlung/1.1.1/")
    assert page.locator("iframe").count() == 0, "the whole page was left, not the frame alone"


def test_messages_of_others_change_nothing(city: None, page: Page, website: Open, live_server: LiveServer) -> None:
    website(
        page,
        f'<div data-sachstand="uebersicht"></div><script src="{live_server.url}/static/js/embed.js"></script>',
    )
    page.frame_locator("iframe").get_by_role("heading").first.wait_for()
    page.wait_for_function("document.querySelector('iframe').style.height !== '24rem'")
    height = page.locator("iframe").evaluate("frame => frame.style.height")
    page.evaluate(
        """() => {
            const frame = document.querySelector('iframe');
            const source = frame.contentWindow;
            const say = (data, origin) => dispatchEvent(new MessageEvent('message', {data, origin, source}));
            for (const data of [{type: 'sachstand:height', height: 9}, null, 'x']) say(data, 'http://boese.example');
            const ours = new URL(frame.src).origin;
            for (const height of [-1, 1e9, 'x']) say({type: 'sachstand:height', height}, ours);
        }"""
    )
    assert page.locator("iframe").evaluate("frame => frame.style.height") == height


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_parts_are_accessible_and_fit_280_px(
    city: None, open_page: Opener, axe: Callable[[Page], None], dark: bool
) -> None:
    page = open_page(viewport=PHONE | {"width": 280}, dark=dark)
    for address in (*PARTS, *(f"{part}?farben=dunkel" for part in PARTS), *(f"/en{part}" for part in PARTS)):
        page.goto(address)
        for summary in page.locator("summary").all():
            summary.click()
        assert page.evaluate("document.scrollingElement.scrollWidth") <= 280, address
        axe(page)


def test_the_frame_tells_its_height_and_nothing_else(
    city: None, page: Page, website: Open, live_server: LiveServer
) -> None:
    website(
        page,
        "<script>window.heard = []; addEventListener('message', event => heard.push(event.data));</script>"
        f'<iframe name="meins" src="{live_server.url}{PARTS[0]}" title="Sachstand"></iframe>',
    )
    page.wait_for_function("heard.length > 0")
    heard = page.evaluate("heard")
    assert {tuple(sorted(one)) for one in heard} == {("height", "id", "type")}
    assert {one["id"] for one in heard} == {"meins"}


def test_lines_to_copy_are_shown_with_a_live_example(
    city: None, open_page: Opener, axe: Callable[[Page], None], narrow: Callable[[Page], Page]
) -> None:
    page = open_page()
    page.goto("/einbetten/")
    page.get_by_label("Was", exact=True).select_option("empfehlung:1.1.2")
    page.get_by_role("button", name="Zeigen").press("Enter")
    page.frame_locator("iframe").get_by_role("heading", name="Elterncafé 2").wait_for()
    assert "1.1.2" in page.get_by_role("textbox", name="Zeilen für Ihre Seite").input_value()
    axe(page)
    axe(narrow(page))
