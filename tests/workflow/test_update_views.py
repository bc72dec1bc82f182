"""The pages on which one status update is read: who opens what, and what stands there."""

import datetime
import re
from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY
from tests.workflow.conftest import Stage
from tests.workflow.steps import VALID, SignIn, address, approve, give_back, hand_in, text, with_earlier_entry
from workflow.content import CommentContent, MeasureContent
from workflow.models import Draft, Revision, StatusUpdate


@pytest.fixture(autouse=True)
def today() -> Iterator[datetime.date]:
    with time_machine.travel(NOW, tick=False):
        yield TODAY


# --- Who opens what -------------------------------------------------------------------------------------------------

READ = {
    # who: before anything was handed in, in review, returned, approved
    "clerk": (200, 200, 200, 200),
    "colleague": (200, 200, 200, 200),
    "head": (200, 200, 200, 200),
    "school_clerk": (200, 200, 200, 200),
    "reviewer": (404, 200, 200, 200),
    "own_reviewer": (404, 200, 200, 200),
    "coordinator": (200, 200, 200, 200),
    "reader": (404, 404, 404, 200),
    "administrator": (404, 404, 404, 404),
    "stranger": (404, 404, 404, 404),
}
OF_THE_OFFICE = {"clerk", "colleague", "head"}


@pytest.mark.parametrize("who", READ)
def test_who_reads_a_run_depends_on_how_far_it_is(cast: Cast, stage: Stage, signed_in: SignIn, who: str) -> None:
    client, update = signed_in(getattr(cast, who)), stage.youth_update
    seen = [client.get(address(update)).status_code]
    hand_in(cast, update)
    seen.append(client.get(address(update)).status_code)
    give_back(cast, update, CommentContent("Bitte Zahlen."))
    seen.append(client.get(address(update)).status_code)
    hand_in(cast, update)
    approve(cast, update)
    seen.append(client.get(address(update)).status_code)
    assert tuple(seen) == READ[who]


@pytest.mark.parametrize("page", ["schreiben/", "vorschau/", "fehlanzeige/"])
@pytest.mark.parametrize("who", READ)
def test_the_pages_of_writing_exist_for_the_lead_office_alone(
    cast: Cast, stage: Stage, signed_in: SignIn, who: str, page: str
) -> None:
    answer = signed_in(getattr(cast, who)).get(address(stage.youth_update, page))
    assert answer.status_code == (200 if who in OF_THE_OFFICE else 404)


@pytest.mark.parametrize("page", ["entwurf/", "abgeben/", "zusammenfuehren/", "fehlanzeige/", "unveraendert/"])
@pytest.mark.parametrize("who", sorted(READ.keys() - OF_THE_OFFICE))
def test_nobody_else_changes_anything(cast: Cast, stage: Stage, signed_in: SignIn, who: str, page: str) -> None:
    answer = signed_in(getattr(cast, who)).post(address(stage.youth_update, page), VALID | {"reason": "x"})
    assert answer.status_code == 404
    assert not Draft.objects.exists()
    assert not Revision.objects.exists()


@pytest.mark.parametrize("page", ["", "schreiben/", "vorschau/", "fehlanzeige/", "unveraendert/", "abgeben/"])
def test_visitors_are_asked_to_sign_in(stage: Stage, client: Client, page: str) -> None:
    assert client.get(address(stage.youth_update, page))["Location"].startswith("/anmelden/")
    assert client.get("/sachstaende/")["Location"].startswith("/anmelden/")


