"""Moves and actions on many runs in a real browser: by menu, by keyboard alone, by dragging, and without JavaScript."""

import datetime
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from notifications.models import Mail, MailKind
from offices.models import Membership, Person, Role
from tests import factories
from tests.browser.conftest import PHONE, Opener
from tests.conftest import Cast
from tests.factories import NOW, content
from workflow import runs
from workflow.models import StatusUpdate, UpdateState

pytestmark = pytest.mark.browser

SignIn = Callable[[Page, Person], Page]
Check = Callable[[Page], object]


@pytest.fixture
def updates(transactional_db: None, cast: Cast) -> dict[str, StatusUpdate]:
    """Three runs: 51 has handed one in, the others are asked; the coordinator is a member of the Arbeitsgruppe too."""
    edition = factories.edition()
    goal = factories.goal(edition)
    factories.recommendation(goal, "1.1.1", lead=cast.youth)
    factories.recommendation(goal, "1.1.2", lead=cast.school)
    factories.recommendation(goal, "1.1.3", lead=cast.school)
    cycle = factories.open_cycle(edition, by=cast.coordinator)
    found = {one.recommendation.number: one for one in cycle.updates.select_related("recommendation")}
    runs.hand_in(found["1.1.1"].pk, by=cast.clerk, content=content(), now=NOW)
    StatusUpdate.objects.update(due_on=timezone.localdate() + datetime.timedelta(days=30))
    Membership.objects.create(person=cast.coordinator, role=Role.REVIEWER, office=cast.health)
    return found


@pytest.fixture
def board(page: Page, sign_in: SignIn, cast: Cast, updates: dict[str, StatusUpdate]) -> Page:
    sign_in(page, cast.coordinator).goto("/board/")
    return page


def card(page: Page, update: StatusUpdate) -> Locator:
    return page.locator(f"#run-{update.pk}")


def tab_to(page: Page, wanted: Locator) -> None:
    """Press the tabulator until the focus is there, as somebody without a mouse does."""
    for _tab in range(120):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"The tabulator never gets to {wanted}.")


def in_two_months() -> str:
    return (timezone.localdate() + datetime.timedelta(days=60)).strftime("%d.%m.%Y")


def test_the_menu_leads_to_a_summary_and_the_summary_to_the_mail(
    board: Page, updates: dict[str, StatusUpdate], cast: Cast, axe: Check, narrow: Check
) -> None:
    menu = card(board, updates["1.1.2"]).locator("details.menu")
    menu.locator("summary").click()
    axe(board)
    menu.get_by_role("link", name="Jetzt erinnern").click()
    expect(board.get_by_role("heading", level=1)).to_have_text("An 1 Vorgang erinnern?")
    axe(board)
    narrow(board)
    axe(board)
    board.get_by_role("button", name="Erinnerungen senden").click()
    expect(board.get_by_role("heading", level=1)).to_have_text("An 1 Vorgang erinnert")
    axe(board)
    assert Mail.objects.get(kind=MailKind.NUDGE).recipient == cast.school_clerk.email


def test_one_menu_is_open_at_a_time_and_escape_closes_it(board: Page, updates: dict[str, StatusUpdate]) -> None:
    first, second = (card(board, updates[number]).locator("details.menu") for number in ("1.1.2", "1.1.3"))
    first.locator("summary").click()
    second.locator("summary").press("Enter")
    expect(second).to_have_attribute("open", "")
    expect(first).not_to_have_attribute("open", "")
    board.keyboard.press("Escape")
    expect(second).not_to_have_attribute("open", "")
    expect(second.locator("summary")).to_be_focused()


def test_the_keyboard_alone_moves_a_card_and_acts_on_many(board: Page, updates: dict[str, StatusUpdate]) -> None:
    menu = card(board, updates["1.1.1"]).locator("details.menu")
    tab_to(board, menu.locator("summary"))
    board.keyboard.press("Enter")
    tab_to(board, menu.get_by_role("link", name="Freigeben"))
    board.keyboard.press("Enter")
    expect(board.get_by_role("heading", level=1)).to_have_text("1 Sachstand freigeben?")
    tab_to(board, board.get_by_role("button", name="1 Sachstand freigeben"))
    board.keyboard.press("Enter")
    expect(board.get_by_role("heading", level=1)).to_have_text("1 Sachstand freigegeben")
    updates["1.1.1"].refresh_from_db()
    assert updates["1.1.1"].state == UpdateState.APPROVED
    tab_to(board, board.get_by_role("link", name="Zurück zum Board"))
    board.keyboard.press("Enter")
    tab_to(board, board.locator('#requested [name="spalte"]'))
    board.keyboard.press("Space")
    expect(board.locator("[data-marked]")).to_have_text("2 Vorgänge markiert")
    tab_to(board, board.locator("#sammel").get_by_role("button", name="Erinnern"))
    board.keyboard.press("Enter")
    expect(board.get_by_role("heading", level=1)).to_have_text("An 2 Vorgänge erinnern?")


