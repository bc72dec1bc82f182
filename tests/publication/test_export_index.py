"""What a static copy holds beside its pages: the index of its search, and feeds with their older pages."""

import datetime
import json
import re
from pathlib import Path
from typing import Any

import pytest

from concept.models import Recommendation
from publication.models import EntrySummary
from publication.site.export import pages
from publication.site.export.search import folded_words
from tests import factories
from tests.conftest import Cast
from tests.publication.conftest import NOW, entry, period
from tests.publication.exported import export
from workflow.models import StatusUpdate

pytestmark = pytest.mark.django_db


@pytest.fixture
def one(cast: Cast) -> Recommendation:
    goal = factories.goal(factories.edition(slug="heute"))
    made = factories.recommendation(goal, "1.1.1", title="Elterncafés an Grundschulen", lead=cast.youth)
    closed = period(made.edition, 2023, 2024)
    entry(closed, made, cast.youth, "implemented", done="Zwölf Cafés sind offen.", measures=("Räume",))
    return made


@pytest.fixture(autouse=True)
def feeds_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare the tests all other pages, which have tests of their own."""
    fetch = pages.fetch

    def fetched(origin: str, path: str, query: str = "", **more: Any) -> Any:
        return fetch(origin, path, query, **more) if path.endswith(".atom") else None

    monkeypatch.setattr("publication.site.export.pages.fetch", fetched)


def page(folder: Path, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")


def test_a_feed_leads_through_its_older_pages_within_the_copy(
    one: Recommendation, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("publication.opendata.feed.PER_PAGE", 1)
    factories.edition("Integrationskonzept 2012", slug="damals", adopted_on=datetime.date(2012, 5, 7))
    folder = export(tmp_path / "aus", base="https://kopie.example/konzept/")
    name, seen = "feed.atom", []
    while name:
        text = page(folder, name)
        seen.append(name)
        found = re.search(r'rel="next" href="https://kopie.example/konzept/([^"]+)"', text)
        name = found[1] if found else ""
    assert seen[:2] == ["feed.atom", "seite-2/feed.atom"]
    assert len(seen) == len(set(seen)) > 2
    ids = [one for name in seen for one in re.findall(r"<entry>.*?<id>([^<]+)", page(folder, name), re.DOTALL)]
    assert len(ids) == len(seen)
    assert len(ids) == len(set(ids))


def test_the_index_knows_every_word_that_is_public_and_no_other(
    one: Recommendation, cast: Cast, tmp_path: Path
) -> None:
    running = period(one.edition, 2025, 2026, closed=False)
    entry(running, one, cast.youth, "deferred", approved=False, done="Geheimnis.")
    update = StatusUpdate.objects.get(recommendation=one, approved__isnull=False)
    of = {
        "update": update,
        "language": "de-simple",
        "source": update.approved,
        "text_source": update.approved,
        "written_at": NOW,
    }
    EntrySummary.objects.create(number=1, text="Familientreff", **of)
    folder = export(tmp_path / "aus")
    [name] = [path.name for path in (folder / "suche").iterdir() if re.fullmatch(r"index\.[0-9a-f]{12}\.js", path.name)]
    text = page(folder, f"suche/{name}")
    known = json.loads(text.removeprefix("sachstandIndex(").removesuffix(");\n"))
    assert known["items"][0] == ["heute", "1", "implemented", [cast.youth.pk], [2023, 2024], True]
    assert known["words"]["elterncafes"] == [0]
    assert known["words"]["zwolf"] == [0]
    assert known["words"]["raume"] == [0]
    assert known["words"]["familientreff"] == [0]
    assert '<option value="2023">2023</option>' in page(folder, "suche/index.html")
    assert "geheimnis" not in text


def test_words_are_folded() -> None:
    assert list(folded_words("Größe, Straße_x 2.07 Café")) == ["grosse", "strasse", "2", "07", "cafe"]
