"""Two people in one text: the second to save sees both versions and merges; nothing is overwritten."""

import datetime
from collections.abc import Iterator

import pytest
import time_machine

from offices.models import Person, Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY
from tests.workflow.conftest import Stage
from tests.workflow.steps import VALID, SignIn, address, text
from tests.workflow.test_concurrency import at_once, fresh
from workflow.models import Draft, Revision, StatusUpdate
from workflow.services.drafts import ColleagueDraftError, DraftConflictError, save_draft

JSON = {"accept": "application/json"}
LATER = NOW + datetime.timedelta(minutes=5)


@pytest.fixture
def today() -> Iterator[datetime.date]:
    with time_machine.travel(NOW, tick=False):
        yield TODAY


def save(update: StatusUpdate, by: Person, text: str, version: int = 0, *, now: datetime.datetime = NOW) -> Draft:
    return save_draft(update.pk, by=by, content={"done": text}, version=version, now=now)


# --- The rule ---------------------------------------------------------------------------------------------------------


def test_what_a_colleague_saved_unseen_is_a_conflict_and_changes_nothing(cast: Cast, stage: Stage) -> None:
    update = stage.youth_update
    theirs = save(update, cast.colleague, "Ihres")
    with pytest.raises(ColleagueDraftError) as conflict:
        save_draft(update.pk, by=cast.clerk, content={"done": "Meins"}, version=0, now=NOW, seen={})
    assert conflict.value.current == theirs
    assert not Draft.objects.filter(person=cast.clerk).exists()


@pytest.mark.parametrize("mine", ["Ihres", "Meins"])
def test_the_same_text_and_a_version_that_was_seen_are_none(cast: Cast, stage: Stage, mine: str) -> None:
    update = stage.youth_update
    theirs = save(update, cast.colleague, "Ihres")
    seen = {theirs.pk: 1} if mine == "Meins" else {}
    saved = save_draft(update.pk, by=cast.clerk, content={"done": mine}, version=0, now=NOW, seen=seen)
    assert saved.content == {"done": mine}


def test_each_save_of_a_colleague_is_a_conflict_once(cast: Cast, stage: Stage) -> None:
    update = stage.youth_update
    theirs = save(update, cast.colleague, "Ihres")
    save(update, cast.colleague, "Ihres, länger", 1)
    with pytest.raises(ColleagueDraftError):
        save_draft(update.pk, by=cast.clerk, content={"done": "Meins"}, version=0, now=NOW, seen={theirs.pk: 1})
    save_draft(update.pk, by=cast.clerk, content={"done": "Meins"}, version=0, now=NOW, seen={theirs.pk: 2})
    with pytest.raises(DraftConflictError):
        save_draft(update.pk, by=cast.clerk, content={"done": "Anders"}, version=0, now=NOW, seen={theirs.pk: 2})


