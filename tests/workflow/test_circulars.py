"""A mail in a coordinator's own words to a selection of the board: who gets it, once each, previewed and kept."""

import re
import uuid
from collections.abc import Callable, Collection

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notifications.models import Mail, MailKind, MailTopic
from offices.errors import ConflictError, DomainError
from offices.models import Membership, Office, Person, Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.bulk_steps import hidden, outcomes
from tests.workflow.conftest import Stage
from workflow import runs
from workflow.models import BulkAction, BulkKind, BulkOutcome, Event, EventKind, StatusUpdate
from workflow.queries.circulars import Addressee, Audience, circulation
from workflow.services import bulk, history
from workflow.services.circulars import Circular

WRITE = "/board/mail/"
SEND = "/board/mail/senden/"
TEXT = "Liebe Kolleginnen und Kollegen,\r\nbald ist Abgabe.\r\n\r\n<b>Danke</b> für {{ alles }}!"


@pytest.fixture
def coordinator(signed_in: Callable[[Person], Client], cast: Cast) -> Client:
    return signed_in(cast.coordinator)


def reached(stage: Stage, *audiences: str, of: Collection[StatusUpdate] | None = None) -> dict[str, Addressee]:
    ids = [one.pk for one in (of if of is not None else StatusUpdate.objects.order_by("pk"))]
    return {one.address: one for one in circulation(ids, audiences, TODAY).addressees}


def sent() -> dict[str, Mail]:
    return {one.recipient: one for one in Mail.objects.filter(kind=MailKind.CIRCULAR)}


def write(cast: Cast, updates: Collection[StatusUpdate], *audiences: str, token: uuid.UUID | None = None) -> BulkAction:
    """Send a mail as somebody does who has looked at its preview."""
    ids = [one.pk for one in updates]
    chosen = audiences or (Audience.DESK,)
    return bulk.write(
        Circular("Bald ist Abgabe", "Danke für alles.", chosen),
        token=token or uuid.uuid4(),
        update_ids=ids,
        seen=circulation(ids, chosen, TODAY).fingerprint,
        query="?",
        by=cast.coordinator,
        now=NOW,
        today=TODAY,
    )


# --- Who gets it ----------------------------------------------------------------------------------------------------


def test_the_desk_is_where_each_run_lies_now(cast: Cast, stage: Stage) -> None:
    found = reached(stage, Audience.DESK)
    assert set(found) == {cast.clerk.email, cast.colleague.email, cast.school_clerk.email, cast.health.mailbox}
    mine = found[cast.clerk.email]
    assert mine.links == {stage.youth_update.pk: reverse("workflow:update-edit", args=[stage.youth_update.pk])}
    assert mine.offices == "51 Jugendamt"
    assert found[cast.health.mailbox].person is None


def test_what_is_under_review_lies_with_the_arbeitsgruppe_but_for_the_lead_offices_own(
    cast: Cast, stage: Stage
) -> None:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    factories.absence(cast.chair, cast.school_clerk)
    found = reached(stage, Audience.DESK, of=[stage.youth_update])
    assert set(found) == {cast.reviewer.email, cast.chair.email, cast.school_clerk.email}
    assert found[cast.school_clerk.email].absent == "Vorsitz der Arbeitsgruppe"
    assert found[cast.reviewer.email].links == {
        stage.youth_update.pk: reverse("workflow:review-detail", args=[stage.youth_update.pk])
    }


def test_a_signature_lies_with_the_head(cast: Cast) -> None:
    edition = factories.edition()
    factories.recommendation(factories.goal(edition), "1.1.1", lead=cast.youth)
    cycle = factories.open_cycle(edition, by=cast.coordinator, sign_off=True)
    update = cycle.updates.get()
    runs.hand_in(update.pk, by=cast.clerk, content=content(), now=NOW)
    found = {one.address for one in circulation([update.pk], [Audience.DESK], TODAY).addressees}
    assert found == {cast.head.email}


def test_clerks_contributors_and_heads_are_reached_wherever_the_run_lies(cast: Cast, stage: Stage) -> None:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    one = [stage.youth_update]
    assert set(reached(stage, Audience.LEAD, of=one)) == {cast.clerk.email, cast.colleague.email}
    assert set(reached(stage, Audience.CONTRIBUTORS, of=one)) == {cast.school_clerk.email}
    assert set(reached(stage, Audience.HEADS, of=one)) == {cast.head.email}
    assert set(reached(stage, Audience.LEAD, Audience.HEADS, of=one)) == {
        cast.clerk.email,
        cast.colleague.email,
        cast.head.email,
    }


