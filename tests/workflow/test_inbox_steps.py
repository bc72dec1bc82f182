"""Each step of the flow lies on the right desks, says what it asks, and leads to the right page."""

import datetime
import re
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client

from offices.models import Office, Person, Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from workflow import desk_links, runs
from workflow.models import DeadlineExtension, Participation, ReportingCycle, StatusUpdate, WorkItem, WorkStep
from workflow.services import drafts, work_items

SignIn = Callable[[Person], Client]


@pytest.fixture(autouse=True)
def today():  # type: ignore[no-untyped-def]
    with time_machine.travel(NOW, tick=False):
        yield TODAY


@pytest.fixture
def update(cast: Cast) -> StatusUpdate:
    """A run led by 51 to which 40 contributes."""
    edition = factories.edition()
    factories.recommendation(factories.goal(edition), lead=cast.youth, contributing=(cast.school,))
    factories.open_cycle(edition, by=cast.coordinator, contributions=True)
    return StatusUpdate.objects.get()


def inbox(client: Client) -> str:
    answer = client.get("/aufgaben/")
    assert answer.status_code == 200, answer.status_code
    return re.sub(r"\s+", " ", answer.content.decode())


def settle(update: StatusUpdate, **fields: object) -> None:
    ReportingCycle.objects.filter(pk=update.cycle_id).update(**fields)


def hand_in(cast: Cast, update: StatusUpdate) -> None:
    without = Participation.objects.filter(update=update, state="asked").values_list("pk", flat=True)
    runs.hand_in(update.pk, by=cast.clerk, content=content(), now=NOW, without=without)


def test_a_contributing_office_is_asked_for_its_contribution(
    cast: Cast, update: StatusUpdate, signed_in: SignIn
) -> None:
    html = inbox(signed_in(cast.school_clerk))
    assert "1 Aufgabe wartet auf Sie" in html
    assert "Beteiligung, Federführung: 51 Jugendamt" in html
    assert "Bitte liefern Sie Ihren Beitrag. Das federführende Amt führt ihn mit den anderen zusammen." in html
    assert "Beitrag bis" in html
    assert f'href="{desk_links.address("contribute", update.pk, Participation.objects.get().pk)}"' in html
    assert "Sachstand melden" not in html


def test_a_draft_of_another_text_of_the_run_is_not_taken_for_the_own_one(
    cast: Cast, update: StatusUpdate, signed_in: SignIn
) -> None:
    drafts.save_draft(update.pk, by=cast.clerk, content={"done": "x"}, version=0, now=NOW)
    assert "Begonnen von" not in inbox(signed_in(cast.school_clerk))
    assert "Ihr Entwurf vom 23.11.2026 liegt bereit." in inbox(signed_in(cast.clerk))


def test_the_co_signing_office_is_asked_with_its_deadline(cast: Cast, update: StatusUpdate, signed_in: SignIn) -> None:
    settle(update, co_sign=True, silence_is_consent=True)
    hand_in(cast, update)
    html = inbox(signed_in(cast.school_clerk))
    assert "Mitzeichnung, Federführung: 51 Jugendamt" in html
    assert "Ohne Antwort gilt er als mitgezeichnet." in html
    assert "Mitzeichnung bis 30.11.2026, noch 7 Tage" in html
    assert ">Mitzeichnen<" in html
    assert f'href="{desk_links.address("sign", update.pk)}"' in html


def test_only_the_head_is_asked_to_sign(cast: Cast, update: StatusUpdate, signed_in: SignIn) -> None:
    settle(update, sign_off=True)
    hand_in(cast, update)
    assert "Alles erledigt. Danke!" in inbox(signed_in(cast.clerk))
    html = inbox(signed_in(cast.head))
    assert "1 Aufgabe wartet auf Sie" in html
    assert "Schlusszeichnung" in html
    assert f'href="{desk_links.address("sign", update.pk)}"' in html


def test_a_deputy_of_the_head_sees_the_signature_as_theirs_for_the_time(
    cast: Cast, update: StatusUpdate, signed_in: SignIn
) -> None:
    deputy = factories.member(Role.CLERK, factories.office("33", "Bürgeramt"), name="Sachbearbeitung 33")
    settle(update, sign_off=True)
    hand_in(cast, update)
    assert "Alles erledigt. Danke!" in inbox(signed_in(deputy))
    factories.absence(cast.head, deputy)
    html = inbox(signed_in(Person.objects.get(pk=deputy.pk)))
    assert ">Zeichnen<" in html
    assert "in Vertretung für Leitung 51" in html


