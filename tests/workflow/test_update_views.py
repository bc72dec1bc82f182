"""The pages of one status update: who reads what, who writes, and that nothing typed is lost."""

import datetime
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from offices.models import Person
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.conftest import Stage
from workflow import opening, runs
from workflow.content import CommentContent, MeasureContent
from workflow.models import Draft, EntryKind, Revision, StatusUpdate, UpdateState
from workflow.services.updates import save_draft

SignIn = Callable[[Person], Client]

VALID = {"implementation_status": "in_progress", "done": "Sechs Elterncafés.", "version": "0"}
SECRETS = content(
    done="Öffentlicher Text",
    outlook="blocked",
    internal_note="GEHEIME NOTIZ",
    measures=(MeasureContent("Schulung", "planned", link="https://example.org/schulung"),),
)


@pytest.fixture(autouse=True)
def today() -> Iterator[datetime.date]:
    with time_machine.travel(NOW, tick=False):
        yield TODAY


def text(answer: HttpResponse) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def address(update: StatusUpdate, page: str = "") -> str:
    return f"/sachstand/{update.pk}/{page}"


def hand_in(cast: Cast, update: StatusUpdate, **fields: Any) -> None:
    runs.hand_in(update.pk, by=cast.clerk, content=content(**fields) if fields else SECRETS, now=NOW)


def give_back(cast: Cast, update: StatusUpdate, *comments: CommentContent) -> None:
    number = update.revisions.count()
    runs.return_for_revision(
        update.pk, revision_number=number, by=cast.reviewer, comments=comments, now=NOW, today=TODAY
    )


def approve(cast: Cast, update: StatusUpdate) -> None:
    runs.approve(update.pk, revision_number=update.revisions.count(), by=cast.reviewer, now=NOW)


def with_earlier_entry(cast: Cast, **fields: Any) -> StatusUpdate:
    """A run whose recommendation has an approved entry of the period before."""
    edition = factories.edition("Mit Vorgeschichte")
    factories.recommendation(factories.goal(edition), lead=cast.youth)
    before = factories.open_cycle(
        edition,
        period_from=datetime.date(2023, 1, 1),
        period_until=datetime.date(2024, 12, 31),
        due_on=datetime.date(2026, 11, 1),
    )
    earlier = StatusUpdate.objects.get(cycle=before)
    hand_in(cast, earlier, **{"done": "Der frühere Text.", **fields})
    approve(cast, earlier)
    opening.close_cycle(before.pk, by=cast.coordinator, now=NOW)
    return StatusUpdate.objects.get(cycle=factories.open_cycle(edition))


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
        "Fassung 1 vom 23.11.2026, 1 Kommentar",
        "Erste Fassung",
        "Wie viele?",
        "Zurückgegeben mit 1 Kommentar",
        "Arbeitsgruppe 53",
    ):
        assert shown in page


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
    assert counts[0] == counts[1] <= 16


# --- Writing --------------------------------------------------------------------------------------------------------


def test_a_report_is_handed_in_with_thanks(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    typed = VALID | {
        "outlook": "at_risk",
        "worked": "Vieles",
        "next_step": "Weiter",
        "next_step_on": "31.03.2027",
        "measures-rows": "2",
        "measures-0-title": "Schulung",
        "measures-0-link": "example.org/schulung",
        "measures-1-title": "",
    }
    answer = signed_in(cast.clerk).post(address(stage.youth_update, "abgeben/"), typed, follow=True)
    assert "Danke, Ihr Sachstand ist da." in text(answer)
    revision = Revision.objects.get()
    assert (revision.kind, revision.outlook, revision.worked) == (EntryKind.REPORT, "at_risk", "Vieles")
    assert revision.next_step_on == datetime.date(2027, 3, 31)
    assert [measure.link for measure in revision.measures.all()] == ["https://example.org/schulung"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"implementation_status": ""}, "Bitte sagen Sie, wie weit Sie sind."),
        ({"implementation_status": "erfunden"}, "Noch nicht abgegeben: 1 Angabe"),
        ({"implementation_status": "deferred"}, "Bitte sagen Sie kurz, warum."),
        ({"implementation_status": "not_pursued", "status_reason": "  "}, "Bitte sagen Sie kurz, warum."),
        ({"done": " "}, "Ist nichts geschehen, melden Sie eine Fehlanzeige."),
        ({"next_step_on": "31.03.2026"}, "Der 31.03.2026 ist schon vorbei. Meinten Sie den 31.03.2027?"),
        ({"next_step_on": "29.02.2024"}, "Meinten Sie den 28.02.2027?"),
        ({"next_step_on": "bald"}, "Noch nicht abgegeben: 1 Angabe"),
        ({"done": "x" * 20_001}, "Noch nicht abgegeben: 1 Angabe"),
        ({"next_step": "x" * 2_001}, "Noch nicht abgegeben: 1 Angabe"),
        ({"measures-rows": "1", "measures-0-responsible": "51"}, "Bitte geben Sie der Maßnahme einen Namen"),
        ({"measures-rows": "1", "measures-0-title": "x" * 301}, "Noch nicht abgegeben: 1 Angabe"),
        (
            {"measures-rows": "1", "measures-0-title": "M", "measures-0-link": "javascript:alert(1)"},
            "Bitte geben Sie eine Adresse an",
        ),
        (
            {"measures-rows": "1", "measures-0-title": "M", "measures-0-link": "ftp://example.org"},
            "Bitte geben Sie eine Adresse an",
        ),
        (
            {"measures-rows": "51", **{f"measures-{index}-title": "M" for index in range(51)}},
            "Zu viele Maßnahmen: höchstens 50.",
        ),
    ],
)
def test_what_does_not_fit_is_named_and_everything_typed_is_kept(
    cast: Cast, stage: Stage, signed_in: SignIn, typed: dict[str, str], said: str
) -> None:
    full = VALID | {"worked": "Bleibt stehen"} | typed
    client = signed_in(cast.clerk)
    answer = client.post(address(stage.youth_update, "abgeben/"), full)
    assert answer.status_code == 422
    assert said in text(answer)
    assert "Bleibt stehen" in text(answer)
    assert not Revision.objects.exists()
    kept = Draft.objects.get().content
    for name, value in full.items():
        if name in kept:
            assert kept[name] == value
    assert "Bleibt stehen" in text(client.get(address(stage.youth_update, "schreiben/")))


