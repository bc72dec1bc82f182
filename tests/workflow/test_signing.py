"""Signatures as pages: who sees them, what each answer does, and the mails that ask for them."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from notifications.models import Mail, MailKind, MailTopic
from offices.models import Membership, Person, Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, content
from tests.workflow.steps import SignIn, address, text
from workflow import runs
from workflow.content import ContributionContent, MeasureContent
from workflow.models import CoSignature, Event, Participation, ReportingCycle, Revision, StatusUpdate
from workflow.services import history

THEIRS = ContributionContent(
    done="Das Schulamt hat vier Sprachkurse eingerichtet.\n\nEin Kurs fiel aus.", measures=(MeasureContent("Kurse"),)
)


@pytest.fixture
def update(cast: Cast) -> StatusUpdate:
    """Led by 51, with 40 and 53 contributing; offices co-sign, silence counts, then the head signs."""
    edition = factories.edition()
    factories.recommendation(factories.goal(edition), lead=cast.youth, contributing=(cast.school, cast.health))
    factories.open_cycle(edition, contributions=True, co_sign=True, silence_is_consent=True, sign_off=True)
    update = StatusUpdate.objects.get()
    runs.contribute(of(update, cast.school).pk, by=cast.school_clerk, content=THEIRS, now=NOW)
    return update


@pytest.fixture
def health_clerk(cast: Cast) -> Person:
    return factories.member(Role.CLERK, cast.health, name="Sachbearbeitung 53")


def of(update: StatusUpdate, office: object) -> Participation:
    return Participation.objects.get(update=update, office=office)


def hand_in(cast: Cast, update: StatusUpdate, **fields: Any) -> None:
    without = Participation.objects.filter(update=update).values_list("pk", flat=True)
    runs.hand_in(update.pk, by=cast.clerk, content=content(**fields), now=NOW, without=without)


def all_co_sign(cast: Cast, update: StatusUpdate, health_clerk: Person) -> None:
    runs.co_sign(update.pk, cast.school.pk, by=cast.school_clerk, now=NOW)
    runs.co_sign(update.pk, cast.health.pk, by=health_clerk, now=NOW)


def answer(client: Client, update: StatusUpdate, page: str, **data: Any) -> Any:
    number = Revision.objects.filter(update=update).count()
    return client.post(address(update, page), {"version": number, **data}, follow=True)


def state(update: StatusUpdate) -> str:
    return StatusUpdate.objects.get(pk=update.pk).state


def test_a_contributor_sees_what_became_of_the_contribution(
    signed_in: SignIn, cast: Cast, update: StatusUpdate
) -> None:
    hand_in(cast, update, done="Eigener Text.\n\nDas Schulamt hat fünf Sprachkurse eingerichtet.")
    page = text(signed_in(cast.school_clerk).get(address(update, "zeichnen/")))
    assert "Zeichnen Sie mit?" in page
    assert "Was aus dem Beitrag von 40 Amt für Schule und Bildung wurde" in page
    assert "<del>" in page
    assert "vier" in page
    assert "Kurse: nicht übernommen" in page
    assert "Hören" not in page
    assert "Keine Antwort bis dahin gilt als Zustimmung" in page


def test_a_contribution_that_was_taken_over_is_said_to_be(signed_in: SignIn, cast: Cast, update: StatusUpdate) -> None:
    hand_in(cast, update, done=THEIRS.done, measures=THEIRS.measures)
    assert "Alles wurde so übernommen" in text(signed_in(cast.school_clerk).get(address(update, "zeichnen/")))


def test_internals_stay_with_the_lead_office(signed_in: SignIn, cast: Cast, update: StatusUpdate) -> None:
    hand_in(cast, update, internal_note="GEHEIME NOTIZ", outlook="blocked")
    assert "GEHEIME NOTIZ" not in text(signed_in(cast.school_clerk).get(address(update, "zeichnen/")))
    assert "GEHEIME NOTIZ" in text(signed_in(cast.head).get(address(update, "zeichnen/")))


@pytest.mark.parametrize("who", ["clerk", "reviewer", "coordinator", "reader", "administrator", "stranger"])
def test_the_page_is_not_there_for_others(signed_in: SignIn, cast: Cast, update: StatusUpdate, who: str) -> None:
    hand_in(cast, update)
    assert signed_in(getattr(cast, who)).get(address(update, "zeichnen/")).status_code == 404


def test_before_anything_was_handed_in_there_is_nothing_to_sign(
    signed_in: SignIn, cast: Cast, update: StatusUpdate
) -> None:
    page = text(signed_in(cast.head).get(address(update, "zeichnen/"), follow=True))
    assert "noch nichts zu zeichnen" in page


def test_an_office_co_signs_and_hears_who_is_next(signed_in: SignIn, cast: Cast, update: StatusUpdate) -> None:
    hand_in(cast, update)
    client = signed_in(cast.school_clerk)
    page = text(answer(client, update, "mitzeichnen/", office=cast.school.pk))
    assert "Danke, Ihre Mitzeichnung ist da. Als Nächstes zeichnen mit: 53" in page
    assert "Mitgezeichnet am 2" in text(client.get(address(update, "zeichnen/")))
    again = client.post(address(update, "mitzeichnen/"), {"version": 1, "office": cast.school.pk})
    assert again.status_code == 409
    assert "schon beantwortet" in text(again)


def test_nobody_co_signs_for_another_office(signed_in: SignIn, cast: Cast, update: StatusUpdate) -> None:
    hand_in(cast, update)
    where = address(update, "mitzeichnen/")
    answered = signed_in(cast.school_clerk).post(where, {"version": 1, "office": cast.health.pk})
    assert answered.status_code == 403
    assert not CoSignature.objects.exclude(state="asked").exists()


def test_an_objection_needs_a_reason_and_goes_to_the_lead_office(
    signed_in: SignIn, cast: Cast, update: StatusUpdate
) -> None:
    hand_in(cast, update)
    client = signed_in(cast.school_clerk)
    empty = client.post(address(update, "einwand/"), {"version": 1, "office": cast.school.pk, "reason": " "})
    assert empty.status_code == 422
    assert "Bitte schreiben Sie, was sich ändern soll" in text(empty)
    assert state(update) == "signing"
    answer(client, update, "einwand/", office=cast.school.pk, reason="Es waren vier Kurse.")
    assert state(update) == "returned"
    assert "Einwand erhoben" in text(client.get(address(update, "zeichnen/")))
    page = text(signed_in(cast.clerk).get(address(update, "schreiben/")))
    assert "Es waren vier Kurse." in page
    mails = Mail.objects.filter(kind=MailKind.RETURNED, key__startswith="objected:")
    assert {mail.recipient for mail in mails} == {cast.clerk.email, cast.colleague.email}
    assert "Es waren vier Kurse." in mails[0].text


def test_the_version_that_was_read_is_the_one_that_is_signed(
    signed_in: SignIn, cast: Cast, update: StatusUpdate
) -> None:
    hand_in(cast, update)
    runs.withdraw(update.pk, by=cast.clerk, now=NOW)
    hand_in(cast, update, done="Ein anderer Text.")
    client = signed_in(cast.school_clerk)
    sent = {"version": 1, "office": cast.school.pk, "reason": "Mein langer Einwand."}
    for page in ("mitzeichnen/", "einwand/"):
        answered = client.post(address(update, page), sent)
        assert answered.status_code == 409
        assert "neuere Version" in text(answered)
    assert "Mein langer Einwand." in text(answered)


def test_the_head_signs_once_the_offices_have(
    signed_in: SignIn, cast: Cast, update: StatusUpdate, health_clerk: Person
) -> None:
    hand_in(cast, update)
    client = signed_in(cast.head)
    page = text(client.get(address(update, "zeichnen/")))
    assert "Sie ist dran, sobald alle beteiligten Ämter geantwortet haben" in page
    assert client.post(address(update, "schlusszeichnung/"), {"version": 1}).status_code == 409
    all_co_sign(cast, update, health_clerk)
    assert "Zeichnen Sie?" in text(client.get(address(update, "zeichnen/")))
    assert "Als Nächstes prüft ihn die Arbeitsgruppe" in text(answer(client, update, "schlusszeichnung/"))
    assert state(update) == "in_review"
    assert "Gezeichnet am" in text(client.get(address(update, "zeichnen/")))


def test_the_head_returns_with_a_reason(
    signed_in: SignIn, cast: Cast, update: StatusUpdate, health_clerk: Person
) -> None:
    hand_in(cast, update)
    all_co_sign(cast, update, health_clerk)
    client = signed_in(cast.head)
    assert client.post(address(update, "ungezeichnet/"), {"version": 1, "reason": ""}).status_code == 422
    answer(client, update, "ungezeichnet/", reason="Bitte kürzer.")
    assert state(update) == "returned"
    mail = Mail.objects.filter(kind=MailKind.RETURNED, recipient=cast.clerk.email).get()
    assert "Bitte kürzer." in mail.text
    assert MailTopic.objects.filter(mail=mail, topic=f"update:{update.pk}").exists()


def test_a_deputy_of_the_head_signs_and_both_names_are_shown(
    signed_in: SignIn, cast: Cast, update: StatusUpdate, health_clerk: Person
) -> None:
    deputy = factories.member(Role.CLERK, factories.office("33", "Bürgeramt"), name="Sachbearbeitung 33")
    factories.absence(cast.head, deputy)
    hand_in(cast, update)
    all_co_sign(cast, update, health_clerk)
    client = signed_in(deputy)
    answer(client, update, "schlusszeichnung/")
    assert "Sachbearbeitung 33 in Vertretung für Leitung 51" in text(client.get(address(update, "zeichnen/")))


def test_offices_are_asked_by_mail_and_the_head_after_them(
    cast: Cast, update: StatusUpdate, health_clerk: Person
) -> None:
    hand_in(cast, update)
    asked = Mail.objects.filter(kind=MailKind.SIGN_REQUEST)
    assert {mail.recipient for mail in asked} == {cast.school_clerk.email, health_clerk.email}
    mail = asked.get(person=cast.school_clerk)
    assert "gilt das als Zustimmung" in mail.text
    assert f"/sachstand/{update.pk}/zeichnen/" in mail.text
    all_co_sign(cast, update, health_clerk)
    assert asked.filter(person=cast.head).get().subject.startswith("Bitte zeichnen")
    assert MailTopic.objects.filter(topic=f"update:{update.pk}", mail__kind=MailKind.SIGN_REQUEST).count() == 3


def test_the_deputy_of_an_absent_head_is_asked_too(cast: Cast, update: StatusUpdate, health_clerk: Person) -> None:
    deputy = factories.member(Role.CLERK, factories.office("33", "Bürgeramt"), name="Sachbearbeitung 33")
    factories.absence(cast.head, deputy)
    hand_in(cast, update)
    all_co_sign(cast, update, health_clerk)
    mail = Mail.objects.get(kind=MailKind.SIGN_REQUEST, person=deputy)
    assert "weil Sie Leitung 51 vertreten" in mail.text


def test_where_nobody_is_head_the_coordinators_hear_of_it_and_go_on(
    signed_in: SignIn, cast: Cast, update: StatusUpdate, health_clerk: Person
) -> None:
    Membership.objects.filter(person=cast.head).update(role=Role.CLERK)
    hand_in(cast, update)
    all_co_sign(cast, update, health_clerk)
    assert "niemand als Leitung" in Mail.objects.get(kind=MailKind.SIGN_REQUEST, person=cast.coordinator).text
    client = signed_in(cast.coordinator)
    assert "niemand als Leitung eingetragen" in text(client.get(address(update)))
    assert "Bitte sagen Sie, warum" in text(client.post(address(update, "ohne-zeichnung/"), follow=True))
    client.post(address(update, "ohne-zeichnung/"), {"reason": "Die Stelle ist unbesetzt."})
    assert state(update) == "in_review"
    assert "Am 2" in text(client.get(address(update)))


def test_the_lead_office_goes_on_without_a_co_signature(signed_in: SignIn, cast: Cast, update: StatusUpdate) -> None:
    hand_in(cast, update)
    client = signed_in(cast.clerk)
    assert "Ohne diese Mitzeichnung weitermachen" in text(client.get(address(update)))
    client.post(address(update, "ohne-mitzeichnung/"), {"office": cast.health.pk, "reason": "Niemand erreichbar."})
    assert CoSignature.objects.get(office=cast.health).state == "waived"
    assert client.post(address(update, "ohne-zeichnung/"), {"reason": "Eilt."}).status_code == 404
    assert signed_in(cast.school_clerk).post(address(update, "ohne-mitzeichnung/"), {}).status_code == 404


def test_a_silent_office_reads_that_it_came_too_late(signed_in: SignIn, cast: Cast, update: StatusUpdate) -> None:
    hand_in(cast, update)
    after = CoSignature.objects.values_list("due_on", flat=True)[0] + datetime.timedelta(days=1)
    runs.lapse_co_signatures(now=NOW, today=after)
    client = signed_in(cast.school_clerk)
    assert "gilt das als Zustimmung" in text(client.get(address(update, "zeichnen/")))
    assert client.post(address(update, "mitzeichnen/"), {"version": 1, "office": cast.school.pk}).status_code == 409
    assert Event.objects.get(kind="co_sign_lapsed").actor is None
    assert list(history.verify()) == []


def test_without_signatures_the_page_says_that_none_is_needed(
    signed_in: SignIn, cast: Cast, update: StatusUpdate
) -> None:
    ReportingCycle.objects.update(co_sign=False, sign_off=False, silence_is_consent=False)
    hand_in(cast, update)
    assert "keine Mitzeichnung von Ihnen" in text(signed_in(cast.school_clerk).get(address(update, "zeichnen/")))
    assert "keine Schlusszeichnung vorgesehen" in text(signed_in(cast.head).get(address(update, "zeichnen/")))
    assert "Zeichnung</h2>" not in text(signed_in(cast.clerk).get(address(update)))


@pytest.mark.parametrize("page", ["mitzeichnen/", "einwand/", "schlusszeichnung/", "ungezeichnet/"])
def test_whoever_comes_back_by_the_address_alone_finds_the_page(
    signed_in: SignIn, cast: Cast, update: StatusUpdate, page: str
) -> None:
    hand_in(cast, update)
    assert signed_in(cast.head).get(address(update, page)).headers["Location"] == address(update, "zeichnen/")


def test_a_deputy_of_the_clerk_goes_on_without_and_both_are_kept(cast: Cast, update: StatusUpdate) -> None:
    deputy = factories.member(Role.CLERK, factories.office("33", "Bürgeramt"), name="Sachbearbeitung 33")
    factories.absence(cast.clerk, deputy)
    hand_in(cast, update)
    runs.go_on_without_co_signature(update.pk, cast.health.pk, by=deputy, reason="Urlaub", now=NOW)
    kept = Event.objects.get(kind="co_sign_waived")
    assert (kept.actor, kept.on_behalf_of) == (deputy, cast.clerk)
    assert CoSignature.objects.get(office=cast.health).on_behalf_of == cast.clerk


def test_the_pages_cost_the_same_for_two_offices_and_for_twenty(signed_in: SignIn, cast: Cast) -> None:
    counts: dict[str, set[int]] = {"zeichnen/": set(), "": set()}
    for number in (2, 20):
        offices = [factories.office(f"7{number}{one}", f"Amt {number}-{one}") for one in range(number - 1)]
        edition = factories.edition(f"Konzept {number}")
        factories.recommendation(factories.goal(edition), lead=cast.youth, contributing=(cast.school, *offices))
        cycle = factories.open_cycle(edition, contributions=True, co_sign=True, sign_off=True)
        update = StatusUpdate.objects.get(cycle=cycle)
        runs.contribute(of(update, cast.school).pk, by=cast.school_clerk, content=THEIRS, now=NOW)
        hand_in(cast, update, done=THEIRS.done)
        client = signed_in(cast.school_clerk)
        for page, found in counts.items():
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address(update, page)).status_code == 200
            found.add(len(queries))
    assert {len(found) for found in counts.values()} == {1}, counts
