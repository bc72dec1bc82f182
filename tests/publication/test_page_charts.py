"""Charts on public pages: a picture with words, its figures as a table, both at addresses that hold a digest."""

import base64
import csv
import io
import re
from xml.etree import ElementTree

import pytest
from django.test import Client
from fontTools.ttLib import TTFont

from concept.models import Recommendation
from publication.charts import drawing
from publication.site import cache
from tests import factories
from tests.conftest import Cast
from tests.publication.conftest import entry, period, run

pytestmark = pytest.mark.django_db

ADDRESS = re.compile(r'src="(/(?:en/)?bild/[^"]+\.svg)" alt="([^"]+)"')
SIZE = re.compile(r'src="(/bild/[^"]+\.svg)" alt="[^"]+" width="(\d+)" height="(\d+)"')


@pytest.fixture
def one(cast: Cast) -> Recommendation:
    edition = factories.edition(slug="heute")
    made = factories.recommendation(factories.goal(edition), "1.1.1", lead=cast.youth)
    entry(period(edition, 2021, 2022), made, cast.youth, "planned")
    entry(period(edition, 2023, 2024), made, cast.youth, "implemented")
    return made


def picture(client: Client, address: str) -> tuple[str, str]:
    found = ADDRESS.search(client.get(address).content.decode())
    assert found, address
    return found[1], found[2]


@pytest.mark.parametrize("page", ["/", "/konzept/heute/feld/1/", "/aemter/{office}/", "/en/"])
def test_pages_show_how_it_moved_with_words_and_figures(
    client: Client, one: Recommendation, cast: Cast, page: str
) -> None:
    address, alt = picture(client, page.format(office=cast.youth.pk))
    assert "2023–2024: 1 " in alt
    shown = client.get(address)
    assert shown["Content-Type"] == "image/svg+xml"
    assert "<svg" in shown.content.decode()
    assert shown["Cache-Control"] == "public, no-cache", "figures that are withdrawn are shown nowhere any more"
    figures = client.get(address.replace(".svg", ".csv"))
    rows = list(csv.reader(io.StringIO(figures.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[1][0] == "2021–2022"
    assert rows[2][0] == "2023–2024"
    assert rows[2][-1] == "1"


@pytest.mark.parametrize("page", ["/", "/konzept/heute/feld/1/", "/aemter/{office}/"])
def test_a_page_draws_nothing_and_keeps_the_place_of_its_chart_free(
    client: Client, one: Recommendation, cast: Cast, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    drawn: list[str] = []
    svg = drawing._svg
    monkeypatch.setattr(drawing, "_svg", lambda *given: drawn.append("") or svg(*given))
    html = client.get(page.format(office=cast.youth.pk)).content.decode()
    assert not drawn
    found = SIZE.search(html)
    assert found
    made = client.get(found[1]).content.decode()
    assert drawn == [""]
    assert f'width="{found[2]}" height="{found[3]}"' in made
    cache.PAGES.clear()
    assert client.get(found[1]).content.decode() == made
    assert drawn == [""], "a drawing is kept for as long as its figures are the present ones"


def test_a_chart_of_figures_that_have_changed_is_gone(client: Client, one: Recommendation, cast: Cast) -> None:
    before, _alt = picture(client, "/")
    second = factories.recommendation(one.goal, "1.1.2", lead=cast.youth)
    entry(period(one.edition, 2025, 2026), second, cast.youth, "planned")
    after, _alt = picture(client, "/")
    assert before != after
    assert client.get(before).status_code == 404
    assert client.get(after).status_code == 200


def test_a_chart_counts_nothing_that_is_not_published(client: Client, one: Recommendation, cast: Cast) -> None:
    before = picture(client, "/")
    running = period(one.edition, 2025, 2026, closed=False)
    run(running, one, cast.youth)
    entry(running, one, cast.youth, "not_pursued", approved=False)
    assert picture(client, "/") == before


@pytest.mark.parametrize(
    "name", ["x", "feld-1-0", "amt-99999-0", "fassung-٣-0", "feld--", "fassung-99999999999999999999-1"]
)
def test_addresses_that_name_no_chart_are_not_found(client: Client, one: Recommendation, name: str) -> None:
    assert client.get(f"/bild/{name}.svg").status_code == 404


def test_nothing_is_drawn_before_there_are_two_periods(client: Client, cast: Cast) -> None:
    edition = factories.edition(slug="heute")
    made = factories.recommendation(factories.goal(edition), "1.1.1", lead=cast.youth)
    entry(period(edition, 2023, 2024), made, cast.youth)
    assert "/bild/" not in client.get("/").content.decode()


def test_a_drawing_carries_its_own_letters_and_is_read_by_xml(client: Client, one: Recommendation) -> None:
    """A picture sees none of the page's fonts: without them every machine would show another typeface."""
    address, _alt = picture(client, "/")
    drawn = ElementTree.fromstring(client.get(address).content)  # noqa: S314 - our own
    rules = drawn.findtext("{http://www.w3.org/2000/svg}style") or ""
    faces = re.findall(r'font-family:"Fira Sans";font-weight:([\d ]+);src:url\(data:font/woff2;base64,([^)]+)\)', rules)
    assert [weight for weight, _letters in faces] == ["400", "500 700"]
    for _weight, letters in faces:
        names = TTFont(io.BytesIO(base64.b64decode(letters))).getBestCmap()
        assert {ord(letter) for letter in "aZ09äöüßÄÖÜ–%·()„“"} <= names.keys()


def test_how_a_field_moves_stands_in_a_table_too(client: Client, one: Recommendation) -> None:
    page = client.get("/konzept/heute/feld/1/").content.decode()
    table = page.partition("Wie sich das Feld bewegt: Empfehlungen von insgesamt 1")[2].partition("</table>")[0]
    rows = re.findall(r'<th scope="row">(\d+)</th><td class="num">(\d+)</td><td class="num">(\d+)</td>', table)
    assert rows == [("2022", "0", "0"), ("2024", "1", "0")]
    address, _alt = picture(client, "/konzept/heute/feld/1/")
    assert f'href="{address.replace(".svg", ".csv")}" download>Zahlen nach Stand (CSV)' in page
