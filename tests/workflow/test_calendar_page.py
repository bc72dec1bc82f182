"""The page of one's calendar address, and the dates of a cycle as a file."""

import datetime
import re
import threading
from contextlib import suppress

import pytest
from django.db import connections
from django.test import Client

from notifications.models import CalendarFeed
from notifications.services import calendars
from offices.errors import ConflictError
from offices.models import Person
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW
from tests.workflow.conftest import Stage
from tests.workflow.rfc5545 import checked
from tests.workflow.steps import SignIn, text

ADDRESS = re.compile(r'value="http://127\.0\.0\.1:8000(/kalender/[\w-]{43}\.ics)"')


def test_the_address_is_shown_in_full_once_and_opens_the_feed(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    client = signed_in(cast.clerk)
    answer = client.post("/kalender/", follow=True)

    (address,) = ADDRESS.findall(text(answer))
    assert checked(Client().get(address).content).inside
    assert "no-store" in answer["Cache-Control"]
    # Without a referrer browsers send no origin either, and the form would be refused.
    assert answer["Referrer-Policy"] == "same-origin"
    again = text(client.get("/kalender/"))
    assert not ADDRESS.findall(again)
    assert "Neue Adresse" in again


def test_a_new_address_asks_first_and_ends_the_old_one(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    client = signed_in(cast.clerk)
    (old,) = ADDRESS.findall(text(client.post("/kalender/", follow=True)))

    asked = text(client.get("/kalender/erneuern/"))
    assert "Die bisherige Adresse zeigt dann nichts mehr an." in asked
    assert Client().get(old).status_code == 200

    (feed,) = re.findall(r'name="ersetzt" value="(\d+)"', asked)
    (new,) = ADDRESS.findall(text(client.post("/kalender/", {"ersetzt": feed}, follow=True)))
    assert (Client().get(old).status_code, Client().get(new).status_code) == (404, 200)


def test_clicking_twice_or_loading_again_makes_no_second_address(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    client = signed_in(cast.clerk)
    assert client.post("/kalender/")["Location"] == "/kalender/"
    (address,) = ADDRESS.findall(text(client.post("/kalender/", follow=True)))
    assert Client().get(address).status_code == 200
    again = text(client.get("/kalender/"))
    assert "Sie wurde zu Ihrer Sicherheit nur einmal gezeigt" in again

    (feed,) = re.findall(r'name="ersetzt" value="(\d+)"', text(client.get("/kalender/erneuern/")))
    client.post("/kalender/", {"ersetzt": feed})
    (new,) = ADDRESS.findall(text(client.post("/kalender/", {"ersetzt": feed}, follow=True)))
    assert Client().get(new).status_code == 200
    assert CalendarFeed.objects.count() == 2


def test_revoking_asks_first_and_then_nothing_opens(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    client = signed_in(cast.clerk)
    (address,) = ADDRESS.findall(text(client.post("/kalender/", follow=True)))

    assert "Kalenderadresse widerrufen?" in text(client.get("/kalender/widerrufen/"))
    assert Client().get(address).status_code == 200

    answer = client.post("/kalender/widerrufen/", follow=True)
    assert "Die Kalenderadresse ist widerrufen." in text(answer)
    assert "Adresse erstellen" in text(answer)
    assert Client().get(address).status_code == 404


def test_without_an_address_there_is_nothing_to_renew_or_revoke(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.clerk)
    for page in ("erneuern", "widerrufen"):
        assert client.get(f"/kalender/{page}/")["Location"] == "/kalender/"
    with pytest.raises(ConflictError):
        calendars.revoke(by=cast.clerk, now=NOW)


def test_the_page_says_when_a_calendar_has_fetched_it_last(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    client = signed_in(cast.clerk)
    (address,) = ADDRESS.findall(text(client.post("/kalender/", follow=True)))
    assert "Noch hat kein Kalender sie abgerufen." in text(client.get("/kalender/"))

    Client().get(address)

    assert "Zuletzt abgerufen wurde sie am" in text(client.get("/kalender/"))


def test_header_account_inbox_and_cycle_lead_there(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    client = signed_in(cast.clerk)
    file = f'href="/kalender/abfrage/{stage.cycle.pk}.ics"'
    assert 'href="/kalender/"' in text(client.get("/aufgaben/"))
    assert file in text(client.get("/aufgaben/"))
    assert 'href="/kalender/"' in text(client.get("/anmelden/konto/"))
    assert file in text(client.get("/kalender/"))
    client.force_login(cast.coordinator, backend="offices.backends.OfficeBackend")
    assert file in text(client.get(f"/abfragen/{stage.cycle.pk}/"))


def test_the_dates_of_a_cycle_are_a_file_without_anybodys_tasks(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    answer = signed_in(cast.clerk).get(f"/kalender/abfrage/{stage.cycle.pk}.ics")

    assert answer["Content-Disposition"] == 'attachment; filename="abfrage-2025-2026.ics"'
    uids = [one.text("UID") for one in checked(answer.content).inside]
    assert uids
    assert all(uid.startswith(f"cycle-{stage.cycle.pk}-") for uid in uids)


def test_planned_and_imported_cycles_have_no_file_for_everybody(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    planned = factories.cycle(
        stage.edition, period_from=datetime.date(2027, 1, 1), period_until=datetime.date(2027, 12, 31)
    )
    address = f"/kalender/abfrage/{planned.pk}.ics"

    assert signed_in(cast.clerk).get(address).status_code == 404
    assert signed_in(cast.coordinator).get(address).status_code == 200
    planned.imported = True
    planned.save()
    assert signed_in(cast.coordinator).get(address).status_code == 404


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_of_many_clicks_at_once_one_address_holds(cast: Cast) -> None:
    tokens: list[str] = []

    def click() -> None:
        try:
            with suppress(ConflictError):
                tokens.append(calendars.create(by=Person.objects.get(pk=cast.clerk.pk), now=NOW))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=click) for _one in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    (token,) = tokens
    assert calendars.reader_of(token, today=NOW.date())
    assert CalendarFeed.objects.count() == 1
