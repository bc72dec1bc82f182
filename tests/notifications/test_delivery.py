"""A mail server that refuses, hangs or dies loses nothing."""

import datetime
import itertools
import logging
import smtplib
import socket
import threading
from collections.abc import Iterator

import pytest
from django.core import mail as django_mail
from django.core.mail.backends.base import BaseEmailBackend
from pytest_django import Settings

from notifications.models import Mail, MailState, PausedAddress
from notifications.services import delivery
from tests.notifications.test_outbox import NOW, code_mail

MINUTE = datetime.timedelta(minutes=1)
GREYLISTED = smtplib.SMTPRecipientsRefused({"a@stadt.example": (450, b"greylisted")})


class Relay(BaseEmailBackend):
    """A mail server that answers every mail with ``error``, or takes it."""

    error: Exception | None = None
    taken = 0

    def send_messages(self, _email_messages: object) -> int:
        if self.error:
            raise self.error
        type(self).taken += 1
        return 1


@pytest.fixture
def relay(settings: Settings) -> Iterator[type[Relay]]:
    settings.EMAIL_BACKEND = "tests.notifications.test_delivery.Relay"
    Relay.error, Relay.taken = None, 0
    yield Relay
    Relay.error = None


def test_a_sent_mail_says_that_a_machine_wrote_it(db: None) -> None:
    mail = code_mail()

    assert delivery.deliver(mail.pk, now=NOW) == MailState.SENT

    sent = django_mail.outbox[0]
    assert sent.extra_headers["Message-ID"] == mail.message_id
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
    assert sent.extra_headers["List-Id"]
    assert sent.reply_to == ["integration@stadt.example"]


def test_answers_go_to_the_person_who_wrote_it(db: None) -> None:
    mail = code_mail()
    Mail.objects.filter(pk=mail.pk).update(reply_to="koordination@stadt.example")
    delivery.deliver(mail.pk, now=NOW)
    assert django_mail.outbox[0].reply_to == ["koordination@stadt.example"]


def test_the_code_is_gone_once_it_was_sent(db: None) -> None:
    mail = code_mail()
    delivery.deliver(mail.pk, now=NOW)

    mail.refresh_from_db()
    assert (mail.text, mail.html, mail.sent_at) == ("", "", NOW)


def test_a_second_delivery_sends_nothing(db: None) -> None:
    mail = code_mail()
    delivery.deliver(mail.pk, now=NOW)

    assert delivery.deliver(mail.pk, now=NOW) is None
    assert len(django_mail.outbox) == 1


def test_a_mail_that_does_not_exist_is_no_error(db: None) -> None:
    assert delivery.deliver(0, now=NOW) is None


