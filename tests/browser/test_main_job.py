"""The main job, played in a real browser by five people: coordinator, two offices, Arbeitsgruppe and a visitor."""

import datetime
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from offices.models import Person
from publication.models import ReportEdition
from tests.browser.conftest import Opener
from tests.conftest import Cast
from workflow.models import StatusUpdate, UpdateState
from workflow.services import history

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CONCEPT = (
    "id;Nummer;Handlungsfeld-Nummer;Handlungsfeld;Ziel-Nummer;Ziel;Titel;Text;Begründung;Federführung;Beteiligung\n"
    "he-1;1.01;1;Bildung und Sprache;1.1;Eltern sind Partner der Schule;Elterncafés an Grundschulen;"
    "An Grundschulen entstehen Elterncafés.;Eltern lernen die Schule kennen.;51 Jugendamt;40\n"
    "he-2;1.02;1;Bildung und Sprache;1.1;Eltern sind Partner der Schule;Vorlaufkurse vor der Einschulung;"
    "Kinder lernen vor der Einschulung Deutsch.;;40;\n"
)
FIRST_TEXT = "Sechs Grundschulen haben ein Elterncafé eröffnet."
BETTER_TEXT = "Sechs Grundschulen haben ein Elterncafé eröffnet, im Schnitt kommen 14 Eltern zu jedem Treffen."
SECRET = "Intern: Die Stelle läuft im Sommer aus."

SignIn = Callable[[Page, Person], Page]


def test_five_people_do_the_main_job(cast: Cast, open_page: Opener, sign_in: SignIn, tmp_path: Path) -> None:
    coordinator = sign_in(open_page(), cast.coordinator)
    youth = sign_in(open_page(), cast.clerk)
    school = sign_in(open_page(), cast.school_clerk)
    reviewer = sign_in(open_page(), cast.reviewer)
    visitor = open_page()

    import_concept(coordinator, tmp_path)
    open_cycle(coordinator)

    write(youth, "Elterncafés an Grundschulen", FIRST_TEXT, without="40")
    nil_return(school, "Vorlaufkurse vor der Einschulung")
    visitor.goto("/")
    expect(visitor.locator("body")).not_to_contain_text(FIRST_TEXT)

    send_back(reviewer, "Elterncafés an Grundschulen", "Wie viele Eltern kommen?")
    revise(youth, "Elterncafés an Grundschulen", BETTER_TEXT, "Wie viele Eltern kommen?")
    approve(reviewer, "Elterncafés an Grundschulen")
    approve(reviewer, "Vorlaufkurse vor der Einschulung")

    release_report(coordinator)
    read_on_the_homepage(visitor)
    open_the_pdf(visitor)

    assert set(StatusUpdate.objects.values_list("state", flat=True)) == {UpdateState.APPROVED}
    assert list(history.verify()) == []


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=False).first.click()


def import_concept(page: Page, tmp_path: Path) -> None:
    table = tmp_path / "konzept.csv"
    table.write_text(CONCEPT, encoding="utf-8")
    page.goto("/konzepte/import/")
    page.set_input_files("input[type=file]", str(table))
    page.locator("#id_new_edition").fill("Neue Akzente")
    press(page, "Hochladen")
    press(page, "Zur Vorschau")
    expect(page.locator("main")).to_contain_text("Elterncafés an Grundschulen")
    press(page, "Jetzt übernehmen")
    expect(page.locator("main")).to_contain_text("„Neue Akzente“ ist übernommen")
    page.get_by_label("Beschlossen am").fill("03.06.2019")
    press(page, "Fassung veröffentlichen")
    expect(page.locator("main")).to_contain_text("„Neue Akzente“ ist jetzt öffentlich")


def open_cycle(page: Page) -> None:
    today = timezone.localdate()
    due = today + datetime.timedelta(days=30)
    page.goto("/abfragen/neu/")
    page.get_by_label("Konzept").select_option(label="Neue Akzente")
    page.get_by_label("Zeitraum von").fill(f"01.01.{today.year - 1}")
    page.get_by_label("Zeitraum bis").fill(f"31.12.{today.year}")
    page.get_by_label("Abgabe der Sachstände bis").fill(f"{due:%d.%m.%Y}")
    press(page, "Termine ansehen")
    press(page, "Abfrage anlegen")
    page.get_by_role("link", name="öffnen").first.click()
    press(page, "öffnen")
    page.goto("/board/")
    expect(page.get_by_role("heading", name="Elterncafés an Grundschulen")).to_be_visible()


def open_task(page: Page, title: str) -> None:
    page.goto("/aufgaben/")
    page.get_by_role("link", name=title).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)


def write(page: Page, title: str, text: str, *, without: str) -> None:
    open_task(page, title)
    page.locator("label.choice", has_text="in Umsetzung").click()
    page.get_by_role("textbox", name="Was ist geschehen?").fill(text)
    page.get_by_label("Interne Notiz").fill(SECRET)
    press(page, "Sachstand abgeben")
    # An office that contributes has not answered yet: the page names it first.
    expect(page.locator("main")).to_contain_text(without)
    page.get_by_role("button", name=re.compile("abgeben$")).last.click()
    expect(page.locator("body")).to_contain_text("Danke, Ihr Sachstand ist da.")


def nil_return(page: Page, title: str) -> None:
    open_task(page, title)
    page.get_by_role("link", name="Fehlanzeige").first.click()
    page.locator("textarea").first.fill("Die Kurse ruhten, weil keine Räume da waren.")
    press(page, "Fehlanzeige")
    expect(page.locator("body")).to_contain_text("Danke")


def open_review(page: Page, title: str) -> None:
    page.goto("/pruefung/")
    page.get_by_role("link", name=title).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)


def send_back(page: Page, title: str, comment: str) -> None:
    open_review(page, title)
    page.get_by_label("Kommentar zum ganzen Text").fill(comment)
    press(page, "Zurückgeben mit")
    expect(page.locator("body")).to_contain_text("Mit Kommentaren zurückgegeben")


def revise(page: Page, title: str, text: str, comment: str) -> None:
    open_task(page, title)
    expect(page.locator("main")).to_contain_text(comment)
    expect(page.get_by_role("textbox", name="Was ist geschehen?")).to_have_value(FIRST_TEXT)
    page.get_by_role("textbox", name="Was ist geschehen?").fill(text)
    press(page, "Sachstand abgeben")
    expect(page.locator("body")).to_contain_text("Danke, Ihr Sachstand ist da.")


def approve(page: Page, title: str) -> None:
    open_review(page, title)
    press(page, "Freigeben")
    expect(page.locator("body")).to_contain_text("Freigegeben: ")


def release_report(page: Page) -> None:
    page.goto("/berichte/")
    press(page, "Bericht erstellen")
    page.goto("/berichte/")
    page.get_by_role("link", name="veröffentlichen").first.click()
    press(page, "Diese Version veröffentlichen")
    assert ReportEdition.objects.get().released_at


def read_on_the_homepage(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Elterncafés an Grundschulen").first.click()
    main = page.locator("main")
    expect(main).to_contain_text(BETTER_TEXT)
    expect(main).to_contain_text("in Umsetzung")
    expect(main).not_to_contain_text(SECRET)


def open_the_pdf(page: Page) -> None:
    page.goto("/")
    address = page.locator("a[href$='.pdf']").first.get_attribute("href")
    assert address
    answer = page.request.get(address)
    assert answer.headers["content-type"] == "application/pdf"
    with pikepdf.open(BytesIO(answer.body())) as document:
        assert document.Root.Lang == "de-DE"
        assert document.Root.MarkInfo.Marked
        assert len(document.pages) > 1
