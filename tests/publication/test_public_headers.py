"""What comes with every answer to a visitor, and that nothing else of the service is open to one."""

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.access.conftest import world
from tests.access.table import TABLE, Page, World
from tests.publication import crawler
from tests.publication.crawler import ROOMS

__all__ = ["world"]

FRAMED = ("embedding:",)
"""What stands in a frame on other websites; nothing else may."""

ALSO_OPEN = {
    "alive",
    "ready",
    "robots",
    "account_login",
    "account_request_login_code",
    "account_confirm_login_code",
    "account_logout",
    "account_inactive",
    # Each opens to whoever knows its secret address.
    "notifications:invitation-accept",
    "notifications:unsubscribe",
    "workflow:calendar-feed",
}
"""What is open without being for visitors: signing in, and what a mail leads to."""


def test_nothing_but_the_public_rooms_is_open_to_visitors() -> None:
    opened = {page.name for page in TABLE if "visitor" in ((page.get or frozenset()) | (page.post or frozenset()))}
    assert {name for name in opened if not name.startswith(ROOMS)} == ALSO_OPEN


@pytest.mark.django_db
@pytest.mark.parametrize("page", crawler.open_pages(), ids=lambda page: page.name)
def test_an_address_for_visitors_answers_without_a_cookie_and_with_its_headers(
    world: World, client: Client, page: Page
) -> None:
    for address in crawler.addresses_of(page, world):
        response = client.get(address)
        assert response.status_code in {200, 302} | page.also, address
        _is_right(page, address, response)
        head = client.head(address)
        assert (head.status_code, head.content) == (response.status_code, b""), address
        assert not head.cookies, address
        if page.post is None:
            assert client.post(address).status_code in {404, 405}, address


def _is_right(page: Page, address: str, response: HttpResponse) -> None:
    assert not response.cookies, address
    assert response["X-Content-Type-Options"] == "nosniff", address
    assert response["Referrer-Policy"], address
    assert response["Cache-Control"], address
    framed = page.name.startswith(FRAMED)
    assert ("X-Frame-Options" in response) != framed, address
    if response["Content-Type"].startswith("text/html") and not page.name.startswith("reports:"):
        policy = response["Content-Security-Policy"]
        assert "default-src" in policy, address
        assert "unsafe-inline" not in policy, address
        assert ("frame-ancestors 'none'" in policy or "frame-ancestors 'self'" in policy) != framed, address
        body = response.content.decode()
        assert "csrfmiddlewaretoken" not in body, address
        if "<html" in body:
            language = "en" if address.startswith("/en/") else "de"
            assert f'<html lang="{language}"' in body, address
            assert response["Content-Language"] == language, address
