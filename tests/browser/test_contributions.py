"""Several offices write one status update, in a real browser: nothing that anybody typed is lost on the way."""

import datetime
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from offices.models import Person, Role
from tests import factories
from tests.browser.conftest import Opener
from tests.conftest import Cast
from tests.factories import NOW
from workflow import runs
from workflow.content import ContributionContent, MeasureContent
from workflow.models import Contribution, Draft, Participation, Passage, Revision, StatusUpdate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SignIn = Callable[[Page, Person], Page]
Axe = Callable[[Page], None]
Narrow = Callable[[Page], Page]

BOTH_WAYS = pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])


@pytest.fixture
def update(cast: Cast) -> StatusUpdate:
    """A run led by 51 to which 40 and 53 contribute."""
    edition = factories.edition()
    factories.recommendation(factories.goal(edition), lead=cast.youth, contributing=(cast.school, cast.health))
    due = datetime.date.today() + datetime.timedelta(days=30)  # noqa: DTZ011 - the browser's own day
    return StatusUpdate.objects.get(cycle=factories.open_cycle(edition, due_on=due, contributions=True))


@pytest.fixture
def school(cast: Cast, update: StatusUpdate) -> Participation:
    return update.participations.get(office=cast.school)


def form(update: StatusUpdate) -> str:
    return f"/sachstand/{update.pk}/schreiben/"


def contribution(of: Participation) -> str:
    return f"/beitrag/{of.pk}/schreiben/"


def done(page: Page) -> str:
    return page.get_by_role("textbox", name="Was ist geschehen?").input_value()


