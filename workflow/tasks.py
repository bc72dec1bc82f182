"""Scheduled jobs of this room. Each derives what to do from the database and may run twice."""

from celery import shared_task
from django.utils import timezone
from viewflow.workflow.timers import fire_due_timers

from workflow import opening, runs
from workflow.services import announcements, bulk, department_letters, reminders, seals, weekly


@shared_task
def plan_reminders() -> None:
    """Propose letters to departments and put today's reminders into the outbox.

    A later run reaches only those without a reminder today, and changes no proposal that is current.
    """
    now = timezone.now()
    today = timezone.localdate(now)
    try:
        # First, so that coordinators read of it in the mail of the day.
        department_letters.propose(today=today, now=now)
    finally:
        # Whatever is wrong with a letter keeps nobody's reminder back.
        reminders.plan_reminders(today=today, now=now)


@shared_task
def plan_weekly_summary() -> None:
    """Put this week's summary for coordinators into the outbox; a later run in the same week finds it written."""
    weekly.plan_weekly(now=timezone.now())


@shared_task
def lapse_co_signatures() -> None:
    """Count silence as consent where the cycle says so and the deadline has passed; a second run finds nothing."""
    now = timezone.now()
    runs.lapse_co_signatures(now=now, today=timezone.localdate(now))


@shared_task
def finish_openings() -> None:
    """Complete interrupted openings; a second run finds nothing waiting."""
    now = timezone.now()
    opening.finish_openings(now=now, today=timezone.localdate(now))


@shared_task
def fire_timers() -> None:
    """Fire the engine's due timers; each fires once under the run's lock."""
    fire_due_timers()


@shared_task
def seal_history() -> None:
    """Seal the history's heads for today; a second run returns today's seal."""
    seals.seal(timezone.localdate())


@shared_task
def finish_bulk_actions() -> None:
    """Complete actions on many runs; a second run finds what the first left over, and each run is done once."""
    now = timezone.now()
    bulk.finish(now=now, today=timezone.localdate(now))


@shared_task
def announce() -> None:
    """Tell the offices what has become public and what a lost worker left untold; a second run finds nothing."""
    now = timezone.now()
    announcements.published(now=now)
    announcements.tell_left_over(now=now)
