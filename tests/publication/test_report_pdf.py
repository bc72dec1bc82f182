"""The report as a file: what it says, and what somebody who cannot see it hears."""

import datetime
import re
import shutil
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from concept.models import ConceptEdition
from publication.report import build, content, sources
from publication.report.build import TEMPLATE
from tests import factories
from tests.publication.conftest import entry, period, run
from tests.publication.structure import structure_of, text_of
from typesetting import glyphs
from workflow.models import EntryKind, ReportingCycle

NOW = datetime.datetime(2026, 11, 22, 9, 0, tzinfo=datetime.UTC)
TODAY = datetime.date(2026, 11, 22)
SECRET = "GEHEIMES"

pytestmark = pytest.mark.django_db
needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler reads the PDF independently")


def document(cycle: ReportingCycle, *, version: int | None = 1) -> dict[str, Any]:
    return content.document(sources.read(cycle.pk, now=NOW), as_of=TODAY, version=version)


@pytest.fixture
def city() -> ConceptEdition:
    """Two periods; in the second one a report, an unchanged entry, a nil return, a reason and a gap."""
    edition = factories.edition()
    youth, school = factories.office("51", "Jugendamt"), factories.office("40", "Amt für Schule und Bildung")
    first, second = factories.goal(edition, "1", "1.1"), factories.goal(edition, "2", "2.1")
    cafes = factories.recommendation(first, "1.01", title="Elterncafés", lead=youth, contributing=(school,))
    pool = factories.recommendation(first, "1.02", title="Dolmetschpool", lead=youth)
    guides = factories.recommendation(second, "2.01", title="Lotsinnen im Quartier", lead=school)
    letters = factories.recommendation(second, "2.02", title="Verständliche Bescheide", lead=school)
    rooms = factories.recommendation(second, "2.03", title="Begegnungsorte", lead=school)
    before, now = period(edition, 2021, 2022), period(edition, 2023, 2024)
    old = entry(before, pool, youth, "in_progress", done="Der Pool umfasst 62 Personen.", measures=("Schulung",))
    entry(
        now,
        cafes,
        youth,
        "implemented",
        done="Neun Schulen haben ein Elterncafé.\nDer Kalender ist da.",
        worked="Eltern begleiten Eltern.",
        did_not_work="Vormittage schließen Berufstätige aus.",
        overlooked="Väter wurden kaum angesprochen.",
        next_step="Kinderbetreuung sichern.",
        next_step_on=datetime.date(2027, 7, 31),
        measures=("Räume an drei Schulen", "Schulung für Eltern"),
        internal_note=SECRET,
        outlook="at_risk",
    )
    entry(now, pool, youth, "in_progress", kind=EntryKind.UNCHANGED, confirms=old, done="")
    entry(now, guides, school, "planned", kind=EntryKind.NIL_RETURN, nil_reason="Der Träger wechselt.", done="")
    entry(now, letters, school, "deferred", status_reason="Es fehlt Geld.")
    run(now, rooms, school)
    return edition


@pytest.fixture
def cycle(city: ConceptEdition) -> ReportingCycle:
    return city.cycles.get(period_from__year=2023)


def test_the_file_is_tagged_in_german_and_has_a_title(cycle: ReportingCycle) -> None:
    found = structure_of(build.pdf(document(cycle)))
    assert found.language.startswith("de")
    assert found.title == "Integrationsbericht 2023–2024"
    assert found.marked
    assert found.shows_title
    assert re.search(r"pdfuaid:part>\s*1<", found.standards)
    assert re.search(r"pdfaid:part>\s*2<", found.standards)


def test_headings_never_skip_a_level_and_bookmarks_follow_them(cycle: ReportingCycle) -> None:
    found = structure_of(build.pdf(document(cycle)))
    assert found.heading_levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(found.heading_levels))
    assert Counter(found.heading_levels)[3] == 5
    assert [mark for mark in found.bookmarks if mark.startswith("1.01")] == ["1.01 Elterncafés"]
    assert {"Wo wir stehen", "Fehlende Meldungen", "Impressum"} <= set(found.bookmarks)


def test_tables_have_headers_and_every_drawing_its_words(cycle: ReportingCycle) -> None:
    found = structure_of(build.pdf(document(cycle)))
    tags = Counter(found.tags)
    assert tags["/Table"] == 4  # the overview, the measures of two recommendations, and all measures
    assert tags["/TH"] >= 3 * 4
    assert all(found.figures)
    assert "Jahresfaden: 2021–2022 keine Meldung, 2023–2024 umgesetzt" in found.figures
    assert "1 umgesetzt, 1 in Umsetzung" in found.figures
    assert tags["/TOC"] >= 1


def test_only_the_fonts_of_the_project_are_used(cycle: ReportingCycle) -> None:
    found = structure_of(build.pdf(document(cycle)))
    assert found.fonts <= {"FiraSans-Regular", "FiraSans-SemiBold", "DejaVuSans"}


