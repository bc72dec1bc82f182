"""The drawings themselves: rows of stacked bars, single bars, and shares over the periods, as Vega-Lite by Altair.

Every figure stands beside or inside what it measures; a legend names the fills. Row names stand above their bars, where
even long ones have room. All bars begin at zero.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

import altair as alt
import vl_convert
from altair.utils.schemapi import debug_mode

from publication.charts.paint import PAINTS, placeholder
from publication.palette import INK, REST, SOFT
from typesetting.glyphs import FONTS

WIDTH = 640
ROW = 46
BAR = 20
FONT = "Fira Sans, sans-serif"
SIZE = 12
LEGEND_COLUMNS = 4
DIGIT = 7.0
"""How wide a figure is at most; a bar without room for its number leaves it to the table."""

LOCALES: dict[str, Any] = {"de": "de-DE", "en": "en-GB"}
_VERSION = "6.4"

PARTS, NAMES, FIRST = "parts", "names", "first"
"""The tables of a drawing. They are named in it and handed over beside it: Altair would copy them many times, and it
checks each part of its own work, which costs more than the drawing (``debug_mode``); the tests draw every chart."""

Bars = Sequence[tuple[str, Mapping[str, int], str]]
"""Rows of a drawing: name, numbers by paint, and what stands at the right end."""


_EDGES = 2
_ABOVE = 6
_LEGEND, _LEGEND_ROW = 7, 20
_PERIODS = 27
"""What a drawing takes beside its rows: at the sides, above the first name, for the legend, for the periods."""


def size_of_stacked(rows: int, paints: int) -> tuple[int, int]:
    """Return width and height of ``stacked``, of which ``paints`` parts are shown in the legend."""
    return WIDTH + _EDGES, rows * ROW + _ABOVE + _LEGEND + _LEGEND_ROW * -(-paints // LEGEND_COLUMNS)


def size_of_single(rows: int) -> tuple[int, int]:
    """Return width and height of ``single``."""
    return WIDTH + _EDGES, rows * ROW + _ABOVE


def size_of_shares(rows: int) -> tuple[int, int]:
    """Return width and height of ``shares``."""
    return WIDTH + _EDGES, rows * ROW + _PERIODS


def number(value: int, language: str) -> str:
    """Write a whole number as people of the language do."""
    return f"{value:,}".replace(",", "." if language == "de" else ",")


def stacked(rows: Bars, words: Mapping[str, str], language: str) -> str:
    """Draw one bar a row, its parts in the order of ``words``; the longest row takes the whole width."""
    most = max(sum(counts.values()) for _name, counts, _end in rows)
    values = []
    for index, (_name, counts, _end) in enumerate(rows):
        begin = 0
        for paint in words:
            if count := counts.get(paint, 0):
                label = number(count, language)
                fits = count / most * WIDTH >= DIGIT * len(label) + 4
                end = begin + count
                middle = begin + count / 2
                values.append({
                    "row": index, "from": begin, "to": end, "middle": middle, "word": words[paint],
                    "label": label if fits else "", "ink": PAINTS[paint].ink, "seam": PAINTS[paint].ground,
                })  # fmt: skip
                begin = end
    shown = [paint for paint in words if any(counts.get(paint) for _name, counts, _end in rows)]
    with debug_mode(arg=False):
        bars = _bars(most, shown, [words[paint] for paint in shown], legend=True)
        chart = alt.layer(bars, *_figures(most), *_heads(rows))
        return _svg(chart, {PARTS: values, NAMES: _names(rows)}, len(rows), language)


def single(rows: Sequence[tuple[str, int, str]], language: str) -> str:
    """Draw one bar a row: name, number and paint. The number stands at the end of its bar."""
    most = max(count for _name, count, _paint in rows)
    room = WIDTH - DIGIT * len(number(most, language)) - 10
    scale = most * WIDTH / room
    values = [
        {
            "row": index,
            "from": 0,
            "to": count,
            "word": paint,
            "label": number(count, language),
            "ink": INK,
            "seam": PAINTS["implemented"].ink,
        }
        for index, (_name, count, paint) in enumerate(rows)
    ]
    paints = list(dict.fromkeys(paint for _name, _count, paint in rows))
    heads: Bars = [(name, {}, "") for name, *_ in rows]
    with debug_mode(arg=False):
        bars = _bars(scale, paints, paints, legend=False)
        figures = _text(PARTS, align="left", dx=6, fontWeight=600).encode(x=_x("to", scale), text=alt.Text("label:N"))
        chart = alt.layer(bars, figures, *_heads(heads))
        return _svg(chart, {PARTS: values, NAMES: _names(heads)}, len(rows), language)


def shares(rows: Sequence[tuple[str, Sequence[tuple[int, int]]]], periods: Sequence[str], language: str) -> str:
    """Draw for each row how much of the whole was reached, period beside period: (reached, total) of each."""
    gap = 14
    cell = (WIDTH - gap * (len(periods) - 1)) / len(periods)
    values = []
    for index, (_name, points) in enumerate(rows):
        for column, (reached, total) in enumerate(points):
            left = column * (cell + gap)
            share = round(100 * reached / total) if total else 0
            percent = f"{share}\N{NO-BREAK SPACE}%" if language == "de" else f"{share}%"
            values.append({
                "row": index, "left": left, "full": left + cell, "to": left + cell * (reached / total if total else 0),
                "label": f"{number(reached, language)} · {percent}", "period": periods[column],
            })  # fmt: skip
    heads: Bars = [(name, {}, "") for name, _ in rows]
    first = [value for value in values if value["row"] == 0]
    with debug_mode(arg=False):
        track = alt.Chart(alt.NamedData(PARTS)).mark_bar(height=10, yOffset=-4, fill=REST)
        done = alt.Chart(alt.NamedData(PARTS)).mark_bar(height=10, yOffset=-4, fill=placeholder("implemented"))
        done = done.transform_filter("datum.to > datum.left")
        place = _x("left", WIDTH)
        chart = alt.layer(
            track.encode(x=place, x2=alt.X2("full:Q"), y=_y()),
            done.encode(x=place, x2=alt.X2("to:Q"), y=_y()),
            _text(PARTS, align="left", dy=11).encode(x=place, text=alt.Text("label:N")),
            _text(FIRST, align="left", dy=-40, color=SOFT).encode(x=place, text=alt.Text("period:N")),
            *_heads(heads),
        )
        return _svg(chart, {PARTS: values, FIRST: first, NAMES: _names(heads)}, len(rows), language)


def _bars(most: float, paints: list[str], words: list[str], *, legend: bool) -> Any:
    key = alt.Legend(
        title=None, orient="top", direction="horizontal", columns=LEGEND_COLUMNS, symbolType="square", symbolSize=190,
        labelFontSize=SIZE, labelColor=INK, labelLimit=WIDTH, columnPadding=18, rowPadding=5, offset=14,
    )  # fmt: skip
    colours = alt.Scale(domain=words, range=[placeholder(paint) for paint in paints])
    fill = alt.Fill("word:N", scale=colours, sort=words, legend=key if legend else None)
    chart = alt.Chart(alt.NamedData(PARTS)).mark_bar(height=BAR)
    return chart.encode(x=_x("from", most), x2=alt.X2("to:Q"), y=_y(), fill=fill)


def _figures(most: float) -> list[Any]:
    """Return the numbers inside the bars, above a seam that keeps a pattern away from them."""
    seam = alt.Stroke("seam:N", scale=None, legend=None)
    place, label = _x("middle", most), alt.Text("label:N")
    return [
        _text(PARTS, strokeWidth=4, strokeJoin="round").encode(x=place, text=label, stroke=seam, color=_colour("seam")),
        _text(PARTS, fontWeight=600).encode(x=place, text=label, color=_colour("ink")),
    ]


def _heads(rows: Bars) -> list[Any]:
    """Return the names above the bars and what stands at the right end of the same line."""
    room = WIDTH - max(len(end) for _name, _counts, end in rows) * DIGIT - 12
    return [
        _text(NAMES, align="left", dy=-19, fontWeight=600, limit=room).encode(x=_at(0), text=alt.Text("name:N")),
        _text(NAMES, align="right", dy=-19, color=SOFT).encode(x=_at(WIDTH), text=alt.Text("end:N")),
    ]


def _names(rows: Bars) -> list[dict[str, Any]]:
    return [{"row": index, "name": name, "end": end} for index, (name, _counts, end) in enumerate(rows)]


def _text(data: str, **look: Any) -> Any:
    settings = {"baseline": "middle", "fontSize": SIZE, "color": INK, **look}
    return alt.Chart(alt.NamedData(data)).mark_text(**settings).encode(y=_y())


def _x(name: str, most: float) -> alt.X:
    return alt.X(f"{name}:Q", axis=None, scale=alt.Scale(domain=[0, most], nice=False, zero=True))


def _at(x: int) -> Any:
    return alt.XValue(x)  # type: ignore[no-untyped-call]


def _y() -> alt.Y:
    return alt.Y("row:O", axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0))


def _colour(name: str) -> alt.Color:
    return alt.Color(f"{name}:N", scale=None, legend=None)


def _svg(chart: Any, data: dict[str, list[dict[str, Any]]], rows: int, language: str) -> str:
    whole = (
        chart.properties(width=WIDTH, height=rows * ROW, padding={"left": 1, "right": 1, "top": 4, "bottom": 0})
        .configure(font=FONT, background="white", aria=False)
        .configure_view(stroke=None, fill=None)
    )
    spec = json.dumps({**whole.to_dict(validate=False), "datasets": data}, ensure_ascii=False, sort_keys=True)
    return _drawn(spec, LOCALES.get(language, "en-GB"))


@lru_cache(maxsize=64)
def _drawn(spec: str, locale: Any) -> str:
    _register_fonts()
    return str(vl_convert.vegalite_to_svg(spec, vl_version=_VERSION, format_locale=locale, show_warnings=False))


@cache
def _register_fonts() -> None:
    """Measure and draw with the fonts of the report; those of the machine differ from one to the next."""
    vl_convert.register_font_directory(str(FONTS))


def png(svg: str, *, dots_per_inch: int = 200) -> bytes:
    """Return a drawing as a picture: 96 units are an inch."""
    _register_fonts()
    return bytes(vl_convert.svg_to_png(svg, scale=dots_per_inch / 96))
