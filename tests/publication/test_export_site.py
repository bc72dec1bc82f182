"""The whole public site as static files: complete, whole, the same each time, and put in place in one step."""

import datetime
import io
import json
import re
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from concept.models import ConceptEdition, Recommendation
from publication.models import ReportEdition, ReportFile
from publication.queries.site import site
from publication.site import addresses
from publication.site.export import folder as folders
from publication.site.export import search
from publication.site.export.check import problems
from publication.site.export.folder import MANIFEST
from publication.site.export.paths import Paths, safe
from tests import factories
from tests.conftest import Cast
from tests.publication.conftest import NOW, entry, period
from tests.publication.exported import export, files

pytestmark = pytest.mark.django_db

ODD = ("1/2", "..", "../../etc/passwd", "Größe 5 %", "a?b#c", "index.html", "con", "HE 2.07", "he 2.07", "x" * 20)
LIVE = "https://sachstand.stadt.example"
BASE = "https://www.stadt.example/konzept/"


@pytest.fixture(autouse=True)
def cheap_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare the tests the content of the tables of open data, which has tests of its own."""
    monkeypatch.setattr("publication.opendata.columns.gather", lambda _now: None)
    monkeypatch.setattr("publication.opendata.files.to_csv", lambda *_args: b"csv")
    monkeypatch.setattr("publication.opendata.files.to_xlsx", lambda *_args: b"xlsx")


@pytest.fixture
def edition(cast: Cast) -> ConceptEdition:
    return factories.edition(slug="heute")


@pytest.fixture
def one(edition: ConceptEdition, cast: Cast) -> Recommendation:
    goal = factories.goal(edition)
    made = factories.recommendation(goal, "1.1.1", title="Elterncafés an Grundschulen", lead=cast.youth)
    older = factories.edition("Integrationskonzept 2012", slug="damals", adopted_on=datetime.date(2012, 5, 7))
    factories.recommendation(factories.goal(older), "O1", lead=cast.school)
    closed = period(edition, 2023, 2024)
    entry(closed, made, cast.youth, "implemented", done="Zwölf Cafés sind offen.", measures=("Räume",))
    report = ReportEdition.objects.create(
        cycle=closed, number=1, state="ready", stage="final", requested_at=NOW, built_at=NOW, released_at=NOW
    )
    ReportFile.objects.create(edition=report, kind="pdf", content=b"%PDF-1.7 Bericht", size=16, sha256="1")
    return made


def page(folder: Path, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


# --- Complete and whole -----------------------------------------------------------------------------------------------


def test_the_export_holds_every_page_in_both_languages_and_the_files(one: Recommendation, tmp_path: Path) -> None:
    folder = export(tmp_path / "aus")
    found = names(folder)
    for language in ("", "en/"):
        for name in (
            "index.html",
            "konzept/heute/index.html",
            "konzept/damals/index.html",
            "konzept/heute/feld/1/index.html",
            "konzept/heute/empfehlung/1.1.1/index.html",
            "einbetten/index.html",
            "einbetten/uebersicht/index.html",
            "einbetten/feld/heute/1.fragment.html",
            "suche/index.html",
        ):
            assert language + name in found
    assert {"daten/empfehlungen.csv", "daten/heute/empfehlungen.xlsx", "daten/katalog.ttl", "feed.atom"} <= found
    assert "404.html" in found
    report = ReportEdition.objects.get()
    assert (folder / f"bericht/{report.pk}.pdf").read_bytes() == b"%PDF-1.7 Bericht"
    assert "Zwölf Cafés sind offen." in page(folder, "konzept/heute/empfehlung/1.1.1/index.html")
    assert 'lang="en"' in page(folder, "en/index.html")


def test_every_link_of_an_export_leads_somewhere(one: Recommendation, tmp_path: Path) -> None:
    assert problems(export(tmp_path / "aus")) == []


def test_odd_numbers_and_ids_stay_inside_and_apart(one: Recommendation, cast: Cast, tmp_path: Path) -> None:
    for number in ODD:
        factories.recommendation(one.goal, number, title=f"Titel von {number}", lead=cast.youth)
    folder = export(tmp_path / "tief" / "aus")
    assert problems(folder) == []
    titles = [
        text
        for name in names(folder)
        if re.match(r"konzept/heute/empfehlung/.*html", name)
        for text in [page(folder, name)]
    ]
    assert len(titles) == len(ODD) + 1
    assert {path.name for path in tmp_path.iterdir()} == {"tief"}
    assert {path.name for path in (tmp_path / "tief").iterdir()} == {"aus"}
    for name in names(folder):
        assert re.fullmatch(r"[A-Za-z0-9._~/-]+", name)


def test_every_public_route_has_a_rule() -> None:
    without = {
        route
        for route, takes in addresses.public_routes().items()
        if takes and route not in addresses.RULES and route not in addresses.LINKED and not addresses.is_live(route)
    }
    assert without == set(), "Say in publication/site/addresses.py what their arguments are."
    unknown = (addresses.RULES.keys() | addresses.LINKED | addresses.LIVE) - addresses.public_routes().keys()
    assert unknown == set()


def test_following_all_links_finds_nothing_that_the_list_does_not_know(one: Recommendation, tmp_path: Path) -> None:
    listed = set(addresses.addresses(site(timezone.now())))
    folder = export(tmp_path / "aus")
    seen, waiting = set(), ["index.html"]
    while waiting:
        name = waiting.pop()
        if name in seen or not name.endswith(".html"):
            continue
        seen.add(name)
        links = re.findall(r'href="([^"#?]+)', page(folder, name))
        there = ((folder / name).parent.joinpath(link).resolve() for link in links if ":" not in link)
        waiting += [path.relative_to(folder.resolve()).as_posix() for path in there]
    paths = Paths()
    known = {paths.file(address, html=not address.endswith((".pdf", ".docx"))) for address in listed}
    # Besides the list there are the years in which anything happened: only the page of news knows them.
    assert {name for name in seen - known if not re.fullmatch(r"(en/)?neu/\d{4}/index\.html", name)} == set()


def test_a_page_names_no_absolute_address_of_its_own(one: Recommendation, tmp_path: Path) -> None:
    folder = export(tmp_path / "aus")
    for name in names(folder):
        if name.endswith(".html"):
            assert not re.findall(r'(?:href|src|action)="(?:/|http://127)[^"]*"', page(folder, name)), name


# --- Where it stands --------------------------------------------------------------------------------------------------


def test_forms_are_at_the_service_where_it_can_be_reached(one: Recommendation, tmp_path: Path) -> None:
    folder = export(tmp_path / "aus", live=LIVE)
    text = page(folder, "konzept/heute/empfehlung/1.1.1/index.html")
    assert f'href="{LIVE}/rueckmeldung/heute/1.1.1/"' in text
    assert "/anmelden/" not in text
    form = page(folder, "barriere-melden/index.html")
    assert "<form" not in form
    assert f'<a href="{LIVE}/barriere-melden/">' in form
    assert problems(folder) == []


def test_without_the_service_forms_give_way_to_the_mail_address(
    one: Recommendation, tmp_path: Path, settings: LazySettings
) -> None:
    folder = export(tmp_path / "aus")
    for name in ("barriere-melden/index.html", "konzept/heute/empfehlung/1.1.1/index.html"):
        text = page(folder, name)
        assert "<form" not in text
        assert f"mailto:{settings.CONTACT_EMAIL}" in text
        assert "rueckmeldung/" not in text


def test_the_place_of_the_copy_stands_in_its_texts_and_its_sitemap(one: Recommendation, tmp_path: Path) -> None:
    folder = export(tmp_path / "aus", base=BASE)
    assert f"{BASE}konzept/heute/empfehlung/1.1.1/" in page(folder, "konzept/heute/empfehlung/1.1.1/index.html")
    sitemap = page(folder, "sitemap.xml")
    assert f"<loc>{BASE}konzept/heute/</loc>" in sitemap
    assert f"<loc>{BASE}en/konzept/heute/</loc>" in sitemap
    assert "127.0.0.1" not in sitemap
    assert f'href="{BASE}static/css/' in page(folder, "404.html"), "it is shown at any depth"
    assert f"{BASE}static/js/embed.js" in page(folder, "einbetten/index.html")
    assert (folder / "static/js/embed.js").exists()


def test_a_copy_says_that_it_is_one(one: Recommendation, tmp_path: Path) -> None:
    folder = export(tmp_path / "aus")
    assert "Statische Kopie dieser Seiten, Stand: " in page(folder, "index.html")
    assert "Static copy of these pages" in page(folder, "en/index.html")


def test_searches_lead_to_the_static_search(one: Recommendation, tmp_path: Path) -> None:
    folder = export(tmp_path / "aus")
    home = page(folder, "index.html")
    assert 'action="suche/index.html"' in home
    assert "csrf" not in home
    english = page(folder, "en/konzept/heute/index.html")
    assert 'action="../../suche/index.html"' in english
    assert '<input type="hidden" name="fassung" value="heute">' in english
    found = page(folder, "suche/index.html")
    assert "Elterncafés an Grundschulen" in found, "without a script the full list is there"
    assert "O1" in found


# --- The same each time, in one step ----------------------------------------------------------------------------------


def test_the_same_content_gives_the_same_bytes(one: Recommendation, tmp_path: Path) -> None:
    first, second = dict(files(tmp_path / "a", base=BASE)), dict(files(tmp_path / "b", base=BASE))
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def test_what_is_withdrawn_or_renamed_vanishes_with_the_next_export(
    one: Recommendation, cast: Cast, tmp_path: Path
) -> None:
    folder = export(tmp_path / "aus")
    Recommendation.objects.filter(pk=one.pk).update(key="neu")
    export(folder)
    assert not (folder / "konzept/heute/empfehlung/1.1.1").exists()
    assert (folder / "konzept/heute/empfehlung/neu/index.html").exists()
    assert problems(folder) == []


def test_the_manifest_lists_every_file(one: Recommendation, tmp_path: Path) -> None:
    folder = export(tmp_path / "aus")
    listed = json.loads(page(folder, MANIFEST))["files"]
    assert set(listed) == names(folder) - {MANIFEST}


def test_a_folder_of_others_is_left_alone(one: Recommendation, tmp_path: Path) -> None:
    (tmp_path / "wichtig.txt").write_text("bleibt")
    with pytest.raises(CommandError, match="liegen andere Dateien") as refused:
        call_command("export_site", str(tmp_path))
    assert refused.value.returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == ["wichtig.txt"]
    with pytest.raises(CommandError, match="ist eine Datei"):
        call_command("export_site", str(tmp_path / "wichtig.txt"))


def test_an_export_that_fails_leaves_the_old_one(
    one: Recommendation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = export(tmp_path / "aus")
    before = dict.fromkeys(names(folder))
    monkeypatch.setattr("publication.site.export.search.index", lambda *_args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        export(folder)
    assert dict.fromkeys(names(folder)) == before
    assert [path.name for path in tmp_path.iterdir()] == ["aus"]


def test_folders_are_exchanged_where_the_system_cannot_do_it_in_one_step(
    one: Recommendation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "_exchange", lambda *_args: False)
    folder = export(tmp_path / "aus")
    export(folder)
    assert problems(folder) == []
    assert [path.name for path in tmp_path.iterdir()] == ["aus"]


def test_content_that_changes_meanwhile_is_written_anew(
    one: Recommendation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, calls = search.index, []

    def index(*args: object) -> bytes:
        calls.append(args)
        if len(calls) == 1:
            Recommendation.objects.filter(pk=one.pk).update(title="Ganz neu")
        return original(*args)

    monkeypatch.setattr("publication.site.export.search.index", index)
    folder = export(tmp_path / "aus")
    assert len(calls) == 2
    assert "Ganz neu" in page(folder, "konzept/heute/index.html")


# --- The command ------------------------------------------------------------------------------------------------------


def test_the_command_says_what_it_wrote_and_checks_it(one: Recommendation, tmp_path: Path) -> None:
    said = io.StringIO()
    call_command("export_site", str(tmp_path / "aus"), "--base-url", BASE, stdout=said)
    assert re.search(r"\d+ Seiten, \d+ Dateien", said.getvalue())
    call_command("export_site", str(tmp_path / "aus"), "--check", stdout=said)
    assert "Alle Verweise führen zu etwas" in said.getvalue()


def test_the_check_finds_what_is_broken(one: Recommendation, tmp_path: Path) -> None:
    folder = export(tmp_path / "aus")
    (folder / "konzept/heute/index.html").unlink()
    home = folder / "index.html"
    home.write_text(home.read_text().replace("</main>", '<a href="#nirgends">x</a></main>'))
    (folder / "fremd.txt").write_text("x")
    said = io.StringIO()
    with pytest.raises(CommandError) as wrong:
        call_command("export_site", str(folder), "--check", stdout=said)
    assert wrong.value.returncode == 1
    for sentence in ("konzept/heute/index.html fehlt", "index.html wurde nach", "fremd.txt gehört nicht", "#nirgends"):
        assert sentence in said.getvalue()


@pytest.mark.parametrize("address", ["stadt.example", "ftp://stadt.example/", "https://x.example/?a=b"])
def test_the_command_refuses_what_is_no_address(address: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="ist keine Adresse") as refused:
        call_command("export_site", str(tmp_path / "aus"), "--base-url", address)
    assert refused.value.returncode == 2


def test_checking_a_folder_of_others_is_an_unusable_call(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="kein Export") as refused:
        call_command("export_site", str(tmp_path), "--check")
    assert refused.value.returncode == 2


def test_an_export_before_anything_is_imported(db: None, tmp_path: Path) -> None:
    folder = export(tmp_path / "aus")
    assert "Hier gibt es noch nichts zu lesen" in page(folder, "index.html")
    assert problems(folder) == []


def test_a_page_costs_as_many_queries_among_many_as_among_few(
    one: Recommendation, cast: Cast, tmp_path: Path, settings: LazySettings
) -> None:
    def queries() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as found:
            export(tmp_path / "aus")
        return len(found), Recommendation.objects.count()

    def add(count: int) -> None:
        for number in range(count):
            more = factories.recommendation(one.goal, f"2.{Recommendation.objects.count()}.{number}", lead=cast.youth)
            entry(one.edition.cycles.get(), more, cast.youth)

    few, few_members = queries()
    add(4)
    some, some_members = queries()
    add(8)
    many, many_members = queries()
    each = (some - few) / (some_members - few_members)
    assert (many - some) / (many_members - some_members) == each


@pytest.mark.parametrize("name", ODD)
def test_names_of_files_are_safe(name: str) -> None:
    made = safe(name.partition("/")[0])
    assert re.fullmatch(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*", made)
    assert made not in {"..", ".", "index.html"}