@pytest.mark.parametrize(
    "error",
    [
        TimeoutError("timed out"),
        smtplib.SMTPServerDisconnected("gone"),
        smtplib.SMTPRecipientsRefused({"a@stadt.example": (450, b"greylisted")}),
        smtplib.SMTPRecipientsRefused({"a@stadt.example": (554, b"5.7.1 Relay access denied")}),
        smtplib.SMTPDataError(451, b"try later"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_passing_fault_keeps_the_mail_for_another_try(db: None, relay: type[Relay], error: Exception) -> None:
    mail = code_mail()
    relay.error = error

    assert delivery.deliver(mail.pk, now=NOW) == MailState.DUE

    mail.refresh_from_db()
    assert mail.text
    assert mail.attempts == 1
    assert NOW + MINUTE <= mail.next_try_at <= NOW + 1.25 * MINUTE
    assert mail.last_error


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(),
        socket.gaierror("no such host"),
        smtplib.SMTPConnectError(554, b"not you"),
        smtplib.SMTPAuthenticationError(535, b"wrong password"),
        smtplib.SMTPSenderRefused(550, b"5.1.8 who are you", "sachstand@stadt.example"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_server_that_lets_nobody_in_costs_no_mail_an_attempt_and_every_mail_says_why(
    db: None, relay: type[Relay], error: Exception
) -> None:
    code_mail(key="1")
    code_mail(key="2")
    relay.error = error

    assert delivery.sweep(clock=lambda: NOW) == 0

    assert set(Mail.objects.values_list("state", "attempts", "next_try_at")) == {(MailState.DUE, 0, NOW)}
    assert all(words for words in Mail.objects.values_list("last_error", flat=True))
    assert not PausedAddress.objects.exists()
    relay.error = None
    assert delivery.sweep(clock=lambda: NOW) == 2
    assert set(Mail.objects.values_list("last_error", flat=True)) == {""}


def test_pauses_grow_up_to_an_hour_and_a_quarter(db: None, relay: type[Relay]) -> None:
    mail = code_mail()
    relay.error = GREYLISTED
    now = NOW
    pauses = []
    for _number in range(9):
        delivery.deliver(mail.pk, now=now)
        mail.refresh_from_db()
        pauses.append(mail.next_try_at - now)
        now = mail.next_try_at

    assert all(shorter < longer for shorter, longer in itertools.pairwise(pauses[:6]))
    assert all(60 * MINUTE <= pause <= 75 * MINUTE for pause in pauses[6:])


def test_a_mail_that_waits_for_its_next_try_is_left_alone(db: None, relay: type[Relay]) -> None:
    mail = code_mail()
    relay.error = GREYLISTED
    delivery.deliver(mail.pk, now=NOW)
    relay.error = None

    assert delivery.deliver(mail.pk, now=NOW + MINUTE / 2) is None
    assert delivery.deliver(mail.pk, now=NOW + 2 * MINUTE) == MailState.SENT


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPRecipientsRefused({"a@stadt.example": (550, b"no such user")}),
        smtplib.SMTPDataError(554, b"refused for good"),
        ValueError("Header values can't contain newlines"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_final_refusal_ends_the_mail(db: None, relay: type[Relay], error: Exception) -> None:
    mail = code_mail()
    relay.error = error

    assert delivery.deliver(mail.pk, now=NOW) == MailState.FAILED

    mail.refresh_from_db()
    assert mail.last_error
    assert mail.text == ""


def test_a_mail_that_is_put_off_for_three_days_is_given_up(db: None, relay: type[Relay]) -> None:
    mail = code_mail(secret=False)
    relay.error = GREYLISTED
    now = NOW
    while delivery.deliver(mail.pk, now=now) == MailState.DUE:
        mail.refresh_from_db()
        now = mail.next_try_at

    assert 3 <= (now - NOW).days <= 4
    mail.refresh_from_db()
    assert mail.state == MailState.FAILED
    assert "greylisted" in mail.last_error
    assert mail.text


def test_a_mail_that_was_never_tried_does_not_age(db: None, relay: type[Relay]) -> None:
    """The server was away for a month, or this service was."""
    mail = code_mail(secret=False)
    relay.error = ConnectionRefusedError()
    delivery.sweep(clock=lambda: NOW)
    relay.error = None

    assert delivery.deliver(mail.pk, now=NOW + datetime.timedelta(days=30)) == MailState.SENT


def test_an_expired_code_is_not_sent_any_more(db: None) -> None:
    mail = code_mail()
    Mail.objects.update(obsolete_at=NOW + 15 * MINUTE)

    assert delivery.deliver(mail.pk, now=NOW + 15 * MINUTE) == MailState.FAILED
    assert django_mail.outbox == []


def test_a_worker_that_dies_before_recording_leaves_a_mail_that_is_sent_again(db: None) -> None:
    mail = code_mail()
    Mail.objects.update(state=MailState.CLAIMED, claimed_at=NOW, attempts=1)

    assert delivery.sweep(clock=lambda: NOW + 9 * MINUTE) == 0
    assert delivery.sweep(clock=lambda: NOW + 10 * MINUTE) == 1

    mail.refresh_from_db()
    assert mail.state == MailState.SENT
    assert mail.possibly_double
    assert django_mail.outbox[0].extra_headers["Message-ID"] == mail.message_id


def test_the_sweep_sends_what_is_due_and_nothing_else(db: None) -> None:
    code_mail(key="due")
    later = code_mail(key="later")
    Mail.objects.filter(pk=later.pk).update(next_try_at=NOW + MINUTE)

    assert delivery.sweep(clock=lambda: NOW) == 1
    assert delivery.sweep(clock=lambda: NOW) == 0


def test_one_bad_address_does_not_hold_up_the_others(db: None, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "tests.notifications.test_delivery.Picky"
    code_mail("bad@stadt.example", "1")
    code_mail("good@stadt.example", "2")

    assert delivery.sweep(clock=lambda: NOW) == 1
    assert set(Mail.objects.values_list("recipient", "state")) == {
        ("bad@stadt.example", "due"),
        ("good@stadt.example", "sent"),
    }


class Picky(BaseEmailBackend):
    """Refuses one address for now."""

    def send_messages(self, email_messages: list) -> int:  # type: ignore[type-arg]
        if email_messages[0].to == ["bad@stadt.example"]:
            raise smtplib.SMTPRecipientsRefused({"bad@stadt.example": (450, b"greylisted")})
        return 1


@pytest.fixture
def silent_server() -> Iterator[int]:
    """A mail server that accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        held: list[socket.socket] = []
        running = True

        def accept() -> None:
            while running:
                try:
                    held.append(server.accept()[0])
                except OSError:
                    return

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        running = False
        for one in held:
            one.close()


def test_a_server_that_hangs_ends_the_sweep_after_one_timeout_and_loses_nothing(
    db: None, settings: Settings, silent_server: int
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", silent_server, 0.05
    for number in range(20):
        code_mail(f"{number}@stadt.example")

    assert delivery.sweep(clock=lambda: NOW) == 0

    assert Mail.objects.filter(state=MailState.DUE).count() == 20
    assert set(Mail.objects.values_list("attempts", flat=True)) == {0}


def test_the_log_names_no_address_that_the_server_refused(
    db: None, relay: type[Relay], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("sachstand"), "propagate", True)
    relay.error = smtplib.SMTPRecipientsRefused({"a@stadt.example": (550, b"no such user")})
    mail = code_mail()
    delivery.deliver(mail.pk, now=NOW)

    assert "@" not in caplog.text
    assert str(mail.pk) in caplog.text
    mail.refresh_from_db()
    assert "no such user" in mail.last_error
