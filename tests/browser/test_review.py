"""Review and board in a real browser: comments are not lost, the keyboard is enough, one column fits a phone."""

import datetime
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from offices.models import Person
from tests import factories
from tests.browser.conftest import PHONE
from tests.conftest import Cast
from tests.factories import NOW, content
from workflow import opening, runs
from workflow.models import ReviewComment, StatusUpdate, UpdateState

pytestmark = pytest.mark.browser

SignIn = Callable[[Page, Person], Page]


@pytest.fixture
def waiting(transactional_db: None, cast: Cast) -> StatusUpdate:
    """An entry of 51 that waits for review, with an approved one of the period before."""
    edition = factories.edition()
    factories.recommendation(factories.goal(edition), "1.1.1", lead=cast.youth)
    before = factories.open_cycle(
        edition, period_from=datetime.date(2023, 1, 1), period_until=datetime.date(2024, 12, 31)
    )
    old = before.updates.get()
    runs.hand_in(old.pk, by=cast.clerk, content=content(done="Vier Schulen haben ein Elterncafé eröffnet."), now=NOW)
    runs.approve(old.pk, revision_number=1, by=cast.reviewer, now=NOW)
    opening.close_cycle(before.pk, by=None, now=NOW)
    update = factories.open_cycle(edition).updates.get()
    runs.hand_in(update.pk, by=cast.clerk, content=content(), now=NOW)
    return update


@pytest.fixture
def coordinators_page(page: Page, sign_in: SignIn, cast: Cast, waiting: StatusUpdate) -> Page:
    return sign_in(page, cast.coordinator)


def test_comments_survive_looking_elsewhere_and_are_counted(
    page: Page, sign_in: SignIn, cast: Cast, waiting: StatusUpdate
) -> None:
    sign_in(page, cast.reviewer).goto(f"/pruefung/{waiting.pk}/")
    expect(page.locator("ins").filter(has_text="Sechs")).to_be_visible()
    page.locator("#kommentieren-done > summary").click()
    page.locator("#id_comment_done").fill("Wie viele Eltern kommen?")
    expect(page.get_by_role("button", name="Zurückgeben mit 1 Kommentar")).to_be_visible()
    page.get_by_role("link", name="Nebeneinander").click()
    expect(page.locator("#id_comment_done")).to_have_value("Wie viele Eltern kommen?")
    page.get_by_role("button", name="Freigeben").click()
    expect(page.get_by_role("alert")).to_contain_text("Noch nicht entschieden")
    page.get_by_role("link", name="Nur neu").click()
    expect(page.locator("#id_comment_done")).to_have_value("Wie viele Eltern kommen?")
    page.get_by_role("button", name="Zurückgeben mit 1 Kommentar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Alles ist entschieden. Danke!")
    assert ReviewComment.objects.get().text == "Wie viele Eltern kommen?"


MARK = """(words) => {
    const passage = document.querySelector('[data-passage="done"]');
    const walker = document.createTreeWalker(passage, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const at = walker.currentNode.data.indexOf(words);
        if (at < 0) continue;
        const range = document.createRange();
        range.setStart(walker.currentNode, at);
        range.setEnd(walker.currentNode, at + words.length);
        getSelection().removeAllRanges();
        getSelection().addRange(range);
        return;
    }
}"""
"""Marks words of the first passage, as a mouse would."""


