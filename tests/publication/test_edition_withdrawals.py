"""The publication of an edition of the concept is taken back: nothing of it is read any more, and a note says why."""

import datetime
import json
import re
from pathlib import Path

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from concept.importing.trees import HistoryEntry
from concept.models import ConceptEdition
from offices.errors import DomainError
from publication.models import ReportStage
from publication.report.printed import recommendations
from publication.services import report_stages
from publication.site import version
from tests.conftest import Cast
from tests.publication import exported
from tests.publication.conftest import NOW, entry, period, run
from tests.publication.taken_back import CONTENT, LATER, NOTE, cycle, new, old, publish, take_back
from tests.publication.test_withdrawals import built
from workflow import runs
from workflow.models import Event, EventKind, ReportingCycle, StatusUpdate
from workflow.services import history
from workflow.services.history_import import HistoryPlan, PlannedEntry, apply_history

pytestmark = pytest.mark.django_db

__all__ = ["cycle", "new", "old"]

ADDRESSES = (
    "/konzept/neu/", "/konzept/neu/?q=raum", "/en/konzept/neu/", "/konzept/neu/feld/1/",
    "/konzept/neu/feld/1/ziel/1.1/", "/konzept/neu/empfehlung/N1/", "/en/konzept/neu/empfehlung/N1/",
    "/rueckmeldung/neu/N1/", "/rueckmeldung/danke/neu/N1/", "/einbetten/feld/neu/1/", "/einbetten/feld/neu/1.fragment",
    "/einbetten/empfehlung/neu/N1/", "/einbetten/empfehlung/neu/N1.fragment", "/daten/neu/empfehlungen.csv",
    "/daten/neu/alles.xlsx", "/feed/neu/1.atom", "/api/v1/editions/neu", "/api/v1/editions/neu/recommendations/N1",
)  # fmt: skip


# --- What visitors read -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_address_of_the_edition_says_that_it_is_gone_and_why_until_it_is_back(
    client: Client, new: ConceptEdition, cast: Cast, address: str
) -> None:
    before = client.get(address)
    assert before.status_code == 200
    take_back(new, cast)
    known = {"if-none-match": before["ETag"]} if before.has_header("ETag") else {}
    gone = client.get(address, headers=known)
    assert gone.status_code == 410
    words = gone.content.decode()
    assert NOTE in words
    assert "Fortschreibung" in words
    assert not [word for word in CONTENT if word in words]
    assert "public" not in gone.get("Cache-Control", "").replace("no-cache", "")
    publish(new, cast, LATER + datetime.timedelta(hours=1))
    again = client.get(address)
    assert again.status_code == 200
    assert NOTE not in again.content.decode(errors="replace")


@pytest.mark.parametrize("address", ["/konzept/unbekannt/", "/daten/unbekannt/empfehlungen.csv", "/feed/nie/1.atom"])
def test_what_never_was_stays_unknown(client: Client, new: ConceptEdition, cast: Cast, address: str) -> None:
    take_back(new, cast)
    assert client.get(address).status_code == 404


def traces(answer: HttpResponse) -> list[str]:
    """Return what an answer says of the edition: its words, its addresses, its recommendation and its period."""
    said = answer.content.decode()
    if "json" in answer["Content-Type"]:
        said = json.dumps(json.loads(said), ensure_ascii=False)
    words = (*CONTENT, "/konzept/neu/feld", "/konzept/neu/empfehlung", '"N1"', "2021–2022", "2021-01-01")
    return [word for word in words if word in said]


@pytest.mark.parametrize(
    "address",
    [
        "/", "/en/", "/konzept/", "/massnahmen/", "/aemter/", "/suche/?q=raum", "/feed.atom", "/sitemap.xml",
        "/konzept/konzept-2012/empfehlung/O1/", "/einbetten/uebersicht/", "/daten/empfehlungen.csv",
        "/daten/ueberleitung.csv", "/daten/sachstaende.csv", "/daten/fassungen.csv", "/api/v1/recommendations",
        "/api/v1/entries", "/api/v1/changes", "/api/v1/crosswalk", "/api/v1/measures", "/api/v1/periods",
    ],
)  # fmt: skip
def test_nothing_of_it_stands_anywhere_else_and_everything_does_again(
    client: Client, new: ConceptEdition, cast: Cast, address: str
) -> None:
    shown = client.get(address)
    before = traces(shown)
    assert before, "the page says nothing of it even now"
    take_back(new, cast)
    gone = client.get(address, headers={"if-none-match": shown["ETag"]})
    assert gone.status_code == 200
    assert traces(gone) == []
    publish(new, cast)
    again = client.get(address, headers={"if-none-match": gone["ETag"]})
    assert again.status_code == 200
    assert traces(again) == before


def test_news_of_a_year_in_which_nothing_else_happened_are_gone_with_the_year(
    client: Client, new: ConceptEdition, cast: Cast
) -> None:
    before = traces(client.get("/neu/2023/"))
    assert "Räume teilen" in before
    take_back(new, cast)
    assert client.get("/neu/2023/").status_code == 404
    assert traces(client.get("/neu/2026/")) == []
    publish(new, cast)
    assert traces(client.get("/neu/2023/")) == before


