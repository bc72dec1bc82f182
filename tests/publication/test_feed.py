"""The feed, read by an independent parser: what happened, in order, for as long as it is true."""

import datetime
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from publication.models import ReportEdition
from publication.queries import site
from tests import factories
from tests.conftest import Cast
from tests.publication import open_city
from tests.publication.conftest import entry
from tests.publication.open_city import City
from workflow.models import ReportingCycle

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def city(cast: Cast) -> City:
    return open_city.build(cast)


def read(client: Client, address: str = "/feed.atom") -> Any:
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = feedparser.parse(response.content)
    assert not feed.bozo
    assert feed.version == "atom10"
    return feed


def links(of: Mapping[str, Any]) -> dict[str, str]:
    return {one["rel"]: one["href"] for one in of["links"]}


def test_approvals_reports_and_editions_are_told_newest_first(client: Client, city: City) -> None:
    feed = read(client)
    assert [one.title for one in feed.entries] == [
        "Integrationsbericht 2023–2024, Version 1",
        "Neuer Sachstand: Elterncafés, 2023–2024",
        "Neuer Sachstand: Elterncafés, 2021–2022",
        "Fassung des Konzepts: Neue Akzente 2019",
        "Fassung des Konzepts: Konzept 2012",
    ]
    newest = feed.entries[1]
    assert newest.author == "51 Jugendamt"
    assert newest.summary == "Stand: in Umsetzung."
    assert newest.updated == "2025-03-01T12:00:00+01:00"
    assert newest.link == f"{settings.SITE_URL}/konzept/neue-akzente-2019/empfehlung/1.10/"


def test_an_edition_is_told_as_public_on_that_day_not_as_adopted(client: Client, city: City) -> None:
    came_out = datetime.datetime(2025, 5, 2, 9, tzinfo=datetime.UTC)
    factories.edition(
        "Fortschreibung", adopted_on=datetime.date(2024, 11, 4), published_at=came_out, description="Neu."
    )
    feed = read(client)
    newest = feed.entries[0]
    assert newest.title == "Fassung des Konzepts: Fortschreibung"
    assert newest.summary == "Diese Fassung des Konzepts ist öffentlich. Beschlossen wurde sie am 04.11.2024. Neu."
    assert newest.updated == "2025-05-02T00:00:00+02:00"
    assert feed.entries[-1].summary.startswith("Diese Fassung des Konzepts ist öffentlich.")
    assert "eschlossen" not in feed.entries[-1].summary
    words = client.get("/api/v1/").json()["words"]["change_kind"]
    assert {one["value"]: one["word"] for one in words}["edition"] == "Fassung veröffentlicht"


def test_a_correction_is_an_entry_of_its_own_with_its_note(client: Client, city: City, cast: Cast) -> None:
    before = {one.id for one in read(client).entries}
    open_city.correct(city, cast)
    feed = read(client)
    assert feed.entries[0].title == "Berichtigt: Elterncafés, 2023–2024"
    assert feed.entries[0].summary == "Die Zahl war falsch."
    assert before < {one.id for one in feed.entries}


def test_a_withdrawn_entry_leaves_the_feed_and_its_note_comes(client: Client, city: City) -> None:
    open_city.withdraw(city.run)
    feed = read(client)
    assert feed.entries[0].title == "Von der Seite genommen: Elterncafés, 2023–2024"
    assert feed.entries[0].summary == "Darin stand etwas Falsches."
    assert "Neuer Sachstand: Elterncafés, 2023–2024" not in [one.title for one in feed.entries]


def test_a_withdrawn_report_says_so_in_the_place_of_the_report(client: Client, city: City) -> None:
    ReportEdition.objects.update(stage="withdrawn", withdrawn_at=open_city.APPROVED, withdrawal_note="Ein Fehler.")
    titles = [one.title for one in read(client).entries]
    assert "Bericht zurückgezogen: Integrationsbericht 2023–2024, Version 1" in titles
    assert "Integrationsbericht 2023–2024, Version 1" not in titles


def test_what_comes_out_later_is_told_on_that_day(client: Client, city: City) -> None:
    ReportingCycle.objects.filter(pk=city.second.pk).update(publish_on=datetime.date(2025, 6, 1))
    assert read(client).entries[0].updated == "2025-06-01T00:00:00+02:00"


