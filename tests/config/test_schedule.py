"""The schedule: every job exists and can be called as it is planned."""

import inspect

import pytest
from celery import current_app
from celery.schedules import crontab

from config.schedule import SCHEDULE


@pytest.mark.parametrize("name", SCHEDULE)
def test_scheduled_job_exists_and_takes_its_arguments(name: str) -> None:
    current_app.loader.import_default_modules()
    entry = SCHEDULE[name]
    task = current_app.tasks[str(entry["task"])]
    inspect.signature(task.run).bind(*entry.get("args", ()), **entry.get("kwargs", {}))


def test_reminders_are_planned_every_hour_of_the_working_day() -> None:
    schedule = SCHEDULE["plan-reminders"]["schedule"]
    assert isinstance(schedule, crontab)
    assert (schedule.hour, schedule.minute, schedule.day_of_week) == (set(range(6, 19)), {30}, set(range(7)))


def test_silence_is_counted_early_each_day_and_again_each_hour() -> None:
    schedule = SCHEDULE["lapse-co-signatures"]["schedule"]
    assert isinstance(schedule, crontab)
    assert (schedule.hour, schedule.minute, schedule.day_of_week) == (set(range(3, 24)), {15}, set(range(7)))


def test_every_job_says_what_a_second_run_does() -> None:
    current_app.loader.import_default_modules()
    ours = [task for name, task in current_app.tasks.items() if not name.startswith("celery.")]
    assert ours
    assert [task.name for task in ours if not (task.run.__doc__ or "").strip()] == []


def test_no_job_is_planned_for_an_hour_that_the_clock_change_skips() -> None:
    for name, entry in SCHEDULE.items():
        hours = getattr(entry["schedule"], "hour", set())
        assert hours != {2}, f"{name}: the hour from 2 to 3 does not exist once a year, and comes twice once a year"
