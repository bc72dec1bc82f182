"""The pages of a mail to a selection: write, look at it, go back, send."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from notifications.models import Mail, MailKind, PausedAddress
from offices.models import Person, Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW
from tests.workflow.bulk_steps import hidden
from tests.workflow.conftest import Stage
from workflow.models import BulkAction, StatusUpdate
from workflow.queries.circulars import Audience

WRITE = "/board/mail/"
SEND = "/board/mail/senden/"
TEXT = "Liebe Kolleginnen und Kollegen,\r\nbald ist Abgabe.\r\n\r\n<b>Danke</b> für {{ alles }}!"


@pytest.fixture
def coordinator(signed_in: Callable[[Person], Client], cast: Cast) -> Client:
    return signed_in(cast.coordinator)


def sent() -> dict[str, Mail]:
    return {one.recipient: one for one in Mail.objects.filter(kind=MailKind.CIRCULAR)}


def preview(client: Client, *updates: StatusUpdate, **more: object) -> str:
    given = {
        "run": [one.pk for one in updates],
        "weiter": "1",
        "audience": [Audience.DESK],
        "subject": "Bald ist Abgabe",
        "text": TEXT,
    }
    response = client.post(WRITE, given | more)
    assert response.status_code == 200, response.content.decode()
    return response.content.decode()


def answers(page: str) -> dict[str, object]:
    """What the preview's form would post, with every audience."""
    audiences = re.findall(r'name="audience" value="([^"]+)"', page)
    return hidden(page) | {"audience": audiences, "text": TEXT}


def test_the_board_leads_to_the_form_with_the_marked_runs(coordinator: Client, cast: Cast, stage: Stage) -> None:
    board = coordinator.get("/board/").content.decode()
    assert f'formaction="{WRITE}"' in board
    one = coordinator.post(WRITE, {"run": [stage.youth_update.pk], "auswahl": "?amt=1"}).content.decode()
    assert "Mail zu 1 Vorgang schreiben" in one
    assert '<a href="/board/" aria-current="page">Board' in one
    assert 'href="/board/?amt=1"' in one
    every = coordinator.post(WRITE, {"alle": "1", "auswahl": f"?amt={cast.school.pk}"}).content.decode()
    assert "Mail zu 2 Vorgängen schreiben" in every
    column = coordinator.post(WRITE, {"spalte": ["requested"]}).content.decode()
    assert "Mail zu 3 Vorgängen schreiben" in column


def test_without_a_selection_one_is_asked_to_mark_something(coordinator: Client, stage: Stage) -> None:
    for given in ({}, {"run": ["x", "99999999"]}, {"vorgaenge": "7777:0"}, {"vorgaenge": "7777:0", "weiter": "1"}):
        response = coordinator.post(WRITE, given)
        assert (response.status_code, response["Location"]) == (302, "/board/")


def test_what_is_missing_is_said_and_what_was_written_is_kept(coordinator: Client, stage: Stage) -> None:
    response = coordinator.post(WRITE, {"run": [stage.youth_update.pk], "weiter": "1", "text": "Schon geschrieben"})
    page = response.content.decode()
    assert response.status_code == 422
    assert "Bitte wählen Sie, wer die Mail bekommt." in page
    assert "Bitte geben Sie einen Betreff an." in page
    assert "Schon geschrieben" in page


def test_the_preview_shows_who_gets_it_and_how_it_looks(coordinator: Client, cast: Cast, stage: Stage) -> None:
    factories.absence(cast.clerk, cast.reviewer)
    page = preview(coordinator, stage.youth_update, stage.health_update)
    assert "4 Mails senden?" in page
    assert "An 3 Personen" in page
    assert "und 1 Postfach" in page
    for address in (cast.clerk.email, cast.colleague.email, cast.reviewer.email, cast.health.mailbox):
        assert address in page
    assert "in Vertretung für Sachbearbeitung 51" in page
    assert cast.head.email not in page
    assert "<p>Liebe Kolleginnen und Kollegen,<br>bald ist Abgabe.</p>" in page
    assert "<p>&lt;b&gt;Danke&lt;/b&gt; für {{ alles }}!</p>" in page
    assert "Guten Tag, Sachbearbeitung 51," in page
    assert sent() == {}
    assert not BulkAction.objects.exists()


def test_the_preview_says_to_which_address_nothing_is_sent_at_the_moment(
    coordinator: Client, cast: Cast, stage: Stage
) -> None:
    said = "An diese Adresse geht zurzeit nichts"
    assert said not in preview(coordinator, stage.youth_update)
    PausedAddress.objects.create(address=cast.clerk.email, reason="550", since=NOW)
    assert preview(coordinator, stage.youth_update).count(said) == 1


