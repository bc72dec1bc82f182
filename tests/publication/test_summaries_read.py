"""Summaries as readers meet them: each in its own language, and only as long as it is about what stands there."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from concept.models import Recommendation
from publication.queries import summaries as queries
from publication.summary_languages import PLAIN, language, summary_languages
from tests import factories
from tests.conftest import Cast
from tests.publication.conftest import entry, period
from tests.publication.summarised import ARABIC, NOW, cycle, one, page_of, published, write
from workflow.models import Revision, StatusUpdate

pytestmark = pytest.mark.django_db

__all__ = ["cycle", "one", "published"]


def test_plain_language_stands_first_each_in_its_own_name_language_and_direction(
    client: Client, published: Revision, cast: Cast
) -> None:
    write(published, cast, ARABIC, "ar")
    write(published, cast, "Altı okul.", "tr")
    write(published, cast)
    page = page_of(client)
    assert page.index("Einfache Sprache") < page.index("العربيّة") < page.index("Türkçe")
    assert 'id="zusammenfassung-ar" lang="ar" dir="rtl"' in page
    assert "هذا الملخص عن الفترة 2023–2024." in page
    assert 'lang="de-simple" dir="ltr"' in page


def test_on_an_english_page_the_english_one_comes_first(client: Client, published: Revision, cast: Cast) -> None:
    write(published, cast)
    write(published, cast, "Six schools.", "en")
    page = page_of(client, "/en")
    assert page.index("Six schools.") < page.index("Es gibt Eltern-Cafés.")


def test_it_is_escaped(client: Client, published: Revision, cast: Cast) -> None:
    write(published, cast, "<script>alert(1)</script>\nZweite Zeile")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>Zweite Zeile" in page_of(client)


@pytest.mark.parametrize("code", [PLAIN, "en", "ar", "fa", "tr", "uk", "ru"])
def test_one_year_is_not_called_years(code: str) -> None:
    spoken = language(code)
    assert spoken.said_in == code
    assert "2022" in spoken.about("2022")
    assert spoken.about("2022").replace("2022", "2023–2024") != spoken.about("2023–2024")


def test_where_the_newest_report_has_none_an_earlier_one_says_which_years_it_is_about(
    client: Client, published: Revision, one: Recommendation, cast: Cast
) -> None:
    write(published, cast)
    later = entry(period(one.edition, 2025, 2026), one, cast.youth)
    page = page_of(client)
    assert "Es gibt Eltern-Cafés." in page
    assert "Das gilt für die Jahre 2023–2024." in page
    write(later, cast, "Jetzt sind es zehn.")
    page = page_of(client)
    assert "Jetzt sind es zehn." in page
    assert "Es gibt Eltern-Cafés." not in page


def test_a_withdrawn_entry_takes_its_summaries_along(client: Client, published: Revision, cast: Cast) -> None:
    write(published, cast)
    StatusUpdate.objects.filter(pk=published.update_id).update(withdrawn_at=timezone.now(), withdrawal_note="Falsch.")
    assert "Es gibt Eltern-Cafés." not in page_of(client)
    assert queries.plain_texts(timezone.now()) == {}


def test_search_finds_words_of_plain_language(client: Client, published: Revision, cast: Cast) -> None:
    def found() -> bool:
        return "/konzept/heute/empfehlung/1.1.1/" in client.get("/suche/?q=Plauderstunde").content.decode()

    assert not found()
    write(published, cast, "Es gibt eine Plauderstunde.")
    assert found()


def test_many_entries_cost_one_query(published: Revision, cast: Cast) -> None:
    write(published, cast)
    with CaptureQueriesContext(connection) as captured:
        found = queries.summaries([published.update_id, 0, 1, 2])
    assert len(captured) == 1
    assert [one.text for one in found[published.update_id]] == ["Es gibt Eltern-Cafés."]
    assert queries.summaries([]) == {}


def test_a_language_that_is_no_longer_wanted_is_not_shown(
    client: Client, published: Revision, cast: Cast, settings: Any
) -> None:
    write(published, cast, ARABIC, "ar")
    settings.SUMMARY_LANGUAGES = ["de-simple"]
    assert ARABIC not in page_of(client)
    assert [one.code for one in summary_languages()] == ["de-simple"]


def test_a_language_without_sentences_of_its_own_is_told_about_in_english() -> None:
    polish = language("pl")
    assert (polish.name, polish.said_in, polish.direction) == ("Polski", "en", "ltr")
    assert language("ur").direction == "rtl"


def test_the_list_marks_what_can_be_read_in_plain_language_and_narrows_to_it(
    client: Client, one: Recommendation, published: Revision, cast: Cast
) -> None:
    other = factories.recommendation(one.goal, "1.1.2", title="Sportvereine", lead=cast.youth)
    address = "/konzept/heute/"
    mark, choice = "auch in Einfacher Sprache", 'name="einfach"'
    page = client.get(address).content.decode()
    assert mark not in page
    assert choice not in page
    write(published, cast)
    page = client.get(address).content.decode()
    assert page.count(mark) == 1
    assert "Nur die, zu denen es etwas in Einfacher Sprache gibt (1)" in page
    found = client.get(address, {"einfach": "ja"}).content.decode()
    assert one.title in found
    assert other.title not in found
    hit = client.get("/suche/", {"q": "Elterncafés", "einfach": "ja"}).content.decode()
    assert mark in hit
    write(published, cast, text="")
    assert mark not in client.get(address).content.decode()
    write(published, cast)
    StatusUpdate.objects.update(withdrawn_at=NOW, withdrawal_note="Ein Fehler.")
    assert mark not in client.get(address).content.decode()
