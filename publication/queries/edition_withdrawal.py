"""What goes off the pages when the publication of an edition is taken back, and what stays: for coordinators."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from concept.models import ConceptEdition
from concept.queries import editions
from concept.queries.editions import EditionRow
from publication.models import ReportEdition, ReportStage
from workflow import published
from workflow.published import PublishedPeriod, ReportCycle


@dataclass(frozen=True)
class Consequences:
    """What visitors read of an edition today, and what goes on behind the pages.

    ``reports`` are public and withdrawn with it, ``drafts`` are with the Runder Tisch and stay, ``running`` are the
    cycles in which offices go on reporting. ``stamp`` changes with what would be taken away for good.
    """

    row: EditionRow
    entries: int
    periods: list[PublishedPeriod]
    reports: list[ReportEdition]
    drafts: list[ReportEdition]
    running: list[ReportCycle]

    @property
    def recommendations(self) -> int:
        """Visitors read those that ended as well."""
        return self.row.recommendations + self.row.ended

    @property
    def stamp(self) -> str:
        return stamp(self.row.edition, self.reports)


def consequences(edition_id: int, now: datetime.datetime, today: datetime.date) -> Consequences | None:
    """Return what taking an edition back would do, ``None`` if there is no such edition; six queries."""
    row = editions.row(edition_id, today)
    if row is None:
        return None
    return Consequences(
        row,
        published.public_runs(now).filter(cycle__edition=edition_id).count(),
        published.periods(edition_id, now) if row.is_public else [],
        public_reports_on(edition_id),
        _reports(edition_id, ReportStage.ROUND_TABLE),
        [one for one in published.report_cycles() if one.edition_id == edition_id and not one.closed],
    )


def public_reports_on(edition_id: int) -> list[ReportEdition]:
    """Return the reports on an edition that everybody reads, oldest period first, without their content; one query."""
    return _reports(edition_id, ReportStage.FINAL)


def stamp(edition: ConceptEdition, reports: Iterable[ReportEdition]) -> str:
    """Return a text that says which publication, and which reports with it, somebody was shown."""
    since = edition.published_at.isoformat() if edition.published_at else ""
    return " ".join([since, *(str(one.pk) for one in reports)])


def _reports(edition_id: int, stage: ReportStage) -> list[ReportEdition]:
    found = ReportEdition.objects.filter(cycle__edition=edition_id, stage=stage).defer("document")
    return list(found.select_related("cycle").order_by("cycle__period_until", "cycle", "number"))
