"""Invitations: only the hash of the link is kept, it expires, and it is accepted once."""

import datetime
import hashlib
import re
from io import StringIO

import pytest
import time_machine
from django.core import mail as django_mail
from django.core.management import CommandError, call_command
from django.test import Client

from notifications.models import Mail
from notifications.services import invitations as service
from offices.access import Desk
from offices.errors import ConflictError, DomainError
from offices.models import Invitation, Membership, Office, Person, Role
from tests.conftest import Cast

NOW = datetime.datetime(2026, 11, 23, 8, 0, tzinfo=datetime.UTC)
TODAY = datetime.date(2026, 11, 23)
LATER = NOW + datetime.timedelta(days=14)


def invite(
    by: Person | None, *, email: str = "neu@stadt.example", role: str = Role.READER, office: Office | None = None
) -> tuple[Invitation, str]:
    invitation, link = service.invite(
        email=email, role=role, office=office, name="Neue Kraft", by=by, now=NOW, today=TODAY
    )
    return invitation, link.rstrip("/").rsplit("/", 1)[1]


def accept(token: str, *, now: datetime.datetime = NOW, name: str = "Neue Kraft") -> Person:
    return service.accept(token=token, name=name, now=now, today=TODAY)


def test_the_database_keeps_only_the_hash_of_the_link(cast: Cast) -> None:
    invitation, token = invite(cast.coordinator)

    assert len(token) >= 43
    assert invitation.token_sha256 == hashlib.sha256(token.encode()).hexdigest()
    assert f"http://127.0.0.1:8000/einladung/{token}/" in Mail.objects.get().text


def test_accepting_creates_the_person_with_the_role_from_today_on(cast: Cast) -> None:
    _invitation, token = invite(cast.coordinator, role=Role.CLERK, office=cast.school)
    person = accept(token, name="Sachbearbeitung 40/2")

    assert (person.email, person.name) == ("neu@stadt.example", "Sachbearbeitung 40/2")
    assert not person.has_usable_password()
    assert Desk(person, TODAY).acting_for == {cast.school.pk}
    assert Desk(person, TODAY - datetime.timedelta(days=1)).acting_for == frozenset()


def test_an_invitation_to_somebody_known_adds_a_role(cast: Cast) -> None:
    _invitation, token = invite(cast.coordinator, email=cast.clerk.email.upper(), role=Role.REVIEWER)

    assert accept(token) == cast.clerk
    assert Desk(cast.clerk, TODAY).roles == {Role.CLERK, Role.REVIEWER}
    assert Person.objects.get(pk=cast.clerk.pk).name == "Sachbearbeitung 51"


def test_an_invitation_is_accepted_once(cast: Cast) -> None:
    _invitation, token = invite(cast.coordinator)
    accept(token)

    with pytest.raises(ConflictError):
        accept(token)
    assert Membership.objects.filter(person__email="neu@stadt.example").count() == 1


def test_an_invitation_lasts_fourteen_days(cast: Cast) -> None:
    _invitation, token = invite(cast.coordinator)

    with pytest.raises(ConflictError):
        accept(token, now=LATER)
    assert accept(token, now=LATER - datetime.timedelta(seconds=1))


def test_a_withdrawn_invitation_opens_nothing(cast: Cast) -> None:
    invitation, token = invite(cast.coordinator)
    service.withdraw(invitation=invitation, by=cast.coordinator, now=NOW, today=TODAY)

    with pytest.raises(ConflictError):
        accept(token)


def test_a_repeated_invitation_has_a_new_link_and_ends_the_old_one(cast: Cast) -> None:
    invitation, old = invite(cast.coordinator)
    service.repeat(invitation=invitation, by=cast.coordinator, now=LATER, today=TODAY)
    new = re.search(r"/einladung/([^/]+)/", Mail.objects.order_by("-pk")[0].text)

    assert service.find(old) is None
    assert new
    assert accept(new[1], now=LATER)


def test_inviting_the_same_person_again_is_a_repetition(cast: Cast) -> None:
    first, _old = invite(cast.coordinator)
    second, _new = invite(cast.coordinator)

    assert first.pk == second.pk
    assert second.times_sent == 2
    assert Mail.objects.count() == 2


def test_an_answered_invitation_cannot_be_repeated_or_withdrawn(cast: Cast) -> None:
    invitation, token = invite(cast.coordinator)
    accept(token)

    with pytest.raises(DomainError):
        service.repeat(invitation=invitation, by=cast.coordinator, now=NOW, today=TODAY)
    with pytest.raises(DomainError):
        service.withdraw(invitation=invitation, by=cast.coordinator, now=NOW, today=TODAY)


@pytest.mark.parametrize("who", ["coordinator", "clerk", "head", "reviewer", "reader", "stranger"])
def test_only_administrators_invite_administrators(cast: Cast, who: str) -> None:
    with pytest.raises(DomainError):
        invite(getattr(cast, who), role=Role.ADMINISTRATOR)
    assert invite(cast.administrator, role=Role.ADMINISTRATOR)


