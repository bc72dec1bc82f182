"""Drafts: what somebody typed is kept as it is, and two versions never overwrite each other silently."""

import pytest

from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.conftest import Stage
from workflow import raw, runs
from workflow.access import NotAllowedError
from workflow.content import CommentContent, EntryContent, MeasureContent
from workflow.models import Draft, StatusUpdate, UpdateState
from workflow.queries import drafts
from workflow.services.drafts import DraftConflictError, save_draft

TYPED = raw.complete({"done": "Ein Anfang", "next_step_on": "irgendwann", "measures": [{"title": "Schulung"}]})


def give_back(cast: Cast, update: StatusUpdate) -> None:
    runs.hand_in(update.pk, by=cast.clerk, content=content(done="Abgegeben"), now=NOW)
    runs.return_for_revision(
        update.pk, revision_number=1, by=cast.reviewer, comments=[CommentContent("Mehr.")], now=NOW, today=TODAY
    )
    update.refresh_from_db()


def test_a_draft_keeps_what_does_not_fit_yet(cast: Cast, stage: Stage) -> None:
    draft = save_draft(stage.youth_update.pk, by=cast.clerk, content=TYPED, version=0, now=NOW)
    stage.youth_update.refresh_from_db()
    assert draft.content["next_step_on"] == "irgendwann"
    assert (draft.version, stage.youth_update.state) == (1, UpdateState.DRAFTING)
    assert drafts.start(stage.youth_update, cast.clerk).raw == TYPED


def test_a_stale_version_is_a_conflict_and_changes_nothing(cast: Cast, stage: Stage) -> None:
    update = stage.youth_update
    save_draft(update.pk, by=cast.clerk, content={"done": "eins"}, version=0, now=NOW)
    save_draft(update.pk, by=cast.clerk, content={"done": "zwei"}, version=1, now=NOW)
    with pytest.raises(DraftConflictError) as conflict:
        save_draft(update.pk, by=cast.clerk, content={"done": "drei"}, version=1, now=NOW)
    assert conflict.value.current.content == {"done": "zwei"}
    assert Draft.objects.get().content == {"done": "zwei"}


@pytest.mark.parametrize("who", ["school_clerk", "reviewer", "coordinator", "reader", "administrator", "stranger"])
def test_only_the_lead_office_keeps_drafts(cast: Cast, stage: Stage, who: str) -> None:
    with pytest.raises(NotAllowedError):
        save_draft(stage.youth_update.pk, by=getattr(cast, who), content=TYPED, version=0, now=NOW)
    assert not Draft.objects.exists()


def test_nothing_is_saved_after_a_colleague_has_handed_in(cast: Cast, stage: Stage) -> None:
    runs.hand_in(stage.youth_update.pk, by=cast.colleague, content=content(), now=NOW)
    with pytest.raises(NotAllowedError):
        save_draft(stage.youth_update.pk, by=cast.clerk, content=TYPED, version=0, now=NOW)


def test_writing_starts_empty_then_with_a_colleagues_beginning(cast: Cast, stage: Stage) -> None:
    assert raw.is_empty(drafts.start(stage.youth_update, cast.clerk).raw)
    save_draft(stage.youth_update.pk, by=cast.colleague, content=TYPED, version=0, now=NOW)
    start = drafts.start(stage.youth_update, cast.clerk)
    assert start.raw == TYPED
    assert start.version == 0
    assert start.colleague is not None
    assert start.colleague.person == cast.colleague


def test_rework_starts_with_the_returned_text_not_with_the_draft_before_it(cast: Cast, stage: Stage) -> None:
    update = stage.youth_update
    save_draft(update.pk, by=cast.clerk, content=TYPED, version=0, now=NOW)
    give_back(cast, update)
    start = drafts.start(update, cast.clerk)
    assert start.raw["done"] == "Abgegeben"
    assert start.version == 1
    saved = save_draft(update.pk, by=cast.clerk, content=TYPED, version=start.version, now=NOW)
    assert saved.based_on == update.submitted
    assert drafts.start(update, cast.clerk).raw == TYPED


def test_a_colleagues_rework_can_be_gone_on_from(cast: Cast, stage: Stage) -> None:
    update = stage.youth_update
    give_back(cast, update)
    save_draft(update.pk, by=cast.colleague, content=TYPED, version=0, now=NOW)
    assert drafts.start(update, cast.clerk).raw["done"] == "Abgegeben"
    assert drafts.start(update, cast.clerk, from_colleague=True).raw == TYPED


def test_a_form_is_read_as_it_was_typed() -> None:
    read = raw.from_form(
        {
            "done": "Zeile 1\r\nZeile 2\x00",
            "measures-rows": "3",
            "measures-0-title": "Eins",
            "measures-1-title": "  ",
            "measures-2-title": "Drei",
            "measures-3-title": "nie gezählt",
        }
    )
    assert read["done"] == "Zeile 1\nZeile 2"
    assert [row["title"] for row in read["measures"]] == ["Eins", "Drei"]


@pytest.mark.parametrize("rows", ["", "-1", "viele", "1e9", "99999999999999999999", "²"])
def test_a_forged_number_of_measures_is_no_error(rows: str) -> None:
    assert raw.from_form({"measures-rows": rows})["measures"] == []


def test_an_entry_typed_and_read_back_is_the_same() -> None:
    entry = EntryContent("planned", done="Text", measures=(MeasureContent("Schulung", "planned", link="https://a.de"),))
    assert raw.complete(raw.of(entry)) == raw.of(entry)


def test_two_versions_are_joined_without_losing_a_word() -> None:
    mine = raw.complete({"done": "Meins", "implementation_status": "planned", "measures": [{"title": "A"}]})
    theirs = raw.complete({"done": "Andere", "implementation_status": "implemented", "measures": [{"title": "B"}]})
    merged = raw.merge(mine, theirs, {})
    assert merged["done"] == "Meins\n\nAndere"
    assert [row["title"] for row in merged["measures"]] == ["A", "B"]
    assert merged["implementation_status"] == "planned"
    assert raw.merge(mine, theirs, dict.fromkeys(raw.ENTRY_NAMES, "theirs"))["implementation_status"] == "implemented"


def test_taking_over_a_text_replaces_nothing_and_adds_nothing_twice() -> None:
    typed = raw.complete({"done": "Neues", "measures": [{"title": "A"}]})
    source = raw.complete({"done": "Altes", "measures": [{"title": "A"}, {"title": "B"}]})
    assert raw.with_part(typed, source, "done", as_beginning=True)["done"] == "Altes\n\nNeues"
    assert raw.with_part(typed, source, "done")["done"] == "Neues\n\nAltes"
    assert raw.with_part(raw.complete({}), source, "done")["done"] == "Altes"
    assert [row["title"] for row in raw.with_part(typed, source, "measures")["measures"]] == ["A", "B"]
    again = raw.with_part(typed, source, "done")
    assert raw.with_part(again, source, "done") == again
