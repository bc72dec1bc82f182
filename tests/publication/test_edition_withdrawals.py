"""The publication of an edition of the concept is taken back: nothing of it is read any more, and a note says why."""

import datetime
import re
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from concept.models import ConceptEdition, ConceptEvent, ConceptEventKind, CrosswalkLink, CrosswalkReason
from concept.services.editions import publish_edition
from offices.errors import ConflictError, DomainError
from publication.models import EntrySummary, Feedback, FeedbackState, ReportStage
from publication.queries import edition_withdrawal as query
from publication.services import report_stages
from publication.services.edition_withdrawals import withdraw_edition
from publication.site import version
from tests import factories
from tests.conftest import Cast
from tests.publication import exported
from tests.publication.conftest import NOW, entry, period, run
from tests.publication.test_withdrawals import built
from tests.workflow.test_concurrency import at_once
from workflow import access, runs
from workflow.models import Event, EventKind, ReportingCycle
from workflow.services import history

pytestmark = pytest.mark.django_db

LATER = NOW + datetime.timedelta(hours=1)
NOTE = "Die Stadtverordneten haben ihren Beschluss zurückgenommen."
SINCE = datetime.datetime(2026, 3, 1, 12, 0, tzinfo=datetime.UTC)
CONTENT = ("Räume teilen", "Sieben Räume.", "Schlüssel verteilen", "Ganz leicht.", "Gern gelesen.", "Woran uns liegt")


@pytest.fixture
def old(cast: Cast) -> ConceptEdition:
    """The edition that goes on to hold, with an entry of its own."""
    edition = factories.edition("Konzept 2012", slug="konzept-2012", adopted_on=datetime.date(2012, 5, 7))
    one = factories.recommendation(factories.goal(edition), "O1", title="Treffpunkte", lead=cast.youth)
    entry(period(edition, 2019, 2020), one, cast.youth, done="Drei Treffpunkte.")
    return edition


@pytest.fixture
def new(old: ConceptEdition, cast: Cast) -> ConceptEdition:
    """The edition that was published, by mistake or by a decision that does not hold."""
    adopted = datetime.date(2026, 2, 2)
    edition = factories.edition(
        "Fortschreibung", slug="neu", adopted_on=adopted, published_at=SINCE, description="Woran uns liegt"
    )
    one = factories.recommendation(factories.goal(edition), "N1", title="Räume teilen", lead=cast.youth)
    factories.recommendation(one.goal, "N2", title="Wege zeigen", lead=cast.school)
    before = old.recommendations.get()
    CrosswalkLink.objects.create(predecessor=before, successor=one, reason=CrosswalkReason.KEPT)
    made = entry(period(edition, 2021, 2022), one, cast.youth, done="Sieben Räume.", measures=("Schlüssel verteilen",))
    EntrySummary.objects.create(
        update=made.update, language="de-simple", number=1, text="Ganz leicht.", source=made, text_source=made,
        written_at=NOW,
    )  # fmt: skip
    Feedback.objects.create(
        recommendation=one, received_at=NOW, text="Gern gelesen.", state=FeedbackState.PUBLISHED, decided_at=NOW
    )
    return edition


@pytest.fixture
def cycle(new: ConceptEdition) -> ReportingCycle:
    return new.cycles.get()


def seen(edition: ConceptEdition) -> str:
    found = query.consequences(edition.pk, LATER, timezone.localdate(LATER))
    assert found is not None
    return found.stamp


def take_back(edition: ConceptEdition, cast: Cast, *, note: str = NOTE, now: datetime.datetime = LATER) -> None:
    withdraw_edition(edition.pk, seen=seen(edition), note=note, by=cast.coordinator, now=now)
    edition.refresh_from_db()


def publish(edition: ConceptEdition, cast: Cast, now: datetime.datetime = LATER) -> None:
    publish_edition(edition.pk, adopted_on=edition.adopted_on, by=cast.coordinator, now=now)


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


@pytest.mark.parametrize(
    "address",
    [
        "/", "/en/", "/neu/", "/konzept/", "/massnahmen/", "/aemter/", "/suche/?q=raum", "/feed.atom", "/sitemap.xml",
        "/konzept/konzept-2012/empfehlung/O1/", "/einbetten/uebersicht/", "/daten/katalog.ttl",
        "/daten/empfehlungen.csv", "/daten/ueberleitung.csv", "/daten/sachstaende.csv",
        "/daten/fassungen.csv", "/api/v1/recommendations",
        "/api/v1/entries", "/api/v1/changes", "/api/v1/crosswalk", "/api/v1/measures", "/api/v1/periods",
    ],
)  # fmt: skip
def test_nothing_of_it_stands_anywhere_else_and_everything_does_again(
    client: Client, new: ConceptEdition, cast: Cast, address: str
) -> None:
    shown = client.get(address)
    take_back(new, cast)
    gone = client.get(address, headers={"if-none-match": shown["ETag"]})
    assert gone.status_code == 200
    words = gone.content.decode()
    assert not [word for word in (*CONTENT, "/konzept/neu/feld", "/konzept/neu/empfehlung") if word in words]
    publish(new, cast)
    again = client.get(address, headers={"if-none-match": gone["ETag"]})
    assert again.status_code == 200
    assert again.content != gone.content


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
    assert "Taken back" in page
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
    assert {one["title"] for one in told} == {"Mit der Fassung Fortschreibung von den Seiten genommen"}
    assert {one["url"].rpartition("/konzept/")[2] for one in told} == {"neu/"}
    assert client.get(f"/api/v1/entries/{off.update_id}").status_code == 404
    publish(new, cast)
    (still,) = client.get("/api/v1/changes?kind=withdrawn").json()["items"]
    assert (still["entry"], still["note"]) == (off.update_id, "Falsch.")


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


