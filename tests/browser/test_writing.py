"""Writing in a real browser: the script saves by itself, and the page works as well without it."""

import datetime
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from offices.models import Person
from tests import factories
from tests.browser.conftest import Opener
from tests.conftest import Cast
from tests.factories import NOW, content
from workflow import opening, runs
from workflow.content import CommentContent, MeasureContent
from workflow.models import Draft, Revision, StatusUpdate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SignIn = Callable[[Page, Person], Page]
Axe = Callable[[Page], None]
Narrow = Callable[[Page], Page]


@pytest.fixture
def update(cast: Cast) -> StatusUpdate:
    """A run of an open cycle, with an approved entry of the period before."""
    edition = factories.edition()
    factories.recommendation(factories.goal(edition), lead=cast.youth, contributing=(cast.school,))
    before = factories.open_cycle(
        edition,
        period_from=datetime.date(2023, 1, 1),
        period_until=datetime.date(2024, 12, 31),
        due_on=datetime.date(2026, 11, 1),
    )
    earlier = StatusUpdate.objects.get(cycle=before)
    measures = (MeasureContent("Räume einrichten", "implemented", "40", "2024", "Land", "vhs", "https://example.org"),)
    runs.hand_in(earlier.pk, by=cast.clerk, content=content(done="Das war früher.", measures=measures), now=NOW)
    runs.approve(earlier.pk, revision_number=1, by=cast.reviewer, now=NOW)
    opening.close_cycle(before.pk, by=cast.coordinator, now=NOW)
    due = datetime.date.today() + datetime.timedelta(days=30)  # noqa: DTZ011 - the browser's own day
    return StatusUpdate.objects.get(cycle=factories.open_cycle(edition, due_on=due))


@pytest.fixture
def clerk_page(cast: Cast, open_page: Opener, sign_in: SignIn) -> Opener:
    """Open a page for the clerk of the lead office; takes the arguments of ``open_page``."""

    def opened(**options: bool) -> Page:
        return sign_in(open_page(**options), cast.clerk)

    return opened


def form(update: StatusUpdate) -> str:
    return f"/sachstand/{update.pk}/schreiben/"


def text_of(page: Page) -> str:
    return page.get_by_role("textbox", name="Was ist geschehen?").input_value()


