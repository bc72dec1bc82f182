"""The page with everything that happened to a run, the words of its events, and what its check finds."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.models import Delivery, Mail, MailPreference, NewsKind, Notice
from offices.models import Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.conftest import Stage
from tests.workflow.mornings import plan
from tests.workflow.steps import SignIn, address, approve, give_back, hand_in, text
from workflow import runs
from workflow.content import CommentContent, ContributionContent, MeasureContent
from workflow.event_words import SENTENCES, event_words
from workflow.models import Event, EventKind, Participation, ReviewComment, StatusUpdate
from workflow.queries.run_history import office_labels
from workflow.services import history
from workflow.services.notices import offices_without_clerk

SAYS_IT_ALL = {
    EventKind.CYCLE_CREATED,
    EventKind.CYCLE_OPENED,
    EventKind.DRAFT_STARTED,
    EventKind.PUBLISHED,
    EventKind.MISSING,
    EventKind.SITTING_OPENED,
    EventKind.SITTING_CLOSED,
    EventKind.ENTRY_RESTORED,
}
"""Kinds whose name is the whole sentence."""

FACTS: dict[str, Any] = {
    "office": 1,
    "offices": [1, 2],
    "from_office": 1,
    "to_office": 2,
    "due_on": "2027-01-15",
    "wanted_on": "2027-01-15",
    "granted_on": "2027-01-15",
    "approved_on": "2025-01-15",
    "before": "2026-12-31",
    "revision": 2,
    "kind": "report",
    "comments": 1,
    "mails": 3,
    "vote": "approved",
    "resolved": True,
    "to": "cancelled",
    "number": 1,
    "missing": 4,
    "language": "de-simple",
    "field": None,
    "version": 1,
    "note": "Eine Zahl war falsch.",
}
LABELS = {1: "51 Jugendamt", 2: "40 Amt für Schule und Bildung"}


@pytest.fixture
def told(cast: Cast) -> StatusUpdate:
    """A run with a contribution, two versions, an objection, a deputy, comments with an answer, and mails."""
    edition = factories.edition()
    factories.recommendation(factories.goal(edition), lead=cast.youth, contributing=(cast.school,))
    factories.open_cycle(edition, by=cast.coordinator, contributions=True, co_sign=True, sign_off=True)
    update = StatusUpdate.objects.get()
    theirs = ContributionContent(done="Vier Sprachkurse.")
    deputy = factories.member(Role.CLERK, factories.office("33", "Bürgeramt"), name="Sachbearbeitung 33")
    factories.absence(cast.head, deputy)
    runs.remind(update.pk, by=cast.coordinator, now=NOW, today=TODAY)
    runs.contribute(Participation.objects.get().pk, by=cast.school_clerk, content=theirs, now=NOW)
    first = content(done="Vier Sprachkurse.", internal_note="GEHEIME NOTIZ")
    runs.hand_in(update.pk, by=cast.clerk, content=first, now=NOW)
    runs.object_to(update.pk, cast.school.pk, by=cast.school_clerk, reason="Es waren fünf.", now=NOW, today=TODAY)
    runs.hand_in(update.pk, by=cast.clerk, content=content(done="Fünf Sprachkurse."), now=NOW)
    runs.co_sign(update.pk, cast.school.pk, by=cast.school_clerk, now=NOW)
    runs.sign(update.pk, by=deputy, now=NOW)
    said = [CommentContent("GEHEIME FRAGE: Wo denn?", "done", quote="Fünf", start=0)]
    runs.return_for_revision(update.pk, revision_number=2, by=cast.reviewer, comments=said, now=NOW, today=TODAY)
    runs.answer_comment(ReviewComment.objects.get().pk, by=cast.clerk, text="In der Nordstadt.", now=NOW)
    return update


@pytest.mark.parametrize("kind", EventKind)
def test_every_kind_of_event_has_a_sentence_with_its_facts(db: None, kind: EventKind) -> None:
    facts = FACTS | {"before": {"sign_off": False}, "after": {"sign_off": True}} if kind == "cycle_changed" else FACTS
    said = event_words(Event(kind=kind, data=facts), LABELS)
    assert said
    assert (said == str(kind.label)) == (kind in SAYS_IT_ALL)


@pytest.mark.parametrize("kind", SENTENCES)
def test_an_event_without_its_facts_says_its_kind(kind: EventKind) -> None:
    assert event_words(Event(kind=kind, data={})) == str(kind.label)


def test_the_page_tells_who_did_what_with_both_names(signed_in: SignIn, cast: Cast, told: StatusUpdate) -> None:
    page = text(signed_in(cast.clerk).get(address(told, "verlauf/")))
    assert "51 Jugendamt um den Sachstand gebeten, Abgabe bis 15.01.2027" in page
    assert "Beitrag von 40 Amt für Schule und Bildung abgegeben" in page
    assert "40 Amt für Schule und Bildung erhebt Einwand gegen Version 1" in page
    assert "Es waren fünf." in page
    assert "Version 2 gezeichnet" in page
    assert "Sachbearbeitung 33 in Vertretung für Leitung 51" in page


def test_the_page_shows_each_text_each_comment_and_its_answer(
    signed_in: SignIn, cast: Cast, told: StatusUpdate
) -> None:
    page = text(signed_in(cast.reviewer).get(address(told, "verlauf/")))
    assert "Version 1 lesen" in page
    assert "Was sich seit Version 1 geändert hat" in page
    assert "GEHEIME NOTIZ" in page
    assert "GEHEIME FRAGE" in page
    assert "<q>Fünf</q>" in page
    assert "In der Nordstadt." in page


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"implementation_status": "implemented"}, ("Wie weit sind Sie?", "umgesetzt")),
        ({"outlook": "at_risk"}, ("Läuft es nach Plan?", "gefährdet")),
        ({"next_step_on": datetime.date(2027, 5, 4)}, ("Geplant bis", "04.05.2027")),
        ({"measures": (MeasureContent("Elterncafé", partners="Hafenverein"),)}, ("Maßnahmen", "Hafenverein")),
        ({"internal_note": "Neu gedacht."}, ("Interne Notiz", "Neu gedacht.")),
    ],
)
def test_a_version_in_which_only_one_part_changed_says_which(
    signed_in: SignIn, cast: Cast, stage: Stage, changed: dict[str, Any], said: tuple[str, str]
) -> None:
    first = {"measures": (MeasureContent("Elterncafé"),)}
    for version in ({}, changed):
        runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(**(first | version)), now=NOW)
        give_back(cast, stage.youth_update, CommentContent("Genauer.", "done"))
    page = text(signed_in(cast.reviewer).get(address(stage.youth_update, "verlauf/")))
    assert "Was sich seit Version 1 geändert hat" in page
    part = page[page.index("Was sich seit Version 1 geändert hat") : page.index("Version 2 lesen")]
    for word in said:
        assert word in part


def test_a_version_that_says_the_same_says_so(signed_in: SignIn, cast: Cast, stage: Stage) -> None:
    for _version in range(2):
        runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
        give_back(cast, stage.youth_update, CommentContent("Genauer.", "done"))
    page = text(signed_in(cast.reviewer).get(address(stage.youth_update, "verlauf/")))
    assert "Alles wie in Version 1" in page


def test_coordinators_see_each_mail_with_its_address_the_lead_office_without(
    signed_in: SignIn, cast: Cast, told: StatusUpdate
) -> None:
    Mail.objects.filter(person=cast.head).update(state="failed")
    page = text(signed_in(cast.coordinator).get(address(told, "verlauf/")))
    assert f"({cast.head.email})" in page
    assert "konnte nicht zugestellt werden" in page
    assert "Mail: Bitte" in page
    page = text(signed_in(cast.clerk).get(address(told, "verlauf/")))
    assert cast.head.email not in page
    assert "an Amtsleitung 51 Jugendamt ·" in page


def test_a_contributing_office_reads_the_steps_without_internals(
    signed_in: SignIn, cast: Cast, told: StatusUpdate
) -> None:
    page = text(signed_in(cast.school_clerk).get(address(told, "verlauf/")))
    assert "Version 2 gezeichnet" in page
    assert "Vier Sprachkurse." in page  # what it wrote itself
    for secret in ("GEHEIME NOTIZ", "GEHEIME FRAGE", "In der Nordstadt.", "Mail:", "Version 1 lesen"):
        assert secret not in page
    assert "Es waren fünf." in page  # its own objection


@pytest.mark.parametrize("who", ["reader", "administrator", "stranger"])
def test_others_do_not_find_the_page(signed_in: SignIn, cast: Cast, told: StatusUpdate, who: str) -> None:
    assert signed_in(getattr(cast, who)).get(address(told, "verlauf/")).status_code == 404


def test_only_coordinators_are_told_whether_the_chain_holds(signed_in: SignIn, cast: Cast, told: StatusUpdate) -> None:
    assert "lückenlos" in text(signed_in(cast.coordinator).get(address(told, "verlauf/")))
    assert "lückenlos" not in text(signed_in(cast.clerk).get(address(told, "verlauf/")))
    Event.objects.filter(update=told, kind=EventKind.SIGNED).update(on_behalf_of=None)
    page = text(signed_in(cast.coordinator).get(address(told, "verlauf/")))
    assert "nachträglich verändert" in page
    assert "lückenlos" not in page


def test_the_run_page_shows_the_newest_steps_and_leads_to_the_rest(
    signed_in: SignIn, cast: Cast, told: StatusUpdate
) -> None:
    page = text(signed_in(cast.coordinator).get(address(told)))
    assert "Version 2 gezeichnet" in page
    assert address(told, "verlauf/") in page
    assert address(told, "verlauf/") in text(signed_in(cast.school_clerk).get(address(told)))


def test_the_page_costs_the_same_for_a_long_history(signed_in: SignIn, cast: Cast, stage: Stage) -> None:
    client, update, counts = signed_in(cast.coordinator), stage.youth_update, []
    for number in range(6):
        runs.hand_in(update.pk, by=cast.clerk, content=content(done=f"Text {number}"), now=NOW)
        give_back(cast, update, CommentContent("Mehr.", "done"), CommentContent("Kürzer."))
        if number in {0, 5}:
            with CaptureQueriesContext(connection) as queries:
                client.get(address(update, "verlauf/"))
            counts.append(len(queries))
    assert counts[0] == counts[1] <= 22


def test_the_mail_that_opens_a_cycle_stands_in_the_history_of_each_of_its_runs(signed_in: SignIn, cast: Cast) -> None:
    office = factories.office("", "Kulturamt", mailbox="kultur@stadt.example")
    edition = factories.edition()
    goal = factories.goal(edition)
    for number in ("1.1", "1.2"):
        factories.recommendation(goal, number, lead=office)
    cycle = factories.open_cycle(edition)
    offices_without_clerk(cycle, now=NOW, today=TODAY)
    for update in StatusUpdate.objects.all():
        assert "an Postfach Kulturamt" in text(signed_in(cast.coordinator).get(address(update, "verlauf/")))


# --- What the check finds -------------------------------------------------------------------------------------------


def forged(event: Event, **changes: Any) -> list[str]:
    Event.objects.filter(pk=event.pk).update(**changes)
    return [fault.where for fault in history.verify_run(StatusUpdate.objects.get(pk=event.update_id))]


KINDS = ["requested", "contributed", "reminded", "submitted", "co_sign_objected", "co_signed", "signed", "returned"]


@pytest.mark.parametrize("kind", [*KINDS, "comment_answered"])
def test_changed_facts_of_any_event_are_found_and_named(told: StatusUpdate, kind: str) -> None:
    event = Event.objects.filter(update=told, kind=kind).first()
    assert event is not None
    assert history.verify_run(told) == []
    assert str(event.pk) in forged(event, data={**event.data, "reason": "Ein anderer Grund"})[0]
    assert any(str(event.pk) in fault.where for fault in history.verify())


def test_another_deputy_is_found(cast: Cast, told: StatusUpdate) -> None:
    event = Event.objects.get(update=told, kind=EventKind.SIGNED)
    assert str(event.pk) in forged(event, on_behalf_of=cast.clerk)[0]


def test_a_missing_event_in_the_middle_and_at_the_end_is_found(told: StatusUpdate) -> None:
    last = Event.objects.filter(update=told).order_by("-sequence")[0]
    last.__class__.objects.filter(pk=last.pk).delete()
    assert [str(told.pk) in fault.where for fault in history.verify_run(told)] == [True]
    Event.objects.filter(update=told, sequence=3).delete()
    assert len(history.verify_run(told)) == 2


def test_swapped_events_are_found(told: StatusUpdate) -> None:
    chain = Event.objects.filter(update=told)
    for old, new in ((2, 99), (3, 2), (99, 3)):
        chain.filter(sequence=old).update(sequence=new)
    assert len(history.verify_run(told)) >= 2


def test_the_names_of_all_offices_cost_one_query(cast: Cast, stage: Stage) -> None:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    approve(cast, stage.youth_update)
    events = list(Event.objects.all())
    with CaptureQueriesContext(connection) as queries:
        assert cast.youth.label in office_labels(events).values()
    assert len(queries) == 1


def test_each_reminder_of_the_run_stands_in_its_history_as_far_as_it_was_said(
    signed_in: SignIn, cast: Cast, stage: Stage
) -> None:
    plan()
    page = text(signed_in(cast.coordinator).get(address(stage.youth_update, "verlauf/")))
    assert "Erinnerung: am Tag der Frist" in page
    assert cast.clerk.email in page
    assert cast.school_clerk.email not in page

    Notice.objects.filter(person=cast.clerk).update(dropped_at=NOW)
    page = text(signed_in(cast.coordinator).get(address(stage.youth_update, "verlauf/")))
    assert cast.clerk.email not in page
    assert cast.colleague.email in page


@pytest.mark.parametrize("delivery", [Delivery.AT_ONCE, Delivery.DAILY])
def test_the_office_does_not_learn_from_a_mail_who_in_the_arbeitsgruppe_has_written(
    signed_in: SignIn, cast: Cast, stage: Stage, delivery: Delivery
) -> None:
    MailPreference.objects.create(person=cast.chair, news=NewsKind.MENTION, delivery=delivery)
    hand_in(cast, stage.youth_update)
    give_back(cast, stage.youth_update, CommentContent(f"@{cast.chair.name} bitte ansehen"))
    plan(datetime.date(2027, 1, 18))

    of_office = text(signed_in(cast.clerk).get(address(stage.youth_update, "verlauf/")))
    assert f"{cast.reviewer.name} nennt Sie" not in of_office
    assert "Mail zu einem Kommentar, der jemanden nennt" in of_office
    of_chair = text(signed_in(cast.chair).get(address(stage.youth_update, "verlauf/")))
    assert f"{cast.reviewer.name} nennt Sie" in of_chair
