"""A whole sitting in a real browser, with the keyboard alone: open, comment, return, approve, mark, close."""

import datetime
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from offices.models import Person, Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, content
from workflow import runs
from workflow.models import ReportingCycle, Review, ReviewComment, Sitting, StatusUpdate

pytestmark = pytest.mark.browser

SignIn = Callable[[Page, Person], Page]
Check = Callable[[Page], object]


@pytest.fixture
def cycle(transactional_db: None, cast: Cast) -> ReportingCycle:
    """Four entries of 51 wait for review, in the order of their numbers."""
    edition = factories.edition()
    goal = factories.goal(edition)
    for number in ("1.1.1", "1.1.2", "1.1.3", "1.1.4"):
        factories.recommendation(goal, number, lead=cast.youth)
    made = factories.open_cycle(edition)
    for minutes, update in enumerate(made.updates.order_by("recommendation__number")):
        runs.hand_in(update.pk, by=cast.clerk, content=content(), now=NOW + datetime.timedelta(minutes=minutes))
    return made


def reach(page: Page, wanted: Locator) -> None:
    """Walk to ``wanted`` with the Tab key."""
    expect(wanted).to_be_visible()
    for _step in range(80):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"The Tab key does not lead to {wanted}.")


def press(page: Page, wanted: Locator, key: str = "Enter") -> None:
    reach(page, wanted)
    page.keyboard.press(key)


def key(page: Page, letter: str, *, on: str) -> None:
    """Press a single key on the page of the recommendation ``on``, once its scripts have loaded."""
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Empfehlung {on}")
    page.wait_for_load_state()
    page.keyboard.press(letter)


def test_a_whole_sitting_with_the_keyboard_alone(
    page: Page, sign_in: SignIn, cast: Cast, cycle: ReportingCycle, axe: Check, narrow: Check
) -> None:
    sign_in(page, cast.chair).goto("/pruefung/")
    press(page, page.get_by_role("link", name="Sitzungen"))
    press(page, page.get_by_role("link", name="Sitzung eröffnen"))
    press(page, page.get_by_label("Arbeitsgruppe 53"), "Space")
    press(page, page.get_by_role("button", name="Sitzung eröffnen"))
    expect(page.get_by_role("heading", name="Noch 4 Sachstände zu entscheiden")).to_be_visible()
    press(page, page.get_by_role("link", name="Mit dem ersten anfangen"))

    # The first one: approved by a key.
    key(page, "f", on="1.1.1")
    expect(page.get_by_role("heading", level=1)).to_have_text("Empfehlung 1.1.2")

    # Forward and back, then a comment and back to the office. Letters in a comment are letters.
    key(page, "j", on="1.1.2")
    key(page, "k", on="1.1.3")
    key(page, "c", on="1.1.2")
    page.keyboard.type("Zahl fehlt, zum Jahr auch.")
    expect(page.get_by_label("Kommentar zum ganzen Text")).to_have_value("Zahl fehlt, zum Jahr auch.")
    press(page, page.get_by_role("button", name="Zurückgeben mit 1 Kommentar"))

    # The third one is marked, which leads on to the fourth, which is marked as well.
    key(page, "m", on="1.1.3")
    key(page, "m", on="1.1.4")
    expect(page.get_by_label("Markieren: 1.1.3 Empfehlung 1.1.3")).to_be_checked()
    axe(page)
    press(page, page.get_by_role("button", name="Markierte freigeben"))
    expect(page.get_by_role("heading", level=1)).to_have_text("2 Sachstände freigeben?")
    axe(page)
    press(page, page.get_by_role("button", name="2 Sachstände freigeben"))
    expect(page.get_by_role("heading", name="Alles ist entschieden")).to_be_visible()
    press(page, page.get_by_role("link", name="Sitzung schließen"))
    press(page, page.get_by_role("button", name="Schließen und Niederschrift erstellen"))
    expect(page.get_by_role("link", name="Niederschrift (PDF)")).to_be_visible()
    axe(page)
    axe(narrow(page))

    sitting = Sitting.objects.get()
    assert set(sitting.participants.all()) == {cast.chair, cast.reviewer}
    decided = list(Review.objects.order_by("decided_at").values_list("decision", "sitting"))
    assert sorted(decided) == sorted([("approved", sitting.pk)] * 3 + [("returned", sitting.pk)])
    assert ReviewComment.objects.get().text == "Zahl fehlt, zum Jahr auch."
    assert bytes(sitting.minutes).startswith(b"%PDF")


def test_the_keys_can_be_switched_off_and_stay_off(
    page: Page, sign_in: SignIn, cast: Cast, cycle: ReportingCycle
) -> None:
    first = StatusUpdate.objects.order_by("recommendation__number")[0]
    sign_in(page, cast.reviewer).goto(f"/pruefung/{first.pk}/")
    press(page, page.get_by_role("button", name="Tasten abschalten"))
    page.reload()
    expect(page.get_by_role("button", name="Tasten einschalten")).to_be_visible()
    key(page, "f", on="1.1.1")
    key(page, "j", on="1.1.1")
    expect(page.get_by_role("heading", level=1)).to_have_text("Empfehlung 1.1.1")
    assert not Review.objects.exists()
    press(page, page.get_by_role("button", name="Tasten einschalten"))
    key(page, "j", on="1.1.1")
    expect(page.get_by_role("heading", level=1)).to_have_text("Empfehlung 1.1.2")


def test_a_quorum_without_javascript(
    open_page: Callable[..., Page], sign_in: SignIn, cast: Cast, cycle: ReportingCycle
) -> None:
    ReportingCycle.objects.update(review_policy="quorum", quorum=2)
    first = StatusUpdate.objects.order_by("recommendation__number")[0]
    second = factories.member(Role.REVIEWER, cast.school, name="Arbeitsgruppe 40")
    for member, words in ((cast.reviewer, "Sechs Schulen"), (second, "")):
        page = sign_in(open_page(javascript=False), member)
        page.goto(f"/pruefung/{first.pk}/")
        if words:
            page.locator("#kommentieren-done > summary").click()
            page.locator("#id_quote_done").fill(words)
            page.locator("#id_comment_done").fill("Welche sind das?")
            page.get_by_role("button", name="Für Rückgabe stimmen").click()
        else:
            page.get_by_role("button", name="Für Freigabe stimmen").click()
        expect(page.get_by_role("status")).to_contain_text("Ihre Stimme ist notiert")
    page = sign_in(open_page(javascript=False), cast.chair)
    page.goto(f"/pruefung/{first.pk}/")
    expect(page.get_by_role("link", name="Kommentar 1 zu diesen Wörtern")).to_be_visible()
    page.get_by_role("button", name="Zurückgeben mit Kommentaren").click()
    first.refresh_from_db()
    assert (first.state, Review.objects.get().decided_by) == ("returned", cast.chair)
