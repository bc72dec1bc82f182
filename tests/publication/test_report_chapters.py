"""What the report says beside the entries: what moved, all measures, corrections, and what came in."""

import datetime
from typing import Any

import pytest

from concept.models import ConceptEdition
from offices.models import Office
from publication.models import ReportEdition
from publication.report import content, sources
from tests import factories
from tests.publication.conftest import entry, period, run
from workflow.models import ReportingCycle, StatusUpdate

NOW = datetime.datetime(2026, 11, 22, 9, 0, tzinfo=datetime.UTC)
TODAY = datetime.date(2026, 11, 22)

pytestmark = pytest.mark.django_db


@pytest.fixture
def youth() -> Office:
    return factories.office("51", "Jugendamt")


@pytest.fixture
def edition(youth: Office) -> ConceptEdition:
    made = factories.edition()
    goal = factories.goal(made)
    for number in ("1.01", "1.02", "1.03"):
        factories.recommendation(goal, number, lead=youth)
    return made


def document(cycle: ReportingCycle, **more: Any) -> dict[str, Any]:
    return content.document(sources.read(cycle.pk, now=NOW), as_of=TODAY, version=1, **more)


def of(edition: ConceptEdition, cycle: ReportingCycle, youth: Office, *statuses: str | None) -> None:
    for one, status in zip(edition.recommendations.order_by("number"), statuses, strict=False):
        if status:
            entry(cycle, one, youth, status, measures=("Räume", f"Kurs {one.number}"))
        else:
            run(cycle, one, youth)


def moves(made: dict[str, Any]) -> list[tuple[str, str, list[str]]]:
    return [(one["from"], one["to"], [item["number"] for item in one["items"]]) for one in made["changes"]["groups"]]


def test_the_first_report_says_nothing_of_changes(edition: ConceptEdition, youth: Office) -> None:
    cycle = period(edition, 2021, 2022)
    of(edition, cycle, youth, "planned", "planned", "planned")
    assert document(cycle)["changes"] is None


def test_without_a_final_report_changes_are_against_the_period_before(edition: ConceptEdition, youth: Office) -> None:
    of(edition, period(edition, 2021, 2022), youth, "planned", "in_progress", None)
    cycle = period(edition, 2023, 2024)
    of(edition, cycle, youth, "in_progress", "in_progress", "planned")
    changes = document(cycle)["changes"]
    assert changes["previous"] == "2021–2022"
    assert changes["intro"] == "Verglichen mit 2021–2022 hat sich der Stand von 2 Empfehlungen verändert."
    assert moves(document(cycle)) == [("planned", "in_progress", ["1.01"]), ("missing", "planned", ["1.03"])]


def test_changes_are_against_the_last_final_report_of_an_earlier_period(edition: ConceptEdition, youth: Office) -> None:
    before = period(edition, 2021, 2022)
    of(edition, before, youth, "planned", "planned", "in_progress")
    ReportEdition.objects.create(
        cycle=before, number=2, state="ready", stage="final", requested_at=NOW, built_at=NOW,
        released_at=datetime.datetime(2023, 5, 2, 9, 0, tzinfo=datetime.UTC), document=document(before),
    )  # fmt: skip
    # Corrected after the report: what readers of the report knew is what counts.
    first = edition.recommendations.get(number="1.01")
    entry(before, first, youth, "in_progress", public_note="War falsch.")
    cycle = period(edition, 2023, 2024)
    of(edition, cycle, youth, "in_progress", "planned", None)
    made = document(cycle)
    assert made["changes"]["previous"] == "Integrationsbericht 2021–2022, Version 2 vom 02.05.2023"
    assert moves(made) == [("planned", "in_progress", ["1.01"])]


@pytest.mark.parametrize("stage", ["draft", "withdrawn"])
def test_a_report_that_nobody_may_read_is_no_measure(edition: ConceptEdition, youth: Office, stage: str) -> None:
    before = period(edition, 2021, 2022)
    of(edition, before, youth, "planned", "planned", "planned")
    ReportEdition.objects.create(
        cycle=before, number=1, state="ready", stage=stage, requested_at=NOW, built_at=NOW,
        withdrawn_at=NOW, withdrawal_note="x", document=document(before),
    )  # fmt: skip
    cycle = period(edition, 2023, 2024)
    of(edition, cycle, youth, "planned", "planned", "planned")
    changes = document(cycle)["changes"]
    assert (changes["previous"], changes["groups"]) == ("2021–2022", [])
    assert changes["intro"] == "Verglichen mit 2021–2022 hat sich kein Stand verändert."


def test_measures_stand_once_with_all_their_recommendations(edition: ConceptEdition, youth: Office) -> None:
    cycle = period(edition, 2023, 2024)
    of(edition, cycle, youth, "planned", "planned", None)
    made = document(cycle)["programmes"]
    assert [(row["title"], [one["number"] for one in row["recommendations"]]) for row in made["rows"]] == [
        ("Kurs 1.01", ["1.01"]),
        ("Kurs 1.02", ["1.02"]),
        ("Räume", ["1.01", "1.02"]),
    ]
    assert made["intro"].startswith("Das sind die 3 Maßnahmen")


def test_a_report_without_measures_and_corrections_has_no_such_chapters(edition: ConceptEdition, youth: Office) -> None:
    cycle = period(edition, 2023, 2024)
    entry(cycle, edition.recommendations.get(number="1.01"), youth)
    made = document(cycle)
    assert (made["programmes"], made["corrections"], made["foreword"]) == (None, [], [])
    assert (made["change_note"], made["stage"]) == ("", "")


def test_corrections_are_told_with_their_day(edition: ConceptEdition, youth: Office) -> None:
    cycle = period(edition, 2023, 2024)
    one = edition.recommendations.get(number="1.01")
    entry(cycle, one, youth)
    entry(cycle, one, youth, public_note="Die Zahl\nstimmte nicht.")
    (told,) = document(cycle)["corrections"]
    assert told == {
        "anchor": f"r{one.pk}",
        "number": "1.01",
        "title": one.title,
        "on": "01.03.2025",
        "note": "Die Zahl stimmte nicht.",
    }


def test_what_came_in_is_counted_by_kind_and_who_was_not_asked_is_left_out(
    edition: ConceptEdition, youth: Office
) -> None:
    before = period(edition, 2021, 2022)
    of(edition, before, youth, "planned", None, None)
    StatusUpdate.objects.filter(recommendation__number="1.03").update(state="cancelled")
    cycle = period(edition, 2023, 2024)
    of(edition, cycle, youth, "planned", "planned", "planned")
    assert document(cycle)["returns"] == [
        {"label": "2021–2022", "counts": {"report": 1, "missing": 1}},
        {"label": "2023–2024", "counts": {"report": 3}},
    ]


def test_the_document_names_the_entries_that_it_holds(edition: ConceptEdition, youth: Office) -> None:
    cycle = period(edition, 2023, 2024)
    of(edition, cycle, youth, "planned", None)
    run_ = StatusUpdate.objects.get(recommendation__number="1.01")
    assert document(cycle)["entries"] == {str(run_.pk): [run_.approved_id, run_.approved_id]}


def test_the_imprint_names_the_licence(edition: ConceptEdition) -> None:
    lines = {one["label"]: one["text"] for one in document(period(edition, 2023, 2024))["imprint"]}
    assert "https://www.govdata.de/dl-de/by-2-0" in lines["Lizenz"]