def test_its_charts_are_not_drawn_any_more(client: Client, new: ConceptEdition, cast: Cast) -> None:
    entry(period(new, 2023, 2024), new.recommendations.get(number="N1"), cast.youth, "implemented")
    (drawing,) = set(re.findall(r"/bild/[-\w]+\.svg", client.get("/konzept/neu/feld/1/").content.decode()))
    address = drawing.replace(".svg", ".csv")
    assert (client.get(drawing).status_code, client.get(address).status_code) == (200, 200)
    take_back(new, cast)
    assert (client.get(drawing).status_code, client.get(address).status_code) == (404, 404)


def test_the_older_edition_holds_again(client: Client, new: ConceptEdition, cast: Cast) -> None:
    assert "Fortschreibung" in client.get("/").content.decode()
    take_back(new, cast)
    page = client.get("/").content.decode()
    assert "Fortschreibung" not in page
    assert "/konzept/konzept-2012/" in page


def test_pages_feed_and_interface_tell_of_it_once(client: Client, new: ConceptEdition, cast: Cast) -> None:
    take_back(new, cast)
    for address in ("/konzept/", "/neu/2026/", "/feed.atom"):
        words = client.get(address).content.decode()
        assert words.count(NOTE) == 1, address
        assert "urückgenommen" in words, address
    (told,) = client.get("/api/v1/changes?kind=edition_withdrawn").json()["items"]
    assert (told["edition"], told["note"], told["on"]) == ("neu", NOTE, timezone.localdate(LATER).isoformat())
    assert told["title"] == "Zurückgenommen: Fassung des Konzepts Fortschreibung"
    page = client.get("/en/neu/2026/").content.decode()
    assert "Withdrawn" in page
    publish(new, cast)
    for address in ("/konzept/", "/neu/2026/", "/feed.atom", "/api/v1/changes"):
        assert NOTE not in client.get(address).content.decode(), address
    assert "Das Konzept ist wieder öffentlich" in client.get("/neu/2026/").content.decode()
    # Whoever has read the first of the two in a feed is told of the second.
    assert f"konzept/neu/wieder/{timezone.localdate(LATER):%Y%m%d}<" in client.get("/feed.atom").content.decode()


def test_whoever_keeps_a_copy_is_told_of_each_entry_by_its_id_alone(
    client: Client, new: ConceptEdition, cycle: ReportingCycle, cast: Cast
) -> None:
    other = new.recommendations.get(number="N2")
    public = {one.pk for one in cycle.updates.all()}
    off = entry(cycle, other, cast.school)
    runs.withdraw_entry(off.update_id, revision_number=1, note="Falsch.", by=cast.coordinator, now=NOW)
    ahead = period(new, 2023, 2024, publish_on=timezone.localdate(LATER) + datetime.timedelta(days=1))
    entry(ahead, other, cast.school)
    take_back(new, cast)
    late = entry(period(new, 2025, 2025), other, cast.school)
    late.update.approved_at = LATER + datetime.timedelta(hours=1)
    late.update.save()
    told = client.get("/api/v1/changes?kind=withdrawn").json()["items"]
    assert {one["entry"] for one in told} == {*public, off.update_id}
    assert all(one["recommendation"] is None and one["edition"] == "neu" for one in told)
    assert {one["title"] for one in told} == {"Mit der Fassung „Fortschreibung“ von den Seiten genommen"}
    assert {one["url"].rpartition("/konzept/")[2] for one in told} == {"neu/"}
    assert client.get(f"/api/v1/entries/{off.update_id}").status_code == 404
    publish(new, cast)
    (still,) = client.get("/api/v1/changes?kind=withdrawn").json()["items"]
    assert (still["entry"], still["note"]) == (off.update_id, "Falsch.")


def test_history_that_is_imported_meanwhile_has_not_gone_it_never_was_there(
    client: Client, new: ConceptEdition, cycle: ReportingCycle, cast: Cast
) -> None:
    def bring(year: int, at: datetime.datetime) -> None:
        of = (datetime.date(year, 1, 1), datetime.date(year, 12, 31), datetime.date(year + 1, 2, 1))
        older = HistoryEntry(2, "N2", *of, "in_progress", "", "", "Alt.", is_nil_return=False)
        plan = HistoryPlan(new=[PlannedEntry(older, older.status)])
        apply_history(plan, new, by=cast.coordinator, today=timezone.localdate(at), now=at)

    bring(2018, NOW)
    public = set(StatusUpdate.objects.filter(cycle__edition=new).values_list("pk", flat=True))
    take_back(new, cast)
    bring(2019, LATER + datetime.timedelta(hours=1))
    told = client.get("/api/v1/changes?kind=withdrawn").json()["items"]
    assert {one["entry"] for one in told} == public
    assert len(public) == 2


def test_ids_stay_through_taking_back_and_publishing_again(client: Client, new: ConceptEdition, cast: Cast) -> None:
    def ids() -> list[set[object]]:
        lists = ("editions", "fields", "goals", "recommendations", "entries", "measures", "periods", "crosswalk")
        return [{one["id"] for one in client.get(f"/api/v1/{name}").json()["items"]} for name in lists]

    before = ids()
    take_back(new, cast)
    assert ids() != before
    publish(new, cast)
    assert ids() == before


