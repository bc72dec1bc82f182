"""The whole of an edition: what counts as reached, and when."""

import datetime

import pytest

from concept.models import ConceptEdition, Recommendation
from publication.queries import overview as queries
from publication.queries.overview import Overview
from publication.queries.site import site
from tests import factories
from tests.conftest import Cast
from tests.publication.conftest import NOW, entry, period, run

pytestmark = pytest.mark.django_db


def overview(edition: ConceptEdition, now: datetime.datetime) -> Overview:
    found = site(now).edition(edition.slug)
    assert found
    return queries.overview(found)


@pytest.fixture
def two(cast: Cast) -> list[Recommendation]:
    goal = factories.goal(factories.edition())
    return [factories.recommendation(goal, number, lead=cast.youth) for number in ("1.1.1", "1.1.2")]


def test_recommendations_count_by_their_newest_entry(two: list[Recommendation], cast: Cast) -> None:
    edition = two[0].edition
    entry(period(edition, 2021, 2022), two[0], cast.youth, "planned")
    entry(period(edition, 2023, 2024), two[0], cast.youth, "made_permanent")
    whole = overview(edition, NOW)
    assert whole.tally.reached == 1
    assert whole.tally.groups == [("made_permanent", 1), ("missing", 1)]


def test_while_a_period_runs_the_field_counts_what_was_known_before(two: list[Recommendation], cast: Cast) -> None:
    edition = two[0].edition
    before = period(edition, 2023, 2024)
    for one in two:
        entry(before, one, cast.youth, "implemented")
    running = period(edition, 2025, 2026, closed=False)
    entry(running, two[0], cast.youth, "implemented")
    run(running, two[1], cast.youth)
    drawing = overview(edition, NOW).fields[0].strand
    assert drawing
    assert [point.reached for point in drawing.points] == [2, 2]


def test_a_closed_period_without_a_return_is_not_carried_forward(two: list[Recommendation], cast: Cast) -> None:
    edition = two[0].edition
    entry(period(edition, 2021, 2022), two[0], cast.youth, "implemented")
    run(period(edition, 2023, 2024), two[0], cast.youth)
    drawing = overview(edition, NOW).fields[0].strand
    assert drawing
    assert [point.reached for point in drawing.points] == [1, 0]


def test_recommendations_that_left_the_edition_do_not_count(two: list[Recommendation], cast: Cast) -> None:
    two[1].ended_on = NOW.date()
    two[1].save()
    assert overview(two[0].edition, NOW).tally.total == 1


def test_figures_of_the_table_add_up_to_the_sentence(two: list[Recommendation], cast: Cast) -> None:
    edition = two[0].edition
    factories.recommendation(factories.goal(edition, "2", "2.1"), "2.1.1", lead=cast.youth)
    entry(period(edition, 2023, 2024), two[0], cast.youth, "implemented")
    whole = overview(edition, NOW)
    assert sum(sum(row) for _picture, row in whole.rows) == whole.tally.total == 3
