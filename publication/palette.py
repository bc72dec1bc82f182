"""The colours of everything that is drawn outside of a stylesheet: KERN's tokens in their light values.

The pages take theirs from ``static/css/base.css``, the typesetter from ``report/template/theme.typ``; tests compare.
"""

INK = "#131525"
SOFT = "#51577a"
RULE = "#6e7597"
HAIRLINE = "#c0c3d5"
PAPER = "#ffffff"
ACCENT = "#2044aa"
DANGER = "#c31c13"

REST = "#dfe1ea"
"""What is neither reached nor worked on."""

WORK_GROUND = "#c0f3ff"
"""Between the lines of the hatching that says "in progress"."""

STATUS: dict[str, str] = {
    "planned": "#51577a",
    "in_progress": "#006b8c",
    "implemented": "#007155",
    "made_permanent": "#004c57",
    "deferred": "#925400",
    "not_pursued": "#454b6b",
    "unknown": "#51577a",
    "missing": "#c31c13",
    "open": "#51577a",
}
"""By status, the colour of its mark and its word: at least 4.5:1 on paper."""
