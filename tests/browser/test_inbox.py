"""The inbox in a real browser: from the sign-in to the text in a few steps, for those who come once a year."""

import datetime
import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page, expect

from notifications.models import Mail, MailKind
from notifications.services import delivery
from offices.models import Invitation, Person, Role
from tests import factories
from tests.browser.conftest import PHONE, Opener
from tests.conftest import Cast
from workflow.models import Event, EventKind, StatusUpdate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SignIn = Callable[[Page, Person], Page]
Check = Callable[[Page], object]

DAY = datetime.timedelta(days=1)


@pytest.fixture
def update(cast: Cast) -> StatusUpdate:
    """A run led by 51 to which 40 contributes, due soon."""
    edition = factories.edition()
    lead = factories.recommendation(factories.goal(edition), lead=cast.youth, contributing=(cast.school,))
    today = timezone.localdate()
    factories.open_cycle(
        edition,
        contributions=True,
        opens_on=today - 30 * DAY,
        contributions_due_on=today - 2 * DAY,
        due_on=today + 20 * DAY,
    )
    return StatusUpdate.objects.get(recommendation=lead)


def sent_to(address: str) -> str:
    """Deliver what waits and return the newest mail to ``address``."""
    delivery.sweep(clock=timezone.now)
    return str([one for one in mail.outbox if one.to == [address]][-1].body)


def test_a_clerk_who_has_forgotten_everything_is_at_the_text_after_a_code_and_a_click(
    cast: Cast, update: StatusUpdate, open_page: Opener
) -> None:
    page = open_page(javascript=False)
    page.goto("/aufgaben/")
    page.get_by_role("textbox", name="E-Mail").fill(cast.school_clerk.email)
    page.get_by_role("textbox", name="E-Mail").press("Enter")
    expect(page.get_by_role("heading", name="Code eingeben")).to_be_visible()
    code = re.search(r"\b\d{3} ?\d{3}\b", sent_to(cast.school_clerk.email))
    assert code
    page.get_by_role("textbox", name="Code").fill(code.group())
    page.get_by_role("textbox", name="Code").press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("1 Aufgabe wartet auf Sie")
    expect(page.locator("main")).to_contain_text("seit 2 Tagen überfällig")
    page.get_by_role("link", name="Beitrag schreiben").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(update.recommendation.title)
    page.get_by_role("textbox", name="Was ist geschehen?").fill("Vier Kurse laufen.")


def test_the_inbox_fits_and_axe_finds_nothing(
    cast: Cast, update: StatusUpdate, open_page: Opener, sign_in: SignIn, axe: Check, narrow: Check
) -> None:
    factories.absence(cast.clerk, cast.school_clerk)
    for dark in (False, True):
        page = sign_in(open_page(dark=dark), cast.school_clerk)
        page.goto("/aufgaben/")
        expect(page.locator("main")).to_contain_text("in Vertretung für Sachbearbeitung 51")
        axe(page)
        narrow(page)
        axe(page)


def test_a_head_appoints_a_clerk_who_goes_away_and_the_deputy_does_the_task(
    cast: Cast, update: StatusUpdate, open_page: Opener, sign_in: SignIn, axe: Check, narrow: Check
) -> None:
    head = sign_in(open_page(viewport=PHONE), cast.head)
    head.goto("/aufgaben/")
    head.get_by_role("link", name="Mein Amt").click()
    head.get_by_role("link", name="Sachbearbeitung einladen").click()
    head.get_by_label("E-Mail-Adresse").fill("neu@stadt.example")
    head.get_by_label("Name").fill("Sachbearbeitung 51/3")
    head.get_by_role("button", name="Einladung senden").click()
    expect(head.get_by_role("status")).to_contain_text("neu@stadt.example")
    assert Invitation.objects.get().role == Role.CLERK

    clerk = open_page()
    link = re.search(r"/einladung/\S+", sent_to("neu@stadt.example"))
    assert link
    clerk.goto(link.group())
    clerk.get_by_role("button").last.click()
    newcomer = Person.objects.get(email="neu@stadt.example")
    sign_in(clerk, newcomer)
    clerk.goto("/aufgaben/")
    expect(clerk.get_by_role("heading", level=1)).to_have_text("1 Aufgabe wartet auf Sie")
    clerk.get_by_role("link", name="Tragen Sie eine Vertretung ein").click()
    clerk.get_by_role("link", name="Abwesenheit eintragen").click()
    today = timezone.localdate()
    clerk.get_by_label("Erster Tag").fill(f"{today:%d.%m.%Y}")
    clerk.get_by_label("Letzter Tag").fill(f"{today + 14 * DAY:%d.%m.%Y}")
    clerk.get_by_label("E-Mail-Adresse von jemand anderem").fill(cast.school_clerk.email)
    clerk.get_by_role("button", name="Eintragen").click()
    expect(clerk.get_by_role("status")).to_contain_text("vertritt Sie Sachbearbeitung 40")
    assert Mail.objects.filter(kind=MailKind.DEPUTY, recipient=cast.school_clerk.email).exists()

    deputy = sign_in(open_page(), cast.school_clerk)
    deputy.goto("/aufgaben/")
    expect(deputy.get_by_role("heading", level=1)).to_have_text("2 Aufgaben warten auf Sie")
    task = deputy.locator("li.task", has_text="in Vertretung für Sachbearbeitung 51/3")
    task.get_by_role("link", name="Sachstand melden").click()
    deputy.locator("label.choice", has_text="in Umsetzung").click()
    deputy.get_by_role("textbox", name="Was ist geschehen?").fill("In Vertretung geschrieben.")
    deputy.get_by_role("button", name="Sachstand abgeben").click()
    deputy.get_by_role("button", name=re.compile("abgeben$")).last.click()
    expect(deputy.locator("main")).to_contain_text("Danke, Ihr Sachstand ist da.")
    event = Event.objects.get(update=update, kind=EventKind.SUBMITTED)
    assert (event.actor, event.on_behalf_of) == (cast.school_clerk, newcomer)
    deputy.goto(f"/sachstand/{update.pk}/verlauf/")
    expect(deputy.locator("main")).to_contain_text("Sachbearbeitung 51/3")
    axe(deputy)
    narrow(deputy)