def test_ids_stay_when_a_title_or_an_address_changes(client: Client, city: City) -> None:
    before = [one.id for one in read(client).entries]
    type(city.cafe).objects.filter(pk=city.cafe.pk).update(title="Neuer Titel", number="8")
    assert [one.id for one in read(client).entries] == before
    assert all(one.startswith("tag:127.0.0.1,2026:") for one in before)
    assert len(set(before)) == len(before)


def test_a_field_has_a_feed_of_its_own(client: Client, city: City, cast: Cast) -> None:
    open_city.nil_return(city, cast)
    feed = read(client, "/feed/neue-akzente-2019/2.atom")
    assert [one.title for one in feed.entries] == ["Neuer Sachstand: Über Brücken & Wege, 2023–2024"]
    assert feed.feed.title.endswith("Neues im Handlungsfeld Handlungsfeld 2")
    assert client.get("/feed/neue-akzente-2019/3.atom").status_code == 404
    assert client.get("/feed/gibt-es-nicht/1.atom").status_code == 404


def test_the_feed_comes_in_pages_that_lead_to_each_other(client: Client, city: City, cast: Cast) -> None:
    for number in range(60):
        one = factories.recommendation(city.cafe.goal, f"3.{number}", lead=cast.youth)
        entry(city.second, one, cast.youth)
    first = read(client)
    assert len(first.entries) == 50
    second = read(client, links(first.feed)["next"].removeprefix(settings.SITE_URL))
    assert len(second.entries) == 15
    assert "next" not in links(second.feed)
    assert links(second.feed)["previous"] == links(first.feed)["self"] == links(first.feed)["first"]
    assert {one.id for one in first.entries}.isdisjoint({one.id for one in second.entries})


@pytest.mark.parametrize("page", ["0", "3", "x", "-1", "١", "99999999999"])
def test_a_page_that_is_not_there_is_404(client: Client, city: City, page: str) -> None:
    assert client.get("/feed.atom", {"seite": page}).status_code == 404


def test_everything_that_atom_asks_for_is_there(client: Client, city: City) -> None:
    root = ET.fromstring(client.get("/feed.atom").content)  # noqa: S314 - our own
    for name in ("id", "title", "updated", "author", "rights"):
        assert root.find(f"{ATOM}{name}") is not None
    for one in root.findall(f"{ATOM}entry"):
        for name in ("id", "title", "updated", "summary", "rights"):
            assert (one.findtext(f"{ATOM}{name}") or "").strip(), name
        assert [link.get("rel") for link in one.findall(f"{ATOM}link")] == ["alternate", "license"]
    assert "dl-de/by-2-0" in (root.findtext(f"{ATOM}rights") or "")


def test_texts_of_any_kind_leave_the_feed_well_formed(client: Client, city: City) -> None:
    title = "<b>&amp; \x0b „Ende“ ]]> \ufffe"
    type(city.cafe).objects.filter(pk=city.cafe.pk).update(title=title)
    assert "<b>" in ET.fromstring(client.get("/feed.atom").content).findall(f"{ATOM}entry")[1].findtext(f"{ATOM}title")  # noqa: S314


def test_an_empty_service_has_an_empty_feed(client: Client, db: None) -> None:
    assert read(client).entries == []


def test_every_page_leads_to_the_feed_and_a_field_to_its_own(client: Client, city: City) -> None:
    said = 'type="application/atom+xml"'
    assert f'{said} title="Neues" href="/feed.atom"' in client.get("/").content.decode()
    assert 'href="/feed/neue-akzente-2019/1.atom"' in client.get("/konzept/neue-akzente-2019/feld/1/").content.decode()


def test_the_feed_costs_the_same_with_2_rows_and_with_20(client: Client, city: City, cast: Cast) -> None:
    def cost() -> int:
        site.KEPT.clear()
        with CaptureQueriesContext(connection) as queries:
            read(client)
        return len(queries)

    few = cost()
    for number in range(18):
        one = factories.recommendation(city.cafe.goal, f"3.{number}", lead=cast.youth)
        entry(city.second, one, cast.youth, public_note="Wort")
    assert cost() == few <= 10
