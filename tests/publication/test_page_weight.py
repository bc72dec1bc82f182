"""What a visitor's first look costs: bytes on the line, and questions to the database."""

import re

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import data
from concept.models import Recommendation
from tests import factories
from tests.conftest import Cast
from tests.publication.conftest import entry, period

pytestmark = pytest.mark.django_db

MOST_BYTES = 100 * 1000
MOST_QUERIES = 5
LIST = "/konzept/neue-akzente-2019/"


@pytest.fixture
def one(cast: Cast) -> Recommendation:
    edition = factories.edition(slug="neue-akzente-2019")
    one = factories.recommendation(factories.goal(edition), "1.1.1", title="Elterncafés", lead=cast.youth)
    # Two periods: only then there is a chart.
    for first in (2021, 2023):
        entry(period(edition, first, first + 1), one, cast.youth)
    return one


def weight(path: str) -> int:
    """The bytes of a static file as it is sent: fonts are packed already."""
    found = finders.find(path.removeprefix("/static/"))
    assert isinstance(found, str), path
    with open(found, "rb") as file:  # noqa: PTH123
        content = file.read()
    return len(content) if path.endswith(".woff2") else len(brotli.compress(content))


def first_load(client: Client, address: str) -> dict[str, int]:
    """Return by address how many bytes a browser fetches before it shows a page: the page, and all that it names."""
    html, size = fetched(client, address)
    files = re.findall(r'<link[^>]+rel="(?:stylesheet|preload|icon)"[^>]*>|<(?:script|img)[^>]+src=[^>]+>', html)
    named = {re.findall(r'(?:href|src)="([^"]+)"', one)[0] for one in files}
    sizes = {one: weight(one) if one.startswith("/static/") else fetched(client, one)[1] for one in named}
    return {address: size, **sizes}


def fetched(client: Client, address: str) -> tuple[str, int]:
    response = client.get(address, headers={"Accept-Encoding": "br"})
    assert response.status_code == 200, address
    assert response["Content-Encoding"] == "br", address
    return brotli.decompress(response.content).decode(), len(response.content)


@pytest.mark.parametrize("address", ["/", "/en/"])
def test_a_page_loads_two_fonts_and_its_own_styles_first(client: Client, one: Recommendation, address: str) -> None:
    loaded = first_load(client, address)
    assert sum("FiraSans" in name for name in loaded) == 2
    assert sum("/bild/" in name for name in loaded) == 1
    assert sum(name.endswith(".css") for name in loaded) > 2
    assert sum(loaded.values()) < MOST_BYTES


def test_every_kind_of_page_of_a_large_concept_loads_below_a_hundred_kilobytes(client: Client) -> None:
    city = data.build(300, past_cycles=3)
    whole = f"/konzept/{city.edition.slug}/"
    loads = {
        name: first_load(client, address)
        for name, address in {
            "overview": "/",
            "list": whole,
            "field": f"{whole}feld/1/",
            "recommendation": f"{whole}empfehlung/he-2/",
            "office": f"/aemter/{city.office.pk}/",
            "search": "/suche/?q=Stadtteil",
            "measures": "/massnahmen/",
            "news": "/neu/",
        }.items()
    }
    for name in ("overview", "field", "office"):
        assert any("/bild/" in one for one in loads[name]), f"{name}: the picture is counted"
    heavy = {name: loaded for name, loaded in loads.items() if sum(loaded.values()) >= MOST_BYTES}
    assert not heavy


@pytest.mark.parametrize("address", ["/", LIST, f"{LIST}feld/1/", f"{LIST}feld/1/ziel/1.1/", "/aemter/{office}/"])
def test_a_page_that_nothing_is_known_of_asks_the_database_five_times(
    client: Client, one: Recommendation, cast: Cast, address: str
) -> None:
    address = address.format(office=cast.youth.pk)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    assert len(queries) <= MOST_QUERIES, [query["sql"] for query in queries]
