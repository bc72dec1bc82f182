"""Signing in with the city's account: invited people only, matched by a verified address, nothing stored."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from offices.models import Person
from tests.conftest import Cast

PROVIDER = "https://konto.stadt.example"
LOGIN = "/anmelden/konto/stadt/"


class Answer:
    """What the city's server says."""

    status_code = 200

    def __init__(self, **said: object) -> None:
        self.said = said
        self.headers = {"content-type": "application/json"}

    def raise_for_status(self) -> None: ...

    def json(self) -> dict[str, object]:
        return self.said


class CityServer:
    """Stands in for the city's server and says that somebody with ``claims`` has signed in there."""

    def __init__(self, claims: dict[str, object]) -> None:
        self.claims = claims

    def __enter__(self) -> "CityServer":
        return self

    def __exit__(self, *_error: object) -> None: ...

    def get(self, url: str, **_options: object) -> Answer:
        if url.endswith("/.well-known/openid-configuration"):
            return Answer(
                issuer=PROVIDER,
                authorization_endpoint=f"{PROVIDER}/auth",
                token_endpoint=f"{PROVIDER}/token",
                userinfo_endpoint=f"{PROVIDER}/userinfo",
            )
        return Answer(sub="4711", **self.claims)

    def request(self, _method: str, _url: str, **_options: object) -> Answer:
        return Answer(access_token="token", token_type="Bearer")


@pytest.fixture
def city_account(settings: Settings, monkeypatch: pytest.MonkeyPatch, client: Client) -> Callable[..., HttpResponse]:
    """Sign in as somebody with the given claims and return the last answer."""
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "stadt",
                    "name": "Stadt Kassel",
                    "client_id": "sachstand",
                    "secret": "geheim",
                    "settings": {"server_url": PROVIDER, "token_auth_method": "client_secret_basic"},
                }
            ]
        }
    }

    def come_back(query: str = "", **claims: object) -> Any:
        server = CityServer(claims)
        monkeypatch.setattr("notifications.sign_in.SocialAccountAdapter.get_requests_session", lambda _self: server)
        away = client.get(f"{LOGIN}{query}")
        assert away["Location"].startswith(f"{PROVIDER}/auth?")
        state = parse_qs(urlsplit(away["Location"]).query)["state"][0]
        return client.get(f"{LOGIN}zurueck/", {"code": "abc", "state": state})

    return come_back


def signed_in_as(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def test_an_invited_person_signs_in_with_the_account_of_the_city(
    cast: Cast, client: Client, city_account: Callable[..., HttpResponse]
) -> None:
    answer = city_account("?next=/konto/", email=cast.clerk.email.upper(), email_verified=True)

    assert answer.headers["Location"] == "/konto/"
    assert signed_in_as(client) == str(cast.clerk.pk)


def test_nothing_is_stored_about_the_account_of_the_city(cast: Cast, city_account: Callable[..., HttpResponse]) -> None:
    people = Person.objects.count()
    city_account(email=cast.clerk.email, email_verified=True)

    assert not SocialAccount.objects.exists()
    assert not EmailAddress.objects.exists()
    assert Person.objects.count() == people


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "niemand@stadt.example", "email_verified": True},
        {"email": "clerk-51@stadt.example", "email_verified": False},
        {"email": "clerk-51@stadt.example"},
        {"email": "fremd@stadt.example", "email_verified": True},
        {},
    ],
    ids=["unknown", "not verified", "nothing said about it", "no role", "no address"],
)
def test_others_stay_outside_and_no_person_is_created(
    cast: Cast, client: Client, city_account: Callable[..., HttpResponse], claims: dict[str, object]
) -> None:
    people = Person.objects.count()
    answer = city_account(**claims)

    assert answer.status_code == 200
    assert signed_in_as(client) is None
    assert Person.objects.count() == people


def test_a_deactivated_person_stays_outside(
    cast: Cast, client: Client, city_account: Callable[..., HttpResponse]
) -> None:
    Person.objects.filter(pk=cast.clerk.pk).update(is_active=False)
    city_account(email=cast.clerk.email, email_verified=True)

    assert signed_in_as(client) is None


def test_accounts_are_not_connected(cast: Cast, client: Client, city_account: Callable[..., HttpResponse]) -> None:
    client.force_login(cast.reader, backend="offices.backends.OfficeBackend")
    answer = city_account("?process=connect", email="fremde@anderswo.example", email_verified=True)

    assert answer.headers["Location"] == reverse("offices:account")
    assert not SocialAccount.objects.exists()


def test_without_settings_there_is_no_such_door(client: Client, db: None) -> None:
    assert client.get(LOGIN).status_code == 404
    assert LOGIN not in client.get("/anmelden/").content.decode()


def test_the_sign_in_page_offers_it_where_it_is_configured(
    client: Client, city_account: Callable[..., HttpResponse], db: None
) -> None:
    page = client.get("/anmelden/").content.decode()

    assert f'href="{LOGIN}' in page
    assert "Stadt Kassel" in page
