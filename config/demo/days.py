"""The running cycle day by day: what people do, in the order of time, and each morning's mails.

The mails are planned, written and given up by the service's own rules as of each day; only the mail server is left out.
"""

import datetime
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.utils import timezone

from config.demo.stories import Cast, Step, Story
from notifications.models import Mail, MailKind, MailState
from notifications.services import bounces, outdated, preparing
from notifications.status_notifications import RecipientStatus, StatusNotification
from offices.models import Person
from offices.working_days import working_days
from workflow import runs
from workflow.models import ReportingCycle, StatusUpdate, UpdateState
from workflow.services import department_letters, reminders, sittings, weekly

PLANNED_AT = datetime.time(6, 30)
DELIVERED_AT = datetime.time(7, 5)
LATER = datetime.timedelta(minutes=4)
FRIDAY = 4
A_DAY = datetime.timedelta(days=1)
BOUNCED_WITHIN = 9 * A_DAY
"""The bounce comes after the first reminder of the last days."""

Timeline = list[tuple[datetime.datetime, Step]]


@dataclass(frozen=True)
class Reopened:
    """The run of the cycle before that was missing: the coordinators opened it again, and nobody has answered."""

    number: str
    days: int
    overdue: int
    reason: str


@dataclass(frozen=True)
class Bounce:
    """An address that does not exist any more, and what its mail server says."""

    address: str
    words: str


def play(stories: list[Story], beside: Timeline, bounce: Bounce, *, now: datetime.datetime) -> None:
    """Do every step at its time, and plan and deliver the mails of each working morning between."""
    steps = [*beside, *(step for story in stories for step in story.steps(now))]
    begin = min((at for at, _step in steps), default=now)
    mornings = _Mornings(bounce, since=now - BOUNCED_WITHIN)
    # What the invented mails meet with is nothing that anybody has to look after.
    logger = logging.getLogger("sachstand.outbox")
    logger.disabled = True
    try:
        for at, step in sorted([*steps, *mornings.steps(begin, now)], key=lambda one: one[0]):
            step(at)
    finally:
        logger.disabled = False


def reopened(what: Reopened, coordinator: Person, now: datetime.datetime) -> Timeline:
    """Return the step that opens the run again, so that it is overdue today."""
    today = timezone.localdate(now)
    missing = StatusUpdate.objects.filter(recommendation__number=what.number, state=UpdateState.MISSING)
    update = missing.order_by("cycle__period_from").reverse()[0]
    due_on = today - what.overdue * A_DAY

    def reopen(at: datetime.datetime) -> None:
        runs.reopen(update.pk, by=coordinator, reason=what.reason, due_on=due_on, now=at)

    return [(_at(_weekday(today - what.days * A_DAY), datetime.time(9, 40)), reopen)]


def sitting(cycle: ReportingCycle, stories: list[Story], cast: Cast, now: datetime.datetime) -> Timeline:
    """Return the one step that holds a sitting of the Arbeitsgruppe, in which these stories are approved."""
    day = _weekday(timezone.localdate(now) - 5 * A_DAY)

    def hold(at: datetime.datetime) -> None:
        cycle.refresh_from_db(fields=["opened_at"])
        present = [person for person, _office in cast.reviewers]
        held = sittings.open_sitting(cycle, participants=present, by=cast.chair, now=at, today=day)
        versions = {story.update.pk: story.newest() for story in stories}
        sittings.approve_marked(held, versions, by=cast.chair, now=at + 9 * LATER)
        sittings.close_sitting(held.pk, by=cast.chair, now=at + 12 * LATER)

    return [(_at(day, datetime.time(14)), hold)]


class _Mornings:
    """The mails of each working day: planned at half past six, delivered a little later."""

    def __init__(self, bounce: Bounce, *, since: datetime.datetime) -> None:
        self._bounce, self._since = bounce, since
        self._has_bounced = False

    def steps(self, begin: datetime.datetime, now: datetime.datetime) -> Iterator[tuple[datetime.datetime, Step]]:
        day, working = timezone.localdate(begin), working_days()
        while _at(day, DELIVERED_AT) < now:
            if not working.is_free(day):
                yield _at(day, PLANNED_AT), self._plan
                yield _at(day, DELIVERED_AT), self._deliver
            day += A_DAY

    def _plan(self, at: datetime.datetime) -> None:
        today = timezone.localdate(at)
        department_letters.propose(today=today, now=at)
        reminders.plan_reminders(today=today, now=at)

    def _deliver(self, at: datetime.datetime) -> None:
        weekly.plan_weekly(now=at)
        outdated.give_up(now=at)
        preparing.prepare(list(preparing.due(at)), now=at)
        mark_sent(at)
        if not self._has_bounced and at >= self._since:
            self._has_bounced = self._come_back(at + LATER)

    def _come_back(self, at: datetime.datetime) -> bool:
        mails = Mail.objects.filter(kind=MailKind.REMINDER, recipient=self._bounce.address, state=MailState.SENT)
        mail = mails.filter(sent_at__gte=self._since).first()
        if mail is None:
            return False
        addresses = frozenset({mail.recipient})
        status = RecipientStatus(addresses, action="failed", status="5.1.1", words=self._bounce.words)
        bounces.record(StatusNotification(mail.message_id, (status,)), now=at)
        return True


def mark_sent(now: datetime.datetime) -> None:
    """Mark every mail that is due and has its words as sent when it was written; those to paused addresses wait."""
    due = Mail.objects.filter(
        pk__in=list(preparing.due(now).filter(composed_at__isnull=False).values_list("pk", flat=True))
    )
    due.filter(secret=True).update(text="", html="")
    due.update(state=MailState.SENT, sent_at=F("created_at"), attempts=1)


def told(texts: dict[str, Any]) -> tuple[Reopened, Bounce]:
    """Return what the edition's texts say of the running cycle."""
    return Reopened(**texts["reopened"]), Bounce(**texts["bounce"])


def _weekday(day: datetime.date) -> datetime.date:
    return day - max(day.weekday() - FRIDAY, 0) * A_DAY


def _at(day: datetime.date, time: datetime.time) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, time))
