"""Crosswalk links: stated, corrected, withdrawn; each with its event."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from concept.importing.crosswalks import CrosswalkPlan, Link, plan_crosswalk, read_crosswalk
from concept.models import (
    ENDING_REASONS,
    ConceptEdition,
    ConceptEvent,
    ConceptEventKind,
    CrosswalkLink,
    ImportUpload,
    Recommendation,
    UploadKind,
)
from concept.queries.crosswalk import links_between, sides
from concept.services.uploads import PlanChangedError
from offices.errors import ConflictError, DomainError
from offices.models import Person


@transaction.atomic
def set_link(
    predecessor: Recommendation,
    successor: Recommendation | None,
    *,
    reason: str,
    note: str,
    by: Person,
    now: datetime.datetime,
) -> CrosswalkLink:
    """State what became of ``predecessor``, or correct the reason of a link that stands; return the link.

    Saying the same again changes nothing. Raises ``DomainError`` if the reason does not fit, or if a recommendation
    would both end and go on.
    """
    ConceptEdition.objects.select_for_update().get(pk=predecessor.edition_id)
    _check(predecessor, successor, reason)
    link = CrosswalkLink.objects.filter(predecessor=predecessor, successor=successor).first()
    before = _said(link) if link else None
    if link and before == {"reason": reason, "note": note}:
        return link
    link = link or CrosswalkLink(predecessor=predecessor, successor=successor)
    link.reason, link.note = reason, note
    link.save()
    _record(link, ConceptEventKind.LINK_SET, by=by, now=now, before=before, after=_said(link))
    return link


def _check(predecessor: Recommendation, successor: Recommendation | None, reason: str) -> None:
    if (reason in ENDING_REASONS) != (successor is None):
        raise DomainError(_("Only what was dropped or done has no successor. Please choose both so that they fit."))
    if successor is not None and successor.edition_id == predecessor.edition_id:
        raise DomainError(_("A successor stands in another edition."))
    others = CrosswalkLink.objects.filter(predecessor=predecessor, successor__isnull=successor is not None)
    if others.exists():
        raise DomainError(_("This recommendation would both end and go on. Please withdraw the other link first."))


@transaction.atomic
def withdraw_link(link_id: int, *, by: Person, now: datetime.datetime) -> CrosswalkLink:
    """Withdraw a link that was stated by mistake; it stays on record. A second call changes nothing."""
    link = CrosswalkLink.with_withdrawn.select_for_update().get(pk=link_id)
    if link.withdrawn_at is None:
        link.withdrawn_at = now
        link.save(update_fields=["withdrawn_at"])
        _record(link, ConceptEventKind.LINK_WITHDRAWN, by=by, now=now, before=_said(link), after=None)
    return link


def _said(link: CrosswalkLink) -> dict[str, str]:
    return {"reason": link.reason, "note": link.note}


def _record(
    link: CrosswalkLink,
    kind: ConceptEventKind,
    *,
    by: Person,
    now: datetime.datetime,
    before: dict[str, str] | None,
    after: dict[str, str] | None,
) -> None:
    ConceptEvent.objects.create(
        edition_id=link.predecessor.edition_id,
        kind=kind,
        actor=by,
        at=now,
        data={
            "predecessor": link.predecessor_id,
            "successor": link.successor_id,
            "before": before,
            "after": after,
        },
    )


@transaction.atomic
def import_crosswalk(
    content: bytes,
    file_name: str,
    *,
    older: ConceptEdition,
    newer: ConceptEdition,
    by: Person | None,
    now: datetime.datetime,
    dry_run: bool = False,
    fingerprint: str | None = None,
) -> CrosswalkPlan:
    """Plan and, unless there are problems or it is a dry run, import a crosswalk; return the plan. All or nothing.

    With a ``fingerprint``, raises ``PlanChangedError`` if the plan is not the one that was shown.
    """
    if older.pk == newer.pk:
        raise DomainError(_("A crosswalk leads from one edition to another."))
    ConceptEdition.objects.select_for_update().get(pk=older.pk)
    plan = plan_crosswalk(read_crosswalk(content, file_name), sides(older, newer))
    if fingerprint is not None and plan.fingerprint != fingerprint:
        raise PlanChangedError
    if plan.changes_anything and not plan.problems and not dry_run:
        _apply(plan, older, newer, by=by, now=now)
    return plan


def _apply(
    plan: CrosswalkPlan, older: ConceptEdition, newer: ConceptEdition, *, by: Person | None, now: datetime.datetime
) -> None:
    keys = Recommendation.objects.values_list("key", "pk")
    before, after = dict(keys.filter(edition=older)), dict(keys.filter(edition=newer))
    CrosswalkLink.objects.bulk_create(
        CrosswalkLink(
            predecessor_id=before[one.new.before],
            successor_id=after[one.new.after] if one.new.after else None,
            reason=one.new.reason,
            note=one.new.note,
        )
        for one in plan.new
    )
    standing = {
        (link.predecessor.key, link.successor.key if link.successor else ""): link
        for link in links_between(older, newer)
    }
    changed = []
    for one in plan.changed:
        link = standing[one.new.place]
        link.reason, link.note = one.new.reason, one.new.note
        changed.append(link)
    CrosswalkLink.objects.bulk_update(changed, ["reason", "note"], batch_size=500)
    data = {
        "newer": newer.pk,
        "new": [_as_data(one.new) for one in plan.new],
        "changed": [{"old": one.old and _as_data(one.old), "new": _as_data(one.new)} for one in plan.changed],
    }
    ConceptEvent.objects.create(edition=older, kind=ConceptEventKind.CROSSWALK_IMPORTED, actor=by, at=now, data=data)


def _as_data(link: Link) -> dict[str, str]:
    return {"before": link.before, "after": link.after, "reason": link.reason, "note": link.note}


def receive_crosswalk(
    content: bytes, file_name: str, *, older: ConceptEdition, newer: ConceptEdition, by: Person
) -> ImportUpload:
    """Keep an uploaded crosswalk table; raises ``UnreadableTableError`` and keeps nothing if it is none."""
    read_crosswalk(content, file_name)
    return ImportUpload.objects.create(
        uploaded_by=by,
        kind=UploadKind.CROSSWALK,
        edition_name=newer.name,
        older_edition_name=older.name,
        file_name=file_name[:255],
        content=content,
    )


@transaction.atomic
def confirm_crosswalk(upload_id: int, *, fingerprint: str, by: Person, now: datetime.datetime) -> bool:
    """Import what the preview with this fingerprint showed; a second call returns False and changes nothing."""
    upload = ImportUpload.objects.select_for_update().get(pk=upload_id, uploaded_by=by, kind=UploadKind.CROSSWALK)
    if upload.confirmed_at is not None:
        return False
    older, newer = editions_of(upload)
    plan = import_crosswalk(
        bytes(upload.content), upload.file_name, older=older, newer=newer, by=by, now=now, fingerprint=fingerprint
    )
    if plan.problems:
        raise DomainError(_("The file has problems. Nothing was imported."))
    upload.confirmed_at = now
    upload.save(update_fields=["confirmed_at"])
    return True


def editions_of(upload: ImportUpload) -> tuple[ConceptEdition, ConceptEdition]:
    """Return the older and the newer edition of an uploaded crosswalk."""
    found = {one.name: one for one in ConceptEdition.objects.all()}
    if upload.older_edition_name not in found or upload.edition_name not in found:
        raise ConflictError(_("An edition was renamed in the meantime. Please upload the file again."))
    return found[upload.older_edition_name], found[upload.edition_name]
