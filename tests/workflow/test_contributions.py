"""Contributions on their pages: offices write and hand in, the lead office brings everything together."""

import datetime
from collections.abc import Iterator

import pytest
import time_machine

from notifications.models import Mail
from offices.models import Person, Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.steps import VALID, SignIn, address, text
from workflow import opening, runs
from workflow.content import ContributionContent, MeasureContent
from workflow.models import Contribution, Draft, Participation, Passage, Revision, StatusUpdate, UpdateState
from workflow.services.drafts import save_contribution_draft

TEXT = ContributionContent(
    done="Vier Sprachkurse an Grundschulen.",
    worked="Die Elternlotsen.",
    measures=(MeasureContent("Sprachkurse", "in_progress", "40"),),
)
JSON = {"accept": "application/json"}


@pytest.fixture(autouse=True)
def today() -> Iterator[datetime.date]:
    with time_machine.travel(NOW, tick=False):
        yield TODAY


@pytest.fixture
def update(cast: Cast) -> StatusUpdate:
    """A run led by 51 to which 40 and 53 contribute, in a cycle without signatures."""
    edition = factories.edition()
    factories.recommendation(factories.goal(edition), lead=cast.youth, contributing=(cast.school, cast.health))
    factories.open_cycle(edition, by=cast.coordinator, contributions=True)
    return StatusUpdate.objects.get()


@pytest.fixture
def school(cast: Cast, update: StatusUpdate) -> Participation:
    return Participation.objects.get(update=update, office=cast.school)


@pytest.fixture
def health(cast: Cast, update: StatusUpdate) -> Participation:
    return Participation.objects.get(update=update, office=cast.health)


@pytest.fixture
def health_clerk(cast: Cast) -> Person:
    return factories.member(Role.CLERK, cast.health, name="Sachbearbeitung 53")


@pytest.fixture
def colleague(cast: Cast) -> Person:
    return factories.member(Role.CLERK, cast.school, email="kollege-40@stadt.example", name="Sachbearbeitung 40/2")


def page(participation: Participation, name: str = "schreiben/") -> str:
    return f"/beitrag/{participation.pk}/{name}"


# --- The contributing office ------------------------------------------------------------------------------------------


def test_an_office_writes_and_hands_in_its_contribution(
    cast: Cast, update: StatusUpdate, school: Participation, signed_in: SignIn
) -> None:
    client = signed_in(cast.school_clerk)
    form = text(client.get(page(school)))
    assert "Der Beitrag von 40 Amt für Schule und Bildung" in form
    assert "51 Jugendamt ist federführend" in form
    typed = {"done": "Vier Kurse.", "measures-rows": "1", "measures-0-title": "Kurse", "version": "0"}
    thanks = client.post(page(school, "abgeben/"), typed, follow=True)
    assert thanks.redirect_chain[-1][0] == address(update)
    assert "Danke, Ihr Beitrag ist da." in text(thanks)
    assert "Vier Kurse." in text(thanks)
    school.refresh_from_db()
    made = Contribution.objects.get()
    assert (school.state, school.contribution) == ("delivered", made)
    assert [one.title for one in made.measures.all()] == ["Kurse"]


def test_what_does_not_fit_is_named_and_everything_typed_is_kept(
    cast: Cast, school: Participation, signed_in: SignIn
) -> None:
    client = signed_in(cast.school_clerk)
    typed = {
        "worked": "Bleibt stehen",
        "measures-rows": "1",
        "measures-0-title": "M",
        "measures-0-link": "javascript:alert(1)",
        "version": "0",
    }
    answer = client.post(page(school, "abgeben/"), typed)
    assert answer.status_code == 422
    assert "Bitte geben Sie eine Adresse an" in text(answer)
    assert "Bleibt stehen" in text(client.get(page(school)))
    assert not Contribution.objects.exists()


def test_an_empty_contribution_is_asked_for_a_word_or_a_nil_return(
    cast: Cast, school: Participation, signed_in: SignIn
) -> None:
    answer = signed_in(cast.school_clerk).post(page(school, "abgeben/"), {"version": "0"})
    assert answer.status_code == 422
    assert 'href="#id_done"' in text(answer)


