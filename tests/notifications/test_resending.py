"""A mail that is sent once more is a row of its own."""

import datetime

import pytest
from django.core.mail import EmailMessage

from notifications.models import Mail, MailKind, MailState, MailTopic, Notice, NoticeKind
from notifications.services import delivery
from notifications.services.resending import send_once_more
from offices.errors import ConflictError, DomainError
from offices.models import Person
from tests.conftest import Cast
from tests.factories import NOW
from workflow.queries.told import key_of, written


def mail_to(person: Person | None = None, **fields: object) -> Mail:
    """A mail that was sent, unless said otherwise."""
    number = Mail.objects.count()
    values: dict[str, object] = {
        "kind": MailKind.RETURNED,
        "recipient": person.email if person else f"{number}@stadt.example",
        "person": person,
        "key": f"returned:{number}",
        "subject": "Ihr Text kommt zurück",
        "text": "Bitte ergänzen Sie die Zahlen.\n",
        "html": "<p>Bitte ergänzen Sie die Zahlen.</p>",
        "message_id": f"<{number}@stadt.example>",
        "state": MailState.SENT,
        "sent_at": NOW,
        "composed_at": NOW,
        "created_at": NOW,
        "next_try_at": NOW,
    }
    return Mail.objects.create(**{**values, **fields})


def test_a_failed_mail_goes_out_as_a_new_row_with_the_same_words(cast: Cast, mailoutbox: list[EmailMessage]) -> None:
    first = mail_to(cast.clerk, state=MailState.FAILED, attempts=4, last_error="550", sent_at=None)

    again = send_once_more(first.pk, by=cast.coordinator, now=NOW, seen=0)
    delivery.sweep(clock=lambda: NOW)

    again.refresh_from_db()
    first.refresh_from_db()
    assert (again.key, again.resend_of, again.wanted_by) == ("returned:0#2", first, cast.coordinator)
    assert (again.subject, again.text, again.html) == (first.subject, first.text, first.html)
    assert again.message_id != first.message_id
    assert again.state == MailState.SENT
    assert (first.state, first.attempts, first.last_error) == (MailState.FAILED, 4, "550")
    assert [one.to for one in mailoutbox] == [[cast.clerk.email]]


def test_a_sent_mail_goes_out_again_only_if_that_is_wanted_all_the_same(cast: Cast) -> None:
    first = mail_to(cast.clerk)

    with pytest.raises(DomainError):
        send_once_more(first.pk, by=cast.coordinator, now=NOW, seen=0)
    assert Mail.objects.count() == 1

    again = send_once_more(first.pk, by=cast.coordinator, now=NOW, seen=0, although_sent=True)
    assert again.state == MailState.DUE


def test_a_copy_sent_again_points_to_the_first_and_counts_on(cast: Cast) -> None:
    first = mail_to(cast.clerk, state=MailState.FAILED)
    second = send_once_more(first.pk, by=cast.coordinator, now=NOW, seen=0)
    Mail.objects.filter(pk=second.pk).update(state=MailState.FAILED)

    third = send_once_more(second.pk, by=cast.administrator, now=NOW, seen=1)

    assert (third.key, third.resend_of) == ("returned:0#3", first)


def test_a_second_click_sends_nothing(cast: Cast) -> None:
    first = mail_to(cast.clerk, state=MailState.FAILED)
    send_once_more(first.pk, by=cast.coordinator, now=NOW, seen=0)

    with pytest.raises(ConflictError):
        send_once_more(first.pk, by=cast.coordinator, now=NOW, seen=0)
    assert Mail.objects.count() == 2


def test_a_corrected_address_is_used(cast: Cast) -> None:
    first = mail_to(cast.clerk, state=MailState.FAILED)
    Person.objects.filter(pk=cast.clerk.pk).update(email="Richtig@stadt.example")

    assert send_once_more(first.pk, by=cast.coordinator, now=NOW, seen=0).recipient == "richtig@stadt.example"


def test_a_copy_is_about_the_same_things_except_what_was_done_before(cast: Cast) -> None:
    first = mail_to(cast.clerk, kind=MailKind.REMINDER, state=MailState.FAILED)
    MailTopic.objects.create(mail=first, topic="update:1")
    for number, dropped_at in ((1, None), (2, None), (3, NOW)):
        Notice.objects.create(
            kind=NoticeKind.TASK,
            addressee=f"p:{cast.clerk.pk}",
            about=f"item:{number}",
            topic=f"update:{number}",
            due_on=NOW.date(),
            mail=first,
            created_at=NOW,
            dropped_at=dropped_at,
        )

    again = send_once_more(first.pk, by=cast.coordinator, now=NOW, seen=0)

    assert sorted(again.topics.values_list("topic", flat=True)) == ["update:1", "update:2"]


@pytest.mark.parametrize(
    "fields",
    [
        {"state": MailState.DUE},
        {"state": MailState.CLAIMED},
        {"state": MailState.WITHDRAWN},
        {"secret": True, "text": ""},
        {"text": ""},
        {"obsolete_at": NOW},
    ],
    ids=["waiting", "being sent", "withdrawn", "secret", "never written", "over"],
)
def test_what_cannot_be_sent_again_stays_as_it_is(cast: Cast, fields: dict[str, object]) -> None:
    first = mail_to(cast.clerk, **fields)

    with pytest.raises(DomainError):
        send_once_more(first.pk, by=cast.coordinator, now=NOW, seen=0, although_sent=True)
    assert Mail.objects.count() == 1


def test_nobody_writes_to_a_person_who_is_switched_off(cast: Cast) -> None:
    first = mail_to(cast.clerk, state=MailState.FAILED)
    Person.objects.filter(pk=cast.clerk.pk).update(is_active=False)

    with pytest.raises(DomainError):
        send_once_more(first.pk, by=cast.coordinator, now=NOW, seen=0)


def test_a_copy_is_of_use_as_long_as_the_first(cast: Cast) -> None:
    ends = NOW + datetime.timedelta(hours=3)
    first = mail_to(cast.clerk, state=MailState.FAILED, obsolete_at=ends)

    assert send_once_more(first.pk, by=cast.coordinator, now=NOW, seen=0).obsolete_at == ends


def test_a_reminder_that_is_sent_again_says_what_the_first_said(cast: Cast, mailoutbox: list[EmailMessage]) -> None:
    ends = NOW + datetime.timedelta(hours=3)
    first = mail_to(cast.clerk, kind=MailKind.REMINDER, key="reminder:2026-11-23", obsolete_at=ends)
    again = send_once_more(first.pk, by=cast.coordinator, now=NOW, seen=0, although_sent=True)

    delivery.sweep(clock=lambda: NOW)

    again.refresh_from_db()
    assert again.state == MailState.SENT
    assert [one.body for one in mailoutbox] == [first.text]


def test_a_reminder_that_is_sent_again_keeps_the_planner_quiet(cast: Cast) -> None:
    ends = NOW + datetime.timedelta(hours=3)
    first = mail_to(cast.clerk, kind=MailKind.REMINDER, key=key_of(NOW.date()), obsolete_at=ends)
    send_once_more(first.pk, by=cast.coordinator, now=NOW, seen=0, although_sent=True)

    assert written(NOW.date()) == {f"p:{cast.clerk.pk}"}
