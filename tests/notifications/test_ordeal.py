"""Real workers are killed, their queue is emptied, tasks are done: every mail arrives, the outbox knows about each."""

from pathlib import Path

import pytest
from django.utils import timezone

from bench import people
from notifications.models import Mail, MailState
from tests.notifications.ordeal import Faults, Ordeal

MAILS, KILLS, FLUSHES = 60, 3, 1


def impatient() -> None:
    """Let nobody wait a minute for the second try."""
    Mail.objects.filter(state=MailState.DUE, attempts__gt=0).update(next_try_at=timezone.now())


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_whatever_is_killed_or_emptied_every_mail_arrives_and_the_outbox_tells_the_truth(tmp_path: Path) -> None:
    people.with_reminders(MAILS)
    faults = Faults(greylisted=0.1, busy=0.05, lost=0.05, slow=0.3)

    outcome = Ordeal(tmp_path, kills=KILLS, flushes=FLUSHES, faults=faults, claim=5, done=people.does_everything).go(
        seconds=240, meanwhile=impatient
    )

    assert (outcome.mails, outcome.kills, outcome.flushes) == (MAILS, KILLS, FLUSHES)
    assert outcome.lost == 0
    assert outcome.doubles_by_kills <= outcome.kills
    assert outcome.doubles_by_lost_answers <= outcome.lost_answers.total()
    assert outcome.changed == set()
    assert outcome.lies() == []
    assert outcome.holds
