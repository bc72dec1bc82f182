"""A finished report stands for ever: no service, page or query changes it, and two people at once act in one order."""

import threading
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from offices.errors import DomainError
from publication.models import ReportEdition, ReportFile
from publication.models.frozen import WrittenOnceError
from publication.report import content, files
from publication.services import report_stages, reports
from tests.conftest import Cast
from tests.factories import NOW
from tests.publication.stages import LATER, built, cycle, quick_files, released, shared, withdrawn
from workflow.models import Event, EventKind, ReportingCycle
from workflow.services import history

__all__ = ["cycle", "quick_files"]

# --- Frozen ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("give", [lambda report, _cast: report, shared, released])
def test_nothing_changes_a_finished_report(cycle: ReportingCycle, cast: Cast, give: Any, signed_in: Any) -> None:
    report = built(cycle, cast)
    give(report, cast)
    report.refresh_from_db()
    before, files_before = content.checksum(report.document), list(report.files.values_list("kind", "sha256"))

    report.document["title"] = "Anders"
    with pytest.raises(WrittenOnceError):
        report.save()
    with pytest.raises(WrittenOnceError):
        report.save(update_fields=["document"])
    with pytest.raises(WrittenOnceError):
        report.delete()
    for values in ({"document": {}}, {"document_sha256": "0"}, {"change_note": "x"}, {"state": "requested"}):
        with pytest.raises(WrittenOnceError):
            ReportEdition.objects.filter(pk=report.pk).update(**values)
    with pytest.raises(WrittenOnceError), transaction.atomic():
        ReportEdition.objects.bulk_update([report], ["document"])
    with pytest.raises(WrittenOnceError):
        ReportEdition.objects.all().delete()

    file = ReportFile.objects.filter(edition=report)[0]
    file.content = b"anders"
    with pytest.raises(WrittenOnceError):
        file.save()
    with pytest.raises(WrittenOnceError):
        file.delete()
    with pytest.raises(WrittenOnceError):
        report.files.update(content=b"anders")
    with pytest.raises(WrittenOnceError):
        report.files.all().delete()

    assert not reports.build_report(report.pk, now=LATER)
    assert reports.finish_reports(now=LATER) == 0
    change = reverse("admin:publication_reportedition_change", args=[report.pk])
    assert signed_in(cast.coordinator).post(change, {"number": "7", "document": "{}"}).status_code == 403

    kept = ReportEdition.objects.get(pk=report.pk)
    assert (content.checksum(kept.document), kept.document_sha256) == (before, before)
    assert list(kept.files.values_list("kind", "sha256")) == files_before
    assert all(files.checksum(bytes(one.content)) == one.sha256 for one in kept.files.all())


def test_both_checksums_stand_on_the_page(cycle: ReportingCycle, cast: Cast, client: Client) -> None:
    report = released(built(cycle, cast), cast)
    page = client.get(f"/bericht/{report.pk}/").content.decode()
    assert report.document_sha256 in page
    for file in report.files.all():
        assert file.sha256 in page
        assert report.document_sha256.encode() in bytes(file.content)


def test_progress_is_said_step_by_step(
    cycle: ReportingCycle, cast: Cast, monkeypatch: pytest.MonkeyPatch, signed_in: Any
) -> None:
    report = reports.request_report(cycle.pk, by=cast.coordinator, now=NOW)
    client = signed_in(cast.coordinator)
    seen: list[str] = []

    def look(_files: object, _document: object) -> list[str]:
        seen.append(client.get("/berichte/").content.decode())
        return []

    monkeypatch.setattr(reports, "problems_of", look)
    reports.build_report(report.pk, now=NOW)
    assert "Version 1 wird erstellt: alles wird auf Barrierefreiheit geprüft." in seen[0]
    assert 'value="90"' in seen[0]
    report.refresh_from_db()
    assert report.progress == 100


def test_files_are_named_and_typed(cycle: ReportingCycle, cast: Cast, client: Client) -> None:
    report = released(built(cycle, cast), cast)
    word = client.get(f"/bericht/{report.pk}.docx")
    assert word["Content-Disposition"] == 'attachment; filename="integrationsbericht-2023-2024-v1.docx"'
    assert word["Content-Type"].endswith("wordprocessingml.document")
    short = client.get(f"/bericht/{report.pk}/kurz.pdf")
    assert short["Content-Disposition"] == 'inline; filename="integrationsbericht-2023-2024-v1-kurz.pdf"'
    assert client.get(f"/bericht/{report.pk}.html")["Content-Disposition"].startswith("attachment")
    assert client.get(f"/bericht/{report.pk}/kurz.pdf", headers={"if-none-match": short["ETag"]}).status_code == 304


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_coordinators_at_once_share_a_report_once(cycle: ReportingCycle, cast: Cast) -> None:
    report = built(cycle, cast)
    tokens: list[str] = []

    def share() -> None:
        tokens.append(report_stages.share_report(report.pk, by=cast.coordinator, now=NOW).share_token)
        connection.close()

    people = [threading.Thread(target=share) for _ in range(4)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert len(tokens) == 4
    assert len(set(tokens)) == 1
    assert Event.objects.filter(kind=EventKind.REPORT_SHARED).count() == 1
    assert list(history.verify()) == []


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_publishing_and_withdrawing_at_once_end_in_one_order(cycle: ReportingCycle, cast: Cast) -> None:
    report = shared(built(cycle, cast), cast)

    def quietly(what: Any) -> None:
        try:
            what(report, cast)
        except DomainError:
            pass
        finally:
            connection.close()

    people = [threading.Thread(target=quietly, args=[what]) for what in (released, withdrawn, released, withdrawn)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    report.refresh_from_db()
    assert report.is_withdrawn
    assert Event.objects.filter(kind=EventKind.REPORT_WITHDRAWN).count() == 1
    assert list(history.verify()) == []
