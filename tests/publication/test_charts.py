"""Charts: what they draw, what they say to those who do not see them, and what a page's policy demands of them."""

import re
from itertools import pairwise
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring

from publication import charts, palette
from publication.charts import drawing
from publication.charts.paint import PAINTS
from publication.report import pictures
from publication.report.build import TEMPLATE
from workflow.thread import STATUS_ORDER

SVG = "{http://www.w3.org/2000/svg}"
FIELDS = [
    ("1 Ankommen", {"implemented": 12, "in_progress": 7, "missing": 2}),
    ("2 Sprache", {"made_permanent": 1, "planned": 1200}),
]
PERIODS = [
    ("2021–2022", {"report": 40, "unchanged": 12, "nil_return": 3, "missing": 20}),
    ("2023–2024", {"report": 44, "open": 31}),
]
ROWS: dict[str, list[tuple[str, dict[str, int]]]] = {
    "status-by-field": FIELDS,
    "status-by-goal": FIELDS,
    "status-by-period": FIELDS,
    "returns": PERIODS,
    "measures": [("planned", {"measures": 3}), ("implemented", {"measures": 1234})],
    "missing-by-office": [("50 Sozialamt", {"missing": 2}), ("51 Jugendamt", {"missing": 9})],
    "reached-by-field": [
        ("1 Ankommen", {"2021–2022": 3, "2023–2024": 12, "total": 21}),
        ("2 Sprache", {"2021–2022": 0, "2023–2024": 1, "total": 1201}),
    ],
}


def drawn(name: str, language: str = "de", **more: Any) -> charts.Chart:
    chart = charts.draw(name, ROWS[name], language, **more)
    assert chart is not None
    return chart


def texts(chart: charts.Chart) -> list[str]:
    return ["".join(one.itertext()) for one in fromstring(chart.svg).iter(f"{SVG}text")]


def test_every_chart_is_tried_here() -> None:
    assert set(ROWS) == set(charts.NAMES)


@pytest.mark.parametrize("name", ROWS)
def test_a_chart_says_its_figures_in_words_and_has_them_all_in_its_table(name: str) -> None:
    chart = drawn(name)
    assert chart.title
    assert chart.alt.startswith(chart.title)
    assert all(len(row) == len(chart.columns) for row in chart.rows)
    for label, counts in ROWS[name]:
        for figure in filter(None, counts.values()):
            written = drawing.number(figure, "de")
            assert re.search(rf"\b{re.escape(written)}\b", chart.alt), (label, figure)
            assert any(figure in row for row in chart.rows)


@pytest.mark.parametrize("name", ROWS)
def test_a_chart_keeps_to_the_policy_of_pages(name: str) -> None:
    chart = drawn(name)
    root = fromstring(chart.svg)
    assert root.get("role") == "img"
    described = {one.get("id"): one.text for one in root if one.tag in {f"{SVG}title", f"{SVG}desc"}}
    assert [described[name] for name in root.get("aria-labelledby", "").split()] == [chart.title, chart.alt]
    for one in root.iter():
        assert one.tag != f"{SVG}style"
        assert not {"style", "class"} & set(one.attrib)
        assert one is root or not [name for name in one.attrib if name.startswith(("aria-", "on"))]
    assert not re.search(r"#0a0b[0-9a-f]{2}", chart.svg), "a placeholder was left"


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("name", ROWS)
def test_the_size_of_a_drawing_is_known_before_it_is_drawn(name: str, language: str) -> None:
    sketch = charts.sketch(name, ROWS[name], language)
    assert sketch
    assert sketch.size == size_drawn(sketch)


@pytest.mark.parametrize("statuses", range(1, len(STATUS_ORDER) + 1))
def test_the_legend_takes_the_room_that_was_kept_for_it(statuses: int) -> None:
    counts = dict.fromkeys(STATUS_ORDER[-statuses:], 7)
    rows = [(f"{year}–{year + 1}", counts) for year in range(2011, 2027, 2)]
    sketch = charts.sketch("status-by-period", rows, "de", about="Ein langer Name " * 9)
    assert sketch
    assert sketch.size == size_drawn(sketch)


def size_drawn(sketch: charts.Sketch) -> tuple[int, int]:
    root = fromstring(sketch.drawn().svg)
    return int(root.get("width", "")), int(root.get("height", ""))


def test_colour_is_never_alone() -> None:
    chart = drawn("status-by-field")
    assert "umgesetzt" in texts(chart)
    assert "1.200" in texts(chart)
    assert "" not in texts(chart)
    # Two fills that could be taken for one another in black and white differ by pattern or outline.
    looks = [(paint.pattern, paint.ground, paint.dash, paint.stroke) for paint in (PAINTS[s] for s in STATUS_ORDER)]
    assert len(set(looks)) == len(looks)
    for before, after in pairwise(PAINTS[status] for status in STATUS_ORDER):
        assert (before.pattern, before.dash) != (after.pattern, after.dash)