def test_dragging_does_what_the_menu_does(board: Page, updates: dict[str, StatusUpdate]) -> None:
    one = updates["1.1.1"]
    entry = card(board, one).locator('[data-to~="approved"]').get_attribute("href")
    card(board, one).locator(".card__who").drag_to(board.locator("#approved .board__head"))
    expect(board.get_by_role("heading", level=1)).to_have_text("1 Sachstand freigeben?")
    assert board.url.endswith(str(entry))
    one.refresh_from_db()
    assert one.state == UpdateState.IN_REVIEW, "Nothing happens before somebody confirms."


def test_a_card_that_may_not_go_there_says_why(board: Page, updates: dict[str, StatusUpdate]) -> None:
    card(board, updates["1.1.2"]).locator(".card__who").drag_to(board.locator("#approved .board__head"))
    expect(board.locator("#zug")).to_have_text("1.1.2: Freigeben lässt sich nur, was zur Prüfung vorliegt.")
    assert board.url.endswith("/board/")
    expect(board.locator(".board__col--open, .board__col--shut, [data-dragging]")).to_have_count(0)


def test_while_dragging_the_open_columns_light_up_and_escape_gives_up(
    board: Page, updates: dict[str, StatusUpdate]
) -> None:
    card(board, updates["1.1.1"]).locator(".card__who").hover()
    board.mouse.down()
    board.locator("#approved .board__head").hover()
    board.locator("#approved .board__head").hover()
    expect(board.locator("#approved")).to_have_class("board__col board__col--open board__col--over")
    expect(board.locator("#requested")).to_have_class("board__col board__col--shut")
    board.keyboard.press("Escape")
    board.mouse.up()
    expect(board.locator(".board__col--open, .board__col--shut")).to_have_count(0)
    assert board.url.endswith("/board/")


def test_many_runs_are_extended_after_a_summary_and_put_back(
    board: Page, updates: dict[str, StatusUpdate], axe: Check, narrow: Check
) -> None:
    before = StatusUpdate.objects.get(pk=updates["1.1.2"].pk).due_on
    board.get_by_label("alle gefundenen").check()
    expect(board.locator("[data-marked]")).to_have_text("3 Vorgänge markiert")
    card(board, updates["1.1.3"]).get_by_role("checkbox").uncheck()
    expect(board.locator("[data-marked]")).to_have_text("2 Vorgänge markiert")
    board.locator("#sammel").get_by_role("button", name="Frist verlängern").click()
    board.get_by_role("button", name="Weiter zur Zusammenfassung").click()
    expect(board.get_by_role("alert")).to_contain_text("2 Angaben")
    board.get_by_label("Neue Frist").fill(in_two_months())
    board.get_by_label("Begründung").fill("Ferien")
    axe(board)
    board.get_by_role("button", name="Weiter zur Zusammenfassung").click()
    expect(board.get_by_role("heading", level=1)).to_have_text("Die Frist von 1 Vorgang verlängern?")
    expect(board.get_by_role("heading", name="1 Vorgang bleibt, wie er ist")).to_be_visible()
    axe(board)
    board.get_by_role("button", name="Frist verlängern").click()
    expect(board.get_by_role("heading", level=1)).to_have_text("Frist von 1 Vorgang verlängert")
    narrow(board)
    axe(board)
    board.get_by_role("button", name="Rückgängig machen").click()
    expect(board.get_by_role("heading", level=1)).to_have_text("Für 1 Vorgang rückgängig gemacht")
    assert StatusUpdate.objects.get(pk=updates["1.1.2"].pk).due_on == before


def test_all_of_it_works_on_a_phone_without_javascript(
    open_page: Opener, sign_in: SignIn, cast: Cast, updates: dict[str, StatusUpdate]
) -> None:
    page = sign_in(open_page(viewport=PHONE, javascript=False), cast.coordinator)
    page.goto("/board/#requested")
    card(page, updates["1.1.2"]).locator("summary").click()
    page.get_by_role("link", name="An anderes Amt geben").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 Vorgang an ein anderes Amt geben?")
    page.goto("/board/#requested")
    page.locator('#requested [name="spalte"]').check()
    page.locator("#sammel").get_by_role("button", name="An anderes Amt geben").click()
    page.get_by_label("An welches Amt?").select_option(label="51 Jugendamt")
    page.get_by_label("Warum soll es übernehmen?").fill("Neuer Zuschnitt")
    page.get_by_role("button", name="Weiter zur Zusammenfassung").click()
    page.get_by_role("button", name="Amt fragen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ein anderes Amt ist gefragt, ob es 2 Vorgänge übernimmt")
    page.get_by_role("button", name="Rückgängig machen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Für 2 Vorgänge rückgängig gemacht")