def test_what_was_previewed_is_what_is_sent(coordinator: Client, cast: Cast, stage: Stage) -> None:
    page = preview(coordinator, stage.youth_update, audience=[Audience.DESK, Audience.HEADS])
    response = coordinator.post(SEND, answers(page))
    action = BulkAction.objects.get()
    assert response["Location"] == reverse("workflow:bulk-result", args=[action.pk])
    assert set(sent()) == {cast.clerk.email, cast.colleague.email, cast.head.email}
    mail = sent()[cast.head.email]
    assert "<p>Liebe Kolleginnen und Kollegen,<br>bald ist Abgabe.</p>" in mail.html
    assert "&lt;b&gt;Danke&lt;/b&gt; für {{ alles }}!" in mail.html
    assert "Liebe Kolleginnen und Kollegen,\nbald ist Abgabe.\n\n<b>Danke</b> für {{ alles }}!" in mail.text
    result = coordinator.get(response["Location"]).content.decode()
    assert "Mail zu 1 Vorgang ist unterwegs" in result
    assert "&lt;b&gt;Danke&lt;/b&gt;" in result
    assert "lassen sich nicht zurückholen" in result
    assert "Rückgängig machen" not in result
    again = coordinator.post(SEND, answers(page))
    assert again["Location"] == response["Location"]
    assert len(sent()) == 3


def test_going_back_from_the_preview_keeps_the_text(coordinator: Client, stage: Stage) -> None:
    page = preview(coordinator, stage.youth_update, audience=[Audience.HEADS], auswahl="?q=1.1")
    assert f'formaction="{WRITE}"' in page
    form = coordinator.post(WRITE, answers(page)).content.decode()
    assert 'value="Bald ist Abgabe"' in form
    assert "bald ist Abgabe." in form
    assert re.search(r'value="leitung"[^>]*checked', form)
    assert not re.search(r'value="tisch"[^>]*checked', form)
    assert 'href="/board/?q=1.1"' in form
    assert sent() == {}


def test_the_page_shows_the_list_anew_if_somebody_else_would_get_it_by_now(
    coordinator: Client, cast: Cast, stage: Stage
) -> None:
    page = preview(coordinator, stage.youth_update)
    factories.member(Role.CLERK, cast.youth, email="neu-51@stadt.example", name="Neu")
    response = coordinator.post(SEND, answers(page))
    assert response.status_code == 409
    anew = response.content.decode()
    assert "Inzwischen bekäme jemand anderes die Mail" in anew
    assert "neu-51@stadt.example" in anew
    assert sent() == {}
    assert coordinator.post(SEND, answers(anew)).status_code == 302
    assert "neu-51@stadt.example" in sent()


def test_a_mail_for_nobody_goes_no_further(coordinator: Client, stage: Stage) -> None:
    given = {"run": [stage.health_update.pk], "weiter": "1", "audience": [Audience.HEADS], "subject": "a", "text": "b"}
    response = coordinator.post(WRITE, given)
    assert response.status_code == 422
    assert "Diese Mail bekäme niemand." in response.content.decode()


def test_a_subject_stays_one_line(coordinator: Client, cast: Cast, stage: Stage) -> None:
    page = preview(coordinator, stage.youth_update, subject="Eins\r\nBcc: alle@stadt.example")
    coordinator.post(SEND, answers(page))
    assert sent()[cast.clerk.email].subject == "Eins Bcc: alle@stadt.example"


def test_from_a_run_one_writes_about_it_and_comes_back_to_it(coordinator: Client, cast: Cast, stage: Stage) -> None:
    run = reverse("workflow:update-detail", args=[stage.youth_update.pk])
    address = f"{WRITE}?von=vorgang&amp;run={stage.youth_update.pk}"
    assert f'href="{address}"' in coordinator.get(run).content.decode()
    form = coordinator.get(address.replace("&amp;", "&")).content.decode()
    assert "Mail zu diesem Vorgang schreiben" in form
    assert f'<a href="{run}">Abbrechen</a>' in form
    page = preview(coordinator, stage.youth_update, von="vorgang")
    assert f'<a href="{run}">Abbrechen</a>' in page
    assert coordinator.post(SEND, answers(page)).status_code == 302


def test_others_see_no_way_to_write(signed_in: Callable[[Person], Client], cast: Cast, stage: Stage) -> None:
    clerk = signed_in(cast.clerk)
    assert WRITE not in clerk.get(reverse("workflow:update-detail", args=[stage.youth_update.pk])).content.decode()
    assert clerk.get(f"{WRITE}?run={stage.youth_update.pk}").status_code == 404


def test_the_history_of_a_run_tells_of_the_mail(coordinator: Client, cast: Cast, stage: Stage) -> None:
    coordinator.post(SEND, answers(preview(coordinator, stage.youth_update)))
    page = coordinator.get(reverse("workflow:update-history", args=[stage.youth_update.pk])).content.decode()
    assert "Mail an 2 Adressen geschrieben" in page
    assert "Bald ist Abgabe" in page
