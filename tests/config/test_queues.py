"""Queues: mails wait behind nothing but mails, and nothing lies in a queue that no worker takes from."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from celery import current_app
from django.conf import settings

from config.demo.management.commands.demo import commands
from config.schedule import SCHEDULE

ROOT = Path(__file__).resolve().parents[2]
EVERY_QUEUE = {"celery", "mail"}


def queue_of(task: str) -> str:
    return str(current_app.amqp.router.route({}, task)["queue"].name)


def our_tasks() -> list[str]:
    current_app.loader.import_default_modules()
    return [name for name in current_app.tasks if not name.startswith("celery.")]


def told(command: list[str], option: str) -> str:
    """Return what ``command`` says with ``--option=``, or nothing."""
    return next((word.partition("=")[2] for word in command if word.startswith(f"--{option}=")), "")


def queues_of(worker: list[str]) -> set[str]:
    """Return from which queues a worker takes: those that it is told, or else all."""
    queues = told(worker, "queues")
    return set(queues.split(",")) if queues else EVERY_QUEUE


def compose() -> dict[str, Any]:
    services: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    return services


STARTED = {
    "in production": [one["command"] for one in compose().values() if "worker" in one.get("command", ())],
    "in the demonstration": [one for one in commands(8000).values() if "worker" in one],
}


def test_every_job_that_has_to_do_with_mails_goes_into_their_queue() -> None:
    mails = [task for task in our_tasks() if task.startswith("notifications.")]
    assert "notifications.tasks.deliver_mail" in mails
    assert {task: queue_of(task) for task in mails} == dict.fromkeys(mails, "mail")


def test_no_other_job_goes_into_the_queue_of_the_mails() -> None:
    others = [task for task in our_tasks() if not task.startswith("notifications.")]
    assert "publication.tasks.build_report" in others
    assert {task: queue_of(task) for task in others} == dict.fromkeys(others, "celery")


def test_the_schedule_leaves_the_choice_of_the_queue_to_the_routes() -> None:
    assert [name for name, entry in SCHEDULE.items() if "queue" in entry.get("options", {})] == []


def test_a_worker_that_is_not_told_its_queues_takes_from_all() -> None:
    assert set(current_app.amqp.queues.consume_from) == set(settings.CELERY_TASK_QUEUES) == EVERY_QUEUE


@pytest.mark.parametrize("where", STARTED)
def test_the_workers_together_take_from_every_queue(where: str) -> None:
    assert set.union(*map(queues_of, STARTED[where])) == EVERY_QUEUE


@pytest.mark.parametrize("where", STARTED)
def test_whoever_delivers_mails_does_nothing_else(where: str) -> None:
    assert [queues for queues in map(queues_of, STARTED[where]) if "mail" in queues] == [{"mail"}]


@pytest.mark.parametrize("where", STARTED)
def test_workers_on_one_machine_have_names_of_their_own(where: str) -> None:
    names = [told(worker, "hostname") for worker in STARTED[where]]
    assert len(set(names)) == len(names)


def test_each_worker_is_asked_itself_how_it_is() -> None:
    for service in compose().values():
        command = service.get("command", ())
        if "worker" in command:
            name = (told(command, "hostname") or "celery@%h").replace("%h", "$$HOSTNAME")
            assert service["healthcheck"]["test"][1].endswith(f"--destination {name}")
