"""Report editions as coordinators and readers see them: lists, one with its versions, the files."""

import datetime
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from django.db.models import Case, F, Max, Prefetch, Q, QuerySet, When, Window
from django.db.models.fields.json import KT
from django.utils.safestring import SafeString

from publication.models import FileKind, ReportEdition, ReportFile, ReportStage, ReportState, ReportText
from publication.queries.never_out import NeverOut
from publication.report import steps
from publication.report.html import body_of
from workflow import published
from workflow.published import ReportCycle

ORDER = (FileKind.PDF, FileKind.WORD, FileKind.SHORT_PDF, FileKind.HTML)
"""The files in the order in which pages offer them."""


@dataclass(frozen=True)
class CycleReports:
    """A cycle with its figures and its reports, newest first; ``texts`` of the report's own are written.

    Reports of an edition of the concept that is not public are not released, whatever ``publish_on`` says.
    """

    cycle: ReportCycle
    reports: list[ReportEdition]
    is_edition_public: bool
    may_release: bool
    texts: int

    @property
    def pending(self) -> ReportEdition | None:
        return next((report for report in self.reports if report.is_pending), None)

    @property
    def doing(self) -> str:
        """What is being done for the report that is on its way."""
        return str(steps.words(self.pending.progress)) if self.pending else ""

    @property
    def newest(self) -> ReportEdition | None:
        """The newest finished report: the one that can be given away."""
        return next((report for report in self.reports if report.is_ready), None)

    @property
    def rows(self) -> list[tuple[ReportEdition, ReportEdition | None]]:
        """The reports, each with the finished one before it, to compare them."""
        finished = [one for one in self.reports if one.is_ready]
        before = dict(pairwise(finished))
        return [(one, before.get(one)) for one in self.reports]

    @property
    def needs_note(self) -> bool:
        """Whether a new version has to say what changes."""
        return any(report.was_read for report in self.reports)


def report_list(today: datetime.date, cycle_id: int | None = None) -> list[CycleReports]:
    """Return every opened cycle, or one, with its reports, newest first; four queries, no file is read."""
    by_cycle: dict[int, list[ReportEdition]] = defaultdict(list)
    reports, texts = _light().select_related("built_by"), ReportText.objects.all()
    if cycle_id is not None:
        reports, texts = reports.filter(cycle=cycle_id), texts.filter(cycle=cycle_id)
    for report in reports.order_by("-number"):
        by_cycle[report.cycle_id].append(report)
    newest = texts.annotate(newest=Window(Max("number"), partition_by=[F("cycle"), F("field")]))
    written = Counter(newest.filter(number=F("newest")).exclude(text="").order_by().values_list("cycle_id", flat=True))
    return [
        CycleReports(
            one,
            by_cycle[one.cycle_id],
            is_edition_public=all(report.cycle.edition.is_public_on(today) for report in by_cycle[one.cycle_id]),
            may_release=one.publish_on is None or one.publish_on <= today,
            texts=written[one.cycle_id],
        )
        for one in published.report_cycles(cycle_id)
    ]


def report_head(report_id: int) -> ReportEdition | None:
    """Return a finished report without its content."""
    return _light().filter(pk=report_id, state=ReportState.READY).first()


@dataclass(frozen=True)
class ReportContent:
    """How complete a finished report is: recommendations in all, with an entry, and without a return."""

    total: int
    entries: int
    missing: int


def report_content(report: ReportEdition) -> ReportContent:
    """Return what the frozen content of a finished report counts; one query, and only those parts are read."""
    parts = ReportEdition.objects.values_list("document__overview", "document__entries", "document__missing")
    overview, entries, missing = parts.get(pk=report.pk)
    items = sum(len(group["items"]) for group in (missing or {}).get("groups", ()))
    return ReportContent((overview or {}).get("table", {}).get("total", 0), len(entries or ()), items)


