"""How long the daily plan takes: so many open tasks, all due today, none of them told yet."""

import datetime
import time

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench import data, people
from bench.cases import Result
from concept.models import Recommendation
from notifications.models import Mail, MailKind, Notice
from offices.working_days import working_days
from workflow.models import Participation, StatusUpdate, WorkItem, WorkStep
from workflow.queries.reminder_forecast import forecast
from workflow.services.reminders import plan_reminders

TASKS_OF_ONE = 100 / 3
"""100,000 tasks are those of 3,000 people."""


def plan(tasks: int) -> list[Result]:
    """Plan the reminders of so many tasks, and once more when everybody has been told."""
    now = timezone.now()
    day = working_days().on_or_after(timezone.localdate(now))
    somebody = round(tasks / TASKS_OF_ONE)
    people.with_tasks(somebody, due_on=day)
    _multiply(tasks, day)
    data.analyse()
    with CaptureQueriesContext(connection) as statements:
        seconds = _seconds(day, now)
    told = Notice.objects.filter(mail__kind=MailKind.REMINDER).count()
    assert told == WorkItem.objects.filter(is_open=True).count() == tasks, told
    assert Mail.objects.filter(kind=MailKind.REMINDER).count() == somebody
    return [
        ("reminders.plan_seconds", round(seconds, 3), "s"),
        ("reminders.plan_statements", len(statements), "statements"),
        ("reminders.plan_again_seconds", round(_seconds(day, now), 3), "s"),
        ("reminders.forecast_seconds", round(_forecast_seconds(now), 3), "s"),
    ]


def _seconds(day: datetime.date, now: datetime.datetime) -> float:
    begin = time.perf_counter()
    plan_reminders(today=day, now=now)
    return time.perf_counter() - begin


def _forecast_seconds(now: datetime.datetime) -> float:
    """Return how long it takes to foresee the next 30 days."""
    begin = time.perf_counter()
    assert any(one.mails for one in forecast(now))
    return time.perf_counter() - begin


def _multiply(tasks: int, day: datetime.date) -> None:
    """Give every run more like it, without the engine's rows, until so many tasks are open.

    A run has two tasks: its lead office writes, another one contributes.
    """
    # Asked long ago: what was asked today is told with its own mail.
    asked_on = day - datetime.timedelta(days=60)
    WorkItem.objects.filter(is_open=True).update(due_on=day, asked_on=asked_on)
    runs = list(StatusUpdate.objects.select_related("recommendation").order_by("pk"))
    missing = (tasks - WorkItem.objects.filter(is_open=True).count()) // 2
    patterns = [runs[index % len(runs)] for index in range(missing)]
    contributing = dict(Participation.objects.values_list("update", "office"))
    recommendations = Recommendation.objects.bulk_create(
        (_like(one.recommendation, index) for index, one in enumerate(patterns)), batch_size=2000
    )
    updates = StatusUpdate.objects.bulk_create(
        (
            StatusUpdate(
                cycle_id=one.cycle_id,
                recommendation=recommendation,
                lead_office_id=one.lead_office_id,
                lead_office_label=one.lead_office_label,
                state_since=one.state_since,
                due_on=day,
            )
            for one, recommendation in zip(patterns, recommendations, strict=True)
        ),
        batch_size=2000,
    )
    WorkItem.objects.bulk_create(
        (
            WorkItem(update=update, step=step, office_id=office, due_on=day, asked_on=asked_on)
            for pattern, update in zip(patterns, updates, strict=True)
            for step, office in (
                (WorkStep.WRITE, pattern.lead_office_id),
                (WorkStep.CONTRIBUTE, contributing[pattern.pk]),
            )
        ),
        batch_size=2000,
    )


def _like(one: Recommendation, index: int) -> Recommendation:
    return Recommendation(
        edition_id=one.edition_id,
        goal_id=one.goal_id,
        key=f"noch-{index}",
        number=f"1.2.{index}",
        title=one.title,
        text=one.text,
        position=one.position,
    )
