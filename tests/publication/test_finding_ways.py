"""The ways through the public pages: goals, offices, measures."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from concept.models import ActionField, Assignment, ConceptEdition, CrosswalkLink, CrosswalkReason, Recommendation
from offices.models import Office, OfficeSuccession
from publication.queries.parts import PublicOffice, as_listed
from tests import factories
from tests.conftest import Cast
from tests.publication.conftest import NOW, entry, period, run
from tests.publication.ways import SLUG, edition, one, read

pytestmark = pytest.mark.django_db

__all__ = ["edition", "one"]


# --- Goals ------------------------------------------------------------------------------------------------------------


def test_a_goal_shows_what_serves_it_and_what_its_figures_rest_on(
    client: Client, one: Recommendation, cast: Cast
) -> None:
    other = factories.recommendation(factories.goal(one.edition, "1", "1.2"), "1.2.1", lead=cast.youth)
    entry(period(one.edition, 2023, 2024), one, cast.youth, "implemented")
    html = read(client, f"/konzept/{SLUG}/feld/1/ziel/{one.goal.number}/")
    assert one.title in html
    assert other.title not in html
    assert "1 von 1 erreicht" in html
    assert "bis zum Zeitraum 2023–2024" in html


@pytest.mark.parametrize(("field", "goal"), [("I/1", "a/2"), ("1/ziel/2", "3"), ("1", "2/ziel/3"), ("x", "ziel")])
def test_numbers_of_fields_and_goals_may_hold_slashes(
    client: Client, cast: Cast, edition: ConceptEdition, field: str, goal: str
) -> None:
    made = factories.goal(edition, "7", goal)
    ActionField.objects.filter(pk=made.field_id).update(number=field)
    factories.recommendation(made, "9", lead=cast.youth)
    assert made.text in read(client, f"/konzept/{SLUG}/feld/{field}/ziel/{goal}/")
    assert made.text in read(client, f"/konzept/{SLUG}/feld/{field}/")


@pytest.mark.parametrize("address", ["feld/1/ziel/99/", "feld/99/ziel/1.1/", "feld/1/ziel/"])
def test_a_goal_that_does_not_exist_is_not_found(client: Client, one: Recommendation, address: str) -> None:
    assert client.get(f"/konzept/{SLUG}/{address}").status_code == 404


# --- Offices ----------------------------------------------------------------------------------------------------------


def test_an_office_shows_what_it_leads_and_what_it_contributes_to(
    client: Client, one: Recommendation, cast: Cast
) -> None:
    entry(period(one.edition, 2023, 2024), one, cast.youth, "implemented")
    assert "Federführend für 1 Empfehlung" in read(client, f"/aemter/{cast.youth.pk}/")
    html = read(client, f"/aemter/{cast.school.pk}/")
    assert "Wirkt an 1 Empfehlung mit" in html
    assert "2023–2024 umgesetzt" in html
    assert "federführend für 1 Empfehlung" in read(client, "/aemter/")


def test_an_office_without_any_part_has_no_page(client: Client, one: Recommendation, cast: Cast) -> None:
    assert client.get(f"/aemter/{cast.health.pk}/").status_code == 404
    assert client.get("/aemter/999999/").status_code == 404
    assert cast.health.name not in read(client, "/aemter/")


def test_a_former_office_keeps_its_page_and_names_who_came_after_it(
    client: Client, one: Recommendation, cast: Cast
) -> None:
    today = timezone.localdate()
    Assignment.objects.filter(recommendation=one, office=cast.youth).update(
        valid_until=today - datetime.timedelta(days=9)
    )
    Assignment.objects.create(
        recommendation=one, office=cast.health, role="lead", valid_from=today - datetime.timedelta(days=8)
    )
    OfficeSuccession.objects.create(
        predecessor=cast.youth, successor=cast.health, on=today - datetime.timedelta(days=8), main=True, entered_at=NOW
    )
    html = read(client, f"/aemter/{cast.youth.pk}/")
    assert "Seine Aufgaben hat heute:" in html
    assert f'href="/aemter/{cast.health.pk}/"' in html
    assert one.title in html
    assert "Ämter, die früher zuständig waren" in read(client, "/aemter/")
    assert "Hat Aufgaben übernommen von:" in read(client, f"/aemter/{cast.health.pk}/")


# --- Silence ----------------------------------------------------------------------------------------------------------


def test_long_silence_is_said_in_words_on_every_page_that_names_the_recommendation(
    client: Client, one: Recommendation, cast: Cast
) -> None:
    year = timezone.localdate().year
    entry(period(one.edition, year - 5, year - 4), one, cast.youth)
    run(period(one.edition, year - 3, year - 2), one, cast.youth)
    said = f"Letzter Sachstand: {year - 5}–{year - 4}, seit mehr als 3 Jahren keine Meldung"
    for address in (
        f"/konzept/{SLUG}/empfehlung/{one.key}/",
        f"/konzept/{SLUG}/",
        f"/konzept/{SLUG}/feld/1/",
        f"/konzept/{SLUG}/feld/1/ziel/{one.goal.number}/",
        f"/aemter/{cast.youth.pk}/",
        "/suche/?q=elterncafé",
    ):
        assert said in read(client, address), address
    assert "Zu einer Empfehlung hat seit zwei Jahren oder länger niemand berichtet." in read(client, "/")


def test_who_reports_is_not_called_silent(client: Client, one: Recommendation, cast: Cast) -> None:
    year = timezone.localdate().year
    entry(period(one.edition, year - 3, year - 2), one, cast.youth)
    run(period(one.edition, year - 1, year, closed=False), one, cast.youth)
    for address in ("/", f"/konzept/{SLUG}/", f"/aemter/{cast.youth.pk}/"):
        assert "keine Meldung</strong>" not in read(client, address)
        assert "Jahren oder länger" not in read(client, address)


# --- Measures ---------------------------------------------------------------------------------------------------------


def test_measures_come_from_the_newest_published_report_that_names_any(
    client: Client, one: Recommendation, cast: Cast
) -> None:
    first = entry(period(one.edition, 2019, 2020), one, cast.youth, measures=("Altes Haus",))
    entry(period(one.edition, 2021, 2022), one, cast.youth, "planned", measures=("Neues Haus", "Garten"))
    entry(period(one.edition, 2023, 2024), one, cast.youth)
    entry(period(one.edition, 2025, 2026, closed=False), one, cast.youth, approved=False, measures=("Geheimplan",))
    html = read(client, "/massnahmen/")
    assert "Neues Haus" in html
    assert "wie berichtet für 2021–2022" in html
    assert "Altes Haus" not in html
    assert "Geheimplan" not in html
    assert first.measures.count() == 1


def test_an_entry_that_confirms_a_text_confirms_its_measures(client: Client, one: Recommendation, cast: Cast) -> None:
    first = entry(period(one.edition, 2021, 2022), one, cast.youth, measures=("Garten",))
    entry(period(one.edition, 2023, 2024), one, cast.youth, kind="unchanged", confirms=first, done="")
    assert "wie berichtet für 2023–2024" in read(client, "/massnahmen/")


def test_measures_are_filtered_and_the_numbers_beside_the_choices_are_right(
    client: Client, one: Recommendation, cast: Cast
) -> None:
    other = factories.recommendation(factories.goal(one.edition, "2", "2.1"), "2.1.1", lead=cast.school)
    cycle = period(one.edition, 2023, 2024)
    entry(cycle, one, cast.youth, "implemented", measures=("Elternabende",))
    entry(cycle, other, cast.school, "planned", measures=("Schulgarten", "Schulküche"))
    assert "2 Maßnahmen gefunden" in read(client, "/massnahmen/", {"feld": "2"})
    assert "2 Maßnahmen gefunden" in read(client, "/massnahmen/", {"status": "planned"})
    assert "1 Maßnahme gefunden" in read(client, "/massnahmen/", {"amt": str(cast.youth.pk)})
    html = read(client, "/massnahmen/", {"q": "eltern"})
    assert "1 Maßnahme gefunden" in html
    assert "geplant (0)" in html
    assert "Nichts gefunden" in read(client, "/massnahmen/", {"q": "Schwimmbad"})


# --- Prices -----------------------------------------------------------------------------------------------------------


def fill(edition: ConceptEdition, office: Office, before: ConceptEdition, size: int) -> Recommendation:
    """Recommendations with two reports, measures and two predecessors each; return the first."""
    cycles = [period(edition, 2021, 2022), period(edition, 2023, 2024)]
    goal = factories.goal(edition, "1", "1.1")
    old = factories.goal(before, "1", "1.1")
    made = []
    for place in range(size):
        one = factories.recommendation(goal, f"1.{place}", lead=office)
        made.append(one)
        for part in ("a", "b"):
            older = factories.recommendation(old, f"9.{place}{part}", lead=office)
            CrosswalkLink.objects.create(predecessor=older, successor=made[0], reason=CrosswalkReason.MERGED)
        for cycle in cycles:
            entry(cycle, one, office, measures=("Räume", "Zeiten"), public_note="Genauer.")
    return made[0]


@pytest.mark.parametrize(
    "address",
    [
        "/konzept/{slug}/feld/1/ziel/1.1/",
        "/konzept/{slug}/empfehlung/{key}/",
        "/aemter/",
        "/aemter/{office}/",
        "/massnahmen/?q=zeiten",
        "/neu/2025/",
        "/konzept/",
        "/suche/?q=geschah",
        "/konzept/{slug}/?q=geschah&jahr=2023&still=ja",
    ],
)
def test_pages_cost_the_same_with_2_rows_and_with_20(client: Client, cast: Cast, address: str) -> None:
    counts = []
    for size in (2, 20):
        before = factories.edition(f"Davor {size}", slug=f"d-{size}", adopted_on=datetime.date(1990 + size, 1, 1))
        edition = factories.edition(f"Fassung {size}", slug=f"f-{size}", adopted_on=datetime.date(2000 + size, 1, 1))
        one = fill(edition, cast.youth, before, size)
        with CaptureQueriesContext(connection) as seen:
            page = address.format(slug=edition.slug, key=one.key, office=cast.youth.pk)
            assert client.get(page).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert counts[1] <= 12


@pytest.mark.parametrize(
    ("asked", "advice"),
    [
        ("q=xyzzy", "Versuchen Sie ein kürzeres oder ein ähnliches Wort."),
        ("q=xyzzy&status=planned", "Versuchen Sie ein kürzeres Wort oder entfernen Sie einen Filter."),
        ("status=deferred", "Entfernen Sie einen Filter."),
    ],
)
def test_where_nothing_is_found_the_advice_names_only_what_was_chosen(
    client: Client, one: Recommendation, asked: str, advice: str
) -> None:
    assert advice in read(client, f"/konzept/{SLUG}/?{asked}")


def test_offices_stand_as_in_a_dictionary_not_by_the_case_of_their_letters(db: None) -> None:
    names = ["Zukunftsbüro", "vhs Region Kassel", "Ämterlotsen", "Caritas"]
    offices = [PublicOffice(number, "", name, "office") for number, name in enumerate(names)]
    listed = [one.name for one in sorted([*offices, PublicOffice(9, "51", "Jugendamt", "office")], key=as_listed)]
    assert listed == ["Jugendamt", "Ämterlotsen", "Caritas", "vhs Region Kassel", "Zukunftsbüro"]
