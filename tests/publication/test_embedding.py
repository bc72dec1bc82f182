"""Parts of the site on other websites: in a frame, or as a piece of HTML."""

import re
from html.parser import HTMLParser

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from concept.models import ConceptEdition, Recommendation
from publication.site.markup import rewrite, start_tags
from publication.site.portable import portable
from tests import factories
from tests.conftest import Cast
from tests.publication.conftest import entry, period

pytestmark = pytest.mark.django_db

OVERVIEW = "/einbetten/uebersicht/"
FIELD = "/einbetten/feld/heute/1/"
ONE = "/einbetten/empfehlung/heute/1.1.1/"
PARTS = [OVERVIEW, FIELD, ONE]


def fragment_of(address: str) -> str:
    return f"{address.removesuffix('/')}.fragment"


@pytest.fixture
def edition(cast: Cast) -> ConceptEdition:
    return factories.edition(slug="heute")


@pytest.fixture
def one(edition: ConceptEdition, cast: Cast) -> Recommendation:
    goal = factories.goal(edition)
    made = factories.recommendation(goal, "1.1.1", title="Elterncafés <für> alle", lead=cast.youth)
    factories.recommendation(goal, "1.1.2", lead=cast.youth)
    closed = period(edition, 2023, 2024)
    entry(closed, made, cast.youth, "implemented", done="Zwölf Cafés sind offen.")
    return made


