"""A real browser for the tests that need one: Debian's chromium, driven by playwright.

``make test-browser`` runs them. Every page is opened under the strict content security policy of the service; a script
error, a blocked resource or an answer 500 fails the test that saw it.
"""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, ViewportSize, sync_playwright
from pytest_django.live_server_helper import LiveServer

from offices.models import Person

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
DESK = ViewportSize(width=1280, height=900)
PHONE = ViewportSize(width=320, height=640)
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

Opener = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser process for the whole run; contexts keep the tests apart."""
    # Playwright's event loop runs in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def live_server(django_db_setup: None, live_server: LiveServer) -> LiveServer:
    """The live server, started once the test database stands: before, it would share the connection of the tests."""
    return live_server


@pytest.fixture
def open_page(browser: Browser, live_server: LiveServer, transactional_db: None) -> Iterator[Opener]:
    """Return a function that opens a page for one more visitor, each with cookies of their own.

    ``open_page(viewport=PHONE, javascript=False)``; addresses are relative to the live server: ``page.goto("/")``.
    """
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def console(message: ConsoleMessage) -> None:
        # A page that is forbidden or wrong on purpose answers 4xx, and chromium writes that to the console.
        if message.type == "error" and "the server responded with a status of 4" not in message.text:
            complaints.append(message.text)

    def answered(response: Response) -> None:
        if response.status >= 500 or (response.status >= 400 and "/static/" in response.url):
            complaints.append(f"{response.status} {response.url}")

    def opened(*, viewport: ViewportSize = DESK, javascript: bool = True, dark: bool = False) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport=viewport,
            java_script_enabled=javascript,
            color_scheme="dark" if dark else "light",
            locale="de-DE",
            timezone_id="Europe/Berlin",
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", console)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("response", answered)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not complaints, "The browser complained:\n" + "\n".join(complaints)


@pytest.fixture
def page(open_page: Opener) -> Page:
    """One visitor at 1280 px, not signed in."""
    return open_page()


@pytest.fixture
def sign_in(live_server: LiveServer) -> Callable[[Page, Person], Page]:
    """Return a function that signs ``person`` in on ``page`` by the session cookie, without the sign-in page."""

    def signed_in(page: Page, person: Person) -> Page:
        client = Client()
        client.force_login(person, backend="offices.backends.OfficeBackend")
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        return page

    return signed_in


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Return a function that fails when axe-core finds anything on the page as it stands (WCAG A, AA, practice)."""

    options = {
        "runOnly": {"type": "tag", "values": AXE_TAGS},
        "resultTypes": ["violations"],
        # Fetching style sheets anew serves checks that are not asked for, and meets the page's policy.
        "preload": False,
    }

    def clean(page: Page) -> None:
        found = Axe().run(page, options=options)
        problems = [
            f"{violation['id']} ({violation['impact']}): {violation['help']}\n    "
            + "\n    ".join(node["html"] for node in violation["nodes"][:5])
            for violation in found.response["violations"]
        ]
        assert not problems, f"axe on {page.url}, {page.viewport_size}:\n" + "\n".join(problems)

    return clean


@pytest.fixture
def narrow() -> Callable[[Page], Page]:
    """Return a function that makes the window 320 px wide and fails when the page then scrolls sideways."""

    def narrowed(page: Page) -> Page:
        page.set_viewport_size(PHONE)
        width = page.evaluate("document.scrollingElement.scrollWidth")
        assert width <= PHONE["width"], f"{page.url} is {width} px wide in a window of 320 px."
        return page

    return narrowed
