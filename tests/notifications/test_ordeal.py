"""Real workers are killed and their queue is emptied: every mail arrives, and the outbox knows about each."""

import datetime
from pathlib import Path

import pytest
from django.utils import timezone

from notifications.models import Mail, MailKind, MailState
from notifications.services import outbox
from notifications.services.outbox import Letter
from tests.notifications.ordeal import Faults, Ordeal

MAILS, KILLS, FLUSHES = 60, 3, 1


def impatient() -> None:
    """Let nobody wait a minute for the second try."""
    Mail.objects.filter(state=MailState.DUE, attempts__gt=0).update(next_try_at=timezone.now())


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_whatever_is_killed_or_emptied_every_mail_arrives_and_the_outbox_tells_the_truth(tmp_path: Path) -> None:
    letters = [Letter(MailKind.ACCOUNT, f"{number:03}@stadt.example", "1", "passkey_added") for number in range(MAILS)]
    outbox.queue_many(letters, now=timezone.now() - datetime.timedelta(seconds=1))
    faults = Faults(greylisted=0.1, busy=0.05, lost=0.05, slow=0.3)

    outcome = Ordeal(tmp_path, kills=KILLS, flushes=FLUSHES, faults=faults, claim=5).go(
        seconds=240, meanwhile=impatient
    )

    assert (outcome.mails, outcome.kills, outcome.flushes) == (MAILS, KILLS, FLUSHES)
    assert outcome.lost == 0
    assert outcome.doubles <= outcome.kills + outcome.lost_answers
    assert outcome.lies() == []
