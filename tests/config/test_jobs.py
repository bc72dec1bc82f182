"""Jobs for real: what one process sends over the broker, another does, on the embedded broker and on Redis alike."""

import datetime
import os
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from notifications.models import Mail, MailKind, MailState
from notifications.services import outbox

ROOT = Path(__file__).resolve().parents[2]
CLEAR, SWEEP = "offices.tasks.clear_sessions", "notifications.tasks.sweep_outbox"
SEND = "import sys; from config.celery import app; [app.send_task(name) for name in sys.argv[1:]]"


@pytest.fixture
def environment(tmp_path: Path, transactional_db: None) -> dict[str, str]:
    """What a process of its own needs to reach this test's database and a queue that nobody else uses."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.config.broker_settings",
        "TEST_DATABASE": str(connection.settings_dict["NAME"]),
        "TEST_FOLDER": str(tmp_path),
        "TEST_QUEUE": f"test-{uuid.uuid4()}",
    }


def start_worker(environment: dict[str, str], *options: str) -> subprocess.Popen[bytes]:
    command = ["-m", "celery", "-A", "config", "worker", "--pool", "solo", "--loglevel", "warning", "--without-gossip"]
    return subprocess.Popen([sys.executable, *command, *options], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL)


def expired_session(key: str) -> None:
    yesterday = timezone.now() - datetime.timedelta(days=1)
    Session.objects.create(session_key=key, session_data="", expire_date=yesterday)


def waiting_mail(key: str) -> None:
    """Write a mail at which nobody is hinted: the sweep is to find it."""
    letter = outbox.Letter(MailKind.ACCOUNT, "51@stadt.example", key, "passkey_added")
    outbox.queue_many([letter], now=timezone.now())


def send(environment: dict[str, str], *jobs: str) -> None:
    subprocess.run([sys.executable, "-c", SEND, *jobs], cwd=ROOT, env=environment, check=True)


def wait_until_gone(rows: QuerySet[Any], seconds: float = 40) -> None:
    until = time.monotonic() + seconds
    while rows.exists():
        assert time.monotonic() < until, "The job was not done."
        time.sleep(0.1)


@pytest.mark.concurrency
def test_jobs_are_done_by_whoever_comes_next(environment: dict[str, str]) -> None:
    """Jobs sent while no worker runs wait; after a killed worker, the next one goes on, and takes from all queues."""
    expired_session("first")
    send(environment, CLEAR)
    first = start_worker(environment)
    try:
        wait_until_gone(Session.objects.all())
    finally:
        first.kill()
        first.wait()
    expired_session("second")
    waiting_mail("second")
    send(environment, CLEAR, SWEEP)
    second = start_worker(environment)
    try:
        wait_until_gone(Session.objects.all())
        wait_until_gone(Mail.objects.exclude(state=MailState.SENT))
    finally:
        second.terminate()
        second.wait(20)
    assert not Session.objects.exists()
    assert Mail.objects.get().state == MailState.SENT


@pytest.mark.concurrency
def test_the_worker_for_mails_leaves_other_jobs_to_others(environment: dict[str, str]) -> None:
    """What was sent first and waits for a worker of its own keeps no mail back."""
    expired_session("first")
    waiting_mail("first")
    send(environment, CLEAR, SWEEP)
    mailer = start_worker(environment, "--queues=mail")
    try:
        wait_until_gone(Mail.objects.exclude(state=MailState.SENT))
    finally:
        mailer.terminate()
        mailer.wait(20)
    assert Mail.objects.get().state == MailState.SENT
    assert Session.objects.exists()
