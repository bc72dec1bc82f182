"""The pictures of the look as drawings that stand alone: marks, threads, units and the Strang, for Word.

The marks are those of ``templates/partials/sprite.html``; proportions are those of the typesetter's ``marks.typ``.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from publication.palette import PAPER, RULE, STATUS, WORK_GROUND

_REST = "#ecedf2"
"""``palette.REST`` at six tenths on paper, as pages and typesetter show it; offices print transparency badly."""

_SPRITE = Path(__file__).resolve().parents[2] / "templates/partials/sprite.html"
_SYMBOL = re.compile(r'<symbol id="m-(\w+)" viewBox="0 0 16 16">(.*?)</symbol>')


@cache
def _shapes() -> dict[str, str]:
    """Return the inside of each mark by status, in its colours."""
    return {
        status: drawing.replace("currentColor", STATUS[status]).replace("var(--paper)", PAPER)
        for status, drawing in _SYMBOL.findall(_SPRITE.read_text(encoding="utf-8"))
    }


def _svg(width: float, height: float, body: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {width:g} {height:g}">{body}</svg>'
    )


def _at(x: float, y: float, body: str) -> str:
    return f'<g transform="translate({x:g} {y:g})">{body}</g>'


def size_of(svg: str) -> tuple[float, float]:
    """Return width and height of a drawing in its own units."""
    width, height = re.findall(r'\b(?:width|height)="([\d.]+)"', svg.partition(">")[0])[:2]
    return float(width), float(height)


def mark(status: str) -> str:
    """Draw one mark, 16 by 16."""
    return _svg(16, 16, _shapes()[status])


def thread(steps: Sequence[Mapping[str, Any]]) -> str:
    """Draw one mark per period, oldest first; dotted to and from a gap."""
    pitch, body = 32, []
    for index, step in enumerate(steps):
        if index:
            loose = step["loose"] or steps[index - 1]["loose"]
            dash = ' stroke-dasharray="0.1 3.4" stroke-linecap="round"' if loose else ""
            body.append(f'<path d="M{index * pitch - 15} 8h14" stroke="{RULE}" stroke-width="1.8"{dash}/>')
        body.append(_at(index * pitch, 0, _shapes()[step["status"]]))
    return _svg((len(steps) - 1) * pitch + 16, 16, "".join(body))


def units(groups: Sequence[Mapping[str, Any]], columns: int = 34) -> str:
    """Draw one mark per recommendation, grouped by status, in as many lines as it takes."""
    pitch, gap, line = 17.5, 8, 20
    width = columns * pitch + len(groups) * gap
    x = y = 0.0
    body = []
    for group in groups:
        for _ in range(group["number"]):
            if x + 16 > width:
                x, y = 0, y + line
            body.append(_at(x, y, _shapes()[group["status"]]))
            x += pitch
        x += gap
    used = width if y else max(x - gap - pitch + 16, 16)
    return _svg(used, y + 16, "".join(body))


def bands(points: Sequence[Mapping[str, Any]], total: int, size: tuple[float, float] = (560, 120)) -> str:
    """Draw how much is reached and in progress, period by period, out of the whole; the axis starts at zero."""
    (w, h), frame = size, 8
    step = (w - 2 * frame) / (len(points) - 1)
    xs = [frame + index * step for index in range(len(points))]

    def height(number: int) -> float:
        return h - frame - (h - 2 * frame) * min(number, total) / total

    lower = [(x, height(point["reached"])) for x, point in zip(xs, points, strict=True)]
    upper = [(x, height(point["reached"] + point["in_progress"])) for x, point in zip(xs, points, strict=True)]
    work = _path([*upper, *reversed(lower)])
    done = _path([(xs[0], h - frame), *lower, (xs[-1], h - frame)])
    knots = "".join(_knot(x, y, is_last=index == len(lower) - 1) for index, (x, y) in enumerate(lower))
    posts = "".join(f'<path d="M{x:.1f} {frame}V{h - frame:g}"/>' for x in xs)
    return _svg(
        w,
        h,
        '<defs><pattern id="h" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="6" height="6" fill="{WORK_GROUND}"/>'
        f'<path d="M0 0V6" stroke="{STATUS["in_progress"]}" stroke-width="1.6"/></pattern></defs>'
        f'<rect x="{frame}" y="{frame}" width="{w - 2 * frame:g}" height="{h - 2 * frame:g}" fill="{_REST}"/>'
        f'<polygon fill="url(#h)" points="{work}"/><polygon fill="{STATUS["implemented"]}" points="{done}"/>'
        f'<g stroke="{PAPER}" stroke-width="1.5" stroke-dasharray="2 3">{posts}</g>'
        f'<polyline fill="none" stroke="{PAPER}" stroke-width="2" points="{_path(lower)}"/>{knots}',
    )


def swatch(kind: str) -> str:
    """Draw a sample of a band: ``reached``, ``in_progress`` or ``rest``."""
    fill = {"reached": STATUS["implemented"], "in_progress": WORK_GROUND, "rest": _REST}[kind]
    lines = f'<path d="M-2 10L8 0M4 16L18 2M12 18L22 8" stroke="{STATUS["in_progress"]}" stroke-width="1.6"/>'
    frame = f'<rect x=".5" y=".5" width="19" height="13" fill="none" stroke="{RULE}"/>'
    body = f'<rect width="20" height="14" fill="{fill}"/>{lines if kind == "in_progress" else ""}{frame}'
    return _svg(20, 14, body)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _knot(x: float, y: float, *, is_last: bool) -> str:
    fill, stroke = (STATUS["implemented"], PAPER) if is_last else (PAPER, STATUS["implemented"])
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{6 if is_last else 5}" fill="{fill}" stroke="{stroke}" '
        'stroke-width="2.5"/>'
    )
