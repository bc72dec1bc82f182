"""What happened to what is published, newest first: the same for the feed and for the interface."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from publication.opendata import addresses, reading
from publication.opendata.reading import Report
from publication.queries.site import PublicEdition, PublicField, PublicRecommendation, Site
from workflow.published import PublishedApproval, PublishedWithdrawal
from workflow.thread import status_word


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happened. ``id`` stays; ``on`` is the day from which visitors could read it.

    ``author`` is the office that wrote it, empty where the city as a whole speaks.
    """

    id: str
    kind: str
    on: datetime.date
    at: datetime.datetime
    title: str
    note: str
    summary: str
    author: str
    address: str
    edition: PublicEdition
    recommendation: PublicRecommendation | None = None
    run_id: int | None = None
    report_id: int | None = None

    @property
    def field(self) -> PublicField | None:
        return self.recommendation.goal.field if self.recommendation else None


def changes(now: datetime.datetime) -> list[Change]:
    """Return everything that happened, newest first; at most ten queries, however much it is."""
    whole = reading.everything_at(now)
    found = [
        *_approvals(whole, reading.approvals(now)),
        *_withdrawals(whole, reading.withdrawals(now)),
        *_reports(whole, reading.reports(now, whole)),
        *_editions(whole),
    ]
    found.sort(key=lambda one: (one.at, one.id), reverse=True)
    return found


def _approvals(whole: Site, approvals: Iterable[PublishedApproval]) -> Iterable[Change]:
    for approval in approvals:
        one = whole.by_pk.get(approval.recommendation_id)
        if one is None or approval.cycle_id not in one.marks:
            continue
        mark = one.marks[approval.cycle_id]
        values = {"recommendation": one.title, "period": approval.period_label}
        if approval.is_correction:
            kind, title = "corrected", _("Corrected: %(recommendation)s, %(period)s") % values
            summary = approval.note
        else:
            kind, title = "approved", _("New report: %(recommendation)s, %(period)s") % values
            # A former version's status is no longer public: every entry tells the present one.
            summary = _("Status: %(status)s.") % {"status": status_word(mark.status, public=True)}
        yield Change(
            id=addresses.tag(f"eintrag/{approval.run_id}/{approval.version}"),
            kind=kind,
            on=approval.on,
            at=approval.at or midnight(approval.on),
            title=title,
            note=approval.note,
            summary=summary,
            author=approval.office_label,
            address=addresses.recommendation(one) or addresses.edition(one.edition),
            edition=one.edition,
            recommendation=one,
            run_id=approval.run_id,
        )


def _withdrawals(whole: Site, withdrawals: Iterable[PublishedWithdrawal]) -> Iterable[Change]:
    for gone in withdrawals:
        one = whole.by_pk.get(gone.recommendation_id)
        if one is None:
            continue
        values = {"recommendation": one.title, "period": gone.period_label}
        yield Change(
            id=addresses.tag(f"eintrag/{gone.run_id}/entfernt/{gone.at:%Y%m%dT%H%M%S}"),
            kind="withdrawn",
            on=gone.on,
            at=gone.at,
            title=_("Taken off the pages: %(recommendation)s, %(period)s") % values,
            note=gone.note,
            summary=gone.note,
            author="",
            address=addresses.recommendation(one) or addresses.edition(one.edition),
            edition=one.edition,
            recommendation=one,
            run_id=gone.run_id,
        )


def _reports(whole: Site, reports: Iterable[Report]) -> Iterable[Change]:
    editions = {one.pk: one for one in whole.editions}
    for report in reports:
        edition = editions[report.edition_id]
        values = {"period": report.period_label, "number": report.number}
        if report.withdrawn_at:
            yield Change(
                id=addresses.tag(f"bericht/{report.pk}/zurueckgezogen"),
                kind="report_withdrawn",
                on=timezone.localdate(report.withdrawn_at),
                at=report.withdrawn_at,
                title=_("Report withdrawn: integration report %(period)s, version %(number)d") % values,
                note=report.withdrawal_note,
                summary=report.withdrawal_note,
                author="",
                address=addresses.edition(edition),
                edition=edition,
                report_id=report.pk,
            )
            continue
        yield Change(
            id=addresses.tag(f"bericht/{report.pk}"),
            kind="report",
            on=timezone.localdate(report.released_at),
            at=report.released_at,
            title=_("Integration report %(period)s, version %(number)d") % values,
            note=report.change_note,
            summary=report.change_note or _("The report is there to read and to download."),
            author="",
            address=addresses.report(report.pk),
            edition=edition,
            report_id=report.pk,
        )


def _editions(whole: Site) -> Iterable[Change]:
    for edition in whole.editions:
        if edition.adopted_on is None:
            continue
        yield Change(
            id=addresses.tag(f"konzept/{edition.slug}"),
            kind="edition",
            on=edition.adopted_on,
            at=midnight(edition.adopted_on),
            title=_("Edition of the concept: %(edition)s") % {"edition": edition.name},
            note="",
            summary=edition.description or _("The city has adopted this edition of the concept."),
            author="",
            address=addresses.edition(edition),
            edition=edition,
        )


def midnight(day: datetime.date) -> datetime.datetime:
    """Return the first moment of a day in local time."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))
