"""Report editions: requested by a coordinator and built by a worker; ``report_stages`` gives them to readers."""

import datetime
import logging
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from offices.errors import DomainError
from offices.models import Person
from publication.charts import charts_of
from publication.models import PENDING_STATES, ReportEdition, ReportFile, ReportState
from publication.report import content, files, sources, steps
from publication.report.checks import problems as problems_of
from publication.services.report_stages import record, release_report, share_report, withdraw_report
from workflow.models import CycleState, EventKind, ReportingCycle

__all__ = [
    "build_report",
    "finish_reports",
    "release_report",
    "request_report",
    "share_report",
    "withdraw_report",
]

logger = logging.getLogger("sachstand.reports")

GIVEN_UP = datetime.timedelta(minutes=15)
"""A build that has not ended by then has died with its worker: a job is killed after ten minutes."""


@transaction.atomic
def request_report(
    cycle_id: int,
    *,
    by: Person | None,
    now: datetime.datetime,
    change_note: str = "",
    is_marked_draft: bool = False,
) -> ReportEdition:
    """Ask for a report of the cycle as it stands; a worker builds it after the commit.

    While one is on its way, every further call returns that one. A failed edition is tried again under its number.
    With ``is_marked_draft`` its pages call it a draft for the Runder Tisch. Raises ``DomainError`` for a cycle that
    has not been opened yet, and if others have read an earlier version but ``change_note`` does not say what changes.
    """
    cycle = ReportingCycle.objects.select_for_update(no_key=True).get(pk=cycle_id)
    if cycle.state not in {CycleState.OPEN, CycleState.CLOSED}:
        raise DomainError(_("This cycle has not been opened yet, so there is nothing to report on."))
    last = cycle.reports.defer("document").order_by("-number").first()
    if last and last.state in PENDING_STATES:
        return last
    if not change_note.strip() and needs_change_note(cycle_id):
        raise DomainError(
            _("Others have read an earlier version of this report. Please say what is different in the new one.")
        )
    if last is None or last.state != ReportState.FAILED:
        last = ReportEdition(cycle=cycle, number=last.number + 1 if last else 1)
    last.state = ReportState.REQUESTED
    last.change_note, last.is_marked_draft = change_note.strip(), is_marked_draft
    last.built_by, last.requested_at, last.claimed_at, last.error, last.progress = by, now, None, "", 0
    last.save()
    transaction.on_commit(partial(_hint, last.pk))
    return last


def needs_change_note(cycle_id: int) -> bool:
    """Whether a new version has to say what changes: as soon as anybody outside the working group has read one."""
    read = Q(shared_at__isnull=False) | Q(released_at__isnull=False)
    return ReportEdition.objects.filter(read, cycle=cycle_id).exists()


def build_report(report_id: int, *, now: datetime.datetime) -> bool:
    """Build a requested report and keep its outcome; return whether this call did it.

    Only one call takes a report up; a second one, at once or later, changes nothing. Whatever goes wrong is recorded
    as failed and logged, never raised.
    """
    waiting = ReportEdition.objects.filter(_is_waiting(now), pk=report_id)
    if not waiting.update(state=ReportState.BUILDING, claimed_at=now):
        return False
    report = ReportEdition.objects.select_related("cycle", "built_by").get(pk=report_id)
    try:
        _begin(report, steps.READING)
        document = _document(report, now)
        _begin(report, steps.CHARTS)
        document["charts"] = charts_of(document)
        checksum = content.checksum(document)
        made = files.all_of(document, checksum=checksum, begin=partial(_begin, report))
        _begin(report, steps.CHECK)
        problems = problems_of(made, document)
    except Exception as error:
        logger.exception("Report %s could not be built.", report_id)
        _still_ours(report).update(state=ReportState.FAILED, error=str(error))
        return True
    return _keep(report, document, made, problems, now)


def finish_reports(*, now: datetime.datetime) -> int:
    """Build what was requested and lost, or left behind by a worker that died; return how many were built.

    A second run finds nothing waiting.
    """
    waiting = ReportEdition.objects.filter(_is_waiting(now)).values_list("pk", flat=True)
    return sum(build_report(pk, now=now) for pk in list(waiting))


def _is_waiting(now: datetime.datetime) -> Q:
    return Q(state=ReportState.REQUESTED) | Q(state=ReportState.BUILDING, claimed_at__lt=now - GIVEN_UP)


def _document(report: ReportEdition, now: datetime.datetime) -> dict[str, Any]:
    today = timezone.localdate(now)
    return content.document(
        sources.read(report.cycle_id, now=now),
        as_of=today,
        version=report.number,
        change_note=report.change_note,
        is_marked_draft=report.is_marked_draft,
    )


def _begin(report: ReportEdition, step: str) -> None:
    """Say how far the build is; the page of reports reads it."""
    _still_ours(report).update(progress=steps.percent(step))


@transaction.atomic
def _keep(
    report: ReportEdition,
    document: dict[str, Any],
    made: dict[str, bytes],
    problems: list[str],
    now: datetime.datetime,
) -> bool:
    report.document_sha256 = content.checksum(document)
    kept = _still_ours(report).update(
        state=ReportState.READY,
        document=document,
        document_sha256=report.document_sha256,
        progress=100,
        problems=problems,
        built_at=now,
    )
    if kept:
        ReportFile.objects.bulk_create(
            ReportFile(edition=report, kind=kind, content=file, sha256=files.checksum(file), size=len(file))
            for kind, file in made.items()
        )
        record(report, EventKind.REPORT_BUILT, by=report.built_by, now=now)
    return bool(kept)


def _still_ours(report: ReportEdition) -> Any:
    """Return the row as long as nobody has taken the build over in the meantime."""
    return ReportEdition.objects.filter(pk=report.pk, state=ReportState.BUILDING, claimed_at=report.claimed_at)


def _hint(report_id: int) -> None:
    from publication import tasks  # noqa: PLC0415 - the task calls this service, which is above

    try:
        tasks.build_report.apply_async((report_id,), retry=False)
    except (OperationalError, OSError):
        logger.warning("The queue does not answer; the sweep will build report %s.", report_id)
