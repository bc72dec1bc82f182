"""Somebody meets a barrier: the report arrives, stands on a desk for six weeks, is answered, and forgets who it was."""

import datetime
import logging
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from notifications.models import Mail, MailKind
from notifications.services import readers
from offices.errors import ConflictError, DomainError
from offices.models import Membership, Role
from publication.models import BarrierReport
from publication.services import voices
from tests import factories
from tests.conftest import Cast
from tests.publication.visitors import NOW, hidden, send
from workflow.duties import open_duties
from workflow.models import Duty

pytestmark = pytest.mark.django_db

FORM = "/barriere-melden/"
DUE = datetime.date(2027, 1, 7)
GIVEN = {"text": "Der Knopf „Suchen“ ist stumm.", "seite": "/konzept/heute/", "kontakt": "mara@example.org"}


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


def reported(**fields: Any) -> BarrierReport:
    given = {"text": GIVEN["text"], "page": GIVEN["seite"], "contact": GIVEN["kontakt"], "now": NOW} | fields
    return voices.report_barrier(**given)


# --- Reporting ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [FORM, "/barrierefreiheit/", "/en/barriere-melden/", "/en/barrierefreiheit/"])
def test_a_report_arrives_from_both_pages_in_both_languages(client: Client, cast: Cast, address: str) -> None:
    to = address.replace("barrierefreiheit", "barriere-melden")
    answer = send(client, address, to=to, **GIVEN)
    assert answer.status_code == 302
    report = BarrierReport.objects.get()
    assert (report.text, report.page, report.contact) == tuple(GIVEN.values())
    assert report.received_at == NOW + datetime.timedelta(minutes=1)
    assert not client.cookies


def test_the_confirmation_says_what_happens_and_until_when(client: Client, cast: Cast) -> None:
    answer = send(client, FORM, **GIVEN)
    page = client.get(answer["Location"]).content.decode()
    assert f"die Nummer <strong>{BarrierReport.objects.get().pk}</strong>" in page
    assert "bis zum 07.01.2027" in page
    assert "Durchsetzungsstelle" in page


def test_nobody_can_make_up_a_confirmation(client: Client, db: None) -> None:
    assert client.get("/barriere-melden/danke/1~2026-11-26/").status_code == 404
    assert client.get("/barriere-melden/danke/1~2026-11-26.falsch/").status_code == 404


def test_the_page_where_it_happened_is_filled_in(client: Client, db: None) -> None:
    page = client.get(f"{FORM}?seite=/konzept/heute/").content.decode()
    assert f'value="{settings.SITE_URL}/konzept/heute/"' in page
    assert '"><script>' not in client.get(f'{FORM}?seite="><script>').content.decode()


@pytest.mark.parametrize("address", ["/", "/impressum/", "/gibt-es-nicht/", "/en/"])
def test_every_page_leads_to_the_form_and_names_itself(client: Client, db: None, address: str) -> None:
    prefix = "/en" if address == "/en/" else ""
    page = client.get(address).content.decode()
    assert f'href="{prefix}/barriere-melden/?seite={address}"' in page


def test_staff_pages_lead_to_the_form_as_well(signed_in: Any, cast: Cast) -> None:
    assert "/barriere-melden/?seite=/board/" in signed_in(cast.coordinator).get("/board/").content.decode()


def test_without_a_text_it_is_not_sent_and_nothing_that_was_typed_is_lost(client: Client, db: None) -> None:
    answer = send(client, FORM, text="  ", kontakt="mara@example.org")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Die Meldung ist noch nicht abgeschickt" in page
    assert "Bitte sagen Sie in ein paar Worten, was nicht funktioniert hat." in page
    assert 'value="mara@example.org"' in page
    assert not BarrierReport.objects.exists()


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"origin": "https://anderswo.example"}, "nicht von unserer Seite"),
        ({"origin": ""}, "nicht von unserer Seite"),
        ({"after": datetime.timedelta(seconds=1)}, "sehr schnell"),
        ({"after": datetime.timedelta(hours=5)}, "lange offen"),
        ({"homepage": "https://spam.example"}, "als hätte es ein Programm geschrieben"),
        ({"token": "erfunden"}, "lange offen"),
    ],
)
def test_machines_are_refused_in_words_and_the_text_stays(
    client: Client, db: None, how: dict[str, Any], said: str
) -> None:
    answer = send(client, FORM, **GIVEN, **how)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert "ist stumm." in page
    assert not BarrierReport.objects.exists()
    # The page that refuses carries a form that may be sent.
    assert hidden(page)["token"] not in {"", "erfunden"}


