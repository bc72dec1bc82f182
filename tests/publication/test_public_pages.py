"""What visitors read: the concept and what was approved, nothing else, at a constant price."""

import datetime
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from concept.models import ActionField, ConceptEdition, CrosswalkLink, CrosswalkReason, Recommendation
from offices.models import Office
from tests import factories
from tests.conftest import Cast
from tests.publication.conftest import entry, period, run
from tests.publication.ways import edition, one

pytestmark = pytest.mark.django_db


__all__ = ["edition", "one"]


def home(client: Client) -> str:
    response = client.get("/")
    assert response.status_code == 200
    return response.content.decode()


def page(client: Client, one: Recommendation) -> str:
    response = client.get(f"/konzept/{one.edition.slug}/empfehlung/{one.key}/")
    assert response.status_code == 200
    return response.content.decode()


# --- The homepage -----------------------------------------------------------------------------------------------------


def test_homepage_answers_before_anything_is_imported(client: Client) -> None:
    assert "Hier gibt es noch nichts zu lesen" in home(client)


def test_homepage_says_in_one_sentence_where_the_concept_stands(
    client: Client, one: Recommendation, cast: Cast
) -> None:
    second = factories.recommendation(one.goal, "1.1.2", lead=cast.youth)
    closed = period(one.edition, 2023, 2024)
    entry(closed, one, cast.youth, "implemented")
    entry(closed, second, cast.youth, "in_progress")
    assert "Von 2 Empfehlungen für das Zusammenleben in Kassel sind <em>1 erreicht</em>, an 1 wird gearbeitet." in home(
        client
    )


def test_homepage_of_a_concept_without_reports_promises_the_first_one(client: Client, one: Recommendation) -> None:
    assert "Der erste Sachstand dazu entsteht gerade." in home(client)


def test_homepage_shows_the_newest_adopted_edition(client: Client, one: Recommendation) -> None:
    factories.edition("Integrationskonzept 2012", adopted_on=datetime.date(2012, 5, 7))
    factories.edition("Fortschreibung", adopted_on=timezone.localdate() + datetime.timedelta(days=30))
    factories.edition("In Arbeit", adopted_on=None, published_at=None)
    html = home(client)
    assert "In Arbeit" not in html
    assert "1 Empfehlung für das Zusammenleben" in html
    assert "Integrationskonzept 2012" in html
    assert "Fortschreibung" not in html


def test_an_edition_that_is_not_yet_adopted_does_not_open(client: Client, cast: Cast) -> None:
    coming = factories.edition("Fortschreibung", adopted_on=timezone.localdate() + datetime.timedelta(days=30))
    assert client.get(f"/konzept/{coming.slug}/").status_code == 404


def test_picture_and_table_hold_the_same_numbers(client: Client, one: Recommendation, cast: Cast) -> None:
    closed = period(one.edition, 2023, 2024)
    entry(closed, one, cast.youth, "made_permanent")
    html = home(client)
    assert 'aria-label="1 verstetigt"' in html
    assert '<td class="num">1</td>' in html


def test_newest_entries_come_first_and_lead_to_their_recommendation(
    client: Client, one: Recommendation, cast: Cast
) -> None:
    entry(period(one.edition, 2023, 2024), one, cast.youth, "implemented")
    html = home(client)
    assert f'<a href="/konzept/neue-akzente-2019/empfehlung/{one.key}/">Elterncafés an Grundschulen</a>' in html


# --- One recommendation -----------------------------------------------------------------------------------------------


def test_recommendation_tells_its_whole_story_newest_first(client: Client, one: Recommendation, cast: Cast) -> None:
    entry(period(one.edition, 2021, 2022), one, cast.youth, "planned", done="Erst ein Plan.")
    entry(
        period(one.edition, 2023, 2024),
        one,
        cast.youth,
        "deferred",
        done="Dann eine Pause.",
        status_reason="Die Räume fehlen.",
        worked="Viele kamen.",
        did_not_work="Der Vormittag.",
        overlooked="Die Betreuung.",
        next_step="Abendtermine",
        next_step_on=datetime.date(2027, 3, 31),
        measures=("Räume einrichten",),
    )
    html = page(client, one)
    for said in (
        "Dann eine Pause.",
        "Die Räume fehlen.",
        "Viele kamen.",
        "Der Vormittag.",
        "Die Betreuung.",
        "Abendtermine",
        "bis 31.03.2027",
        "Räume einrichten",
        "51 Jugendamt",
        "40 Amt für Schule und Bildung",
        "Eltern sind Partner.",
        "zurückgestellt",
    ):
        assert said in html
    assert html.index("Dann eine Pause.") < html.index("Erst ein Plan.")


