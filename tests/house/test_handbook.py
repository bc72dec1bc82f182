"""What documents say is there: names of buttons, pictures, pages that they lead to, commands and settings."""

import re
from functools import cache
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from tests.house.catalogue import entries
from tests.house.test_catalogue import PO
from tests.house.test_rules import files
from tests.house.test_tools import ROOT

HANDBOOK = sorted((ROOT / "docs" / "handbuch").glob("*.md"))
DOCUMENTS = [*HANDBOOK, *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "docs" / "adr").glob("*.md"))]
DOCUMENTS += [ROOT / "README.md"]

PLACE = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%[sd]|…|\b\d+\b")
QUOTED = re.compile(r"„([^“„]+)“")
ITEM = re.compile(r"^\s*(?:-|\d+\.) \*\*([^*]+?)[.:]?\*\*", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)")
COMMAND = re.compile(r"manage\.py ([a-z_]+)((?:[^`\n]|\\\n)*)")
TABLE_OF_SETTINGS = re.compile(r"^\| ((?:`[A-Z][A-Z0-9_]+`(?: \*)?(?:, )?)+)", re.MULTILINE)

# Items that tell about something and name no button, no field and no heading.
TOPICS = {
    "amtsleitung.md": {"Überfälliges in Ihrem Amt", "Aufgaben ohne Sachbearbeitung"},
    "koordination.md": {
        "Angehaltene Adressen",
        "Anlegen",
        "Begleiten",
        "Bestätigen",
        "Eine Mail",
        "Schreiben",
        "Senden",
        "Spalten zuordnen",
        "Zu zweit",
    },
    "vorsitz.md": {"Durchgehen", "Eröffnen"},
}


# Rooms that architecture.md foresees, and an address of a run's page.
PLANNED = {"monitoring/", "roundtable/", "published.py", "verlauf/"}


def by_name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def plain(text: str) -> str:
    """Words alone, with one sign for whatever a page fills in."""
    words = re.sub(r"<[^>]+>|[„“\"]", "", text)
    return re.sub(r"\s+", " ", PLACE.sub("…", words)).strip().casefold()


@cache
def phrases() -> tuple[str, ...]:
    """Whatever a page can begin to say: each translation, each sentence of it, and what follows a colon."""
    said = {plain(one) for translations in entries(read(PO)).values() for one in translations}
    return tuple(said | {part for whole in said for part in re.split(r"(?<=[.:?!]) ", whole)})


def is_said(name: str) -> bool:
    """Whether some phrase of the pages is ``name``, or begins with it."""
    words = plain(name).rstrip(".:?!… ")
    return any(phrase.startswith(words) and not phrase[len(words) :][:1].isalnum() for phrase in phrases())


