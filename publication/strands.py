"""The Strang: how a whole field moves over the periods, as the geometry of one small drawing.

Pure functions on numbers; the drawing is 300 by 108 units and its share axis starts at zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass

LEFT, RIGHT, TOP, BOTTOM = 8.0, 292.0, 8.0, 100.0
MOST_PERIODS = 6
"""More periods than this do not fit; the oldest are left out."""


@dataclass(frozen=True, slots=True)
class StrandPoint:
    """One period of a field: how many recommendations are reached and how many are being worked on."""

    label: str
    reached: int
    in_progress: int


@dataclass(frozen=True, slots=True)
class Knot:
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Strand:
    """Point lists for SVG polygons, and a knot per period on top of what is reached."""

    points: tuple[StrandPoint, ...]
    total: int
    done: str
    work: str
    edge: str
    knots: tuple[Knot, ...]


def strand(points: Sequence[StrandPoint], total: int) -> Strand | None:
    """Return the drawing of ``points`` (oldest first) out of ``total``; None where there is no movement to draw."""
    points = tuple(points)[-MOST_PERIODS:]
    if len(points) < 2 or not total:  # noqa: PLR2004 - a line needs two ends
        return None
    step = (RIGHT - LEFT) / (len(points) - 1)
    xs = [LEFT + step * index for index in range(len(points))]
    low = [_height(point.reached, total) for point in points]
    high = [_height(point.reached + point.in_progress, total) for point in points]
    lower = list(zip(xs, low, strict=True))
    upper = list(zip(xs, high, strict=True))
    return Strand(
        points=points,
        total=total,
        done=_path([(LEFT, BOTTOM), *lower, (RIGHT, BOTTOM)]),
        work=_path([*upper, *reversed(lower)]),
        edge=_path(lower),
        knots=tuple(Knot(f"{x:.1f}", f"{y:.1f}") for x, y in lower),
    )


def _height(number: int, total: int) -> float:
    return BOTTOM - (BOTTOM - TOP) * min(number, total) / total


def _path(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