def report_file(report_id: int, kind: str = FileKind.PDF) -> ReportFile | None:
    """Return a file of a finished report, with its edition; one query, and one more for its content."""
    return _files().filter(edition=report_id, edition__state=ReportState.READY, kind=kind).first()


def shared_file(token: str, kind: str) -> ReportFile | None:
    """Return a file of the report that was given to the Runder Tisch under this link, like ``report_file``."""
    return _files().filter(edition__share_token=token, kind=kind).exclude(edition__share_token="").first()


def shared_report(token: str) -> ReportEdition | None:
    """Return the report that was given to the Runder Tisch under this link, withdrawn ones included."""
    return _light().filter(share_token=token).exclude(share_token="").first()


@dataclass(frozen=True)
class ReportPage:
    """A report with what stands around it: its files, its other versions, the one that replaced it."""

    report: ReportEdition
    title: str
    as_of: str
    subtitle: str
    versions: list[ReportEdition]
    """All versions that everybody may know of, newest first; itself among them where it is public."""

    @property
    def files(self) -> list[ReportFile]:
        return list(self.report.files.all())

    @cached_property
    def body(self) -> SafeString:
        """What the report says, to be read in the page; one query more, and empty for reports without a web page."""
        file = next((one for one in self.files if one.kind == FileKind.HTML), None)
        return body_of(bytes(file.content)) if file else SafeString("")

    @property
    def newer(self) -> ReportEdition | None:
        """The final version that holds today, if it is a newer one."""
        return next((one for one in self.versions if one.is_final and one.number > self.report.number), None)

    @property
    def never_out(self) -> NeverOut:
        """The versions before it that nobody but the working group and the round table has read."""
        return NeverOut.before(self.report.number, {one.number for one in self.versions})

    @property
    def before(self) -> ReportEdition | None:
        """The version before it that everybody could read."""
        return next((one for one in self.versions if one.number < self.report.number), None)


def report_page(report: ReportEdition) -> ReportPage:
    """Return a finished report with its other public versions; two queries more."""
    words = ReportEdition.objects.filter(pk=report.pk).values_list(
        KT("document__title"), KT("document__as_of"), KT("document__subtitle")
    )
    title, as_of, subtitle = words.get()
    known = Q(stage=ReportStage.FINAL) | Q(stage=ReportStage.WITHDRAWN, released_at__isnull=False)
    versions = list(_bare().filter(known, cycle=report.cycle_id).order_by("-number"))
    return ReportPage(report, title or str(report), as_of or "", subtitle or "", versions)


def newer_than(report: ReportEdition) -> ReportEdition | None:
    """Return the newest version that has left the working group since, be it a draft or final."""
    given = Q(stage__in=[ReportStage.ROUND_TABLE, ReportStage.FINAL])
    return _bare().filter(given, cycle=report.cycle_id, number__gt=report.number).order_by("-number").first()


def two_reports(first: int, second: int) -> tuple[ReportEdition, ReportEdition] | None:
    """Return two finished reports with their content, or ``None`` unless both exist; one query."""
    # Not ``pk__in``: an address may name a number that no database can hold.
    either = Q(pk=first) | Q(pk=second)
    found = ReportEdition.objects.filter(either, state=ReportState.READY).select_related("cycle")
    by_pk = {one.pk: one for one in found}
    return (by_pk[first], by_pk[second]) if len(by_pk) == 2 else None  # noqa: PLR2004 - both of them


def _files() -> "QuerySet[ReportFile]":
    return ReportFile.objects.select_related("edition__cycle__edition").defer("content", "edition__document")


def _bare() -> "QuerySet[ReportEdition]":
    return ReportEdition.objects.select_related("cycle").defer("document")


def _light() -> "QuerySet[ReportEdition]":
    place = Case(*(When(kind=kind, then=place) for place, kind in enumerate(ORDER)))
    files = ReportFile.objects.defer("content").order_by(place)
    return _bare().select_related("cycle__edition").prefetch_related(Prefetch("files", queryset=files))