def test_whoever_is_meant_twice_is_written_to_once(cast: Cast, stage: Stage) -> None:
    found = reached(stage, *Audience.values)
    both = found[cast.school_clerk.email]
    assert set(both.links) == {stage.youth_update.pk, stage.school_update.pk}
    assert both.links[stage.school_update.pk].endswith("/schreiben/"), "The desk's link goes before the run's page."
    assert len(found) == len({address.lower() for address in found})


def test_one_address_in_two_spellings_is_one_addressee(cast: Cast, stage: Stage) -> None:
    Office.objects.filter(pk__in=[cast.school.pk, cast.health.pk]).update(mailbox="Amt@Stadt.example")
    Membership.objects.filter(office=cast.school).delete()
    Office.objects.filter(pk=cast.school.pk).update(mailbox="amt@stadt.example")
    found = reached(stage, Audience.LEAD)
    assert set(found["amt@stadt.example"].links) == {stage.school_update.pk, stage.health_update.pk}


def test_a_deputy_is_named_as_such_unless_it_concerns_them_anyway(cast: Cast, stage: Stage) -> None:
    factories.absence(cast.clerk, cast.reviewer)
    factories.absence(cast.colleague, cast.school_clerk)
    found = reached(stage, Audience.LEAD)
    assert found[cast.reviewer.email].absent == "Sachbearbeitung 51"
    assert found[cast.school_clerk.email].absent == "", "1.1.2 is on their own desk."


def test_offices_without_anybody_are_named(cast: Cast, stage: Stage) -> None:
    Office.objects.filter(pk=cast.health.pk).update(mailbox="")
    ids = list(StatusUpdate.objects.values_list("pk", flat=True))
    found = circulation(ids, [Audience.LEAD], TODAY)
    assert found.unreached == ["53 Gesundheitsamt Region Kassel"]
    assert found.unheard == ["1.1.3 Empfehlung 1.1.3"]
    heads = circulation(ids, [Audience.HEADS], TODAY)
    assert heads.unreached == ["40 Amt für Schule und Bildung", "53 Gesundheitsamt Region Kassel"]
    assert (heads.people, heads.mailboxes) == (1, 0), "A mail for heads goes to nobody else."


# --- Sending --------------------------------------------------------------------------------------------------------


def test_each_gets_one_mail_about_what_concerns_them(cast: Cast, stage: Stage) -> None:
    action = write(cast, StatusUpdate.objects.all(), Audience.DESK, Audience.CONTRIBUTORS)
    assert set(sent()) == {cast.clerk.email, cast.colleague.email, cast.school_clerk.email, cast.health.mailbox}
    mail = sent()[cast.school_clerk.email]
    assert (mail.subject, mail.reply_to, mail.person) == (
        "Bald ist Abgabe",
        cast.coordinator.email,
        cast.school_clerk,
    )
    assert mail.text.startswith("Guten Tag, Sachbearbeitung 40,\n\nDanke für alles.\n\nEs geht um:\n")
    assert "1.1.1 Empfehlung 1.1.1" in mail.text
    assert f"http://127.0.0.1:8000/sachstand/{stage.school_update.pk}/schreiben/" in mail.text
    assert "1.1.3" not in mail.text
    assert "Freundliche Grüße\nKoordination\n" in mail.text
    assert f"Schreiben Sie an {cast.coordinator.email}" in mail.text
    assert sent()[cast.health.mailbox].text.startswith("Guten Tag,\n\n")
    assert set(outcomes(action).values()) == {BulkOutcome.DONE}


def test_each_run_knows_the_mail_and_has_an_event(cast: Cast, stage: Stage) -> None:
    write(cast, [stage.youth_update])
    about = MailTopic.objects.filter(topic=f"update:{stage.youth_update.pk}", mail__kind=MailKind.CIRCULAR)
    assert set(about.values_list("mail__recipient", flat=True)) == {cast.clerk.email, cast.colleague.email}
    event = Event.objects.get(kind=EventKind.MAILED)
    assert (event.update, event.actor, event.data["mails"]) == (stage.youth_update, cast.coordinator, 2)
    assert list(history.verify()) == []


def test_the_history_of_a_run_tells_of_the_mail(coordinator: Client, cast: Cast, stage: Stage) -> None:
    write(cast, [stage.youth_update])
    page = coordinator.get(reverse("workflow:update-history", args=[stage.youth_update.pk])).content.decode()
    assert "Mail an 2 Adressen geschrieben" in page
    assert "Bald ist Abgabe" in page


