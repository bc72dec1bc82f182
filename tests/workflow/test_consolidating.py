"""The lead office brings contributions together: takes passages over, reminds, goes on without, hands in."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.models import Mail
from offices.models import Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW
from tests.workflow.steps import VALID, SignIn, address, text
from tests.workflow.test_contributions import TEXT, health, page, school, today, update
from workflow import runs
from workflow.models import Contribution, Draft, Participation, Passage, Revision, StatusUpdate, UpdateState

__all__ = ["health", "school", "today", "update"]


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


def test_form_and_page_cost_the_same_with_two_and_with_twenty_offices(cast: Cast, signed_in: SignIn) -> None:
    client, counts = signed_in(cast.clerk), []
    for number in (2, 20):
        offices = tuple(factories.office(f"{number}{n:02}", f"Amt {number}-{n}") for n in range(number))
        edition = factories.edition(f"Konzept mit {number}")
        factories.recommendation(factories.goal(edition), lead=cast.youth, contributing=offices)
        update = StatusUpdate.objects.get(cycle=factories.open_cycle(edition, contributions=True))
        for one in update.participations.select_related("office"):
            clerk = factories.member(Role.CLERK, one.office)
            runs.contribute(one.pk, by=clerk, content=TEXT, now=NOW)
        for name in ("schreiben/", ""):
            with CaptureQueriesContext(connection) as queries:
                client.get(address(update, name))
            counts.append(len(queries))
    assert counts[:2] == counts[2:], counts
