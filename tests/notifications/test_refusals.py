"""What a mail server says is taken for what it means: of the mail, of its address, or of us."""

import datetime
import logging

import pytest

from notifications.models import Mail, MailState, PausedAddress
from notifications.services import delivery, preparing, refusal_rows
from notifications.services.addresses import pause, resume
from notifications.services.refusals import Answer, Step, judged, names_recipient, tidy
from tests.conftest import Cast
from tests.notifications.smtp import Fate, Server
from tests.notifications.test_faults import sweep, write
from tests.notifications.test_outbox import NOW, code_mail


@pytest.fixture(autouse=True)
def _only_the_sweep_delivers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notifications.services.outbox._hint", lambda _mail_id: None)


@pytest.mark.parametrize(
    ("step", "code", "said", "answer"),
    [
        (Step.RECIPIENT, 450, "4.2.0 Greylisted", Answer.LATER),
        (Step.RECIPIENT, 452, "4.2.2 Mailbox full", Answer.LATER),
        (Step.RECIPIENT, 550, "5.1.1 User unknown", Answer.NO_SUCH_ADDRESS),
        (Step.RECIPIENT, 550, "No such user", Answer.NO_SUCH_ADDRESS),
        (Step.RECIPIENT, 550, "5.5.0 Requested action not taken: mailbox unavailable", Answer.NO_SUCH_ADDRESS),
        (Step.RECIPIENT, 553, "5.1.3 Bad address syntax", Answer.NO_SUCH_ADDRESS),
        (Step.RECIPIENT, 554, "5.7.1 <a@b.example>: Relay access denied", Answer.DENIED),
        (Step.RECIPIENT, 530, "Authentication required", Answer.DENIED),
        (Step.RECIPIENT, 421, "4.3.2 Closing", Answer.CLOSED),
        (Step.CONTENT, 451, "4.3.0 Try again", Answer.LATER),
        (Step.CONTENT, 554, "5.6.0 Refused", Answer.REFUSED),
        (Step.CONTENT, 554, "5.7.1 Looks like spam", Answer.REFUSED),
        (Step.CONTENT, 550, "5.1.1 User unknown", Answer.NO_SUCH_ADDRESS),
        (Step.SENDER, 550, "5.1.8 Sender refused", Answer.AWAY),
        (Step.SENDER, 451, "4.7.1 Too many", Answer.AWAY),
    ],
)
def test_an_answer_means_what_it_says(step: Step, code: int, said: str, answer: Answer) -> None:
    assert judged(step, code, said.encode()).answer is answer


def test_an_answer_becomes_one_line_that_every_database_takes() -> None:
    assert tidy("550 5.1.1\r\n\tNo\x00such\x1b[31m user " + "x" * 500).startswith("550 5.1.1 Nosuch[31m user x")
    assert len(tidy("x" * 500)) == 300


@pytest.mark.parametrize(
    ("status", "names"),
    [("5.1.1", True), ("5.2.1", True), ("5.0.0", True), ("5.7.1", False), ("4.2.2", False), ("", False)],
)
def test_only_what_names_the_recipient_pauses_it(status: str, *, names: bool) -> None:
    assert names_recipient(status) is names


def test_an_unknown_recipient_pauses_the_address_and_no_other(db: None, smtp_server: Server) -> None:
    recipients = write(3)
    unknown = Fate("550 5.1.1 No such user", at_data=False)
    smtp_server.script = lambda recipient, _tries: unknown if recipient == recipients[1] else Fate("250 OK", takes=True)

    assert sweep() == 2

    paused = PausedAddress.objects.get()
    assert (paused.address, paused.mail) == (recipients[1], Mail.objects.get(recipient=recipients[1]))
    assert "No such user" in paused.reason


def test_a_refused_text_pauses_nobody(db: None, smtp_server: Server) -> None:
    write(1)
    smtp_server.script = lambda _recipient, _tries: Fate("554 5.6.0 Refused")

    sweep()

    assert Mail.objects.get().state == MailState.FAILED
    assert not PausedAddress.objects.exists()


def test_a_relay_that_does_not_know_us_any_more_fails_no_mail_and_pauses_nobody(db: None, smtp_server: Server) -> None:
    write(10)
    smtp_server.script = lambda _recipient, _tries: Fate("554 5.7.1 Relay access denied", at_data=False)

    assert sweep() == 0

    assert set(Mail.objects.values_list("state", flat=True)) == {MailState.DUE}
    assert not PausedAddress.objects.exists()
    # After a few in a row, asking for the others would be in vain.
    assert sum(smtp_server.tries.values()) == delivery.TROUBLE_IN_A_ROW


def test_an_address_that_is_none_fails_and_is_shown(db: None, smtp_server: Server) -> None:
    write(2)
    Mail.objects.filter(recipient="000@stadt.example").update(recipient="jörg@stadt.example")

    assert sweep() == 1

    assert PausedAddress.objects.get().address == "jörg@stadt.example"
    assert "Adresse" in Mail.objects.get(recipient="jörg@stadt.example").last_error


def test_a_second_mail_to_a_refused_address_waits(db: None, smtp_server: Server) -> None:
    write(2)
    Mail.objects.filter(recipient="001@stadt.example").update(recipient="000@stadt.example", key="2")
    smtp_server.script = lambda _recipient, _tries: Fate("550 5.1.1 No such user", at_data=False)

    sweep()
    sweep(1)

    assert sorted(Mail.objects.values_list("state", flat=True)) == [MailState.DUE, MailState.FAILED]
    assert smtp_server.tries["000@stadt.example"] == 1


