"""Visitors say something of a recommendation: read by a coordinator before anybody else, published or not."""

import datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from concept.models import Recommendation
from offices.errors import ConflictError, DomainError
from publication.models import Feedback, FeedbackState
from publication.services import voices
from tests import factories
from tests.conftest import Cast
from tests.publication.visitors import NOW, send
from workflow.duties import open_duties

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


@pytest.fixture
def one(cast: Cast) -> Recommendation:
    edition = factories.edition(slug="heute")
    return factories.recommendation(factories.goal(edition), "1.1.1", title="Elterncafés", lead=cast.youth)


@pytest.fixture
def given(one: Recommendation) -> Feedback:
    return voices.give_feedback(one.pk, label=str(one), text="Das hilft uns.\nSehr <b>sogar</b>.", now=NOW)


def page_of(client: Client) -> str:
    answer = client.get("/konzept/heute/empfehlung/1.1.1/")
    assert answer.status_code == 200
    return answer.content.decode()


# --- Giving it ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_feedback_arrives_without_a_name_and_without_a_cookie(client: Client, one: Recommendation, prefix: str) -> None:
    address = f"{prefix}/rueckmeldung/heute/1.1.1/"
    assert f'href="{address}"' in client.get(f"{prefix}/konzept/heute/empfehlung/1.1.1/").content.decode()
    answer = send(client, address, text="  Das hilft uns.  ")
    assert answer.status_code == 302
    feedback = Feedback.objects.get()
    assert (feedback.recommendation, feedback.text, feedback.state) == (one, "Das hilft uns.", FeedbackState.NEW)
    thanks = client.get(answer["Location"]).content.decode()
    assert ("innerhalb von 14 Tagen" if not prefix else "within 14 days") in thanks
    assert not client.cookies


def test_the_page_says_before_that_it_is_read_first(client: Client, one: Recommendation) -> None:
    page = client.get("/rueckmeldung/heute/1.1.1/").content.decode()
    assert "Ihre Rückmeldung wird gelesen, bevor sie erscheint" in page
    assert "Nach Ihrem Namen fragen wir nicht." in page
    assert 'type="email"' not in page


def test_unknown_recommendations_have_no_form(client: Client, one: Recommendation) -> None:
    assert client.get("/rueckmeldung/heute/9.9/").status_code == 404
    assert client.get("/rueckmeldung/gestern/1.1.1/").status_code == 404
    assert client.get("/rueckmeldung/danke/heute/9.9/").status_code == 404


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "Bitte schreiben Sie Ihre Rückmeldung."), ("x" * 2001, "Ihr Text hat 2.001")],
)
def test_nothing_and_too_much_are_refused_in_words(client: Client, one: Recommendation, text: str, said: str) -> None:
    answer = send(client, "/rueckmeldung/heute/1.1.1/", text=text)
    assert answer.status_code == 422
    assert said in answer.content.decode().replace("hat 2001", "hat 2.001")
    assert not Feedback.objects.exists()


def test_two_thousand_characters_fit_however_the_browser_breaks_lines(client: Client, one: Recommendation) -> None:
    assert send(client, "/rueckmeldung/heute/1.1.1/", text="x" * 999 + "\r\n" + "y" * 1000).status_code == 302
    assert len(Feedback.objects.get().text) == 2000


def test_from_elsewhere_and_too_quickly_it_is_not_taken(client: Client, one: Recommendation) -> None:
    address = "/rueckmeldung/heute/1.1.1/"
    assert send(client, address, text="Ja.", origin="https://anderswo.example").status_code == 422
    assert send(client, address, text="Ja.", after=datetime.timedelta(seconds=1)).status_code == 422
    assert not Feedback.objects.exists()


def test_after_five_in_an_hour_the_sixth_waits_and_an_hour_later_it_may_come(
    client: Client, one: Recommendation
) -> None:
    address = "/rueckmeldung/heute/1.1.1/"
    assert [send(client, address, text="Ja.").status_code for _ in range(6)] == [302] * 5 + [422]
    # A report of a barrier is another matter.
    assert send(client, "/barriere-melden/", text="Stumm.").status_code == 302


# --- Reading it -----------------------------------------------------------------------------------------------------


def test_nobody_reads_it_before_a_coordinator_has(client: Client, given: Feedback) -> None:
    for address in ("/", "/konzept/heute/", "/konzept/heute/empfehlung/1.1.1/", "/konzept/heute/?q=hilft"):
        assert "Das hilft uns" not in client.get(address).content.decode()


def test_it_waits_on_the_desk_for_fourteen_days(given: Feedback) -> None:
    duty = open_duties(NOW.date())[0]
    assert duty.title == "Rückmeldung lesen: 1.1.1 Elterncafés"
    assert duty.due_on == NOW.date() + 14 * DAY
    assert duty.link == f"/rueckmeldungen/{given.pk}/"


