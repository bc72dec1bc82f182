"""The pages of absences, and those on which a head looks after the own office."""

import datetime
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications.models import Mail, MailKind
from offices.models import Absence, Invitation, Membership, Office, Person, Role
from tests import factories
from tests.conftest import Cast

SignIn = Callable[[Person], Client]
WEEK = datetime.timedelta(days=7)


def enter(client: Client, address: str = "/abwesenheit/eintragen/", **fields: object) -> object:
    today = timezone.localdate()
    data = {"first_day": f"{today:%d.%m.%Y}", "last_day": f"{today + WEEK:%d.%m.%Y}", **fields}
    return client.post(address, data)


def test_an_absence_is_entered_with_a_colleague_who_gets_a_mail(signed_in: SignIn, cast: Cast) -> None:
    client = signed_in(cast.clerk)
    response = enter(client, colleague=cast.colleague.pk)

    assert response["Location"] == "/abwesenheit/"
    assert Absence.objects.get().deputy == cast.colleague
    mail = Mail.objects.get(kind=MailKind.DEPUTY)
    assert (mail.recipient, mail.person) == (cast.colleague.email, cast.colleague)
    assert "Sachbearbeitung 51 ist vom" in mail.text
    assert "/abwesenheit/" in mail.html
    assert "Sachbearbeitung 51/2" in client.get("/abwesenheit/").content.decode()
    assert "Sachbearbeitung 51" in signed_in(cast.colleague).get("/abwesenheit/").content.decode()


def test_the_absent_person_hears_of_what_somebody_else_enters_and_ends_for_them(signed_in: SignIn, cast: Cast) -> None:
    client = signed_in(cast.coordinator)
    enter(client, f"/abwesenheit/eintragen/{cast.clerk.pk}/", email=cast.colleague.email)
    client.post(f"/abwesenheit/{Absence.objects.get().pk}/beenden/")

    mails = Mail.objects.filter(kind=MailKind.DEPUTY, recipient=cast.clerk.email).order_by("pk")
    assert [mail.subject.split(" vom ")[0] for mail in mails] == [
        "Sachbearbeitung 51/2 vertritt Sie",
        "Sachbearbeitung 51/2 vertritt Sie nicht mehr",
    ]


