"""Reminders, from the planner to a real mail server, while something is down or somebody is faster.

Each test is a fault that another product of this kind was seen to fail at.
"""

import datetime

import pytest
from django.db import connections

from notifications.models import Mail, MailKind, MailState, Notice
from notifications.services import delivery
from offices.models import Membership
from tests.conftest import Cast
from tests.factories import content
from tests.notifications import smtp
from tests.notifications.smtp import Server, smtp_server
from tests.workflow.conftest import Stage
from tests.workflow.mornings import half_past_six
from tests.workflow.test_concurrency import at_once
from workflow import runs
from workflow.services.reminders import plan_reminders

__all__ = ["smtp_server"]

TUESDAY = datetime.date(2027, 1, 12)
"""Three days before the deadline."""

MINUTE = datetime.timedelta(minutes=1)
HOUR = 60 * MINUTE
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def _only_reminders(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was said at the opening was delivered long ago, and what happens later is no matter here."""
    Mail.objects.update(state=MailState.SENT)
    monkeypatch.setattr("notifications.services.outbox._hint", lambda _mail_id: None)


def plan(now: datetime.datetime) -> None:
    plan_reminders(today=now.date(), now=now)


def sweep(now: datetime.datetime) -> None:
    delivery.sweep(clock=lambda: now)


def live_through(day: datetime.date, *, hours: float) -> None:
    """Let the planner run each hour from half past six on, and the sweep every five minutes."""
    for minutes in range(0, int(hours * 60), 5):
        now = half_past_six(day) + minutes * MINUTE
        if minutes % 60 == 0:
            plan(now)
        sweep(now)


def everybody(cast: Cast) -> list[str]:
    return sorted([cast.clerk.email, cast.colleague.email, cast.school_clerk.email, cast.health.mailbox])


def reminders_by_state() -> dict[str, list[str]]:
    by_state: dict[str, list[str]] = {}
    reminders = Mail.objects.filter(kind=MailKind.REMINDER).order_by("recipient")
    for recipient, state in reminders.values_list("recipient", "state"):
        by_state.setdefault(state, []).append(recipient)
    return by_state


def test_a_relay_that_is_down_all_morning_delays_every_reminder_and_loses_none(cast: Cast, smtp_server: Server) -> None:
    smtp_server.stop()
    live_through(TUESDAY, hours=5)
    assert reminders_by_state() == {MailState.DUE: everybody(cast)}

    smtp_server.start()
    live_through(TUESDAY, hours=8)

    assert smtp_server.received() == everybody(cast)
    assert reminders_by_state() == {MailState.SENT: everybody(cast)}


def test_a_relay_that_is_down_all_day_gets_one_mail_for_each_on_the_next(cast: Cast, smtp_server: Server) -> None:
    smtp_server.stop()
    live_through(TUESDAY, hours=12)
    smtp_server.start()
    live_through(TUESDAY + DAY, hours=2)
    live_through(TUESDAY + 2 * DAY, hours=2)

    assert smtp_server.received() == everybody(cast)
    assert reminders_by_state() == {MailState.FAILED: everybody(cast), MailState.SENT: everybody(cast)}


def test_a_day_on_which_nothing_ran_at_all_is_caught_up_by_one_mail(cast: Cast, smtp_server: Server) -> None:
    live_through(TUESDAY + DAY, hours=2)
    live_through(TUESDAY + 2 * DAY, hours=2)

    assert smtp_server.received() == everybody(cast)
    assert set(Notice.objects.filter(dropped_at=None).values_list("step", flat=True)) == {-3}


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_planners_and_sweeps_that_overlap_send_everybody_one_mail(cast: Cast, smtp_server: Server) -> None:
    now = half_past_six(TUESDAY)
    slow = smtp.Fate("250 2.0.0 OK", takes=True, delay=0.005)
    smtp_server.script = lambda _recipient, _tries: slow

    def plan_and_sweep() -> None:
        plan(now)
        sweep(now)

    assert at_once(plan_and_sweep, times=4) == {"ok": 4}
    connections.close_all()
    sweep(now + MINUTE)

    assert smtp_server.received() == everybody(cast)
    assert reminders_by_state() == {MailState.SENT: everybody(cast)}
    assert not Mail.objects.filter(possibly_double=True).exists()


def test_whoever_hands_in_between_planning_and_sending_is_not_reminded(
    cast: Cast, stage: Stage, smtp_server: Server
) -> None:
    now = half_past_six(TUESDAY)
    plan(now)
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=now)

    sweep(now + MINUTE)

    done, others = [cast.clerk.email, cast.colleague.email], [cast.school_clerk.email, cast.health.mailbox]
    assert not set(done) & set(smtp_server.received())
    assert reminders_by_state() == {MailState.WITHDRAWN: sorted(done), MailState.SENT: sorted(others)}
    assert set(Notice.objects.filter(person=cast.clerk).values_list("dropped_at", flat=True)) == {now + MINUTE}


def test_whoever_hands_in_while_a_written_mail_waits_for_its_second_try_is_not_reminded(
    cast: Cast, stage: Stage, smtp_server: Server
) -> None:
    now = half_past_six(TUESDAY)
    smtp_server.script = lambda _recipient, tries: smtp.GREYLISTED if tries == 1 else smtp.TAKEN
    plan(now)
    sweep(now)
    assert Mail.objects.filter(kind=MailKind.REMINDER, composed_at=now).count() == len(everybody(cast))
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=now)

    sweep(now + 2 * MINUTE)

    assert not {cast.clerk.email, cast.colleague.email} & set(smtp_server.received())
    assert cast.school_clerk.email in smtp_server.received()


def test_a_mail_that_was_delayed_speaks_only_of_what_is_still_to_do(
    cast: Cast, stage: Stage, smtp_server: Server
) -> None:
    Membership.objects.create(person=cast.clerk, role="clerk", office=cast.school)
    now = half_past_six(TUESDAY)
    smtp_server.stop()
    plan(now)
    sweep(now)
    runs.hand_in(stage.youth_update.pk, by=cast.colleague, content=content(), now=now)

    smtp_server.start()
    live_through(TUESDAY, hours=2)

    (mail,) = [mail for mail in smtp_server.taken if mail.recipient == cast.clerk.email]
    assert f"sachstand/{stage.school_update.pk}/".encode() in mail.content
    assert f"sachstand/{stage.youth_update.pk}/".encode() not in mail.content
