"""The coordinators' list of summaries: what is missing, current or outdated, by language, field and period."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from concept.models import Recommendation
from publication.queries import summaries as queries
from publication.queries.site import site
from publication.queries.summaries import WorkFilters
from publication.summary_languages import summary_languages
from tests import factories
from tests.conftest import Cast
from tests.publication.conftest import entry, period, run
from tests.publication.summarised import NOW, correct, cycle, desk_of, one, published, write
from workflow.models import ReportingCycle, Revision

pytestmark = pytest.mark.django_db

__all__ = ["cycle", "one", "published"]


def work(**filters: str) -> queries.WorkList:
    return queries.work_list(site(NOW), WorkFilters(**filters))


def test_the_list_knows_none_current_and_outdated(published: Revision, one: Recommendation, cast: Cast) -> None:
    second = factories.recommendation(one.goal, "1.1.2", lead=cast.youth)
    other = entry(ReportingCycle.objects.get(), second, cast.youth)
    run(ReportingCycle.objects.get(), factories.recommendation(one.goal, "1.1.3"), cast.youth)
    write(published, cast)
    write(other, cast)
    correct(published, cast)
    plain = {row.recommendation.number: row.cells[0].state for row in work(sprache="de-simple").rows}
    assert plain == {"1.1.1": "veraltet", "1.1.2": "aktuell"}
    assert [row.recommendation.number for row in work(sprache="de-simple", stand="veraltet").rows] == ["1.1.1"]
    assert [row.recommendation.number for row in work(sprache="ar", stand="fehlt").rows] == ["1.1.1", "1.1.2"]
    assert work(sprache="ar", stand="aktuell").rows == []
    assert queries.to_do() == 1
    figures = {row.language.code: [number for _word, number, _to in row.figures] for row in work().overview}
    assert figures["de-simple"] == [1, 0, 1]
    assert figures["ar"] == [0, 2, 0]


def test_the_list_can_be_narrowed_to_a_field_and_a_period(published: Revision, one: Recommendation, cast: Cast) -> None:
    elsewhere = factories.recommendation(factories.goal(one.edition, "2", "2.1"), "2.1.1", lead=cast.youth)
    later = period(one.edition, 2025, 2026)
    entry(later, elsewhere, cast.youth)
    entry(later, one, cast.youth)
    assert [(row.recommendation.number, row.period_label) for row in work().rows] == [
        ("1.1.1", "2025–2026"),
        ("2.1.1", "2025–2026"),
        ("1.1.1", "2023–2024"),
    ]
    field = str(elsewhere.goal.field_id)
    assert [row.recommendation.number for row in work(feld=field).rows] == ["2.1.1"]
    assert [row.recommendation.number for row in work(feld=field, zeitraum=str(published.update.cycle_id)).rows] == []
    assert work(feld="unsinn").rows == []


def test_the_page_lists_them_with_every_filter_in_its_address(published: Revision, cast: Cast) -> None:
    desk = desk_of(cast)
    page = desk.get("/zusammenfassungen/").content.decode()
    assert f'href="/zusammenfassungen/{published.update_id}/ar/"' in page
    assert "1 veröffentlichter Sachstand" in page
    page = desk.get("/zusammenfassungen/?sprache=ar&stand=aktuell&feld=1&zeitraum=1&seite=7").content.decode()
    assert "Entfernen Sie einen Filter" in page


def test_the_list_costs_the_same_with_two_and_with_twenty_entries(one: Recommendation, cast: Cast) -> None:
    desk = desk_of(cast)
    cycle = period(one.edition, 2023, 2024)

    def fill(first: int, last: int) -> None:
        for number in range(first, last):
            made = entry(cycle, factories.recommendation(one.goal, f"2.{number:02}", lead=cast.youth), cast.youth)
            for some in summary_languages():
                write(made, cast, "Ja.", some.code)

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get("/zusammenfassungen/").status_code == 200
        return len(captured)

    fill(0, 2)
    cost()
    few = cost()
    fill(2, 20)
    cost()
    assert cost() == few