def test_a_form_that_is_sent_twice_arrives_once(client: Client, cast: Cast) -> None:
    with time_machine.travel(NOW, tick=False):
        values = hidden(client.get(FORM).content.decode()) | GIVEN
    with time_machine.travel(NOW + datetime.timedelta(minutes=1), tick=False):
        answers = [client.post(FORM, values, headers={"origin": "http://testserver"}) for _ in range(2)]
    assert [one.status_code for one in answers] == [302, 422]
    page = answers[1].content.decode()
    assert "ist schon angekommen" in page
    assert '<h2 class="kern-title">Schon da</h2>' in page
    assert "noch nicht abgeschickt" not in page
    assert BarrierReport.objects.count() == 1


def test_after_ten_in_an_hour_from_one_connection_the_eleventh_waits(client: Client, cast: Cast) -> None:
    answers = [send(client, FORM, **GIVEN).status_code for _ in range(11)]
    assert answers == [302] * 10 + [422]
    client.defaults["REMOTE_ADDR"] = "192.0.2.77"
    assert send(client, FORM, **GIVEN).status_code == 302


def test_form_and_confirmation_are_never_kept(client: Client, cast: Cast) -> None:
    assert "no-store" in client.get(FORM)["Cache-Control"]
    assert "no-store" in client.get("/barrierefreiheit/")["Cache-Control"]
    answer = send(client, FORM, **GIVEN)
    assert "no-store" in client.get(answer["Location"])["Cache-Control"]


