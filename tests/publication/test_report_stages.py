"""The life of a report: draft, given to the Runder Tisch, final, withdrawn; who reads it when; it never changes."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from offices.errors import DomainError
from publication.models import FileKind, ReportEdition, ReportStage
from publication.queries import reports as queries
from publication.services import report_stages, reports
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY
from tests.publication.conftest import entry, period, run
from tests.publication.stages import LATER, built, cycle, quick_files, released, shared, withdrawn
from workflow import runs
from workflow.models import Event, EventKind, ReportingCycle, StatusUpdate
from workflow.services import history

__all__ = ["cycle", "quick_files"]

# --- To the Runder Tisch ---------------------------------------------------------------------------------------------


def test_the_round_table_reads_the_draft_by_its_link_before_the_entries_are_public(
    cycle: ReportingCycle, cast: Cast, client: Client
) -> None:
    ReportingCycle.objects.update(publish_on=TODAY + datetime.timedelta(days=3650))
    report = shared(built(cycle, cast), cast)
    assert (report.stage, report.shared_by, report.shared_at) == (ReportStage.ROUND_TABLE, cast.coordinator, NOW)
    assert len(report.share_token) == 43
    address = reverse("reports:shared", args=[report.share_token])
    response = client.get(address)
    page = response.content.decode()
    assert "Das ist der Entwurf, wie ihn der Runde Tisch am 23.11.2026 bekommen hat" in page
    assert response["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert response["Cache-Control"] == "private, no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    assert not response.cookies
    # The link leads to its files, and stands nowhere else on the page.
    assert page.count(report.share_token) == len(FileKind.values)
    for ending, kind in (("pdf", "pdf"), ("docx", "docx"), ("kurz.pdf", "short_pdf"), ("html", "html")):
        answer = client.get(reverse("reports:shared-file", args=[report.share_token, ending]))
        assert answer.content.startswith(kind.encode())
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["X-Robots-Tag"].startswith("noindex")
    assert client.get(reverse("reports:shared-file", args=[report.share_token, "exe"])).status_code == 404


def test_the_list_of_reports_says_what_was_withdrawn_until_another_version_is_out(
    cycle: ReportingCycle, cast: Cast, client: Client
) -> None:
    address = reverse("publication:editions")
    assert "am 23.11.2026 zurückgezogen" not in client.get(address).content.decode()
    withdrawn(released(built(cycle, cast), cast), cast)
    page = client.get(address).content.decode()
    assert "am 23.11.2026 zurückgezogen" in page
    assert "Eine Zahl war falsch." in page
    assert "Dazu ist noch kein Bericht erschienen" not in page
    assert ".pdf" not in page
    again = released(built(cycle, cast, note="Neu geprüft."), cast)
    page = client.get(address).content.decode()
    assert reverse("publication:report", args=[again.pk]) in page
    assert "zurückgezogen" not in page.partition("<main")[2].partition("<section")[2]


def test_a_draft_that_was_withdrawn_is_nobody_elses_business(cycle: ReportingCycle, cast: Cast, client: Client) -> None:
    withdrawn(shared(built(cycle, cast), cast), cast)
    assert "Eine Zahl war falsch." not in client.get(reverse("publication:editions")).content.decode()


def test_desk_and_page_offer_the_files_in_the_same_order(cycle: ReportingCycle, cast: Cast, client: Client) -> None:
    report = shared(built(cycle, cast), cast)
    page = client.get(reverse("reports:shared", args=[report.share_token])).content.decode()
    order = ("bericht.pdf", "bericht.docx", "bericht.kurz.pdf", "bericht.html")
    assert sorted(order, key=page.index) == list(order)
    client.force_login(cast.coordinator, backend="offices.backends.OfficeBackend")
    desk = client.get(reverse("reports:list")).content.decode()
    order = tuple(reverse(f"reports:{name}", args=[report.pk]) for name in ("file", "word", "short", "html"))
    assert sorted(order, key=desk.index) == list(order)


def test_a_shared_draft_is_found_by_its_link_alone(cycle: ReportingCycle, cast: Cast, client: Client) -> None:
    report = shared(built(cycle, cast), cast)
    for address in (f"/bericht/{report.pk}/", f"/bericht/{report.pk}.pdf", "/bericht/entwurf/geraten/"):
        assert client.get(address).status_code == 404
    assert report.share_token not in client.get("/").content.decode()


def test_sharing_twice_keeps_the_link(cycle: ReportingCycle, cast: Cast) -> None:
    report = built(cycle, cast)
    first = shared(report, cast).share_token
    assert report_stages.share_report(report.pk, by=cast.reviewer, now=LATER).share_token == first
    assert Event.objects.filter(kind=EventKind.REPORT_SHARED).count() == 1


def test_an_older_draft_says_which_version_is_newer(cycle: ReportingCycle, cast: Cast, client: Client) -> None:
    first = shared(built(cycle, cast), cast)
    second = shared(built(cycle, cast, note="Neu gezählt."), cast)
    page = client.get(reverse("reports:shared", args=[first.share_token])).content.decode()
    assert "Inzwischen gibt es einen neueren Entwurf: Version 2 vom 23.11.2026." in page
    assert second.share_token not in page


def test_the_link_of_a_draft_that_became_final_leads_to_its_page(
    cycle: ReportingCycle, cast: Cast, client: Client
) -> None:
    report = shared(built(cycle, cast), cast)
    released(report, cast)
    response = client.get(reverse("reports:shared", args=[report.share_token]))
    assert response["Location"] == f"/bericht/{report.pk}/"


def test_a_withdrawn_draft_says_so_under_its_link_and_nowhere_else(
    cycle: ReportingCycle, cast: Cast, client: Client
) -> None:
    report = shared(built(cycle, cast), cast)
    withdrawn(report, cast, "Bitte nicht mehr verwenden.")
    for name, more in (("reports:shared", []), ("reports:shared-file", ["pdf"])):
        response = client.get(reverse(name, args=[report.share_token, *more]))
        assert response.status_code == 410
        assert "Bitte nicht mehr verwenden." in response.content.decode()
        assert response["Cache-Control"] == "private, no-store"
    assert client.get(f"/bericht/{report.pk}/").status_code == 404


def test_a_version_marked_as_a_draft_is_never_published(cycle: ReportingCycle, cast: Cast) -> None:
    report = built(cycle, cast, draft=True)
    assert report.document["stage"] == "Entwurf für den Runden Tisch, Stand 23.11.2026"
    shared(report, cast)
    with pytest.raises(DomainError, match="nennt sich auf ihren Seiten Entwurf"):
        released(report, cast)


# --- What stands in the way ------------------------------------------------------------------------------------------


def test_what_the_check_has_found_keeps_a_report_inside(
    cycle: ReportingCycle, cast: Cast, monkeypatch: pytest.MonkeyPatch, signed_in: Any
) -> None:
    monkeypatch.setattr(reports, "problems_of", lambda _files, _document: ["Einer Grafik fehlt der Alternativtext."])
    report = built(cycle, cast)
    assert report.problems == ["Einer Grafik fehlt der Alternativtext."]
    for give in (shared, released):
        with pytest.raises(DomainError, match="Einer Grafik fehlt der Alternativtext"):
            give(report, cast)
    page = signed_in(cast.coordinator).get("/berichte/").content.decode()
    assert "Einer Grafik fehlt der Alternativtext." in page
    assert "Version 1 veröffentlichen" not in page


def test_an_older_version_is_not_given_away_after_a_newer_one(cycle: ReportingCycle, cast: Cast) -> None:
    first, second = built(cycle, cast), built(cycle, cast)
    released(second, cast)
    for give in (shared, released):
        with pytest.raises(DomainError, match="Version 2 ist neuer"):
            give(first, cast)


def test_an_entry_that_was_taken_off_the_pages_is_not_given_away(cycle: ReportingCycle, cast: Cast) -> None:
    report = built(cycle, cast)
    StatusUpdate.objects.update(withdrawn_at=NOW, withdrawal_note="Nicht mehr richtig.")
    for give in (shared, released):
        with pytest.raises(DomainError, match="von den öffentlichen Seiten genommen"):
            give(report, cast)


def test_a_text_that_was_corrected_since_is_not_given_away(cycle: ReportingCycle, cast: Cast) -> None:
    report = built(cycle, cast)
    reported = StatusUpdate.objects.filter(approved__isnull=False).select_related("recommendation").first()
    assert reported
    entry(cycle, reported.recommendation, cast.youth, "implemented", done="Richtig sind drei.")
    for give in (shared, released):
        with pytest.raises(DomainError, match="inzwischen berichtigt"):
            give(report, cast)
    released(built(cycle, cast), cast)


def test_a_confirmed_text_that_was_corrected_since_is_not_given_away(cycle: ReportingCycle, cast: Cast) -> None:
    first = StatusUpdate.objects.get()
    later = period(cycle.edition, 2025, 2026)
    entry(later, first.recommendation, cast.youth, "implemented", kind="unchanged", confirms=first.approved, done="")
    report = built(later, cast)
    entry(cycle, first.recommendation, cast.youth, "implemented", done="Richtig sind drei.")
    for give in (shared, released):
        with pytest.raises(DomainError, match="inzwischen berichtigt"):
            give(report, cast)
    released(built(later, cast), cast)


def test_what_stood_in_a_document_before_confirmed_texts_were_named_there_is_still_compared(
    cycle: ReportingCycle, cast: Cast
) -> None:
    assert not report_stages.is_other(5, (5, 5))
    assert report_stages.is_other(5, (6, 6))


def test_an_entry_of_an_earlier_period_that_was_taken_off_the_pages_since_is_not_told_of(
    cycle: ReportingCycle, cast: Cast
) -> None:
    first = StatusUpdate.objects.get()
    later = period(cycle.edition, 2025, 2026)
    entry(later, first.recommendation, cast.youth, "made_permanent")
    report = built(later, cast)
    runs.withdraw_entry(first.pk, revision_number=1, note="War falsch.", by=cast.coordinator, now=LATER)
    for give in (shared, released):
        with pytest.raises(DomainError, match="von den öffentlichen Seiten genommen"):
            give(report, cast)
    afterwards = LATER + datetime.timedelta(hours=1)
    again = reports.request_report(later.pk, by=cast.coordinator, now=afterwards)
    reports.build_report(again.pk, now=afterwards)
    assert released(again, cast).is_final


def test_a_withdrawn_report_does_not_come_back(cycle: ReportingCycle, cast: Cast) -> None:
    report = released(built(cycle, cast), cast)
    withdrawn(report, cast)
    for give in (shared, released):
        with pytest.raises(DomainError):
            give(report, cast)


# --- Corrections -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("give", [shared, released])
def test_whoever_corrects_what_others_have_read_says_what_changes(cycle: ReportingCycle, cast: Cast, give: Any) -> None:
    built(cycle, cast)
    assert not reports.needs_change_note(cycle.pk)
    give(built(cycle, cast), cast)
    with pytest.raises(DomainError, match="was in der neuen anders ist"):
        reports.request_report(cycle.pk, by=cast.coordinator, now=NOW, change_note=" ")
    report = built(cycle, cast, note="1.01 war falsch gezählt.")
    assert (report.change_note, report.document["change_note"]) == ("1.01 war falsch gezählt.",) * 2


def test_the_new_version_says_what_changed_and_the_old_one_which_replaced_it(
    cycle: ReportingCycle, cast: Cast, client: Client
) -> None:
    first = released(built(cycle, cast), cast)
    second = released(built(cycle, cast, note="1.01 war falsch gezählt."), cast)
    old, new = (client.get(f"/bericht/{one.pk}/").content.decode() for one in (first, second))
    assert "1.01 war falsch gezählt." in new
    assert f'Diese Version wurde ersetzt durch <a href="/bericht/{second.pk}/">Version 2</a>' in old
    assert "1.01 war falsch gezählt." not in old
    assert client.get(f"/bericht/{first.pk}.pdf").status_code == 200
    assert f'href="/bericht/{second.pk}' in (home := client.get("/").content.decode())
    assert f'href="/bericht/{first.pk}' not in home


def test_after_a_correction_is_withdrawn_the_version_before_holds_again(
    cycle: ReportingCycle, cast: Cast, client: Client
) -> None:
    first = released(built(cycle, cast), cast)
    second = released(built(cycle, cast, note="Anders."), cast)
    withdrawn(second, cast)
    page = client.get(f"/bericht/{first.pk}/").content.decode()
    assert "wurde ersetzt" not in page
    assert "zurückgezogen" in page  # in the list of versions
    assert f'href="/bericht/{first.pk}' in client.get("/").content.decode()


def test_a_withdrawn_report_is_gone_with_its_reason(cycle: ReportingCycle, cast: Cast, client: Client) -> None:
    first = released(built(cycle, cast), cast)
    second = released(built(cycle, cast, note="Anders."), cast)
    withdrawn(first, cast)
    for address in ("/", ".pdf", ".docx", ".html", "/kurz.pdf"):
        response = client.get(f"/bericht/{first.pk}{address}")
        assert response.status_code == 410, address
        page = response.content.decode()
        assert "Eine Zahl war falsch." in page
        assert f'Stattdessen gilt <a href="/bericht/{second.pk}/">Version 2</a>' in page
    assert client.get(f"/en/bericht/{first.pk}/").status_code == 410


def test_a_report_is_withdrawn_once_and_with_a_reason(cycle: ReportingCycle, cast: Cast) -> None:
    report = built(cycle, cast)
    with pytest.raises(DomainError, match="nichts zurückzuziehen"):
        withdrawn(report, cast)
    released(report, cast)
    with pytest.raises(DomainError, match="warum"):
        withdrawn(report, cast, " ")
    withdrawn(report, cast)
    again = report_stages.withdraw_report(report.pk, by=cast.reviewer, note="Anders.", now=LATER)
    assert again.withdrawal_note == "Eine Zahl war falsch."
    assert Event.objects.filter(kind=EventKind.REPORT_WITHDRAWN).count() == 1
    assert list(history.verify()) == []


def test_with_an_entry_go_all_reports_that_hold_it(cycle: ReportingCycle, cast: Cast) -> None:
    first = released(built(cycle, cast), cast)
    second = shared(built(cycle, cast, note="Anders."), cast)
    built(cycle, cast, note="Noch anders.")
    run = StatusUpdate.objects.get()
    assert [one.pk for one in report_stages.reports_with([run.pk])] == [first.pk, second.pk]
    assert report_stages.reports_with([run.pk + 1]) == []
    gone = report_stages.withdraw_reports_with([run.pk], by=cast.coordinator, note="Nicht mehr richtig.", now=LATER)
    assert {one.stage for one in gone} == {ReportStage.WITHDRAWN}
    assert report_stages.reports_with([run.pk]) == []


# --- Coordinators' pages ---------------------------------------------------------------------------------------------


def test_before_a_report_is_given_away_a_page_says_what_others_will_read_and_what_is_missing(
    cycle: ReportingCycle, cast: Cast, signed_in: Any
) -> None:
    run(cycle, factories.recommendation(factories.goal(cycle.edition, number="2"), "2.01"), cast.school)
    report = built(cycle, cast)
    client = signed_in(cast.coordinator)
    for step, button in (("share", "Link holen"), ("release", "Diese Version veröffentlichen")):
        page = client.get(reverse(f"reports:{step}", args=[report.pk])).content.decode()
        assert "Sie sagt etwas zu 1 von 2 Empfehlungen." in page
        assert "Sie nennt 1 Empfehlung, zu der nichts vorliegt, mit der zuständigen Stelle." in page
        assert button in page
        assert ("Die Abfrage läuft noch" in page) == (not cycle.is_closed)
        report.refresh_from_db()
        assert report.stage == ReportStage.DRAFT


def test_the_page_before_publishing_gives_the_reason_instead_of_a_button_when_it_cannot_be(
    cycle: ReportingCycle, cast: Cast, signed_in: Any
) -> None:
    report = built(cycle, cast)
    ReportingCycle.objects.filter(pk=cycle.pk).update(publish_on=datetime.date(2099, 3, 1))
    page = signed_in(cast.coordinator).get(reverse("reports:release", args=[report.pk])).content.decode()
    assert "So lange wartet auch der Bericht." in page
    assert "Diese Version veröffentlichen</span>" not in page


def test_the_first_report_is_not_asked_what_is_different_in_it(
    cycle: ReportingCycle, cast: Cast, signed_in: Any
) -> None:
    client, question = signed_in(cast.coordinator), "Was ist in dieser Version anders?"
    assert question not in client.get(reverse("reports:request", args=[cycle.pk])).content.decode()
    built(cycle, cast)
    assert question in client.get(reverse("reports:request", args=[cycle.pk])).content.decode()


def test_a_coordinator_shares_publishes_corrects_and_withdraws_on_the_page_of_reports(
    cycle: ReportingCycle, cast: Cast, signed_in: Any
) -> None:
    report = built(cycle, cast)
    client = signed_in(cast.coordinator)
    page = client.post(reverse("reports:share", args=[report.pk]), follow=True).content.decode()
    report.refresh_from_db()
    assert f"http://testserver/bericht/entwurf/{report.share_token}/" in page
    client.post(reverse("reports:release", args=[report.pk]))
    asked = client.post(reverse("reports:request", args=[cycle.pk]))
    assert "Was ist in dieser Version anders?" in asked.content.decode()
    refused = client.post(reverse("reports:request", args=[cycle.pk]), {"purpose": "final", "change_note": ""})
    assert refused.status_code == 422
    client.post(reverse("reports:request", args=[cycle.pk]), {"purpose": "final", "change_note": "Neu gezählt."})
    second = ReportEdition.objects.get(number=2)
    assert (second.change_note, second.is_marked_draft) == ("Neu gezählt.", False)
    assert client.post(reverse("reports:withdraw", args=[report.pk]), {"note": ""}).status_code == 422
    page = client.post(reverse("reports:withdraw", args=[report.pk]), {"note": "Falsch."}, follow=True)
    assert "Zurückgezogen am" in page.content.decode()
    report.refresh_from_db()
    assert report.is_withdrawn


def test_the_page_of_a_report_costs_the_same_number_of_queries_for_two_and_for_twenty_versions(
    cycle: ReportingCycle, cast: Cast, client: Client, django_assert_max_num_queries: Any
) -> None:
    first = released(built(cycle, cast), cast)
    for number in range(2, 20):
        released(built(cycle, cast, note=f"Version {number}"), cast)
    with django_assert_max_num_queries(12):
        client.get(f"/bericht/{first.pk}/")
    report = queries.report_head(first.pk)
    assert report is not None
    with django_assert_max_num_queries(2):
        assert len(queries.report_page(report).versions) == 19
