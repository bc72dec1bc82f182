"""Writing and handing in: every typed word is kept, and every problem leads to its control."""

import datetime
import re
from collections.abc import Iterator

import pytest
import time_machine

from tests.conftest import Cast
from tests.factories import NOW, TODAY
from tests.workflow.conftest import Stage
from tests.workflow.steps import VALID, SignIn, address, give_back, hand_in, text, with_earlier_entry
from workflow.content import CommentContent, MeasureContent
from workflow.models import Draft, EntryKind, Revision, UpdateState
from workflow.services.drafts import save_draft


@pytest.fixture(autouse=True)
def today() -> Iterator[datetime.date]:
    with time_machine.travel(NOW, tick=False):
        yield TODAY


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
    form = page[: page.index('id="noch-offen"')]
    assert form.index("Kürzer bitte.") < form.rindex("Wie viele?") < form.index('id="id_done"')
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
    assert "Sehen Sie sich beide Versionen an, nichts ist verloren." in page
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
    assert "Das stand im Sachstand für 2023–2024" in page
    taken = client.post(address(update, "entwurf/"), {"done": "Neues", "version": "0", "take": "before-done"})
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
    assert "Es gibt noch keinen früheren Sachstand" in text(answer)
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


# --- Against the period before ----------------------------------------------------------------------------------------


def test_every_passage_of_last_period_stands_beside_its_field(cast: Cast, signed_in: SignIn) -> None:
    before = {"worked": "Gut lief dies.", "did_not_work": "Schlecht lief das.", "next_step": "Weiter so."}
    update = with_earlier_entry(cast, **before, measures=(MeasureContent("Schulung", "planned"),))
    client = signed_in(cast.clerk)
    page = text(client.get(address(update, "schreiben/")))
    for said in ("Der frühere Text.", *before.values()):
        assert f"<p>{said}</p>" in page
    taken = client.post(address(update, "entwurf/"), {"worked": "Neu", "version": "0", "take": "before-worked"})
    assert taken["Location"] == f"{address(update, 'schreiben/')}#id_worked"
    client.post(address(update, "entwurf/"), {"version": "1", "take": "before-measures"})
    assert [row["title"] for row in Draft.objects.get().content["measures"]] == ["Schulung"]


def test_preview_and_page_of_the_run_mark_what_is_new_against_last_period(cast: Cast, signed_in: SignIn) -> None:
    earlier = {"worked": "Die Lotsen.", "overlooked": "Die Väter.", "implementation_status": "planned"}
    measures = (MeasureContent("Schulung"), MeasureContent("Fest"))
    update, client = with_earlier_entry(cast, **earlier, measures=measures), signed_in(cast.clerk)
    typed = VALID | {"done": "Der neue Text.", "worked": "Die Lotsen."}
    typed |= {"measures-rows": "2", "measures-0-title": "Schulung", "measures-1-title": "Kurs"}
    preview = text(client.post(address(update, "entwurf/"), typed | {"preview": "1"}, follow=True))
    client.post(address(update, "abgeben/"), typed | {"version": "1"})
    for page in (preview, text(client.get(address(update)))):
        assert "geändert gegenüber 2023–2024" in page
        assert "<ins>" in page
        assert page.count("unverändert gegenüber 2023–2024") == 1
        assert "gegenüber 2023–2024 nicht mehr ausgefüllt: Was wurde übersehen?" in page
        assert "Neu oder geändert: Kurs<" in page
        assert "<del>Fest</del>" in page


def test_an_attestation_says_when_and_by_whom(cast: Cast, signed_in: SignIn) -> None:
    update, client = with_earlier_entry(cast), signed_in(cast.clerk)
    client.post(address(update, "unveraendert/"), {"confirmed": "on"})
    assert "Bestätigt am 23.11.2026 von Sachbearbeitung 51" in text(client.get(address(update)))
