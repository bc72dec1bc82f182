"""What happened, and when: what is new, all editions, and one story through them."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from concept.models import ConceptEdition, CrosswalkLink, CrosswalkReason, Goal, Recommendation
from tests import factories
from tests.conftest import Cast
from tests.publication.conftest import entry, period
from tests.publication.ways import SLUG, edition, one, read

pytestmark = pytest.mark.django_db

__all__ = ["edition", "one"]


# --- What is new ------------------------------------------------------------------------------------------------------


def test_what_is_new_tells_of_approvals_corrections_and_withdrawals_by_year(
    client: Client, one: Recommendation, cast: Cast
) -> None:
    second = factories.recommendation(one.goal, "1.1.2", title="Sprachkurse", lead=cast.youth)
    third = factories.recommendation(one.goal, "1.1.3", title="Lesepaten", lead=cast.youth)
    cycle = period(one.edition, 2023, 2024)
    entry(cycle, one, cast.youth)
    entry(cycle, second, cast.youth, public_note="Die Zahl stimmt jetzt.")
    gone = entry(cycle, third, cast.youth)
    gone.update.withdrawn_at = datetime.datetime(2026, 5, 3, 9, tzinfo=datetime.UTC)
    gone.update.withdrawal_note = "Ein Name stand darin."
    gone.update.save()
    html = read(client, "/neu/2025/")
    assert "01.03.2025" in html
    assert "Sachstand freigegeben" in html
    assert "Die Zahl stimmt jetzt." in html
    assert "Lesepaten" not in html
    html = read(client, "/neu/")
    assert "Neues 2026" in html
    assert "Ein Name stand darin." in html
    assert "Das Konzept ist öffentlich:" in read(client, "/neu/2019/")
    assert client.get("/neu/1999/").status_code == 404


def test_an_edition_that_became_public_after_its_adoption_is_new_by_that_day_and_names_the_other(
    client: Client, one: Recommendation
) -> None:
    came_out = datetime.datetime(2025, 3, 1, 9, tzinfo=datetime.UTC)
    factories.edition("Fortschreibung", adopted_on=datetime.date(2024, 11, 4), published_at=came_out)
    html = read(client, "/neu/2025/")
    start = html.index("Das Konzept ist öffentlich:")
    assert "(beschlossen am 04.11.2024)" in html[start : html.index("</li>", start)]
    assert client.get("/neu/2024/").status_code == 404
    assert "(beschlossen am" not in read(client, "/neu/2019/")


def test_what_is_not_published_is_not_new(client: Client, one: Recommendation, cast: Cast) -> None:
    later = timezone.localdate() + datetime.timedelta(days=3)
    entry(period(one.edition, 2023, 2024, publish_on=later), one, cast.youth, public_note="Noch geheim.")
    assert client.get("/neu/2025/").status_code == 404


def test_all_editions_stand_on_one_page(client: Client, one: Recommendation) -> None:
    factories.edition("Integrationskonzept 2012", adopted_on=datetime.date(2012, 5, 7))
    html = read(client, "/konzept/")
    assert "Integrationskonzept 2012" in html
    assert "Dazu ist noch kein Bericht erschienen." in html


# --- One story through the editions -----------------------------------------------------------------------------------


def story(client: Client, one: Recommendation) -> str:
    return read(client, f"/konzept/{one.edition.slug}/empfehlung/{one.key}/")


@pytest.fixture
def before(cast: Cast, one: Recommendation) -> Recommendation:
    old = factories.edition("Integrationskonzept 2012", adopted_on=datetime.date(2012, 5, 7), slug="k-2012")
    return factories.recommendation(factories.goal(old), "9", title="Elterntreffs", lead=cast.youth)


def test_the_timeline_goes_back_through_the_editions_in_order(
    client: Client, one: Recommendation, before: Recommendation, cast: Cast
) -> None:
    CrosswalkLink.objects.create(predecessor=before, successor=one, reason=CrosswalkReason.REWORDED, note="Genauer.")
    entry(period(before.edition, 2015, 2016), before, cast.youth, done="Erste Treffs.")
    entry(period(one.edition, 2021, 2022), one, cast.youth, done="Drei Cafés.")
    html = story(client, one)
    places = [
        html.index(said) for said in ("Drei Cafés.", "Integrationskonzept 2012</a></h3>", "Genauer.", "Erste Treffs.")
    ]
    assert places == sorted(places)
    assert "Drei Cafés." in story(client, before)


def test_recommendations_that_were_merged_tell_each_its_part(
    client: Client, one: Recommendation, before: Recommendation, cast: Cast
) -> None:
    second = factories.recommendation(before.goal, "10", title="Väterabende", lead=cast.school)
    for old in (before, second):
        CrosswalkLink.objects.create(predecessor=old, successor=one, reason=CrosswalkReason.MERGED)
    cycle = period(before.edition, 2015, 2016)
    entry(cycle, before, cast.youth, done="Erste Treffs.")
    entry(cycle, second, cast.school, done="Erste Abende.")
    html = story(client, one)
    assert html.count("10 Väterabende") == 2
    assert "Erste Abende." in html
    assert "Erste Abende." not in story(client, before)


def test_links_that_go_in_circles_do_not_loop(client: Client, one: Recommendation, before: Recommendation) -> None:
    CrosswalkLink.objects.create(predecessor=before, successor=one, reason=CrosswalkReason.KEPT)
    CrosswalkLink.objects.create(predecessor=one, successor=before, reason=CrosswalkReason.KEPT)
    CrosswalkLink.objects.create(predecessor=one, successor=one, reason=CrosswalkReason.KEPT)
    assert story(client, one).count("9 Elterntreffs") == 1
    assert story(client, before).count("9 Elterntreffs</h1>") + story(client, before).count("(diese Seite)") == 1


def test_a_withdrawal_leaves_its_note_in_its_place(client: Client, one: Recommendation, cast: Cast) -> None:
    gone = entry(period(one.edition, 2021, 2022), one, cast.youth, done="Das war falsch.")
    entry(period(one.edition, 2023, 2024), one, cast.youth, done="Das stimmt.")
    gone.update.withdrawn_at = datetime.datetime(2026, 5, 3, 9, tzinfo=datetime.UTC)
    gone.update.withdrawal_note = "Ein Name stand darin."
    gone.update.save()
    html = story(client, one)
    assert "am 03.05.2026" in html
    assert "Ein Name stand darin." in html
    assert "Das war falsch." not in html
    assert html.index("Das stimmt.") < html.index("Ein Name stand darin.")


def test_goals_without_recommendations_have_a_page_too(client: Client, edition: ConceptEdition) -> None:
    empty = factories.goal(edition, "3", "3.1")
    assert Goal.objects.filter(pk=empty.pk).exists()
    assert "Noch keine Empfehlungen" in read(client, f"/konzept/{SLUG}/feld/3/ziel/3.1/")
