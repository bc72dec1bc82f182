"""The browser itself works: policy, fixtures and axe, on the plainest pages there are."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_homepage_answers_without_redirect(page: Page) -> None:
    answer = page.goto("/")
    assert answer is not None
    assert answer.status == 200
    assert answer.request.redirected_from is None
    assert page.evaluate("document.documentElement.lang") == "de"


def test_homepage_fits_and_is_accessible(
    page: Page, axe: Callable[[Page], None], narrow: Callable[[Page], Page]
) -> None:
    page.goto("/")
    axe(page)
    axe(narrow(page))
