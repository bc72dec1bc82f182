"""What visitors wrote is deleted: on request, and by itself once it has been kept for long enough."""

import datetime
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client

from concept.models import Recommendation
from notifications.models import Mail
from offices.errors import ConflictError
from publication import tasks
from publication.models import BarrierReport, Feedback, FeedbackState
from publication.services import forgetting, voices
from tests import factories
from tests.conftest import Cast
from tests.publication.visitors import NOW
from workflow.duties import open_duties
from workflow.models import Duty

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
TEXT = "Meine Tochter Mara fand den Knopf nicht."


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


@pytest.fixture
def one(cast: Cast) -> Recommendation:
    edition = factories.edition(slug="heute")
    return factories.recommendation(factories.goal(edition), "1.1.1", title="Elterncafés", lead=cast.youth)


@pytest.fixture
def feedback(one: Recommendation) -> Feedback:
    return voices.give_feedback(one.pk, label=str(one), text=TEXT, now=NOW)


@pytest.fixture
def report(cast: Cast) -> BarrierReport:
    return voices.report_barrier(text=TEXT, page="/suche/?q=Mara", contact="mara@example.org", now=NOW)


def at(day: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(f"{day}T12:00:00+00:00")


def words(row: Feedback | BarrierReport) -> str:
    """Everything that is written in the row."""
    row.refresh_from_db()
    return " ".join(value for value in vars(row).values() if isinstance(value, str))


# --- On request -----------------------------------------------------------------------------------------------------


def test_a_coordinator_deletes_published_feedback_after_being_asked(
    client: Client, signed_in: Any, cast: Cast, feedback: Feedback
) -> None:
    voices.publish_feedback(feedback.pk, answer="Danke, Mara.", seen=feedback.stand, by=cast.coordinator, now=NOW)
    assert "Mara" in client.get("/konzept/heute/empfehlung/1.1.1/").content.decode()
    desk = signed_in(cast.coordinator)
    address = f"/rueckmeldungen/{feedback.pk}/loeschen/"
    assert f'href="{address}"' in desk.get(f"/rueckmeldungen/{feedback.pk}/").content.decode()
    asked = desk.get(address).content.decode()
    assert "Diese Rückmeldung endgültig löschen?" in asked
    assert "verschwindet sofort von der Seite der Empfehlung" in asked
    done = desk.post(address, follow=True).content.decode()
    assert "Die Rückmeldung ist gelöscht." in done
    assert "Mara" not in done
    feedback.refresh_from_db()
    assert (feedback.state, feedback.deleted_by) == (FeedbackState.DELETED, cast.coordinator)
    assert "Mara" not in words(feedback)
    assert "Mara" not in Client().get("/konzept/heute/empfehlung/1.1.1/").content.decode()


def test_the_record_says_that_something_was_deleted_but_not_what(
    signed_in: Any, cast: Cast, feedback: Feedback, report: BarrierReport
) -> None:
    forgetting.delete_feedback(feedback.pk, by=cast.coordinator, now=NOW)
    forgetting.delete_barrier(report.pk, by=cast.coordinator, now=NOW)
    desk = signed_in(cast.coordinator)
    for address in (f"/rueckmeldungen/{feedback.pk}/", f"/barrieren/{report.pk}/"):
        page = desk.get(address).content.decode()
        assert f"Gelöscht am 26.11.2026, 10:00 Uhr von {cast.coordinator.name}." in page
        assert "Mara" not in page
        assert "<textarea" not in page
    assert "gelöscht am 26.11.2026" in desk.get("/barrieren/").content.decode()
    assert "gelöscht 26.11.2026" in desk.get("/rueckmeldungen/").content.decode()


def test_with_an_open_report_its_task_goes_and_nothing_of_it_is_left_anywhere(
    signed_in: Any, cast: Cast, report: BarrierReport
) -> None:
    desk = signed_in(cast.coordinator)
    address = f"/barrieren/{report.pk}/loeschen/"
    assert "Noch hat niemand geantwortet." in desk.get(address).content.decode()
    done = desk.post(address, follow=True).content.decode()
    assert f"Meldung {report.pk} ist gelöscht." in done
    assert "Keine Meldung wartet auf Antwort" in done
    assert open_duties(NOW.date()) == []
    assert words(report).strip() == ""
    assert "Mara" not in Duty.objects.get().title
    assert not any("Mara" in mail.text + mail.html + mail.subject for mail in Mail.objects.all())


def test_task_and_mail_name_the_page_only_if_it_is_one_of_ours(cast: Cast) -> None:
    for page in ("Startseite von Mara", "//mara.example/", "/mara@example.org", "/Mara-0561", "mara.example"):
        voices.report_barrier(text="Stumm.", page=page, contact="", now=NOW)
    assert {duty.title for duty in Duty.objects.all()} == {"Barriere-Meldung beantworten"}
    voices.report_barrier(text="Stumm.", page="/suche/?q=Mara", label="Suche", contact="", now=NOW)
    assert Duty.objects.latest("pk").title == "Barriere-Meldung beantworten: Suche"
    assert not any("Mara" in mail.text + mail.html + mail.subject for mail in Mail.objects.all())
    assert any("/suche/" in mail.text for mail in Mail.objects.all())


def test_what_is_deleted_can_neither_be_answered_nor_published_nor_deleted_again(
    signed_in: Any, cast: Cast, feedback: Feedback, report: BarrierReport
) -> None:
    by = {"by": cast.coordinator, "now": NOW}
    forgetting.delete_feedback(feedback.pk, **by)
    forgetting.delete_barrier(report.pk, **by)
    feedback.refresh_from_db()
    for act in (
        lambda: forgetting.delete_feedback(feedback.pk, **by),
        lambda: forgetting.delete_barrier(report.pk, **by),
        lambda: voices.answer_barrier(report.pk, answer="Ja.", **by),
        lambda: voices.publish_feedback(feedback.pk, answer="", seen=feedback.stand, **by),
        lambda: voices.decline_feedback(feedback.pk, reason="Nein.", seen=feedback.stand, **by),
    ):
        with pytest.raises(ConflictError, match="gelöscht"):
            act()
    desk = signed_in(cast.coordinator)
    assert desk.post(f"/rueckmeldungen/{feedback.pk}/loeschen/").status_code == 302
    assert desk.post(f"/barrieren/{report.pk}/", {"answer": "Ja."}).status_code == 200
    assert words(report).strip() == ""


def test_whoever_asks_for_deletion_is_found_by_what_they_remember(
    signed_in: Any, cast: Cast, feedback: Feedback, one: Recommendation
) -> None:
    desk = signed_in(cast.coordinator)
    voices.give_feedback(one.pk, label="1", text="Das hilft uns.", now=NOW)
    page = desk.get("/rueckmeldungen/", {"suche": "MARA knopf"}).content.decode()
    assert TEXT in page
    assert "Das hilft uns." not in page
    assert "2 Rückmeldungen warten auf Sie" in page
    report = voices.report_barrier(text="Stumm.", page="", contact="mara@example.org", now=NOW)
    other = voices.report_barrier(text="Auch stumm.", page="", contact="", now=NOW)
    found = desk.get("/barrieren/", {"suche": "mara@example.org"}).content.decode()
    assert f"/barrieren/{report.pk}/" in found
    assert f"/barrieren/{other.pk}/" not in found
    voices.answer_barrier(report.pk, answer="Der Knopf hat einen Namen.", by=cast.coordinator, now=NOW)
    assert f"/barrieren/{report.pk}/" in desk.get("/barrieren/", {"suche": "knopf"}).content.decode()
    nothing = desk.get("/barrieren/", {"suche": 'gibt"es<nicht'}).content.decode()
    assert "Nichts gefunden." in nothing
    assert 'value="gibt&quot;es&lt;nicht"' in nothing


# --- By itself ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answered", "last_kept", "gone"),
    [
        ("2026-01-15", "2026-07-14", "2026-07-15"),
        ("2026-08-31", "2027-02-28", "2027-03-01"),
        ("2027-08-29", "2028-02-28", "2028-02-29"),
        ("2026-12-31", "2027-06-30", "2027-07-01"),
    ],
)
def test_six_months_after_the_answer_a_report_is_deleted(
    cast: Cast, report: BarrierReport, answered: str, last_kept: str, gone: str
) -> None:
    voices.answer_barrier(report.pk, answer="Mara weiß Bescheid.", by=cast.coordinator, now=at(answered))
    assert forgetting.forget_old(now=at(last_kept)) == 0
    assert "Mara" in words(report)
    assert forgetting.forget_old(now=at(gone)) == 1
    assert words(report).strip() == ""
    assert (report.deleted_at, report.deleted_by) == (at(gone), None)
    assert forgetting.forget_old(now=at(gone)) == 0