def test_a_period_without_a_return_is_a_visible_gap(client: Client, one: Recommendation, cast: Cast) -> None:
    run(period(one.edition, 2021, 2022), one, cast.youth)
    entry(period(one.edition, 2023, 2024), one, cast.youth)
    html = page(client, one)
    assert "timeline__item--missing" in html
    assert "hat das zuständige Amt nichts gemeldet" in html
    assert "Jahresfaden: 2021–2022 keine Meldung, 2023–2024 in Umsetzung" in html


def test_a_nil_return_is_a_statement_and_not_a_gap(client: Client, one: Recommendation, cast: Cast) -> None:
    entry(
        period(one.edition, 2023, 2024), one, cast.youth, kind="nil_return", nil_reason="Die Stelle war leer.", done=""
    )
    html = page(client, one)
    assert "Fehlanzeige" in html
    assert "Die Stelle war leer." in html
    assert "timeline__item--missing" not in html


def test_an_unchanged_entry_shows_the_text_that_it_confirms(client: Client, one: Recommendation, cast: Cast) -> None:
    first = entry(period(one.edition, 2021, 2022), one, cast.youth, done="So ist es.")
    entry(period(one.edition, 2023, 2024), one, cast.youth, kind="unchanged", confirms=first, done="")
    html = page(client, one)
    assert "Unverändert: Das Amt hat den Text von 2021–2022 bestätigt." in html
    assert html.count("So ist es.") == 2


def test_the_first_running_period_shows_that_there_is_no_report_yet(
    client: Client, one: Recommendation, cast: Cast
) -> None:
    run(period(one.edition, 2025, 2026, closed=False), one, cast.youth)
    assert "noch kein Bericht" in page(client, one)


def test_a_running_period_without_an_entry_is_no_gap_beside_older_ones(
    client: Client, one: Recommendation, cast: Cast
) -> None:
    entry(period(one.edition, 2023, 2024), one, cast.youth)
    run(period(one.edition, 2025, 2026, closed=False), one, cast.youth)
    html = page(client, one)
    assert "2025–2026" not in html
    assert "noch kein Bericht" not in html


def test_an_entry_with_a_later_publication_date_does_not_show(client: Client, one: Recommendation, cast: Cast) -> None:
    later = timezone.localdate() + datetime.timedelta(days=3)
    entry(period(one.edition, 2023, 2024, publish_on=later), one, cast.youth, done="Noch geheim.")
    assert "Noch geheim." not in page(client, one)
    assert "keine Meldung" not in page(client, one).split("So lesen Sie")[0]


def test_the_history_goes_on_through_the_editions(client: Client, one: Recommendation, cast: Cast) -> None:
    old = factories.edition("Integrationskonzept 2012", adopted_on=datetime.date(2012, 5, 7))
    before = factories.recommendation(factories.goal(old), "9", title="Elterntreffs", lead=cast.youth)
    CrosswalkLink.objects.create(
        predecessor=before, successor=one, reason=CrosswalkReason.REWORDED, note="Zielgruppe genauer"
    )
    assert "9 Elterntreffs" in page(client, one)
    assert "Zielgruppe genauer" in page(client, one)
    assert "Elterncafés an Grundschulen" in page(client, before)


def test_a_recommendation_that_left_the_concept_stays_readable(client: Client, one: Recommendation) -> None:
    one.ended_on = datetime.date(2025, 1, 1)
    one.save()
    assert "gehört seit dem 01.01.2025 nicht mehr zum Konzept" in page(client, one)
    assert "Elterncafés an Grundschulen" not in home(client)


def test_keys_and_numbers_of_any_form_have_an_address(client: Client, one: Recommendation, cast: Cast) -> None:
    odd = factories.recommendation(one.goal, "HE 1/a", key="HE 1/ä", lead=cast.youth)
    field = ActionField.objects.get(edition=one.edition)
    field.number = "I/1"
    field.save()
    for address in ("/", "/konzept/neue-akzente-2019/", "/konzept/neue-akzente-2019/feld/I/1/"):
        assert client.get(address).status_code == 200
    assert odd.title in page(client, odd)


def test_what_offices_write_cannot_become_markup(client: Client, one: Recommendation, cast: Cast) -> None:
    entry(period(one.edition, 2023, 2024), one, cast.youth, done="<script>alert(1)</script>")
    assert "<script>alert(1)" not in page(client, one)


