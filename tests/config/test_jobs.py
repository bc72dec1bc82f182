"""Jobs for real: what one process sends over the broker, another does, on the embedded broker and on Redis alike."""

import datetime
import os
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

ROOT = Path(__file__).resolve().parents[2]
SEND = "from config.celery import app; app.send_task('offices.tasks.clear_sessions')"


@pytest.fixture
def environment(tmp_path: Path, transactional_db: None) -> dict[str, str]:
    """What a process of its own needs to reach this test's database and a queue that nobody else uses."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.config.broker_settings",
        "TEST_DATABASE": str(connection.settings_dict["NAME"]),
        "TEST_FOLDER": str(tmp_path),
        "TEST_QUEUE": f"test-{uuid.uuid4()}",
    }


def start_worker(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    command = ["-m", "celery", "-A", "config", "worker", "--pool", "solo", "--loglevel", "warning", "--without-gossip"]
    return subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL)


def expired_session(key: str) -> None:
    yesterday = timezone.now() - datetime.timedelta(days=1)
    Session.objects.create(session_key=key, session_data="", expire_date=yesterday)


def send(environment: dict[str, str]) -> None:
    subprocess.run([sys.executable, "-c", SEND], cwd=ROOT, env=environment, check=True)


def wait_until_cleared(seconds: float = 40) -> None:
    until = time.monotonic() + seconds
    while Session.objects.exists():
        assert time.monotonic() < until, "The job was not done."
        time.sleep(0.1)


@pytest.mark.concurrency
def test_jobs_are_done_by_whoever_comes_next(environment: dict[str, str]) -> None:
    """A job sent while no worker runs waits; after a killed worker, the next one goes on."""
    expired_session("first")
    send(environment)
    first = start_worker(environment)
    try:
        wait_until_cleared()
    finally:
        first.kill()
        first.wait()
    expired_session("second")
    send(environment)
    second = start_worker(environment)
    try:
        wait_until_cleared()
    finally:
        second.terminate()
        second.wait(20)
