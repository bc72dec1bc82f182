"""How a status is filled: colour and pattern, so that a chart reads in black and white as well.

Vega knows no patterns. So it draws each fill in a placeholder colour of its own, and ``finished`` puts the pattern in
its place. The result needs no stylesheet, no script and no ``style`` attribute: it is the same in a page under a strict
policy, in the PDF and in a picture for Word.
"""

import re
from dataclasses import dataclass
from html import escape

from publication.palette import ACCENT, DANGER, INK, PAPER, REST, RULE, SOFT, STATUS, WORK_GROUND


@dataclass(frozen=True, slots=True)
class Paint:
    """A fill with its outline, and what is written on it: ``ink`` with a seam of ``ground`` around the letters.

    ``pattern`` is the inside of a repeating tile of 6 by 6 units, turned by ``turn`` degrees, over ``ground``.
    """

    ground: str
    ink: str = INK
    pattern: str = ""
    turn: int = 0
    stroke: str = PAPER
    dash: str = ""


def _lines(colour: str, width: float) -> str:
    return f'<path d="M0 0V6" stroke="{colour}" stroke-width="{width}"/>'


PAINTS: dict[str, Paint] = {
    "made_permanent": Paint(
        STATUS["made_permanent"], PAPER, f'<circle cx="1.5" cy="1.5" r=".8" fill="{PAPER}" fill-opacity=".75"/>', 45
    ),
    "implemented": Paint(STATUS["implemented"], PAPER),
    "in_progress": Paint(WORK_GROUND, INK, _lines(STATUS["in_progress"], 1.6), 45, STATUS["in_progress"]),
    "planned": Paint(REST, INK, stroke=RULE),
    "deferred": Paint("#fff1d9", INK, _lines(STATUS["deferred"], 1.4), 0, STATUS["deferred"]),
    "not_pursued": Paint(STATUS["not_pursued"], PAPER, _lines(RULE, 1.4), 90),
    "unknown": Paint(PAPER, INK, f'<circle cx="3" cy="3" r="1" fill="{SOFT}"/>', 45, SOFT),
    "missing": Paint(PAPER, DANGER, stroke=DANGER, dash="3 2"),
    "open": Paint(PAPER, INK, stroke=SOFT, dash="1 2"),
    # What offices handed in.
    "report": Paint(ACCENT, PAPER),
    "unchanged": Paint("#dbe3fa", INK, _lines(ACCENT, 1.4), -45, ACCENT),
    "nil_return": Paint(REST, INK, stroke=RULE),
    # A track that a bar runs on.
    "rest": Paint(REST, INK, stroke=REST),
}

_PLACEHOLDERS = {name: f"#0a0b{number:02x}" for number, name in enumerate(PAINTS, start=1)}
_SHAPE = re.compile(r'(<(?:path|rect)\b[^>]*?)\sfill="(#0a0b[0-9a-f]{2})"([^>]*)>')
_NAMES = {colour: name for name, colour in _PLACEHOLDERS.items()}
_NOISE = re.compile(
    r'\s(?:class|style|role|pointer-events|aria-[a-z]+|clip-path|stroke-miterlimit|xmlns:xlink|version)="[^"]*"'
)
_CLIPS = re.compile(r"<clipPath.*?</clipPath>|<defs>\s*</defs>|<defs/>", re.DOTALL)
_SILENT = re.compile(r"<text\b[^>]*(?:/>|></text>)")
_LONG = re.compile(r"(\d+\.\d{2})\d+")
_TAG = re.compile(r"<[^>]*>")


def placeholder(name: str) -> str:
    """Return the colour that stands for the paint until the drawing is ``finished``."""
    return _PLACEHOLDERS[name]


def finished(svg: str, *, key: str, title: str, description: str) -> str:
    """Return Vega's drawing with its patterns, its words, and nothing that a page's policy would refuse.

    ``key`` makes the identifiers of this drawing its own, so that several stand in one page.
    """
    used: set[str] = set()

    def painted(match: re.Match[str]) -> str:
        before, colour, after = match.groups()
        name = _NAMES[colour]
        used.add(name)
        paint = PAINTS[name]
        fill = f"url(#{key}-{name})" if paint.pattern else paint.ground
        dash = f' stroke-dasharray="{paint.dash}"' if paint.dash else ""
        rest = re.sub(r'\sstroke(?:-width|-dasharray)?="[^"]*"', "", before + after.removesuffix("/"))
        return f'{rest} fill="{fill}" stroke="{paint.stroke}"{dash}/>'

    # Only tags are touched: what stands between them are people's words.
    body = _TAG.sub(lambda tag: _LONG.sub(r"\1", _NOISE.sub("", tag.group())), _SILENT.sub("", _CLIPS.sub("", svg)))
    body = _SHAPE.sub(painted, body)
    _head, _, inside = body.partition(">")
    width, height = (float(number) for number in re.findall(r'\b(?:width|height)="([\d.]+)"', _head)[:2])
    inside = inside.removesuffix("</svg>")
    tiles = "".join(_tile(key, name) for name in PAINTS if name in used and PAINTS[name].pattern)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{key}-title {key}-desc" '
        f'width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}">'
        f'<title id="{key}-title">{escape(title)}</title><desc id="{key}-desc">{escape(description)}</desc>'
        + (f"<defs>{tiles}</defs>" if tiles else "")
        + inside
        + "</svg>"
    )


def _tile(key: str, name: str) -> str:
    paint = PAINTS[name]
    turn = f' patternTransform="rotate({paint.turn})"' if paint.turn else ""
    return (
        f'<pattern id="{key}-{name}" width="6" height="6" patternUnits="userSpaceOnUse"{turn}>'
        f'<rect width="6" height="6" fill="{paint.ground}"/>{paint.pattern}</pattern>'
    )
