"""The pages of invitations and mail."""

import datetime
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from offices.models import Invitation, Person, Role
from tests.conftest import Cast

SignIn = Callable[[Person], Client]

PAGES = ["/menschen/", "/einladungen/", "/einladungen/neu/", "/post/"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("administrator", 200),
        ("coordinator", 200),
        ("clerk", 404),
        ("head", 404),
        ("reviewer", 404),
        ("reader", 404),
        ("stranger", 404),
    ],
)
def test_people_and_mail_are_for_those_who_look_after_them(
    signed_in: SignIn, cast: Cast, page: str, who: str, status: int
) -> None:
    assert signed_in(getattr(cast, who)).get(page).status_code == status


@pytest.mark.parametrize("page", [*PAGES, "/konto/"])
def test_visitors_are_asked_to_sign_in(client: Client, db: None, page: str) -> None:
    assert client.get(page)["Location"] == f"/anmelden/?next={page}"


@pytest.mark.parametrize("who", ["administrator", "clerk", "reader", "stranger"])
def test_everybody_sees_their_own_account(signed_in: SignIn, cast: Cast, who: str) -> None:
    person = getattr(cast, who)
    page = signed_in(person).get("/konto/").content.decode()

    assert person.email in page


def invite(client: Client, **fields: object) -> object:
    data = {"email": "neu@stadt.example", "name": "Neue Kraft", "role": "reader", **fields}
    return client.post("/einladungen/neu/", data)


def test_an_invitation_is_sent_repeated_and_withdrawn(signed_in: SignIn, cast: Cast) -> None:
    client = signed_in(cast.coordinator)
    invite(client, role="clerk", office=cast.school.pk)
    invitation = Invitation.objects.get()
    client.post(f"/einladungen/{invitation.pk}/wiederholen/")
    client.post(f"/einladungen/{invitation.pk}/zuruecknehmen/")
    client.post(f"/einladungen/{invitation.pk}/wiederholen/")

    invitation.refresh_from_db()
    assert (invitation.times_sent, invitation.invited_by) == (2, cast.coordinator)
    assert invitation.withdrawn_at


def test_the_form_offers_coordinators_no_administrators(signed_in: SignIn, cast: Cast) -> None:
    client = signed_in(cast.coordinator)

    assert 'value="administrator"' not in client.get("/einladungen/neu/").content.decode()
    assert invite(client, role="administrator").status_code == 422  # type: ignore[attr-defined]
    assert not Invitation.objects.exists()


def test_the_form_says_what_is_missing(signed_in: SignIn, cast: Cast) -> None:
    answer = invite(signed_in(cast.coordinator), role="clerk")

    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "Bitte wählen Sie es aus." in answer.content.decode()  # type: ignore[attr-defined]


def test_an_invitation_of_an_administrator_does_not_exist_for_coordinators(signed_in: SignIn, cast: Cast) -> None:
    invite(signed_in(cast.administrator), role="administrator")
    invitation = Invitation.objects.get()
    client = signed_in(cast.coordinator)

    assert client.post(f"/einladungen/{invitation.pk}/wiederholen/").status_code == 404
    assert client.post(f"/einladungen/{invitation.pk}/zuruecknehmen/").status_code == 404


@pytest.mark.parametrize("page", ["/menschen/", "/einladungen/"])
def test_lists_cost_the_same_with_two_rows_and_with_twenty(signed_in: SignIn, cast: Cast, page: str) -> None:
    client = signed_in(cast.coordinator)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(page)
        return len(captured)

    def more(first: int, last: int) -> None:
        for number in range(first, last):
            Person.objects.create_person(f"p{number}@stadt.example", f"Person {number}").memberships.create(
                role=Role.CLERK, office=cast.school
            )
            Invitation.objects.create(
                email=f"i{number}@stadt.example",
                role=Role.CLERK,
                office=cast.school,
                invited_by=cast.coordinator,
                token_sha256=str(number),
                sent_at=timezone.now(),
                expires_at=timezone.now() + datetime.timedelta(days=1),
            )

    more(0, 2)
    few = queries()
    more(2, 20)
    assert queries() == few
