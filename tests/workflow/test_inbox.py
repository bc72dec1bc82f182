"""The inbox answers: what is asked of me, until when, where do I click."""

import datetime
import re
from collections.abc import Callable

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from concept.models import ConceptEdition
from offices.models import Person, Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.conftest import Stage
from workflow import runs
from workflow.content import CommentContent
from workflow.models import ReportingCycle
from workflow.services import drafts

SignIn = Callable[[Person], Client]
pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture
def today():  # type: ignore[no-untyped-def]
    with time_machine.travel(NOW, tick=False):
        yield TODAY


def page(client: Client, address: str = "/aufgaben/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def test_a_clerk_sees_what_is_asked_and_until_when(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    html = page(signed_in(cast.clerk))
    assert "1 Aufgabe wartet auf Sie" in html
    assert "Abgabe bis 15.01.2027, noch 53 Tage" in html
    assert f"/sachstand/{stage.youth_update.pk}/schreiben/" in html
    assert f"/sachstand/{stage.school_update.pk}/schreiben/" not in html


def test_returned_entries_say_how_many_questions_there_are(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    give_back(cast, stage, "Wie viele?", "Seit wann?")
    html = page(signed_in(cast.clerk))
    assert "2 Rückfragen" in html
    assert "Nachbesserung bis" in html
    assert "Text ergänzen" in html


def test_overdue_work_stands_first(cast: Cast, signed_in: SignIn) -> None:
    edition = factories.edition()
    factories.recommendation(factories.goal(edition), "1.1.1", lead=cast.youth, title="Überfälliges")
    factories.open_cycle(edition, due_on=datetime.date(2026, 11, 21), opens_on=datetime.date(2026, 10, 1))
    later = factories.edition("Später")
    factories.recommendation(factories.goal(later), "1.1.1", lead=cast.youth, title="Ruhiges")
    factories.open_cycle(later)
    html = page(signed_in(cast.clerk))
    assert "seit 2 Tagen überfällig" in html
    assert html.index("Zuerst") < html.index("Überfälliges") < html.index("Bis 15.01.2027") < html.index("Ruhiges")


def test_ones_own_draft_and_a_colleagues_beginning_are_named(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    drafts.save_draft(stage.youth_update.pk, by=cast.colleague, content={"done": "x"}, version=0, now=NOW)
    assert "Begonnen von Sachbearbeitung 51/2 am 23.11.2026" in page(signed_in(cast.clerk))
    assert "Ihr Entwurf vom 23.11.2026 liegt bereit" in page(signed_in(cast.colleague))


def test_a_draft_about_a_version_that_has_been_returned_no_longer_counts(
    cast: Cast, stage: Stage, signed_in: SignIn
) -> None:
    drafts.save_draft(stage.youth_update.pk, by=cast.clerk, content={"done": "x"}, version=0, now=NOW)
    give_back(cast, stage, "Bitte Zahlen.")
    assert "Ihr Entwurf" not in page(signed_in(cast.clerk))


def test_when_nothing_is_open_the_inbox_says_thanks(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    html = page(signed_in(cast.clerk))
    assert "Alles erledigt. Danke!" in html
    assert "wartet seit 23.11.2026 auf Prüfung" in html


def test_what_is_being_signed_is_not_called_a_review(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    ReportingCycle.objects.filter(pk=stage.cycle.pk).update(sign_off=True)
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    html = page(signed_in(cast.clerk))
    assert "in Zeichnung seit 23.11.2026" in html
    assert "prüft gerade" not in html


@pytest.mark.parametrize(
    ("who", "desk"),
    [
        ("coordinator", "/board/"),
        ("reviewer", "/pruefung/"),
        ("reader", "/sachstaende/"),
        ("administrator", "/menschen/"),
    ],
)
def test_people_without_an_office_are_led_to_their_own_desk(cast: Cast, signed_in: SignIn, who: str, desk: str) -> None:
    answer = signed_in(getattr(cast, who)).get("/aufgaben/")
    assert (answer.status_code, answer["Location"]) == (302, desk)


def test_visitors_are_asked_to_sign_in_and_strangers_see_no_page(cast: Cast, client: Client, signed_in: SignIn) -> None:
    assert client.get("/aufgaben/")["Location"].startswith("/anmelden/")
    assert signed_in(cast.stranger).get("/aufgaben/").status_code == 404


@pytest.mark.parametrize("size", [2, 20])
def test_the_inbox_costs_the_same_number_of_queries(cast: Cast, signed_in: SignIn, size: int) -> None:
    edition = many(cast, size)
    assert edition.recommendations.count() == size
    client = signed_in(cast.clerk)
    page(client)
    with CaptureQueriesContext(connection) as queries:
        html = page(client)
    assert html.count('class="task"') == size
    # Session, person and memberships; the counts; the tasks; their threads.
    assert len(queries) == 6, "\n".join(query["sql"] for query in queries)


def test_a_page_that_does_not_exist_is_the_last_or_the_first_one(cast: Cast, signed_in: SignIn) -> None:
    many(cast, 55)
    client = signed_in(cast.clerk)
    for address, tasks in (("9", 5), ("0", 50), ("-1", 50), ("x", 50), ("9" * 40, 50)):
        assert page(client, f"/aufgaben/?seite={address}").count('class="task"') == tasks, address


def test_more_tasks_than_fit_are_paged(cast: Cast, signed_in: SignIn) -> None:
    many(cast, 55)
    client = signed_in(cast.clerk)
    first, second = page(client), page(client, "/aufgaben/?seite=2")
    assert "55 Aufgaben warten auf Sie" in first
    assert first.count('class="task"') == 50
    assert second.count('class="task"') == 5


def test_what_people_typed_is_escaped(cast: Cast, signed_in: SignIn) -> None:
    edition = factories.edition()
    factories.recommendation(factories.goal(edition), lead=cast.youth, title="<script>alert(1)</script>")
    factories.open_cycle(edition)
    html = page(signed_in(cast.clerk))
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_somebody_of_two_offices_sees_both(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    both = factories.member(Role.CLERK, cast.youth, email="beide@stadt.example")
    both.memberships.create(role=Role.HEAD, office=cast.school)
    html = page(signed_in(both))
    assert "2 Aufgaben warten auf Sie" in html
    assert cast.school.label in html


def many(cast: Cast, size: int) -> ConceptEdition:
    edition = factories.edition()
    goal = factories.goal(edition)
    for number in range(size):
        factories.recommendation(goal, f"1.1.{number}", lead=cast.youth, contributing=(cast.school,))
    factories.open_cycle(edition)
    return edition


def give_back(cast: Cast, stage: Stage, *comments: str) -> None:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    runs.return_for_revision(
        stage.youth_update.pk,
        revision_number=1,
        by=cast.reviewer,
        comments=[CommentContent(text) for text in comments],
        now=NOW,
        today=TODAY,
    )
