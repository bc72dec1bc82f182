"""What is taken back is gone everywhere at once: pages, what is kept ready, reports and summaries."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from concept.models import Recommendation
from offices.errors import DomainError
from publication.models import EntrySummary, ReportEdition, ReportFile, ReportStage, ReportState
from publication.report import content, sources
from publication.services import reports
from tests import factories
from tests.conftest import Cast
from tests.publication.conftest import NOW, entry, period, run
from workflow import runs
from workflow.models import Event, EventKind, ReportingCycle, Revision
from workflow.services import history, withdrawal

LATER = NOW + datetime.timedelta(hours=1)
NOTE = "Im Sachstand stand eine falsche Zahl."
PAGE = "/konzept/heute/empfehlung/1.1.1/"


@pytest.fixture
def one(cast: Cast) -> Recommendation:
    return factories.recommendation(factories.goal(factories.edition(slug="heute")), lead=cast.youth)


@pytest.fixture
def cycle(one: Recommendation) -> ReportingCycle:
    return period(one.edition, 2023, 2024)


@pytest.fixture
def revision(cast: Cast, one: Recommendation, cycle: ReportingCycle) -> Revision:
    return entry(cycle, one, cast.youth, "implemented", done="Sieben Elterncafés.", measures=("Räume einrichten",))


def withdraw(cast: Cast, revision: Revision, now: datetime.datetime = LATER) -> None:
    runs.withdraw_entry(revision.update_id, revision_number=revision.number, note=NOTE, by=cast.coordinator, now=now)


def restore(cast: Cast, revision: Revision) -> None:
    runs.restore_entry(revision.update_id, reason="Stimmte doch.", by=cast.coordinator, now=LATER)


def built(cycle: ReportingCycle, number: int, stage: ReportStage, **fields: object) -> ReportEdition:
    """A finished report of the cycle as it stands, in one of its stages."""
    document = content.document(sources.read(cycle.pk, now=NOW), as_of=NOW.date(), version=number)
    stages = {
        ReportStage.FINAL: {"released_at": NOW},
        ReportStage.ROUND_TABLE: {"shared_at": NOW, "share_token": f"token-{number}"},
    }
    made = ReportEdition.objects.create(
        cycle=cycle,
        number=number,
        state=ReportState.READY,
        stage=stage,
        document=document,
        requested_at=NOW,
        claimed_at=NOW,
        built_at=NOW,
        **stages.get(stage, {}),
        **fields,
    )
    ReportFile.objects.create(edition=made, kind="pdf", content=b"%PDF-1.7", size=8, sha256=f"{number}")
    return made


# Pages


def test_visitors_read_the_note_in_the_place_of_the_entry(client: Client, cast: Cast, revision: Revision) -> None:
    before = client.get(PAGE)
    assert "Sieben Elterncafés." in before.content.decode()
    withdraw(cast, revision)
    after = client.get(PAGE, headers={"if-none-match": before["ETag"]})
    assert after.status_code == 200
    page = after.content.decode()
    for gone in ("Sieben Elterncafés.", "Räume einrichten", "2023–2024 umgesetzt"):
        assert gone not in page
    assert NOTE in page
    assert "hat das zuständige Amt nichts gemeldet" not in page


@pytest.mark.parametrize("address", ["/", "/konzept/heute/", "/konzept/heute/feld/1/", PAGE, "/en" + PAGE])
def test_a_page_that_was_kept_shows_the_change_in_the_same_second(
    client: Client, cast: Cast, revision: Revision, address: str
) -> None:
    shown = client.get(address)
    assert client.get(address, headers={"if-none-match": shown["ETag"]}).status_code == 304
    withdraw(cast, revision)
    gone = client.get(address, headers={"if-none-match": shown["ETag"]})
    assert gone.status_code == 200
    assert gone.content != shown.content
    restore(cast, revision)
    again = client.get(address, headers={"if-none-match": gone["ETag"]})
    assert again.status_code == 200
    assert again.content != gone.content


def test_a_correction_shows_at_once_on_a_page_that_was_kept(client: Client, cast: Cast, revision: Revision) -> None:
    shown = client.get(PAGE)
    entry(revision.update.cycle, revision.update.recommendation, cast.youth, done="Sechs.", public_note="Es sind 6.")
    page = client.get(PAGE, headers={"if-none-match": shown["ETag"]}).content.decode()
    assert "Sechs." in page
    assert "Sieben Elterncafés." not in page
    assert "Es sind 6." in page


def test_search_does_not_find_what_was_withdrawn(client: Client, cast: Cast, revision: Revision) -> None:
    assert "1 Empfehlung gefunden" in client.get("/konzept/heute/", {"q": "sieben"}).content.decode()
    withdraw(cast, revision)
    assert "Nichts gefunden" in client.get("/konzept/heute/", {"q": "sieben"}).content.decode()


# Reports


def test_reports_that_others_have_read_are_withdrawn_with_the_entry(
    client: Client, cast: Cast, cycle: ReportingCycle, revision: Revision
) -> None:
    final, shared = built(cycle, 1, ReportStage.FINAL), built(cycle, 2, ReportStage.ROUND_TABLE)
    draft = built(cycle, 3, ReportStage.DRAFT)
    named = withdrawal.named(revision.update, [])
    assert named == [
        "Bericht 2023–2024, Version 1, der öffentlich ist",
        "Bericht 2023–2024, Version 2, der beim Runden Tisch liegt",
    ]
    assert client.get(f"/bericht/{final.pk}.pdf").status_code == 200
    withdraw(cast, revision)
    for report in (final, shared):
        report.refresh_from_db()
        assert (report.stage, report.withdrawn_at, report.withdrawn_by) == ("withdrawn", LATER, cast.coordinator)
        assert NOTE in report.withdrawal_note
        assert "1.1.1" in report.withdrawal_note
    draft.refresh_from_db()
    assert draft.stage == "draft"
    assert client.get(f"/bericht/{final.pk}.pdf").status_code in {404, 410}
    events = Event.objects.filter(kind=EventKind.REPORT_WITHDRAWN, cycle=cycle).order_by("sequence")
    assert [event.data["report"] for event in events] == [final.pk, shared.pk]
    assert list(history.verify()) == []


def test_a_draft_that_holds_a_withdrawn_entry_cannot_be_released(
    cast: Cast, cycle: ReportingCycle, revision: Revision
) -> None:
    draft = built(cycle, 1, ReportStage.DRAFT)
    withdraw(cast, revision)
    with pytest.raises(DomainError, match="neue Version"):
        reports.release_report(draft.pk, by=cast.coordinator, now=LATER, today=LATER.date())
    # Nor once the entry, or a corrected one, is public again: what was printed then is not what is public now.
    restore(cast, revision)
    with pytest.raises(DomainError, match="neue Version"):
        reports.release_report(draft.pk, by=cast.coordinator, now=LATER, today=LATER.date())


def test_reports_without_the_entry_stay(cast: Cast, one: Recommendation, revision: Revision) -> None:
    other_period = period(one.edition, 2021, 2022)
    run(other_period, one, cast.youth)
    other = built(other_period, 1, ReportStage.FINAL)
    withdraw(cast, revision)
    before = built(revision.update.cycle, 2, ReportStage.FINAL)
    restore(cast, revision)
    withdraw(cast, revision)
    for report in (other, before):
        report.refresh_from_db()
        assert report.stage == "final"


def test_a_later_report_that_prints_the_text_as_confirmed_is_withdrawn_too(
    cast: Cast, one: Recommendation, revision: Revision
) -> None:
    later = period(one.edition, 2025, 2026)
    entry(later, one, cast.youth, "implemented", kind="unchanged", confirms=revision, done="")
    report = built(later, 1, ReportStage.FINAL)
    withdraw(cast, revision)
    report.refresh_from_db()
    assert report.stage == "withdrawn"


def test_restoring_brings_back_the_entry_and_not_the_report(
    cast: Cast, cycle: ReportingCycle, revision: Revision
) -> None:
    report = built(cycle, 1, ReportStage.FINAL)
    withdraw(cast, revision)
    restore(cast, revision)
    report.refresh_from_db()
    assert report.stage == "withdrawn"


def test_a_report_says_of_a_withdrawn_entry_when_and_why(cast: Cast, cycle: ReportingCycle, revision: Revision) -> None:
    withdraw(cast, revision)
    document = content.document(sources.read(cycle.pk, now=LATER), as_of=NOW.date(), version=1)
    printed = document["fields"][0]["goals"][0]["recommendations"][0]
    assert printed["kind"] == "left_out"
    assert printed["note"] == ["Der Sachstand für diesen Zeitraum ist seit dem 22.11.2026 nicht mehr öffentlich.", NOTE]
    assert document["missing"]["groups"] == []


# Summaries


def summary(revision: Revision, text: str, number: int = 1, language: str = "de-simple") -> EntrySummary:
    return EntrySummary.objects.create(
        update=revision.update,
        language=language,
        number=number,
        text=text,
        source=revision,
        text_source=revision,
        written_at=NOW,
    )


def newest(revision: Revision, language: str = "de-simple") -> str:
    found = EntrySummary.objects.filter(update=revision.update, language=language).order_by("number").last()
    assert found
    return found.text


def test_summaries_go_with_the_entry_and_come_back_with_it(cast: Cast, revision: Revision) -> None:
    summary(revision, "Es gibt sieben Cafés.")
    summary(revision, "Seven cafés.", language="en")
    summary(revision, "", number=2, language="en")
    withdraw(cast, revision)
    assert (newest(revision), newest(revision, "en")) == ("", "")
    restore(cast, revision)
    # What somebody had emptied before stays empty.
    assert (newest(revision), newest(revision, "en")) == ("Es gibt sieben Cafés.", "")


def test_the_summary_of_a_withdrawn_text_does_not_come_back_with_its_correction(cast: Cast, revision: Revision) -> None:
    summary(revision, "Es gibt sieben Cafés.")
    withdraw(cast, revision)
    due = timezone.localdate(LATER) + datetime.timedelta(days=30)
    runs.start_correction(revision.update_id, by=cast.clerk, note="Es sind sechs.", due_on=due, now=LATER)
    runs.hand_in(revision.update_id, by=cast.clerk, content=factories.content(done="Sechs."), now=LATER)
    runs.approve(revision.update_id, revision_number=2, by=cast.reviewer, now=LATER)
    assert newest(revision) == ""
