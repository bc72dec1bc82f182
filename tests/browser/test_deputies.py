"""Going away: a clerk enters it with the keyboard alone, the deputy does the task, both names are in the history."""

import datetime
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from notifications.models import Mail, MailKind
from offices.models import Absence, Invitation, Membership, Person, Role
from tests import factories
from tests.browser.conftest import PHONE, Opener
from tests.conftest import Cast
from workflow.models import Event, EventKind, StatusUpdate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SignIn = Callable[[Page, Person], Page]
Check = Callable[[Page], object]


@pytest.fixture
def update(cast: Cast) -> StatusUpdate:
    edition = factories.edition()
    factories.recommendation(factories.goal(edition), lead=cast.youth)
    return StatusUpdate.objects.get(cycle=factories.open_cycle(edition))


def reach(page: Page, name: str) -> None:
    """Press Tab until the control with this name has the focus."""
    for _press in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches(':focus-visible')") and name in str(
            page.evaluate(
                "(document.activeElement.labels?.[0] ?? document.activeElement).textContent"
                " + (document.activeElement.getAttribute('aria-label') ?? '')"
            )
        ):
            return
    raise AssertionError(f"The keyboard does not lead to “{name}”.")


def test_a_clerk_goes_away_and_the_deputy_hands_in(
    cast: Cast, update: StatusUpdate, open_page: Opener, sign_in: SignIn
) -> None:
    today = timezone.localdate()
    page = sign_in(open_page(), cast.clerk)
    page.goto("/aufgaben/")
    reach(page, "Vertretung eintragen")
    page.keyboard.press("Enter")
    page.wait_for_url("**/abwesenheit/")
    reach(page, "Abwesenheit eintragen")
    page.keyboard.press("Enter")
    page.wait_for_url("**/abwesenheit/eintragen/")
    reach(page, "Erster Tag")
    page.keyboard.type(f"{today:%d.%m.%Y}")
    reach(page, "Letzter Tag")
    page.keyboard.type(f"{today + datetime.timedelta(days=14):%d.%m.%Y}")
    reach(page, "E-Mail-Adresse von jemand anderem")
    page.keyboard.type(cast.school_clerk.email)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("vertritt Sie Sachbearbeitung 40")
    assert Mail.objects.get(kind=MailKind.DEPUTY).recipient == cast.school_clerk.email

    page = sign_in(open_page(javascript=False), cast.school_clerk)
    page.goto("/abwesenheit/")
    expect(page.locator("main")).to_contain_text("Sachbearbeitung 51")
    page.goto("/aufgaben/")
    page.get_by_role("link", name="Sachstand melden").click()
    page.locator("label.choice", has_text="in Umsetzung").click()
    page.get_by_role("textbox", name="Was ist geschehen?").fill("In Vertretung geschrieben.")
    page.get_by_role("button", name="Sachstand abgeben").click()
    expect(page.locator("main")).to_contain_text("Danke, Ihr Sachstand ist da.")

    event = Event.objects.get(update=update, kind=EventKind.SUBMITTED)
    assert (event.actor, event.on_behalf_of) == (cast.school_clerk, cast.clerk)
    page.goto(f"/sachstand/{update.pk}/")
    expect(page.locator("main")).to_contain_text("Sachbearbeitung 40 in Vertretung für Sachbearbeitung 51")


def test_who_comes_back_early_ends_the_absence(cast: Cast, open_page: Opener, sign_in: SignIn) -> None:
    absence = factories.absence(cast.clerk, cast.school_clerk)
    page = sign_in(open_page(viewport=PHONE, javascript=False), cast.clerk)
    page.goto("/abwesenheit/")
    page.get_by_role("button", name="Jetzt beenden").click()
    expect(page.get_by_role("status")).to_contain_text("Die Abwesenheit ist beendet.")
    assert Absence.objects.get(pk=absence.pk).ended_by == cast.clerk


def test_a_head_invites_a_clerk_and_lets_another_go(
    cast: Cast, open_page: Opener, sign_in: SignIn, axe: Check, narrow: Check
) -> None:
    page = sign_in(open_page(), cast.head)
    page.goto("/aufgaben/")
    page.get_by_role("link", name="Mein Amt").click()
    page.get_by_role("link", name="Sachbearbeitung einladen").click()
    page.get_by_label("E-Mail-Adresse").fill("neu@stadt.example")
    page.get_by_role("button", name="Einladung senden").click()
    expect(page.get_by_role("status")).to_contain_text("neu@stadt.example")
    assert Invitation.objects.get().role == Role.CLERK

    page.get_by_role("link", name="Rolle beenden: Sachbearbeitung 51/2").click()
    page.get_by_role("button", name="Rolle beenden").click()
    expect(page.locator("main")).to_contain_text("arbeitet noch bis zum")
    assert Membership.objects.get(person=cast.colleague).valid_until == timezone.localdate()
    axe(page)
    narrow(page)
