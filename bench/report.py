"""The report's files of one frozen document, beside WeasyPrint on the same web page, in one run.

WeasyPrint needs Pango (Debian: libpango-1.0-0, libpangoft2-1.0-0); the service itself does not.
"""

import io
import statistics
import time
from collections.abc import Callable
from typing import Any

import pikepdf
from django.utils import timezone

from bench import data
from workflow.models import ImplementationStatus, Measure

Result = tuple[str, float, str]

FIELDS = 7
"""Enough for twenty charts."""

PERIODS = 4
REPEATS = 3


def files(size: int) -> list[Result]:
    """Return the seconds of each file of a report on ``size`` recommendations, charts apart; medians of three."""
    from weasyprint import HTML  # noqa: PLC0415 - for this measurement alone

    from publication.charts import charts_of, drawing  # noqa: PLC0415 - the typesetter loads where it is measured
    from publication.report import build, checks, content, sources  # noqa: PLC0415 - as above
    from publication.report.html import html  # noqa: PLC0415 - as above
    from publication.report.short import short  # noqa: PLC0415 - as above
    from publication.report.word import word  # noqa: PLC0415 - as above

    city = data.build(size, past_cycles=PERIODS, fields=FIELDS)
    _name_measures()
    data.analyse()
    now = timezone.now()
    document = content.document(sources.read(city.past[-1].pk, now=now), as_of=timezone.localdate(now), version=1)

    def draw() -> list[dict[str, Any]]:
        drawing._drawn.cache_clear()  # noqa: SLF001 - otherwise only the first run would draw
        return charts_of(document)

    charts = _seconds(draw)
    document["charts"] = charts_of(document)
    checksum = content.checksum(document)
    # The typesetter remembers what it has set in this process: only its first run counts.
    pdf, pdf_seconds = _first(lambda: build.pdf(document, checksum))
    brief, short_seconds = _first(lambda: short(document, checksum))
    page = html(document, checksum)
    made = {"pdf": pdf, "docx": word(document, checksum), "html": page, "short_pdf": brief}
    assert not checks.problems(made, document), "a file that would be refused says nothing about speed"
    figures: list[tuple[str, float, str]] = [
        ("report.charts", len(document["charts"]), "charts"),
        ("report.pages", _pages(pdf), "pages"),
        ("report.charts_seconds", charts, "s"),
        ("report.pdf_seconds", pdf_seconds, "s"),
        ("report.docx_seconds", _seconds(lambda: word(document, checksum)), "s"),
        ("report.html_seconds", _seconds(lambda: html(document, checksum)), "s"),
        ("report.short_seconds", short_seconds, "s"),
        ("report.check_seconds", _seconds(lambda: checks.problems(made, document)), "s"),
        ("report.weasyprint_seconds", _first(lambda: HTML(string=page.decode()).write_pdf())[1], "s"),
    ]
    return figures


def _first(action: Callable[[], bytes]) -> tuple[bytes, float]:
    """Return what ``action`` makes, and the wall time of making it for the first time."""
    begin = time.perf_counter()
    made = action()
    return made, round(time.perf_counter() - begin, 3)


def _seconds(action: Callable[[], Any], repeats: int = REPEATS) -> float:
    """Return the median wall time of ``action``."""
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        action()
        times.append(time.perf_counter() - begin)
    return round(statistics.median(times), 3)


def _pages(pdf: bytes) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return len(opened.pages)


def _name_measures() -> None:
    """Give each measure a name and a status of its own: equal ones would stand in the report once."""
    statuses = ImplementationStatus.values
    measures = list(Measure.objects.all())
    for one in measures:
        one.title, one.status = f"{one.title} im Stadtteil {one.pk}", statuses[one.pk % len(statuses)]
    Measure.objects.bulk_update(measures, ["title", "status"], batch_size=500)
