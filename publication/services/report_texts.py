"""The foreword and the introductions of a cycle's report: every save is a version of its own."""

import datetime
import hashlib

from django.db import transaction
from django.utils.translation import gettext as _

from concept.models import ActionField
from offices.errors import ConflictError, DomainError
from offices.models import Person
from publication import rich_text
from publication.models import ReportText
from workflow.models import CycleState, EventKind, ReportingCycle
from workflow.services import history


class TextConflictError(ConflictError):
    """Somebody saved another version since the writer began; ``current`` is that one."""

    def __init__(self, current: ReportText) -> None:
        super().__init__(_("Somebody saved this text in the meantime. Look at both versions; nothing is lost."))
        self.current = current


@transaction.atomic
def write(
    cycle_id: int, field_id: int | None, *, by: Person, text: str, seen: int, now: datetime.datetime
) -> ReportText:
    """Keep ``text`` as the newest version of the foreword (without a field) or of a field's introduction.

    ``seen`` is the version that the writer began with (0: none). The text that is the newest already makes no new
    version: a second click changes nothing. Raises ``TextConflictError`` if somebody saved another text since, and
    ``DomainError`` if the cycle has not been opened, the field belongs to another edition, or the text is too long;
    nothing is changed then.
    """
    cycle = ReportingCycle.objects.select_for_update(no_key=True).get(pk=cycle_id)
    if cycle.state not in {CycleState.OPEN, CycleState.CLOSED}:
        raise DomainError(_("This cycle has not been opened yet, so its report cannot be written."))
    field = None if field_id is None else ActionField.objects.filter(pk=field_id, edition=cycle.edition_id).first()
    if field_id is not None and field is None:
        raise DomainError(_("This field of action belongs to another edition of the concept."))
    text = "\n".join(text.splitlines()).strip()
    if len(text) > rich_text.LONGEST:
        raise DomainError(
            _("The text is %(length)s characters long; %(longest)s fit into the report.")
            % {"length": len(text), "longest": rich_text.LONGEST}
        )
    newest = ReportText.objects.filter(cycle=cycle, field=field_id).order_by("-number").first()
    if newest and newest.text == text:
        return newest
    if not newest and not text:
        raise DomainError(_("There is nothing to save yet. Please write something first."))
    if newest and newest.number != seen:
        raise TextConflictError(newest)
    number = newest.number + 1 if newest else 1
    kept = ReportText.objects.create(
        cycle=cycle, field_id=field_id, number=number, text=text, written_by=by, written_at=now
    )
    data = {
        "field": str(field) if field else None,
        "version": number,
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
    }
    history.record_on_cycle(cycle, EventKind.REPORT_TEXT_WRITTEN, by=by, now=now, data=data)
    return kept
