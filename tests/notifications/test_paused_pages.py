"""Addresses to which nothing is sent for now, above the mails."""

from collections.abc import Callable

from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from notifications.models import MailState, PausedAddress
from notifications.services import delivery
from offices.models import Person
from tests.conftest import Cast
from tests.factories import NOW
from tests.notifications.test_outbox_pages import shown
from tests.notifications.test_resending import mail_to

SignIn = Callable[[Person], Client]


def pause_of(person: Person) -> PausedAddress:
    return PausedAddress.objects.create(address=person.email, reason="550 5.1.1 User unknown", since=NOW)


def test_a_paused_address_stands_above_the_mails_with_what_waits_for_it(signed_in: SignIn, cast: Cast) -> None:
    pause_of(cast.clerk)
    mail_to(cast.clerk, state=MailState.DUE)
    page = shown(signed_in(cast.coordinator), "/post/?stand=sent")

    for words in (
        "An 1 Adresse wird nichts zugestellt",
        f"{cast.clerk.email}</strong> · Sachbearbeitung 51",
        "550 5.1.1 User unknown",
        "seit 23.11.2026 10:00 · 1 Mail wartet",
    ):
        assert words in page
    assert "wartet: Adresse angehalten" in shown(signed_in(cast.coordinator), "/post/?stand=due")


def test_coordinators_see_in_the_menu_that_somebody_gets_no_mail(signed_in: SignIn, cast: Cast) -> None:
    count = '<span class="kern-sr-only">offen: </span>1</span></a></li>'
    client = signed_in(cast.coordinator)
    assert f'href="/post/">Post <span class="count">{count}' not in shown(client, "/board/")
    pause_of(cast.clerk)
    assert f'href="/post/">Post <span class="count">{count}' in shown(client, "/board/")


def test_what_waited_goes_out_once_the_pause_is_ended(
    signed_in: SignIn, cast: Cast, mailoutbox: list[EmailMessage]
) -> None:
    paused = pause_of(cast.clerk)
    mail_to(cast.clerk, state=MailState.DUE, sent_at=None, created_at=timezone.now(), next_try_at=timezone.now())
    client = signed_in(cast.coordinator)
    delivery.sweep(clock=timezone.now)
    assert mailoutbox == []

    client.post(f"/post/adresse/{paused.pk}/wieder-zustellen/")
    delivery.sweep(clock=timezone.now)

    paused.refresh_from_db()
    assert paused.ended_by == cast.coordinator
    assert [one.to for one in mailoutbox] == [[cast.clerk.email]]
    assert "wird nichts zugestellt" not in shown(client, "/post/")


def test_a_pause_ends_once(signed_in: SignIn, cast: Cast) -> None:
    paused = pause_of(cast.clerk)
    client = signed_in(cast.coordinator)
    address = f"/post/adresse/{paused.pk}/wieder-zustellen/"
    client.post(address)

    assert "Diese Pause ist schon beendet." in client.post(address, follow=True).content.decode()


def test_a_mail_says_that_its_address_is_paused(signed_in: SignIn, cast: Cast) -> None:
    mail = mail_to(cast.clerk, state=MailState.FAILED)
    pause_of(cast.clerk)
    client = signed_in(cast.coordinator)

    assert f"An {cast.clerk.email} wird seit dem 23.11.2026 nichts zugestellt" in shown(client, f"/post/{mail.pk}/")
    assert "Die Mail wartet, bis jemand wieder zustellen lässt." in shown(client, f"/post/{mail.pk}/noch-einmal/")


def test_all_pauses_that_the_page_shows_end_with_one_button(signed_in: SignIn, cast: Cast) -> None:
    client = signed_in(cast.coordinator)
    first = pause_of(cast.clerk)
    assert "Alle wieder zustellen" not in shown(client, "/post/")
    second = pause_of(cast.head)
    assert "Alle wieder zustellen" in shown(client, "/post/")
    unseen = pause_of(cast.reviewer)
    address, data = "/post/adressen/wieder-zustellen/", {"adresse": [first.pk, second.pk]}

    page = client.post(address, data, follow=True).content.decode()

    assert "An 2 Adressen wird wieder zugestellt." in page
    assert set(PausedAddress.objects.filter(ended_by=cast.coordinator)) == {first, second}
    assert list(PausedAddress.objects.filter(ended_at=None)) == [unseen]
    assert "Diese Pause ist schon beendet." in client.post(address, data, follow=True).content.decode()