def test_a_server_that_closes_after_each_mail_gets_them_all(
    db: None, smtp_server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    """Many relays limit how many mails one connection may bring."""
    caplog.set_level(logging.ERROR)
    recipients = write(6)

    def script(_recipient: str, _tries: int) -> Fate:
        seen.append(1)
        return Fate("421 4.7.0 Too many mails in this connection", at_data=False) if len(seen) % 2 == 0 else taken

    seen: list[int] = []
    taken = Fate("250 OK", takes=True)
    smtp_server.script = script

    assert sweep() == 6
    assert smtp_server.received() == recipients
    assert set(Mail.objects.values_list("attempts", "possibly_double")) == {(1, False)}


@pytest.mark.parametrize(
    ("code", "said", "answer"),
    [
        (550, "relay not permitted", Answer.DENIED),
        (554, "Relaying denied", Answer.DENIED),
        (550, "Recipient address rejected: Access denied", Answer.DENIED),
        (550, "<a@b.example>: Relay access denied", Answer.DENIED),
        (550, "Sender is not permitted to relay through this server", Answer.DENIED),
        (550, "User unknown", Answer.NO_SUCH_ADDRESS),
        (550, "Requested action not taken: mailbox unavailable", Answer.NO_SUCH_ADDRESS),
        (550, "Unrouteable address", Answer.NO_SUCH_ADDRESS),
        (
            550,
            "<a@b.example>: User unknown in relay recipient table",
            Answer.NO_SUCH_ADDRESS,
        ),
        (550, "No", Answer.REFUSED),
        (550, "5.2.2 Mailbox full", Answer.LATER),
        (552, "Mailbox size exceeded", Answer.LATER),
        (452, "Insufficient storage", Answer.LATER),
    ],
)
def test_without_an_extended_code_the_words_say_whether_it_is_the_address_or_us(
    code: int, said: str, answer: Answer
) -> None:
    assert judged(Step.RECIPIENT, code, said).answer is answer


@pytest.mark.parametrize("said", ["550 5.1.1 User unknown", "550 We do not want you"])
def test_a_server_that_refuses_one_address_after_the_other_means_us(db: None, smtp_server: Server, said: str) -> None:
    write(10)
    smtp_server.script = lambda _recipient, _tries: Fate(said, at_data=False)

    assert sweep() == 0

    assert set(Mail.objects.values_list("state", flat=True)) == {MailState.DUE}
    assert not Mail.objects.filter(text="").exists()
    assert not PausedAddress.objects.exists()
    assert sum(smtp_server.tries.values()) == refusal_rows.ABOUT_US

    smtp_server.script = lambda _recipient, _tries: Fate("250 OK", takes=True)
    assert sweep(5) == 10


def test_a_code_among_those_is_kept(db: None, smtp_server: Server) -> None:
    code_mail("code@stadt.example")
    write(3)
    smtp_server.script = lambda _recipient, _tries: Fate("550 5.1.1 User unknown", at_data=False)

    sweep()

    assert "123456" in Mail.objects.get(recipient="code@stadt.example").text


def test_addresses_that_are_refused_for_hours_are_believed_to_be_wrong(db: None, smtp_server: Server) -> None:
    write(5)
    Mail.objects.update(attempts=refusal_rows.BELIEVED_AFTER)
    smtp_server.script = lambda _recipient, _tries: Fate("550 5.1.1 User unknown", at_data=False)

    sweep()

    assert PausedAddress.objects.count() == 5


def test_a_full_mailbox_is_tried_again_and_pauses_nobody(db: None, smtp_server: Server) -> None:
    write(1)
    smtp_server.script = lambda _recipient, _tries: Fate("552 5.2.2 Mailbox full", at_data=False)

    sweep()

    assert Mail.objects.get().state == MailState.DUE
    assert not PausedAddress.objects.exists()


def test_a_code_is_tried_though_its_address_is_paused(db: None, smtp_server: Server) -> None:
    mail = code_mail("code@stadt.example")
    pause(address="code@stadt.example", reason="550", mail=None, now=NOW)

    assert delivery.deliver(mail.pk, now=NOW) == MailState.SENT
    assert smtp_server.received() == ["code@stadt.example"]


def test_an_address_that_is_resumed_during_the_sweep_is_tried_again_and_holds_up_nothing(
    db: None, smtp_server: Server, cast: Cast
) -> None:
    write(2)
    Mail.objects.filter(recipient="001@stadt.example").update(recipient="000@stadt.example", key="2")

    def script(_recipient: str, _tries: int) -> Fate:
        return Fate("550 5.1.1 No such user", at_data=False)

    smtp_server.script = script
    batches = []
    real = preparing.next_batch

    def next_batch(*, now: datetime.datetime, only_codes: bool = False) -> list[Mail]:
        if batches and (one := PausedAddress.objects.filter(ended_at=None).first()):
            resume(pk=one.pk, by=cast.coordinator, now=NOW)
        batches.append(now)
        assert len(batches) < 10, "The sweep spins."
        return real(now=now, only_codes=only_codes)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(preparing, "next_batch", next_batch)
        assert sweep() == 0

    assert smtp_server.tries["000@stadt.example"] == 2
    assert set(Mail.objects.values_list("state", flat=True)) == {MailState.FAILED}
