"""The coordinators' menu, the longest of all: one line at 1280 px, and nothing beside the page at 320."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from offices.models import Person
from tests.browser.conftest import PHONE, Opener
from tests.conftest import Cast
from workflow import context
from workflow.queries.counts import Counts

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MUCH = Counts(tasks=12, requests=3, letters=2, paused=1, duties=12, voices=12)
"""Everything at once that a coordinator's menu can show, more of it than on a bad day."""


def test_the_fullest_menu_is_one_line_on_a_desk_and_fits_a_phone(
    open_page: Opener, sign_in: Callable[[Page, Person], Page], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context, "counts", lambda _desk: MUCH)
    desk = sign_in(open_page(), cast.coordinator)
    desk.goto("/abfragen/")
    entries = desk.locator(".nav li")
    assert entries.count() == 12
    boxes = [entries.nth(number).bounding_box() for number in range(entries.count())]
    assert all(boxes)
    tops = {round(box["y"]) for box in boxes if box}
    assert len(tops) == 1
    assert desk.get_by_role("banner").get_by_role("link", name="Verwaltung").is_visible()
    desk.set_viewport_size(PHONE)
    assert desk.evaluate("document.scrollingElement.scrollWidth") <= 320
    assert desk.evaluate("document.querySelector('.nav').clientHeight") <= 7 * 44