def test_a_public_page_costs_as_many_queries_as_before(client: Client, new: ConceptEdition, cast: Cast) -> None:
    def cost(address: str) -> int:
        run(new.cycles.get(), new.recommendations.get(number="N2"), cast.school).delete()  # a new version
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        return len(asked)

    before = {address: cost(address) for address in ("/", "/konzept/")}
    assert before["/"] == 5
    take_back(new, cast)
    assert {address: cost(address) for address in before} == before


def test_what_is_kept_ready_is_out_of_date_with_the_commit(new: ConceptEdition, cast: Cast) -> None:
    before = version.current(LATER).changes
    take_back(new, cast)
    gone = version.current(LATER).changes
    assert gone > before
    publish(new, cast)
    assert version.current(LATER).changes > gone


def test_the_static_copy_holds_the_note_and_nothing_else_of_it(new: ConceptEdition, cast: Cast, tmp_path: Path) -> None:
    take_back(new, cast)
    files = {name: body.decode(errors="replace") for name, body in exported.files(tmp_path / "site")}
    assert NOTE in files["konzept/neu/index.html"]
    assert [name for name in files if name.startswith("konzept/neu/")] == ["konzept/neu/index.html"]
    assert not [(name, word) for name, text in files.items() for word in CONTENT if word in text]


# --- Reports ----------------------------------------------------------------------------------------------------------


def test_public_reports_go_with_it_and_what_the_round_table_reads_stays(
    client: Client, new: ConceptEdition, cycle: ReportingCycle, cast: Cast
) -> None:
    final, shared = built(cycle, 1, ReportStage.FINAL), built(cycle, 2, ReportStage.ROUND_TABLE)
    draft = built(cycle, 3, ReportStage.DRAFT)
    assert client.get(f"/bericht/{final.pk}.pdf").status_code == 200
    take_back(new, cast)
    for report in (final, shared, draft):
        report.refresh_from_db()
    assert [one.stage for one in (final, shared, draft)] == ["withdrawn", "round_table", "draft"]
    assert final.withdrawal_note == f"Die Fassung „Fortschreibung“ des Konzepts wurde zurückgenommen: {NOTE}"
    gone = client.get(f"/bericht/{final.pk}.pdf")
    assert gone.status_code == 410
    assert NOTE in gone.content.decode()
    assert client.get(f"/bericht/entwurf/{shared.share_token}/").status_code == 200
    assert client.get("/api/v1/reports").json()["items"] == []
    with pytest.raises(DomainError, match="noch nicht öffentlich"):
        report_stages.release_report(draft.pk, by=cast.coordinator, now=LATER, today=timezone.localdate(LATER))
    assert Event.objects.filter(cycle=cycle, kind=EventKind.REPORT_WITHDRAWN).count() == 1
    assert list(history.verify()) == []
    publish(new, cast)
    assert client.get(f"/bericht/{final.pk}.pdf").status_code == 410
    assert NOTE in client.get("/konzept/").content.decode()


def test_a_report_that_is_built_meanwhile_tells_of_earlier_periods_as_if_nothing_had_happened(
    new: ConceptEdition, cast: Cast
) -> None:
    one, later = new.recommendations.get(number="N1"), period(new, 2023, 2024)
    entry(later, one, cast.youth, "implemented")
    before = built(later, 1, ReportStage.DRAFT).document
    take_back(new, cast)
    meanwhile = built(later, 2, ReportStage.DRAFT)
    publish(new, cast)
    told = next(iter(recommendations(meanwhile.document)))
    assert [(step["period"], step["status"]) for step in told["steps"]] == [
        ("2021–2022", "in_progress"), ("2023–2024", "implemented"),
    ]  # fmt: skip
    assert {**meanwhile.document, "version": before["version"]} == before


def test_the_list_of_reports_offers_to_publish_one_only_while_its_edition_is_public(
    client: Client, new: ConceptEdition, cycle: ReportingCycle, cast: Cast
) -> None:
    def listed() -> tuple[bool, bool]:
        with CaptureQueriesContext(connection) as asked:
            page = client.get("/berichte/").content.decode()
        costs.append(len(asked))
        return "Version 1 veröffentlichen" in page, "Die Fassung des Konzepts ist nicht öffentlich" in page

    costs: list[int] = []
    client.force_login(cast.coordinator)
    built(cycle, 1, ReportStage.DRAFT)
    listed()
    assert listed() == (True, False)
    take_back(new, cast)
    assert listed() == (False, True)
    publish(new, cast)
    assert listed() == (True, False)
    assert len(set(costs[1:])) == 1, costs


def test_a_report_on_another_edition_stays_public(
    client: Client, old: ConceptEdition, new: ConceptEdition, cast: Cast
) -> None:
    report = built(old.cycles.get(), 1, ReportStage.FINAL)
    take_back(new, cast)
    assert client.get(f"/bericht/{report.pk}.pdf").status_code == 200
