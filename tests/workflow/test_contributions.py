"""Contributions on their pages: offices write and hand in, the lead office brings everything together."""

import datetime
from collections.abc import Iterator

import pytest
import time_machine

from offices.models import Person, Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.steps import SignIn, address, text
from workflow import opening, runs
from workflow.content import ContributionContent, MeasureContent
from workflow.models import Contribution, Draft, Participation, StatusUpdate
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


def test_a_deputy_contributes_and_both_names_are_read(
    cast: Cast, update: StatusUpdate, school: Participation, signed_in: SignIn
) -> None:
    deputy = factories.member(Role.CLERK, factories.office("32", "Ordnungsamt"), name="Sachbearbeitung 32")
    factories.absence(cast.school_clerk, deputy)
    thanks = signed_in(deputy).post(page(school, "abgeben/"), {"done": "In Vertretung.", "version": "0"}, follow=True)
    assert "Sachbearbeitung 32, in Vertretung für Sachbearbeitung 40" in text(thanks)
    made = Contribution.objects.get()
    assert (made.written_by, made.on_behalf_of) == (deputy, cast.school_clerk)