def write(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Was ist geschehen?").fill(text)


def test_what_is_typed_is_saved_by_itself(update: StatusUpdate, clerk_page: Opener) -> None:
    page = clerk_page()
    page.clock.install()
    page.goto(form(update))
    write(page, "Von selbst gespeichert")
    page.clock.fast_forward(4000)
    expect(page.get_by_role("status")).to_contain_text("Entwurf gespeichert um")
    assert Draft.objects.get().content["done"] == "Von selbst gespeichert"
    write(page, "Und weiter")
    page.clock.fast_forward(4000)
    expect(page.locator("[name=version]")).to_have_value("2")
    page.reload()
    assert text_of(page) == "Und weiter"


def test_whoever_types_without_a_pause_is_saved_all_the_same(update: StatusUpdate, clerk_page: Opener) -> None:
    page = clerk_page()
    page.clock.install()
    page.goto(form(update))
    for words in range(1, 8):
        write(page, "weiter " * words)
        page.clock.fast_forward(2000)
    expect(page.get_by_role("status")).to_contain_text("Entwurf gespeichert um")
    assert Draft.objects.get().content["done"].startswith("weiter weiter")


def test_a_lost_connection_loses_nothing(update: StatusUpdate, clerk_page: Opener) -> None:
    page = clerk_page()
    page.clock.install()
    page.goto(form(update))
    page.route("**/entwurf/", lambda route: route.fulfill(status=429, body=""))
    write(page, "Ohne Netz")
    page.clock.fast_forward(4000)
    expect(page.get_by_role("status")).to_contain_text("Wir konnten nicht speichern.")
    page.unroute("**/entwurf/")
    page.clock.fast_forward(11_000)
    expect(page.get_by_role("status")).to_contain_text("Entwurf gespeichert um")
    assert Draft.objects.get().content["done"] == "Ohne Netz"


def test_whoever_is_signed_out_while_writing_finds_the_text_again(
    cast: Cast, update: StatusUpdate, clerk_page: Opener, sign_in: SignIn
) -> None:
    page = clerk_page()
    page.clock.install()
    page.goto(form(update))
    page.context.clear_cookies(name="sessionid")
    write(page, "Nach der Mittagspause")
    page.clock.fast_forward(4000)
    expect(page.get_by_role("status")).to_contain_text("Sie sind nicht mehr angemeldet.")
    sign_in(page, cast.clerk)
    page.goto(form(update))
    assert text_of(page) == ""
    page.get_by_role("button", name="Übernehmen", exact=True).click()
    assert text_of(page) == "Nach der Mittagspause"
    page.clock.fast_forward(4000)
    expect(page.get_by_role("status")).to_contain_text("Entwurf gespeichert um")


def test_two_windows_meet_on_one_page(update: StatusUpdate, clerk_page: Opener) -> None:
    first = clerk_page()
    second = clerk_page()
    for page in (first, second):
        page.clock.install()
        page.goto(form(update))
    write(first, "Im ersten Fenster")
    first.clock.fast_forward(4000)
    expect(first.get_by_role("status")).to_contain_text("Entwurf gespeichert um")
    write(second, "Im zweiten Fenster")
    second.clock.fast_forward(4000)
    second.get_by_role("button", name="Beide Versionen ansehen").click()
    expect(second.locator("main")).to_contain_text("Im ersten Fenster")
    second.get_by_role("button", name="Speichern und weiterschreiben").click()
    expect(second.get_by_role("textbox", name="Was ist geschehen?")).to_have_value(
        "Im zweiten Fenster\n\nIm ersten Fenster"
    )


def test_whoever_leaves_at_once_takes_nothing_away(update: StatusUpdate, clerk_page: Opener) -> None:
    page = clerk_page()
    page.goto(form(update))
    write(page, "Schnell noch ein Satz")
    page.get_by_role("link", name="Sachstände").click()
    page.goto(form(update))
    # The last save may still be on its way: then the browser's own copy is offered.
    offer = page.get_by_role("button", name="Übernehmen", exact=True)
    if offer.is_visible():
        offer.click()
    assert text_of(page) == "Schnell noch ein Satz"


@pytest.mark.parametrize("javascript", [True, False])
def test_measures_and_the_earlier_text_come_with_and_without_a_script(
    update: StatusUpdate, clerk_page: Opener, *, javascript: bool
) -> None:
    page = clerk_page(javascript=javascript)
    page.goto(form(update))
    page.get_by_role("button", name="Als Anfang übernehmen").click()
    expect(page.get_by_role("textbox", name="Was ist geschehen?")).to_have_value(re.compile("Das war früher."))
    for title in ("Eins", "Zwei"):
        page.get_by_role("button", name="Maßnahme hinzufügen").click()
        page.get_by_label("Name der Maßnahme").last.fill(title)
    page.get_by_role("button", name="Maßnahme entfernen 1").click()
    expect(page.get_by_label("Name der Maßnahme")).to_have_value("Zwei")
    page.locator("label.choice", has_text="umgesetzt").first.click()
    page.get_by_role("button", name="Sachstand abgeben").click()
    expect(page.locator("main")).to_contain_text("Danke, Ihr Sachstand ist da.")
    revision = Revision.objects.get(update=update)
    assert revision.done == "Das war früher."
    assert [measure.title for measure in revision.measures.all()] == ["Zwei"]


def test_an_incomplete_entry_leads_to_what_is_missing_by_keyboard(update: StatusUpdate, clerk_page: Opener) -> None:
    page = clerk_page(javascript=False)
    page.goto(form(update))
    page.get_by_role("textbox", name="Geplant bis").fill("31.03.2020")
    page.get_by_role("button", name="Sachstand abgeben").press("Enter")
    expect(page.locator("#fehler")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio", name=re.compile("^geplant"))).to_be_focused()
    expect(page.get_by_role("textbox", name="Geplant bis")).to_have_value("31.03.2020")


def test_enter_in_a_line_saves_and_never_hands_in(update: StatusUpdate, clerk_page: Opener) -> None:
    page = clerk_page()
    page.goto(form(update))
    write(page, "Noch nicht fertig")
    page.get_by_role("textbox", name="Geplant bis").press("Enter")
    expect(page.locator("main")).to_contain_text("Entwurf gespeichert um")
    assert not Revision.objects.filter(update=update).exists()


def test_the_pages_of_an_office_are_accessible(
    cast: Cast, update: StatusUpdate, clerk_page: Opener, axe: Axe, narrow: Narrow
) -> None:
    runs.hand_in(update.pk, by=cast.clerk, content=content(measures=(MeasureContent("Schulung"),)), now=NOW)
    today = datetime.date(2026, 11, 23)
    comments = [CommentContent("Wie viele?", "done"), CommentContent("Kürzer.")]
    runs.return_for_revision(update.pk, revision_number=1, by=cast.reviewer, comments=comments, now=NOW, today=today)
    for dark in (False, True):
        page = clerk_page(dark=dark)
        for address in (
            "/aufgaben/",
            form(update),
            f"/sachstand/{update.pk}/",
            f"/sachstand/{update.pk}/vorschau/",
            f"/sachstand/{update.pk}/unveraendert/",
            f"/sachstand/{update.pk}/fehlanzeige/",
            "/sachstaende/",
        ):
            page.set_viewport_size({"width": 1280, "height": 900})
            page.goto(address)
            axe(page)
            axe(narrow(page))
