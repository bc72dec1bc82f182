"""Pages for visitors are kept ready, and show what changed in the same second."""

import datetime
import gzip
import threading

import brotli
import pytest
import time_machine
from django.core.cache import cache as shared
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from concept.models import Recommendation
from publication.models import PublishedChange
from publication.queries import site as site_queries
from publication.site import cache, keeping, middleware, version
from publication.urls import pages
from tests import factories
from tests.conftest import Cast
from tests.publication.conftest import entry, period
from tests.workflow.test_navigation import SignIn
from workflow.models import StatusUpdate

pytestmark = pytest.mark.django_db

LIST = "/konzept/neue-akzente-2019/"


@pytest.fixture
def one(cast: Cast) -> Recommendation:
    edition = factories.edition(slug="neue-akzente-2019")
    return factories.recommendation(
        factories.goal(edition), "1.1.1", title="Elterncafés an Grundschulen", lead=cast.youth
    )


def address(one: Recommendation) -> str:
    return f"/konzept/{one.edition.slug}/empfehlung/{one.key}/"


def forget() -> None:
    """Be another process: only what is shared is still known."""
    cache.PAGES.clear()
    cache.SEARCHES.clear()
    site_queries.KEPT.clear()


# --- One query, or none of the work -----------------------------------------------------------------------------------


