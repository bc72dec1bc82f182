"""Extensions (Fristverlängerung): asked for by an office and decided by a coordinator, or given on their own.

Who may is decided by the doors in ``workflow.runs``, which call these with the run's row locked.
"""

import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from offices.errors import ConflictError, DomainError
from offices.models import Office, Person
from workflow.models import (
    WRITING_STEPS,
    DeadlineExtension,
    EventKind,
    ExtensionState,
    Participation,
    StatusUpdate,
    WorkItem,
    WorkStep,
)
from workflow.services import course_notices, history, work_items
from workflow.services.moves import MAX_REASON, required

FURTHEST = datetime.timedelta(days=365)


def deadline_of(update: StatusUpdate, participation: Participation | None) -> datetime.date:
    """Return until when the lead office writes, or with ``participation`` the contributing one."""
    return (participation.due_on or update.due_on) if participation else update.due_on


def check_day(day: datetime.date, before: datetime.date, today: datetime.date) -> None:
    """Raise ``DomainError`` unless ``day`` can replace the deadline ``before``."""
    if day <= before:
        raise DomainError(
            _("The new day has to lie after the present deadline, %(date)s.") % {"date": date_format(before, "d.m.Y")}
        )
    if day < today:
        raise DomainError(_("This day is over already. Please choose a later one."))
    if day > today + FURTHEST:
        raise DomainError(_("Please choose a day within the next 365 days."))


def ask(
    update: StatusUpdate,
    participation: Participation | None,
    *,
    office: Office,
    reason: str,
    wanted_on: datetime.date,
    by: Person,
    now: datetime.datetime,
    today: datetime.date,
    on_behalf_of: Person | None = None,
) -> DeadlineExtension:
    """Ask the coordinators for more time; raises ``ConflictError`` while an earlier question is open."""
    said = required(reason, _("Please say why you need more time."))
    before = deadline_of(update, participation)
    check_day(wanted_on, before, today)
    if open_request(update, participation) is not None:
        raise ConflictError(_("An extension has been asked for already. The coordinators will answer."))
    made = DeadlineExtension.objects.create(
        update=update,
        participation=participation,
        office=office,
        reason=said,
        before=before,
        wanted_on=wanted_on,
        requested_by=by,
        requested_at=now,
    )
    work_items.open_for(
        update=update,
        task_id=None,
        step=WorkStep.DECIDE_EXTENSION,
        office_id=None,
        participation=participation,
        asked_on=today,
    )
    data = {"wanted_on": wanted_on.isoformat(), "reason": said}
    _record(EventKind.EXTENSION_REQUESTED, made, by=by, now=now, on_behalf_of=on_behalf_of, data=data)
    course_notices.extension_asked(made, now=now, today=today)
    return made


def open_request(update: StatusUpdate, participation: Participation | None) -> DeadlineExtension | None:
    """Return the extension that somebody has asked for and nobody has decided, if there is one."""
    return DeadlineExtension.objects.filter(
        update=update, participation=participation, state=ExtensionState.REQUESTED
    ).first()


def grant(
    one: DeadlineExtension,
    *,
    granted_on: datetime.date,
    answer: str,
    by: Person,
    now: datetime.datetime,
    today: datetime.date,
) -> DeadlineExtension:
    """Grant the extension, perhaps until another day than asked for: the deadline changes, the office hears of it."""
    _require_open(one)
    check_day(granted_on, deadline_of(one.update, one.participation), today)
    if len(answer) > MAX_REASON:
        raise DomainError(_("A text is too long: at most 2,000 characters."))
    one.granted_on = granted_on
    _decide(one, ExtensionState.GRANTED, answer=answer.strip(), by=by, now=now)
    _set_deadline(one.update, one.participation, granted_on, today=today)
    data = {"granted_on": granted_on.isoformat()}
    _record(EventKind.EXTENSION_GRANTED, one, by=by, now=now, data=_with_reason(data, one.answer))
    course_notices.extension_answered(one, now=now, today=today)
    return one


def refuse(
    one: DeadlineExtension, *, answer: str, by: Person, now: datetime.datetime, today: datetime.date
) -> DeadlineExtension:
    """Refuse the extension with an answer, which the office reads."""
    _require_open(one)
    said = required(answer, _("Please say why, so that the office can plan."))
    _decide(one, ExtensionState.REFUSED, answer=said, by=by, now=now)
    _record(EventKind.EXTENSION_REFUSED, one, by=by, now=now, data={"reason": said})
    course_notices.extension_answered(one, now=now, today=today)
    return one


def withdraw(
    one: DeadlineExtension, *, by: Person, now: datetime.datetime, on_behalf_of: Person | None = None
) -> DeadlineExtension:
    """Take back the question for more time."""
    _require_open(one)
    _decide(one, ExtensionState.WITHDRAWN, answer="", by=by, now=now)
    _record(EventKind.EXTENSION_WITHDRAWN, one, by=by, now=now, on_behalf_of=on_behalf_of)
    return one