def test_each_problem_leads_to_its_control(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    typed = {"next_step_on": "gestern", "measures-rows": "1", "measures-0-responsible": "51", "version": "0"}
    page = text(signed_in(cast.clerk).post(address(stage.youth_update, "abgeben/"), typed))
    summary = page[page.index('id="fehler"') : page.index("<form")]
    anchors = re.findall(r'href="#([^"]+)"', summary)
    assert anchors == ["id_implementation_status_0", "id_done", "id_measures-0-title", "id_next_step_on"]
    for anchor in anchors:
        assert page.count(f'id="{anchor}"') == 1


def test_a_second_click_says_that_it_is_handed_in_already(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    client = signed_in(cast.clerk)
    client.post(address(stage.youth_update, "abgeben/"), VALID)
    again = client.post(address(stage.youth_update, "abgeben/"), VALID, follow=True)
    assert again.status_code == 200
    assert "schon abgegeben und wird gerade geprüft" in text(again)
    assert Revision.objects.count() == 1


def test_whoever_comes_after_a_colleague_gets_their_own_text_back(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    hand_in(cast, stage.youth_update)
    answer = signed_in(cast.colleague).post(address(stage.youth_update, "abgeben/"), VALID | {"done": "Mein Absatz"})
    assert answer.status_code == 409
    assert "schon abgegeben" in text(answer)
    assert "Mein Absatz" in text(answer)


def test_a_draft_of_somebody_whose_colleague_was_faster_stays_readable(
    cast: Cast, stage: Stage, signed_in: SignIn
) -> None:
    save_draft(stage.youth_update.pk, by=cast.colleague, content={"done": "Mein Absatz"}, version=0, now=NOW)
    hand_in(cast, stage.youth_update)
    assert "Mein Absatz" in text(signed_in(cast.colleague).get(address(stage.youth_update)))
    assert "Mein Absatz" not in text(signed_in(cast.clerk).get(address(stage.youth_update)))
    assert "Mein Absatz" not in text(signed_in(cast.coordinator).get(address(stage.youth_update)))


@pytest.mark.parametrize("page", ["schreiben/", "vorschau/", "fehlanzeige/", "unveraendert/"])
def test_after_handing_in_the_pages_of_writing_lead_to_the_entry(
    cast: Cast, stage: Stage, signed_in: SignIn, page: str
) -> None:
    hand_in(cast, stage.youth_update)
    answer = signed_in(cast.clerk).get(address(stage.youth_update, page))
    assert (answer.status_code, answer["Location"]) == (302, address(stage.youth_update))


def test_the_questions_of_the_arbeitsgruppe_stand_beside_their_passage(
    cast: Cast, stage: Stage, signed_in: SignIn
) -> None:
    hand_in(cast, stage.youth_update)
    give_back(cast, stage.youth_update, CommentContent("Wie viele?", "done"), CommentContent("Kürzer bitte."))
    page = text(signed_in(cast.clerk).get(address(stage.youth_update, "schreiben/")))
    assert "2 Rückfragen der Arbeitsgruppe" in page
    assert page.index("Kürzer bitte.") < page.rindex("Wie viele?") < page.index('id="id_done"')
    assert "Öffentlicher Text" in page


# --- Drafts on the page ---------------------------------------------------------------------------------------------


def test_the_script_saves_and_gets_the_new_version(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    client = signed_in(cast.clerk)
    typed = {"done": "Anfang", "version": "0"}
    first = client.post(address(stage.youth_update, "entwurf/"), typed, headers={"accept": "application/json"})
    assert first.json() == {"version": 1, "message": "Entwurf gespeichert um 10:00 Uhr."}
    again = client.post(address(stage.youth_update, "entwurf/"), typed, headers={"accept": "application/json"})
    assert again.json()["version"] == 1
    other = client.post(
        address(stage.youth_update, "entwurf/"), typed | {"done": "Anders"}, headers={"accept": "application/json"}
    )
    assert other.status_code == 409
    assert other.json()["conflict"]


def test_two_windows_are_joined_and_nothing_is_lost(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    client = signed_in(cast.clerk)
    client.post(address(stage.youth_update, "entwurf/"), {"done": "Erstes Fenster", "version": "0"})
    answer = client.post(address(stage.youth_update, "entwurf/"), {"done": "Zweites Fenster", "version": "0"})
    page = text(answer)
    assert answer.status_code == 409
    assert "Sehen Sie sich beide Fassungen an, nichts ist verloren." in page
    assert "Erstes Fenster" in page
    assert "Zweites Fenster" in page
    typed = {"done": "Zweites Fenster", "version": "1", "choice-done": "both"}
    joined = client.post(address(stage.youth_update, "zusammenfuehren/"), typed, follow=True)
    assert joined.status_code == 200
    assert Draft.objects.get().content["done"] == "Zweites Fenster\n\nErstes Fenster"


def test_measures_are_added_and_removed_without_a_script(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    client, draft = signed_in(cast.clerk), address(stage.youth_update, "entwurf/")
    page = text(client.post(draft, {"done": "x", "version": "0", "add": "1"}, follow=True))
    assert 'name="measures-0-title"' in page
    two = {"measures-rows": "2", "measures-0-title": "Eins", "measures-1-title": "Zwei", "version": "1"}
    page = text(client.post(draft, two | {"remove": "0"}, follow=True))
    assert "Zwei" in page
    assert "Eins" not in page


def test_the_preview_shows_the_draft_and_what_is_missing(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    client = signed_in(cast.clerk)
    typed = {"done": "Mein Entwurf", "version": "0", "preview": "1"}
    page = text(client.post(address(stage.youth_update, "entwurf/"), typed, follow=True))
    assert "Mein Entwurf" in page
    assert "Bitte sagen Sie, wie weit Sie sind." in page
    assert not Revision.objects.exists()


# --- Unchanged and nil return ---------------------------------------------------------------------------------------


def test_last_periods_text_stands_beside_and_can_be_taken_over(cast: Cast, signed_in: SignIn) -> None:
    update, client = with_earlier_entry(cast), signed_in(cast.clerk)
    page = text(client.get(address(update, "schreiben/")))
    assert "Das stand im Bericht für 2023–2024" in page
    taken = client.post(address(update, "entwurf/"), {"done": "Neues", "version": "0", "take": "1"})
    assert taken["Location"] == f"{address(update, 'schreiben/')}#id_done"
    assert Draft.objects.get().content["done"] == "Der frühere Text.\n\nNeues"


def test_unchanged_needs_an_explicit_attestation(cast: Cast, signed_in: SignIn) -> None:
    update, client = with_earlier_entry(cast), signed_in(cast.clerk)
    assert "Der frühere Text." in text(client.get(address(update, "unveraendert/")))
    refused = text(client.post(address(update, "unveraendert/"), {}))
    assert "Bitte setzen Sie das Häkchen" in refused
    thanks = text(client.post(address(update, "unveraendert/"), {"confirmed": "on"}, follow=True))
    assert "Danke, Ihr Sachstand ist da." in thanks
    assert "Der Text von 2023–2024 gilt weiter." in thanks
    update.refresh_from_db()
    assert update.submitted is not None
    assert (update.state, update.submitted.kind) == (UpdateState.IN_REVIEW, EntryKind.UNCHANGED)


def test_without_an_earlier_text_there_is_nothing_to_confirm(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    answer = signed_in(cast.clerk).get(address(stage.youth_update, "unveraendert/"), follow=True)
    assert "Es gibt noch keinen früheren Text" in text(answer)
    assert "Hat sich nichts geändert?" not in text(answer)


def test_a_nil_return_says_why(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    client = signed_in(cast.clerk)
    assert "Bitte sagen Sie kurz, warum" in text(client.post(address(stage.youth_update, "fehlanzeige/"), {}))
    typed = {"reason": "Die Stelle war\r\nnicht besetzt."}
    thanks = text(client.post(address(stage.youth_update, "fehlanzeige/"), typed, follow=True))
    assert "Danke, Ihr Sachstand ist da." in thanks
    assert Revision.objects.get().nil_reason == "Die Stelle war\nnicht besetzt."
    again = text(client.post(address(stage.youth_update, "fehlanzeige/"), typed, follow=True))
    assert "schon abgegeben" in again


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
