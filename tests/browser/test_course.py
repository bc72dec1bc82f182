"""A change of course, played by those whom it concerns: more time, another office, an end, a correction, a split."""

import datetime
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from offices.models import Person, Role
from tests import factories
from tests.browser.conftest import Opener
from tests.conftest import Cast
from workflow import runs
from workflow.models import StatusUpdate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SignIn = Callable[[Page, Person], Page]
Check = Callable[[Page], Page]

REASON = "Die Stelle ist seit Mai unbesetzt."
NOTE = "Es sind sechs Elterncafés, nicht sieben."


@pytest.fixture
def update(cast: Cast) -> StatusUpdate:
    """A run led by 51 that is due in ten days by the real calendar."""
    edition = factories.edition(slug="heute")
    factories.recommendation(factories.goal(edition), lead=cast.youth)
    factories.open_cycle(edition, by=cast.coordinator)
    made = StatusUpdate.objects.get()
    made.due_on = timezone.localdate() + datetime.timedelta(days=10)
    made.save(update_fields=["due_on"])
    return made


def day(ahead: int) -> str:
    return (timezone.localdate() + datetime.timedelta(days=ahead)).strftime("%d.%m.%Y")


def run_page(page: Page, update: StatusUpdate) -> Page:
    page.goto(f"/sachstand/{update.pk}/")
    return page


def ask_for_more_time(page: Page, update: StatusUpdate, ahead: int) -> None:
    run_page(page, update).get_by_role("link", name="Um mehr Zeit bitten").click()
    page.get_by_label("Neue Frist").fill(day(ahead))
    page.get_by_label("Warum braucht es mehr Zeit?").fill(REASON)
    page.get_by_role("button", name="Um mehr Zeit bitten").click()
    expect(page.locator("main")).to_contain_text("Ihre Bitte liegt bei der Koordination")


def hand_in_and_approve(cast: Cast, update: StatusUpdate, done: str) -> None:
    runs.hand_in(update.pk, by=cast.clerk, content=factories.content(done=done), now=timezone.now())
    number = update.revisions.count()
    runs.approve(update.pk, revision_number=number, by=cast.reviewer, now=timezone.now())


def test_an_office_gets_more_time(
    cast: Cast, update: StatusUpdate, open_page: Opener, sign_in: SignIn, axe: Check, narrow: Check
) -> None:
    clerk = sign_in(open_page(), cast.clerk)
    run_page(clerk, update).get_by_role("link", name="Um mehr Zeit bitten").click()
    clerk.get_by_role("button", name="Um mehr Zeit bitten").click()
    expect(clerk.get_by_role("alert")).to_contain_text("2 Angaben fehlen oder passen nicht")
    axe(clerk)
    axe(narrow(clerk))
    ask_for_more_time(clerk, update, 30)
    axe(clerk)
    coordinator = sign_in(open_page(), cast.coordinator)
    coordinator.goto("/antraege/")
    expect(coordinator.get_by_role("heading", level=1)).to_have_text("1 Bitte um mehr Zeit wartet auf Sie")
    axe(coordinator)
    coordinator.get_by_role("link", name="Entscheiden").click()
    axe(coordinator)
    coordinator.get_by_label("Verlängern bis").fill(day(20))
    coordinator.get_by_role("button", name="Mehr Zeit geben").click()
    expect(coordinator.locator("main")).to_contain_text("Verlängert.")
    run_page(clerk, update)
    expect(clerk.locator("main")).to_contain_text(f"Abgabe bis {day(20)}, noch 20 Tage")


def test_an_office_does_not_get_more_time(cast: Cast, update: StatusUpdate, open_page: Opener, sign_in: SignIn) -> None:
    clerk = sign_in(open_page(javascript=False), cast.clerk)
    ask_for_more_time(clerk, update, 30)
    coordinator = sign_in(open_page(javascript=False), cast.coordinator)
    run_page(coordinator, update).get_by_role("link", name="Entscheiden").click()
    coordinator.get_by_role("button", name="Ablehnen").click()
    expect(coordinator.get_by_role("alert")).to_contain_text("Bitte sagen Sie, warum")
    coordinator.get_by_label("Ihre Antwort an das Amt").fill("Der Bericht geht am 12. in Druck.")
    coordinator.get_by_role("button", name="Ablehnen").click()
    expect(coordinator.locator("main")).to_contain_text("Abgelehnt.")
    run_page(clerk, update)
    expect(clerk.locator("main")).to_contain_text(f"Abgabe bis {day(10)}")
    expect(clerk.get_by_role("link", name="Um mehr Zeit bitten")).to_be_visible()