def write(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Was ist geschehen?").fill(text)


@BOTH_WAYS
def test_two_offices_contribute_and_the_lead_office_brings_it_together(
    cast: Cast, update: StatusUpdate, school: Participation, open_page: Opener, sign_in: SignIn, *, javascript: bool
) -> None:
    first = sign_in(open_page(javascript=javascript), cast.school_clerk)
    first.goto(contribution(school))
    write(first, "Vier Sprachkurse an Grundschulen.")
    first.get_by_role("button", name="Maßnahme hinzufügen").click()
    first.get_by_label("Name der Maßnahme").fill("Sprachkurse")
    first.get_by_role("button", name="Beitrag abgeben").click()
    expect(first.locator("main")).to_contain_text("Danke, Ihr Beitrag ist da.")
    expect(first.locator("main")).to_contain_text("Vier Sprachkurse an Grundschulen.")

    lead = sign_in(open_page(javascript=javascript), cast.clerk)
    lead.goto(form(update))
    panel = lead.get_by_role("region", name="Beiträge der anderen Ämter")
    expect(panel).to_contain_text("noch nicht da")
    write(lead, "Eigener Anfang.")
    panel.get_by_role("button", name=re.compile("^Übernehmen: Was ist geschehen")).click()
    panel.get_by_role("button", name=re.compile("^Übernehmen: Maßnahmen")).click()
    expect(lead.get_by_role("textbox", name="Was ist geschehen?")).to_have_value(
        "Eigener Anfang.\n\nVier Sprachkurse an Grundschulen."
    )
    expect(lead.get_by_label("Name der Maßnahme")).to_have_value("Sprachkurse")
    lead.locator("label.choice", has_text="umgesetzt").first.click()
    panel.get_by_role("button", name=re.compile("^Ohne diesen Beitrag weitermachen: 53")).click()
    lead.get_by_role("button", name="Ohne diesen Beitrag weitermachen").click()
    expect(lead.locator("main")).to_contain_text("Sie machen ohne den Beitrag von 53")
    assert done(lead) == "Eigener Anfang.\n\nVier Sprachkurse an Grundschulen."
    lead.get_by_role("button", name="Sachstand abgeben").click()
    expect(lead.locator("main")).to_contain_text("Danke, Ihr Sachstand ist da.")
    authors = {one.text: one.office for one in Passage.objects.filter(revision=Revision.objects.get())}
    assert authors == {
        "Eigener Anfang.": cast.youth,
        "Vier Sprachkurse an Grundschulen.": cast.school,
        "Sprachkurse": cast.school,
    }


@BOTH_WAYS
def test_whoever_hands_in_over_a_missing_contribution_is_asked_first(
    cast: Cast, update: StatusUpdate, open_page: Opener, sign_in: SignIn, *, javascript: bool
) -> None:
    page = sign_in(open_page(javascript=javascript), cast.clerk)
    page.goto(form(update))
    write(page, "Ohne die anderen.")
    page.locator("label.choice", has_text="umgesetzt").first.click()
    page.get_by_role("button", name="Sachstand abgeben").click()
    expect(page.get_by_role("heading", name="2 Beiträge fehlen noch")).to_be_visible()
    page.get_by_role("link", name="Zurück zum Text").click()
    assert done(page) == "Ohne die anderen."
    page.get_by_role("button", name="Sachstand abgeben").click()
    page.get_by_role("button", name="Ohne diese Ämter abgeben").click()
    expect(page.locator("main")).to_contain_text("Danke, Ihr Sachstand ist da.")
    assert Revision.objects.get().done == "Ohne die anderen."


@BOTH_WAYS
def test_an_office_files_a_nil_return_from_the_form(
    cast: Cast, school: Participation, open_page: Opener, sign_in: SignIn, *, javascript: bool
) -> None:
    page = sign_in(open_page(javascript=javascript), cast.school_clerk)
    page.goto(contribution(school))
    page.get_by_role("textbox", name="Warum gibt es nichts zu melden?").fill("Nicht unser Thema.")
    page.get_by_role("button", name="Fehlanzeige melden").click()
    expect(page.locator("main")).to_contain_text("Danke, Ihr Beitrag ist da.")
    assert Contribution.objects.get().nil_reason == "Nicht unser Thema."


# --- Two people in one text -------------------------------------------------------------------------------------------


def test_two_people_meet_in_one_text_and_merge(
    cast: Cast, update: StatusUpdate, open_page: Opener, sign_in: SignIn
) -> None:
    first, second = sign_in(open_page(), cast.clerk), sign_in(open_page(), cast.colleague)
    for page in (first, second):
        page.clock.install()
        page.goto(form(update))
    write(first, "Der erste Absatz.")
    first.clock.fast_forward(4000)
    expect(first.get_by_role("status")).to_contain_text("Entwurf gespeichert um")
    write(second, "Der zweite Absatz.")
    second.clock.fast_forward(4000)
    expect(second.get_by_role("status")).to_contain_text("Sachbearbeitung 51 hat diesen Text um")
    second.get_by_role("status").get_by_role("button", name="Beide Versionen ansehen").click()
    expect(second.locator("main")).to_contain_text("Der erste Absatz.")
    second.get_by_role("button", name="Speichern und weiterschreiben").click()
    assert done(second) == "Der zweite Absatz.\n\nDer erste Absatz."
    assert Draft.objects.get(person=cast.clerk).content["done"] == "Der erste Absatz."
    # The first writer sees what was merged, once, and both go on.
    write(first, "Der erste Absatz, länger.")
    first.clock.fast_forward(4000)
    first.get_by_role("status").get_by_role("button", name="Beide Versionen ansehen").click()
    first.get_by_role("radio", name="Gespeichertes nehmen").check()
    first.get_by_role("button", name="Speichern und weiterschreiben").click()
    assert done(first) == "Der zweite Absatz.\n\nDer erste Absatz."
    write(second, done(second) + "\n\nEin dritter.")
    second.clock.fast_forward(4000)
    second.get_by_role("status").get_by_role("button", name="Beide Versionen ansehen").click()
    expect(second.locator("main")).to_contain_text("Ein dritter.")


def test_two_people_meet_without_a_script(
    cast: Cast, school: Participation, open_page: Opener, sign_in: SignIn
) -> None:
    colleague = factories.member(Role.CLERK, cast.school, email="kollege-40@stadt.example", name="Sachbearbeitung 40/2")
    first = sign_in(open_page(javascript=False), cast.school_clerk)
    second = sign_in(open_page(javascript=False), colleague)
    for page in (first, second):
        page.goto(contribution(school))
    write(first, "Der erste Absatz.")
    first.get_by_role("button", name="Entwurf speichern", exact=True).last.click()
    write(second, "Der zweite Absatz.")
    second.get_by_role("button", name="Beitrag abgeben").click()
    expect(second.locator("main")).to_contain_text("Sachbearbeitung 40 hat diesen Text um")
    second.get_by_role("button", name="Speichern und weiterschreiben").click()
    assert done(second) == "Der zweite Absatz.\n\nDer erste Absatz."
    second.get_by_role("button", name="Beitrag abgeben").click()
    expect(second.locator("main")).to_contain_text("Danke, Ihr Beitrag ist da.")
    # Whoever comes after reads why, and keeps the own text.
    write(first, "Der erste Absatz, länger.")
    first.get_by_role("button", name="Beitrag abgeben").click()
    expect(first.locator("h1")).to_contain_text("Dieser Beitrag ist schon abgegeben")
    expect(first.locator("main")).to_contain_text("Der erste Absatz, länger.")


# --- Lost network, closed tab, expired session ------------------------------------------------------------------------


def test_a_lost_connection_and_a_closed_tab_lose_nothing(
    cast: Cast, school: Participation, open_page: Opener, sign_in: SignIn
) -> None:
    page = sign_in(open_page(), cast.school_clerk)
    page.clock.install()
    page.goto(contribution(school))
    # No network, not even for the last save of a tab that closes.
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError()); }")
    write(page, "Ohne Netz")
    page.clock.fast_forward(4000)
    expect(page.get_by_role("status")).to_contain_text("Wir konnten nicht speichern.")
    again = page.context.new_page()
    page.close()
    again.goto(contribution(school))
    assert done(again) == ""
    again.get_by_role("button", name="Übernehmen", exact=True).click()
    assert done(again) == "Ohne Netz"
    expect(again.get_by_role("status")).to_contain_text("Entwurf gespeichert um", timeout=8000)
    assert Draft.objects.get(participation=school).content["done"] == "Ohne Netz"


