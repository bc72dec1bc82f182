"""The demonstration's own pages: sign-in by one click, and the mails."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.mail import EmailMessage, get_connection
from django.test import override_settings
from playwright.sync_api import Page

from config.settings.demo import INSTALLED_APPS, TEMPLATES
from tests.conftest import Cast

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def demonstration(tmp_path: Path) -> Iterator[None]:
    with override_settings(
        ROOT_URLCONF="config.demo.urls",
        INSTALLED_APPS=INSTALLED_APPS,
        TEMPLATES=TEMPLATES,
        DEMONSTRATION=True,
        EMAIL_FILE_PATH=str(tmp_path),
    ):
        yield


def test_one_click_on_the_sign_in_page_opens_the_desk(
    page: Page, cast: Cast, axe: Callable[[Page], None], narrow: Callable[[Page], Page]
) -> None:
    page.goto("/anmelden/")
    axe(page)
    axe(narrow(page))
    page.get_by_role("button", name=cast.clerk.name, exact=True).click()
    page.wait_for_url("**/aufgaben/")


def test_mails_can_be_read(
    page: Page, tmp_path: Path, axe: Callable[[Page], None], narrow: Callable[[Page], Page]
) -> None:
    page.goto("/demo/post/")
    axe(page)
    connection = get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=str(tmp_path))
    body = "Guten Tag,\n\nIhr Code: 123456\n\nhttp://127.0.0.1:8000/aufgaben/"
    EmailMessage("Ihr Code für den Sachstand", body, None, ["51@stadt.example"], connection=connection).send()
    page.reload()
    axe(page)
    axe(narrow(page))
    page.get_by_role("link", name="Ihr Code für den Sachstand").click()
    axe(page)
    assert page.get_by_role("link", name="http://127.0.0.1:8000/aufgaben/").is_visible()
