"""A mail in a coordinator's own words to a selection of the board: who gets it, once each, previewed and kept."""

import uuid
from collections.abc import Collection

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notifications.models import Mail, MailKind, MailTopic
from offices.errors import ConflictError, DomainError
from offices.models import Membership, Office, Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.bulk_steps import outcomes
from tests.workflow.conftest import Stage
from workflow import runs
from workflow.models import BulkAction, BulkKind, BulkOutcome, Event, EventKind, StatusUpdate
from workflow.queries.circulars import Addressee, Audience, circulation
from workflow.services import bulk, history
from workflow.services.circulars import Circular


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
    assert found.unreached == ["53 Gesundheitsamt Region Kassel: hier arbeitet niemand mit, kein Postfach"]
    assert found.unheard == ["1.1.3 Empfehlung 1.1.3"]
    heads = circulation(ids, [Audience.HEADS], TODAY)
    assert heads.unreached == [
        "40 Amt für Schule und Bildung: hier arbeitet keine Leitung mit",
        "53 Gesundheitsamt Region Kassel: hier arbeitet keine Leitung mit",
    ]
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
        edition = factories.edition(f"Fassung {number}")
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