def test_a_nil_return_takes_one_click_and_a_reason(
    cast: Cast, update: StatusUpdate, school: Participation, signed_in: SignIn
) -> None:
    client = signed_in(cast.school_clerk)
    refused = client.post(page(school, "fehlanzeige/"), {"done": "Schon begonnen", "version": "0"})
    assert refused.status_code == 422
    assert "Bitte sagen Sie kurz, warum" in text(refused)
    assert Draft.objects.get().content["done"] == "Schon begonnen"
    thanks = text(client.post(page(school, "fehlanzeige/"), {"reason": "Nicht unser Thema."}, follow=True))
    assert "Danke, Ihr Beitrag ist da." in thanks
    assert "Nicht unser Thema." in thanks
    assert Contribution.objects.get().nil_reason == "Nicht unser Thema."


@pytest.mark.parametrize("who", ["clerk", "reviewer", "coordinator", "reader", "stranger"])
@pytest.mark.parametrize("name", ["schreiben/", "fehlanzeige/"])
def test_for_everybody_else_the_pages_of_writing_do_not_exist(
    cast: Cast, school: Participation, signed_in: SignIn, who: str, name: str
) -> None:
    assert signed_in(getattr(cast, who)).get(page(school, name)).status_code == 404


def test_whoever_is_too_late_reads_why_and_keeps_the_text(
    cast: Cast, update: StatusUpdate, school: Participation, signed_in: SignIn
) -> None:
    save_contribution_draft(
        school.pk, by=cast.school_clerk, content={"done": "Mein Entwurf"}, version=0, now=NOW, seen={}
    )
    runs.go_on_without(school.pk, by=cast.clerk, now=NOW)
    client = signed_in(cast.school_clerk)
    answer = client.post(page(school, "abgeben/"), {"done": "Mein Entwurf, länger", "version": "1"})
    assert answer.status_code == 409
    assert "Mein Entwurf, länger" in text(answer)
    assert "hat ohne Ihren Beitrag weitergemacht" in text(answer)
    read = client.get(page(school), follow=True)
    assert read.redirect_chain[-1][0] == address(update)
    assert "Mein Entwurf" in text(read)
    assert "Mein Entwurf" not in text(signed_in(cast.clerk).get(address(update)))


def test_an_office_reads_its_own_contribution_and_no_other(
    cast: Cast,
    update: StatusUpdate,
    school: Participation,
    health: Participation,
    health_clerk: Person,
    signed_in: SignIn,
) -> None:
    runs.contribute(school.pk, by=cast.school_clerk, content=TEXT, now=NOW)
    runs.contribute_nothing(health.pk, by=health_clerk, reason="Geheimer Grund", now=NOW)
    own = text(signed_in(cast.school_clerk).get(address(update)))
    assert "Vier Sprachkurse" in own
    assert "Geheimer Grund" not in own
    for who in (cast.clerk, cast.coordinator):
        both = text(signed_in(who).get(address(update)))
        assert "Vier Sprachkurse" in both
        assert "Geheimer Grund" in both


def test_last_periods_contribution_and_entry_stand_beside(cast: Cast, signed_in: SignIn) -> None:
    edition = factories.edition("Mit Vorgeschichte")
    factories.recommendation(factories.goal(edition), lead=cast.youth, contributing=(cast.school,))
    before = factories.open_cycle(
        edition,
        contributions=True,
        period_from=datetime.date(2023, 1, 1),
        period_until=datetime.date(2024, 12, 31),
        due_on=datetime.date(2026, 11, 1),
    )
    earlier = StatusUpdate.objects.get(cycle=before)
    runs.contribute(earlier.participations.get().pk, by=cast.school_clerk, content=TEXT, now=NOW)
    runs.hand_in(earlier.pk, by=cast.clerk, content=content(done="Der frühere Sachstand."), now=NOW)
    runs.approve(earlier.pk, revision_number=1, by=cast.reviewer, now=NOW)
    opening.close_cycle(before.pk, by=cast.coordinator, now=NOW)
    update = StatusUpdate.objects.get(cycle=factories.open_cycle(edition, contributions=True))
    school, client = update.participations.get(), signed_in(cast.school_clerk)
    form = text(client.get(page(school)))
    assert "Das hat Ihr Amt für 2023–2024 beigetragen" in form
    assert "Vier Sprachkurse an Grundschulen." in form
    assert "Der frühere Sachstand." in form
    taken = client.post(page(school, "entwurf/"), {"worked": "Neu", "version": "0", "take": "before-worked"})
    assert taken["Location"] == f"{page(school)}#id_worked"
    assert Draft.objects.get().content["worked"] == "Die Elternlotsen.\n\nNeu"