def test_neither_text_nor_contact_stands_in_a_log_or_a_mail(
    client: Client, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        send(client, FORM, **GIVEN)
    said = "\n".join(record.getMessage() for record in caplog.records if record.name != "django.db.backends")
    mail = Mail.objects.get(kind=MailKind.VOICE)
    for secret in ("mara@example.org", "ist stumm"):
        assert secret not in said
        assert secret not in mail.text + mail.html + mail.subject


# --- On the desk ----------------------------------------------------------------------------------------------------


def test_it_is_due_in_six_weeks_and_coordinators_are_told(cast: Cast) -> None:
    report = reported(label="Heute")
    duty = open_duties(NOW.date())[0]
    assert (duty.due_on, duty.link) == (DUE, f"/barrieren/{report.pk}/")
    assert duty.title == "Barriere-Meldung beantworten: Heute"
    mail = Mail.objects.get(kind=MailKind.VOICE)
    assert mail.recipient == cast.coordinator.email
    assert "bis zum 07.01.2027" in mail.text
    assert f"/barrieren/{report.pk}/" in mail.html


def test_what_comes_from_an_english_page_is_told_in_german(client: Client, cast: Cast) -> None:
    send(client, "/en/barriere-melden/", **GIVEN)
    assert Duty.objects.get().title.startswith("Barriere-Meldung beantworten")
    assert Mail.objects.get(kind=MailKind.VOICE).subject == "Eine Barriere wurde gemeldet"


def test_a_flood_writes_no_more_than_twenty_mails_a_day(cast: Cast) -> None:
    for _ in range(22):
        reported()
    assert Mail.objects.filter(kind=MailKind.VOICE).count() == 20
    assert len(open_duties(NOW.date())) == 22


def test_whoever_coordinates_no_more_does_not_get_the_mail(cast: Cast) -> None:
    reported()
    mails = Mail.objects.filter(kind=MailKind.VOICE)
    assert readers.still_meant(mails, now=NOW)
    Membership.objects.filter(person=cast.coordinator, role=Role.COORDINATOR).update(valid_until=NOW.date())
    assert not readers.still_meant(mails, now=NOW + datetime.timedelta(days=1))


def test_the_list_shows_what_waits_and_since_when(signed_in: Any, cast: Cast) -> None:
    report = reported(text="Alt & <neu>")
    with time_machine.travel(datetime.datetime(2027, 1, 9, 9, 0, tzinfo=datetime.UTC), tick=False):
        page = signed_in(cast.coordinator).get("/barrieren/").content.decode()
    assert "1 Meldung wartet auf Antwort" in page
    assert "Alt &amp; &lt;neu&gt;" in page
    assert "Antwort war am 07.01.2027 fällig, seit 2 Tagen überfällig" in page
    assert f'href="/barrieren/{report.pk}/"' in page


def test_the_contact_is_a_link_where_it_is_an_address(signed_in: Any, cast: Cast) -> None:
    client = signed_in(cast.coordinator)
    with_mail, with_number, without = (reported(contact=one) for one in ("mara@example.org", "0561 12", ""))
    page = client.get(f"/barrieren/{with_mail.pk}/").content.decode()
    assert (
        f'href="mailto:mara@example.org?subject=Ihre%20Meldung%20einer%20Barriere%2C%20Nummer%20{with_mail.pk}"' in page
    )
    assert "<strong>0561 12</strong>" in client.get(f"/barrieren/{with_number.pk}/").content.decode()
    assert "keine Kontaktangabe" in client.get(f"/barrieren/{without.pk}/").content.decode()


def test_only_a_path_of_ours_becomes_a_link(signed_in: Any, cast: Cast) -> None:
    client = signed_in(cast.coordinator)
    for page in ("//böse.example/", "javascript:alert(1)", "https://böse.example/"):
        html = client.get(f"/barrieren/{reported(page=page).pk}/").content.decode()
        assert f'href="{page}"' not in html


def test_the_desk_reads_what_the_page_is_called(client: Client, signed_in: Any, cast: Cast) -> None:
    one = factories.recommendation(factories.goal(factories.edition()), "1.1.1", lead=cast.youth)
    path = reverse("publication:recommendation", args=[one.edition.slug, one.key])
    for seite in (f"{settings.SITE_URL}/en{path}", "/", "/gibt-es-nicht/"):
        cache.clear()
        assert send(client, FORM, **GIVEN | {"seite": seite}).status_code == 302
    assert [one.page for one in BarrierReport.objects.order_by("pk")] == [f"/en{path}", "/", "/gibt-es-nicht/"]
    name = f"{one.number} {one.title} (auf Englisch)"
    titles = list(Duty.objects.order_by("pk").values_list("title", flat=True))
    assert titles[0] == f"Barriere-Meldung beantworten: {name}"
    assert titles[1] == "Barriere-Meldung beantworten: Überblick"
    assert titles[2] == "Barriere-Meldung beantworten"
    desk = signed_in(cast.coordinator)
    listed = desk.get(reverse("voices:barrier-list")).content.decode()
    assert f"{name}</h3>" in listed
    assert "Überblick</h3>" in listed
    shown = desk.get(reverse("voices:barrier", args=[BarrierReport.objects.earliest("pk").pk])).content.decode()
    assert f'<a href="/en{path}">{name}</a>' in shown
    asked = desk.get(reverse("voices:barrier-delete", args=[BarrierReport.objects.earliest("pk").pk])).content.decode()
    assert f'<a href="/en{path}">{name}</a> <span class="soft">/en{path}</span>' in asked
    unknown = desk.get(reverse("voices:barrier-delete", args=[BarrierReport.objects.latest("pk").pk])).content.decode()
    assert unknown.count("/gibt-es-nicht/<") == 1


def test_the_answer_closes_it_and_forgets_the_contact(signed_in: Any, cast: Cast) -> None:
    report = reported()
    address = reverse("voices:barrier", args=[report.pk])
    client = signed_in(cast.coordinator)
    assert client.post(address, {"answer": " "}).status_code == 422
    answer = client.post(address, {"answer": "Der Knopf hat jetzt einen Namen."}, follow=True)
    assert "Keine Meldung wartet auf Antwort" in answer.content.decode()
    report.refresh_from_db()
    assert (report.contact, report.answer) == ("", "Der Knopf hat jetzt einen Namen.")
    assert report.answered_by == cast.coordinator
    assert open_duties(NOW.date()) == []
    page = client.get(address).content.decode()
    assert "Der Knopf hat jetzt einen Namen." in page
    assert "<form class" not in page


def test_the_second_answer_is_refused_and_shown_beside_the_first(signed_in: Any, cast: Cast) -> None:
    report = reported()
    voices.answer_barrier(report.pk, answer="Erledigt.", by=cast.coordinator, now=NOW)
    second = factories.member(Role.COORDINATOR, email="zwei@stadt.example", name="Koordination 2")
    answer = signed_in(second).post(f"/barrieren/{report.pk}/", {"answer": "Auch erledigt."})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Erledigt." in page
    assert "Auch erledigt." in page
    assert "inzwischen beantwortet" in page
    report.refresh_from_db()
    assert report.answer == "Erledigt."


def test_the_service_refuses_what_the_page_would(cast: Cast) -> None:
    report = reported()
    with pytest.raises(DomainError):
        voices.answer_barrier(report.pk, answer=" ", by=cast.coordinator, now=NOW)
    voices.answer_barrier(report.pk, answer="Ja.", by=cast.coordinator, now=NOW)
    with pytest.raises(ConflictError):
        voices.answer_barrier(report.pk, answer="Nein.", by=cast.coordinator, now=NOW)
