"""What can go wrong between the outbox and a mail server does go wrong here: no mail is lost, and each is sent once.

Only where nobody can know whether a mail arrived it is sent again, under the same Message-ID, and says so.
"""

import datetime
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from notifications.models import Mail, MailKind, MailState
from notifications.services import delivery, outbox
from notifications.services.outbox import Letter
from tests.notifications import smtp
from tests.notifications.smtp import Server
from tests.notifications.test_outbox import NOW
from tests.workflow.test_concurrency import at_once

ROOT = Path(__file__).resolve().parents[2]
MINUTE = datetime.timedelta(minutes=1)
MORNING = 5 * 60
"""From 8 to 13 o'clock, in minutes."""


@pytest.fixture(autouse=True)
def _only_the_sweep_delivers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notifications.services.outbox._hint", lambda _mail_id: None)


def write(number: int) -> list[str]:
    """Put so many mails into the outbox, each to an address of its own; return the addresses."""
    recipients = [f"{one:03}@stadt.example" for one in range(number)]
    outbox.queue_many([Letter(MailKind.ACCOUNT, one, "1", "passkey_added") for one in recipients], now=NOW)
    return recipients


def sweep(minutes: float = 0) -> int:
    """Sweep so many minutes after the mails were written."""
    return delivery.sweep(clock=lambda: NOW + minutes * MINUTE)


def sweep_every_minute(begin: int, end: int) -> None:
    for minute in range(begin, end):
        sweep(minute)


def states() -> set[str]:
    return set(Mail.objects.values_list("state", flat=True))


def doubles() -> list[str]:
    """Return the recipients of the mails that say that they may have been sent twice."""
    return sorted(Mail.objects.filter(possibly_double=True).values_list("recipient", flat=True))


def test_a_server_that_is_down_all_morning_gets_every_mail_once_it_is_back(db: None, smtp_server: Server) -> None:
    recipients = write(30)
    smtp_server.stop()
    sweep_every_minute(0, MORNING)
    assert states() == {MailState.DUE}

    smtp_server.start()
    sweep_every_minute(MORNING, MORNING + 90)

    assert smtp_server.received() == recipients
    assert states() == {MailState.SENT}
    assert doubles() == []


def test_a_server_that_goes_away_in_the_middle_of_a_sweep_gets_the_rest_later(db: None, smtp_server: Server) -> None:
    recipients = write(10)
    smtp_server.script = lambda recipient, _tries: smtp.CUT_OFF if recipient >= recipients[4] else smtp.TAKEN
    sweep()
    assert smtp_server.received() == recipients[:4]
    assert Mail.objects.filter(state=MailState.DUE).count() == 6

    smtp_server.script = smtp.takes_everything
    sweep_every_minute(1, 5)

    assert smtp_server.received() == recipients
    assert states() == {MailState.SENT}


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_two_sweeps_at_once_send_each_mail_once(smtp_server: Server) -> None:
    recipients = write(60)
    slow = smtp.Fate("250 2.0.0 OK", takes=True, delay=0.002)
    smtp_server.script = lambda _recipient, _tries: slow

    assert at_once(sweep, times=2) == {"ok": 2}

    assert smtp_server.connected == 2
    assert smtp_server.received() == recipients
    assert set(Mail.objects.values_list("state", "attempts", "possibly_double")) == {(MailState.SENT, 1, False)}


def test_a_greylisted_mail_is_taken_at_its_second_try(db: None, smtp_server: Server) -> None:
    recipients = write(5)
    smtp_server.script = lambda _recipient, tries: smtp.GREYLISTED if tries == 1 else smtp.TAKEN

    assert sweep() == 0
    assert set(smtp_server.tries.values()) == {1}
    assert all("450" in error for error in Mail.objects.values_list("last_error", flat=True))
    assert sweep(0.5) == 0
    assert sweep(2) == 5

    assert smtp_server.received() == recipients
    assert set(Mail.objects.values_list("attempts", "possibly_double")) == {(2, False)}


def test_a_server_that_is_busy_after_the_content_gets_it_again(db: None, smtp_server: Server) -> None:
    recipients = write(3)
    smtp_server.script = lambda _recipient, tries: smtp.BUSY if tries == 1 else smtp.TAKEN

    assert sweep() == 0
    assert sweep(2) == 3

    assert smtp_server.received() == recipients
    assert doubles() == []


