"""Sign-in by code, for those who hold a role, and without telling anybody else who they are."""

import datetime
import re
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.core import mail as django_mail
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, Resolver404, resolve, reverse

from notifications.models import Mail, MailState
from offices.models import Membership, Person, Role
from tests import factories
from tests.conftest import Cast

ASK = "/anmelden/"
ENTER = "/anmelden/code/"
YESTERDAY = datetime.date.today() - datetime.timedelta(days=1)  # noqa: DTZ011 - a date long enough ago is enough


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def ask(client: Client, django_capture_on_commit_callbacks: Callable[..., object]) -> Callable[..., HttpResponse]:
    """Ask for a code, as the page's form does; the worker delivers at once."""

    def post(email: str, **query: str) -> HttpResponse:
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
            return client.post(ASK, {"email": email, **query})  # type: ignore[return-value]

    return post


def sent_code() -> str:
    found = re.search(r"^\s+(\d{6})$", str(django_mail.outbox[-1].body), re.MULTILINE)
    assert found
    return found[1]


def signed_in_as(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def test_a_clerk_signs_in_with_the_code_from_the_mail(
    cast: Cast, client: Client, ask: Callable[..., HttpResponse]
) -> None:
    assert ask(cast.clerk.email).headers["Location"] == ENTER

    response = client.post(ENTER, {"code": sent_code()})

    assert response.headers["Location"] == reverse("workflow:inbox")
    assert signed_in_as(client) == str(cast.clerk.pk)


def test_the_address_may_be_written_in_capitals(cast: Cast, client: Client, ask: Callable[..., HttpResponse]) -> None:
    ask(cast.clerk.email.upper())
    client.post(ENTER, {"code": sent_code()})

    assert signed_in_as(client) == str(cast.clerk.pk)


def test_the_code_may_be_typed_with_a_blank(cast: Cast, client: Client, ask: Callable[..., HttpResponse]) -> None:
    ask(cast.clerk.email)
    code = sent_code()
    client.post(ENTER, {"code": f" {code[:3]} {code[3:]} "})

    assert signed_in_as(client)


def test_a_link_from_a_mail_leads_to_its_page_after_signing_in(
    cast: Cast, client: Client, ask: Callable[..., HttpResponse]
) -> None:
    assert 'value="/konto/"' in client.get(f"{ASK}?next=/konto/").content.decode()
    location = ask(cast.clerk.email, next="/konto/").headers["Location"]
    assert location == f"{ENTER}?next=%2Fkonto%2F"
    assert 'value="/konto/"' in client.get(location).content.decode()

    response = client.post(ENTER, {"code": sent_code(), "next": "/konto/"})

    assert response.headers["Location"] == "/konto/"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site(
    cast: Cast, client: Client, ask: Callable[..., HttpResponse], elsewhere: str
) -> None:
    ask(cast.clerk.email, next=elsewhere)
    response = client.post(ENTER, {"code": sent_code(), "next": elsewhere})

    assert response.headers["Location"] == reverse("workflow:inbox")


def _outsiders(cast: Cast) -> dict[str, str]:
    gone = factories.person("weg@stadt.example", "Weg", is_active=False)
    Membership.objects.create(person=gone, role=Role.READER)
    left = factories.person("frueher@stadt.example", "Früher")
    Membership.objects.create(person=left, role=Role.READER, valid_until=YESTERDAY)
    return {
        "unknown": "niemand@stadt.example",
        "inactive": gone.email,
        "role has ended": left.email,
        "no role at all": cast.stranger.email,
    }


OUTSIDERS = ["unknown", "inactive", "role has ended", "no role at all"]


@pytest.mark.parametrize("who", OUTSIDERS)
def test_nothing_is_sent_to_people_without_access(cast: Cast, ask: Callable[..., HttpResponse], who: str) -> None:
    ask(_outsiders(cast)[who])

    assert django_mail.outbox == []
    assert not Mail.objects.exists()


def _conversation(email: str) -> list[tuple[int, str, bytes, list[str]]]:
    """All that an onlooker sees of a sign-in with wrong codes, the address and random tokens taken out."""
    client = Client()
    answers = [client.post(ASK, {"email": email}), client.get(ENTER)]
    answers += [client.post(ENTER, {"code": "000000"}) for _number in range(4)]
    answers.append(client.get(ASK))
    return [
        (
            answer.status_code,
            answer.headers.get("Location", ""),
            re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", answer.content).replace(email.encode(), b"@"),
            sorted(answer.cookies.keys()),
        )
        for answer in answers
    ]


@pytest.mark.parametrize("who", OUTSIDERS)
def test_the_answer_is_the_same_whether_or_not_somebody_has_access(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    monkeypatch.setattr("notifications.sign_in.AccountAdapter.generate_login_code", lambda _self: "987654")

    assert _conversation(_outsiders(cast)[who]) == _conversation(cast.clerk.email)


def test_an_unknown_address_costs_the_same_statements(
    cast: Cast, client: Client, django_assert_num_queries: Callable[..., object]
) -> None:
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    def writes(email: str) -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            Client().post(ASK, {"email": email})
        return [query["sql"].split()[0] for query in queries if "notifications_mail" in query["sql"]]

    assert writes("niemand@stadt.example") == writes(cast.clerk.email)


def test_no_code_opens_an_unknown_address(cast: Cast, client: Client, ask: Callable[..., HttpResponse]) -> None:
    ask("niemand@stadt.example")
    for code in ["", "000000", "None"]:
        client.post(ENTER, {"code": code})

    assert signed_in_as(client) is None


def test_three_wrong_codes_end_the_attempt(cast: Cast, client: Client, ask: Callable[..., HttpResponse]) -> None:
    ask(cast.clerk.email)
    code = sent_code()
    for _number in range(2):
        assert client.post(ENTER, {"code": "12345x"}).status_code == 200
    assert client.post(ENTER, {"code": "12345x"}).headers["Location"] == ASK

    client.post(ENTER, {"code": code})

    assert signed_in_as(client) is None


def test_a_code_works_for_fifteen_minutes(cast: Cast, client: Client, ask: Callable[..., HttpResponse]) -> None:
    with time_machine.travel("2026-11-23 08:00Z", tick=False) as clock:
        ask(cast.clerk.email)
        clock.shift(datetime.timedelta(minutes=15))
        client.post(ENTER, {"code": sent_code()})
        # Looked at on that day: the session ends some hours later.
        assert signed_in_as(client)


def test_a_code_expires_after_fifteen_minutes(cast: Cast, client: Client, ask: Callable[..., HttpResponse]) -> None:
    with time_machine.travel("2026-11-23 08:00Z", tick=False) as clock:
        ask(cast.clerk.email)
        clock.shift(datetime.timedelta(minutes=15, seconds=1))
        assert client.post(ENTER, {"code": sent_code()}).headers["Location"] == ASK

    assert signed_in_as(client) is None


def test_a_code_works_only_in_the_window_that_asked_for_it(cast: Cast, ask: Callable[..., HttpResponse]) -> None:
    ask(cast.clerk.email)
    other_window = Client()
    other_window.post(ENTER, {"code": sent_code()})

    assert signed_in_as(other_window) is None


def test_a_mistyped_address_can_be_corrected(cast: Cast, client: Client, ask: Callable[..., HttpResponse]) -> None:
    ask("vertippt@stadt.example")
    assert client.get(ASK).status_code == 200
    ask(cast.clerk.email)
    client.post(ENTER, {"code": sent_code()})

    assert signed_in_as(client) == str(cast.clerk.pk)


@pytest.mark.parametrize("email", ["niemand@stadt.example", "clerk-51@stadt.example"])
def test_the_sixth_code_in_a_quarter_of_an_hour_is_refused(
    cast: Cast, ask: Callable[..., HttpResponse], email: str
) -> None:
    for _number in range(5):
        assert ask(email).status_code == 302
    assert ask(email).status_code == 200


def test_a_hanging_mail_server_does_not_hold_up_the_page(
    cast: Cast, client: Client, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    with django_capture_on_commit_callbacks() as waiting:  # type: ignore[attr-defined]
        assert client.post(ASK, {"email": cast.clerk.email}).status_code == 302

    assert len(waiting) == 1
    assert Mail.objects.get().state == MailState.DUE


def test_whoever_loses_the_role_while_typing_the_code_stays_outside(
    cast: Cast, client: Client, ask: Callable[..., HttpResponse]
) -> None:
    ask(cast.clerk.email)
    Membership.objects.filter(person=cast.clerk).update(valid_until=YESTERDAY, valid_from=None)

    response = client.post(ENTER, {"code": sent_code()})

    assert response.headers["Location"] == reverse("account_inactive")
    assert signed_in_as(client) is None


def test_a_deactivated_person_is_out_at_once(cast: Cast, signed_in: Callable[[Person], Client]) -> None:
    client = signed_in(cast.clerk)
    assert client.get("/konto/").status_code == 200

    Person.objects.filter(pk=cast.clerk.pk).update(is_active=False)

    assert client.get("/konto/").status_code == 302


def test_a_password_opens_nothing(cast: Cast, client: Client, rf: object) -> None:
    cast.clerk.set_password("geheim")
    cast.clerk.save()

    assert authenticate(None, username=cast.clerk.email, password="geheim") is None
    assert authenticate(None, email=cast.clerk.email, password="geheim") is None
    client.post(ASK, {"login": cast.clerk.email, "email": cast.clerk.email, "password": "geheim"})
    assert signed_in_as(client) is None


@pytest.mark.parametrize(
    "name",
    [
        "account_signup",
        "account_reset_password",
        "account_change_password",
        "account_set_password",
        "account_email",
        "account_confirm_email",
        "account_reauthenticate",
        "socialaccount_signup",
        "socialaccount_connections",
        "mfa_authenticate",
    ],
)
def test_pages_that_are_not_used_do_not_exist(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize("path", ["signup/", "login/", "password/reset/", "email/", "2fa/", "3rdparty/"])
def test_the_usual_addresses_of_such_pages_lead_nowhere(path: str) -> None:
    with pytest.raises(Resolver404):
        resolve(f"{ASK}{path}")


def test_signing_out_needs_a_click(cast: Cast, signed_in: Callable[[Person], Client]) -> None:
    client = signed_in(cast.clerk)
    client.get(reverse("account_logout"))
    assert signed_in_as(client)

    client.post(reverse("account_logout"))
    assert signed_in_as(client) is None


def test_passkeys_are_not_tried_endlessly(client: Client, db: None) -> None:
    answers = [client.post("/anmelden/passkey/", {"credential": "{}"}) for _number in range(11)]

    assert [answer.status_code for answer in answers] == [302] * 10 + [429]
    assert "Bitte warten Sie eine Minute" in answers[-1].content.decode()
