"""Mails that are written just before they leave say what is still so, or are withdrawn."""

import datetime
from collections.abc import Collection, Sequence

import pytest
from django.core import mail as django_mail

from notifications.models import Mail, MailKind, MailState
from notifications.services import addresses, composing, delivery, outbox
from notifications.services.composing import Composed
from tests.notifications.test_outbox import NOW, code_mail

MINUTE = datetime.timedelta(minutes=1)


class Writer:
    """Writes what it is told to; breaks over the addresses in ``broken``."""

    def __init__(self) -> None:
        self.done: set[str] = set()
        self.changed: set[int] = set()
        self.broken: set[str] = set()
        self.written = 0

    def compose(self, mails: Sequence[Mail], *, now: datetime.datetime) -> dict[int, Composed]:
        if any(mail.recipient in self.broken for mail in mails):
            raise ZeroDivisionError("a fault in the writing")
        self.written += len(mails)
        return {
            mail.pk: Composed(f"Fällig\n({self.written})", f"Stand {now:%H:%M}", "<p>Stand</p>")
            for mail in mails
            if mail.recipient not in self.done
        }

    def stale(self, mail_ids: Collection[int]) -> set[int]:
        return self.changed & set(mail_ids)


@pytest.fixture
def writer(db: None, monkeypatch: pytest.MonkeyPatch) -> Writer:
    writer = Writer()
    monkeypatch.setitem(composing._composers, MailKind.COURSE, writer)
    return writer


def late(number: int) -> list[str]:
    recipients = [f"{one}@stadt.example" for one in range(number)]
    outbox.queue_many([outbox.Letter(MailKind.COURSE, one, "1", "passkey_added") for one in recipients], now=NOW)
    Mail.objects.update(composed_at=None, subject="", text="", html="")
    return recipients


def test_a_mail_is_written_before_it_leaves_and_the_outbox_keeps_what_it_said(writer: Writer) -> None:
    late(3)

    assert delivery.sweep(clock=lambda: NOW) == 3

    assert {sent.body for sent in django_mail.outbox} == {"Stand 08:00"}
    assert {sent.subject for sent in django_mail.outbox} == {"Fällig (3)"}
    assert set(Mail.objects.values_list("text", "composed_at", "state")) == {("Stand 08:00", NOW, MailState.SENT)}


def test_a_mail_that_has_nothing_left_to_say_is_withdrawn_and_not_sent(writer: Writer) -> None:
    recipients = late(250)
    writer.done = set(recipients[:240])

    assert delivery.sweep(clock=lambda: NOW) == 10

    assert Mail.objects.filter(state=MailState.WITHDRAWN).count() == 240
    assert len(django_mail.outbox) == 10


def test_a_mail_whose_words_no_longer_hold_is_written_anew(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    late(1)
    Mail.objects.update(composed_at=NOW, text="Alt", subject="Alt")
    writer.changed = set(Mail.objects.values_list("pk", flat=True))

    delivery.sweep(clock=lambda: NOW + MINUTE)

    assert django_mail.outbox[0].body == "Stand 08:01"


def test_a_mail_whose_words_hold_is_not_written_twice(writer: Writer) -> None:
    late(1)
    Mail.objects.update(composed_at=NOW, text="Bleibt", subject="Bleibt")

    delivery.sweep(clock=lambda: NOW + MINUTE)

    assert (django_mail.outbox[0].body, writer.written) == ("Bleibt", 0)


def test_one_mail_that_cannot_be_written_holds_up_no_other(writer: Writer) -> None:
    recipients = late(5)
    code_mail()
    writer.broken = {recipients[2]}

    assert delivery.sweep(clock=lambda: NOW) == 5

    broken = Mail.objects.get(recipient=recipients[2])
    assert (broken.state, broken.attempts) == (MailState.DUE, 0)
    assert broken.next_try_at > NOW
    assert broken.last_error
    writer.broken = set()
    assert delivery.sweep(clock=lambda: broken.next_try_at) == 1


def test_a_mail_that_nobody_knows_how_to_write_waits(db: None) -> None:
    late(1)

    assert delivery.sweep(clock=lambda: NOW) == 0
    assert Mail.objects.get().state == MailState.DUE


def test_a_mail_that_was_sent_is_never_written_again(db: None, writer: Writer) -> None:
    late(3)
    delivery.sweep(clock=lambda: NOW)
    delivery.sweep(clock=lambda: NOW)

    assert writer.written == 3


def test_a_mail_to_a_paused_address_is_given_up_when_its_day_is_over_and_says_why(db: None) -> None:
    mail = code_mail(secret=False)
    Mail.objects.update(kind=MailKind.COURSE, obsolete_at=NOW + 15 * MINUTE)
    addresses.pause(address=mail.recipient, reason="550 unbekannt", mail=mail, now=NOW)

    assert delivery.sweep(clock=lambda: NOW) == 0
    delivery.sweep(clock=lambda: NOW + 15 * MINUTE)

    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (MailState.FAILED, 0)
    assert "550 unbekannt" in mail.last_error


def test_an_address_is_paused_once(db: None) -> None:
    assert addresses.pause(address="a@stadt.example", reason="eins", mail=None, now=NOW)
    assert not addresses.pause(address="a@stadt.example", reason="zwei", mail=None, now=NOW)
    assert addresses.paused(["a@stadt.example", "b@stadt.example"]) == {"a@stadt.example": "eins"}
