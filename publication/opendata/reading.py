"""Gathering what is published beside the site itself: texts, the crosswalk, reports with their files."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from concept.models import CrosswalkLink, Recommendation
from publication.models import ReportEdition, ReportFile, ReportStage
from publication.queries import summaries as queries
from publication.queries.site import PublicRecommendation, Site, site
from publication.queries.summaries import Summary
from workflow import published
from workflow.published import PublishedApproval, PublishedEntry, PublishedMark, PublishedPeriod, PublishedWithdrawal


@dataclass(frozen=True, slots=True)
class Wording:
    """The text of a recommendation and its rationale, as the concept has them."""

    text: str = ""
    rationale: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the crosswalk between two public editions; ``after`` is empty where a recommendation ends."""

    pk: int
    before: PublicRecommendation
    after: PublicRecommendation | None
    reason: str
    reason_word: str
    note: str


@dataclass(frozen=True, slots=True)
class File:
    """A file of a final report."""

    kind: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Report:
    """A report edition that visitors can read, or could read before it was withdrawn.

    ``files`` are empty and ``withdrawn_at`` and ``withdrawal_note`` filled once it was withdrawn.
    """

    pk: int
    cycle_id: int
    edition_id: int
    period_label: str
    number: int
    released_at: datetime.datetime
    sha256: str
    change_note: str
    withdrawn_at: datetime.datetime | None
    withdrawal_note: str
    files: tuple[File, ...]

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None


@dataclass(frozen=True, slots=True)
class Reported:
    """A published entry's mark with what it belongs to; its text is read where it is shown."""

    one: PublicRecommendation
    period: PublishedPeriod
    mark: PublishedMark


def everything_at(now: datetime.datetime) -> Site:
    """Return the site; the one way in which this package gets at it."""
    return site(now)


def wordings(pks: Iterable[int]) -> dict[int, Wording]:
    """Return the texts of recommendations by their id; one query."""
    rows = Recommendation.objects.filter(pk__in=list(pks)).values_list("pk", "text", "rationale")
    return {pk: Wording(text, rationale) for pk, text, rationale in rows}


def reported(whole: Site) -> list[Reported]:
    """Return every published entry without its text: by edition, newest first, then as printed, then by period."""
    found = []
    for edition in whole.editions:
        periods = {period.cycle_id: period for period in edition.periods}
        found += [
            Reported(one, periods[mark.cycle_id], mark)
            for one in edition.all_recommendations
            for mark in one.shown
            if mark.cycle_id in periods
        ]
    return found


def entries(now: datetime.datetime, some: Iterable[Reported] | None = None) -> dict[int, PublishedEntry]:
    """Return published entries by run, those of ``some`` or all; three queries."""
    wanted = None if some is None else {one.one.pk for one in some}
    if wanted is not None and not wanted:
        return {}
    by_recommendation = published.entries(now, recommendation_ids=wanted)
    return {entry.run_id: entry for several in by_recommendation.values() for entry in several}


def summaries(runs: Iterable[int]) -> dict[int, list[Summary]]:
    """Return the summaries of published entries by run; one query. Pass ids of published entries alone."""
    return queries.summaries(runs)


def crosswalk(whole: Site) -> list[Link]:
    """Return the links between public editions: by edition, newest first, as printed; one query.

    A link into an edition that is not public yet is left out, as if it had not been drawn.
    """
    order = {pk: place for place, pk in enumerate(_in_order(whole))}
    found = []
    for link in CrosswalkLink.objects.all():
        before = whole.by_pk.get(link.predecessor_id)
        after = whole.by_pk.get(link.successor_id) if link.successor_id else None
        if before is None or (link.successor_id and after is None):
            continue
        found.append(Link(link.pk, before, after, link.reason, link.get_reason_display(), link.note))
    found.sort(key=lambda link: (order[link.before.pk], order[link.after.pk] if link.after else -1, link.pk))
    return found


def _in_order(whole: Site) -> Iterable[int]:
    return (one.pk for edition in whole.editions for one in edition.all_recommendations)


def reports(now: datetime.datetime, whole: Site) -> list[Report]:
    """Return all final reports, former versions too, and what is known of withdrawn ones; newest first, two queries.

    One that was withdrawn before it was ever released stays unknown.
    """
    known = {edition.pk for edition in whole.editions}
    files: dict[int, list[File]] = defaultdict(list)
    listed = ReportFile.objects.filter(edition__stage=ReportStage.FINAL, edition__released_at__lte=now)
    columns = ("edition_id", "kind", "size", "sha256")
    for edition_id, kind, size, sha256 in listed.order_by("edition", "kind").values_list(*columns):
        files[edition_id].append(File(kind, size, sha256))
    rows = ReportEdition.objects.filter(
        stage__in=[ReportStage.FINAL, ReportStage.WITHDRAWN], released_at__lte=now, cycle__edition__in=known
    )
    found = []
    for row in rows.defer("document").select_related("cycle").order_by("-released_at", "-pk"):
        if row.released_at is None:
            continue
        found.append(
            Report(
                pk=row.pk,
                cycle_id=row.cycle_id,
                edition_id=row.cycle.edition_id,
                period_label=row.cycle.period_label,
                number=row.number,
                released_at=row.released_at,
                sha256=row.document_sha256,
                change_note=row.change_note,
                withdrawn_at=row.withdrawn_at,
                withdrawal_note=row.withdrawal_note,
                files=tuple(files[row.pk]),
            )
        )
    return found


def approvals(now: datetime.datetime) -> list[PublishedApproval]:
    """Return when entries were approved and corrected; one query."""
    return published.approvals(now)


def withdrawals(now: datetime.datetime) -> list[PublishedWithdrawal]:
    """Return what stands in the place of withdrawn entries, the newest withdrawal first; one query."""
    return published.all_withdrawals(now)


def withdrawals_of(one: PublicRecommendation, now: datetime.datetime) -> list[PublishedWithdrawal]:
    """Return the same of one recommendation, the newest period first; one query."""
    return published.withdrawals([one.pk], now)


def changed_on(one: PublicRecommendation) -> datetime.date | None:
    """Return the last day on which something published about a recommendation changed."""
    days = [day for mark in one.marks.values() for day in (mark.public_on, mark.withdrawn_on) if day]
    return max(days, default=None)


def as_of(whole: Site) -> datetime.datetime:
    """Return the moment of the last change of anything published, in local time."""
    return timezone.localtime(whole.version.changed_at)


def day(at: datetime.datetime | None) -> datetime.date | None:
    """Return the local day of a moment."""
    return timezone.localdate(at) if at else None


def local(at: datetime.datetime) -> datetime.datetime:
    return timezone.localtime(at)
