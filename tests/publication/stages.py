"""Reports in each stage of their life, with files that are quick to make."""

import datetime
from typing import Any

import pytest

from publication.models import FileKind, ReportEdition
from publication.report import files
from publication.services import report_stages, reports
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY
from tests.publication.conftest import entry, period
from workflow.models import ReportingCycle

LATER = NOW + datetime.timedelta(hours=2)


@pytest.fixture(autouse=True)
def quick_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make files that say what they are, instead of setting them."""

    def made(document: dict[str, Any], *, checksum: str, begin: Any = None) -> dict[str, bytes]:
        for kind in FileKind.values:
            if begin:
                begin(kind)
        return {kind: f"{kind} {document['version']} {checksum}".encode() for kind in FileKind.values}

    monkeypatch.setattr(files, "all_of", made)
    monkeypatch.setattr(reports, "charts_of", lambda _document: [])
    monkeypatch.setattr(reports, "problems_of", lambda _files, _document: [])


@pytest.fixture
def cycle(cast: Cast) -> ReportingCycle:
    edition = factories.edition()
    goal = factories.goal(edition)
    made = period(edition, 2023, 2024)
    entry(made, factories.recommendation(goal, "1.01", lead=cast.youth), cast.youth, "implemented")
    return made


def built(cycle: ReportingCycle, cast: Cast, *, note: str = "", draft: bool = False) -> ReportEdition:
    report = reports.request_report(cycle.pk, by=cast.coordinator, now=NOW, change_note=note, is_marked_draft=draft)
    # Where tests commit, it is built by now.
    reports.build_report(report.pk, now=NOW)
    report.refresh_from_db()
    assert report.is_ready, report.error
    return report


def shared(report: ReportEdition, cast: Cast) -> ReportEdition:
    return report_stages.share_report(report.pk, by=cast.coordinator, now=NOW)


def released(report: ReportEdition, cast: Cast) -> ReportEdition:
    return report_stages.release_report(report.pk, by=cast.coordinator, now=LATER, today=TODAY)


def withdrawn(report: ReportEdition, cast: Cast, note: str = "Eine Zahl war falsch.") -> ReportEdition:
    return report_stages.withdraw_report(report.pk, by=cast.coordinator, note=note, now=LATER)