def test_an_empty_draft_of_a_colleague_is_no_conflict(cast: Cast, stage: Stage) -> None:
    save(stage.youth_update, cast.colleague, "  ")
    draft = save_draft(stage.youth_update.pk, by=cast.clerk, content={"done": "Meins"}, version=0, now=NOW, seen={})
    assert draft.content == {"done": "Meins"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_of_many_who_save_at_once_all_but_one_see_the_other_text(cast: Cast, stage: Stage) -> None:
    people = [
        factories.member(Role.CLERK, cast.youth, email=f"{n}@stadt.example", name=f"Person {n}") for n in range(8)
    ]
    queue = iter(people)

    def write() -> None:
        person = next(queue)
        content = {"done": f"Von {person.name}"}
        save_draft(stage.youth_update.pk, by=fresh(person), content=content, version=0, now=NOW, seen={})

    assert at_once(write, 8) == {"ok": 1, "refused": 7}
    assert Draft.objects.count() == 1


# --- On the pages -----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("today")
def test_the_script_is_told_and_the_page_shows_both(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    update, client = stage.youth_update, signed_in(cast.clerk)
    typed = {"done": "Meins", "version": "0", "seen": ""}
    theirs = save(update, cast.colleague, "Ihres")
    told = client.post(address(update, "entwurf/"), typed, headers=JSON)
    assert (told.status_code, told.json()["conflict"]) == (409, True)
    both = client.post(address(update, "abgeben/"), typed | {"implementation_status": "planned"})
    assert both.status_code == 409
    assert "Sachbearbeitung 51/2 hat diesen Text um 10:00 Uhr geändert." in text(both)
    assert f'name="with_colleague" value="{theirs.pk}.1"' in text(both)
    assert not Revision.objects.exists()


@pytest.mark.usefixtures("today")
def test_merging_makes_both_known_and_keeps_both_drafts(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    update, client = stage.youth_update, signed_in(cast.clerk)
    theirs = save(update, cast.colleague, "Ihres")
    seen = {"seen": f"{theirs.pk}.1", "with_colleague": f"{theirs.pk}.1"}
    client.post(address(update, "zusammenfuehren/"), {"done": "Meins", "version": "0", "choice-done": "both"} | seen)
    assert Draft.objects.get(person=cast.clerk).content["done"] == "Meins\n\nIhres"
    assert Draft.objects.get(person=cast.colleague).content["done"] == "Ihres"
    assert f'name="seen" value="{theirs.pk}.1"' in text(client.get(address(update, "schreiben/")))


@pytest.mark.usefixtures("today")
def test_a_colleague_who_saves_during_the_merge_is_seen_too(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    update, client = stage.youth_update, signed_in(cast.clerk)
    theirs = save(update, cast.colleague, "Ihres")
    save(update, cast.colleague, "Ihres, länger", 1)
    seen = {"seen": f"{theirs.pk}.1", "with_colleague": f"{theirs.pk}.1"}
    again = client.post(address(update, "zusammenfuehren/"), {"done": "Meins", "version": "0"} | seen)
    assert again.status_code == 409
    assert "Ihres, länger" in text(again)


@pytest.mark.usefixtures("today")
def test_whoever_has_a_draft_already_can_ask_to_compare(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    update, client = stage.youth_update, signed_in(cast.clerk)
    save(update, cast.clerk, "Meins")
    theirs = save(update, cast.colleague, "Ihres")
    form = text(client.get(address(update, "schreiben/")))
    assert 'name="compare"' in form
    typed = {"done": "Meins", "version": "1", "seen": f"{theirs.pk}.1"}
    assert client.post(address(update, "entwurf/"), typed, headers=JSON).status_code == 200
    both = client.post(address(update, "entwurf/"), typed | {"version": "2", "compare": "1"})
    assert both.status_code == 409
    assert "Ihres" in text(both)


@pytest.mark.usefixtures("today")
def test_what_a_colleague_saved_after_the_draft_is_not_handed_in_over_from_the_preview(
    cast: Cast, stage: Stage, signed_in: SignIn
) -> None:
    update, client = stage.youth_update, signed_in(cast.clerk)
    client.post(address(update, "entwurf/"), VALID)
    save(update, cast.colleague, "Ihres", now=LATER)
    preview = text(client.get(address(update, "vorschau/")))
    assert 'name="seen" value=""' in preview
    assert client.post(address(update, "abgeben/"), VALID | {"version": "1", "seen": ""}).status_code == 409


@pytest.mark.usefixtures("today")
@pytest.mark.parametrize("seen", ["x", "1", "1.", ".1", "1.2.3", "99999999999.1", "-", "1.1-"])
def test_a_forged_state_is_no_error(cast: Cast, stage: Stage, signed_in: SignIn, seen: str) -> None:
    typed = {"done": "Meins", "version": "0", "seen": seen, "with_colleague": seen}
    client = signed_in(cast.clerk)
    assert client.post(address(stage.youth_update, "entwurf/"), typed, headers=JSON).status_code == 200
    assert client.post(address(stage.youth_update, "zusammenfuehren/"), typed | {"version": "1"}).status_code == 302