def text(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


class Names(HTMLParser):
    """Classes, ids, links and tags of a piece of HTML."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.classes: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.uses: list[str] = []
        self.tags: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.classes += given.get("class", "").split()
        self.ids += [given["id"]] if "id" in given else []
        if tag == "a":
            self.links.append(given["href"])
        elif tag == "use":
            self.uses.append(given["href"])


@pytest.mark.parametrize("address", PARTS)
def test_a_part_can_be_framed_by_everybody_and_says_its_words(
    client: Client, one: Recommendation, address: str
) -> None:
    response = client.get(address)
    assert "X-Frame-Options" not in response
    assert "frame-ancestors *" in response["Content-Security-Policy"]
    assert "'none'" in response["Content-Security-Policy"], "everything else stays forbidden"
    assert not response.cookies
    page = response.content.decode()
    assert page.count("<h1") == 1
    assert 'target="_top"' in page
    assert 'name="robots" content="noindex"' in page
    assert "umgesetzt" in page


@pytest.mark.parametrize("address", PARTS)
def test_an_answer_that_nothing_has_changed_can_be_framed_as_well(
    client: Client, one: Recommendation, address: str
) -> None:
    etag = client.get(address)["ETag"]
    response = client.get(address, headers={"If-None-Match": etag})
    assert response.status_code == 304
    assert "X-Frame-Options" not in response
    assert "frame-ancestors 'none'" not in response.headers.get("Content-Security-Policy", "")


def test_only_named_websites_may_frame_where_the_city_says_so(
    client: Client, one: Recommendation, settings: LazySettings
) -> None:
    settings.EMBED_ORIGINS = ["https://www.stadt.example", "https://amt.example"]
    policy = client.get(ONE)["Content-Security-Policy"]
    assert "frame-ancestors https://www.stadt.example https://amt.example" in policy


@pytest.mark.parametrize(
    "address", ["/", "/en/", "/konzept/heute/", "/einbetten/", "/en/einbetten/", "/anmelden/", "/gibt-es-nicht/"]
)
def test_nothing_else_can_be_framed(client: Client, one: Recommendation, address: str) -> None:
    response = client.get(address)
    assert response["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]


@pytest.mark.parametrize("address", PARTS)
def test_a_fragment_brings_everything_along_and_meets_nothing_of_its_host(
    client: Client, one: Recommendation, address: str, settings: LazySettings
) -> None:
    response = client.get(fragment_of(address))
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Content-Type"].startswith("text/html")
    piece = Names(response.content.decode())
    assert not {"script", "style", "link", "html", "body", "iframe"} & set(piece.tags)
    assert {name for name in piece.classes if not name.startswith("sachstand-")} == set()
    assert {name for name in piece.ids if not name.startswith("sachstand-")} == set()
    assert {link for link in piece.links if not link.startswith(f"{settings.SITE_URL}/")} == set()
    assert {use[1:] for use in piece.uses} <= set(piece.ids)
    assert " style=" not in response.content.decode()


def test_two_fragments_on_one_page_share_no_id(client: Client, one: Recommendation) -> None:
    first, second = (Names(text(client, fragment_of(address))) for address in (FIELD, ONE))
    assert not set(first.ids) & set(second.ids)


def test_a_fragment_and_its_page_say_the_same(client: Client, one: Recommendation) -> None:
    def words(page: str) -> str:
        inside = page[page.index("<section") : page.index("</section>")]
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", inside))

    for address in PARTS:
        assert words(text(client, address)) == words(text(client, fragment_of(address)))


def test_what_people_wrote_stays_text(client: Client, one: Recommendation) -> None:
    page = text(client, ONE)
    assert "Elterncafés &lt;für&gt; alle" in page
    assert "<für>" not in page


def test_a_part_speaks_the_language_of_its_address(client: Client, one: Recommendation) -> None:
    assert "Von 2 Empfehlungen" in text(client, OVERVIEW)
    page = text(client, f"/en{OVERVIEW}")
    assert "2 recommendations for living together" in page
    assert '<html lang="en"' in page
    assert 'href="/en/konzept/heute/feld/1/"' in page


def test_colours_are_chosen_in_the_address(client: Client, one: Recommendation) -> None:
    assert 'data-scheme="dark"' in text(client, f"{ONE}?farben=dunkel")
    assert "data-scheme" not in text(client, f'{ONE}?farben="><script>')


def test_a_number_with_a_slash_has_its_part(client: Client, edition: ConceptEdition, cast: Cast) -> None:
    made = factories.recommendation(factories.goal(edition, "2", "2.1"), "2/1 ä", lead=cast.youth)
    assert made.title in text(client, reverse("embedding:recommendation", args=["heute", "2/1 ä"]))
    assert made.title in text(client, reverse("embedding:recommendation-fragment", args=["heute", "2/1 ä"]))


@pytest.mark.parametrize("address", ["/einbetten/feld/heute/99/", "/einbetten/empfehlung/nie/1/"])
def test_a_part_that_is_gone_says_so_in_its_frame(client: Client, one: Recommendation, address: str) -> None:
    for there in (address, fragment_of(address)):
        response = client.get(there)
        assert response.status_code == 404
        assert "gibt es nicht mehr" in response.content.decode()
        assert "X-Frame-Options" not in response


def test_the_overview_answers_before_anything_is_imported(client: Client) -> None:
    assert "Hier gibt es noch nichts zu lesen" in text(client, OVERVIEW)


def test_an_unpublished_entry_is_in_no_part(client: Client, one: Recommendation, cast: Cast) -> None:
    running = period(one.edition, 2025, 2026, closed=False)
    entry(running, one, cast.youth, "deferred", approved=False, done="Noch geheim.")
    for address in PARTS:
        assert "geheim" not in text(client, address)
        assert "zurückgestellt" not in text(client, address)


@pytest.mark.parametrize("address", PARTS)
def test_parts_cost_as_many_queries_for_twenty_as_for_two(
    client: Client, one: Recommendation, cast: Cast, address: str
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            text(client, address)
        return len(found)

    before = queries()
    for number in range(20):
        more = factories.recommendation(one.goal, f"1.1.{number + 10}", lead=cast.youth)
        entry(one.edition.cycles.get(), more, cast.youth)
    assert queries() == before


# --- The page that explains it ----------------------------------------------------------------------------------------


def test_the_guide_shows_the_code_for_what_is_chosen(client: Client, one: Recommendation) -> None:
    page = text(client, "/einbetten/?teil=empfehlung:1.1.1&farben=hell")
    assert "&lt;iframe src=&quot;http://127.0.0.1:8000/einbetten/empfehlung/heute/1.1.1/?farben=hell&quot;" in page
    assert "data-nummer=&quot;1.1.1&quot;" in page
    assert "http://127.0.0.1:8000/einbetten/empfehlung/heute/1.1.1.fragment" in page
    assert "http://127.0.0.1:8000/static/js/embed.js" in page
    assert "frame-src 'self'" in client.get("/einbetten/")["Content-Security-Policy"]


def test_the_guide_copes_with_a_choice_that_does_not_exist(client: Client, one: Recommendation) -> None:
    assert "einbetten/uebersicht/" in text(client, "/einbetten/?teil=<script>&farben=lila")
    assert "data-farben" not in text(client, "/einbetten/?teil=nie&farben=lila")


def test_the_guide_exists_in_english_and_before_anything_is_imported(client: Client) -> None:
    assert "Put a part of this site on your own website" in text(client, "/en/einbetten/")


# --- The tools --------------------------------------------------------------------------------------------------------


def test_rewriting_leaves_everything_else_as_it_is() -> None:
    page = (
        '<!-- <a href="/x"> --><P CLASS=a id=\'b\'>1 < 2 &amp; <br/><svg viewBox="0 0 1 1"/><script>"<a href>"</script>'
    )
    assert rewrite(page, lambda _tag, _attributes: {}) == page
    changed = rewrite(page, lambda tag, _attributes: {"class": 'x"y', "id": None} if tag == "p" else {})
    assert changed == page.replace("<P CLASS=a id='b'>", '<P CLASS="x&quot;y">')


class StartTags(HTMLParser):
    """What the standard library's parser finds."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in reversed(attrs)}))


def test_tags_are_found_as_a_parser_finds_them(client: Client, one: Recommendation) -> None:
    for address in ("/", "/konzept/heute/", "/konzept/heute/empfehlung/1.1.1/", "/einbetten/", "/daten/", *PARTS):
        page = text(client, address)
        assert [(name, given) for _start, _raw, name, given in start_tags(page)] == StartTags(page).found


def test_tags_are_found_where_they_stand() -> None:
    page = '<a title="1 > 0" href=/x>a</a>< b><!-- <i> --><script>if (a<b) "</a>"</script><textarea><b></textarea><br>'
    assert [(page[start:].startswith(raw), name) for start, raw, name, _given in start_tags(page)] == [
        (True, "a"),
        (True, "script"),
        (True, "textarea"),
        (True, "br"),
    ]
    assert start_tags(page)[0][3] == {"title": "1 > 0", "href": "/x"}


def test_rewriting_adds_an_attribute_where_there_was_none() -> None:
    assert rewrite("<use href='#a'/>", lambda _tag, _attributes: {"id": "b"}) == "<use id=\"b\" href='#a'/>"


def test_a_part_keeps_links_to_others_and_to_mail() -> None:
    piece = portable(
        '<a href="https://x.example/">x</a><a href="mailto:a@b.example">m</a><a href="#y">y</a>',
        name="/a/",
        address="https://stadt.example/a/",
    )
    assert 'href="https://x.example/"' in piece
    assert 'href="mailto:a@b.example"' in piece
    assert 'href="#sachstand-a-y"' in piece