# --- Drafts of two people ---------------------------------------------------------------------------------------------


def test_two_people_of_an_office_see_both_versions_and_nothing_is_lost(
    cast: Cast, school: Participation, colleague: Person, signed_in: SignIn
) -> None:
    mine, draft = {"done": "Mein Satz", "version": "0", "seen": ""}, page(school, "entwurf/")
    theirs = save_contribution_draft(school.pk, by=colleague, content={"done": "Ihr Satz"}, version=0, now=NOW, seen={})
    client = signed_in(cast.school_clerk)
    answer = client.post(draft, mine, headers=JSON)
    assert (answer.status_code, answer.json()["conflict"]) == (409, True)
    both = text(client.post(draft, mine))
    assert "Sachbearbeitung 40/2 hat diesen Text um 10:00 Uhr geändert." in both
    assert "Mein Satz" in both
    assert "Ihr Satz" in both
    assert not Draft.objects.filter(person=cast.school_clerk).exists()
    stand = {"seen": f"{theirs.pk}.1", "with_colleague": f"{theirs.pk}.1", "choice-done": "both"}
    client.post(page(school, "zusammenfuehren/"), mine | stand)
    assert Draft.objects.get(person=cast.school_clerk).content["done"] == "Mein Satz\n\nIhr Satz"
    assert Draft.objects.get(person=colleague).content == {"done": "Ihr Satz"}
    again = client.post(draft, {"done": "Weiter", "version": "1", "seen": f"{theirs.pk}.1"}, headers=JSON)
    assert again.status_code == 200


# --- The lead office --------------------------------------------------------------------------------------------------


def test_the_lead_office_sees_who_has_delivered_and_takes_passages_over(
    cast: Cast, update: StatusUpdate, school: Participation, health: Participation, signed_in: SignIn
) -> None:
    runs.contribute(school.pk, by=cast.school_clerk, content=TEXT, now=NOW)
    client, draft = signed_in(cast.clerk), address(update, "entwurf/")
    form = text(client.get(address(update, "schreiben/")))
    assert "da seit 23.11.2026" in form
    assert "noch nicht da" in form
    made = Contribution.objects.get()
    taken = client.post(draft, {"done": "Eigenes.", "version": "0", "take": f"{made.pk}-done"})
    assert taken["Location"] == f"{address(update, 'schreiben/')}#id_done"
    typed = {"done": Draft.objects.get().content["done"], "version": "1", "take": f"{made.pk}-measures"}
    assert client.post(draft, typed)["Location"] == f"{address(update, 'schreiben/')}#measures"
    kept = Draft.objects.get().content
    assert kept["done"] == "Eigenes.\n\nVier Sprachkurse an Grundschulen."
    assert [row["title"] for row in kept["measures"]] == ["Sprachkurse"]


@pytest.mark.parametrize("take", ["", "x", "before-done", "9999999999-done", "1-", "1-version", "-done"])
def test_a_forged_take_over_keeps_what_was_typed(
    cast: Cast, update: StatusUpdate, signed_in: SignIn, take: str
) -> None:
    typed = {"done": "Eigenes.", "version": "0", "take": take}
    assert signed_in(cast.clerk).post(address(update, "entwurf/"), typed).status_code == 302
    assert Draft.objects.get().content["done"] == "Eigenes."


