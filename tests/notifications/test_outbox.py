"""The outbox writes each mail once."""

import datetime
import threading
from types import SimpleNamespace

import pytest
import time_machine
from django.core import mail as django_mail
from django.utils import timezone
from kombu.exceptions import OperationalError
from pytest_django import DjangoCaptureOnCommitCallbacks

from notifications.models import Mail, MailKind, MailState
from notifications.services import outbox

NOW = datetime.datetime(2026, 11, 23, 8, 0, tzinfo=datetime.UTC)


def code_mail(recipient: str = "person@stadt.example", key: str = "1", *, secret: bool = True) -> Mail:
    return outbox.queue(
        kind=MailKind.SIGN_IN_CODE,
        recipient=recipient,
        key=key,
        template="sign_in_code",
        context={"code": "123456", "minutes": 15, "person_name": "O'Neil & Söhne"},
        secret=secret,
        now=NOW,
    )


def test_a_mail_is_a_row_before_it_is_sent(db: None) -> None:
    mail = code_mail()

    assert mail.state == MailState.DUE
    assert "123456" in mail.text
    assert "123456" in mail.html
    assert "123456" not in mail.subject
    assert mail.message_id.endswith("@127.0.0.1>")
    assert django_mail.outbox == []


def test_plain_text_is_not_escaped_and_html_is(db: None) -> None:
    mail = code_mail()

    assert "O'Neil & Söhne" in mail.text
    assert "&amp; Söhne" in mail.html


def test_the_same_mail_planned_twice_is_one_mail(db: None) -> None:
    assert code_mail().pk == code_mail("PERSON@stadt.example ").pk
    assert Mail.objects.count() == 1


def test_another_key_is_another_mail(db: None) -> None:
    assert code_mail(key="1").message_id != code_mail(key="2").message_id


def test_a_mail_leaves_the_house_once_the_transaction_is_through(
    db: None, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, settings: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        mail = outbox.queue(
            kind=MailKind.ACCOUNT,
            recipient="a@stadt.example",
            key="1",
            template="passkey_added",
            context={},
            now=datetime.datetime.now(datetime.UTC),
        )

    mail.refresh_from_db()
    assert mail.state == MailState.SENT
    assert [sent.to for sent in django_mail.outbox] == [["a@stadt.example"]]


@pytest.fixture
def no_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise OperationalError("no broker")

    monkeypatch.setattr("notifications.tasks.deliver_mail.apply_async", refuse)


def test_a_queue_that_is_down_loses_no_mail(
    db: None, no_queue: None, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        mail = outbox.queue_one(
            outbox.Letter(MailKind.ACCOUNT, "a@stadt.example", "1", "passkey_added"), now=timezone.now()
        )

    assert Mail.objects.get(pk=mail.pk).state == MailState.DUE
    assert django_mail.outbox == []


def test_a_queue_that_is_down_keeps_nobody_from_signing_in(
    db: None, no_queue: None, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with time_machine.travel(NOW, tick=False), django_capture_on_commit_callbacks(execute=True):
        mail = code_mail()

    assert Mail.objects.get(pk=mail.pk).state == MailState.SENT
    assert [sent.to for sent in django_mail.outbox] == [["person@stadt.example"]]
    assert "123456" in django_mail.outbox[0].body


def test_a_code_for_an_unknown_address_is_not_sent_while_the_queue_is_down(
    db: None, no_queue: None, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    letter = outbox.Letter(
        MailKind.SIGN_IN_CODE, "x@stadt.example", "1", "sign_in_code", {"code": "1", "minutes": 15, "person_name": ""}
    )
    with django_capture_on_commit_callbacks(execute=True):
        outbox.rehearse(letter, now=timezone.now())

    assert django_mail.outbox == []


def test_nobodys_page_waits_for_a_queue_that_hangs(
    db: None,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    come_back, asked = threading.Event(), threading.Event()

    def hang(*_args: object, **_options: object) -> None:
        asked.set()
        come_back.wait(10)

    monkeypatch.setattr("notifications.tasks.deliver_mail.apply_async", hang)
    elsewhere = SimpleNamespace(conf=SimpleNamespace(task_always_eager=False))
    monkeypatch.setattr("notifications.services.outbox.current_app", elsewhere)
    with django_capture_on_commit_callbacks(execute=True):
        code_mail()

    assert asked.wait(10)
    assert not come_back.is_set()
    come_back.set()


def test_many_mails_cost_few_statements(db: None, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    letters = [
        outbox.Letter(MailKind.ACCOUNT, f"{number}@stadt.example", "1", "passkey_added") for number in range(300)
    ]
    with django_assert_max_num_queries(10):
        outbox.queue_many(letters, now=NOW)

    assert Mail.objects.count() == 300


def test_a_rehearsal_leaves_nothing_behind(db: None) -> None:
    letter = outbox.Letter(MailKind.ACCOUNT, "a@stadt.example", "1", "passkey_added")
    outbox.rehearse(letter, now=NOW)

    assert not Mail.objects.exists()
