"""What contributing offices hand in, and going on without those that are late.

Whose turn it is, is decided by the doors in ``workflow.runs``, which call these with the engine's lock held.
"""

import datetime
from collections.abc import Sequence
from dataclasses import asdict

from django.utils.translation import gettext as _

from offices.errors import DomainError
from offices.models import Person
from workflow.content import MAX_MEASURES, MAX_TEXT, ContributionContent
from workflow.models import (
    ContributedMeasure,
    Contribution,
    EntryKind,
    EventKind,
    Participation,
    ParticipationState,
    StatusUpdate,
)
from workflow.services import handed_in, history, requests
from workflow.services.moves import required


def check_content(content: ContributionContent) -> None:
    """Raise ``DomainError`` unless the contribution may be handed in."""
    if not any(text.strip() for text in content.texts().values()) and not content.measures:
        raise DomainError(_("Please write something, or file a nil return."))
    if any(len(text) > MAX_TEXT for text in content.texts().values()):
        raise DomainError(_("A text is too long: at most 20,000 characters."))
    if len(content.measures) > MAX_MEASURES:
        raise DomainError(_("Too many measures: at most 50."))
    if any(not measure.title.strip() for measure in content.measures):
        raise DomainError(_("Each measure needs a name."))


def deliver(
    participation: Participation,
    *,
    by: Person,
    content: ContributionContent,
    now: datetime.datetime,
    on_behalf_of: Person | None = None,
) -> Contribution:
    """Hand in the contribution of an office and return it; raises ``DomainError`` if a rule is broken."""
    check_content(content)
    made = _new(participation, EntryKind.REPORT, by=by, now=now, on_behalf_of=on_behalf_of, **content.texts())
    ContributedMeasure.objects.bulk_create(
        ContributedMeasure(contribution=made, position=position, **asdict(measure))
        for position, measure in enumerate(content.measures)
    )
    return _received(participation, made, ParticipationState.DELIVERED)


def file_nil_return(
    participation: Participation,
    *,
    by: Person,
    reason: str,
    now: datetime.datetime,
    on_behalf_of: Person | None = None,
) -> Contribution:
    """File that the office has nothing to contribute."""
    said = required(reason, _("Please say briefly why there is nothing to report."))
    made = _new(participation, EntryKind.NIL_RETURN, by=by, now=now, on_behalf_of=on_behalf_of, nil_reason=said)
    return _received(participation, made, ParticipationState.NIL_RETURN)


def skip(
    update: StatusUpdate,
    participations: Sequence[Participation],
    *,
    by: Person,
    now: datetime.datetime,
    on_behalf_of: Person | None = None,
) -> None:
    """Go on without the contributions of ``participations``; one event names them all."""
    ids = [one.pk for one in participations]
    requests.lapse(update, participations, now=now)
    Participation.objects.filter(pk__in=ids).update(state=ParticipationState.SKIPPED, skipped_by=by, skipped_at=now)
    offices = [one.office_id for one in participations]
    history.record(
        update, EventKind.CONTRIBUTION_SKIPPED, by=by, on_behalf_of=on_behalf_of, now=now, data={"offices": offices}
    )


def _new(
    participation: Participation,
    kind: EntryKind,
    *,
    by: Person,
    now: datetime.datetime,
    on_behalf_of: Person | None,
    **content: str,
) -> Contribution:
    return Contribution.objects.create(
        participation=participation,
        number=participation.contributions.count() + 1,
        kind=kind,
        office_label=participation.office_label,
        written_by=by,
        on_behalf_of=on_behalf_of,
        written_at=now,
        **content,
    )


def _received(participation: Participation, made: Contribution, state: ParticipationState) -> Contribution:
    requests.lapse(participation.update, [participation], now=made.written_at)
    participation.state = state
    participation.contribution = made
    participation.save(update_fields=["state", "contribution"])
    history.record(
        participation.update,
        EventKind.CONTRIBUTED,
        by=made.written_by,
        on_behalf_of=made.on_behalf_of,
        now=made.written_at,
        data={
            "office": participation.office_id,
            "contribution": made.number,
            "kind": made.kind,
            **handed_in.facts_of(made),
        },
    )
    return made