def test_a_passage_of_another_run_is_not_taken_over(cast: Cast, update: StatusUpdate, signed_in: SignIn) -> None:
    edition = factories.edition("Anderes Konzept")
    factories.recommendation(factories.goal(edition), lead=cast.health, contributing=(cast.school,))
    other = StatusUpdate.objects.get(cycle=factories.open_cycle(edition, contributions=True))
    made = runs.contribute(other.participations.get().pk, by=cast.school_clerk, content=TEXT, now=NOW)
    typed = {"done": "Eigenes.", "version": "0", "take": f"{made.pk}-done"}
    signed_in(cast.clerk).post(address(update, "entwurf/"), typed)
    assert Draft.objects.get(update=update).content["done"] == "Eigenes."


def test_reminding_keeps_what_was_typed_and_asks_first(
    cast: Cast, update: StatusUpdate, school: Participation, signed_in: SignIn
) -> None:
    client = signed_in(cast.clerk)
    asked = client.post(address(update, "entwurf/"), {"done": "Halb", "version": "0", "then": f"remind-{school.pk}"})
    assert asked["Location"] == page(school, "erinnern/")
    assert Draft.objects.get().content["done"] == "Halb"
    assert "40 Amt für Schule und Bildung erinnern?" in text(client.get(page(school, "erinnern/")))
    sent = client.post(page(school, "erinnern/"), follow=True)
    assert sent.redirect_chain[-1][0] == f"{address(update, 'schreiben/')}#beitraege"
    assert "Erinnerung" in text(sent)
    assert Mail.objects.filter(recipient=cast.school_clerk.email).exists()
    assert "heute schon erinnert" in text(client.post(page(school, "erinnern/"), follow=True))


def test_going_on_without_a_late_office_asks_first(
    cast: Cast, update: StatusUpdate, school: Participation, signed_in: SignIn
) -> None:
    client = signed_in(cast.clerk)
    assert "Ohne 40 Amt für Schule und Bildung weitermachen?" in text(client.get(page(school, "ohne/")))
    after = text(client.post(page(school, "ohne/"), follow=True))
    assert "Sie machen ohne den Beitrag von 40 Amt für Schule und Bildung weiter." in after
    school.refresh_from_db()
    assert (school.state, school.skipped_by) == ("skipped", cast.clerk)
    again = client.post(page(school, "ohne/"), follow=True)
    assert "wird nichts mehr erbeten" in text(again)


@pytest.mark.parametrize("name", ["erinnern/", "ohne/"])
@pytest.mark.parametrize("who", ["school_clerk", "reviewer", "reader", "stranger"])
def test_only_lead_office_and_coordinators_steer_contributions(
    cast: Cast, school: Participation, signed_in: SignIn, who: str, name: str
) -> None:
    client = signed_in(getattr(cast, who))
    assert client.get(page(school, name)).status_code == 404
    assert client.post(page(school, name)).status_code == 404


def test_a_coordinator_goes_on_without_from_the_page_of_the_run(
    cast: Cast, update: StatusUpdate, school: Participation, signed_in: SignIn
) -> None:
    client = signed_in(cast.coordinator)
    assert page(school, "ohne/") in text(client.get(address(update)))
    after = client.post(page(school, "ohne/"), follow=True)
    assert after.redirect_chain[-1][0] == f"{address(update)}#beitraege"


# --- Handing in while offices are missing -----------------------------------------------------------------------------


def test_handing_in_names_the_missing_offices_and_goes_on_only_when_told(
    cast: Cast, update: StatusUpdate, school: Participation, health: Participation, signed_in: SignIn
) -> None:
    client = signed_in(cast.clerk)
    runs.contribute(school.pk, by=cast.school_clerk, content=TEXT, now=NOW)
    asked = client.post(address(update, "abgeben/"), VALID)
    assert asked.status_code == 409
    assert "Ein Beitrag fehlt noch" in text(asked)
    assert "Ohne 53 Gesundheitsamt Region Kassel abgeben" in text(asked)
    assert VALID["done"] in text(asked)
    assert Draft.objects.get().content["done"] == VALID["done"]
    typed = VALID | {"version": "1", "without": str(health.pk)}
    assert "Danke, Ihr Sachstand ist da." in text(client.post(address(update, "abgeben/"), typed, follow=True))
    assert Revision.objects.get().done == VALID["done"]
    health.refresh_from_db()
    assert health.state == "skipped"


