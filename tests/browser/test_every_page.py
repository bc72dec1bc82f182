"""Every page, seen as its first user: axe finds nothing, and nothing scrolls sideways at 320 px."""

from collections.abc import Callable, Iterator

import pytest
from django.contrib import admin
from django.urls import NoReverseMatch, reverse
from playwright.sync_api import Page as Tab

from offices.models import Person
from tests.access.conftest import world
from tests.access.table import TABLE, Page, World
from tests.browser.conftest import DESK, Opener
from tests.publication import crawler

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FIRST_USERS = ("visitor", "clerk", "head", "contributor", "reviewer", "chair", "coordinator", "administrator", "reader")
NOT_PAGES = {
    "alive",
    "ready",
    "robots",
    "workflow:sitting-minutes",
    "reports:file",
    "reports:word",
    "reports:html",
    "reports:short",
    "reports:shared-file",
    "account_logout",
    "concept:import-template",
    "workflow:calendar-cycle",
    "workflow:calendar-feed",
    "workflow:cycle-reminders-mail-html",
}
"""Plain text, files, a mail in its frame, pieces of HTML, and what ends the session of the one who looks."""

__all__ = ["world"]

SignIn = Callable[[Tab, Person], Tab]
Check = Callable[[Tab], object]


def seen_by(page: Page) -> str | None:
    return next((role for role in FIRST_USERS if page.get and role in page.get), None)


def is_page(page: Page) -> bool:
    if page.name in NOT_PAGES or page.name.startswith("opendata:"):
        return False
    return "-export-" not in page.name and not page.name.endswith("-fragment")


def pages_of(role: str) -> list[Page]:
    return [page for page in TABLE if is_page(page) and seen_by(page) == role]


@pytest.mark.parametrize("role", FIRST_USERS)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_and_pages_fit_320_px(
    role: str, dark: bool, world: World, open_page: Opener, sign_in: SignIn, axe: Check, narrow: Check
) -> None:
    tab = open_page(dark=dark)
    if role != "visitor":
        sign_in(tab, world.people[role])
    wrong: list[str] = []
    for page in pages_of(role):
        # What visitors read is looked at in every language.
        for address in crawler.addresses_of(page, world):
            wrong += looked_at(tab, address, axe, narrow, axe)
    assert not wrong, "\n".join(wrong)


def test_axe_finds_nothing_in_the_back_office(world: World, open_page: Opener, sign_in: SignIn, axe: Check) -> None:
    tab = sign_in(open_page(), world.people["administrator"])
    wrong: list[str] = []
    for address in back_office():
        wrong += looked_at(tab, address, axe)
    assert not wrong, "\n".join(wrong)


def test_axe_finds_nothing_on_the_page_that_does_not_exist(open_page: Opener, axe: Check, narrow: Check) -> None:
    assert looked_at(open_page(), "/gibt-es-nicht/", axe, narrow, axe) == []


def looked_at(tab: Tab, address: str, *checks: Check) -> list[str]:
    """Return what the checks, played in turn from 1280 px on, complain about."""
    found = []
    tab.set_viewport_size(DESK)
    tab.goto(address)
    for check in checks:
        try:
            check(tab)
        except AssertionError as error:
            found.append(f"{address}: {error}")
    return found


def back_office() -> Iterator[str]:
    yield reverse("admin:index")
    for model in admin.site._registry:
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{base}_changelist")
        one = model._default_manager.order_by("pk").first()
        if one is not None:
            yield reverse(f"{base}_change", args=[one.pk])
        try:
            yield reverse(f"{base}_add")
        except NoReverseMatch:
            continue
