"""Handing in never replaces unseen what somebody else, or the same person elsewhere, has written meanwhile."""

import datetime
from collections.abc import Iterator

import pytest
import time_machine
from django.http import HttpResponse

from offices.errors import ConflictError
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.conftest import Stage
from tests.workflow.steps import VALID, SignIn, address, give_back, text, with_earlier_entry
from workflow import runs
from workflow.content import CommentContent
from workflow.models import Draft, Revision, StatusUpdate, UpdateState
from workflow.services.drafts import save_draft

OLD_PAGE = VALID | {"done": "Aus der alten Seite", "based_on": "0"}


@pytest.fixture(autouse=True)
def today() -> Iterator[datetime.date]:
    with time_machine.travel(NOW, tick=False):
        yield TODAY


@pytest.fixture
def returned(cast: Cast, stage: Stage) -> StatusUpdate:
    """A run that a colleague has handed in and the Arbeitsgruppe has returned."""
    update = stage.youth_update
    runs.hand_in(update.pk, by=cast.colleague, content=content(done="Von der Kollegin"), now=NOW)
    give_back(cast, update, CommentContent("Wie viele Eltern kommen?", "done"))
    update.refresh_from_db()
    return update


def shows_both(answer: HttpResponse) -> bool:
    page = text(answer)
    return answer.status_code == 409 and all(
        part in page for part in ("Aus der alten Seite", "Von der Kollegin", "Wie viele Eltern kommen?")
    )


# --- A colleague's version came back meanwhile ----------------------------------------------------------------------


@pytest.mark.parametrize("page", ["abgeben/", "entwurf/", "zusammenfuehren/"])
def test_an_old_page_meets_the_colleagues_version_and_replaces_nothing(
    cast: Cast, returned: StatusUpdate, signed_in: SignIn, page: str
) -> None:
    assert shows_both(signed_in(cast.clerk).post(address(returned, page), OLD_PAGE))
    assert [one.done for one in Revision.objects.all()] == ["Von der Kollegin"]
    assert not Draft.objects.exists()


def test_an_incomplete_old_page_meets_the_colleagues_version_too(
    cast: Cast, returned: StatusUpdate, signed_in: SignIn
) -> None:
    typed = OLD_PAGE | {"implementation_status": ""}
    assert shows_both(signed_in(cast.clerk).post(address(returned, "abgeben/"), typed))


def test_the_script_hears_of_the_colleagues_version(cast: Cast, returned: StatusUpdate, signed_in: SignIn) -> None:
    answer = signed_in(cast.clerk).post(address(returned, "entwurf/"), OLD_PAGE, headers={"accept": "application/json"})
    assert answer.status_code == 409
    assert answer.json()["conflict"]
    assert "nichts ist verloren" in answer.json()["message"]


def test_both_versions_are_joined_and_then_handed_in(cast: Cast, returned: StatusUpdate, signed_in: SignIn) -> None:
    save_draft(returned.pk, by=cast.clerk, content={"done": "Zwischenstand"}, version=0, now=NOW)
    client = signed_in(cast.clerk)
    conflict = text(client.post(address(returned, "abgeben/"), OLD_PAGE | {"version": "1"}))
    for name, value in (("version", "1"), ("based_on", "1"), ("with_handed_in", "1")):
        assert f'name="{name}" value="{value}"' in conflict
    joining = OLD_PAGE | {"version": "1", "based_on": "1", "with_handed_in": "1", "choice-done": "both"}
    form = text(client.post(address(returned, "zusammenfuehren/"), joining, follow=True))
    both = "Aus der alten Seite\n\nVon der Kollegin"
    assert Draft.objects.get().content["done"] == both
    assert "Wie viele Eltern kommen?" in form
    assert 'name="based_on" value="1"' in form
    client.post(address(returned, "abgeben/"), VALID | {"done": both, "version": "2", "based_on": "1"})
    assert Revision.objects.get(number=2).done == both


def test_a_choice_made_over_an_older_version_is_asked_again(
    cast: Cast, returned: StatusUpdate, signed_in: SignIn
) -> None:
    runs.hand_in(returned.pk, by=cast.colleague, content=content(done="Von der Kollegin, neu"), now=NOW)
    give_back(cast, returned, CommentContent("Wie viele Eltern kommen?"))
    joining = OLD_PAGE | {"based_on": "1", "with_handed_in": "1", "choice-done": "theirs"}
    answer = signed_in(cast.clerk).post(address(returned, "zusammenfuehren/"), joining)
    assert shows_both(answer)
    assert "Von der Kollegin, neu" in text(answer)


def test_the_same_text_sent_again_after_the_return_leads_to_the_comments(
    cast: Cast, returned: StatusUpdate, signed_in: SignIn
) -> None:
    again = OLD_PAGE | {"done": "Von der Kollegin"}
    answer = signed_in(cast.clerk).post(address(returned, "abgeben/"), again, follow=True)
    assert "Wie viele Eltern kommen?" in text(answer)
    assert "Bitte lesen Sie sie, bevor Sie abgeben." in text(answer)
    assert Revision.objects.count() == 1


def test_the_preview_carries_what_it_is_based_on(cast: Cast, returned: StatusUpdate, signed_in: SignIn) -> None:
    assert 'name="based_on" value="1"' in text(signed_in(cast.clerk).get(address(returned, "vorschau/")))


