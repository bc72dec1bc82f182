"""What a visitor's first look costs: bytes on the line, and questions to the database."""

import re

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

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


@pytest.mark.parametrize("address", ["/", LIST, "/en/"])
def test_the_first_look_stays_below_a_hundred_kilobytes(client: Client, one: Recommendation, address: str) -> None:
    response = client.get(address, headers={"Accept-Encoding": "br"})
    html = brotli.decompress(response.content).decode()
    files = re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|woff2|svg|js))"', html)
    assert sum("FiraSans" in name for name in files) == 2
    pictures = [
        client.get(address_of).content for address_of in re.findall(r'src="([^"]+/bild/[^"]+|/bild/[^"]+)"', html)
    ]
    assert len(pictures) == (address != LIST)
    packed = sum(len(brotli.compress(picture)) for picture in pictures)
    assert len(response.content) + packed + sum(map(weight, files)) < MOST_BYTES


@pytest.mark.parametrize("address", ["/", LIST, f"{LIST}feld/1/", f"{LIST}feld/1/ziel/1.1/", "/aemter/{office}/"])
def test_a_page_that_nothing_is_known_of_asks_the_database_five_times(
    client: Client, one: Recommendation, cast: Cast, address: str
) -> None:
    address = address.format(office=cast.youth.pk)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    assert len(queries) <= MOST_QUERIES, [query["sql"] for query in queries]
