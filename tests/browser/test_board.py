"""The board in the browser: filters and named views, a card in place, refreshing, table and timeline, the keyboard."""

import datetime
import io
from collections.abc import Callable

import pikepdf
import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from offices.models import Person
from tests import factories
from tests.browser.conftest import PHONE, Opener
from tests.conftest import Cast
from tests.factories import content
from workflow import runs
from workflow.models import ReportingCycle, StatusUpdate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SignIn = Callable[[Page, Person], Page]
Check = Callable[[Page], object]
TITLES = ("Mietlotsen für Erstwohnungen", "Elterncafés an Schulen", "Sprachmittlung in Ämtern")


@pytest.fixture
def cycle(cast: Cast) -> ReportingCycle:
    """Thirty runs, ten of each office, asked for just now."""
    edition = factories.edition()
    goal = factories.goal(edition)
    for place in range(30):
        lead = (cast.youth, cast.school, cast.health)[place % 3]
        factories.recommendation(goal, f"1.1.{place:02}", lead=lead, title=TITLES[place % 3], position=place)
    return factories.open_cycle(edition, due_on=timezone.localdate() + datetime.timedelta(days=40))


@pytest.fixture
def desk(page: Page, sign_in: SignIn, cast: Cast, cycle: ReportingCycle) -> Page:
    """A coordinator's browser, on the board."""
    sign_in(page, cast.coordinator).goto("/board/")
    return page


def run(number: str) -> StatusUpdate:
    return StatusUpdate.objects.select_related("recommendation").get(recommendation__number=number)


def card(page: Page, number: str) -> str:
    return f"#run-{run(number).pk}"


def ask_now(page: Page) -> None:
    """Let the board look for news as it does every half minute; without a click, which would take the focus."""
    with page.expect_response("**/board/aktuell/**"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def hand_in(cast: Cast, number: str) -> None:
    runs.hand_in(run(number).pk, by=cast.clerk, content=content(), now=timezone.now())


def test_filters_live_in_the_address_and_are_kept_under_a_name(desk: Page) -> None:
    desk.get_by_label("Suche").fill("SPRACHMITTLUNG ämtern")
    desk.get_by_text("Weitere Filter und Sortierung").click()
    desk.get_by_label("Nur", exact=True).select_option("schreiben")
    desk.get_by_role("button", name="Anwenden").click()
    expect(desk.get_by_text("10 von 30 gezeigt")).to_be_visible()
    assert "nur=schreiben" in desk.url
    desk.get_by_text("Gespeicherte Ansichten").click()
    desk.get_by_role("link", name="Diese Auswahl speichern").click()
    desk.get_by_label("Name der Ansicht").fill("Sprachmittlung")
    desk.get_by_label("Allen in der Koordination zeigen").check()
    desk.get_by_role("button", name="Speichern").click()
    desk.goto("/board/")
    desk.get_by_text("Gespeicherte Ansichten").click()
    desk.get_by_role("link", name="Sprachmittlung", exact=True).click()
    expect(desk.get_by_text("10 von 30 gezeigt")).to_be_visible()
    desk.get_by_role("link", name="Filter entfernen: wartet auf das federführende Amt").click()
    assert "nur=" not in desk.url


def test_a_card_opens_in_place_and_the_focus_comes_back(desk: Page, axe: Check) -> None:
    link = desk.locator(f"{card(desk, '1.1.04')} a[data-card]")
    link.focus()
    desk.keyboard.press("Enter")
    panel = desk.locator("#karte")
    expect(panel).to_be_visible()
    expect(desk.locator("#karte-h")).to_be_focused()
    expect(panel.get_by_text("Sachstand schreiben")).to_be_visible()
    axe(desk)
    desk.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(link).to_be_focused()
    assert desk.url.endswith("/board/")
    link.click()
    panel.get_by_role("button", name="Schließen").click()
    expect(panel).to_be_hidden()
    link.click()
    address = f"**/sachstand/{run('1.1.04').pk}/"
    panel.get_by_role("link", name="Vorgang öffnen").click()
    desk.wait_for_url(address)


def test_a_marked_column_counts_what_has_come_meanwhile(desk: Page, cast: Cast) -> None:
    desk.locator('#requested [name="spalte"]').check()
    expect(desk.locator("[data-marked]")).to_have_text("30 Vorgänge markiert")
    hand_in(cast, "1.1.00")
    ask_now(desk)
    expect(desk.locator("[data-refresh-said]")).to_have_text("1 Vorgang hat sich geändert.")
    column = desk.locator('#requested [name="spalte"]')
    expect(column).to_be_checked()
    expect(column).to_have_attribute("data-total", "29")
    # The one that has left was marked with its column and stays so.
    expect(desk.locator("[data-marked]")).to_have_text("30 Vorgänge markiert")


def test_news_arrive_without_taking_focus_scroll_or_what_was_typed(desk: Page, cast: Cast) -> None:
    desk.get_by_label("Suche").fill("noch nicht abgeschickt")
    link = desk.locator(f"{card(desk, '1.1.18')} a[data-card]")
    link.focus()
    link.scroll_into_view_if_needed()
    before = link.bounding_box()
    hand_in(cast, "1.1.00")
    hand_in(cast, "1.1.03")
    ask_now(desk)
    expect(desk.locator("[data-refresh-said]")).to_have_text("2 Vorgänge haben sich geändert.")
    expect(desk.locator(f"#in_review {card(desk, '1.1.00')}")).to_be_attached()
    expect(link).to_be_focused()
    after = link.bounding_box()
    assert before
    assert after
    assert abs(before["y"] - after["y"]) < 2
    expect(desk.get_by_label("Suche")).to_have_value("noch nicht abgeschickt")
    expect(desk.locator("#lage")).to_contain_text("2 von 30 abgegeben")


def test_a_card_that_moves_keeps_the_focus(desk: Page, cast: Cast) -> None:
    link = desk.locator(f"{card(desk, '1.1.06')} a[data-card]")
    link.focus()
    hand_in(cast, "1.1.06")
    ask_now(desk)
    expect(desk.locator(f"#in_review {card(desk, '1.1.06')}")).to_be_visible()
    expect(link).to_be_focused()


def test_nothing_moves_while_a_card_is_open_or_when_it_is_switched_off(desk: Page, cast: Cast) -> None:
    asked: list[str] = []
    desk.on("request", lambda request: asked.append(request.url) if "/aktuell/" in request.url else None)
    desk.locator(f"{card(desk, '1.1.04')} a[data-card]").click()
    expect(desk.locator("#karte")).to_be_visible()
    desk.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    desk.keyboard.press("Escape")
    desk.get_by_label("Von selbst aktualisieren").uncheck()
    desk.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    desk.reload()
    expect(desk.get_by_label("Von selbst aktualisieren")).not_to_be_checked()
    desk.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert asked == []
    hand_in(cast, "1.1.00")
    desk.get_by_role("link", name="Jetzt aktualisieren").click()
    expect(desk.locator("[data-refresh-said]")).to_have_text("1 Vorgang hat sich geändert.")


def test_table_and_timeline_show_the_same_selection_and_scroll_by_keyboard(desk: Page, cast: Cast) -> None:
    desk.goto(f"/board/?amt={cast.youth.pk}")
    desk.get_by_role("link", name="Tabelle").click()
    expect(desk.locator("tbody tr")).to_have_count(10)
    desk.get_by_role("link", name="Zeitleiste").click()
    expect(desk.locator("tbody tr")).to_have_count(10)
    expect(desk.locator("tbody tr").first).to_contain_text("angefragt am")
    desk.locator("tbody a[data-card]").first.click()
    expect(desk.locator("#karte")).to_be_visible()
    desk.keyboard.press("Escape")
    desk.set_viewport_size(PHONE)
    region = desk.get_by_role("region", name="Zeitleiste, seitlich verschiebbar")
    region.focus()
    # Scrolling is smooth: it takes its time after the press.
    for _press in range(2):
        desk.keyboard.press("ArrowRight")
        desk.wait_for_timeout(200)
    assert region.evaluate("node => node.scrollLeft") > 0


def test_the_keyboard_alone_finds_opens_and_leaves(desk: Page) -> None:
    desk.get_by_label("Suche").focus()
    desk.keyboard.type("Mietlotsen 1.1.03")
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("1 von 30 gezeigt")).to_be_visible()
    for _step in range(60):
        desk.keyboard.press("Tab")
        if desk.evaluate("document.activeElement.matches('[data-card]')"):
            break
    desk.keyboard.press("Enter")
    expect(desk.locator("#karte")).to_be_visible()
    desk.keyboard.press("Escape")
    expect(desk.locator("#karte")).to_be_hidden()