@pytest.mark.parametrize("who", ["school_clerk", "clerk"])
def test_handing_in_after_the_session_expired_brings_the_text_back(
    cast: Cast, school: Participation, open_page: Opener, sign_in: SignIn, who: str
) -> None:
    person, base = (
        getattr(cast, who),
        f"/beitrag/{school.pk}" if who == "school_clerk" else f"/sachstand/{school.update_id}",
    )
    page = sign_in(open_page(), person)
    page.goto(f"{base}/schreiben/")
    page.context.clear_cookies(name="sessionid")
    write(page, "Nach der Mittagspause")
    page.get_by_role("button", name=re.compile("(Beitrag|Sachstand) abgeben")).click()
    page.wait_for_url("**/anmelden/**")
    sign_in(page, person)
    # That is where the sign-in page leads.
    page.goto(f"{base}/abgeben/")
    page.wait_for_url(f"**{base}/schreiben/")
    page.get_by_role("button", name="Übernehmen", exact=True).click()
    assert done(page) == "Nach der Mittagspause"
    if who == "school_clerk":
        page.get_by_role("button", name="Beitrag abgeben").click()
        expect(page.locator("main")).to_contain_text("Danke, Ihr Beitrag ist da.")
        assert Contribution.objects.get().done == "Nach der Mittagspause"
        expect(page.get_by_text("Dieser Browser hat noch einen Text")).to_have_count(0)


def test_what_the_browser_kept_is_shown_when_the_office_is_too_late(
    cast: Cast, update: StatusUpdate, school: Participation, open_page: Opener, sign_in: SignIn
) -> None:
    page = sign_in(open_page(), cast.school_clerk)
    page.goto(contribution(school))
    page.route("**/entwurf/", lambda route: route.fulfill(status=429, body=""))
    write(page, "Nur in diesem Browser")
    runs.go_on_without(school.pk, by=cast.clerk, now=NOW)
    page.goto(contribution(school))
    expect(page).to_have_url(re.compile(rf"/sachstand/{update.pk}/$"))
    expect(page.get_by_text("Nur in diesem Browser")).to_be_visible()
    page.get_by_role("button", name="Verwerfen").click()
    page.reload()
    expect(page.get_by_text("Nur in diesem Browser")).to_have_count(0)


# --- Accessibility ----------------------------------------------------------------------------------------------------


def test_the_pages_of_contributions_are_accessible(
    cast: Cast,
    update: StatusUpdate,
    school: Participation,
    open_page: Opener,
    sign_in: SignIn,
    axe: Axe,
    narrow: Narrow,
) -> None:
    health = update.participations.get(office=cast.health)
    content = ContributionContent(done="Vier Kurse.", worked="Viel.", measures=(MeasureContent("Kurse"),))
    runs.contribute(school.pk, by=cast.school_clerk, content=content, now=NOW)
    addresses = (
        form(update),
        f"/sachstand/{update.pk}/",
        f"/beitrag/{health.pk}/ohne/",
        f"/beitrag/{health.pk}/erinnern/",
    )
    for dark in (False, True):
        page = sign_in(open_page(dark=dark), cast.clerk)
        for address in addresses:
            page.set_viewport_size({"width": 1280, "height": 900})
            page.goto(address)
            axe(page)
            axe(narrow(page))
    page.goto(form(update))
    write(page, f"Eigenes.\n\n{content.done}")
    page.locator("label.choice", has_text="umgesetzt").first.click()
    for button in ("Vorschau", "Sachstand abgeben"):
        page.set_viewport_size({"width": 1280, "height": 900})
        page.get_by_role("button", name=button).click()
        axe(page)
        axe(narrow(page))
