"""The import in a real browser: without JavaScript, on every page of it, at both widths, nothing for axe to find."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from concept.models import CrosswalkLink, Recommendation
from offices.models import Person, Role
from tests import factories
from tests.browser.conftest import Opener
from tests.concept.tables import csv_file, row

pytestmark = pytest.mark.browser

Check = Callable[[Page], None]
SignIn = Callable[[Page, Person], Page]


@pytest.fixture
def coordinator(transactional_db: None) -> Person:
    factories.office("51", "Jugendamt")
    return factories.member(Role.COORDINATOR, name="Koordination")


def test_a_coordinator_imports_a_table_without_javascript(
    open_page: Opener, sign_in: SignIn, coordinator: Person, tmp_path: Path
) -> None:
    file = tmp_path / "konzept.csv"
    file.write_bytes(csv_file(row("1"), row("B5+6")))
    page = sign_in(open_page(javascript=False), coordinator)
    page.goto("/konzepte/")
    page.get_by_role("link", name="Tabelle importieren").click()
    page.get_by_label("Datei", exact=True).set_input_files(file)
    page.get_by_label("Name der neuen Fassung").fill("Fortschreibung")
    page.get_by_role("button", name="Hochladen").click()
    page.get_by_role("button", name="Weiter zur Vorschau").click()
    page.get_by_role("button", name="Jetzt übernehmen").click()
    assert page.get_by_text("„Fortschreibung“ ist übernommen").is_visible()
    assert Recommendation.objects.count() == 2


def test_every_page_of_import_and_crosswalk_is_accessible(
    open_page: Opener,
    sign_in: SignIn,
    coordinator: Person,
    axe: Check,
    narrow: Callable[[Page], Page],
    tmp_path: Path,
) -> None:
    older, newer = factories.edition("Konzept 2012"), factories.edition("Neue Akzente 2019")
    before = factories.recommendation(factories.goal(older), "1")
    after = factories.recommendation(factories.goal(newer), "1")
    factories.recommendation(after.goal, "2")
    CrosswalkLink.objects.create(predecessor=before, successor=after, reason="kept", note="Gleicher Wortlaut")
    page = sign_in(open_page(), coordinator)

    def look() -> None:
        axe(page)
        axe(narrow(page))
        page.set_viewport_size({"width": 1280, "height": 900})

    def import_file(*rows: tuple[str, ...]) -> None:
        file = tmp_path / "konzept.csv"
        file.write_bytes(csv_file(*rows))
        page.goto("/konzepte/import/?edition=Neue+Akzente+2019")
        page.get_by_label("Datei", exact=True).set_input_files(file)
        page.get_by_role("button", name="Hochladen").click()

    pair = f"/konzepte/{older.pk}/ueberleitung/{newer.pk}/"
    for address in ("/konzepte/", "/konzepte/import/", pair, f"{pair}verknuepfung/", f"{pair}import/"):
        page.goto(address)
        look()
    import_file(row("1", title="Neu"), row("9", lead="51"))
    look()
    page.get_by_role("button", name="Weiter zur Vorschau").click()
    look()
    import_file(row("1", lead="Raumfahrtamt"))
    page.get_by_role("button", name="Weiter zur Vorschau").click()
    look()