def test_identifiers_of_two_charts_in_one_page_differ() -> None:
    one, two = drawn("status-by-goal", key="1"), drawn("status-by-goal", key="2")
    found = [set(re.findall(r'\bid="([^"]+)"', chart.svg)) for chart in (one, two)]
    assert found[0]
    assert not found[0] & found[1]
    for chart, identifiers in zip((one, two), found, strict=True):
        assert set(re.findall(r"url\(#([^)]+)\)", chart.svg)) <= identifiers


def test_a_bar_is_as_long_as_its_number() -> None:
    chart = charts.draw("measures", [("planned", {"m": 50}), ("implemented", {"m": 100})], "de")
    assert chart
    paths = [one.get("d", "") for one in fromstring(chart.svg).iter(f"{SVG}path")]
    widths = sorted(float(found[1]) for d in paths if (found := re.match(r"M0,\d+h([\d.]+)v20h", d)))
    assert widths[1] == pytest.approx(2 * widths[0], rel=0.01)


def test_numbers_and_words_follow_the_language() -> None:
    german, english = drawn("measures"), drawn("measures", "en")
    assert "1.234" in texts(german)
    assert "1,234" in texts(english)
    assert german.title == "Maßnahmen nach Stand"
    assert english.title == "Measures by status"
    assert "umgesetzt: 1.234" in german.alt
    assert "implemented: 1,234" in english.alt
    shares = drawn("reached-by-field")
    assert "12 · 57\N{NO-BREAK SPACE}%" in texts(shares)


def test_the_same_rows_give_the_same_drawing() -> None:
    assert drawn("returns").svg == drawn("returns").svg
    assert drawn("returns").svg != drawn("returns", "en").svg


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("status-by-field", []),
        ("status-by-field", FIELDS[:1]),
        ("returns", [("2021", {})]),
        ("measures", [("planned", {"measures": 3})]),
        ("missing-by-office", [("51 Jugendamt", {"missing": 2}), ("50 Sozialamt", {"missing": 0})]),
        ("reached-by-field", [("1", {"2021": 1, "total": 3}), ("2", {"2021": 1, "total": 3})]),
    ],
)
def test_where_there_is_nothing_to_compare_there_is_no_chart(name: str, rows: list[tuple[str, dict[str, int]]]) -> None:
    assert charts.draw(name, rows, "de") is None


def test_many_offices_are_summed_up_in_the_drawing_and_listed_in_the_table() -> None:
    rows = [(f"{number} Amt", {"missing": number}) for number in range(1, 21)]
    chart = charts.draw("missing-by-office", rows, "de")
    assert chart
    assert "8 weitere Ämter" in texts(chart)
    assert len(chart.rows) == 20


NASTY = ['</text><script>alert(1)</script> & "zitiert"', "x" * 300, "1.23456 Ziele", "漢 und \u202everkehrt\u202c", ""]


@pytest.mark.parametrize("text", NASTY)
def test_names_of_people_stay_text(text: str) -> None:
    chart = charts.draw("status-by-field", [(text, FIELDS[0][1]), FIELDS[1]], "de", about=text, key=text)
    assert chart
    assert [one.tag for one in fromstring(chart.svg).iter(f"{SVG}script")] == []
    if 0 < len(text) < 100 and text.isascii():
        assert text in texts(chart)
    assert drawing.png(chart.svg).startswith(b"\x89PNG")


def test_colours_are_those_of_the_typesetter() -> None:
    theme = (TEMPLATE / "theme.typ").read_text()
    found = dict(re.findall(r'^  (\w+): "(#\w{6})",$', theme, re.MULTILINE))
    assert found == palette.STATUS
    for name in ("ink", "soft", "hairline", "accent", "danger"):
        assert f'#let {name} = rgb("{getattr(palette, name.upper())}")' in theme
    assert f'#let rest-colour = "{palette.REST}"' in theme
    assert f'#let work-ground = "{palette.WORK_GROUND}"' in theme


def test_the_pictures_for_word_show_every_mark() -> None:
    for status in STATUS_ORDER:
        assert pictures.size_of(pictures.mark(status)) == (16, 16)
    thread = pictures.thread([{"status": status, "loose": False} for status in STATUS_ORDER])
    assert pictures.size_of(thread) == (32 * 8 + 16, 16)
    points = [{"reached": 1, "in_progress": 2}, {"reached": 3, "in_progress": 0}]
    for picture in (thread, pictures.units([{"status": "planned", "number": 80}]), pictures.bands(points, 5)):
        fromstring(picture)
        assert drawing.png(picture).startswith(b"\x89PNG")