@pytest.mark.parametrize(
    "address",
    ["/konzept/gibts-nicht/", "/konzept/neue-akzente-2019/feld/99/", "/konzept/neue-akzente-2019/empfehlung/x/"],
)
def test_unknown_addresses_look_all_the_same(client: Client, one: Recommendation, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert "Diese Seite gibt es nicht, oder sie ist nicht für Sie freigegeben." in response.content.decode()


# --- Search -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["elterncafé", "ELTERNCAFÉS grund", "jugendamt", "nordstadt", "1.1.1"])
def test_search_finds_words_of_the_concept_the_offices_and_the_reports(
    client: Client, one: Recommendation, cast: Cast, words: str
) -> None:
    entry(period(one.edition, 2023, 2024), one, cast.youth, done="Vier davon in der Nordstadt.")
    html = client.get("/konzept/neue-akzente-2019/", {"q": words}).content.decode()
    assert "1 Empfehlung gefunden" in html


def test_search_does_not_see_what_is_not_published(client: Client, one: Recommendation, cast: Cast) -> None:
    entry(period(one.edition, 2025, 2026, closed=False), one, cast.youth, done="Heimlichkeit", approved=False)
    html = client.get("/konzept/neue-akzente-2019/", {"q": "heimlichkeit"}).content.decode()
    assert "Nichts gefunden" in html


def test_filters_narrow_and_each_can_be_taken_off(client: Client, one: Recommendation, cast: Cast) -> None:
    other = factories.recommendation(factories.goal(one.edition, "2", "2.1"), "2.1.1", lead=cast.school)
    closed = period(one.edition, 2023, 2024)
    entry(closed, one, cast.youth, "implemented")
    entry(closed, other, cast.school, "planned")
    query = {"status": "implemented", "feld": "1", "amt": str(cast.youth.pk)}
    html = client.get("/konzept/neue-akzente-2019/", query).content.decode()
    assert one.title in html
    assert other.title not in html
    assert html.count('class="chip"') == 3
    assert "?feld=1&amp;amt=" in html


@pytest.mark.parametrize("query", [{"amt": "x"}, {"status": "'"}, {"feld": "%00"}, {"seite": "abc"}, {"seite": "999"}])
def test_odd_filters_find_nothing_and_break_nothing(client: Client, one: Recommendation, query: dict[str, str]) -> None:
    assert client.get("/konzept/neue-akzente-2019/", query).status_code == 200


# --- Cookies, caches, prices ------------------------------------------------------------------------------------------


def addresses(one: Recommendation) -> list[str]:
    return [
        "/",
        "/konzept/neue-akzente-2019/",
        "/konzept/neue-akzente-2019/feld/1/",
        f"/konzept/neue-akzente-2019/empfehlung/{one.key}/",
    ]


def test_reading_sets_no_cookie_and_asks_each_time(client: Client, one: Recommendation) -> None:
    for address in addresses(one):
        response = client.get(address)
        assert not response.cookies
        assert response["Cache-Control"] == "public, no-cache"
        assert client.get(address, headers={"If-None-Match": response["ETag"]}).status_code == 304
        assert "Cookie" in response["Vary"]
        assert "csrfmiddlewaretoken" not in response.content.decode()


def test_people_who_are_signed_in_get_a_fresh_page(
    signed_in: Callable[..., Client], one: Recommendation, cast: Cast
) -> None:
    response = signed_in(cast.clerk).get("/")
    assert response["Cache-Control"] == "private, no-cache"
    assert "Zu meinen Aufgaben" in response.content.decode()


def test_public_pages_only_read(client: Client, one: Recommendation) -> None:
    for address in addresses(one):
        assert client.post(address).status_code == 405


def fill(edition: ConceptEdition, office: Office, number: int) -> None:
    closed = [period(edition, 2021, 2022), period(edition, 2023, 2024)]
    for place in range(number):
        goal = factories.goal(edition, str(place % 5 + 2), f"{place}.1")
        made = factories.recommendation(goal, f"{place}.1.1", lead=office)
        for cycle in closed:
            entry(cycle, made, office, measures=("Räume", "Zeiten"))


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


@pytest.mark.parametrize("place", range(4))
def test_pages_cost_the_same_with_2_rows_and_with_20(client: Client, cast: Cast, place: int) -> None:
    counts = []
    for size in (2, 20):
        edition = factories.edition(f"Fassung {size}", slug=f"f-{size}", adopted_on=datetime.date(2000 + size, 1, 1))
        fill(edition, cast.youth, size)
        first = Recommendation.objects.filter(edition=edition).first()
        assert first
        address = [
            "/",
            f"/konzept/f-{size}/?q=geschah",
            f"/konzept/f-{size}/feld/2/",
            f"/konzept/f-{size}/empfehlung/{first.key}/",
        ][place]
        counts.append(queries(client, address))
    assert counts[0] == counts[1]
    assert counts[1] <= 12


def test_a_long_list_comes_in_pages(client: Client, cast: Cast) -> None:
    edition = factories.edition("Lang", slug="lang")
    goal = factories.goal(edition)
    for place in range(51):
        factories.recommendation(goal, f"{place:03}", position=place)
    assert "Seite 1 von 2" in client.get("/konzept/lang/").content.decode()
    assert "Empfehlung 050" in client.get("/konzept/lang/?seite=2").content.decode()