def test_somebody_of_another_office_is_named_by_their_address(signed_in: SignIn, cast: Cast) -> None:
    enter(signed_in(cast.clerk), email=cast.school_clerk.email.upper())

    assert Absence.objects.get().deputy == cast.school_clerk


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Bitte sagen Sie, wer vertritt."),
        ({"email": "niemand@stadt.example"}, "kann sich hier niemand anmelden"),
        ({"email": "fremd@stadt.example"}, "kann sich hier niemand anmelden"),
        ({"email": "head-51@stadt.example", "last_day": "01.01.2020"}, "liegt vor dem ersten"),
        ({"email": "clerk-51@stadt.example"}, "Niemand vertritt sich selbst"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_entered(
    signed_in: SignIn, cast: Cast, fields: dict[str, object], sentence: str
) -> None:
    response = enter(signed_in(cast.clerk), **fields)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Absence.objects.exists()
    assert not Mail.objects.exists()


def test_a_colleague_and_an_address_at_once_are_too_much(signed_in: SignIn, cast: Cast) -> None:
    response = enter(signed_in(cast.clerk), colleague=cast.colleague.pk, email=cast.head.email)

    assert response.status_code == 422
    assert "nicht beides" in response.content.decode()


def test_an_absence_is_ended_and_the_deputy_hears_of_it(signed_in: SignIn, cast: Cast) -> None:
    client = signed_in(cast.clerk)
    enter(client, colleague=cast.colleague.pk)
    absence = Absence.objects.get()

    response = client.post(f"/abwesenheit/{absence.pk}/beenden/", follow=True)

    assert "Die Abwesenheit ist beendet" in response.content.decode()
    absence.refresh_from_db()
    assert absence.ended_by == cast.clerk
    assert Mail.objects.filter(subject__startswith="Vertretung beendet", recipient=cast.colleague.email).count() == 1


def test_the_deputy_cannot_end_the_absence_and_to_others_it_does_not_exist(signed_in: SignIn, cast: Cast) -> None:
    absence = factories.absence(cast.clerk, cast.colleague)

    for person in (cast.colleague, cast.school_clerk):
        assert signed_in(person).post(f"/abwesenheit/{absence.pk}/beenden/").status_code == 404
    assert signed_in(cast.clerk).post("/abwesenheit/4711/beenden/").status_code == 404


def test_the_page_warns_when_the_deputy_is_away_for_some_days(signed_in: SignIn, cast: Cast) -> None:
    today = timezone.localdate()
    factories.absence(cast.colleague, cast.head, first_day=today, last_day=today)
    client = signed_in(cast.clerk)
    enter(client, colleague=cast.colleague.pk)

    assert "einen Teil dieser Zeit" in client.get("/abwesenheit/").content.decode()


def test_a_head_and_a_coordinator_enter_for_others(signed_in: SignIn, cast: Cast) -> None:
    address = f"/abwesenheit/eintragen/{cast.clerk.pk}/"

    response = enter(signed_in(cast.head), address, colleague=cast.colleague.pk)
    assert response["Location"] == "/amt/"
    absence = Absence.objects.get()
    assert (absence.person, absence.entered_by) == (cast.clerk, cast.head)

    client = signed_in(cast.coordinator)
    assert "Schon eingetragen" in client.get(address).content.decode()
    assert client.post(f"/abwesenheit/{absence.pk}/beenden/")["Location"] == "/menschen/"
    assert signed_in(cast.school_clerk).get(address).status_code == 404


def test_account_and_header_lead_to_the_absences(signed_in: SignIn, cast: Cast) -> None:
    client = signed_in(cast.clerk)

    assert client.get("/konto/").content.decode().count('href="/abwesenheit/"') == 2
    assert 'href="/abwesenheit/"' not in signed_in(cast.stranger).get("/konto/").content.decode()


def test_a_head_sees_the_people_of_the_own_office(signed_in: SignIn, cast: Cast) -> None:
    factories.absence(cast.clerk, cast.colleague)
    client = signed_in(cast.head)

    assert client.get("/amt/")["Location"] == f"/amt/{cast.youth.pk}/menschen/"
    page = client.get(f"/amt/{cast.youth.pk}/menschen/").content.decode()
    for person in (cast.head, cast.clerk, cast.colleague):
        assert person.email in page
    assert cast.own_reviewer.email not in page
    assert "Vertretung: Sachbearbeitung 51/2" in page
    assert client.get(f"/amt/{cast.school.pk}/menschen/").status_code == 404


def test_the_deputy_of_a_head_looks_after_the_office_too(signed_in: SignIn, cast: Cast) -> None:
    factories.absence(cast.head, cast.school_clerk)

    assert signed_in(cast.school_clerk).get(f"/amt/{cast.youth.pk}/menschen/").status_code == 200
    assert signed_in(cast.clerk).get(f"/amt/{cast.youth.pk}/menschen/").status_code == 404


def test_a_head_of_two_offices_changes_between_them(signed_in: SignIn, cast: Cast) -> None:
    Membership.objects.create(person=cast.head, role=Role.HEAD, office=cast.school)
    client = signed_in(cast.head)

    assert client.get("/amt/")["Location"] == f"/amt/{cast.school.pk}/menschen/"
    page = client.get(f"/amt/{cast.youth.pk}/menschen/").content.decode()
    assert f'href="/amt/{cast.school.pk}/menschen/"' in page


def test_a_head_invites_repeats_and_withdraws(signed_in: SignIn, cast: Cast) -> None:
    client, home = signed_in(cast.head), f"/amt/{cast.youth.pk}/menschen/"
    response = client.post(f"{home}einladen/", {"email": "neu@stadt.example", "name": "Neue Kraft"})

    assert response["Location"] == home
    invitation = Invitation.objects.get()
    assert (invitation.role, invitation.office, invitation.invited_by) == (Role.CLERK, cast.youth, cast.head)
    assert "neu@stadt.example" in client.get(home).content.decode()

    assert client.post(f"/einladungen/{invitation.pk}/wiederholen/")["Location"] == home
    assert client.post(f"/einladungen/{invitation.pk}/zuruecknehmen/")["Location"] == home
    invitation.refresh_from_db()
    assert invitation.times_sent == 2
    assert invitation.withdrawn_at is not None


@pytest.mark.parametrize(("role", "office"), [(Role.CLERK, "school"), (Role.HEAD, "youth"), (Role.READER, None)])
def test_invitations_of_others_do_not_exist_for_a_head(
    signed_in: SignIn, cast: Cast, role: str, office: str | None
) -> None:
    at: Office | None = getattr(cast, office) if office else None
    invitation = Invitation.objects.create(
        email="neu@stadt.example",
        role=role,
        office=at,
        token_sha256="0",
        sent_at=timezone.now(),
        expires_at=timezone.now() + WEEK,
    )
    client = signed_in(cast.head)

    for action in ("wiederholen", "zuruecknehmen"):
        assert client.post(f"/einladungen/{invitation.pk}/{action}/").status_code == 404


def test_inviting_somebody_who_works_there_already_is_refused_in_words(signed_in: SignIn, cast: Cast) -> None:
    response = signed_in(cast.head).post(f"/amt/{cast.youth.pk}/menschen/einladen/", {"email": cast.clerk.email})

    assert response.status_code == 422
    assert "schon" in response.content.decode()


def test_a_head_lets_the_role_of_a_clerk_end(signed_in: SignIn, cast: Cast) -> None:
    client, home = signed_in(cast.head), f"/amt/{cast.youth.pk}/menschen/"
    address = f"{home}{cast.clerk.memberships.get().pk}/beenden/"

    assert "Sachbearbeitung 51: Rolle" in client.get(address).content.decode()
    assert client.post(address, {"last_day": "01.01.2020"}).status_code == 422
    response = client.post(address, {"last_day": f"{timezone.localdate():%d.%m.%Y}"}, follow=True)

    assert "arbeitet noch bis zum" in response.content.decode()
    assert cast.clerk.memberships.get().valid_until == timezone.localdate()


def test_the_last_head_is_told_so(signed_in: SignIn, cast: Cast) -> None:
    address = f"/amt/{cast.youth.pk}/menschen/{cast.head.memberships.get().pk}/beenden/"
    response = signed_in(cast.head).post(address, {"last_day": f"{timezone.localdate():%d.%m.%Y}"})

    assert response.status_code == 422
    assert "einzige Leitung" in response.content.decode()


def test_the_people_of_an_office_cost_the_same_for_two_and_twenty(signed_in: SignIn, cast: Cast) -> None:
    client, home = signed_in(cast.head), f"/amt/{cast.youth.pk}/menschen/"
    client.get(home)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(home).status_code == 200
        return len(found)

    before = queries()
    for number in range(18):
        somebody = factories.member(Role.CLERK, cast.youth, email=f"clerk-{number}@stadt.example")
        factories.absence(somebody, cast.clerk)
        client.post(f"{home}einladen/", {"email": f"neu-{number}@stadt.example", "name": ""})
    client.get(home)
    assert queries() == before