def test_the_same_preview_confirmed_twice_is_sent_once(cast: Cast, stage: Stage) -> None:
    token = uuid.uuid4()
    first = write(cast, [stage.youth_update], token=token)
    assert write(cast, [stage.youth_update], token=token) == first
    assert (len(sent()), Event.objects.filter(kind=EventKind.MAILED).count()) == (2, 1)


def test_a_second_click_finds_the_mail_even_if_the_desk_has_changed(cast: Cast, stage: Stage) -> None:
    token = uuid.uuid4()
    first = write(cast, [stage.youth_update], token=token)
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    again = bulk.write(
        Circular("Bald ist Abgabe", "Danke für alles.", (Audience.DESK,)),
        token=token,
        update_ids=[stage.youth_update.pk],
        seen="what it showed then",
        query="?",
        by=cast.coordinator,
        now=NOW,
        today=TODAY,
    )
    assert again == first


def test_nobody_gets_a_mail_whom_the_preview_did_not_show(cast: Cast, stage: Stage) -> None:
    seen = circulation([stage.youth_update.pk], [Audience.DESK], TODAY).fingerprint
    factories.member(Role.CLERK, cast.youth, email="neu-51@stadt.example", name="Neu")
    with pytest.raises(ConflictError, match="jemand anderes"):
        bulk.write(
            Circular("Betreff", "Text", (Audience.DESK,)),
            token=uuid.uuid4(),
            update_ids=[stage.youth_update.pk],
            seen=seen,
            query="?",
            by=cast.coordinator,
            now=NOW,
            today=TODAY,
        )
    assert not BulkAction.objects.exists()
    assert sent() == {}


def test_only_coordinators_write(cast: Cast, stage: Stage) -> None:
    with pytest.raises(DomainError):
        bulk.write(
            Circular("Betreff", "Text", (Audience.DESK,)),
            token=uuid.uuid4(),
            update_ids=[stage.youth_update.pk],
            seen=circulation([stage.youth_update.pk], [Audience.DESK], TODAY).fingerprint,
            query="?",
            by=cast.clerk,
            now=NOW,
            today=TODAY,
        )
    assert sent() == {}


def test_what_a_crash_interrupted_is_sent_once(cast: Cast, stage: Stage) -> None:
    given = {"subject": "Betreff", "text": "Text", "audiences": [Audience.DESK]}
    action = bulk.begin(
        BulkKind.WRITE,
        token=uuid.uuid4(),
        revisions={stage.youth_update.pk: 0},
        given=given,
        by=cast.coordinator,
        now=NOW,
    )
    assert bulk.finish(now=NOW, today=TODAY) == 1
    assert bulk.finish(now=NOW, today=TODAY) == 0
    assert set(outcomes(action).values()) == {BulkOutcome.DONE}
    assert len(sent()) == 2


def test_many_runs_are_named_up_to_a_hundred(cast: Cast) -> None:
    edition = factories.edition()
    goal = factories.goal(edition)
    for place in range(103):
        factories.recommendation(goal, f"1.{place:03}", lead=cast.school)
    write(cast, factories.open_cycle(edition).updates.all())
    mail = sent()[cast.school_clerk.email]
    assert "1.099" in mail.text
    assert "1.100" not in mail.text
    assert "und 3 weitere Vorgänge" in mail.text
    assert "und 3 weitere Vorgänge" in mail.html
    assert mail.topics.count() == 103


def test_statements_do_not_grow_with_the_number_of_runs(cast: Cast) -> None:
    counts = []
    for number in (4, 300):
        edition = factories.edition(f"Ausgabe {number}")
        goal = factories.goal(edition)
        for place in range(number):
            lead = cast.youth if place % 2 else cast.school
            factories.recommendation(goal, f"1.{place}", lead=lead, contributing=(cast.health,))
        updates = list(factories.open_cycle(edition).updates.order_by("pk"))
        for one in updates[:2]:
            runs.hand_in(
                one.pk,
                by=cast.clerk if one.lead_office_id == cast.youth.pk else cast.school_clerk,
                content=content(),
                now=NOW,
            )
        with CaptureQueriesContext(connection) as statements:
            action = write(cast, updates, *Audience.values)
        assert action.items.filter(outcome=BulkOutcome.DONE).count() == number
        counts.append(len(statements))
    # 500 rows go with one statement: a topic for each mail and run takes a few more.
    assert counts[1] <= counts[0] + 12, counts


# --- The pages ------------------------------------------------------------------------------------------------------


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
    assert "Guten Tag, Arbeitsgruppe 53," in page
    assert sent() == {}
    assert not BulkAction.objects.exists()


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
