"""Nothing unpublished ever leaves: marked secrets stand in everything that is not public, and a visitor reads all."""

import datetime
import io
import json
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from concept.models import ActionField, Goal, Recommendation
from concept.services.editions import publish_edition
from publication.models import EntrySummary, ReportEdition, ReportText
from tests.conftest import Cast
from tests.publication import canary, crawler, exported
from tests.publication.canary import OPENLY, SECRET
from tests.publication.city import (
    FORMER_NOTE,
    GONE_NOTE,
    NOW,
    ONLY_BY_LINK,
    WITHDRAWN_NOTE,
    City,
    Published,
    by_link,
    everything,
    publish,
)
from tests.publication.city import build as build_city
from tests.publication.crawler import Answer
from workflow.models import Revision

pytestmark = pytest.mark.django_db

OUTLOOKS = ("gefährdet", "blockiert", "at_risk", "blocked")


@pytest.fixture
def city(cast: Cast) -> City:
    return build_city(cast)


@pytest.fixture
def planted(city: City) -> City:
    assert canary.plant() > 50
    canary.hide_unpublished(city.public | city.by_link, city.noted)
    canary.hide_edition(city.making.pk)
    canary.hide_edition(city.gone.pk, known=("name", "slug", "withdrawal_note"))
    return city


@pytest.fixture
def published(planted: City, cast: Cast) -> Published:
    made = publish(planted, cast)
    # Written after the report: it waits for the next version.
    ReportText.objects.create(cycle=planted.cycle, number=3, text=SECRET, written_at=NOW)
    return made


def singing(answers: list[Answer]) -> list[str]:
    """Return where a secret stands that nobody should read."""
    return [one.address for one in answers if SECRET.lower() in one.words.lower()]


# --- The canary itself ------------------------------------------------------------------------------------------------


def test_every_secret_field_of_every_model_holds_a_secret(planted: City) -> None:
    for model in canary.our_models():
        assert model._base_manager.exists(), f"{model.__name__} has no row"
        open_rows = set(canary.shown_rows(model).values_list("pk", flat=True))
        for field in canary.secret_fields(model):
            rows = model._base_manager.exclude(pk__in=open_rows if canary.shown(field) else [])
            for value in rows.values_list(field.attname, flat=True):
                assert SECRET.lower() in str(value).lower(), f"{model.__name__}.{field.name}"


def test_every_public_field_exists() -> None:
    names = {model._meta.label_lower: {field.name for field in model._meta.fields} for model in canary.our_models()}
    in_some_rows = [(model, some) for model, (some, _where) in canary.PUBLIC_WHERE.items()]
    for model, some in [*canary.PUBLIC.items(), *in_some_rows]:
        assert some <= names[model]


def test_what_visitors_read_in_some_rows_alone_is_secret_in_others(planted: City) -> None:
    for model in canary.our_models():
        if model._meta.label_lower in canary.PUBLIC_WHERE:
            shown = canary.shown_rows(model)
            assert shown.exists(), f"{model.__name__} has no row that visitors read"
            assert model._base_manager.exclude(pk__in=shown).exists(), f"{model.__name__} has no secret row"


def test_the_canary_sings_where_a_secret_is_public(planted: City, client: Client) -> None:
    Recommendation.objects.filter(number="1.1.2").update(title=SECRET)
    assert len(singing(list(crawler.crawl(client)))) > 3


def test_the_canary_reads_every_part_of_a_file() -> None:
    from docx import Document  # noqa: PLC0415 - only here are files written
    from openpyxl import Workbook  # noqa: PLC0415

    word, sheet = io.BytesIO(), io.BytesIO()
    document = Document()
    paragraph = document.add_paragraph()
    paragraph.add_run(SECRET[:3])
    paragraph.add_run(SECRET[3:])
    document.save(word)
    assert SECRET in crawler.words_of(word.getvalue())
    empty = Document()
    empty.core_properties.author = SECRET
    empty.save(word := io.BytesIO())
    assert SECRET in crawler.words_of(word.getvalue())
    book = Workbook()
    book.properties.creator = SECRET
    book.save(sheet)
    assert SECRET in crawler.words_of(sheet.getvalue())
    assert SECRET in crawler.words_of(_pdf_with(SECRET))