def anchors(path: Path) -> set[str]:
    """The parts of a document that a link can lead to, as they are named from its headings."""
    headings = re.findall(r"^#+ (.+)$", read(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_a_name_that_no_page_says_is_noticed() -> None:
    assert is_said("Bericht erstellen")
    assert is_said("Mit Version … vergleichen")
    assert is_said("3 Tage vor der Frist")
    assert not is_said("Bericht backen")
    assert not is_said("Bericht erst")


@pytest.mark.parametrize("page", HANDBOOK, ids=by_name)
def test_names_in_quotation_marks_are_those_of_the_pages(page: Path) -> None:
    quoted = QUOTED.findall(re.sub(r"\s+", " ", read(page)))
    assert [name for name in quoted if not is_said(name)] == []


@pytest.mark.parametrize("page", HANDBOOK, ids=by_name)
def test_items_of_lists_are_named_as_on_the_pages(page: Path) -> None:
    topics = TOPICS.get(page.name, set())
    assert [name for name in ITEM.findall(read(page)) if name not in topics and not is_said(name)] == []


@pytest.mark.parametrize("page", DOCUMENTS, ids=by_name)
def test_documents_lead_to_what_is_there(page: Path) -> None:
    gone = []
    for address, part in LINK.findall(read(page)):
        there = (page.parent / address).resolve() if address else page
        if not there.exists() or (part and part not in anchors(there)):
            gone.append(f"{address}#{part}")
    assert gone == []


def test_every_picture_is_shown_somewhere() -> None:
    text = "".join(map(read, DOCUMENTS))
    pictures = (ROOT / "docs" / "screenshots").glob("*.png")
    assert sorted(picture.name for picture in pictures if f"screenshots/{picture.name})" not in text) == []


@pytest.mark.parametrize("page", DOCUMENTS, ids=by_name)
def test_commands_and_their_options_exist(page: Path) -> None:
    known = get_commands()
    wrong = []
    for name, rest in COMMAND.findall(read(page)):
        if name not in known:
            wrong.append(name)
            continue
        parser = load_command_class(known[name], name).create_parser("manage.py", name)
        options = re.findall(r"(?<![\w-])--[a-z][a-z-]*", rest.split(">")[0])
        wrong += [f"{name} {option}" for option in options if option not in parser._option_string_actions]
    assert wrong == []


def test_every_command_of_ours_is_explained_to_whoever_administers() -> None:
    rooms = ("concept", "notifications", "offices", "publication", "workflow")
    ours = {name for name, app in get_commands().items() if app in rooms}
    page = read(ROOT / "docs" / "handbuch" / "administration.md")
    assert sorted(name for name in ours if f"manage.py {name}" not in page) == []


def test_architecture_names_what_is_there() -> None:
    """Files, folders, classes and functions between backticks; what begins with a slash is an address."""
    listed = [
        str(path.relative_to(ROOT)) for path in files(".py", ".css", ".js", ".toml", ".md", ".json", ".html", ".typ")
    ]
    code = "".join(read(ROOT / name) for name in listed if name.endswith(".py"))
    gone = []
    for name in set(re.findall(r"`([\w./-]+)`", read(ROOT / "docs" / "architecture.md"))) - PLANNED:
        if "/" in name or name.endswith(".py"):
            there = "/" + name.strip("/")
            known = any(there in f"/{one}" for one in listed) or name.startswith("/")
        else:
            known = re.search(rf"\b{re.escape(name.split('.')[-1])}\b", code) is not None
        if not known:
            gone.append(name)
    assert sorted(gone) == []


def test_every_decision_stands_in_the_index() -> None:
    index = read(ROOT / "docs" / "adr" / "README.md")
    decisions = sorted((ROOT / "docs" / "adr").glob("0*.md"))
    assert [one.name for one in decisions if f"({one.name})" not in index] == []
    titles = {re.sub(r"^# (?:\d+\.? )?", "", read(one).splitlines()[0]) for one in decisions}
    assert sorted(title for title in titles if title not in index) == []


def settings_in_tables() -> set[str]:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    rows = [row for page in pages for row in TABLE_OF_SETTINGS.findall(read(page))]
    return {name for row in rows for name in re.findall(r"`(\w+)`", row)}


def test_settings_in_tables_are_read_by_somebody() -> None:
    sources = [*(ROOT / "config").rglob("*.py"), *(ROOT / "deploy").glob("*.py"), ROOT / "docker-compose.yml"]
    code = "".join(map(read, sources))
    named = settings_in_tables()
    assert len(named) > 40, "the tables have another form now"
    assert sorted(name for name in named if not re.search(rf"\b{name}\b", code)) == []


def test_settings_of_a_city_stand_in_a_table() -> None:
    asked = set(re.findall(r'env\.\w+\(\s*"([A-Z0-9_]+)"', read(ROOT / "config" / "settings" / "city.py")))
    assert sorted(asked - settings_in_tables()) == []


def test_containers_get_every_setting_that_documents_name() -> None:
    """Compose hands on by name alone: what is missing there stands in .env in vain."""
    handed = read(ROOT / "docker-compose.yml") + read(ROOT / "Dockerfile")
    assert sorted(name for name in settings_in_tables() if not re.search(rf"\b{name}(_FILE)?\b[:=}}]", handed)) == []