def test_a_run_that_does_not_exist_looks_like_one_that_is_hidden(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    client = signed_in(cast.reader)
    assert client.get("/sachstand/999999/").status_code == 404
    assert client.get(address(stage.youth_update)).status_code == 404


@pytest.mark.parametrize("page", ["entwurf/", "zusammenfuehren/"])
def test_changes_need_a_post(cast: Cast, stage: Stage, signed_in: SignIn, page: str) -> None:
    assert signed_in(cast.clerk).get(address(stage.youth_update, page)).status_code == 405


# --- What is read ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["school_clerk", "reader"])
def test_internals_are_not_on_the_page_of_those_who_may_not_read_them(
    cast: Cast, stage: Stage, signed_in: SignIn, who: str
) -> None:
    update = stage.youth_update
    hand_in(cast, update, done="Erste Fassung", internal_note="ALTE NOTIZ")
    give_back(cast, update, CommentContent("GEHEIME RÜCKFRAGE", "done"))
    hand_in(cast, update)
    approve(cast, update)
    page = text(signed_in(getattr(cast, who)).get(address(update)))
    assert "Öffentlicher Text" in page
    for secret in ("GEHEIM", "ALTE NOTIZ", "Erste Fassung", "blockiert", "Sachbearbeitung 51", "Arbeitsgruppe 53"):
        assert secret not in page


@pytest.mark.parametrize("who", ["clerk", "reviewer", "coordinator"])
def test_internals_versions_and_history_are_there_for_those_who_work_with_them(
    cast: Cast, stage: Stage, signed_in: SignIn, who: str
) -> None:
    update = stage.youth_update
    hand_in(cast, update, done="Erste Fassung")
    give_back(cast, update, CommentContent("Wie viele?", "done"))
    hand_in(cast, update)
    page = text(signed_in(getattr(cast, who)).get(address(update)))
    for shown in (
        "GEHEIME NOTIZ",
        "blockiert",
        "Version 1 vom 23.11.2026, 1 Kommentar",
        "Erste Fassung",
        "Wie viele?",
        "Zurückgegeben mit 1 Kommentar",
    ):
        assert shown in page
    # To the office the Arbeitsgruppe speaks with one voice.
    assert ("Arbeitsgruppe 53" in page) is (who != "clerk")


def test_readers_read_the_approved_version_only(cast: Cast, signed_in: SignIn) -> None:
    update = with_earlier_entry(cast)
    assert signed_in(cast.reader).get(address(update)).status_code == 404
    earlier = StatusUpdate.objects.get(approved__isnull=False)
    assert "Der frühere Text." in text(signed_in(cast.reader).get(address(earlier)))


def test_what_people_typed_is_escaped_everywhere(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    attack = "<script>alert(1)</script>"
    update, client = stage.youth_update, signed_in(cast.clerk)
    typed = VALID | dict.fromkeys(("done", "worked", "next_step", "internal_note", "next_step_on"), attack)
    typed |= {"measures-rows": "1", "measures-0-title": attack, "measures-0-link": "javascript:alert(1)"}
    pages = [client.post(address(update, "abgeben/"), typed)]
    pages += [client.get(address(update, page)) for page in ("schreiben/", "vorschau/")]
    pages.append(client.post(address(update, "entwurf/"), typed | {"done": f"{attack}2", "version": "0"}))
    hand_in(cast, update, done=attack, worked=attack, measures=(MeasureContent(attack),))
    give_back(cast, update, CommentContent(attack, "done"))
    pages += [client.get(address(update)), client.get(address(update, "schreiben/"))]
    assert [page.status_code for page in pages] == [422, 200, 200, 409, 200, 200]
    for page in pages:
        assert "<script>alert" not in text(page)
        assert "javascript:alert" not in re.sub(r'value="javascript:alert\(1\)"', "", text(page))


def test_the_page_of_a_run_costs_the_same_with_one_version_and_with_six(
    cast: Cast, stage: Stage, signed_in: SignIn
) -> None:
    client, update, counts = signed_in(cast.coordinator), stage.youth_update, []
    for number in range(6):
        hand_in(cast, update)
        give_back(cast, update, CommentContent("Mehr.", "done"), CommentContent("Kürzer."))
        if number in {0, 5}:
            with CaptureQueriesContext(connection) as queries:
                client.get(address(update))
            counts.append(len(queries))
    assert counts[1] <= counts[0] <= 23


# --- The list -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "number"),
    [("coordinator", 3), ("clerk", 1), ("school_clerk", 2), ("reviewer", 1), ("reader", 0), ("administrator", 0)],
)
def test_everybody_finds_what_they_may_read_in_the_list(
    cast: Cast, stage: Stage, signed_in: SignIn, who: str, number: int
) -> None:
    hand_in(cast, stage.youth_update)
    page = text(signed_in(getattr(cast, who)).get("/sachstaende/"))
    assert len(re.findall(r'href="/sachstand/\d+/"', page)) == number


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("stand=in_progress", 1),
        ("stand=planned", 0),
        ("stand=erfunden", 3),
        ("q=1.1.2", 1),
        ("q=nirgends", 0),
        ("abfrage=99", 0),
        ("abfrage=abc&feld=²&amt=-1&seite=x", 3),
    ],
)
def test_the_list_is_filtered_by_its_address(
    cast: Cast, stage: Stage, signed_in: SignIn, query: str, number: int
) -> None:
    hand_in(cast, stage.youth_update)
    page = text(signed_in(cast.coordinator).get(f"/sachstaende/?{query}"))
    assert len(re.findall(r'href="/sachstand/\d+/"', page)) == number


@pytest.mark.parametrize("size", [2, 20])
def test_the_list_costs_the_same_number_of_queries(cast: Cast, signed_in: SignIn, size: int) -> None:
    edition = factories.edition()
    goal = factories.goal(edition)
    for number in range(size):
        factories.recommendation(goal, f"1.1.{number}", lead=cast.youth)
    factories.open_cycle(edition)
    client = signed_in(cast.coordinator)
    with CaptureQueriesContext(connection) as queries:
        client.get("/sachstaende/")
    # Session, person and memberships; the count of reviews; the five of the list.
    assert len(queries) == 9, "\n".join(query["sql"] for query in queries)