def test_another_office_refuses_and_a_third_takes_over(
    cast: Cast, update: StatusUpdate, open_page: Opener, sign_in: SignIn, axe: Check, narrow: Check
) -> None:
    health_clerk = factories.member(Role.CLERK, cast.health, name="Sachbearbeitung 53")
    clerk = sign_in(open_page(), cast.clerk)
    for office in (cast.health, cast.school):
        run_page(clerk, update).get_by_role("link", name="Nicht Ihr Thema? An ein anderes Amt geben").click()
        clerk.get_by_label("Welches Amt?").select_option(label=str(office))
        clerk.get_by_label("Warum dieses Amt?").fill("Das ist eher Ihr Thema.")
        axe(clerk)
        clerk.get_by_role("button", name="Dieses Amt fragen").click()
        expect(clerk.locator("main")).to_contain_text(f"{office} ist gefragt")
        person = health_clerk if office == cast.health else cast.school_clerk
        other = sign_in(open_page(), person)
        run_page(other, update).get_by_role("link", name="Antworten").click()
        expect(other.locator("main")).to_contain_text("Das ist eher Ihr Thema.")
        axe(other)
        axe(narrow(other))
        if office == cast.health:
            other.get_by_label("Wenn Sie nicht übernehmen: warum?").fill("Das macht bei uns niemand.")
            other.get_by_role("button", name="Nicht übernehmen").click()
            expect(other.locator("main")).to_contain_text("Danke für die Antwort.")
        else:
            other.get_by_role("button", name="Übernehmen", exact=True).click()
            expect(other.locator("main")).to_contain_text("Die Aufgabe liegt jetzt bei Ihnen.")
            other.get_by_role("link", name="Sachstand melden").click()
            expect(other.get_by_role("textbox", name="Was ist geschehen?")).to_be_visible()


def test_a_request_is_cancelled_and_opened_again(
    cast: Cast, update: StatusUpdate, open_page: Opener, sign_in: SignIn, axe: Check
) -> None:
    page = sign_in(open_page(), cast.coordinator)
    run_page(page, update).get_by_role("link", name="Entfallen lassen").click()
    axe(page)
    page.get_by_label("Warum ist hier nichts mehr gefragt?").fill("Das Vorhaben ist eingestellt.")
    page.get_by_role("button", name="Entfallen lassen").click()
    expect(page.locator("main")).to_contain_text("Das Vorhaben ist eingestellt.")
    axe(page)
    clerk = sign_in(open_page(), cast.clerk)
    clerk.goto(f"/sachstand/{update.pk}/schreiben/")
    expect(clerk.locator("main")).to_contain_text("Sie müssen nichts mehr tun")
    page.get_by_role("link", name="Wieder öffnen").click()
    axe(page)
    page.get_by_label("Warum wird der Sachstand wieder geöffnet?").fill("Es geht doch weiter.")
    page.get_by_role("button", name="Wieder öffnen").click()
    expect(page.locator("main")).to_contain_text("Der Sachstand ist wieder offen.")
    clerk.goto("/aufgaben/")
    expect(clerk.locator("main")).to_contain_text(update.recommendation.title)


def test_visitors_read_a_correction_once_it_is_approved(
    cast: Cast, update: StatusUpdate, open_page: Opener, sign_in: SignIn, axe: Check, narrow: Check
) -> None:
    hand_in_and_approve(cast, update, "Sieben Elterncafés.")
    clerk = sign_in(open_page(), cast.clerk)
    run_page(clerk, update).get_by_role("link", name="Veröffentlichten Sachstand berichtigen").click()
    axe(clerk)
    clerk.get_by_label("Was wird berichtigt?").fill(NOTE)
    clerk.get_by_role("button", name="Berichtigung beginnen").click()
    expect(clerk.locator("main")).to_contain_text("Dieser Sachstand wird gerade berichtigt")
    axe(clerk)
    visitor = open_page()
    visitor.goto("/konzept/heute/empfehlung/1.1.1/")
    expect(visitor.locator("main")).to_contain_text("Sieben Elterncafés.")
    expect(visitor.locator("main")).not_to_contain_text(NOTE)
    hand_in_and_approve(cast, update, "Sechs Elterncafés.")
    visitor.reload()
    expect(visitor.locator("main")).to_contain_text("Sechs Elterncafés.")
    expect(visitor.locator("main")).to_contain_text(f"Berichtigt am {day(0)}: {NOTE}")
    axe(visitor)
    axe(narrow(visitor))


def test_an_office_is_split(
    cast: Cast, update: StatusUpdate, open_page: Opener, sign_in: SignIn, axe: Check, narrow: Check
) -> None:
    family, sport = factories.office("52", "Familienamt"), factories.office("54", "Sportamt")
    sport_clerk = factories.member(Role.CLERK, sport, name="Sachbearbeitung 54")
    page = sign_in(open_page(), cast.coordinator)
    page.goto("/aemter/nachfolge/")
    axe(page)
    axe(narrow(page))
    page.get_by_label("Welches Amt endet?").select_option(label=str(cast.youth))
    for one in (family, sport):
        page.get_by_label(str(one), exact=True).check()
    page.get_by_label("Wer übernimmt, was nicht aufgeteilt wird?").select_option(label=str(family))
    page.get_by_role("button", name="Ansehen, was umzieht").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 Empfehlung zieht um")
    axe(page)
    axe(narrow(page))
    page.get_by_role("row", name=update.recommendation.title).get_by_role("combobox").select_option(label=str(sport))
    page.get_by_role("button", name="Jetzt übertragen").click()
    expect(page.locator("main")).to_contain_text("1 offener Vorgang und 1 Zuständigkeit")
    clerk = sign_in(open_page(), sport_clerk)
    clerk.goto("/aufgaben/")
    expect(clerk.locator("main")).to_contain_text(update.recommendation.title)
