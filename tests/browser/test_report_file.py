"""The report as one web page is a file that people save, so no server shows it: it is looked at from its bytes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from publication.charts import charts_of
from publication.models import ReportText
from publication.report import content, sources
from publication.report.html import html
from tests import factories
from tests.browser.conftest import DESK, Opener
from tests.conftest import Cast
from tests.factories import NOW, TODAY
from tests.publication.conftest import entry, period, run

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Check = Callable[[Tab], object]

STATUSES = ("made_permanent", "implemented", "in_progress", "planned", "deferred", "not_pursued", "unknown")
FOREWORD = (
    "## Liebe Leser:innen\n\nDas **Wichtigste** steht vorn:\n\n- was gelang\n- was [ruht](https://stadt.example/)"
)


@pytest.fixture
def file(cast: Cast) -> bytes:
    """A report with everything that one can hold: all statuses, texts, measures, corrections, a gap, all charts."""
    edition = factories.edition()
    goals = [factories.goal(edition, "1"), factories.goal(edition, "2", "2.1")]
    before, cycle = period(edition, 2021, 2022), period(edition, 2023, 2024)
    for number, status in enumerate(STATUSES):
        one = factories.recommendation(goals[number % 2], f"1.{number}", lead=cast.youth, contributing=(cast.school,))
        entry(before, one, cast.youth, "planned")
        entry(cycle, one, cast.youth, status, measures=("Räume einrichten", f"Kurs {number}"), next_step="Weiter.")
        if number == 2:
            entry(cycle, one, cast.youth, status, public_note="Die Zahl stimmte nicht.")
    run(cycle, factories.recommendation(goals[0], "1.9", lead=cast.school), cast.school)
    for field in (None, goals[0].field):
        ReportText.objects.create(cycle=cycle, field=field, number=1, text=FOREWORD, written_at=NOW)
    document = content.document(
        sources.read(cycle.pk, now=NOW), as_of=TODAY, version=2, change_note="Neu gezählt.", is_marked_draft=True
    )
    document["charts"] = charts_of(document)
    return html(document, content.checksum(document))


def test_axe_finds_nothing_in_the_file_and_it_fits_320_px(
    file: bytes, open_page: Opener, axe: Check, narrow: Check
) -> None:
    tab = open_page()
    tab.set_viewport_size(DESK)
    tab.set_content(file.decode())
    expect(tab.get_by_role("heading", level=1)).to_be_visible()
    axe(tab)
    narrow(tab)
    axe(tab)


def test_every_chart_of_the_file_has_its_table(file: bytes, open_page: Opener) -> None:
    tab = open_page()
    tab.set_content(file.decode())
    charts = tab.locator(".report-chart")
    assert charts.count() >= 3
    for number in range(charts.count()):
        assert charts.nth(number).locator("table").count() == 1
        assert charts.nth(number).get_by_role("img").count() == 1
