"""Handing in from a page that is no longer new: both versions are shown, in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from offices.models import Person
from tests import factories
from tests.browser.conftest import Opener
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from workflow import runs
from workflow.content import CommentContent
from workflow.models import Revision, StatusUpdate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SignIn = Callable[[Page, Person], Page]
Axe = Callable[[Page], None]
Narrow = Callable[[Page], Page]


@pytest.fixture
def update(cast: Cast) -> StatusUpdate:
    edition = factories.edition()
    factories.recommendation(factories.goal(edition), lead=cast.youth)
    return StatusUpdate.objects.get(cycle=factories.open_cycle(edition))


def write(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Was ist geschehen?").fill(text)


def test_what_was_saved_by_itself_is_handed_in_from_the_same_page(
    cast: Cast, update: StatusUpdate, open_page: Opener, sign_in: SignIn
) -> None:
    page = sign_in(open_page(), cast.clerk)
    page.clock.install()
    page.goto(f"/sachstand/{update.pk}/schreiben/")
    page.locator("label.choice", has_text="in Umsetzung").click()
    for text in ("Eins", "Eins und zwei"):
        write(page, text)
        page.clock.fast_forward(4000)
        expect(page.get_by_role("status")).to_contain_text("Entwurf gespeichert um")
    expect(page.locator("#sachstand [name=version]")).to_have_value("2")
    write(page, "Eins, zwei und drei")
    page.get_by_role("button", name="Sachstand abgeben").click()
    expect(page.locator("main")).to_contain_text("Danke, Ihr Sachstand ist da.")
    assert Revision.objects.get().done == "Eins, zwei und drei"


@pytest.mark.parametrize("javascript", [True, False])
def test_a_page_left_open_meets_the_colleagues_version(
    cast: Cast,
    update: StatusUpdate,
    open_page: Opener,
    sign_in: SignIn,
    axe: Axe,
    narrow: Narrow,
    *,
    javascript: bool,
) -> None:
    page = sign_in(open_page(javascript=javascript), cast.clerk)
    page.goto(f"/sachstand/{update.pk}/schreiben/")
    page.locator("label.choice", has_text="in Umsetzung").click()
    write(page, "Vor dem Urlaub begonnen")
    runs.hand_in(update.pk, by=cast.colleague, content=content(done="Von der Kollegin"), now=NOW)
    comments = [CommentContent("Wie viele Eltern kommen?", "done")]
    runs.return_for_revision(update.pk, revision_number=1, by=cast.reviewer, comments=comments, now=NOW, today=TODAY)
    page.get_by_role("button", name="Sachstand abgeben").click()
    for part in ("Vor dem Urlaub begonnen", "Von der Kollegin", "Wie viele Eltern kommen?"):
        expect(page.locator("main")).to_contain_text(part)
    if javascript:
        axe(page)
        axe(narrow(page))
    page.get_by_role("button", name="Speichern und weiterschreiben").click()
    expect(page.get_by_role("textbox", name="Was ist geschehen?")).to_have_value(
        "Vor dem Urlaub begonnen\n\nVon der Kollegin"
    )
    page.get_by_role("button", name="Sachstand abgeben").click()
    expect(page.locator("main")).to_contain_text("Danke, Ihr Sachstand ist da.")
    assert Revision.objects.filter(update=update).count() == 2