def test_a_report_on_another_edition_stays_public(
    client: Client, old: ConceptEdition, new: ConceptEdition, cast: Cast
) -> None:
    report = built(old.cycles.get(), 1, ReportStage.FINAL)
    take_back(new, cast)
    assert client.get(f"/bericht/{report.pk}.pdf").status_code == 200


# --- Who may, and when not --------------------------------------------------------------------------------------------


def test_it_is_one_event_with_reason_and_person(new: ConceptEdition, cast: Cast) -> None:
    take_back(new, cast, note=f"  {NOTE}\n")
    event = ConceptEvent.objects.get(kind=ConceptEventKind.WITHDRAWN)
    assert (event.edition, event.actor, event.at) == (new, cast.coordinator, LATER)
    assert event.data == {"reason": NOTE, "published_at": SINCE.isoformat(), "was_public": True}
    assert (new.published_at, new.withdrawn_at, new.withdrawal_note) == (None, LATER, NOTE)


def unchanged(edition: ConceptEdition) -> bool:
    edition.refresh_from_db()
    return edition.published_at is not None and not ConceptEvent.objects.filter(kind="withdrawn").exists()


def test_an_edition_that_a_later_one_continues_is_not_taken_back(
    old: ConceptEdition, new: ConceptEdition, cast: Cast
) -> None:
    report = built(old.cycles.get(), 1, ReportStage.FINAL)
    with pytest.raises(DomainError, match="„Fortschreibung“ ist veröffentlicht und führt Empfehlungen"):
        take_back(old, cast)
    assert unchanged(old)
    report.refresh_from_db()
    assert report.is_final
    CrosswalkLink.objects.all().delete()
    take_back(old, cast)
    assert not old.is_public_on(timezone.localdate(LATER))


def test_once_the_later_one_is_taken_back_the_earlier_one_can_be(
    client: Client, old: ConceptEdition, new: ConceptEdition, cast: Cast
) -> None:
    take_back(new, cast)
    take_back(old, cast)
    page = client.get("/").content.decode()
    assert "Was zurückgenommen wurde, und warum" in page
    assert client.get("/konzept/").content.decode().count(NOTE) == 2
    assert client.get("/suche/?q=raum").status_code == 200


@pytest.mark.parametrize("note", ["", "  \n"])
def test_without_a_reason_nothing_is_taken_back(new: ConceptEdition, cast: Cast, note: str) -> None:
    with pytest.raises(DomainError, match="sagen Sie, warum"):
        take_back(new, cast, note=note)
    assert unchanged(new)


def test_what_is_not_published_any_more_is_not_taken_back_twice(new: ConceptEdition, cast: Cast) -> None:
    shown = seen(new)
    take_back(new, cast)
    with pytest.raises(ConflictError, match="nicht mehr veröffentlicht"):
        withdraw_edition(new.pk, seen=shown, note="Noch einmal.", by=cast.coordinator, now=LATER)
    assert ConceptEvent.objects.filter(kind="withdrawn").count() == 1


def test_a_report_that_became_public_meanwhile_is_read_first(
    new: ConceptEdition, cycle: ReportingCycle, cast: Cast
) -> None:
    shown = seen(new)
    report = built(cycle, 1, ReportStage.FINAL)
    with pytest.raises(ConflictError, match="Inzwischen hat sich etwas geändert"):
        withdraw_edition(new.pk, seen=shown, note=NOTE, by=cast.coordinator, now=LATER)
    assert unchanged(new)
    report.refresh_from_db()
    assert report.is_final


def test_only_coordinators_take_an_edition_back(new: ConceptEdition, cast: Cast) -> None:
    with pytest.raises(access.NotAllowedError):
        withdraw_edition(new.pk, seen=seen(new), note=NOTE, by=cast.reviewer, now=LATER)
    assert unchanged(new)


def test_an_edition_whose_day_has_not_come_leaves_no_note(client: Client, cast: Cast) -> None:
    day = timezone.localdate() + datetime.timedelta(days=30)
    coming = factories.edition("Übermorgen", slug="uebermorgen", adopted_on=day, published_at=SINCE)
    factories.recommendation(factories.goal(coming), "1", lead=cast.youth)
    withdraw_edition(coming.pk, seen=seen(coming), note="Zu früh.", by=cast.coordinator, now=timezone.now())
    coming.refresh_from_db()
    assert (coming.published_at, coming.withdrawn_at, coming.withdrawal_note) == (None, None, "")
    assert client.get("/konzept/uebermorgen/").status_code == 404
    assert "Übermorgen" not in client.get("/konzept/").content.decode()
    assert ConceptEvent.objects.get(kind="withdrawn").data["was_public"] is False


