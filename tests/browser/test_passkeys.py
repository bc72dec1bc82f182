"""A passkey from end to end: made, used to sign in, removed; the authenticator is chromium's virtual one."""

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, expect

from notifications.models import Mail
from offices.models import Person
from tests.conftest import Cast

pytestmark = pytest.mark.browser


def give_authenticator(page: Page) -> None:
    """Put a device with a fingerprint reader beside the browser."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_clerk_makes_a_passkey_and_signs_in_with_it(
    transactional_db: None, cast: Cast, page: Page, sign_in: Callable[[Page, Person], Page]
) -> None:
    give_authenticator(sign_in(page, cast.clerk))

    page.goto("/konto/")
    page.get_by_role("link", name="Passkeys verwalten").click()
    page.get_by_role("link", name="Passkey hinzufügen").click()
    page.get_by_label("Name des Passkeys").fill("Rechner im Amt")
    page.get_by_role("button", name="Passkey hinzufügen").click()
    expect(page.get_by_role("rowheader", name="Rechner im Amt")).to_be_visible()
    assert Mail.objects.get().recipient == cast.clerk.email

    page.goto("/konto/")
    page.locator("main").get_by_role("button", name="Abmelden").click()
    page.goto("/anmelden/?next=/konto/")
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    page.wait_for_url("**/konto/")
    expect(page.get_by_text(cast.clerk.email)).to_be_visible()

    page.goto("/anmelden/passkeys/")
    page.get_by_role("link", name="Entfernen").click()
    page.get_by_role("button", name="Entfernen").click()
    page.wait_for_url("**/anmelden/passkeys/")
    assert not Authenticator.objects.exists()


def test_a_passkey_does_not_open_the_account_of_somebody_without_a_role(
    transactional_db: None, cast: Cast, page: Page, sign_in: Callable[[Page, Person], Page]
) -> None:
    give_authenticator(sign_in(page, cast.reader))
    page.goto("/anmelden/passkeys/neu/")
    page.get_by_role("button", name="Passkey hinzufügen").click()
    page.wait_for_url("**/anmelden/passkeys/")
    cast.reader.memberships.update(valid_from=None, valid_until="2020-12-31")

    page.context.clear_cookies()
    page.goto("/anmelden/")
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    page.wait_for_url("**/anmelden/ohne-zugang/")
    page.goto("/konto/")
    assert "/anmelden/" in page.url
