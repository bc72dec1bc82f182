"""Visitors' forms: taken when a person sends them from our page within some hours, and from nobody else."""

import datetime

import pytest
import time_machine
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.test import RequestFactory, override_settings
from django.utils import timezone, translation

from publication.site import tokens
from publication.templatetags.public import day
from publication.views.page import visitor_form

NOW = datetime.datetime(2026, 11, 22, 9, 0, tzinfo=datetime.UTC)
OURS = {"HTTP_ORIGIN": "http://testserver"}


def sent(token: str, *, after: float = 60, headers: dict[str, str] | None = None, **fields: str) -> HttpRequest:
    """A form with ``token``, ``after`` so many seconds."""
    return RequestFactory().post("/rueckmeldung/", {"token": token, **fields}, **(OURS if headers is None else headers))


def checked(
    after: float = 60, *, headers: dict[str, str] | None = None, purpose: str = "feedback", **fields: str
) -> str | None:
    with time_machine.travel(NOW, tick=False):
        token = tokens.issue("feedback")
    with time_machine.travel(NOW + datetime.timedelta(seconds=after), tick=False):
        return tokens.check(sent(token, headers=headers, **fields), purpose)


def test_a_form_sent_from_our_page_after_a_minute_is_taken() -> None:
    assert checked() is None


def test_the_limits_of_time_are_three_seconds_and_four_hours() -> None:
    assert checked(3) is None
    assert checked(4 * 3600) is None
    assert "sehr schnell" in (checked(2) or "")
    assert "lange offen" in (checked(4 * 3600 + 1) or "")


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_ORIGIN": "https://anderswo.example"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_REFERER": "https://anderswo.example/http://testserver/"},
        {"HTTP_REFERER": "http://testserver.anderswo.example/"},
        {"HTTP_ORIGIN": "https://anderswo.example", "HTTP_REFERER": "http://testserver/"},
        {},
    ],
)
def test_a_form_from_elsewhere_is_not_taken(headers: dict[str, str]) -> None:
    assert "nicht von unserer Seite" in (checked(headers=headers) or "")


def test_a_browser_without_origin_is_known_by_its_referer() -> None:
    assert checked(headers={"HTTP_REFERER": "http://testserver/rueckmeldung/"}) is None


def test_the_address_behind_the_citys_proxy_is_ours() -> None:
    with override_settings(CSRF_TRUSTED_ORIGINS=["https://sachstand.example"]):
        assert checked(headers={"HTTP_ORIGIN": "https://sachstand.example"}) is None


def test_whoever_fills_in_the_trap_is_a_machine() -> None:
    assert "Programm" in (checked(**{tokens.TRAP: "https://spam.example"}) or "")


def test_a_token_is_good_for_its_own_purpose_alone() -> None:
    assert checked(purpose="barrier") is not None


@pytest.mark.parametrize("token", ["", "x", "1.x:y", "9" * 40])
def test_invented_tokens_are_not_taken(token: str) -> None:
    assert tokens.check(sent(token), "feedback") is not None
    assert not tokens.spend(sent(token), "feedback")


def test_a_token_with_another_moment_is_not_taken() -> None:
    token = tokens.issue("feedback")
    moment, _dot, rest = token.partition(".")
    assert tokens.check(sent(f"{int(moment) - 3600}.{rest}"), "feedback") is not None


def test_a_token_is_used_up_by_the_first_click() -> None:
    token = tokens.issue("feedback")
    assert tokens.spend(sent(token), "feedback")
    assert not tokens.spend(sent(token), "feedback")
    assert tokens.spend(sent(tokens.issue("feedback")), "feedback")


def test_two_tokens_of_one_moment_differ() -> None:
    assert tokens.issue("feedback") != tokens.issue("feedback")


def test_the_form_carries_token_and_trap_out_of_sight() -> None:
    html = Template('{% load public %}{% form_token "feedback" %}').render(Context())
    assert 'type="hidden" name="token"' in html
    assert "<div hidden><label>Bitte lassen Sie dieses Feld leer" in html


def test_a_page_with_a_form_is_kept_by_nobody_and_needs_no_cookie() -> None:
    @visitor_form
    def page(request: HttpRequest) -> HttpResponse:
        return HttpResponse(tokens.check(request, "feedback") or "taken")

    with time_machine.travel(timezone.now() - datetime.timedelta(minutes=1), tick=False):
        token = tokens.issue("feedback")
    response = page(sent(token))
    assert response.content == b"taken"
    assert response["Cache-Control"] == "private, no-store"
    assert page(RequestFactory().delete("/rueckmeldung/")).status_code == 405
    assert getattr(page, "csrf_exempt", False)


def test_days_are_said_in_the_language_of_the_page() -> None:
    late = datetime.datetime(2026, 11, 22, 23, 30, tzinfo=datetime.UTC)
    assert day(NOW.date()) == "22.11.2026"
    assert day(late) == "23.11.2026"
    with translation.override("en"):
        assert day(NOW.date()) == "22 November 2026"
    assert day(None) == ""
