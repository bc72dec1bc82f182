"""Corrected entries say so to visitors; a cancelled request is no gap that anybody is blamed for."""

import datetime

import pytest
from django.test import Client

from concept.models import Recommendation
from publication.report import content, sources
from tests import factories
from tests.conftest import Cast
from tests.publication.conftest import NOW, entry, period, run
from workflow import published
from workflow.models import ReportingCycle, Review, UpdateState
from workflow.queries import cycles
from workflow.queries.threads import staff_threads

NOTE = "Es sind sechs Elterncafés, nicht sieben."
PAGE = "/konzept/heute/empfehlung/1.1.1/"


@pytest.fixture
def one(cast: Cast) -> Recommendation:
    return factories.recommendation(factories.goal(factories.edition(slug="heute")), lead=cast.youth)


@pytest.fixture
def cycle(one: Recommendation) -> ReportingCycle:
    return period(one.edition, 2023, 2024)


def report_of(cycle: ReportingCycle) -> dict[str, object]:
    read = sources.read(cycle.pk, now=NOW)
    return content.document(read, as_of=datetime.date(2026, 11, 22), version=1)


def recommendation_in(report: dict[str, object]) -> dict[str, object]:
    return report["fields"][0]["goals"][0]["recommendations"][0]  # type: ignore[index, no-any-return]


def test_visitors_read_when_and_what_was_corrected(
    client: Client, cast: Cast, one: Recommendation, cycle: ReportingCycle
) -> None:
    entry(cycle, one, cast.youth, done="Sieben Elterncafés.")
    assert "Berichtigt am" not in client.get(PAGE).content.decode()
    entry(cycle, one, cast.youth, done="Sechs Elterncafés.", public_note=NOTE)
    page = client.get(PAGE).content.decode()
    assert "Berichtigt am 01.03.2025:" in page
    assert NOTE in page
    assert "Sieben Elterncafés." not in page
    assert recommendation_in(report_of(cycle))["approved"] == f"Berichtigt am 01.03.2025: {NOTE}"


def test_an_earlier_note_does_not_vanish_with_a_later_correction(
    client: Client, cast: Cast, one: Recommendation, cycle: ReportingCycle
) -> None:
    first = entry(cycle, one, cast.youth, public_note="Das Jahr war falsch.")
    entry(cycle, one, cast.youth, approved=False, public_note="Das hat niemand freigegeben.")
    decided = datetime.datetime(2025, 2, 1, 11, 0, tzinfo=datetime.UTC)
    Review.objects.create(revision=first, decision="approved", decided_by=cast.reviewer, decided_at=decided)
    entry(cycle, one, cast.youth, done="Sechs Elterncafés.", public_note=NOTE)
    page = client.get(PAGE).content.decode()
    assert page.index("Berichtigt am 01.03.2025:") < page.index("Berichtigt am 01.02.2025:")
    assert "Das Jahr war falsch." in page
    assert "Das hat niemand freigegeben." not in page
    said = f"Berichtigt am 01.03.2025: {NOTE} Berichtigt am 01.02.2025: Das Jahr war falsch."
    assert recommendation_in(report_of(cycle))["approved"] == said


def test_a_correction_under_way_is_not_public(
    client: Client, cast: Cast, one: Recommendation, cycle: ReportingCycle
) -> None:
    entry(cycle, one, cast.youth, done="Sieben Elterncafés.")
    entry(cycle, one, cast.youth, approved=False, done="Sechs Elterncafés.", public_note=NOTE)
    page = client.get(PAGE).content.decode()
    assert "Sieben Elterncafés." in page
    assert NOTE not in page
    assert "Sechs Elterncafés." not in page


def test_a_cancelled_request_is_no_missing_return(
    client: Client, cast: Cast, one: Recommendation, cycle: ReportingCycle
) -> None:
    before = period(one.edition, 2021, 2022)
    entry(before, one, cast.youth, "implemented")
    run(cycle, one, cast.youth, state=UpdateState.CANCELLED)
    page = client.get(PAGE).content.decode()
    assert "2021–2022 umgesetzt" in page
    assert "2023–2024 keine Meldung" not in page
    assert "hat das zuständige Amt nichts gemeldet" not in page
    steps = staff_threads([one.pk])[one.pk]
    assert [(step.period, step.status) for step in steps] == [("2021–2022", "implemented")]


def test_the_report_does_not_count_a_cancelled_request(cast: Cast, one: Recommendation, cycle: ReportingCycle) -> None:
    run(cycle, one, cast.youth, state=UpdateState.CANCELLED)
    other = factories.recommendation(one.goal, "1.1.2", lead=cast.school)
    run(cycle, other, cast.school)
    figures = published.report_cycles(cycle.pk)[0]
    assert (figures.total, figures.without_entry) == (1, 1)
    assert [missing.recommendation_id for missing in published.missing_returns(cycle.pk)] == [other.pk]
    report = report_of(cycle)
    shown = recommendation_in(report)
    assert (shown["kind"], shown["status"]) == ("left_out", "open")
    assert shown["note"] == ["Nach dieser Empfehlung wurde in diesem Zeitraum nicht gefragt."]
    assert [group["office"] for group in report["missing"]["groups"]] == [cast.school.label]  # type: ignore[index]
    progress = cycles.progress(cycle, datetime.date(2026, 11, 22))
    assert (progress.total, progress.missing) == (1, 1)
