"""The calendar's address in a real browser: made, copied, replaced, revoked."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from offices.models import Person
from tests.browser.conftest import Opener
from tests.conftest import Cast
from tests.workflow.conftest import Stage, stage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

__all__ = ["stage"]

SignIn = Callable[[Page, Person], Page]
ADDRESS = re.compile(r"/kalender/[\w-]{43}\.ics$")


def test_an_address_is_copied_opens_without_signing_in_and_ends(
    cast: Cast, stage: Stage, page: Page, sign_in: SignIn
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(page, cast.clerk).goto("/aufgaben/")
    page.get_by_role("link", name="Kalender", exact=True).click()
    page.get_by_role("button", name="Adresse erstellen").click()

    address = page.get_by_label("Adresse", exact=True)
    expect(address).to_have_value(ADDRESS)
    page.get_by_role("button", name="Adresse kopieren").click()
    expect(page.get_by_role("status").filter(has_text="Kopiert.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == address.input_value()
    path = ADDRESS.search(copied)
    assert path is not None
    assert "BEGIN:VCALENDAR" in fetched(page, path[0])

    page.get_by_role("link", name="Fertig, ich habe sie kopiert").click()
    page.get_by_role("link", name="Adresse widerrufen").click()
    page.get_by_role("button", name="Adresse widerrufen").click()
    expect(page.get_by_text("Die Kalenderadresse ist widerrufen.")).to_be_visible()
    assert fetched(page, path[0]) == "Diesen Kalender gibt es nicht."


def test_all_of_it_works_without_scripts(cast: Cast, stage: Stage, open_page: Opener, sign_in: SignIn) -> None:
    page = sign_in(open_page(javascript=False), cast.clerk)
    page.goto("/kalender/")
    page.get_by_role("button", name="Adresse erstellen").click()
    first = page.get_by_label("Adresse", exact=True).input_value()
    expect(page.get_by_role("button", name="Adresse kopieren")).to_be_hidden()

    page.get_by_role("link", name="Fertig, ich habe sie kopiert").click()
    page.get_by_role("link", name="Neue Adresse").click()
    page.get_by_role("button", name="Neue Adresse erstellen").click()

    second = page.get_by_label("Adresse", exact=True)
    expect(second).to_have_value(ADDRESS)
    assert second.input_value() != first


def fetched(page: Page, path: str) -> str:
    """Fetch as a calendar program does: from nowhere, and without the cookies of the page."""
    context = page.context.browser
    assert context is not None
    stranger = context.new_context(base_url=page.url.split("/kalender")[0])
    answer = stranger.request.get(path)
    text = answer.text()
    stranger.close()
    return text
