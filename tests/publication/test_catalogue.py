"""The catalogue for data portals, read by an independent parser and held against the rules of DCAT-AP.de."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings, settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pyshacl import validate
from rdflib import DCAT, DCTERMS, FOAF, RDF, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic

from publication.queries import site
from tests.conftest import Cast
from tests.publication import open_city
from tests.publication.conftest import period
from tests.publication.open_city import City

pytestmark = pytest.mark.django_db

SHAPES = Graph().parse(Path(__file__).parent / "shapes" / "dcat_ap_de.ttl")
DCATDE = Namespace("http://dcat-ap.de/def/dcatde/")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")


@pytest.fixture
def city(cast: Cast) -> City:
    return open_city.build(cast)


def fetched(client: Client, ending: str = "ttl", form: str = "turtle") -> Graph:
    response = client.get(f"/daten/katalog.{ending}")
    assert response.status_code == 200
    return Graph().parse(data=response.content, format=form)


def complaints(graph: Graph) -> str:
    """Return what the rules say against a catalogue; empty: nothing."""
    conforms, _report, text = validate(graph, shacl_graph=SHAPES, inference="none")
    return "" if conforms else str(text)


def test_the_catalogue_keeps_the_rules(client: Client, city: City, settings: LazySettings) -> None:
    settings.DCAT_CONTRIBUTOR_ID = "http://dcat-ap.de/def/contributors/stadtKassel"
    assert complaints(fetched(client)) == ""


def test_the_catalogue_of_an_empty_service_keeps_them_too(client: Client, db: None) -> None:
    assert complaints(fetched(client)) == ""


def drop(kind: URIRef, predicate: URIRef) -> Callable[[Graph], None]:
    def broken(graph: Graph) -> None:
        one = next(iter(sorted(graph.subjects(RDF.type, kind))))
        graph.remove((one, predicate, None))

    return broken


def put(kind: URIRef, predicate: URIRef, value: URIRef | Literal) -> Callable[[Graph], None]:
    def broken(graph: Graph) -> None:
        one = next(iter(sorted(graph.subjects(RDF.type, kind))))
        graph.set((one, predicate, value))

    return broken


@pytest.mark.parametrize(
    "break_it",
    [
        drop(DCAT.Catalog, DCTERMS.title),
        drop(DCAT.Catalog, DCTERMS.publisher),
        drop(DCAT.Dataset, DCTERMS.description),
        drop(DCAT.Dataset, DCAT.contactPoint),
        drop(DCAT.Dataset, DCAT.theme),
        drop(DCAT.Dataset, DCAT.distribution),
        drop(DCAT.Dataset, DCATDE.politicalGeocodingURI),
        drop(DCAT.Distribution, DCTERMS.license),
        drop(DCAT.Distribution, DCATDE.licenseAttributionByText),
        drop(DCAT.Distribution, DCAT.accessURL),
        drop(DCAT.DataService, DCAT.endpointURL),
        drop(FOAF.Agent, FOAF.name),
        drop(VCARD.Kind, VCARD.fn),
        put(DCAT.Dataset, DCAT.theme, Literal("Soziales")),
        put(DCAT.Dataset, DCTERMS.modified, Literal("gestern")),
        put(DCAT.Distribution, DCTERMS.license, URIRef("https://example.org/frei")),
        put(DCAT.Distribution, DCTERMS["format"], URIRef("https://example.org/csv")),
        put(
            DCTERMS.PeriodOfTime,
            DCAT.startDate,
            Literal("2099-01-01", datatype=URIRef("http://www.w3.org/2001/XMLSchema#date")),
        ),
    ],
)
def test_a_broken_rule_is_found(client: Client, city: City, break_it: Callable[[Graph], None]) -> None:
    graph = fetched(client)
    break_it(graph)
    assert complaints(graph)


def test_all_three_forms_say_the_same(client: Client, city: City) -> None:
    turtle = fetched(client)
    assert isomorphic(turtle, fetched(client, "rdf", "xml"))
    assert isomorphic(turtle, fetched(client, "jsonld", "json-ld"))


def test_what_the_catalogue_offers_is_there(client: Client, city: City) -> None:
    graph = fetched(client)
    addresses = {
        str(one) for kind in (DCAT.downloadURL, DCAT.endpointURL, DCAT.landingPage) for one in graph.objects(None, kind)
    }
    assert len(addresses) > 15
    for address in addresses:
        assert client.get(address.removeprefix(settings.SITE_URL)).status_code == 200, address


def test_the_catalogue_says_whose_data_these_are_and_of_which_place(
    client: Client, city: City, settings: LazySettings
) -> None:
    settings.PUBLISHER_NAME, settings.MUNICIPALITY_KEY = "Stadt Musterhausen", "99999999"
    graph = fetched(client)
    assert Literal("Stadt Musterhausen", lang="de") in set(graph.objects(None, FOAF.name))
    assert all(str(place).endswith("/99999999") for place in graph.objects(None, DCATDE.politicalGeocodingURI))
    assert {str(one) for one in graph.objects(None, DCTERMS.license)} == {settings.LICENCE_DCAT_URI}


def test_a_withdrawn_report_leaves_the_catalogue(client: Client, city: City) -> None:
    assert (None, DCTERMS.title, None) in fetched(client)
    one = URIRef(f"{settings.SITE_URL}/daten/katalog#bericht-{city.report.pk}")
    assert (one, RDF.type, DCAT.Dataset) in fetched(client)
    type(city.report).objects.update(stage="withdrawn", withdrawn_at=open_city.APPROVED, withdrawal_note="Ein Fehler.")
    assert (one, RDF.type, DCAT.Dataset) not in fetched(client)


def test_the_same_content_gives_the_same_bytes(client: Client, city: City) -> None:
    for ending in ("ttl", "rdf", "jsonld"):
        first = client.get(f"/daten/katalog.{ending}").content
        site.KEPT.clear()
        assert client.get(f"/daten/katalog.{ending}", {"x": "1"}).content == first


def test_the_catalogue_costs_the_same_however_much_there_is(client: Client, city: City) -> None:
    def cost() -> int:
        site.KEPT.clear()
        with CaptureQueriesContext(connection) as queries:
            fetched(client)
        return len(queries)

    few = cost()
    for year in range(8):
        open_city.released_report(period(city.today, 1980 + 2 * year, 1981 + 2 * year))
    assert cost() == few <= 8
