"""A report is frozen; its page says what has become of its entries since."""

from typing import Any

import pytest
from django.test import Client

from concept.models import Recommendation
from publication.models import ReportEdition
from publication.queries.report_since import since
from publication.queries.site import site
from publication.report import content, sources
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY
from tests.publication.conftest import entry, period, run
from tests.publication.stages import LATER, built, cycle, quick_files, released
from workflow import runs
from workflow.models import ReportingCycle, StatusUpdate

pytestmark = pytest.mark.django_db

__all__ = ["cycle", "quick_files"]


@pytest.fixture
def one() -> Recommendation:
    return Recommendation.objects.get(number="1.01")


def page_of(report: ReportEdition, client: Client) -> str:
    return client.get(f"/bericht/{report.pk}/").content.decode()


def test_where_nothing_has_changed_nothing_is_said(cycle: ReportingCycle, cast: Cast, client: Client) -> None:
    assert "Was sich seither geändert hat" not in page_of(released(built(cycle, cast), cast), client)


def test_a_corrected_entry_is_named_with_a_link_to_what_holds_today(
    cycle: ReportingCycle, cast: Cast, client: Client, one: Recommendation
) -> None:
    report = released(built(cycle, cast), cast)
    page_of(report, client)
    entry(cycle, one, cast.youth, "implemented", done="Sechs.", public_note="Sechs, nicht sieben.")
    page = page_of(report, client)
    assert "1 Sachstand wurde seither berichtigt" in page
    assert f'href="/konzept/{one.edition.slug}/empfehlung/{one.key}/"' in page
    assert "Sechs." not in page
    assert "1 entry has been corrected since" in client.get(f"/en/bericht/{report.pk}/").content.decode()


def test_a_correction_of_the_confirmed_text_counts(
    cycle: ReportingCycle, cast: Cast, client: Client, one: Recommendation
) -> None:
    later = period(cycle.edition, 2025, 2026)
    first = StatusUpdate.objects.get().approved
    entry(later, one, cast.youth, "implemented", kind="unchanged", confirms=first, done="")
    report = released(built(later, cast), cast)
    entry(cycle, one, cast.youth, "implemented", done="Sechs.")
    assert "1 Sachstand wurde seither berichtigt" in page_of(report, client)


def test_an_earlier_entry_that_was_taken_off_the_pages_is_named_and_its_note_is_one_click_away(
    cycle: ReportingCycle, cast: Cast, client: Client, one: Recommendation
) -> None:
    later = period(cycle.edition, 2025, 2026)
    entry(later, one, cast.youth, "made_permanent")
    report = released(built(later, cast), cast)
    first = StatusUpdate.objects.get(cycle=cycle)
    runs.withdraw_entry(first.pk, revision_number=1, note="War falsch.", by=cast.coordinator, now=LATER)
    report.refresh_from_db()
    assert report.is_final
    page = page_of(report, client)
    assert "1 Sachstand wurde seither von den öffentlichen Seiten genommen" in page
    assert "2023–2024" in page


def test_an_earlier_status_that_was_corrected_and_a_return_that_came_late_are_named(
    cycle: ReportingCycle, cast: Cast, client: Client, one: Recommendation
) -> None:
    late = factories.recommendation(one.goal, "1.02", lead=cast.youth)
    later = period(cycle.edition, 2025, 2026)
    entry(later, one, cast.youth, "made_permanent")
    run(later, late, cast.youth)
    report = released(built(later, cast), cast)
    entry(later, late, cast.youth, "planned")
    entry(cycle, one, cast.youth, "in_progress")
    page = page_of(report, client)
    assert "1 Sachstand wurde seither berichtigt" in page
    assert "1 Sachstand ist seither dazugekommen" in page


def test_many_are_folded_away(cycle: ReportingCycle, cast: Cast, client: Client, one: Recommendation) -> None:
    for number in range(2, 9):
        entry(cycle, factories.recommendation(one.goal, f"1.0{number}", lead=cast.youth), cast.youth)
    report = released(built(cycle, cast), cast)
    for some in Recommendation.objects.all():
        entry(cycle, some, cast.youth, done="Anders.")
    page = page_of(report, client)
    assert '<details class="small"><summary>8 Sachstände wurden seither berichtigt' in page


def test_what_has_changed_costs_two_queries_for_two_and_for_twenty(
    cycle: ReportingCycle, cast: Cast, one: Recommendation, django_assert_max_num_queries: Any
) -> None:
    for number in range(2, 22):
        entry(cycle, factories.recommendation(one.goal, f"1.{number:02}", lead=cast.youth), cast.youth)
    report = released(built(cycle, cast), cast)
    for some in Recommendation.objects.all():
        entry(cycle, some, cast.youth, done="Anders.")
    everything = site(NOW)
    with django_assert_max_num_queries(2):
        assert len(since(report, everything).corrected) == 21


# A new report of a later period -------------------------------------------------------------------------------------


def test_a_new_report_does_not_move_anything_from_a_status_that_was_taken_off_the_pages(
    cast: Cast, cycle: ReportingCycle, one: Recommendation
) -> None:
    """The report before repeated it from a period before that: it holds no text of it, so it stays."""
    second = period(cycle.edition, 2025, 2026)
    run(second, one, cast.youth, state="cancelled")
    other = factories.recommendation(one.goal, "1.02", lead=cast.youth)
    entry(second, other, cast.youth, "planned")
    before = released(built(second, cast), cast)
    third = period(cycle.edition, 2027, 2028)
    entry(third, one, cast.youth, "in_progress")
    entry(third, other, cast.youth, "in_progress")

    def moves() -> list[tuple[str, list[str]]]:
        read = sources.read(third.pk, now=LATER)
        groups = content.document(read, as_of=TODAY, version=1)["changes"]["groups"]
        return [(group["from"], [item["number"] for item in group["items"]]) for group in groups]

    assert moves() == [("implemented", ["1.01"]), ("planned", ["1.02"])]
    first = StatusUpdate.objects.get(cycle=cycle)
    runs.withdraw_entry(first.pk, revision_number=1, note="War falsch.", by=cast.coordinator, now=LATER)
    before.refresh_from_db()
    assert before.is_final
    assert moves() == [("planned", ["1.02"])]