def test_a_phone_shows_one_column_and_the_way_to_the_others(
    open_page: Opener, sign_in: SignIn, cast: Cast, cycle: ReportingCycle, narrow: Check
) -> None:
    tab = sign_in(open_page(viewport=PHONE), cast.coordinator)
    hand_in(cast, "1.1.00")
    tab.goto("/board/")
    expect(tab.locator("#in_review")).to_be_visible()
    expect(tab.locator("#requested")).to_be_hidden()
    tab.get_by_role("navigation", name="Spalte wählen").get_by_role("link", name="Angefragt").click()
    expect(tab.locator("#requested")).to_be_visible()
    expect(tab.locator("#in_review")).to_be_hidden()
    narrow(tab)


def test_without_javascript_a_card_leads_to_the_run(
    open_page: Opener, sign_in: SignIn, cast: Cast, cycle: ReportingCycle
) -> None:
    tab = sign_in(open_page(javascript=False), cast.coordinator)
    tab.goto("/board/")
    expect(tab.get_by_text("Von selbst aktualisieren")).to_be_hidden()
    address = f"**/sachstand/{run('1.1.04').pk}/"
    tab.locator(f"{card(tab, '1.1.04')} a[data-card]").click()
    tab.wait_for_url(address)


def test_the_board_prints_on_a3_across_with_its_selection(desk: Page) -> None:
    desk.goto("/board/?nur=offen")
    with pikepdf.open(io.BytesIO(desk.pdf(prefer_css_page_size=True))) as printed:
        left, bottom, right, top = (float(edge) for edge in printed.pages[0].mediabox)
    assert (round((right - left) / 72 * 25.4), round((top - bottom) / 72 * 25.4)) == (420, 297)
    desk.emulate_media(media="print")
    expect(desk.get_by_text("Auswahl: noch nicht abgeschlossen")).to_be_visible()
    expect(desk.get_by_role("search")).to_be_hidden()