def test_a_page_that_is_ready_costs_one_query(
    client: Client, one: Recommendation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = client.get("/")
    with django_assert_num_queries(1):
        second = client.get("/")
    assert first.content == second.content
    assert dict(first.items()) == dict(second.items())


def test_an_unchanged_page_is_answered_with_304_by_one_query(
    client: Client, one: Recommendation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    tag = client.get("/")["ETag"]
    forget()
    shared.clear()
    with django_assert_num_queries(1):
        again = client.get("/", headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    assert again["Cache-Control"] == "public, no-cache"
    assert "Content-Type" not in again


@pytest.mark.parametrize("given", ["W/{}", '"other", {}', '{}, "other"'])
def test_the_condition_is_read_as_proxies_write_it(client: Client, one: Recommendation, given: str) -> None:
    tag = client.get("/")["ETag"]
    assert client.get("/", headers={"If-None-Match": given.format(tag)}).status_code == 304


@pytest.mark.parametrize("given", ["*", '"other"', "", "nonsense"])
def test_other_conditions_are_answered_with_the_page(client: Client, one: Recommendation, given: str) -> None:
    assert client.get("/", headers={"If-None-Match": given}).status_code == 200


def test_another_process_takes_the_page_from_the_shared_cache(
    client: Client, one: Recommendation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = client.get(address(one), headers={"Accept-Encoding": "br"})
    forget()
    with django_assert_num_queries(1):
        second = client.get(address(one), headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(second.content) == brotli.decompress(first.content)
    assert "Elterncafés" in brotli.decompress(first.content).decode()


def test_a_moment_is_a_condition_once_it_is_settled(client: Client, one: Recommendation) -> None:
    with time_machine.travel(timezone.now() + datetime.timedelta(days=2), tick=False) as traveller:
        day = timezone.localtime().replace(hour=12)
        traveller.move_to(day)
        said = client.get("/")["Last-Modified"]
        assert client.get("/", headers={"If-Modified-Since": said}).status_code == 304
        assert client.get("/", headers={"If-Modified-Since": "Sat, 01 Jan 2000 00:00:00 GMT"}).status_code == 200
        traveller.move_to(day + datetime.timedelta(days=1))
        assert client.get("/", headers={"If-Modified-Since": said}).status_code == 200, "a new day is a new page"


def test_what_changed_just_now_is_not_compared_by_whole_seconds(client: Client, one: Recommendation) -> None:
    said = client.get("/")["Last-Modified"]
    assert client.get("/", headers={"If-Modified-Since": said}).status_code == 200


def test_head_says_what_get_says(client: Client, one: Recommendation) -> None:
    told, got = client.head("/"), client.get("/")
    assert (told["ETag"], told["Content-Length"], told.content) == (got["ETag"], got["Content-Length"], b"")


# --- Encodings and languages ------------------------------------------------------------------------------------------


def test_each_encoding_is_the_same_page_with_a_tag_of_its_own(client: Client, one: Recommendation) -> None:
    plain, br, gz = (
        client.get("/", headers={"Accept-Encoding": name}) for name in ("", "br, gzip", "gzip;q=0.5, br;q=0")
    )
    assert plain.content == brotli.decompress(br.content) == gzip.decompress(gz.content)
    assert [one.get("Content-Encoding") for one in (plain, br, gz)] == [None, "br", "gzip"]
    assert len({one["ETag"] for one in (plain, br, gz)}) == 3
    assert {one["Vary"] for one in (plain, br, gz)} == {"Accept-Encoding, Cookie"}
    for one_ in (plain, br, gz):
        assert int(one_["Content-Length"]) == len(one_.content)


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("", ""),
        ("identity", ""),
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0, gzip", "gzip"),
        ("*", "br"),
        ("*;q=0", ""),
        ("gzip;q=x", ""),
        ("BR", "br"),
    ],
)
def test_the_encoding_is_one_that_the_visitor_can_read(accepted: str, chosen: str) -> None:
    assert cache.encoding_of(accepted) == chosen


def test_the_english_page_is_another_page(client: Client, one: Recommendation) -> None:
    german, english = client.get("/"), client.get("/en/")
    assert german["ETag"] != english["ETag"]
    assert (german["Content-Language"], english["Content-Language"]) == ("de", "en")
    assert client.get("/en/").content == english.content


def test_a_new_release_makes_another_page(client: Client, one: Recommendation, monkeypatch: pytest.MonkeyPatch) -> None:
    before = client.get("/")["ETag"]
    now = middleware.release()
    monkeypatch.setattr(middleware, "release", lambda: type(now)("another", now.at))
    assert client.get("/")["ETag"] != before


def test_the_security_headers_are_kept_with_the_page(client: Client, one: Recommendation) -> None:
    client.get("/")
    ready = client.get("/")
    for name in ("Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy"):
        assert ready[name]
    assert not ready.cookies


# --- What changed shows at once ---------------------------------------------------------------------------------------


def test_approved_kept_withdrawn_gone_within_one_second(client: Client, one: Recommendation, cast: Cast) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        assert b"Das kam heraus." not in client.get(address(one)).content
        entry(period(one.edition, 2023, 2024), one, cast.youth, done="Das kam heraus.")
        shown = client.get(address(one))
        assert "Das kam heraus." in shown.content.decode()
        assert client.get(address(one)).content == shown.content
        StatusUpdate.objects.filter(recommendation=one).update(
            withdrawn_at=timezone.now(), withdrawal_note="Zahlen waren falsch."
        )
        for condition in ({}, {"If-None-Match": shown["ETag"]}, {"If-Modified-Since": shown["Last-Modified"]}):
            after = client.get(address(one), headers=condition)
            assert after.status_code == 200
            assert "Das kam heraus." not in after.content.decode()


def test_a_page_is_never_kept_under_a_version_newer_than_its_content(
    client: Client, one: Recommendation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a page is made from old rows, the database goes on: the next visitor gets the new rows."""
    read = site_queries._read

    def slow(*args: object) -> object:
        made = read(*args)  # type: ignore[arg-type]
        Recommendation.objects.filter(pk=one.pk).update(title="Ein neuer Titel")
        monkeypatch.setattr(site_queries, "_read", read)
        return made

    monkeypatch.setattr(site_queries, "_read", slow)
    stale = client.get(LIST)
    assert "Elterncafés" in stale.content.decode()
    assert "Ein neuer Titel" in client.get(LIST).content.decode()
    assert client.get(LIST, headers={"If-None-Match": stale["ETag"]}).status_code == 200


def test_a_page_is_made_from_one_version_alone(client: Client, one: Recommendation) -> None:
    with CaptureQueriesContext(connection) as queries:
        client.get(LIST)
    assert sum("publication_publishedchange" in query["sql"] for query in queries) == 1


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_what_another_process_commits_shows_at_once(client: Client, one: Recommendation) -> None:
    assert "Elterncafés" in client.get(LIST).content.decode()

    def elsewhere() -> None:
        try:
            with transaction.atomic():
                Recommendation.objects.filter(pk=one.pk).update(title="Ein neuer Titel")
        finally:
            connection.close()

    other = threading.Thread(target=elsewhere)
    other.start()
    other.join()
    assert "Ein neuer Titel" in client.get(LIST).content.decode()


def test_putting_the_changes_together_changes_no_page(client: Client, one: Recommendation) -> None:
    before = client.get("/")["ETag"]
    assert PublishedChange.objects.count() > 1
    version.put_together()
    assert PublishedChange.objects.count() == 1
    assert client.get("/")["ETag"] == before


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_database_has_closed_is_opened_anew(
    client: Client, one: Recommendation, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = version._count
    lost = [OperationalError("the connection is closed")]

    def closed_once() -> object:
        if lost:
            raise lost.pop()
        return count()

    monkeypatch.setattr(version, "_count", closed_once)
    assert client.get("/").status_code == 200
    assert not lost


# --- For whom, and what not -------------------------------------------------------------------------------------------


def test_who_is_signed_in_gets_a_page_of_their_own(
    client: Client, one: Recommendation, cast: Cast, signed_in: SignIn
) -> None:
    kept = client.get("/")
    own = signed_in(cast.clerk).get("/", headers={"If-None-Match": kept["ETag"]})
    assert own.status_code == 200
    assert own["Cache-Control"] == "private, no-cache"
    assert "Cookie" in own["Vary"]
    assert "ETag" not in own
    client.logout()
    assert Client().get("/").content == kept.content


def test_a_message_for_one_visitor_is_shown_to_nobody_else(one: Recommendation) -> None:
    client = Client()
    client.cookies["messages"] = "something"
    assert client.get("/")["Cache-Control"] == "private, no-cache"
    assert Client().get("/")["Cache-Control"] == "public, no-cache"


def test_what_is_not_there_is_not_kept(client: Client, one: Recommendation) -> None:
    missing = client.get(f"{LIST}empfehlung/neu/")
    assert missing.status_code == 404
    assert missing["Cache-Control"] == "no-cache"
    factories.recommendation(one.goal, "1.1.2", key="neu", title="Ganz neu")
    assert client.get(f"{LIST}empfehlung/neu/").status_code == 200


def test_other_methods_are_refused_as_before(client: Client, one: Recommendation) -> None:
    client.get("/")
    assert client.post("/").status_code == 405


def test_a_name_of_another_host_is_refused_though_the_page_is_ready(client: Client, one: Recommendation) -> None:
    client.get("/")
    assert client.get("/", headers={"host": "boese.example"}).status_code == 400


# --- Query strings ----------------------------------------------------------------------------------------------------


def test_unknown_parameters_never_reach_the_page(
    client: Client, one: Recommendation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    plain = client.get(LIST)
    for query in ("?utm_source=brief", "?q=", "?fbclid=1&feld=", "?x=" + "y" * 2000):
        with django_assert_num_queries(1):
            again = client.get(f"{LIST}{query}")
        assert (again.content, again["ETag"]) == (plain.content, plain["ETag"]), query
    assert "utm_source" not in client.get(f"{LIST}?utm_source=brief&q=Eltern").content.decode()


def test_known_parameters_make_one_page_in_any_order(client: Client, one: Recommendation) -> None:
    first = client.get(f"{LIST}?q=Eltern&feld=1&x=1")
    second = client.get(f"{LIST}?feld=1&y=2&q=Eltern")
    assert first["ETag"] == second["ETag"] != client.get(LIST)["ETag"]
    assert client.get(f"{LIST}?q=Sport")["ETag"] != first["ETag"]


def test_searches_are_kept_in_a_memory_of_their_own_and_not_shared(client: Client, one: Recommendation) -> None:
    client.get(LIST)
    pages = cache.PAGES.size
    client.get(f"{LIST}?q=Eltern")
    assert cache.PAGES.size == pages
    assert cache.SEARCHES.size > 0
    kept = cache.SEARCHES.size
    client.get(f"{LIST}?q={'E' * 121}")
    assert cache.SEARCHES.size == kept, "what is too long is answered and forgotten"


def test_a_view_that_says_nothing_of_its_parameters_gets_them_all_and_is_made_each_time() -> None:
    seen = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request.GET.dict())
        return HttpResponse("x" * 500)

    def ask(query: str, **headers: str) -> HttpResponse:
        request = RequestFactory().get(f"/frei/?{query}", **headers)
        return middleware.ReadyPages(view)(request)  # type: ignore[return-value]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(middleware, "keeping_of", lambda _request: keeping.Keeping(None))
        tag = ask("a=1")["ETag"]
        ask("a=1")
        assert seen == [{"a": "1"}, {"a": "1"}]
        assert ask("a=1", HTTP_IF_NONE_MATCH=tag).status_code == 304
        ask("")
        ask("")
        assert len(seen) == 3


def test_every_page_of_visitors_says_which_parameters_it_reads() -> None:
    """A page that says nothing is made anew for every query string that somebody makes up."""
    kept = [(one.name, getattr(one.callback, "keeping", None)) for one in pages.urlpatterns]
    assert not [name for name, found in kept if found is not None and found.parameters is None]
