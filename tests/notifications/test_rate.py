"""The relay gets as many mails a minute as it takes, and a sign-in code never waits for thousands of reminders."""

import datetime
import itertools

import pytest
from pytest_django import Settings

from notifications.models import Mail, MailKind, MailState, SendingMinute
from notifications.services import delivery, preparing, rate
from notifications.tasks import forget_sending_minutes
from tests.notifications.smtp import Server
from tests.notifications.test_faults import sweep, write
from tests.notifications.test_outbox import NOW, code_mail
from tests.workflow.test_concurrency import at_once

MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _ten_a_minute(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MAIL_PER_MINUTE = 10
    monkeypatch.setattr("notifications.services.outbox._hint", lambda _mail_id: None)


def test_what_does_not_fit_waits_for_the_next_minute_and_costs_no_attempt(db: None) -> None:
    write(25)

    assert sweep() == 9
    assert sweep(0.5) == 0
    assert set(Mail.objects.filter(state=MailState.DUE).values_list("attempts", "last_error")) == {(0, "")}
    assert sweep(1) == 9
    assert sweep(2) == 7


def test_a_sign_in_code_does_not_wait_for_the_others(db: None) -> None:
    write(25)
    assert sweep() == 9
    code = code_mail()

    assert delivery.deliver(code.pk, now=NOW + MINUTE / 4) == MailState.SENT
    assert SendingMinute.objects.get().used == 10
    assert sweep(0.5) == 0


def test_a_code_that_is_asked_for_during_a_sweep_goes_with_the_next_batch(
    db: None, smtp_server: Server, settings: Settings
) -> None:
    settings.MAIL_PER_MINUTE = 0
    write(preparing.BATCH + 50)
    code_mail("code@stadt.example")
    # It is asked for while the first mails are on their way.
    Mail.objects.filter(kind=MailKind.SIGN_IN_CODE).update(next_try_at=NOW + datetime.timedelta(seconds=1))

    moments = (NOW + step * datetime.timedelta(milliseconds=5) for step in itertools.count())
    assert delivery.sweep(clock=lambda: next(moments)) == preparing.BATCH + 51

    order = [mail.recipient for mail in smtp_server.taken]
    assert order.index("code@stadt.example") == preparing.BATCH


def test_many_sweeps_together_keep_to_the_limit(transactional_db: None) -> None:
    write(30)

    assert at_once(sweep, times=8) == {"ok": 8}

    assert SendingMinute.objects.get().used == 9
    assert Mail.objects.filter(state=MailState.SENT).count() == 9


def test_a_limit_of_one_lets_one_mail_out(db: None, settings: Settings) -> None:
    settings.MAIL_PER_MINUTE = 1
    write(2)

    assert (sweep(), sweep(0.5), sweep(1)) == (1, 0, 1)


def test_a_server_that_is_away_uses_up_nothing(db: None, smtp_server: Server) -> None:
    write(3)
    smtp_server.stop()
    sweep()

    assert not SendingMinute.objects.filter(used__gt=0).exists()


def test_without_a_limit_nothing_is_counted(db: None, settings: Settings) -> None:
    settings.MAIL_PER_MINUTE = 0
    write(30)

    assert sweep() == 30
    assert not SendingMinute.objects.exists()


def test_minutes_long_over_are_removed_at_night(db: None) -> None:
    now = datetime.datetime.now(datetime.UTC)
    SendingMinute.objects.create(minute=now - datetime.timedelta(days=3), used=5)
    SendingMinute.objects.create(minute=now, used=5)

    forget_sending_minutes()
    assert rate.forget_minutes(now=now) == 0

    assert SendingMinute.objects.count() == 1


def test_a_code_goes_before_invitations_and_into_the_part_of_the_minute_that_is_kept_for_it(db: None) -> None:
    write(60)
    Mail.objects.update(kind=MailKind.INVITATION)
    sweep()
    code = code_mail("code@stadt.example")

    assert sweep(0.5) == 1

    code.refresh_from_db()
    assert code.state == MailState.SENT
    assert SendingMinute.objects.get().used == 10
