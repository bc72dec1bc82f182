"""The menu shows what the person may open, and costs nothing where it is not shown."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from offices.models import Person
from publication.services import voices
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.conftest import Stage
from workflow import duties, runs
from workflow.context import SECTIONS, MenuItem, navigation
from workflow.models import Decision, ReportingCycle

SignIn = Callable[[Person], Client]

MENUS = {
    "clerk": ["Meine Aufgaben", "Sachstände"],
    "head": ["Meine Aufgaben", "Sachstände", "Mein Amt"],
    "reviewer": ["Prüfung", "Sachstände"],
    "chair": ["Prüfung", "Sachstände"],
    "coordinator": [
        "Board",
        "Anträge",
        "Prüfung",
        "Sachstände",
        "Abfragen",
        "Berichte",
        "Rückmeldungen",
        "Konzept",
        "Menschen",
        "Post",
        "Verwaltung",
    ],
    "reader": ["Sachstände"],
    "administrator": ["Menschen", "Post", "Verwaltung"],
    "stranger": [],
}


def request_of(person: Person, address: str = "/sachstaende/") -> HttpRequest:
    request = RequestFactory().get(address)
    request.user = person
    request.resolver_match = resolve(address)
    return request


def menu(person: Person, address: str = "/sachstaende/") -> list[MenuItem]:
    return list(navigation(request_of(person, address))["navigation"])  # type: ignore[call-overload]


@pytest.mark.parametrize("who", MENUS)
def test_everybody_sees_their_own_menu(cast: Cast, who: str) -> None:
    assert [str(item.label) for item in menu(getattr(cast, who))] == MENUS[who]


def test_a_full_menu_keeps_the_back_office_beside_the_name(cast: Cast, signed_in: SignIn) -> None:
    assert [str(item.label) for item in menu(cast.coordinator) if item.is_aside] == ["Verwaltung"]
    assert not [item for item in menu(cast.administrator) if item.is_aside]
    page = signed_in(cast.coordinator).get("/board/").content.decode()
    head, work = page.split('<nav class="nav wrap nav--many"')
    assert ">Verwaltung</a>" in head
    assert "Verwaltung" not in work.split("</nav>")[0]


@pytest.mark.parametrize("who", [who for who in MENUS if MENUS[who]])
def test_every_entry_of_the_menu_opens(cast: Cast, signed_in: SignIn, who: str) -> None:
    client = signed_in(getattr(cast, who))
    for item in menu(getattr(cast, who)):
        assert client.get(item.url, follow=True).status_code == 200, item.url


def test_one_entry_is_the_current_one(cast: Cast) -> None:
    assert [str(item.label) for item in menu(cast.clerk, "/aufgaben/") if item.is_current] == ["Meine Aufgaben"]
    assert [str(item.label) for item in menu(cast.clerk, "/sachstand/1/") if item.is_current] == ["Sachstände"]
    assert [str(item.label) for item in menu(cast.coordinator, "/abfragen/neu/") if item.is_current] == ["Abfragen"]


def test_no_page_belongs_to_two_sections() -> None:
    beginnings = [page for section in SECTIONS for page in section.pages]
    assert len(beginnings) == len(set(beginnings))
    assert not [(one, other) for one in beginnings for other in beginnings if one != other and one.startswith(other)]


def test_the_menu_counts_open_work(cast: Cast, stage: Stage) -> None:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    counts = {who: {str(item.label): item.count for item in menu(getattr(cast, who))} for who in MENUS}
    assert counts["clerk"]["Meine Aufgaben"] == 0
    assert counts["reviewer"]["Prüfung"] == 1
    # Who only reads along has nothing to do there.
    assert counts["coordinator"]["Prüfung"] == 0


def test_entries_of_ones_own_office_are_not_counted_for_review(cast: Cast, stage: Stage) -> None:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    assert [item.count for item in menu(cast.own_reviewer) if str(item.label) == "Prüfung"] == [0]


def test_under_a_quorum_members_count_what_they_have_not_voted_on(cast: Cast, stage: Stage) -> None:
    ReportingCycle.objects.filter(pk=stage.cycle.pk).update(review_policy="quorum", quorum=1)
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    assert reviews_of(cast.reviewer) == reviews_of(cast.chair) == 1
    runs.vote(stage.youth_update.pk, revision_number=1, decision=Decision.APPROVED, by=cast.reviewer, now=NOW)
    assert (reviews_of(cast.reviewer), reviews_of(cast.chair)) == (0, 1)


def reviews_of(person: Person) -> int:
    return next(item.count for item in menu(person) if str(item.label) == "Prüfung")


@pytest.mark.parametrize("who", MENUS)
def test_the_menu_costs_at_most_one_query_beside_the_memberships(cast: Cast, stage: Stage, who: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        menu(getattr(cast, who))
    assert len(queries) <= 2


def test_nothing_is_read_until_a_page_shows_the_menu(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as queries:
        navigation(request_of(cast.coordinator))
    assert len(queries) == 0


def test_visitors_have_no_menu(client: Client, db: None) -> None:
    page = client.get("/").content.decode()
    assert "Arbeitsbereich" not in page


def test_on_public_pages_nothing_is_counted(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    client = signed_in(cast.clerk)
    with CaptureQueriesContext(connection) as queries:
        client.get("/")
    assert not [query for query in queries if "workflow_workitem" in query["sql"]]


def test_the_menu_marks_the_page_for_everybody(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in(cast.reader).get("/sachstaende/").content.decode()
    assert len(re.findall(r'<nav class="nav wrap".*?aria-current="page"', page, re.DOTALL)) == 1


def test_what_visitors_wrote_is_counted_at_its_own_entry(cast: Cast, stage: Stage) -> None:
    voices.report_barrier(text="Die Schrift ist zu klein.", page="/", contact="", now=NOW)
    voices.give_feedback(stage.youth_update.recommendation_id, label="1.1.1", text="Gut so.", now=NOW)
    duties.put(source="something:1", title="Etwas anderes", link="/", due_on=TODAY, now=NOW)
    counts = {str(item.label): item.count for item in menu(cast.coordinator)}
    assert (counts["Rückmeldungen"], counts["Board"]) == (2, 3)
