"""What search engines read: blocks of data in the pages, and the sitemap."""

import html.parser
import json
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings
from django.test import Client

from publication.opendata import linked, reading, sitemap
from publication.queries.site import site
from tests import factories
from tests.conftest import Cast
from tests.publication import open_city
from tests.publication.conftest import NOW
from tests.publication.open_city import City

pytestmark = pytest.mark.django_db
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"


class Blocks(html.parser.HTMLParser):
    """The blocks of data of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "script" and dict(attrs).get("type") == "application/ld+json"
        if self._inside:
            self.found.append("")

    def handle_endtag(self, _tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[-1] += data


@pytest.fixture
def city(cast: Cast) -> City:
    return open_city.build(cast)


def things(client: Client, address: str) -> dict[str, Any]:
    """Return what a page says of itself, by kind."""
    response = client.get(address)
    assert response.status_code == 200
    blocks = Blocks()
    blocks.feed(response.content.decode())
    found = {}
    for block in blocks.found:
        said = json.loads(block)
        assert said["@context"] == "https://schema.org"
        found |= {one["@type"]: one for one in said["@graph"]}
    return found


def test_the_homepage_is_a_website_with_its_search(client: Client, city: City) -> None:
    one = things(client, "/")["WebSite"]
    assert one["url"] == f"{settings.SITE_URL}/"
    assert one["publisher"]["name"] == "Stadt Kassel"
    assert one["license"] == "https://www.govdata.de/dl-de/by-2-0"
    if search := one.get("potentialAction"):
        address = search["target"]["urlTemplate"].replace("{search_term_string}", "Eltern")
        assert "Elterncafés" in client.get(address.removeprefix(settings.SITE_URL)).content.decode()
    assert things(client, "/en/")["WebSite"]["inLanguage"] == "en"


def test_a_page_says_the_way_to_it_as_it_shows_it(client: Client, city: City) -> None:
    address = "/konzept/neue-akzente-2019/empfehlung/1.10/"
    way = things(client, address)["BreadcrumbList"]["itemListElement"]
    assert [one["position"] for one in way] == list(range(1, len(way) + 1))
    assert way[-1]["item"] == f"{settings.SITE_URL}{address}"
    for one in way:
        assert one["name"]
        assert client.get(one["item"].removeprefix(settings.SITE_URL)).status_code == 200


def test_the_data_page_is_a_dataset_with_all_its_files(client: Client, city: City) -> None:
    one = things(client, "/daten/")["Dataset"]
    for name in ("name", "description", "license", "creator", "distribution", "temporalCoverage", "spatialCoverage"):
        assert one[name], name
    assert one["temporalCoverage"] == "2021-01-01/2024-12-31"
    assert len(one["description"]) >= 50
    for file in one["distribution"]:
        assert client.get(file["contentUrl"].removeprefix(settings.SITE_URL)).status_code == 200


def test_a_report_can_be_cited(client: Client, city: City) -> None:
    said = linked.report(
        address="https://stadt.example/bericht/1/", period="2023–2024", number=2, released_on="2025-03-31",
        change_note="Eine Zahl.",
    )  # fmt: skip
    assert said["@type"] == "Report"
    for name in ("name", "url", "version", "datePublished", "author", "publisher", "license", "inLanguage"):
        assert said[name], name
    assert said["correction"] == "Eine Zahl."


def test_no_text_ends_the_block_that_it_stands_in(client: Client, city: City) -> None:
    evil = "</script><script>alert(1)</script><!--"
    type(city.cafe).objects.filter(pk=city.cafe.pk).update(number=evil[:20])
    type(city.cafe.goal.field).objects.filter(pk=city.cafe.goal.field_id).update(name=evil)
    way = things(client, "/konzept/neue-akzente-2019/empfehlung/1.10/")["BreadcrumbList"]["itemListElement"]
    assert evil in [one["name"] for one in way]
    assert "<script>alert" not in client.get("/konzept/neue-akzente-2019/empfehlung/1.10/").content.decode()


def test_the_block_is_data_and_needs_no_hole_in_the_policy(client: Client, city: City) -> None:
    policy = client.get("/")["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe-inline" not in policy


# --- The sitemap ------------------------------------------------------------------------------------------------------


def urls(client: Client) -> dict[str, ET.Element]:
    response = client.get("/sitemap.xml")
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    root = ET.fromstring(response.content)  # noqa: S314 - our own
    return {one.findtext(f"{SITEMAP}loc") or "": one for one in root.findall(f"{SITEMAP}url")}


def test_every_page_stands_in_the_sitemap_in_both_languages(client: Client, city: City) -> None:
    listed = urls(client)
    for address in (
        "/",
        "/en/",
        "/daten/",
        "/konzept/neue-akzente-2019/",
        "/en/konzept/neue-akzente-2019/feld/1/",
        "/konzept/neue-akzente-2019/empfehlung/1.10/",
        "/en/konzept/konzept-2012/empfehlung/O1/",
    ):
        assert f"{settings.SITE_URL}{address}" in listed
    for address in listed:
        assert client.get(address.removeprefix(settings.SITE_URL)).status_code == 200, address


def test_each_address_names_its_other_languages(client: Client, city: City) -> None:
    for address, one in urls(client).items():
        others = {link.get("hreflang"): link.get("href") for link in one.findall(f"{XHTML}link")}
        assert set(others) == {"de", "en", "x-default"}
        assert address in others.values()
        assert others["x-default"] == others["de"]


def test_a_recommendation_changed_on_the_day_of_its_newest_entry(client: Client, city: City) -> None:
    one = urls(client)[f"{settings.SITE_URL}/konzept/neue-akzente-2019/empfehlung/1.10/"]
    assert one.findtext(f"{SITEMAP}lastmod") == "2025-03-01"


def test_the_sitemap_stays_within_its_limit(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "MOST", 7)
    root = ET.fromstring(sitemap.sitemap(reading.everything_at(NOW)))  # noqa: S314 - our own
    assert len(root.findall(f"{SITEMAP}url")) == 6


def test_what_is_not_public_does_not_stand_in_the_sitemap(client: Client, city: City) -> None:
    coming = factories.edition("Fortschreibung", adopted_on=site(NOW).version.day.replace(year=2099))
    factories.recommendation(factories.goal(coming), "N1")
    assert not [one for one in urls(client) if "fortschreibung" in one]
