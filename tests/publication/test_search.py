"""Search: one table of questions with the same answers, in the same order, on every database."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from concept.models import ConceptEdition, Recommendation
from publication.queries import words
from publication.queries.filters import Filters
from publication.queries.search import cut, find, marked
from publication.queries.site import site
from tests import factories
from tests.conftest import Cast
from tests.publication.conftest import entry, period

pytestmark = pytest.mark.django_db

TABLE = [
    # What is asked, and the numbers of what answers, best first
    ("Elterncafé", ["2.07", "2.01"]),
    ("elterncafes", ["2.07", "2.01"]),
    ("eltern", ["2.07", "2.01"]),
    ("Café", ["2.07", "2.01"]),
    ("Schulen", ["3.01", "2.07"]),
    ("Grundschule", ["2.07"]),
    ("Strasse", ["4.01"]),
    ("STRAẞE", ["4.01"]),
    ("Haus", ["1.02"]),
    ("Häuser", ["1.02"]),
    ("haeuser", ["1.02"]),
    ("HE 2.07", ["2.07"]),
    ("2.07", ["2.07"]),
    ("HE2.07", ["2.07"]),
    ("2.0", []),
    ("Jugendamt", ["1.02", "2.01", "2.07"]),
    ("51", ["1.02", "2.01", "2.07"]),
    ("die Beratung für Frauen", ["4.01"]),
    ("Nachbarschaftstreff Nordstadt", ["1.02"]),
    ("Betrieb", ["3.01"]),
    ("Rat", []),
    # A compound word that stands nowhere finds its parts, as it does with a hyphen or a blank
    ("Elternschule", ["2.07"]),
    ("Eltern-Schule", ["2.07"]),
    ("eltern schulen", ["2.07"]),
    ("Arbeitsbetriebe", ["3.01"]),
    ("Elternfrauen", []),
    ("Schwimmbad", []),
]


@pytest.fixture
def city(cast: Cast) -> ConceptEdition:
    """Four fields, of which texts, reports and measures tell different things."""
    edition = factories.edition(slug="heute")
    made = {}
    for position, (number, title, office, text) in enumerate(
        [
            ("1.02", "Treffpunkte im Stadtteil", cast.youth, "Alte Häuser werden zu Orten der Begegnung."),
            ("2.01", "Mit Familien sprechen", cast.youth, "Kitas laden Familien ein."),
            ("2.07", "Elterncafés an Grundschulen", cast.youth, "Eltern sind Partner der Schule."),
            ("3.01", "Wege in die Arbeit", cast.school, "Schulen und Betriebe arbeiten zusammen."),
            ("4.01", "Gesund bleiben", cast.health, "Angebote nahe an der Straße."),
        ]
    ):
        goal = factories.goal(edition, number[0], f"Z{position}")
        made[number] = factories.recommendation(
            goal, number, title=title, lead=office, text=text, position=position, rationale=""
        )
    cycle = period(edition, 2023, 2024)
    for number, done, measures in (
        ("1.02", "Der Nachbarschaftstreff in der Nordstadt ist offen.", ()),
        ("2.01", "Ein Eltern-Café ist dazugekommen.", ()),
        ("2.07", "Zwölf Schulen machen mit.", ()),
        ("3.01", "Zwei Betriebe.", ("Praktika für Zugewanderte",)),
        ("4.01", "Die Beratungen erreichen viele Frauen.", ()),
    ):
        one = made[number]
        entry(cycle, one, one.assignments.get().office, done=done, measures=measures)
    return edition


def numbers(edition: ConceptEdition, asked: str, **filters: str) -> list[str]:
    whole = site(timezone.now())
    found = find(whole, whole.editions[0], Filters(q=asked, **filters), timezone.now())
    return [hit.one.number for hit in found.hits]


@pytest.mark.parametrize(("asked", "expected"), TABLE)
def test_the_same_words_find_the_same_on_every_database(city: ConceptEdition, asked: str, expected: list[str]) -> None:
    assert numbers(city, asked) == expected


def test_a_compound_word_itself_comes_before_its_parts(city: ConceptEdition) -> None:
    Recommendation.objects.filter(number="4.01").update(rationale="Eine Elternschule in der Nordstadt.")
    assert numbers(city, "Elternschule") == ["4.01", "2.07"]
    assert set(numbers(city, "Eltern Schule")) == {"4.01", "2.07"}


def test_the_page_marks_what_answers_and_escapes_the_rest(client: Client, city: ConceptEdition, cast: Cast) -> None:
    one = Recommendation.objects.get(number="4.01")
    entry(period(city, 2025, 2026), one, cast.health, done="<b>Neue</b> Beratungsstelle & mehr.")
    html = client.get("/suche/", {"q": "Beratung"}).content.decode()
    assert "&lt;b&gt;Neue&lt;/b&gt; <mark>Beratungsstelle</mark> &amp; mehr." in html
    assert "Sachstand 2025–2026:" in html
    assert "<mark>Elterncafés</mark>" in client.get("/suche/", {"q": "elterncafe"}).content.decode()


def test_offices_fields_and_goals_are_found_by_their_names(client: Client, city: ConceptEdition, cast: Cast) -> None:
    html = client.get("/suche/", {"q": "gesundheitsamt"}).content.decode()
    assert f'<a href="/aemter/{cast.health.pk}/">53 Gesundheitsamt Region Kassel</a>' in html


def test_filters_narrow_the_hits_and_stand_in_the_address(client: Client, city: ConceptEdition) -> None:
    assert numbers(city, "Schule", feld="3") == ["3.01"]
    assert numbers(city, "Schule", jahr="2023") == ["2.07", "3.01"]
    assert numbers(city, "Schule", jahr="2022") == []
    assert numbers(city, "Schule", still="ja") == []
    html = client.get("/suche/", {"q": "Schule", "feld": "3", "jahr": "2024"}).content.decode()
    assert "Sachstand über 2024" in html
    assert "?q=Schule&amp;jahr=2024" in html
    assert "2024 (1)" in html


def test_a_word_with_a_slip_gets_an_honest_suggestion(client: Client, city: ConceptEdition) -> None:
    html = client.get("/suche/", {"q": "Nordstatd"}).content.decode()
    assert "Meinten Sie" in html
    assert "<strong>Nordstadt</strong>" in html
    assert "Meinten Sie" not in client.get("/suche/", {"q": "Xylophonquartett"}).content.decode()


def test_other_editions_are_offered_and_can_be_searched(client: Client, city: ConceptEdition, cast: Cast) -> None:
    old = factories.edition("Konzept 2012", slug="k-2012", adopted_on=datetime.date(2012, 5, 7))
    factories.recommendation(factories.goal(old), "9", title="Eltern im Museum", lead=cast.youth)
    html = client.get("/suche/", {"q": "eltern"}).content.decode()
    assert "1 weiterer Treffer in anderen Fassungen" in html
    assert "Eltern im" not in html
    assert "im Museum" in client.get("/suche/", {"q": "eltern", "fassung": "k-2012"}).content.decode()


def test_search_never_finds_what_is_not_public(client: Client, city: ConceptEdition, cast: Cast) -> None:
    one = Recommendation.objects.get(number="4.01")
    entry(period(city, 2025, 2026, closed=False), one, cast.health, done="Verschlusssache", approved=False)
    gone = entry(period(city, 2019, 2020), one, cast.health, done="Rückruf")
    assert numbers(city, "Rückruf") == ["4.01"]
    gone.update.withdrawn_at = timezone.now()
    gone.update.withdrawal_note = "Falsch."
    gone.update.save()
    assert numbers(city, "Rückruf") == []
    assert numbers(city, "Verschlusssache") == []
    for asked in ("Rückruf", "Verschlusssache"):
        assert "Nichts gefunden" in client.get("/suche/", {"q": asked}).content.decode()


@pytest.mark.parametrize("asked", ["%", "'", '"; DROP', "\x00", "*", "()", "und", " ", "<script>", "a" * 500, "🙂"])
def test_odd_words_break_nothing(client: Client, city: ConceptEdition, asked: str) -> None:
    for address in ("/suche/", "/konzept/heute/", "/massnahmen/"):
        response = client.get(address, {"q": asked})
        assert response.status_code == 200
        assert "<script>" not in response.content.decode()


def test_searching_again_costs_one_query(client: Client, city: ConceptEdition) -> None:
    client.get("/suche/", {"q": "Schule"})
    with CaptureQueriesContext(connection) as seen:
        assert client.get("/suche/", {"q": "Eltern"}).status_code == 200
    assert len(seen) == 1


def test_an_excerpt_is_cut_between_words_around_the_hit() -> None:
    text = "Anfang " + "viel Text davor " * 30 + "Treffer " + "viel Text danach " * 30
    cutting = cut(text, frozenset({"treffer"}))
    assert "Treffer" in cutting
    assert cutting.startswith("… ")
    assert cutting.endswith(" …")
    assert len(cutting) < 260
    assert marked("a < Treffer", frozenset({"treffer"})) == "a &lt; <mark>Treffer</mark>"


def test_words_that_say_nothing_are_left_out_unless_there_are_no_others() -> None:
    assert words.asked("die Schule und der Hof") == ["schule", "hof"]
    assert words.asked("die") == ["die"]