def _pdf_with(word: str) -> bytes:
    import pikepdf  # noqa: PLC0415

    made, out = pikepdf.new(), io.BytesIO()
    made.add_blank_page()
    made.docinfo["/Author"] = word
    made.save(out)
    return out.getvalue()


# --- What a visitor can fetch -----------------------------------------------------------------------------------------


def test_no_secret_stands_in_anything_that_a_visitor_can_fetch(published: Published, client: Client) -> None:
    assert SECRET not in json.dumps(published.final.document)
    answers = list(everything(published, client))
    pages = {one.address: one for one in answers}
    _reads_what_is_public(pages, published)
    assert singing(answers) == []
    for one in answers:
        words = one.words.lower()
        assert ONLY_BY_LINK.lower() not in words, one.address
        assert published.shared.share_token.lower() not in words, one.address
        assert not any(word in words for word in OUTLOOKS), one.address
        assert not one.sets_cookie, one.address
        assert one.status < 500, one.address
    # Whatever address somebody adds for visitors, the canary has to go there.
    wanted = {page.name for page in crawler.open_pages() if not page.name.startswith("reports:shared")}
    assert wanted - crawler.names_of(pages) == set()


def endings(report: ReportEdition) -> list[str]:
    """Return how the addresses of a report's long files end; the short version does not print its texts."""
    return [f".{file.kind}" for file in report.files.exclude(kind="short_pdf")]


def _reads_what_is_public(pages: dict[str, Answer], published: Published) -> None:
    """The canary would also be silent if it read nothing."""
    one, other, gone = (pages[f"/konzept/heute/empfehlung/1.1.{number}/"].words for number in (1, 3, 4))
    (report,) = Revision.objects.filter(pk__in=published.city.public, kind="report")
    assert report.done in one
    assert "Es gibt jetzt Räume." in one
    assert "Das Café ist ein Gewinn." in one
    assert FORMER_NOTE in other
    assert "Zuerst stand hier ein Text." in other
    assert WITHDRAWN_NOTE in gone
    for address in ("/konzept/", "/en/konzept/", "/feed.atom", "/api/v1/changes"):
        assert GONE_NOTE in pages[address].words, address
    for ending in endings(published.final):
        words = pages[f"/bericht/{published.final.pk}{ending}"].words
        assert "Liebe Leserinnen und Leser" in words, ending
        assert report.done in words.replace("\n", " "), ending
    assert "/en/konzept/heute/empfehlung/1.1.1/" in pages


def test_an_edition_in_the_making_does_not_open_and_is_everything_once_it_is_published(
    planted: City, cast: Cast, client: Client
) -> None:
    planted.making.refresh_from_db()
    address = f"/konzept/{planted.making.slug}/"
    assert client.get(address).status_code == 404
    day = timezone.localdate(NOW)
    publish_edition(planted.making.pk, adopted_on=day, by=cast.coordinator, now=NOW)
    assert SECRET in client.get(address).content.decode()


def test_whoever_knows_the_link_reads_the_draft_and_no_secret(published: Published, client: Client) -> None:
    read = [crawler.fetch(client, address) for address in by_link(published)]
    assert all(one.status == 200 for one in read)
    assert any(ONLY_BY_LINK in one.words for one in read)
    assert singing(read) == []
    for one in read:
        assert "noindex" in one.headers, one.address
        assert "no-store" in one.headers, one.address
    for wrong in ("x", published.shared.share_token[:-1], published.shared.share_token.swapcase()):
        assert client.get(f"/bericht/entwurf/{wrong}/").status_code == 404


