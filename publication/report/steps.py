"""The steps of building a report: how far it is when each begins, and what people read meanwhile."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from publication.models import FileKind

READING, CHARTS, CHECK = "reading", "charts", "check"

STEPS: dict[str, tuple[int, str | Promise]] = {
    READING: (5, _("the entries are being read")),
    CHARTS: (15, _("the charts are being drawn")),
    FileKind.PDF.value: (35, _("the PDF is being set")),
    FileKind.WORD.value: (55, _("the Word file is being written")),
    FileKind.HTML.value: (70, _("the web page is being written")),
    FileKind.SHORT_PDF.value: (80, _("the short version is being set")),
    CHECK: (90, _("everything is being checked for accessibility")),
}
"""Percent and words by the name of the step; a file's step has the name of its kind."""


def percent(step: str) -> int:
    """Return how far a build is when ``step`` begins."""
    return STEPS[step][0]


def words(progress: int) -> str | Promise:
    """Return what is being done at ``progress`` percent."""
    begun = [said for reached, said in STEPS.values() if reached <= progress]
    return begun[-1] if begun else _("it is waiting for its turn")
