"""The typeface of a drawing that stands by itself: a picture in a page sees none of the page's fonts."""

import base64
from functools import cache
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
WEIGHTS = {"Regular": "400", "SemiBold": "500 700"}


def with_typeface(svg: str) -> str:
    """Return the drawing with the letters that it is set in, so that it looks the same on every machine."""
    head, end, rest = svg.partition(">")
    return f"{head}{end}<style>{_rules()}</style>{rest}"


@cache
def _rules() -> str:
    """Return the fonts of ``scripts/subset-fonts`` as rules: about 14 kB in all."""
    return "".join(
        f'@font-face{{font-family:"Fira Sans";font-weight:{weight};src:url(data:font/woff2;base64,{_letters(name)})}}'
        for name, weight in WEIGHTS.items()
    )


def _letters(name: str) -> str:
    return base64.b64encode((FONTS / f"FiraSans-{name}.woff2").read_bytes()).decode()
