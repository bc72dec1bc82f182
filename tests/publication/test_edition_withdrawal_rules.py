"""Who takes the publication of an edition back, when it is refused, and what the page says before."""

import datetime
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from concept.models import ConceptEdition, ConceptEvent, ConceptEventKind, CrosswalkLink
from concept.services.editions import publish_edition
from offices.errors import ConflictError, DomainError
from publication.models import ReportStage
from publication.services import report_stages
from publication.services.edition_withdrawals import withdraw_edition
from tests import factories
from tests.conftest import Cast
from tests.publication.conftest import period, run
from tests.publication.taken_back import LATER, NOTE, SINCE, cycle, new, old, seen, take_back
from tests.publication.test_withdrawals import built
from tests.workflow.test_concurrency import at_once
from workflow import access
from workflow.models import Event, EventKind, ReportingCycle

pytestmark = pytest.mark.django_db

__all__ = ["cycle", "new", "old"]

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


@pytest.mark.django_db(transaction=True)
def test_a_report_that_is_released_at_the_same_moment_never_stays_public_without_its_edition(
    new: ConceptEdition, cycle: ReportingCycle, cast: Cast
) -> None:
    report = built(cycle, 1, ReportStage.DRAFT)
    shown, today = seen(new), timezone.localdate(LATER)
    acts: list[Callable[[], object]] = [
        lambda: withdraw_edition(new.pk, seen=shown, note=NOTE, by=cast.coordinator, now=LATER),
        lambda: report_stages.release_report(report.pk, by=cast.coordinator, now=LATER, today=today),
    ]
    assert report_stages.release_hindrances(report, today) == []

    def act() -> None:
        acts.pop()()

    # Whoever comes second is told: the coordinator has not seen the report, or its edition is not public any more.
    assert at_once(act, 2) == {"ok": 1, "refused": 1}
    report.refresh_from_db()
    new.refresh_from_db()
    assert report.is_final == (new.published_at is not None)


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
    assert f"Veröffentlichung zurückgenommen: Fortschreibung (Koordination) {NOTE}" in page
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
