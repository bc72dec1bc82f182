"""The charts that there are: what each is called, what it says in words, and how its rows are drawn."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from publication.charts import drawing
from publication.charts.drawing import number
from publication.charts.paint import finished
from typesetting.glyphs import readable
from workflow.models.scales import REACHED
from workflow.thread import STATUS_ORDER, status_word

Row = tuple[str, Mapping[str, int]]
"""A row's name and its numbers; see each kind for their keys."""

MOST_OFFICES = 12
"""More bars than this are no picture any more; the table has all."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing with everything that those need who do not see it: ``alt`` says its figures, the table has them all."""

    name: str
    title: str
    alt: str
    svg: str
    columns: list[str]
    rows: list[list[str | int]]

    def as_dict(self) -> dict[str, Any]:
        """Return what a report's document keeps of it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Sketch:
    """A chart before it is drawn, which costs a hundred times as much: its words, its table, and width and height."""

    name: str
    title: str
    alt: str
    columns: list[str]
    rows: list[list[str | int]]
    size: tuple[int, int]
    paint: Callable[[], str]

    def drawn(self) -> Chart:
        """Draw it."""
        svg = finished(self.paint(), key=f"chart-{self.name}", title=self.title, description=self.alt)
        return Chart(self.name, self.title, self.alt, svg, self.columns, self.rows)


def sketch(name: str, rows: Sequence[Row], language: str, *, about: str = "", key: str = "") -> Sketch | None:
    """Return everything of the chart ``name`` (one of ``NAMES``) but its drawing; None where there is nothing to show.

    ``about`` names what the chart is about in its title, ``key`` tells it from others of its kind in the same page.
    Raises ``KeyError`` for an unknown name.
    """
    kind = NAMES[name]
    shown = [(readable(label), counts) for label, counts in rows]
    with translation.override(language):
        made = kind(shown, language, readable(about))
    return replace(made, name=slugify(f"{name}-{key}") if key else name) if made else None


def draw(name: str, rows: Sequence[Row], language: str, *, about: str = "", key: str = "") -> Chart | None:
    """Draw what ``sketch`` says; the same rows give the same drawing."""
    made = sketch(name, rows, language, about=about, key=key)
    return made.drawn() if made else None


def _about(title: str, about: str) -> str:
    return f"{title}: {about}" if about else title


def _status_words() -> dict[str, str]:
    return {status: status_word(status, public=True) for status in STATUS_ORDER}


def _stacked(
    rows: Sequence[Row], words: Mapping[str, str], language: str, *, title: str, first: str, end: Callable[[Row], str]
) -> Sketch | None:
    """Draw rows of parts of a whole; rows without any number are left out."""
    filled = [(label, counts) for label, counts in rows if any(counts.get(part) for part in words)]
    if not filled:
        return None
    used = [part for part in words if any(counts.get(part) for _label, counts in filled)]
    said = "; ".join(
        f"{label}: " + ", ".join(f"{number(counts[part], language)} {words[part]}" for part in used if counts.get(part))
        for label, counts in filled
    )
    bars = [(label, counts, end((label, counts))) for label, counts in filled]
    return Sketch(
        name="",
        title=title,
        alt=_("%(title)s. %(figures)s.") % {"title": title, "figures": said},
        size=drawing.size_of_stacked(len(bars), len(used)),
        paint=partial(drawing.stacked, bars, words, language),
        columns=[first, *(words[part] for part in used), pgettext("column", "Total")],
        rows=[
            [label, *(counts.get(part, 0) for part in used), sum(counts.get(part, 0) for part in used)]
            for label, counts in filled
        ],
    )


def _of_status(title: str, first: str, rows: Sequence[Row], language: str) -> Sketch | None:
    words = _status_words()

    def end(row: Row) -> str:
        reached = sum(row[1].get(status, 0) for status in REACHED)
        values = {"reached": number(reached, language), "total": number(sum(row[1].values()), language)}
        return _("%(reached)s of %(total)s achieved") % values

    return _stacked(rows, words, language, title=title, first=first, end=end) if len(rows) > 1 else None


def _status_by_field(rows: Sequence[Row], language: str, about: str) -> Sketch | None:
    return _of_status(_about(_("Status by field of action"), about), _("Field of action"), rows, language)


def _status_by_goal(rows: Sequence[Row], language: str, about: str) -> Sketch | None:
    return _of_status(_about(_("Status by goal"), about), _("Goal"), rows, language)


def _status_by_period(rows: Sequence[Row], language: str, about: str) -> Sketch | None:
    return _of_status(_about(_("Status over the periods"), about), _("Reporting period"), rows, language)


def _returns(rows: Sequence[Row], language: str, about: str) -> Sketch | None:
    """Draw what offices handed in, by period: ``report``, ``unchanged``, ``nil_return``, missing, open."""
    words = {
        "report": pgettext("return", "reported anew"),
        "unchanged": pgettext("return", "confirmed unchanged"),
        "nil_return": pgettext("return", "nil return"),
        "missing": status_word("missing"),
        "open": status_word("open", public=True),
    }

    def end(row: Row) -> str:
        came = sum(row[1].get(kind, 0) for kind in ("report", "unchanged", "nil_return"))
        values = {"came": number(came, language), "total": number(sum(row[1].values()), language)}
        return _("%(came)s of %(total)s returned") % values

    title = _about(_("What was returned"), about)
    return _stacked(rows, words, language, title=title, first=_("Reporting period"), end=end)


def _measures(rows: Sequence[Row], language: str, about: str) -> Sketch | None:
    """Draw how many measures have which status: one row for each, ``{"measures": number}``, named by the status."""
    words = _status_words()
    counts = {status: sum(found.values()) for status, found in rows}
    shown = [(status, counts[status]) for status in words if counts.get(status)]
    return _single(
        _about(_("Measures by status"), about),
        (pgettext("column", "Status"), _("Measures")),
        [(words[status], count, status) for status, count in shown],
        language,
    )


def _missing_by_office(rows: Sequence[Row], language: str, about: str) -> Sketch | None:
    """Draw for which office how many returns are missing, or still open: ``{"missing": n}`` or ``{"open": n}``."""
    paint = "missing" if any(counts.get("missing") for _label, counts in rows) else "open"
    title = _("Missing returns by office") if paint == "missing" else _("Open returns by office")
    counted = sorted(((label, sum(counts.values())) for label, counts in rows), key=lambda one: -one[1])
    all_rows = [(label, count, paint) for label, count in counted if count]
    if len({count for _label, count, _paint in all_rows}) < 2:  # noqa: PLR2004 - bars of one length show nothing
        return None
    shown, further = all_rows[:MOST_OFFICES], all_rows[MOST_OFFICES:]
    if further:
        label = ngettext("%(number)s further office", "%(number)s further offices", len(further))
        shown.append((label % {"number": len(further)}, sum(count for _label, count, _paint in further), paint))
    what = (_("Office"), _("Missing returns") if paint == "missing" else _("Still open"))
    return _single(_about(title, about), what, shown, language, table=all_rows)


def _single(
    title: str,
    columns: tuple[str, str],
    rows: Sequence[tuple[str, int, str]],
    language: str,
    *,
    table: Sequence[tuple[str, int, str]] = (),
) -> Sketch | None:
    if len(rows) < 2:  # noqa: PLR2004 - one bar compares nothing
        return None
    said = ", ".join(f"{label}: {number(count, language)}" for label, count, _paint in rows)
    return Sketch(
        name="",
        title=title,
        alt=_("%(title)s. %(figures)s.") % {"title": title, "figures": said},
        size=drawing.size_of_single(len(rows)),
        paint=partial(drawing.single, rows, language),
        columns=list(columns),
        rows=[[label, count] for label, count, _paint in table or rows],
    )


def _reached_by_field(rows: Sequence[Row], language: str, about: str) -> Sketch | None:
    """Draw how much of each field was reached in each period: ``{period: reached, …, "total": all of the field}``."""
    periods = [name for name in (rows[0][1] if rows else {}) if name != "total"]
    if len(rows) < 2 or len(periods) < 2:  # noqa: PLR2004 - nothing to compare
        return None
    title = _about(_("Achieved by field of action and period"), about)
    said = "; ".join(
        _("%(name)s, of %(total)s: %(points)s")
        % {
            "name": label,
            "total": number(counts["total"], language),
            "points": ", ".join(f"{period} {number(counts[period], language)}" for period in periods),
        }
        for label, counts in rows
    )
    points = [(label, [(counts[period], counts["total"]) for period in periods]) for label, counts in rows]
    return Sketch(
        name="",
        title=title,
        alt=_("%(title)s. %(figures)s.") % {"title": title, "figures": said},
        size=drawing.size_of_shares(len(points)),
        paint=partial(drawing.shares, points, periods, language),
        columns=[_("Field of action"), *periods, _("Recommendations")],
        rows=[[label, *(counts[period] for period in periods), counts["total"]] for label, counts in rows],
    )


NAMES: dict[str, Callable[[Sequence[Row], str, str], Sketch | None]] = {
    "status-by-field": _status_by_field,
    "status-by-goal": _status_by_goal,
    "status-by-period": _status_by_period,
    "reached-by-field": _reached_by_field,
    "returns": _returns,
    "measures": _measures,
    "missing-by-office": _missing_by_office,
}
"""By name, how a chart is made of rows; what the numbers of a row are called says each function."""
