"""The public pages in two languages: the address decides, each page says where its other language is."""

import re

import pytest
from django.conf import LazySettings
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from concept.models import Recommendation
from tests import factories
from tests.conftest import Cast
from tests.publication.conftest import entry, period

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"


@pytest.fixture
def one(cast: Cast) -> Recommendation:
    edition = factories.edition(slug="neue-akzente-2019")
    return factories.recommendation(factories.goal(edition), "1/1", key="HE 1/ä", title="Elterncafés", lead=cast.youth)


def html(client: Client, address: str, **headers: str) -> str:
    response = client.get(address, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("path", ["/", "/konzept/neue-akzente-2019/", "/konzept/neue-akzente-2019/feld/1/"])
def test_each_page_leads_to_itself_in_the_other_language(client: Client, one: Recommendation, path: str) -> None:
    german, english = html(client, path), html(client, f"/en{path}")
    assert '<html lang="de">' in german
    assert '<html lang="en">' in english
    assert f'<a href="/en{path}" lang="en" hreflang="en">English</a>' in german
    assert f'<a href="{path}" lang="de" hreflang="de">Deutsch</a>' in english
    for page in (german, english):
        assert f'<link rel="alternate" hreflang="de" href="{SITE}{path}">' in page
        assert f'<link rel="alternate" hreflang="en" href="{SITE}/en{path}">' in page
        assert f'<link rel="alternate" hreflang="x-default" href="{SITE}{path}">' in page
    assert f'<link rel="canonical" href="{SITE}{path}">' in german
    assert f'<link rel="canonical" href="{SITE}/en{path}">' in english


def test_what_is_searched_for_goes_along_to_the_other_language(client: Client, one: Recommendation) -> None:
    page = html(client, "/konzept/neue-akzente-2019/?q=Eltern&unbekannt=1")
    assert 'href="/en/konzept/neue-akzente-2019/?q=Eltern" lang="en"' in page
    assert f'<link rel="canonical" href="{SITE}/konzept/neue-akzente-2019/">' in page


def test_addresses_with_any_characters_have_both_languages(client: Client, one: Recommendation) -> None:
    path = "/konzept/neue-akzente-2019/empfehlung/HE%201/%C3%A4/"
    assert f'hreflang="en" href="{SITE}/en{path}"' in html(client, path)
    assert f'hreflang="de" href="{SITE}{path}"' in html(client, f"/en{path}")


def test_the_browser_and_its_cookies_do_not_decide(client: Client, one: Recommendation) -> None:
    client.cookies["django_language"] = "en"
    assert '<html lang="de">' in html(client, "/", **{"Accept-Language": "en"})


def test_from_an_english_page_offices_reach_the_german_sign_in(client: Client, one: Recommendation) -> None:
    assert 'href="/anmelden/' in html(client, "/en/")
    assert client.get("/en/anmelden/").status_code == 404
    assert client.get("/en/aufgaben/").status_code == 404


def test_links_on_an_english_page_stay_english(client: Client, one: Recommendation) -> None:
    page = html(client, "/en/")
    links = [part.partition('"')[0] for part in page.partition("<main")[2].partition("</main>")[0].split('href="')[1:]]
    assert [link for link in links if link.startswith("/") and not link.startswith(("/en/", "/bericht"))] == []


def test_a_missing_page_speaks_the_language_of_its_address(client: Client, one: Recommendation) -> None:
    english, german = client.get("/en/nirgends/"), client.get("/nirgends/")
    assert "This page does not exist" in english.content.decode()
    assert "Diese Seite gibt es nicht" in german.content.decode()


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_the_last_pages_say_in_which_language_they_speak(name: str) -> None:
    with translation.override("en"):
        english = render_to_string(name)
    assert '<html lang="en">' in english
    assert '<a href="/en/">To the overview</a>' in english
    assert '<html lang="de">' in render_to_string(name)
    assert '<a href="/">Zum Überblick</a>' in render_to_string(name)


def test_what_the_city_is_called_is_german_on_pages_of_law_and_of_errors(
    client: Client, one: Recommendation, settings: LazySettings
) -> None:
    settings.PROVIDER_NAME = "Stadt Kassel, Magistrat"
    settings.ENFORCEMENT_BODY = "Durchsetzungsstelle"
    assert '<span lang="de">Stadt Kassel, Magistrat</span> is responsible for the content' in html(
        client, "/en/impressum/"
    )
    assert '<span lang="de">Stadt Kassel, Magistrat</span>' in html(client, "/en/datenschutz/")
    assert '<p><span lang="de">Durchsetzungsstelle</span>' in html(client, "/en/barrierefreiheit/")
    assert '<span class="brand__name" lang="de">' in client.get("/en/nirgends/").content.decode()
    assert '<span class="brand__name">' in client.get("/nirgends/").content.decode()


def test_days_in_a_part_for_other_websites_are_those_of_the_pages(
    client: Client, one: Recommendation, cast: Cast
) -> None:
    entry(period(one.edition, 2023, 2024), one, cast.youth)
    english = html(client, "/en/einbetten/empfehlung/neue-akzente-2019/HE%201/%C3%A4/")
    assert re.search(r"As of \d{1,2} [A-Z][a-z]+ \d{4}\.", english)
    assert re.search(
        r"Stand: \d\d\.\d\d\.\d{4}", html(client, "/einbetten/empfehlung/neue-akzente-2019/HE%201/%C3%A4/")
    )


def test_pages_of_the_working_group_have_one_language(client: Client, cast: Cast, signed_in) -> None:  # type: ignore[no-untyped-def]
    assert "hreflang" not in html(signed_in(cast.clerk), "/aufgaben/")


def test_the_citys_own_words_are_marked_as_german_on_english_pages_alone(client: Client, one: Recommendation) -> None:
    path = "/konzept/neue-akzente-2019/empfehlung/HE%201/%C3%A4/"
    english, german = html(client, f"/en{path}"), html(client, path)
    assert '<h1 class="kern-heading-large" lang="de">Elterncafés</h1>' in english
    assert '<h1 class="kern-heading-large">Elterncafés</h1>' in german
    assert 'lang="de">Elterncafés</a>' in html(client, "/en/konzept/neue-akzente-2019/")


def test_what_offices_wrote_is_read_as_german_in_lists_of_measures_goals_and_hits(
    client: Client, one: Recommendation, cast: Cast
) -> None:
    entry(period(one.edition, 2023, 2024), one, cast.youth, measures=("Räume einrichten",))
    for address in ("massnahmen/", "konzept/neue-akzente-2019/empfehlung/HE%201/%C3%A4/"):
        assert '<span lang="de">Räume einrichten</span>' in html(client, f"/en/{address}"), address
    goal = f'<span lang="de">{one.goal.text}</span></a>'
    assert f"Goal {one.goal.number} {goal}" in html(client, "/en/konzept/neue-akzente-2019/")
    assert '<span lang="de">Räume' in html(client, "/en/suche/?q=einrichten")


def test_the_address_to_cite_is_the_services_own(client: Client, one: Recommendation) -> None:
    """A ready page is the same for every name under which the service is asked."""
    path = "/konzept/neue-akzente-2019/empfehlung/HE%201/%C3%A4/"
    assert f'<a class="address" href="{SITE}{path}">{SITE}{path}</a>' in html(client, path, host="localhost")


def test_search_engines_learn_where_the_pages_are_listed(client: Client) -> None:
    response = client.get("/robots.txt")
    assert response["Content-Type"].startswith("text/plain")
    assert f"Sitemap: {SITE}/sitemap.xml" in response.content.decode()