def extend(
    update: StatusUpdate,
    participation: Participation | None,
    *,
    office: Office,
    due_on: datetime.date,
    reason: str,
    by: Person,
    now: datetime.datetime,
    today: datetime.date,
) -> DeadlineExtension:
    """Give more time without being asked; an open question is granted with it."""
    said = required(reason, _("Please say why the deadline changes."))
    asked = open_request(update, participation)
    if asked is not None:
        asked.update, asked.participation = update, participation
        return grant(asked, granted_on=due_on, answer=said, by=by, now=now, today=today)
    before = deadline_of(update, participation)
    check_day(due_on, before, today)
    made = DeadlineExtension.objects.create(
        update=update,
        participation=participation,
        office=office,
        reason=said,
        before=before,
        wanted_on=due_on,
        requested_by=by,
        requested_at=now,
        state=ExtensionState.GRANTED,
        granted_on=due_on,
        decided_by=by,
        decided_at=now,
    )
    _set_deadline(update, participation, due_on, today=today)
    data = {"granted_on": due_on.isoformat(), "reason": said}
    _record(EventKind.EXTENSION_GRANTED, made, by=by, now=now, data=data)
    course_notices.extension_answered(made, now=now, today=today)
    return made


def undo(one: DeadlineExtension, *, by: Person, now: datetime.datetime) -> DeadlineExtension:
    """Put the former deadline back and tell the office; what it had asked for itself waits for an answer again.

    Raises ``ConflictError`` if the deadline has changed again since, or the office has asked for still more.
    """
    granted_on = one.granted_on
    if (
        granted_on is None
        or one.state != ExtensionState.GRANTED
        or deadline_of(one.update, one.participation) != granted_on
        or open_request(one.update, one.participation) is not None
    ):
        raise ConflictError(_("The deadline has changed again since. It stays as it is."))
    today = timezone.localdate(now)
    _set_deadline(one.update, one.participation, one.before, today=today)
    # The task may have gone to another office since.
    one.office = one.participation.office if one.participation else one.update.lead_office
    if one.was_asked_for:
        one.state, one.answer = ExtensionState.REQUESTED, ""
        one.granted_on = one.decided_by = one.decided_at = None
        work_items.open_for(
            update=one.update,
            task_id=None,
            step=WorkStep.DECIDE_EXTENSION,
            office_id=None,
            participation=one.participation,
            asked_on=today,
        )
    else:
        one.state = ExtensionState.WITHDRAWN
    one.save(update_fields=["state", "office", "granted_on", "decided_by", "decided_at", "answer"])
    data = {"granted_on": granted_on.isoformat(), "due_on": one.before.isoformat()}
    _record(EventKind.EXTENSION_UNDONE, one, by=by, now=now, data=data)
    course_notices.extension_undone(one, granted_on, now=now)
    return one


def _require_open(one: DeadlineExtension) -> None:
    if one.state != ExtensionState.REQUESTED:
        raise ConflictError(_("This request has been answered already. Please load the page again."))


def _decide(one: DeadlineExtension, state: ExtensionState, *, answer: str, by: Person, now: datetime.datetime) -> None:
    one.state, one.answer, one.decided_by, one.decided_at = state, answer, by, now
    one.save(update_fields=["state", "answer", "decided_by", "decided_at", "granted_on"])
    work_items.close_duties(one.update, WorkStep.DECIDE_EXTENSION, one.participation)


def _set_deadline(
    update: StatusUpdate, participation: Participation | None, day: datetime.date, *, today: datetime.date
) -> None:
    items = WorkItem.objects.filter(update=update, is_open=True)
    if participation is None:
        update.due_on = day
        update.save(update_fields=["due_on"])
        items = items.filter(step__in=WRITING_STEPS)
    else:
        participation.due_on = day
        participation.save(update_fields=["due_on"])
        items = items.filter(step=WorkStep.CONTRIBUTE, participation=participation)
    # A new date starts its steps anew, from now on.
    items.update(due_on=day, asked_on=today)


def _with_reason(data: dict[str, str], reason: str) -> dict[str, str]:
    return {**data, "reason": reason} if reason else data


def _record(
    kind: EventKind,
    one: DeadlineExtension,
    *,
    by: Person,
    now: datetime.datetime,
    data: dict[str, str] | None = None,
    on_behalf_of: Person | None = None,
) -> None:
    about = {
        "office": one.office_id,
        "before": one.before.isoformat(),
        "contribution": one.participation_id is not None,
    }
    history.record(one.update, kind, by=by, on_behalf_of=on_behalf_of, now=now, data={**about, **(data or {})})
