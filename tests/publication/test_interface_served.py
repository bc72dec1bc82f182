"""How the interface is served and described: read-only, to everybody, at a constant price, in German."""

import json
from typing import get_args

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from concept.models import CrosswalkReason
from offices.models import OfficeKind
from publication.opendata import schemas
from publication.queries import site
from tests import factories
from tests.conftest import Cast
from tests.publication import open_city
from tests.publication.conftest import entry, period
from tests.publication.open_city import City
from workflow.models import EntryKind, ImplementationStatus
from workflow.thread import STATUS_ORDER

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(cast: Cast) -> City:
    return open_city.build(cast)


# --- How it is served -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(city: City, method: str) -> None:
    response = getattr(Client(enforce_csrf_checks=True), method)("/api/v1/recommendations")
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    assert response["Content-Type"] == "application/problem+json"


def test_scripts_on_other_websites_may_read(client: Client, city: City) -> None:
    for response in (client.get("/api/v1/editions"), client.get("/api/v1/nichts"), client.options("/api/v1/editions")):
        assert response["Access-Control-Allow-Origin"] == "*"
    assert client.options("/api/v1/editions").status_code == 204


def test_head_says_the_same_as_get_without_the_body(client: Client, city: City) -> None:
    got, head = client.get("/api/v1/editions"), client.head("/api/v1/editions")
    assert head.status_code == 200
    assert head.content == b""
    assert head["ETag"] == got["ETag"]


def test_an_answer_that_has_not_changed_is_304_until_something_is_published(
    client: Client, city: City, cast: Cast
) -> None:
    for address in ("/api/v1/editions", "/api/v1/entries?limit=1", "/api/v1/openapi.json"):
        tag = client.get(address)["ETag"]
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address, headers={"if-none-match": tag}).status_code == 304
        assert len(queries) <= 1
    tag = client.get("/api/v1/entries")["ETag"]
    open_city.nil_return(city, cast)
    assert client.get("/api/v1/entries", headers={"if-none-match": tag}).status_code == 200


def test_every_answer_names_the_licence_and_sets_no_cookie(client: Client, city: City) -> None:
    response = client.get("/api/v1/editions")
    assert '<https://www.govdata.de/dl-de/by-2-0>; rel="license"' in response["Link"]
    assert not response.cookies
    assert "no-cache" in response["Cache-Control"]


LISTS = (
    "editions", "fields", "goals", "recommendations", "entries", "measures", "offices", "periods", "reports",
    "crosswalk", "changes",
)  # fmt: skip


@pytest.mark.parametrize("address", [*LISTS, "recommendations?q=wort", "entries?q=wort", "measures?q=wort"])
def test_lists_cost_the_same_with_2_rows_and_with_20(client: Client, city: City, cast: Cast, address: str) -> None:
    def cost() -> int:
        site.KEPT.clear()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/api/v1/{address}").status_code == 200
        return len(queries)

    factories.recommendation(city.cafe.goal, "3", lead=cast.youth, text="Wort")
    open_city.nil_return(city, cast, "Wort")
    few = cost()
    for number in range(18):
        one = factories.recommendation(
            city.cafe.goal, f"3.{number}", lead=cast.youth, contributing=(cast.school,), text="Wort"
        )
        city.old.links_forward.create(successor=one, reason=CrosswalkReason.SPLIT)
        entry(city.second, one, cast.youth, measures=("Wort", "Maßnahme"), public_note="Wort")
    for year in range(2, 8):
        open_city.released_report(period(city.today, 1990 + 2 * year, 1991 + 2 * year))
    assert cost() == few <= 15


# --- The description --------------------------------------------------------------------------------------------------


def test_the_description_is_german_and_names_every_address(client: Client, city: City) -> None:
    described = json.loads(client.get("/api/v1/openapi.json").content)
    assert described["openapi"].startswith("3.1")
    assert described["info"]["license"]["url"] == "https://www.govdata.de/dl-de/by-2-0"
    assert described["servers"] == [{"url": settings.SITE_URL}]
    assert {path.rpartition("/")[2] for path in described["paths"]} >= set(LISTS)
    for operations in described["paths"].values():
        assert operations["get"]["description"]
        for parameter in operations["get"]["parameters"]:
            assert parameter["schema"]["type"] != "null"
            assert parameter["description"]
    for name, shape in described["components"]["schemas"].items():
        if "properties" in shape:
            assert shape["additionalProperties"] is False, name


def test_every_field_says_what_it_means_in_german(client: Client, city: City) -> None:
    described = json.loads(client.get("/api/v1/openapi.json").content)
    english = ("The ", "What ", "How ", "Why ", "When ", "Who ")
    for name, shape in described["components"]["schemas"].items():
        for field, said in shape.get("properties", {}).items():
            assert said.get("description") or "$ref" in str(said), (name, field)
            assert not said.get("description", "").startswith(english), (name, field)


def test_values_are_those_of_the_models() -> None:
    assert set(get_args(schemas.Status)) == set(STATUS_ORDER)
    assert set(get_args(schemas.ReportedStatus)) == set(ImplementationStatus.values)
    assert set(get_args(schemas.EntryKindName)) == set(EntryKind.values)
    assert set(get_args(schemas.OfficeKindName)) == set(OfficeKind.values)
    assert set(get_args(schemas.CrosswalkReasonName)) == set(CrosswalkReason.values)


def test_the_documentation_is_made_from_the_description(client: Client, city: City) -> None:
    for address, word in (
        (reverse("publication:data-api"), "Schnittstelle"),
        ("/en/daten/schnittstelle/", "Interface"),
    ):
        html = client.get(address).content.decode()
        assert word in html
        for name in LISTS:
            assert f"GET /api/v1/{name}<" in html
        assert "changed_since" in html