def test_marked_words_become_a_comment_that_the_office_answers_where_it_writes(
    open_page: Callable[..., Page], sign_in: SignIn, cast: Cast, waiting: StatusUpdate, axe: Callable[[Page], None]
) -> None:
    page = sign_in(open_page(), cast.reviewer)
    page.goto(f"/pruefung/{waiting.pk}/")
    page.evaluate(MARK, "Elterncafé")
    page.get_by_role("button", name="Kommentar zu dieser Stelle").click()
    page.keyboard.type("Bitte erklären.")
    page.evaluate(MARK, "Sechs")
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.evaluate(MARK, "Sechs")
    page.wait_for_load_state()
    page.keyboard.press("c")
    page.keyboard.type("Welche?")
    axe(page)
    page.reload()
    expect(page.locator("[data-draft]")).to_have_count(2)
    page.get_by_role("button", name="Zurückgeben mit 2 Kommentaren").click()
    expect(page.get_by_role("status")).to_contain_text("zurückgegeben")
    kept = {one.text: (one.quote, one.start) for one in ReviewComment.objects.all()}
    assert kept == {"Bitte erklären.": ("Elterncafé", 24), "Welche?": ("Sechs", 0)}

    office = sign_in(open_page(), cast.clerk)
    office.goto(f"/sachstand/{waiting.pk}/schreiben/")
    office.locator("#id_done").fill("Halb fertig")
    office.get_by_role("button", name="Antworten oder als erledigt markieren").filter(has_text="Welche?").click()
    dialog = office.get_by_role("dialog")
    dialog.get_by_label("Ihre Antwort").fill("Nord, Süd und vier weitere.")
    axe(office)
    dialog.get_by_role("button", name="Als erledigt markieren").click()
    expect(dialog).to_be_hidden()
    expect(office.get_by_text("Nord, Süd und vier weitere.")).to_be_visible()
    expect(office.locator("#id_done")).to_have_value("Halb fertig")
    assert ReviewComment.objects.get(text="Welche?").answers.get().resolved


def test_the_keyboard_alone_approves(page: Page, sign_in: SignIn, cast: Cast, waiting: StatusUpdate) -> None:
    sign_in(page, cast.reviewer).goto(f"/pruefung/{waiting.pk}/")
    button = page.get_by_role("button", name="Freigeben")
    for _tab in range(60):
        page.keyboard.press("Tab")
        if button.evaluate("one => one === document.activeElement"):
            break
        box = page.evaluate("""() => {
            const one = document.activeElement.getBoundingClientRect();
            const bar = document.querySelector('.decision').getBoundingClientRect();
            return [one.top, one.bottom, bar.top];
        }""")
        assert box[1] <= box[2] + 1 or box[0] >= box[2], f"The decision bar covers what has the focus: {box}"
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Freigegeben")
    waiting.refresh_from_db()
    assert waiting.state == UpdateState.APPROVED


def test_returning_works_without_javascript(
    open_page: Callable[..., Page], sign_in: SignIn, cast: Cast, waiting: StatusUpdate
) -> None:
    page = sign_in(open_page(javascript=False), cast.reviewer)
    page.goto(f"/pruefung/{waiting.pk}/")
    page.get_by_role("button", name="Zurückgeben mit Kommentaren").click()
    expect(page.get_by_role("alert")).to_contain_text("mindestens einen Kommentar")
    page.get_by_label("Kommentar zum ganzen Text").fill("Bitte Zahlen nennen.")
    page.get_by_role("button", name="Zurückgeben mit Kommentaren").click()
    waiting.refresh_from_db()
    assert waiting.state == UpdateState.RETURNED


def test_a_phone_shows_one_column_and_the_others_by_link(
    open_page: Callable[..., Page], sign_in: SignIn, cast: Cast, waiting: StatusUpdate
) -> None:
    page = sign_in(open_page(viewport=PHONE, javascript=False), cast.coordinator)
    page.goto("/board/")
    expect(page.locator("#in_review")).to_be_visible()
    expect(page.locator("#requested")).to_be_hidden()
    page.get_by_role("navigation", name="Spalte wählen").get_by_role("link", name="Angefragt").click()
    expect(page.locator("#requested")).to_be_visible()
    expect(page.locator("#in_review")).to_be_hidden()


@pytest.mark.parametrize("view", ["spalten", "felder", "tabelle"])
def test_each_view_of_the_board_is_accessible_and_fits(
    coordinators_page: Page, view: str, axe: Callable[[Page], None], narrow: Callable[[Page], Page]
) -> None:
    coordinators_page.goto(f"/board/?ansicht={view}")
    axe(coordinators_page)
    axe(narrow(coordinators_page))
