"""The back office and the pages around people and mail in a real browser: axe finds nothing, nothing is too wide."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page

from concept.models import Recommendation
from notifications.models import Mail, MailState
from notifications.services import invitations
from offices.models import Person, Role
from tests import factories
from tests.browser.conftest import AXE_TAGS, DESK, PHONE, Opener
from tests.conftest import Cast

pytestmark = pytest.mark.browser

SCREENS = [{"viewport": DESK}, {"viewport": PHONE}, {"viewport": DESK, "dark": True}]


@pytest.fixture
def recommendation(transactional_db: None, cast: Cast) -> Recommendation:
    factories.recommendation(factories.goal(factories.edition("Alte Fassung")), "0.1", lead=cast.youth)
    edition = factories.edition()
    made = factories.recommendation(factories.goal(edition), "1.1.1", lead=cast.youth, contributing=(cast.school,))
    factories.open_cycle(edition, by=cast.coordinator)
    return made


@pytest.fixture
def link(transactional_db: None, cast: Cast) -> str:
    """An invitation and its mails: one sent, one waiting, one that failed."""
    office = cast.school
    for email in ("neu@stadt.example", "weitere@stadt.example", "dritte@stadt.example"):
        _invitation, link = invitations.invite(
            email=email,
            role=Role.CLERK,
            office=office,
            name="Neue Sachbearbeitung",
            by=cast.coordinator,
            now=timezone.now(),
            today=timezone.localdate(),
        )
    Mail.objects.filter(recipient="neu@stadt.example").update(
        state=MailState.FAILED, secret=False, last_error="SMTPRecipientsRefused: 550 unbekannt", attempts=3
    )
    return "/einladung/" + link.split("/einladung/")[1]


def admin_pages(cast: Cast, recommendation: Recommendation) -> list[str]:
    return [
        "",
        "offices/office/",
        "offices/office/add/",
        f"offices/office/{cast.youth.pk}/history/",
        "offices/person/",
        f"offices/person/{cast.clerk.pk}/change/",
        "concept/recommendation/",
        f"concept/recommendation/{recommendation.pk}/change/",
        "workflow/event/",
    ]


def findings(page: Page) -> list[str]:
    """Return what axe finds on the page, and whether it scrolls sideways."""
    # Without preloading: Django's style sheets import each other, and axe would read them by inline styles.
    options = {"runOnly": {"type": "tag", "values": AXE_TAGS}, "resultTypes": ["violations"], "preload": False}
    found = [
        f"{violation['id']} ({violation['impact']}): " + " ".join(node["html"][:200] for node in violation["nodes"][:5])
        for violation in Axe().run(page, options=options).response["violations"]
    ]
    too_wide = page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth")
    return [*found, f"{too_wide} px too wide"] if too_wide > 0 else found


@pytest.mark.parametrize("screen", SCREENS, ids=["1280", "320", "dark"])
def test_axe_finds_nothing_in_the_back_office(
    cast: Cast,
    recommendation: Recommendation,
    open_page: Opener,
    sign_in: Callable[[Page, Person], Page],
    screen: dict[str, Any],
) -> None:
    page = sign_in(open_page(**screen), cast.coordinator)
    problems = []
    for address in admin_pages(cast, recommendation):
        page.goto(f"/verwaltung/{address}")
        problems += [f"{address}: {problem}" for problem in findings(page)]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("screen", SCREENS, ids=["1280", "320", "dark"])
def test_axe_finds_nothing_on_the_pages_around_people_and_mail(
    cast: Cast, link: str, open_page: Opener, sign_in: Callable[[Page, Person], Page], screen: dict[str, Any]
) -> None:
    page = sign_in(open_page(**screen), cast.coordinator)
    problems = []
    for address in (
        "/konto/", "/anmelden/passkeys/", "/anmelden/passkeys/neu/",
        "/menschen/", "/einladungen/", "/einladungen/neu/", link, "/post/",
    ):  # fmt: skip
        page.goto(address)
        problems += [f"{address}: {problem}" for problem in findings(page)]
    page.goto("/einladungen/neu/")
    page.get_by_role("button", name="Einladung senden").click()
    problems += [f"invalid form: {problem}" for problem in findings(page)]
    assert not problems, "\n".join(problems)
