"""The life of a finished report: draft, given to the Runder Tisch, final, withdrawn. Its content never changes.

Everybody who moves a report takes the lock of its cycle, then that of the report.
"""

import datetime
import secrets
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from offices.errors import DomainError
from offices.models import Person
from publication.models import ReportEdition, ReportStage, ReportState
from publication.report.printed import is_other
from workflow import published
from workflow.models import EventKind, ReportingCycle
from workflow.services import history

READ = (ReportStage.ROUND_TABLE, ReportStage.FINAL)
"""The stages in which people outside the working group read a report."""


@transaction.atomic
def share_report(report_id: int, *, by: Person, now: datetime.datetime) -> ReportEdition:
    """Give a finished draft to the Runder Tisch: whoever knows its link reads it; a second call changes nothing.

    That may be before the entries are public. Raises ``DomainError`` with the reason if the report may not leave the
    working group (``hindrances``), or if it is public or withdrawn already.
    """
    report = _locked(report_id)
    if report.stage == ReportStage.ROUND_TABLE:
        return report
    _require(share_hindrances(report))
    report.stage, report.shared_by, report.shared_at = ReportStage.ROUND_TABLE, by, now
    report.share_token = secrets.token_urlsafe(32)
    report.save(update_fields=["stage", "shared_by", "shared_at", "share_token"])
    record(report, EventKind.REPORT_SHARED, by=by, now=now)
    return report


@transaction.atomic
def release_report(report_id: int, *, by: Person, now: datetime.datetime, today: datetime.date) -> ReportEdition:
    """Make a finished report final and public; a second call changes nothing.

    Raises ``DomainError`` with the reason if it may not leave the working group (``hindrances``), if it calls itself
    a draft, if it was withdrawn, or if the cycle's publication date has not come.
    """
    report = _locked(report_id)
    if report.is_final:
        return report
    _require(release_hindrances(report, today))
    report.released_by, report.released_at, report.stage = by, now, ReportStage.FINAL
    report.save(update_fields=["released_by", "released_at", "stage"])
    record(report, EventKind.REPORT_RELEASED, by=by, now=now)
    return report


@transaction.atomic
def withdraw_report(report_id: int, *, by: Person | None, note: str, now: datetime.datetime) -> ReportEdition:
    """Take a report away from its readers; its address goes on to answer, with ``note``, and gives no file away.

    A second call changes nothing. Raises ``DomainError`` without a note, and for what nobody has been given yet.
    """
    report = _locked(report_id)
    if report.is_withdrawn:
        return report
    if report.stage not in READ:
        raise DomainError(_("Nobody outside the working group reads this version, so there is nothing to withdraw."))
    if not note.strip():
        raise DomainError(_("Please say why the report is withdrawn: whoever looks for it reads this."))
    report.stage, report.withdrawn_by, report.withdrawn_at = ReportStage.WITHDRAWN, by, now
    report.withdrawal_note = note.strip()
    report.save(update_fields=["stage", "withdrawn_by", "withdrawn_at", "withdrawal_note"])
    record(report, EventKind.REPORT_WITHDRAWN, by=by, now=now)
    return report


def reports_with(run_ids: Iterable[int]) -> list[ReportEdition]:
    """Return the reports that others read and that hold the entry of one of the runs; one query, no document loaded."""
    wanted = {str(run) for run in run_ids}
    read = ReportEdition.objects.filter(stage__in=READ).order_by("cycle", "number").select_related("cycle")
    held = dict(read.values_list("pk", "document__entries"))
    return [one for one in read.defer("document") if wanted & set(held[one.pk] or ())]


@transaction.atomic
def withdraw_reports_with(
    run_ids: Iterable[int], *, by: Person | None, note: str, now: datetime.datetime
) -> list[ReportEdition]:
    """Withdraw the reports that others read and that hold the entry of one of the runs; return them.

    Takes the locks of their cycles: whoever holds a run has taken its cycle's lock before.
    """
    return [withdraw_report(one.pk, by=by, note=note, now=now) for one in reports_with(run_ids)]


def share_hindrances(report: ReportEdition) -> list[str]:
    """Return, as sentences, why a report may not be given to the Runder Tisch; none if it may."""
    if report.stage not in {ReportStage.DRAFT, ReportStage.ROUND_TABLE}:
        return [_("Only a draft can be given to the round table.")]
    return hindrances(report)


def release_hindrances(report: ReportEdition, today: datetime.date) -> list[str]:
    """Return, as sentences, why a report may not become public today; none if it may."""
    if report.is_withdrawn:
        return [_("This version was withdrawn. Please build a new one.")]
    found = hindrances(report)
    if report.is_marked_draft:
        found.append(_("This version calls itself a draft on its pages. Please build the final one."))
    if not published.may_release(report.cycle_id, today):
        found.append(_("The entries of this cycle are not public yet, so the report has to wait as well."))
    return found


def hindrances(report: ReportEdition) -> list[str]:
    """Return, as sentences, why a report may not leave the working group; none if it may. Five queries."""
    if report.state != ReportState.READY:
        return [_("This report is not finished yet.")]
    found = [str(problem) for problem in report.problems]
    newer = ReportEdition.objects.filter(cycle=report.cycle_id, number__gt=report.number, stage__in=READ).first()
    if newer:
        found.append(_("Others read version %(number)s already, which is newer.") % {"number": newer.number})
    held = ReportEdition.objects.values_list("document__entries", flat=True).get(pk=report.pk) or {}
    stand = {str(run): revisions for run, revisions in published.report_runs(report.cycle_id).items()}
    gone = held.keys() - stand.keys()
    # Also what is public again, or in a corrected version: what was read for this report is older than that.
    if gone or published.withdrawn_since(report.cycle_id, report.claimed_at or report.requested_at):
        found.append(_("It holds an entry that was taken off the public pages since. Please build a new version."))
    if any(is_other(printed, stand[run]) for run, printed in held.items() if run in stand):
        found.append(_("It holds an entry that was corrected since. Please build a new version."))
    return found


def record(report: ReportEdition, kind: EventKind, *, by: Person | None, now: datetime.datetime) -> None:
    """Write what happened to a report into the history of its cycle, with all its checksums."""
    checksums = dict(report.files.values_list("kind", "sha256"))
    data = {"report": report.pk, "number": report.number, "content": report.document_sha256, "files": checksums}
    if kind == EventKind.REPORT_WITHDRAWN:
        data["note"] = report.withdrawal_note
    history.record_on_cycle(report.cycle, kind, by=by, now=now, data=data)


def _locked(report_id: int) -> ReportEdition:
    cycle = ReportEdition.objects.values_list("cycle", flat=True).get(pk=report_id)
    ReportingCycle.objects.select_for_update(no_key=True).get(pk=cycle)
    locked = ReportEdition.objects.select_for_update(of=("self",)).select_related("cycle")
    return locked.defer("document").get(pk=report_id)


def _require(hindrances: list[str]) -> None:
    if hindrances:
        raise DomainError(" ".join(hindrances))
