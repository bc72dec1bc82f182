"""Report editions: requested, built once, released when the entries are public, and read by everybody then."""

import datetime
import hashlib
from typing import Any

import brotli
import pytest
from django.contrib.messages import get_messages
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.http import http_date

from offices.errors import DomainError
from publication.models import FileKind, ReportEdition, ReportFile, ReportStage, ReportState
from publication.queries import reports as queries
from publication.report import build, content, files
from publication.services import reports
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY
from tests.publication.conftest import entry, period, run
from workflow.models import Event, EventKind, ReportingCycle
from workflow.services import history

LATER = NOW + datetime.timedelta(minutes=20)


@pytest.fixture
def cycle(cast: Cast) -> ReportingCycle:
    edition = factories.edition()
    goal = factories.goal(edition)
    made = period(edition, 2023, 2024)
    entry(made, factories.recommendation(goal, "1.01", lead=cast.youth), cast.youth, "implemented")
    run(made, factories.recommendation(goal, "1.02", lead=cast.school), cast.school)
    return made


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Replace the typesetting by something quick and remember what was set."""
    seen: list[dict[str, Any]] = []

    def one(_kind: str, document: dict[str, Any], *, checksum: str) -> bytes:
        seen.append(document)
        return b"%PDF-1.7 " + document["version"].encode()

    monkeypatch.setattr(files, "MADE", ("pdf",))
    monkeypatch.setattr(files, "one", one)
    monkeypatch.setattr(reports, "problems_of", lambda _files, _document: [])
    monkeypatch.setattr(reports, "charts_of", lambda _document: [])
    return seen


def built(cycle: ReportingCycle, cast: Cast) -> ReportEdition:
    report = reports.request_report(cycle.pk, by=cast.coordinator, now=NOW)
    reports.build_report(report.pk, now=NOW)
    report.refresh_from_db()
    return report


# --- Building --------------------------------------------------------------------------------------------------------


def test_a_report_is_built_numbered_and_recorded(cycle: ReportingCycle, cast: Cast) -> None:
    report = built(cycle, cast)
    file = queries.report_file(report.pk)
    assert file is not None
    assert (report.number, report.state, report.built_at) == (1, ReportState.READY, NOW)
    assert file.sha256 == hashlib.sha256(file.content).hexdigest()
    assert file.size == len(file.content)
    assert report.document_sha256 == content.checksum(report.document)
    assert report.document["version"] == "Version 1"
    event = Event.objects.get(kind=EventKind.REPORT_BUILT)
    assert (event.actor, event.data["content"]) == (cast.coordinator, report.document_sha256)
    assert event.data["files"] == dict(report.files.values_list("kind", "sha256"))
    assert event.data["files"]["pdf"] == file.sha256
    assert list(history.verify()) == []


def test_two_clicks_build_one_report(cycle: ReportingCycle, cast: Cast, quick: list[Any]) -> None:
    first = reports.request_report(cycle.pk, by=cast.coordinator, now=NOW)
    assert reports.request_report(cycle.pk, by=cast.coordinator, now=NOW) == first
    assert reports.build_report(first.pk, now=NOW)
    assert not reports.build_report(first.pk, now=NOW)
    assert len(quick) == 1
    assert ReportEdition.objects.count() == 1


def test_the_database_keeps_a_second_build_of_a_cycle_away(cycle: ReportingCycle) -> None:
    ReportEdition.objects.create(cycle=cycle, number=1, requested_at=NOW)
    with pytest.raises(IntegrityError):
        ReportEdition.objects.create(cycle=cycle, number=2, requested_at=NOW)


def test_a_report_is_built_after_the_commit(
    cycle: ReportingCycle, cast: Cast, quick: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        report = reports.request_report(cycle.pk, by=cast.coordinator, now=NOW)
        assert quick == []
    report.refresh_from_db()
    assert report.is_ready


def test_each_build_is_a_new_version(cycle: ReportingCycle, cast: Cast, quick: list[Any]) -> None:
    assert [built(cycle, cast).number for _ in range(3)] == [1, 2, 3]


def test_a_failed_build_says_so_and_is_tried_again_under_its_number(
    cycle: ReportingCycle, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_kind: str, _document: dict[str, Any], *, checksum: str) -> bytes:
        raise build.BuildError("no font")

    with monkeypatch.context() as patch:
        patch.setattr(files, "one", broken)
        report = built(cycle, cast)
    assert (report.state, report.error) == (ReportState.FAILED, "no font")
    again = built(cycle, cast)
    assert (again.pk, again.number, again.state, again.error) == (report.pk, 1, ReportState.READY, "")


def test_what_a_dead_worker_left_behind_is_built_by_the_sweep(
    cycle: ReportingCycle, cast: Cast, quick: list[Any]
) -> None:
    report = reports.request_report(cycle.pk, by=cast.coordinator, now=NOW)
    ReportEdition.objects.update(state=ReportState.BUILDING, claimed_at=NOW)
    assert reports.finish_reports(now=NOW) == 0
    assert reports.finish_reports(now=LATER) == 1
    assert reports.finish_reports(now=LATER) == 0
    report.refresh_from_db()
    assert report.is_ready


def test_a_build_that_was_taken_over_does_not_overwrite(
    cycle: ReportingCycle, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = reports.request_report(cycle.pk, by=cast.coordinator, now=NOW)

    def slow(_kind: str, _document: dict[str, Any], *, checksum: str) -> bytes:
        ReportEdition.objects.filter(pk=report.pk).update(claimed_at=LATER)
        return b"too late"

    monkeypatch.setattr(files, "one", slow)
    assert not reports.build_report(report.pk, now=NOW)
    report.refresh_from_db()
    assert (report.state, report.files.count()) == (ReportState.BUILDING, 0)


def test_a_planned_cycle_has_nothing_to_report_on(cast: Cast) -> None:
    planned = factories.cycle(factories.edition())
    with pytest.raises(DomainError):
        reports.request_report(planned.pk, by=cast.coordinator, now=NOW)


def test_building_costs_the_same_number_of_queries_for_two_and_for_twenty(
    cycle: ReportingCycle, cast: Cast, quick: list[Any]
) -> None:
    def queries_of_a_build() -> int:
        with CaptureQueriesContext(connection) as captured:
            built(cycle, cast)
        return len(captured)

    few = queries_of_a_build()
    for index in range(20):
        one = factories.recommendation(factories.goal(cycle.edition, "2", f"2.{index}"), f"2.{index}", lead=cast.youth)
        entry(cycle, one, cast.youth, measures=("Eins", "Zwei"))
    assert queries_of_a_build() == few


# --- Releasing -------------------------------------------------------------------------------------------------------


def test_a_release_is_recorded_once(cycle: ReportingCycle, cast: Cast, quick: list[Any]) -> None:
    report = built(cycle, cast)
    reports.release_report(report.pk, by=cast.coordinator, now=NOW, today=TODAY)
    reports.release_report(report.pk, by=cast.coordinator, now=LATER, today=TODAY)
    report.refresh_from_db()
    assert (report.released_at, report.released_by) == (NOW, cast.coordinator)
    assert Event.objects.filter(kind=EventKind.REPORT_RELEASED).count() == 1


def test_a_report_waits_for_the_day_on_which_its_entries_are_public(
    cycle: ReportingCycle, cast: Cast, quick: list[Any]
) -> None:
    cycle.publish_on = TODAY + datetime.timedelta(days=1)
    cycle.save()
    report = built(cycle, cast)
    with pytest.raises(DomainError):
        reports.release_report(report.pk, by=cast.coordinator, now=NOW, today=TODAY)
    reports.release_report(report.pk, by=cast.coordinator, now=NOW, today=cycle.publish_on)


def test_an_unfinished_report_is_not_released(cycle: ReportingCycle, cast: Cast) -> None:
    report = reports.request_report(cycle.pk, by=cast.coordinator, now=NOW)
    with pytest.raises(DomainError):
        reports.release_report(report.pk, by=cast.coordinator, now=NOW, today=TODAY)


# --- Pages -----------------------------------------------------------------------------------------------------------

READERS_OF_DRAFTS = {"coordinator", "reviewer", "own_reviewer"}


@pytest.mark.parametrize(
    "who",
    ["", "stranger", "reader", "clerk", "head", "administrator", "reviewer", "own_reviewer", "coordinator"],
)
def test_before_its_release_only_the_working_group_reads_a_report(
    cycle: ReportingCycle, cast: Cast, quick: list[Any], client: Client, who: str
) -> None:
    report = built(cycle, cast)
    if who:
        client.force_login(getattr(cast, who), backend="offices.backends.OfficeBackend")
    address = reverse("reports:file", args=[report.pk])
    assert client.get(address).status_code == (200 if who in READERS_OF_DRAFTS else 404)
    reports.release_report(report.pk, by=cast.coordinator, now=NOW, today=TODAY)
    assert client.get(address).status_code == 200


def test_the_file_is_shown_in_the_browser_and_fetched_once(
    cycle: ReportingCycle, cast: Cast, quick: list[Any], client: Client
) -> None:
    report = built(cycle, cast)
    reports.release_report(report.pk, by=cast.coordinator, now=NOW, today=TODAY)
    response = client.get(f"/bericht/{report.pk}.pdf")
    assert response.content == b"%PDF-1.7 Version 1"
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="integrationsbericht-2023-2024-v1.pdf"'
    assert response["ETag"] == f'"{report.files.get().sha256}"'
    assert response["Cache-Control"] == "public, no-cache"
    assert "Content-Security-Policy" not in response
    assert not response.cookies
    again = client.get(f"/bericht/{report.pk}.pdf", headers={"if-none-match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("name", ["if-none-match", "if-modified-since"])
def test_an_unchanged_file_costs_one_query_and_its_content_is_not_read(
    cycle: ReportingCycle, cast: Cast, quick: list[Any], client: Client, name: str
) -> None:
    report = built(cycle, cast)
    reports.release_report(report.pk, by=cast.coordinator, now=NOW, today=TODAY)
    first = client.get(f"/bericht/{report.pk}.pdf")
    assert first["Last-Modified"] == http_date(NOW.timestamp())
    known = first["ETag"] if name == "if-none-match" else first["Last-Modified"]
    with CaptureQueriesContext(connection) as queries:
        again = client.get(f"/bericht/{report.pk}.pdf", headers={name: known})
    assert again.status_code == 304
    for header in ("ETag", "Last-Modified", "Cache-Control", "Vary"):
        assert again[header] == first[header]
    assert len(queries) == 1, queries.captured_queries
    assert '"content"' not in queries[0]["sql"]


def test_a_withdrawn_file_is_gone_for_those_who_have_it_too(
    cycle: ReportingCycle, cast: Cast, quick: list[Any], client: Client
) -> None:
    report = built(cycle, cast)
    reports.release_report(report.pk, by=cast.coordinator, now=NOW, today=TODAY)
    known = client.get(f"/bericht/{report.pk}.pdf")
    ReportEdition.objects.filter(pk=report.pk).update(
        stage=ReportStage.WITHDRAWN, withdrawn_at=NOW, withdrawal_note="Zahlen waren falsch."
    )
    for headers in ({"if-none-match": known["ETag"]}, {"if-modified-since": known["Last-Modified"]}):
        assert client.get(f"/bericht/{report.pk}.pdf", headers=headers).status_code == 410


def test_the_web_page_of_a_report_is_sent_compressed_and_its_pdf_as_it_is(
    cycle: ReportingCycle, cast: Cast, quick: list[Any], client: Client
) -> None:
    report = built(cycle, cast)
    reports.release_report(report.pk, by=cast.coordinator, now=NOW, today=TODAY)
    html = b"<p>Bericht</p>" * 99
    ReportFile.objects.create(edition=report, kind=FileKind.HTML, content=html, sha256="0" * 64, size=len(html))
    plain, br = (
        client.get(f"/bericht/{report.pk}.html", headers={"accept-encoding": accepted}) for accepted in ("", "br, gzip")
    )
    assert (plain.content, brotli.decompress(br.content)) == (html, html)
    assert (plain.get("Content-Encoding"), br["Content-Encoding"]) == (None, "br")
    assert plain["ETag"] != br["ETag"]
    assert "Accept-Encoding" in br["Vary"]
    again = client.get(f"/bericht/{report.pk}.html", headers={"accept-encoding": "br", "if-none-match": br["ETag"]})
    assert again.status_code == 304
    assert "Content-Encoding" not in client.get(f"/bericht/{report.pk}.pdf", headers={"accept-encoding": "br"})


def test_a_draft_is_kept_out_of_shared_caches(
    cycle: ReportingCycle, cast: Cast, quick: list[Any], signed_in: Any
) -> None:
    response = signed_in(cast.coordinator).get(f"/bericht/{built(cycle, cast).pk}.pdf")
    assert response["Cache-Control"] == "private, no-cache"


def test_an_unfinished_report_has_no_file(cycle: ReportingCycle, cast: Cast, signed_in: Any) -> None:
    report = reports.request_report(cycle.pk, by=cast.coordinator, now=NOW)
    client = signed_in(cast.coordinator)
    assert client.get(f"/bericht/{report.pk}.pdf").status_code == 404
    assert client.post(reverse("reports:release", args=[report.pk])).status_code == 404


def test_a_coordinator_builds_and_releases_a_report_on_one_page(
    cycle: ReportingCycle, cast: Cast, quick: list[Any], signed_in: Any, django_capture_on_commit_callbacks: Any
) -> None:
    client = signed_in(cast.coordinator)
    page = client.get("/berichte/").content.decode()
    assert "Zu 1 von 2 Empfehlungen liegt ein freigegebener Sachstand vor, zu 1 nicht." in page
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("reports:request", args=[cycle.pk]))
    page = client.get("/berichte/").content.decode()
    assert "PDF (" in page
    assert "Entwurf für die Arbeitsgruppe, nicht öffentlich" in page
    response = client.post(reverse("reports:release", args=[ReportEdition.objects.get().pk]), follow=True)
    assert "ist jetzt öffentlich" in response.content.decode()
    assert "öffentlich seit" in response.content.decode()


def test_the_page_looks_again_while_a_report_is_being_built(cycle: ReportingCycle, cast: Cast, signed_in: Any) -> None:
    reports.request_report(cycle.pk, by=cast.coordinator, now=NOW)
    client = signed_in(cast.coordinator)
    page = client.get("/berichte/").content.decode()
    assert "Version 1 wird erstellt: sie wartet, bis sie an der Reihe ist" in page
    assert '<progress class="progress" max="100" value="0"' in page
    assert 'hx-get="/berichte/"' in page
    part = client.get("/berichte/", headers={"hx-request": "true"}).content.decode()
    assert "Version 1 wird erstellt" in part
    assert "<html" not in part


def test_the_page_says_from_when_a_report_can_be_published(
    cycle: ReportingCycle, cast: Cast, quick: list[Any], signed_in: Any
) -> None:
    cycle.publish_on = datetime.date(2099, 3, 1)
    cycle.save()
    report = built(cycle, cast)
    client = signed_in(cast.coordinator)
    assert "Lässt sich ab 01.03.2099 veröffentlichen" in client.get("/berichte/").content.decode()
    response = client.post(reverse("reports:release", args=[report.pk]))
    assert "So lange wartet auch der Bericht." in str(next(iter(get_messages(response.wsgi_request))))


def test_the_page_costs_the_same_number_of_queries_for_two_and_for_twenty_reports(
    cycle: ReportingCycle, cast: Cast, quick: list[Any], signed_in: Any
) -> None:
    client = signed_in(cast.coordinator)
    for _ in range(2):
        built(cycle, cast)
    with CaptureQueriesContext(connection) as few:
        client.get("/berichte/")
    for first in range(2001, 2019):
        built(period(cycle.edition, first, first), cast)
    with CaptureQueriesContext(connection) as many:
        client.get("/berichte/")
    assert len(many) == len(few)
    assert not any('"publication_reportedition"."content"' in query["sql"] for query in many.captured_queries)


def test_an_unknown_cycle_is_not_found(cast: Cast, signed_in: Any) -> None:
    assert signed_in(cast.coordinator).post(reverse("reports:request", args=[999])).status_code == 404
