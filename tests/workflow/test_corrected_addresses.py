"""What waits for somebody follows them to a corrected address."""

from collections.abc import Callable

import pytest
from django.core.mail import EmailMessage
from django.test import Client

from notifications.models import Mail, MailKind, MailState, PausedAddress
from notifications.services import delivery, readdressing, resending
from offices.errors import DomainError
from offices.models import Person
from tests.conftest import Cast
from tests.workflow.test_mail_readers import MORNING, sweep, waiting

NEW = "richtig@stadt.example"


def correct(person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(email=NEW)


def pause(person: Person) -> None:
    PausedAddress.objects.create(address=person.email, reason="550 5.1.1", since=MORNING)


def test_a_mail_that_waits_for_a_paused_address_goes_to_the_corrected_one(
    cast: Cast, mailoutbox: list[EmailMessage]
) -> None:
    pause(cast.clerk)
    mail = waiting(cast.clerk)
    correct(cast.clerk)

    sweep()

    mail.refresh_from_db()
    assert (mail.state, mail.recipient) == (MailState.SENT, NEW)
    assert [one.to for one in mailoutbox] == [[NEW]]


def test_a_hint_finds_the_corrected_address_too(cast: Cast) -> None:
    pause(cast.clerk)
    mail = waiting(cast.clerk)
    correct(cast.clerk)

    assert delivery.deliver(mail.pk, now=MORNING) == MailState.SENT


def test_what_may_have_arrived_stays_with_its_address(cast: Cast, mailoutbox: list[EmailMessage]) -> None:
    waiting(cast.clerk, possibly_double=True)
    correct(cast.clerk)

    sweep()

    assert [one.to for one in mailoutbox] == [[cast.clerk.email]]


def test_a_mail_about_the_account_stays_with_its_address(cast: Cast, mailoutbox: list[EmailMessage]) -> None:
    waiting(cast.clerk, MailKind.ACCOUNT)
    correct(cast.clerk)

    sweep()

    assert [one.to for one in mailoutbox] == [[cast.clerk.email]]


def test_the_same_mail_does_not_arrive_twice_at_the_new_address(cast: Cast, mailoutbox: list[EmailMessage]) -> None:
    old = waiting(cast.clerk)
    correct(cast.clerk)
    new = waiting(Person.objects.get(pk=cast.clerk.pk))
    Mail.objects.filter(pk=new.pk).update(key=old.key)

    sweep()

    assert [one.to for one in mailoutbox] == [[NEW]]
    old.refresh_from_db()
    assert old.state == MailState.WITHDRAWN


@pytest.mark.parametrize("number", [2, 20])
def test_nobody_who_stays_costs_a_query(
    cast: Cast, number: int, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for _ in range(number):
        waiting(cast.clerk)
    with django_assert_max_num_queries(1):
        assert readdressing.follow(now=MORNING) == 0


def test_a_mail_that_waits_for_a_paused_address_is_sent_once_more_instead_of_it(
    cast: Cast, mailoutbox: list[EmailMessage]
) -> None:
    pause(cast.clerk)
    mail = waiting(cast.clerk)

    again = resending.send_once_more(mail.pk, by=cast.coordinator, now=MORNING, seen=0)
    PausedAddress.objects.all().delete()
    sweep()

    mail.refresh_from_db()
    assert (mail.state, again.resend_of) == (MailState.WITHDRAWN, mail)
    assert len(mailoutbox) == 1


def test_a_mail_that_waits_for_its_turn_is_not_sent_once_more(cast: Cast) -> None:
    mail = waiting(cast.clerk)
    with pytest.raises(DomainError):
        resending.send_once_more(mail.pk, by=cast.coordinator, now=MORNING, seen=0)


def test_the_page_of_a_mail_that_waits_for_a_paused_address_offers_it(
    signed_in: Callable[[Person], Client], cast: Cast
) -> None:
    pause(cast.clerk)
    mail = waiting(cast.clerk)

    page = signed_in(cast.coordinator).get(f"/post/{mail.pk}/").content.decode()

    assert f"/post/{mail.pk}/noch-einmal/" in page