def test_published_it_stands_with_the_recommendation_escaped_and_with_its_answer(
    client: Client, signed_in: Any, cast: Cast, given: Feedback
) -> None:
    desk = Client()
    desk.force_login(cast.coordinator, backend="offices.backends.OfficeBackend")
    address = f"/rueckmeldungen/{given.pk}/"
    assert "1 Rückmeldung wartet auf Sie" in desk.get("/rueckmeldungen/").content.decode()
    answer = desk.post(address, {"answer": "Danke.\nDas freut uns.", "stand": given.stand}, follow=True)
    assert "Keine Rückmeldung wartet auf Sie" in answer.content.decode()
    page = page_of(client)
    assert "<p>Das hilft uns.<br>Sehr &lt;b&gt;sogar&lt;/b&gt;.</p>" in page
    assert "<p>Danke.<br>Das freut uns.</p>" in page
    assert "Rückmeldung vom 26.11.2026" in page
    assert cast.coordinator.name not in page
    assert open_duties(NOW.date()) == []


def test_without_an_answer_it_is_published_alone(client: Client, cast: Cast, given: Feedback) -> None:
    voices.publish_feedback(given.pk, answer="", seen=given.stand, by=cast.coordinator, now=NOW)
    assert "Das hilft uns" in page_of(client)
    assert "Antwort der Stadt" not in page_of(client)


def test_what_is_not_published_keeps_its_reason_for_the_record_alone(
    client: Client, cast: Cast, given: Feedback
) -> None:
    desk = Client()
    desk.force_login(cast.coordinator, backend="offices.backends.OfficeBackend")
    address = f"/rueckmeldungen/{given.pk}/nicht-veroeffentlichen/"
    assert desk.post(address, {"reason": " ", "stand": given.stand}).status_code == 422
    desk.post(address, {"reason": "Werbung.", "stand": given.stand})
    given.refresh_from_db()
    assert (given.state, given.decline_reason) == (FeedbackState.DECLINED, "Werbung.")
    assert "Werbung." in desk.get(f"/rueckmeldungen/{given.pk}/").content.decode()
    page = page_of(client)
    assert "Das hilft uns" not in page
    assert "Werbung" not in page
    assert open_duties(NOW.date()) == []


def test_published_feedback_can_be_taken_off_and_its_answer_goes_with_it(
    client: Client, cast: Cast, given: Feedback
) -> None:
    published = voices.publish_feedback(given.pk, answer="Danke.", seen=given.stand, by=cast.coordinator, now=NOW)
    voices.decline_feedback(
        given.pk, reason="Nennt jemanden.", seen=published.stand, by=cast.coordinator, now=NOW + DAY
    )
    given.refresh_from_db()
    assert given.answer == ""
    assert "Das hilft uns" not in page_of(client)


def test_an_answer_may_be_changed_later(client: Client, cast: Cast, given: Feedback) -> None:
    published = voices.publish_feedback(given.pk, answer="Danke.", seen=given.stand, by=cast.coordinator, now=NOW)
    voices.publish_feedback(given.pk, answer="Vielen Dank.", seen=published.stand, by=cast.coordinator, now=NOW + DAY)
    assert "Vielen Dank." in page_of(client)


def test_two_who_decide_at_once_do_not_overrule_each_other(cast: Cast, given: Feedback) -> None:
    voices.decline_feedback(given.pk, reason="Werbung.", seen=given.stand, by=cast.coordinator, now=NOW)
    with pytest.raises(ConflictError):
        voices.publish_feedback(given.pk, answer="", seen=given.stand, by=cast.coordinator, now=NOW)
    desk = Client()
    desk.force_login(cast.coordinator, backend="offices.backends.OfficeBackend")
    answer = desk.post(f"/rueckmeldungen/{given.pk}/", {"answer": "", "stand": given.stand}, follow=True)
    assert "inzwischen über diese Rückmeldung entschieden" in answer.content.decode()
    given.refresh_from_db()
    assert given.state == FeedbackState.DECLINED


def test_a_reason_is_asked_for_by_the_service_too(cast: Cast, given: Feedback) -> None:
    with pytest.raises(DomainError):
        voices.decline_feedback(given.pk, reason=" ", seen=given.stand, by=cast.coordinator, now=NOW)


def test_the_lists_cost_the_same_with_two_and_with_twenty(signed_in: Any, cast: Cast, one: Recommendation) -> None:
    client = signed_in(cast.coordinator)

    def fill(number: int) -> None:
        for _ in range(number):
            voices.report_barrier(text="Stumm.", page="", contact="", now=NOW)
            voices.give_feedback(one.pk, label="1", text="Ja.", now=NOW)
            done = voices.give_feedback(one.pk, label="1", text="Ja.", now=NOW)
            voices.publish_feedback(done.pk, answer="Ja.", seen=done.stand, by=cast.coordinator, now=NOW)

    def cost(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    addresses = ("/rueckmeldungen/", "/barrieren/", "/konzept/heute/empfehlung/1.1.1/")
    fill(2)
    for address in addresses:
        cost(address)
    few = [cost(address) for address in addresses]
    fill(18)
    cost(addresses[2])
    assert [cost(address) for address in addresses] == few