@needs_poppler
def test_each_recommendation_is_told_with_its_entry(cycle: ReportingCycle, tmp_path: Path) -> None:
    text = " ".join(text_of(build.pdf(document(cycle)), tmp_path).split())
    told = [
        "1.01 Elterncafés Der Wortlaut von 1.01. umgesetzt Federführung: 51 Jugendamt. "
        "Beteiligt: 40 Amt für Schule und Bildung. Was getan wurde Neun Schulen haben ein Elterncafé. "
        "Der Kalender ist da. Gelungen Eltern begleiten Eltern. Nicht gelungen Vormittage schließen Berufstätige aus.",
        "Nächster Schritt, bis 31.07.2027 Kinderbetreuung sichern. Maßnahmen Maßnahme Stand Wer Zeitraum "
        "Räume an drei Schulen umgesetzt 51 Jugendamt Schulung für Eltern umgesetzt 51 Jugendamt",
        "Unverändert bestätigt: Der Text von 2021–2022 gilt weiter. Was getan wurde Der Pool umfasst 62 Personen.",
        "Fehlanzeige: Für diesen Zeitraum gibt es nichts zu melden. Der Träger wechselt.",
        "Warum zurückgestellt Es fehlt Geld.",
        "Keine Meldung für diesen Zeitraum von: 40 Amt für Schule und Bildung.",
        "Zu 1 Empfehlung gibt es für 2023–2024 keine Meldung.",
        "1 von 5 Empfehlungen sind erreicht, 1 mehr als 2021–2022.",
    ]
    for sentence in told:
        assert sentence in text


@needs_poppler
def test_nothing_internal_is_in_the_file(cycle: ReportingCycle, tmp_path: Path) -> None:
    factories.member(factories.Role.COORDINATOR, name=f"{SECRET} Person")
    entry(
        cycle,
        factories.recommendation(factories.goal(cycle.edition, "1", "1.2"), "1.03"),
        factories.office("53", "Gesundheitsamt"),
        approved=False,
        done=SECRET,
        nil_reason=SECRET,
    )
    pdf = build.pdf(document(cycle))
    assert SECRET not in text_of(pdf, tmp_path)
    assert SECRET not in structure_of(pdf).standards
    assert "gefährdet" not in text_of(pdf, tmp_path)


NASTY = [
    "#panic() #let x = 1 $ a^2 $ *fett* _kursiv_ `code` @ziel <marke> \\ // Rest /* weg */",
    "= Keine Überschrift\n- keine Liste\n+ keine Nummer",
    "https://www.kassel.de/" + "sehr-langer-pfad/" * 12,
    "Donaudampfschifffahrtsgesellschaftskapitänsmützenbügelautomat",
    "x" * 400,
    "Anführung \" und ' und {{ 7 * 7 }} <script>alert(1)</script>",
    "سلام عليكم, שלום, Привет, ქართული, 漢字, 👨‍👩‍👧 😀 🇩🇪 e\u0301 \u202everkehrt\u202c \u0007 \ufffe",
    " ",
]


@needs_poppler
@pytest.mark.parametrize("text", NASTY)
def test_text_of_people_is_never_read_as_markup(cycle: ReportingCycle, tmp_path: Path, text: str) -> None:
    made = document(cycle)
    lines = [line for line in text.splitlines() if line.strip()]
    for field in made["fields"]:
        field["heading"] = field["name"] = text
        for goal in field["goals"]:
            goal["name"] = text
            for one in goal["recommendations"]:
                one["title"] = one["who"] = text
                one["text"] = one["note"] = lines
                one["measures"] = [
                    dict.fromkeys(("title", "details", "word", "who", "until", "link_text"), text)
                    | {"status": "planned", "link": "https://example.org/"}
                ]
    pdf = build.pdf(made)
    assert all(structure_of(pdf).figures)
    if text.isascii() and len(text) < 100 and " " in text.strip():
        assert " ".join(text.split()) in " ".join(text_of(pdf, tmp_path).split())


def test_an_empty_report_is_still_a_report() -> None:
    edition = factories.edition()
    cycle = period(edition, 2023, 2024)
    found = structure_of(build.pdf(document(cycle)))
    assert "Zu allen Empfehlungen liegt ein freigegebener Sachstand vor." not in found.bookmarks
    assert found.pages >= 3


def test_the_same_content_gives_the_same_bytes(cycle: ReportingCycle) -> None:
    assert build.pdf(document(cycle)) == build.pdf(document(cycle))
    assert build.pdf(document(cycle)) != build.pdf(document(cycle, version=2))


def test_a_template_that_breaks_says_so(cycle: ReportingCycle) -> None:
    broken = document(cycle)
    del broken["words"]
    with pytest.raises(build.BuildError):
        build.pdf(broken)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Kinder­garten", "Kinder­garten"),
        ("漢 und 字", "\ufffd und \ufffd"),
        ("👨‍👩‍👧", "\ufffd"),
        ("❤️", "❤"),
        ("Tab\tund\x07Glocke", "Tab undGlocke"),
        ("e\u0301", "é"),
        ("Straßenbahnhaltestellenumbau", "Straßenbahnhaltestellenumbau"),
    ],
)
def test_characters_without_a_glyph_are_replaced(text: str, printed: str) -> None:
    assert glyphs.printable(text) == printed


def test_long_strings_may_break_anywhere() -> None:
    assert glyphs.printable("a/" * 20).replace("\u200b", "") == "a/" * 20
    assert "\u200b" in glyphs.printable("a/" * 20)


def test_the_marks_in_print_are_those_of_the_pages() -> None:
    sprite = (TEMPLATE.parents[2] / "templates/partials/sprite.html").read_text()
    marks = (TEMPLATE / "marks.typ").read_text().replace('\\"', '"')
    on_pages = dict(re.findall(r'<symbol id="m-(\w+)" viewBox="0 0 16 16">(.*?)</symbol>', sprite))
    in_print = dict(re.findall(r'^  (\w+): "(<.*>)",$', marks, re.MULTILINE))
    assert on_pages.keys() == in_print.keys()
    for status, drawing in on_pages.items():
        assert drawing.replace("currentColor", "COLOUR").replace("var(--paper)", "PAPER") == in_print[status]
