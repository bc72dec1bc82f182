"""Uploads: a file waits for its columns and its confirmation; it is confirmed once."""

import datetime
from collections.abc import Mapping as Dict

from django.db import transaction
from django.utils.translation import gettext as _

from concept.importing.columns import BY_NAME, all_spellings, guess, headings_hash
from concept.importing.mapping import Mapping
from concept.importing.parsing import parse_table
from concept.importing.plans import ImportPlan
from concept.importing.reading import read_table
from concept.importing.tables import Table
from concept.models import ColumnMapping, ConceptEdition, ImportUpload
from concept.services.imports import apply_import, lock_edition, plan_import
from offices.errors import ConflictError, DomainError
from offices.models import Person


class PlanChangedError(ConflictError):
    """What the import would do is no longer what the person saw."""

    def __init__(self) -> None:
        super().__init__(
            _("The concept changed in the meantime. Please look at the new preview; nothing was imported yet.")
        )


def receive(content: bytes, file_name: str, *, edition: str, end_missing: bool, by: Person) -> ImportUpload:
    """Keep an uploaded table and return it, with the columns that were mapped last time or else are recognised.

    Raises ``UnreadableTableError`` and keeps nothing if the file is no table.
    """
    table = read_table(content, file_name, all_spellings())
    return ImportUpload.objects.create(
        uploaded_by=by,
        edition_name=edition,
        file_name=file_name[:255],
        content=content,
        columns=remembered_columns(table),
        end_missing=end_missing,
    )


def table_of(upload: ImportUpload) -> Table:
    """Return the uploaded table."""
    known = [*all_spellings(), *upload.columns.values()]
    return read_table(bytes(upload.content), upload.file_name, known)


def remembered_columns(table: Table) -> dict[str, str]:
    """Return which heading stands for which column: as mapped last time, or else by spelling."""
    kept = ColumnMapping.objects.filter(headings_sha256=headings_hash(table.headings)).first()
    columns = guess(table.headings)
    if kept:
        columns = {name: heading for name, heading in kept.columns.items() if heading in table.headings}
    return columns


def map_columns(upload: ImportUpload, columns: Dict[str, str]) -> ImportUpload:
    """Keep which heading stands for which column, for this upload and for the next table with these headings."""
    table = table_of(upload)
    chosen = {name: heading for name, heading in columns.items() if name in BY_NAME and heading in table.headings}
    with transaction.atomic():
        upload.columns = chosen
        upload.save(update_fields=["columns"])
        ColumnMapping.objects.update_or_create(
            headings_sha256=headings_hash(table.headings), defaults={"columns": chosen}
        )
    return upload


def plan_upload(upload: ImportUpload, today: datetime.date) -> ImportPlan:
    """Return what confirming the upload would change today."""
    parsed = parse_table(table_of(upload), Mapping(columns=upload.columns, guess=False))
    return plan_import(parsed, edition=upload.edition_name, today=today, end_missing=upload.end_missing)


@transaction.atomic
def confirm(
    upload_id: int, *, fingerprint: str, by: Person, today: datetime.date, now: datetime.datetime
) -> ConceptEdition | None:
    """Import what the preview with this fingerprint showed; a second call returns None and changes nothing.

    Raises ``PlanChangedError`` if the plan is another one by now, ``DomainError`` if it has problems.
    """
    upload = ImportUpload.objects.select_for_update().get(pk=upload_id)
    if upload.uploaded_by_id != by.pk:
        raise DomainError(_("Only whoever uploaded the file can confirm it."))
    if upload.confirmed_at is not None:
        return None
    lock_edition(upload.edition_name)
    plan = plan_upload(upload, today)
    if plan.fingerprint != fingerprint:
        raise PlanChangedError
    edition = apply_import(plan, by=by, today=today, now=now)
    upload.confirmed_at = now
    upload.save(update_fields=["confirmed_at"])
    return edition
