"""What coordinators see of the reports, and the file that everybody may fetch once it is released."""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from publication.models import FileKind, ReportEdition, ReportFile
from workflow import published
from workflow.published import ReportCycle


@dataclass(frozen=True)
class CycleReports:
    """A cycle with its figures and its reports, newest first."""

    cycle: ReportCycle
    reports: list[ReportEdition]
    may_release: bool

    @property
    def pending(self) -> ReportEdition | None:
        return next((report for report in self.reports if report.is_pending), None)

    @property
    def newest(self) -> ReportEdition | None:
        """The newest finished report: the one that can be released."""
        return next((report for report in self.reports if report.is_ready), None)


def report_list(today: datetime.date) -> list[CycleReports]:
    """Return every opened cycle with its reports, newest first; three queries, no file is read."""
    by_cycle: dict[int, list[ReportEdition]] = defaultdict(list)
    for report in _light().order_by("-number"):
        by_cycle[report.cycle_id].append(report)
    return [
        CycleReports(one, by_cycle[one.cycle_id], one.publish_on is None or one.publish_on <= today)
        for one in published.report_cycles()
    ]


def report_head(report_id: int) -> ReportEdition | None:
    """Return a finished report without its file."""
    return _light().filter(pk=report_id, state="ready").first()


def report_file(report_id: int, kind: str = FileKind.PDF) -> ReportFile | None:
    """Return a file of a finished report, with its content."""
    return ReportFile.objects.filter(edition=report_id, edition__state="ready", kind=kind).first()


def _light() -> "QuerySet[ReportEdition]":
    light = ReportEdition.objects.select_related("cycle", "built_by", "released_by").defer("document")
    return light.prefetch_related(Prefetch("files", queryset=ReportFile.objects.defer("content")))
