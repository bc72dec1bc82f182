"""What comes back from mail servers is believed as far as it names a mail of ours, and no further."""

import datetime
import io
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core import mail as django_mail
from django.core.management import CommandError, call_command

from notifications.models import Mail, MailKind, MailState, PausedAddress
from notifications.services import addresses, bounces, delivery
from notifications.services.bounces import Recorded
from notifications.status_notifications import NotificationError, read
from offices.errors import DomainError
from tests.conftest import Cast
from tests.notifications.test_outbox import NOW, code_mail

SAMPLES = Path(__file__).parent / "bounces"
FINAL = ["postfix", "exim", "exchange"]
LATER = NOW + datetime.timedelta(hours=1)


@pytest.fixture
def mail(db: None) -> Mail:
    mail = code_mail(secret=False)
    delivery.deliver(mail.pk, now=NOW)
    mail.refresh_from_db()
    assert mail.state == MailState.SENT
    return mail


def sample(name: str, mail: Mail, *, recipient: str = "", message_id: str = "", status: str = "") -> bytes:
    """A notification as such a server writes it, about ``mail``."""
    text = (SAMPLES / f"{name}.eml").read_text(encoding="utf-8")
    text = text.replace("RECIPIENT", recipient or mail.recipient).replace("MESSAGE_ID", message_id or mail.message_id)
    if status:
        text = text.replace("5.1.1", status)
    return text.replace("\n", "\r\n").encode()


def unchanged(mail: Mail) -> bool:
    before = vars(mail).copy()
    mail.refresh_from_db()
    before.pop("_state")
    return all(vars(mail)[name] == value for name, value in before.items()) and not PausedAddress.objects.exists()


@pytest.mark.parametrize("server", FINAL)
def test_a_mail_that_comes_back_for_good_says_why_and_pauses_its_address(mail: Mail, server: str) -> None:
    assert bounces.record(read(sample(server, mail)), now=LATER) == (mail, Recorded.PAUSED)

    mail.refresh_from_db()
    assert (mail.state, mail.bounced_at) == (MailState.SENT, LATER)
    assert "550" in mail.last_error
    paused = PausedAddress.objects.get()
    assert (paused.address, paused.since, paused.mail) == (mail.recipient, LATER, mail)
    assert "550" in paused.reason


def test_the_same_notification_twice_pauses_an_address_once(mail: Mail, cast: Cast) -> None:
    notification = read(sample("postfix", mail))
    bounces.record(notification, now=LATER)
    addresses.resume(pk=PausedAddress.objects.get().pk, by=cast.coordinator, now=LATER)

    bounces.record(notification, now=LATER + datetime.timedelta(days=1))

    mail.refresh_from_db()
    assert mail.bounced_at == LATER
    assert addresses.paused([mail.recipient]) == {}


def test_a_delay_is_noted_and_pauses_nobody(mail: Mail) -> None:
    assert bounces.record(read(sample("postfix_delayed", mail)), now=LATER)[1] is Recorded.DELAYED

    mail.refresh_from_db()
    assert mail.bounced_at is None
    assert "Connection timed out" in mail.last_error
    assert not PausedAddress.objects.exists()


@pytest.mark.parametrize("status", ["4.2.2", "5.7.1", "5.3.4", "5.6.1"])
def test_a_mail_that_comes_back_for_another_reason_leaves_its_address_in_use(mail: Mail, status: str) -> None:
    assert bounces.record(read(sample("postfix", mail, status=status)), now=LATER)[1] is Recorded.BOUNCED

    mail.refresh_from_db()
    assert mail.bounced_at == LATER
    assert not PausedAddress.objects.exists()


def test_a_relay_that_gave_up_after_days_leaves_the_address_in_use(mail: Mail) -> None:
    assert bounces.record(read(sample("postfix_expired", mail)), now=LATER)[1] is Recorded.BOUNCED

    mail.refresh_from_db()
    assert mail.bounced_at == LATER
    assert not PausedAddress.objects.exists()


def test_news_of_an_arrival_changes_nothing(mail: Mail) -> None:
    arrived = sample("exim", mail).replace(b"Action: failed", b"Action: delivered")

    assert bounces.record(read(arrived), now=LATER)[1] is Recorded.NOTHING
    assert unchanged(mail)


@pytest.mark.parametrize("server", FINAL)
def test_a_notification_about_a_mail_that_we_never_wrote_changes_nothing(mail: Mail, server: str) -> None:
    with pytest.raises(DomainError):
        bounces.record(read(sample(server, mail, message_id="<forged@stadt.example>")), now=LATER)
    assert unchanged(mail)


@pytest.mark.parametrize("server", FINAL)
def test_a_notification_about_somebody_else_changes_nothing(mail: Mail, server: str) -> None:
    with pytest.raises(DomainError):
        bounces.record(read(sample(server, mail, recipient="leitung@stadt.example")), now=LATER)
    assert unchanged(mail)


def test_the_message_id_counts_only_where_the_mail_itself_was_returned(mail: Mail) -> None:
    """In the notification's own headers anybody could write it, and some servers do not return the mail at all."""
    cut = sample("exchange", mail).split(b"Content-Type: message/rfc822")[0]

    with pytest.raises(NotificationError):
        read(cut + b"Content-Type: text/plain\r\n\r\nx\r\n--c7a3f0f2-6a0e-4e5c-9d55-2f5c5b0d7c11--\r\n")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\x00\xfe",
        b"Subject: Hallo\r\n\r\nIch bin im Urlaub.",
        b"Content-Type: message/delivery-status\r\n\r\n",
        b"Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\nFoo",
        b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n" * 3000,
    ],
    ids=["empty", "binary", "absence", "no blocks", "cut off", "nested"],
)
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(NotificationError):
        read(data)


def test_a_paused_address_gets_nothing_until_somebody_ends_the_pause(mail: Mail, cast: Cast) -> None:
    bounces.record(read(sample("postfix", mail)), now=LATER)
    second = code_mail(mail.recipient, "2", secret=False)
    # Codes are tried all the same.
    Mail.objects.filter(pk=second.pk).update(kind=MailKind.COURSE)
    django_mail.outbox.clear()
    assert delivery.sweep(clock=lambda: LATER) == 0

    addresses.resume(pk=PausedAddress.objects.get().pk, by=cast.coordinator, now=LATER)

    assert delivery.sweep(clock=lambda: LATER) == 1
    second.refresh_from_db()
    assert second.state == MailState.SENT


# --- The command ------------------------------------------------------------------------------------------------------


def run(data: bytes, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    said = io.StringIO()
    call_command("record_bounce", stdout=said)
    return said.getvalue()


def test_the_command_reads_its_standard_input(mail: Mail, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "angehalten" in run(sample("postfix", mail), monkeypatch)
    assert PausedAddress.objects.filter(address=mail.recipient).exists()


def test_the_command_reads_a_file(mail: Mail, tmp_path: Path) -> None:
    file = tmp_path / "bounce.eml"
    file.write_bytes(sample("exim", mail))

    call_command("record_bounce", str(file), stdout=io.StringIO())

    assert PausedAddress.objects.exists()


def test_the_command_refuses_what_it_does_not_understand(mail: Mail, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError) as refused:
        run(b"Subject: Hallo\r\n\r\nIch bin im Urlaub.", monkeypatch)

    assert refused.value.returncode == 65
    assert "RFC 3464" in str(refused.value)
    assert unchanged(mail)


def test_the_command_says_that_there_is_no_such_file(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        call_command("record_bounce", str(tmp_path / "nowhere.eml"))
