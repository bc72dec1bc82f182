"""A coordinator takes the publication of an edition back and publishes it again; visitors read a note meanwhile."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from concept.models import ConceptEdition, CrosswalkLink, CrosswalkReason
from offices.models import Person
from tests import factories
from tests.browser.conftest import Opener
from tests.conftest import Cast
from tests.publication.conftest import entry, period

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NOTE = "Die Stadtverordneten haben ihren Beschluss vom 3. Juni zurückgenommen."

SignIn = Callable[[Page, Person], Page]
Check = Callable[[Page], object]


@pytest.fixture
def edition(cast: Cast, live_server: object) -> ConceptEdition:
    """A published edition with an entry, which continues an older one."""
    old = factories.edition("Integrationskonzept 2012", slug="konzept-2012", adopted_on=None)
    before = factories.recommendation(factories.goal(old), "O1", title="Treffpunkte", lead=cast.youth)
    made = factories.edition("Fortschreibung", slug="neu")
    one = factories.recommendation(factories.goal(made), "N1", title="Räume teilen", lead=cast.youth)
    CrosswalkLink.objects.create(predecessor=before, successor=one, reason=CrosswalkReason.KEPT)
    entry(period(made, 2023, 2024), one, cast.youth, "implemented", done="Sieben Räume.")
    running = period(made, 2025, 2025, closed=False)
    entry(running, one, cast.youth, approved=False)
    return made


def test_taking_an_edition_back_and_publishing_it_again(
    edition: ConceptEdition, cast: Cast, open_page: Opener, sign_in: SignIn, axe: Check, narrow: Check
) -> None:
    visitor, tab = open_page(), sign_in(open_page(), cast.coordinator)
    visitor.goto("/konzept/neu/empfehlung/N1/")
    expect(visitor.get_by_text("Sieben Räume.")).to_be_visible()
    tab.goto("/konzepte/")
    looked_at(tab, axe, narrow)
    tab.get_by_role("link", name="Veröffentlichung von Integrationskonzept 2012 zurücknehmen").click()
    expect(tab.get_by_text("Zurücknehmen geht gerade nicht")).to_be_visible()
    looked_at(tab, axe, narrow)
    tab.get_by_role("link", name="Zurück zu den Fassungen").click()
    tab.get_by_role("link", name="Veröffentlichung von Fortschreibung zurücknehmen").click()
    expect(tab.get_by_text("Was sofort von den Seiten geht")).to_be_visible()
    expect(tab.get_by_role("link", name="Konzept", exact=True).first).to_have_attribute("aria-current", "page")
    looked_at(tab, axe, narrow)
    tab.get_by_role("button", name="Veröffentlichung zurücknehmen").click()
    expect(tab.get_by_role("alert")).to_be_focused()
    tab.get_by_label("Warum wird die Fassung zurückgenommen?").fill(NOTE)
    tab.get_by_role("button", name="Veröffentlichung zurücknehmen").click()
    expect(tab.get_by_text("„Fortschreibung“ ist nicht mehr öffentlich.")).to_be_visible()
    looked_at(tab, axe, narrow)
    for address in ("/konzept/neu/empfehlung/N1/", "/en/konzept/neu/", "/konzept/", "/neu/", "/einbetten/feld/neu/1/"):
        visitor.goto(address)
        expect(visitor.get_by_text(NOTE)).to_be_visible()
        expect(visitor.get_by_text("Räume teilen")).to_have_count(0)
        looked_at(visitor, axe, narrow)
    tab.get_by_role("link", name="Fortschreibung veröffentlichen").click()
    expect(tab.get_by_text(NOTE)).to_be_visible()
    looked_at(tab, axe, narrow)
    tab.get_by_role("button", name="Fassung veröffentlichen").click()
    expect(tab.get_by_text(re.compile("ist jetzt öffentlich"))).to_be_visible()
    visitor.goto("/konzept/neu/empfehlung/N1/")
    expect(visitor.get_by_text("Sieben Räume.")).to_be_visible()


def looked_at(tab: Page, axe: Check, narrow: Check) -> None:
    axe(tab)
    narrow(tab)
    axe(tab)
    tab.set_viewport_size({"width": 1280, "height": 900})