def test_a_coordinator_does_not_touch_the_invitation_of_an_administrator(cast: Cast) -> None:
    invitation, _token = invite(cast.administrator, role=Role.ADMINISTRATOR)

    with pytest.raises(DomainError):
        service.withdraw(invitation=invitation, by=cast.coordinator, now=NOW, today=TODAY)
    with pytest.raises(DomainError):
        service.repeat(invitation=invitation, by=cast.coordinator, now=NOW, today=TODAY)


@pytest.mark.parametrize("role", [Role.CLERK, Role.HEAD])
def test_whoever_works_for_an_office_needs_one(cast: Cast, role: str) -> None:
    with pytest.raises(DomainError):
        invite(cast.coordinator, role=role)


def test_nobody_is_invited_to_a_role_they_hold(cast: Cast) -> None:
    with pytest.raises(DomainError):
        invite(cast.coordinator, email=cast.clerk.email, role=Role.CLERK, office=cast.youth)


def test_an_account_that_is_switched_off_stays_off(cast: Cast) -> None:
    _invitation, token = invite(cast.coordinator, email=cast.clerk.email, role=Role.READER)
    Person.objects.filter(pk=cast.clerk.pk).update(is_active=False)

    with pytest.raises(DomainError):
        accept(token)
    with pytest.raises(DomainError):
        invite(cast.coordinator, email=cast.clerk.email, role=Role.REVIEWER)


def test_a_role_that_was_to_begin_later_begins_today(cast: Cast) -> None:
    Membership.objects.create(person=cast.clerk, role=Role.READER, valid_from=TODAY + datetime.timedelta(days=30))
    _invitation, token = invite(cast.coordinator, email=cast.clerk.email)
    accept(token)

    assert Membership.objects.get(person=cast.clerk, role=Role.READER).valid_from == TODAY


# --- the page behind the link


@pytest.fixture
def token(cast: Cast) -> str:
    return invite(cast.coordinator, role=Role.CLERK, office=cast.school)[1]


def test_opening_the_link_does_not_use_it_up(client: Client, token: str) -> None:
    with time_machine.travel(NOW):
        for _number in range(3):
            page = client.get(f"/einladung/{token}/")

    assert page.status_code == 200
    assert "Amt für Schule und Bildung" in page.content.decode()
    assert not Person.objects.filter(email="neu@stadt.example").exists()


def test_accepting_leads_to_the_sign_in_with_the_address_filled_in(client: Client, token: str) -> None:
    with time_machine.travel(NOW):
        page = client.post(f"/einladung/{token}/", {"name": "Sachbearbeitung 40/2"}, follow=True)

    assert page.redirect_chain[-1][0] == "/anmelden/"
    assert 'value="neu@stadt.example"' in page.content.decode()


def test_accepting_twice_says_that_it_is_accepted(client: Client, token: str) -> None:
    with time_machine.travel(NOW):
        client.post(f"/einladung/{token}/", {"name": "Eine"})
        page = client.post(f"/einladung/{token}/", {"name": "Zwei"})

    assert page.status_code == 410
    assert Person.objects.get(email="neu@stadt.example").name == "Eine"


def test_an_expired_link_says_what_to_do(client: Client, token: str) -> None:
    with time_machine.travel(LATER):
        page = client.get(f"/einladung/{token}/")

    assert page.status_code == 410
    assert "integration@stadt.example" in page.content.decode()


def test_an_invented_link_does_not_exist(client: Client, db: None) -> None:
    assert client.get("/einladung/erfunden/").status_code == 404


# --- the command


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("invite", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_invites_and_says_that_the_mail_is_sent(db: None) -> None:
    words = run("Erste@stadt.example", "--role", "administrator")

    assert "erste@stadt.example" in words
    assert "Die Mail ist verschickt." in words
    assert django_mail.outbox[0].to == ["erste@stadt.example"]
    assert "/einladung/" not in words


def test_the_command_prints_the_link_only_when_asked(cast: Cast) -> None:
    assert "/einladung/" in run("neu@stadt.example", "--role", "clerk", "--office", "40", "--print-link")


def test_the_command_can_be_repeated(db: None) -> None:
    run("erste@stadt.example", "--role", "administrator")
    run("erste@stadt.example", "--role", "administrator")

    assert Invitation.objects.count() == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["neu@stadt.example", "--role", "clerk"], 1),
        (["neu@stadt.example", "--role", "clerk", "--office", "999"], 1),
        (["keine-adresse", "--role", "reader"], 2),
    ],
)
def test_the_command_refuses_with_an_exit_code(cast: Cast, arguments: list[str], code: int) -> None:
    with pytest.raises(CommandError) as refusal:
        run(*arguments)

    assert refusal.value.returncode == code
    assert not Invitation.objects.exists()


def test_a_member_of_the_arbeitsgruppe_comes_from_an_office(cast: Cast) -> None:
    for role in (Role.REVIEWER, Role.CHAIR):
        with pytest.raises(DomainError):
            invite(cast.coordinator, email="ag@stadt.example", role=role)
    invite(cast.coordinator, email="ag@stadt.example", role=Role.REVIEWER, office=cast.health)
    invite(cast.coordinator, email=cast.clerk.email, role=Role.REVIEWER)
