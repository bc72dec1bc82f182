"""Errors are said plainly, and the last of them needs nothing that could be broken."""

import pytest
from django.contrib.staticfiles import finders
from django.test import Client, RequestFactory
from django.views.defaults import bad_request, server_error

from tests.conftest import Cast


def test_an_unknown_address_says_so_to_visitors_without_asking_the_database(client: Client) -> None:
    # No database fixture: a query would fail the test.
    response = client.get("/gibt/es/nicht/")
    assert response.status_code == 404
    assert "Diese Seite gibt es nicht, oder sie ist nicht für Sie freigegeben." in response.content.decode()


@pytest.mark.parametrize("view", [bad_request, server_error])
def test_the_last_pages_work_without_context_and_database(view: object, rf: RequestFactory) -> None:
    arguments = (rf.get("/"), Exception()) if view is bad_request else (rf.get("/"),)
    html = view(*arguments).content.decode()  # type: ignore[operator]
    assert "<h1>" in html
    assert 'lang="de"' in html
    assert "/static/css/plain.css" in html


def test_the_style_of_the_last_pages_exists_under_its_plain_name() -> None:
    assert finders.find("css/plain.css")


def test_a_page_that_was_open_too_long_loses_nothing(db: None, cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.clerk, backend="offices.backends.OfficeBackend")
    response = client.post("/anmelden/abmelden/")
    assert response.status_code == 403
    assert "Was Sie geschrieben haben, steht dort noch." in response.content.decode()