def test_a_clerk_who_stands_in_for_a_clerk_sees_the_own_tasks_as_their_own(
    cast: Cast, update: StatusUpdate, signed_in: SignIn
) -> None:
    factories.absence(cast.clerk, cast.school_clerk)
    html = inbox(signed_in(cast.school_clerk))
    assert "2 Aufgaben warten auf Sie" in html
    assert html.count("in Vertretung für") == 1
    lead, contribution = html.index("Sachstand melden"), html.index("Beitrag schreiben")
    assert abs(html.index("in Vertretung für Sachbearbeitung 51") - lead) < abs(contribution - lead)


def test_an_office_that_is_asked_to_take_over_may_answer(cast: Cast, update: StatusUpdate, signed_in: SignIn) -> None:
    work_items.open_for(update=update, task_id=None, step=WorkStep.TAKE_OVER, office_id=cast.school.pk)
    html = inbox(signed_in(cast.school_clerk))
    assert "51 Jugendamt bittet Sie, diese Aufgabe zu übernehmen." in html
    assert f'href="/sachstand/{update.pk}/#entscheiden"' in html


def test_coordinators_have_an_inbox_while_an_extension_is_asked_of_them(
    cast: Cast, update: StatusUpdate, signed_in: SignIn
) -> None:
    asked_for_more_time(cast.youth, update, cast.clerk)
    html = inbox(signed_in(cast.coordinator))
    assert "1 Aufgabe wartet auf Sie" in html
    assert "Fristverlängerung" in html
    assert "51 Jugendamt bittet um mehr Zeit. Bitte entscheiden Sie." in html
    assert re.search(r'aria-current="page">Meine Aufgaben <span class="count">', html)


def test_clerks_are_not_asked_to_decide_on_extensions(cast: Cast, update: StatusUpdate, signed_in: SignIn) -> None:
    asked_for_more_time(cast.youth, update, cast.clerk)
    assert "Bitte entscheiden Sie." not in inbox(signed_in(cast.clerk))


def test_what_was_objected_to_says_why_it_came_back(cast: Cast, update: StatusUpdate, signed_in: SignIn) -> None:
    settle(update, co_sign=True)
    hand_in(cast, update)
    runs.object_to(update.pk, cast.school.pk, by=cast.school_clerk, reason="Die Zahl ist alt.", now=NOW, today=TODAY)
    html = inbox(signed_in(cast.clerk))
    assert "zurückgegeben" in html
    assert "Bitte ändern Sie den Text: „40 Amt für Schule und Bildung: Die Zahl ist alt.“" in html


def test_what_was_taken_back_asks_to_be_handed_in_again(cast: Cast, update: StatusUpdate, signed_in: SignIn) -> None:
    hand_in(cast, update)
    runs.withdraw(update.pk, by=cast.clerk, now=NOW)
    assert "Bitte sehen Sie den Text durch und geben Sie ihn wieder ab." in inbox(signed_in(cast.clerk))


def test_whoever_has_the_wrong_task_is_told_where_to_hand_it_over(
    cast: Cast, update: StatusUpdate, signed_in: SignIn
) -> None:
    html = inbox(signed_in(cast.clerk))
    assert f'<a href="/sachstand/{update.pk}/#aktionen" aria-label="Nicht Ihr Thema? 1.1.1 Empfehlung 1.1.1">' in html
    assert '<a href="/abwesenheit/">Tragen Sie eine Vertretung ein</a>' in html


def asked_for_more_time(office: Office, update: StatusUpdate, by: Person) -> None:
    wanted = update.due_on + datetime.timedelta(days=14)
    DeadlineExtension.objects.create(
        update=update,
        office=office,
        reason="Krank",
        before=update.due_on,
        wanted_on=wanted,
        requested_by=by,
        requested_at=NOW,
    )
    WorkItem.objects.create(update=update, step=WorkStep.DECIDE_EXTENSION, due_on=update.due_on, asked_on=TODAY)