def test_the_note_stays_until_the_day_for_which_it_is_published_again(
    client: Client, new: ConceptEdition, cast: Cast
) -> None:
    take_back(new, cast)
    day = timezone.localdate() + datetime.timedelta(days=30)
    publish_edition(new.pk, adopted_on=day, by=cast.coordinator, now=timezone.now())
    assert client.get("/konzept/neu/").status_code == 410
    assert len(client.get("/api/v1/changes?kind=withdrawn").json()["items"]) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_it_back_at_once_one_does_and_the_other_is_told(
    new: ConceptEdition, cycle: ReportingCycle, cast: Cast
) -> None:
    built(cycle, 1, ReportStage.FINAL)
    shown = seen(new)

    def act() -> None:
        withdraw_edition(new.pk, seen=shown, note=NOTE, by=cast.coordinator, now=LATER)

    assert at_once(act, 6) == {"ok": 1, "refused": 5}
    assert ConceptEvent.objects.filter(kind="withdrawn").count() == 1
    assert Event.objects.filter(kind=EventKind.REPORT_WITHDRAWN).count() == 1


# --- The page ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(client: Client, cast: Cast) -> Client:
    client.force_login(cast.coordinator)
    return client


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_page_says_in_numbers_what_goes_and_what_stays(
    desk: Client, new: ConceptEdition, cycle: ReportingCycle, cast: Cast
) -> None:
    built(cycle, 1, ReportStage.FINAL)
    built(cycle, 2, ReportStage.ROUND_TABLE)
    running = period(new, 2025, 2025, closed=False)
    run(running, new.recommendations.get(number="N1"), cast.youth)
    assert f'href="/konzepte/{new.pk}/zuruecknehmen/"' in desk.get("/konzepte/").content.decode()
    page = words(desk.get(f"/konzepte/{new.pk}/zuruecknehmen/").content.decode())
    for said in (
        "Empfehlungen 2", "Sachstände 1", "2021–2022", "Bericht 2021–2022, Version 1, der öffentlich ist",
        "Die Abfrage für 2025 läuft weiter.", "Bericht 2021–2022, Version 2: Der Runde Tisch liest ihn",
        "Wieder veröffentlichen können Sie sie jederzeit", "Berichte zu anderen Fassungen bleiben öffentlich",
    ):  # fmt: skip
        assert said in page, said


def posted(desk: Client, edition: ConceptEdition, note: str, stamp: str | None = None) -> tuple[int, str]:
    address = f"/konzepte/{edition.pk}/zuruecknehmen/"
    shown = seen(edition) if stamp is None else stamp
    answer = desk.post(address, {"seen": shown, "note": note}, follow=True)
    return answer.status_code, words(answer.content.decode())


def test_a_coordinator_takes_it_back_and_publishes_it_again(desk: Client, new: ConceptEdition) -> None:
    status, page = posted(desk, new, NOTE)
    assert (status, "„Fortschreibung“ ist nicht mehr öffentlich." in page) == (200, True)
    assert f"zurückgenommen am {timezone.localdate():%d.%m.%Y}" in page
    assert "Veröffentlichung zurückgenommen: Fortschreibung" in page
    visitor = Client()
    assert visitor.get("/konzept/neu/").status_code == 410
    again = words(desk.get(f"/konzepte/{new.pk}/veroeffentlichen/").content.decode())
    assert NOTE in again
    assert "unter ihren alten Adressen" in again
    desk.post(f"/konzepte/{new.pk}/veroeffentlichen/", {"adopted_on": "02.02.2026"})
    assert visitor.get("/konzept/neu/").status_code == 200


def test_the_page_refuses_in_words_and_shows_what_is_so_now(
    desk: Client, old: ConceptEdition, new: ConceptEdition, cycle: ReportingCycle
) -> None:
    assert posted(desk, new, "")[0] == 422
    status, page = posted(desk, new, NOTE, stamp="alt")
    assert (status, "Inzwischen hat sich etwas geändert" in page, NOTE in page) == (409, True, True)
    page = desk.get(f"/konzepte/{old.pk}/zuruecknehmen/").content.decode()
    assert "Zurücknehmen geht gerade nicht" in page
    assert "<textarea" not in page
    assert posted(desk, old, NOTE)[0] == 422
    assert unchanged(new)
    assert unchanged(old)
    assert desk.get("/konzepte/999999/zuruecknehmen/").status_code == 404


def test_what_is_not_published_leads_back_to_the_list(desk: Client, new: ConceptEdition, cast: Cast) -> None:
    stamp = seen(new)
    take_back(new, cast)
    status, page = posted(desk, new, NOTE, stamp)
    assert (status, "gibt es nichts zurückzunehmen" in page) == (200, True)