@pytest.mark.parametrize("fate", [smtp.NO_SUCH_USER, smtp.REFUSED], ids=["recipient", "content"])
def test_what_is_refused_for_good_fails_once_and_says_why(db: None, smtp_server: Server, fate: smtp.Fate) -> None:
    recipients = write(3)
    smtp_server.script = lambda recipient, _tries: fate if recipient == recipients[1] else smtp.TAKEN

    sweep_every_minute(0, 10)

    assert smtp_server.received() == [recipients[0], recipients[2]]
    assert smtp_server.tries[recipients[1]] == 1
    failed = Mail.objects.get(recipient=recipients[1])
    assert failed.state == MailState.FAILED
    assert fate.answer
    assert fate.answer[:3] in failed.last_error


@pytest.mark.parametrize("fate", [smtp.ANSWER_LOST, smtp.HANGS_AFTER_DATA], ids=["dropped", "no answer"])
def test_a_mail_whose_answer_was_lost_is_sent_again_under_its_message_id_and_marked(
    db: None, smtp_server: Server, settings: Settings, fate: smtp.Fate
) -> None:
    settings.EMAIL_TIMEOUT = 0.1 if fate.hangs else 5
    recipients = write(3)
    smtp_server.script = lambda recipient, tries: fate if recipient == recipients[1] and tries == 1 else smtp.TAKEN

    sweep_every_minute(0, 5)

    assert smtp_server.received() == sorted([*recipients, recipients[1]])
    twice = Mail.objects.get(recipient=recipients[1])
    assert [mail.message_id for mail in smtp_server.taken if mail.recipient == recipients[1]] == 2 * [twice.message_id]
    assert states() == {MailState.SENT}
    assert doubles() == [recipients[1]]


def test_a_server_that_hangs_ends_the_sweep_and_loses_nothing(
    db: None, smtp_server: Server, settings: Settings
) -> None:
    settings.EMAIL_TIMEOUT = 0.1
    recipients = write(5)
    smtp_server.script = lambda _recipient, _tries: smtp.HANGS

    assert sweep() == 0
    assert states() == {MailState.DUE}

    smtp_server.script = smtp.takes_everything
    sweep_every_minute(1, 5)
    assert smtp_server.received() == recipients
    assert states() == {MailState.SENT}


# --- A worker that is killed ------------------------------------------------------------------------------------------


@pytest.fixture
def start_sweep(tmp_path: Path, smtp_server: Server, transactional_db: None) -> Callable[[], "subprocess.Popen[bytes]"]:
    """Sweep this test's outbox in a process of its own."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.notifications.sweeper_settings",
        "TEST_DATABASE": str(connection.settings_dict["NAME"]),
        "TEST_FOLDER": str(tmp_path),
        "TEST_QUEUE": "none",
        "TEST_SMTP_PORT": str(smtp_server.port),
    }
    command = [sys.executable, "-m", "tests.notifications.sweeper", NOW.isoformat()]
    return lambda: subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL)


class Killer:
    """Kills a process at a moment that the mail server chooses."""

    def __init__(self, start: Callable[[], "subprocess.Popen[bytes]"]) -> None:
        self._process = start()

    def strike(self) -> None:
        self._process.send_signal(signal.SIGKILL)

    def struck(self) -> bool:
        """Wait for the process's end and return whether it was killed."""
        return self._process.wait(60) == -signal.SIGKILL


@pytest.mark.concurrency
def test_a_worker_killed_between_sending_and_recording_makes_one_double_that_is_marked(
    smtp_server: Server, start_sweep: Callable[[], "subprocess.Popen[bytes]"]
) -> None:
    recipients = write(9)
    smtp_server.when_taken = lambda _mail: killer.strike() if len(smtp_server.taken) == 4 else None
    killer = Killer(start_sweep)
    assert killer.struck()
    double = smtp_server.taken[-1].recipient
    assert Mail.objects.get(state=MailState.CLAIMED).recipient == double

    sweep_every_minute(1, 15)

    assert smtp_server.received() == sorted([*recipients, double])
    assert len({mail.message_id for mail in smtp_server.taken}) == len(recipients)
    assert states() == {MailState.SENT}
    assert doubles() == [double]


@pytest.mark.concurrency
def test_a_worker_killed_before_the_content_has_left_makes_no_double(
    smtp_server: Server, start_sweep: Callable[[], "subprocess.Popen[bytes]"]
) -> None:
    recipients = write(5)

    def script(recipient: str, tries: int) -> smtp.Fate:
        if recipient == recipients[2] and tries == 1:
            killer.strike()
        return smtp.TAKEN

    smtp_server.script = script
    killer = Killer(start_sweep)
    assert killer.struck()

    sweep_every_minute(1, 15)

    assert smtp_server.received() == recipients
    assert states() == {MailState.SENT}
    # Nobody can know that it was not sent.
    assert doubles() == [recipients[2]]