@pytest.mark.parametrize("base", ["", "7", "-1", "x"])
def test_a_forged_base_hands_nothing_in_unseen(
    cast: Cast, returned: StatusUpdate, signed_in: SignIn, base: str
) -> None:
    assert shows_both(signed_in(cast.clerk).post(address(returned, "abgeben/"), OLD_PAGE | {"based_on": base}))


def test_a_base_that_never_was_is_refused_and_the_text_is_kept(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    answer = signed_in(cast.clerk).post(address(stage.youth_update, "abgeben/"), OLD_PAGE | {"based_on": "7"})
    assert answer.status_code == 409
    assert "Aus der alten Seite" in text(answer)
    assert not Revision.objects.exists()


# --- The other two ways to hand in ----------------------------------------------------------------------------------


def test_an_old_nil_return_is_refused_with_its_reason(cast: Cast, returned: StatusUpdate, signed_in: SignIn) -> None:
    client, page = signed_in(cast.clerk), address(returned, "fehlanzeige/")
    answer = client.post(page, {"reason": "Die Stelle war frei.", "based_on": "0"})
    assert answer.status_code == 409
    assert "Die Stelle war frei." in text(answer)
    assert Revision.objects.count() == 1
    # What was refused as incomplete is still as old as it was.
    assert 'name="based_on" value="0"' in text(client.post(page, {"reason": "", "based_on": "0"}))
    assert 'name="based_on" value="1"' in text(client.get(page))
    client.post(page, {"reason": "Die Stelle war frei.", "based_on": "1"})
    assert Revision.objects.count() == 2


def test_an_old_attestation_does_not_replace_a_colleagues_text(cast: Cast, signed_in: SignIn) -> None:
    update, client = with_earlier_entry(cast), signed_in(cast.clerk)
    assert 'name="based_on" value="0"' in text(client.get(address(update, "unveraendert/")))
    runs.hand_in(update.pk, by=cast.colleague, content=content(), now=NOW)
    give_back(cast, update, CommentContent("Wie viele?"))
    client.post(address(update, "unveraendert/"), {"confirmed": "on", "based_on": "0"})
    update.refresh_from_db()
    assert (update.state, update.revisions.count()) == (UpdateState.RETURNED, 1)


# --- Two windows of one person --------------------------------------------------------------------------------------


def test_a_complete_page_with_an_old_draft_shows_both_and_hands_nothing_in(
    cast: Cast, stage: Stage, signed_in: SignIn
) -> None:
    update = stage.youth_update
    save_draft(update.pk, by=cast.clerk, content={"done": "Im anderen Fenster"}, version=0, now=NOW)
    answer = signed_in(cast.clerk).post(address(update, "abgeben/"), OLD_PAGE)
    assert answer.status_code == 409
    assert "Im anderen Fenster" in text(answer)
    assert "Aus der alten Seite" in text(answer)
    assert not Revision.objects.exists()


def test_an_old_version_with_the_very_text_of_the_draft_is_handed_in(
    cast: Cast, stage: Stage, signed_in: SignIn
) -> None:
    client = signed_in(cast.clerk)
    client.post(address(stage.youth_update, "entwurf/"), OLD_PAGE)
    answer = client.post(address(stage.youth_update, "abgeben/"), OLD_PAGE, follow=True)
    assert "Danke, Ihr Sachstand ist da." in text(answer)
    assert Revision.objects.get().done == "Aus der alten Seite"


def test_a_second_click_on_the_rework_says_that_it_is_handed_in_already(
    cast: Cast, returned: StatusUpdate, signed_in: SignIn
) -> None:
    client, typed = signed_in(cast.clerk), OLD_PAGE | {"based_on": "1"}
    client.post(address(returned, "abgeben/"), typed)
    again = client.post(address(returned, "abgeben/"), typed, follow=True)
    assert "schon abgegeben und wird gerade geprüft" in text(again)
    assert Revision.objects.count() == 2


# --- The rule holds without pages -----------------------------------------------------------------------------------


def test_the_service_refuses_an_old_base_and_changes_nothing(cast: Cast, returned: StatusUpdate) -> None:
    for old in (0, 2):
        with pytest.raises(ConflictError):
            runs.hand_in(returned.pk, by=cast.clerk, content=content(), now=NOW, based_on=old)
        with pytest.raises(ConflictError):
            runs.file_nil_return(returned.pk, by=cast.clerk, reason="Nichts.", now=NOW, based_on=old)
        with pytest.raises(ConflictError):
            runs.confirm_unchanged(returned.pk, by=cast.clerk, now=NOW, based_on=old)
    returned.refresh_from_db()
    assert (returned.state, returned.revisions.count()) == (UpdateState.RETURNED, 1)
    assert runs.hand_in(returned.pk, by=cast.clerk, content=content(), now=NOW, based_on=1).number == 2


@pytest.mark.parametrize("page", ["/aufgaben/", "/sachstaende/", "", "schreiben/", "vorschau/"])
def test_pages_to_read_answer_head_requests(cast: Cast, stage: Stage, signed_in: SignIn, page: str) -> None:
    where = page if page.startswith("/") else address(stage.youth_update, page)
    assert signed_in(cast.clerk).head(where).status_code == 200