def test_an_office_that_became_late_meanwhile_is_named_too(
    cast: Cast, update: StatusUpdate, school: Participation, health: Participation, signed_in: SignIn
) -> None:
    asked = signed_in(cast.clerk).post(address(update, "abgeben/"), VALID | {"without": str(health.pk)})
    assert asked.status_code == 409
    assert "Ohne 40 Amt für Schule und Bildung abgeben" in text(asked)
    assert not Revision.objects.exists()


def test_a_nil_return_comes_back_from_the_page_of_missing_offices(
    cast: Cast, update: StatusUpdate, school: Participation, health: Participation, signed_in: SignIn
) -> None:
    client, nil = signed_in(cast.clerk), address(update, "fehlanzeige/")
    assert "2 Beiträge fehlen noch" in text(client.post(nil, {"reason": "Stelle unbesetzt."}))
    back = client.post(nil, {"reason": "Stelle unbesetzt.", "back": "1", "based_on": "0"})
    assert back.status_code == 200
    assert "Stelle unbesetzt.</textarea>" in text(back)
    typed = {"reason": "Stelle unbesetzt.", "without": [str(school.pk), str(health.pk)]}
    assert "Danke, Ihr Sachstand ist da." in text(client.post(nil, typed, follow=True))
    assert Revision.objects.get().nil_reason == "Stelle unbesetzt."


# --- Reading ----------------------------------------------------------------------------------------------------------


def test_preview_and_page_of_the_run_name_the_office_of_each_passage(
    cast: Cast, update: StatusUpdate, school: Participation, health: Participation, signed_in: SignIn
) -> None:
    runs.contribute(school.pk, by=cast.school_clerk, content=TEXT, now=NOW)
    client = signed_in(cast.clerk)
    typed = VALID | {"done": f"Eigener Absatz.\n\n{TEXT.done}", "preview": "1"}
    preview = text(client.post(address(update, "entwurf/"), typed, follow=True))
    lead, contributed = '<p class="author meta">51 Jugendamt</p>', '<p class="author meta">40 Amt für Schule'
    assert preview.index(lead) < preview.index("Eigener Absatz.") < preview.index(contributed)
    assert "53 Gesundheitsamt Region Kassel" in preview
    assert not Passage.objects.exists()
    client.post(address(update, "abgeben/"), typed | {"version": "1", "without": str(health.pk)})
    read = text(client.get(address(update)))
    assert read.index(lead) < read.index("Eigener Absatz.") < read.index(contributed)


def test_an_entry_is_taken_back_from_its_page(
    cast: Cast, update: StatusUpdate, school: Participation, health: Participation, signed_in: SignIn
) -> None:
    client = signed_in(cast.clerk)
    client.post(address(update, "abgeben/"), VALID | {"without": [str(school.pk), str(health.pk)]})
    assert "Zurückziehen und ändern" in text(client.get(address(update)))
    back = client.post(address(update, "zurueckziehen/"), {"reason": "Eine Zahl fehlt."}, follow=True)
    assert "Der Sachstand liegt wieder bei Ihnen." in text(back)
    assert VALID["done"] in text(back)
    update.refresh_from_db()
    assert (update.state, update.state_note) == (UpdateState.DRAFTING, "Eine Zahl fehlt.")
    again = client.post(address(update, "zurueckziehen/"), follow=True)
    assert "Somebody" not in text(again)
    assert update.revisions.count() == 1


@pytest.mark.parametrize("who", ["school_clerk", "reviewer", "coordinator", "stranger"])
def test_only_the_lead_office_takes_an_entry_back(
    cast: Cast, update: StatusUpdate, signed_in: SignIn, who: str
) -> None:
    assert signed_in(getattr(cast, who)).post(address(update, "zurueckziehen/")).status_code == 404
