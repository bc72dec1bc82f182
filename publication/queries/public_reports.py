"""Report editions as the public knows them: those that can be read, and those that were withdrawn."""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from publication.models import ReportEdition, ReportFile, ReportStage
from publication.queries.parts import Site


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


def public_reports(now: datetime.datetime, whole: Site, *, with_files: bool = True) -> list[Report]:
    """Return all final reports, former versions too, and what is known of withdrawn ones; newest first.

    Two queries, one without files. One that was withdrawn before it was ever released stays unknown.
    """
    known = {edition.pk for edition in whole.editions}
    files = _files(now) if with_files else {}
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
                files=tuple(files.get(row.pk, ())),
            )
        )
    return found


def _files(now: datetime.datetime) -> dict[int, list[File]]:
    files: dict[int, list[File]] = defaultdict(list)
    listed = ReportFile.objects.filter(edition__stage=ReportStage.FINAL, edition__released_at__lte=now)
    columns = ("edition_id", "kind", "size", "sha256")
    for edition_id, kind, size, sha256 in listed.order_by("edition", "kind").values_list(*columns):
        files[edition_id].append(File(kind, size, sha256))
    return files