def test_what_is_not_linked_does_not_open_either(published: Published, client: Client) -> None:
    places = (".pdf", ".docx", ".html", "/", "/kurz.pdf")
    closed = ReportEdition.objects.exclude(pk=published.final.pk)
    assert closed.count() == 4
    answers = [crawler.fetch(client, f"/bericht/{one.pk}{place}") for one in closed for place in places]
    assert {one.status for one in answers} == {404, 410}
    assert singing(answers) == []
    assert any(WITHDRAWN_NOTE in one.words for one in answers if one.status == 410)


def test_under_no_address_of_an_edition_that_was_taken_back_a_secret_is_read(
    published: Published, client: Client
) -> None:
    """Whatever route takes an edition: it says that this one is gone, in both languages, and nothing of it."""
    gone = published.city.gone
    # What stands in an address is known to whoever asks for it.
    ActionField.objects.filter(edition=gone).update(number="1")
    Goal.objects.filter(field__edition=gone).update(number="1.1")
    Recommendation.objects.filter(edition=gone).update(key="Z1")
    known = {"edition": gone.slug, "slug": gone.slug, "number": "1", "goal": "1.1", "key": "Z1"}
    known |= {"table": "empfehlungen", "ending": "csv"}
    read = [crawler.fetch(client, address) for address in crawler.addresses_of_edition(known)]
    assert len(read) >= 20
    assert {(one.address, one.status) for one in read if one.status != 410} == set()
    assert [one.address for one in read if GONE_NOTE not in one.words] == []
    assert singing(read) == []


def test_error_pages_hold_no_secret(published: Published, client: Client) -> None:
    paths = ["/gibt-es-nicht/", "/konzept/heute/feld/9/", "/en/konzept/x/", "/bericht/999.pdf", "/api/v1/gibt-es-nicht"]
    paths += ["/konzept/heute/?seite=x", "/konzept/heute/?amt=%00", "/api/v1/recommendations?limit=-1", "/daten/x.csv"]
    answers = [crawler.fetch(client, path) for path in paths]
    answers += [crawler.answer(path, client.post(path)) for path in ("/", "/konzept/heute/", "/api/v1/", "/feed.atom")]
    answers += [crawler.answer(path, client.get(path)) for path in ("/berichte/", "/aufgaben/", "/verwaltung/")]
    assert singing(answers) == []
    assert all(one.status < 500 for one in answers)


def test_searching_for_a_secret_finds_nothing(planted: City, client: Client) -> None:
    searches = ["/konzept/heute/", *(reverse(one.name) for one in crawler.open_pages() if one.name.endswith(":search"))]
    for word in (SECRET, "blockiert", ONLY_BY_LINK):
        for address in searches:
            assert "Nichts gefunden" in client.get(address, {"q": word}).content.decode(), (address, word)


def test_the_static_export_holds_no_secret(published: Published, tmp_path: Path) -> None:
    read = {name: crawler.words_of(body) for name, body in exported.files(tmp_path / "site") if "static/" not in name}
    assert any(name.endswith(".pdf") for name in read)
    assert any(OPENLY in words for words in read.values())
    for name, words in read.items():
        for word in (SECRET, ONLY_BY_LINK, published.shared.share_token, *OUTLOOKS):
            assert word.lower() not in words.lower(), name


def test_a_secret_stays_inside_when_the_day_of_publication_comes(published: Published, client: Client) -> None:
    """On that day exactly what was approved is read, and nothing else."""
    published.city.later.publish_on = timezone.localdate(NOW) - datetime.timedelta(days=1)
    published.city.later.save()
    # What somebody wrote for readers of that entry becomes public with it.
    EntrySummary.objects.filter(update__cycle=published.city.later).update(text=f"{OPENLY} Jetzt auch zu lesen.")
    answers = list(crawler.crawl(client))
    assert any("Jetzt auch zu lesen." in one.words for one in answers)
    assert any(ONLY_BY_LINK in one.words for one in answers)
    assert singing(answers) == []