def test_what_was_answered_late_in_the_evening_counts_for_that_day_in_kassel(cast: Cast, report: BarrierReport) -> None:
    evening = datetime.datetime(2026, 1, 15, 22, 59, tzinfo=datetime.UTC)
    voices.answer_barrier(report.pk, answer="Ja.", by=cast.coordinator, now=evening)
    assert forgetting.forget_old(now=at("2026-07-14")) == 0
    assert forgetting.forget_old(now=at("2026-07-15")) == 1


def test_declined_feedback_goes_published_feedback_and_what_waits_stay(
    cast: Cast, feedback: Feedback, one: Recommendation, report: BarrierReport
) -> None:
    declined, published = (voices.give_feedback(one.pk, label="1", text=TEXT, now=NOW) for _ in range(2))
    voices.decline_feedback(declined.pk, reason="Nennt Mara.", seen=declined.stand, by=cast.coordinator, now=NOW)
    voices.publish_feedback(published.pk, answer="", seen=published.stand, by=cast.coordinator, now=NOW)
    assert forgetting.forget_old(now=NOW + 400 * DAY) == 1
    assert "Mara" not in words(declined)
    assert all(TEXT in words(kept) for kept in (feedback, published, report))


def test_the_city_says_for_how_long_and_the_privacy_page_says_it_too(
    client: Client, cast: Cast, report: BarrierReport, settings: LazySettings
) -> None:
    assert "Die Meldung selbst löschen wir 6 Monate nach der Antwort." in client.get("/datenschutz/").content.decode()
    settings.VOICES_KEPT_MONTHS = 1
    cache.clear()
    assert "deleted 1 month after the answer" in client.get("/en/datenschutz/").content.decode()
    voices.answer_barrier(report.pk, answer="Ja.", by=cast.coordinator, now=at("2026-03-31"))
    assert forgetting.forget_old(now=at("2026-04-30")) == 0
    assert forgetting.forget_old(now=at("2026-05-01")) == 1


def test_the_nightly_job_does_it(cast: Cast, report: BarrierReport) -> None:
    voices.answer_barrier(
        report.pk, answer="Ja.", by=cast.coordinator, now=datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    )
    tasks.forget_voices()
    assert words(report).strip() == ""
