"""Comments of the Arbeitsgruppe: on single words, several on a passage, answered and done with one by one."""

from typing import Any

import pytest
from django.urls import reverse

from offices.access import desk_of
from offices.errors import ConflictError, DomainError
from offices.models import Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.conftest import Stage, without_nameable
from workflow import runs
from workflow.content import CommentContent
from workflow.models import CommentAnswer, Event, Review, ReviewComment, StatusUpdate, UpdateState
from workflow.queries.board_panel import panel
from workflow.services import history

TEXT = "Sechs Schulen haben ein Elterncafé eröffnet. Ein Elterncafé ruht."


@pytest.fixture
def waiting(cast: Cast, stage: Stage) -> StatusUpdate:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(done=TEXT), now=NOW)
    stage.youth_update.refresh_from_db()
    return stage.youth_update


@pytest.fixture
def returned(cast: Cast, waiting: StatusUpdate) -> ReviewComment:
    said = [
        CommentContent("Wie viele Eltern?", "done", "Elterncafé", TEXT.index("Elterncafé")),
        CommentContent("Danke."),
    ]
    runs.return_for_revision(waiting.pk, revision_number=1, by=cast.reviewer, comments=said, now=NOW, today=TODAY)
    return ReviewComment.objects.get(field="done")


def sent(client: Any, update: StatusUpdate, **fields: object) -> Any:
    return client.post(reverse("workflow:review-return", args=[update.pk]), {"version": "1", **fields})


def address(comment: ReviewComment, way: str = "") -> str:
    return reverse("workflow:comment-answer", args=[comment.pk]) + (f"?zurueck={way}" if way else "")


# --- On words -------------------------------------------------------------------------------------------------------


def test_several_comments_on_one_passage_keep_their_words(signed_in: Any, cast: Cast, waiting: StatusUpdate) -> None:
    sent(
        signed_in(cast.reviewer),
        waiting,
        comment_done=["Welche?", "Seit wann?", "Und sonst?"],
        quote_done=["Sechs  Schulen", "„elterncafé“", ""],
        start_done=["", "45", ""],
    )
    kept = list(ReviewComment.objects.values_list("text", "quote", "start"))
    second = TEXT.index("Elterncafé", TEXT.index("Elterncafé") + 1)
    assert kept == [("Welche?", "Sechs Schulen", 0), ("Seit wann?", "Elterncafé", second), ("Und sonst?", "", None)]


def test_words_that_do_not_stand_there_are_named_and_nothing_is_lost(
    signed_in: Any, cast: Cast, waiting: StatusUpdate
) -> None:
    response = sent(signed_in(cast.reviewer), waiting, comment_done="Welche?", quote_done="Sieben Schulen")
    page = response.content.decode()
    assert response.status_code == 422
    assert "Diese Wörter stehen nicht an dieser Stelle." in page
    assert "Sieben Schulen" in page
    assert "Welche?" in page
    assert not Review.objects.exists()


def test_words_without_a_comment_are_asked_about(signed_in: Any, cast: Cast, waiting: StatusUpdate) -> None:
    response = sent(signed_in(cast.reviewer), waiting, comment_done="", quote_done="Sechs Schulen")
    assert response.status_code == 422
    assert "Was möchten Sie zu diesen Wörtern sagen?" in response.content.decode()


def test_one_more_comment_is_offered_without_deciding(signed_in: Any, cast: Cast, waiting: StatusUpdate) -> None:
    response = sent(signed_in(cast.reviewer), waiting, comment_done="Welche?", another="done")
    assert response.status_code == 200
    assert response.content.decode().count('name="comment_done"') == 2
    assert not Review.objects.exists()


@pytest.mark.parametrize("number", [101, 500])
def test_too_many_comments_are_refused(signed_in: Any, cast: Cast, waiting: StatusUpdate, number: int) -> None:
    response = sent(signed_in(cast.reviewer), waiting, comment_done=["Noch einer."] * number)
    assert response.status_code == 422
    assert not Review.objects.exists()


def test_marked_words_carry_a_pin_that_leads_to_the_comment_and_back(
    signed_in: Any, cast: Cast, returned: ReviewComment
) -> None:
    update = returned.revision.update_id
    for mode in ("vergleich", "neu"):
        page = signed_in(cast.reviewer).get(f"/pruefung/{update}/?ansicht={mode}").content.decode()
        assert f'<mark class="passage">Elterncafé</mark><a class="pin" href="#kommentar-{returned.pk}"' in page
        assert f'href="#marke-{returned.pk}"' in page


# --- One by one -----------------------------------------------------------------------------------------------------


def test_the_office_answers_and_marks_as_done(signed_in: Any, cast: Cast, returned: ReviewComment) -> None:
    client = signed_in(cast.clerk)
    response = client.post(address(returned), {"text": "Vierzig.", "resolved": "1", "zurueck": "schreiben"})
    writing = f"/sachstand/{returned.revision.update_id}/schreiben/"
    assert response.headers["Location"] == f"{writing}#kommentar-{returned.pk}"
    answer = CommentAnswer.objects.get()
    assert (answer.text, answer.resolved, answer.written_by) == ("Vierzig.", True, cast.clerk)
    page = client.get(writing).content.decode()
    assert "Vierzig." in page
    assert Event.objects.filter(kind="comment_answered").count() == 1
    assert list(history.verify()) == []


@pytest.mark.parametrize("way", ["schreiben", "vorschau"])
def test_whoever_hands_in_again_is_told_what_is_still_open(
    signed_in: Any, cast: Cast, returned: ReviewComment, way: str
) -> None:
    client, update = signed_in(cast.clerk), returned.revision.update_id
    page = client.get(f"/sachstand/{update}/{way}/").content.decode()
    assert "Noch offene Fragen der Arbeitsgruppe: <span data-left-number>2</span>" in page
    where = f"/sachstand/{update}/schreiben/" if way == "vorschau" else ""
    assert f'<li data-left-of="{returned.pk}"><a href="{where}#kommentar-{returned.pk}">' in page
    runs.answer_comment(returned.pk, by=cast.clerk, resolved=True, now=NOW)
    page = client.get(f"/sachstand/{update}/{way}/").content.decode()
    assert "<span data-left-number>1</span>" in page
    assert f'data-left-of="{returned.pk}"' not in page
    for one in ReviewComment.objects.exclude(pk=returned.pk):
        runs.answer_comment(one.pk, by=cast.clerk, resolved=True, now=NOW)
    assert "Noch offene Fragen" not in client.get(f"/sachstand/{update}/{way}/").content.decode()


def test_the_boards_card_counts_only_what_is_not_done(cast: Cast, returned: ReviewComment) -> None:
    def left() -> int:
        found = panel(desk_of(cast.coordinator, TODAY), returned.revision.update_id, TODAY)
        assert found is not None
        return found.open_comments

    assert left() == 2
    runs.answer_comment(returned.pk, by=cast.clerk, text="Vierzig.", now=NOW)
    assert left() == 2
    runs.answer_comment(returned.pk, by=cast.clerk, resolved=True, now=NOW)
    assert left() == 1
    runs.answer_comment(returned.pk, by=cast.reviewer, resolved=False, text="Noch nicht.", now=NOW)
    assert left() == 2


def test_open_comments_do_not_forbid_handing_in(cast: Cast, returned: ReviewComment) -> None:
    runs.hand_in(returned.revision.update_id, by=cast.clerk, content=content(done="Vierzig Eltern."), now=NOW)
    assert StatusUpdate.objects.get(pk=returned.revision.update_id).state == UpdateState.IN_REVIEW


def test_to_the_office_the_arbeitsgruppe_speaks_with_one_voice(
    signed_in: Any, cast: Cast, returned: ReviewComment
) -> None:
    update = returned.revision.update_id
    for page in (f"/sachstand/{update}/schreiben/", address(returned, "schreiben")):
        assert cast.reviewer.name not in without_nameable(signed_in(cast.clerk).get(page).content.decode())
    assert cast.reviewer.name in signed_in(cast.chair).get(f"/pruefung/{update}/").content.decode()


def test_an_answer_of_the_arbeitsgruppe_has_no_name_for_the_office_either(
    signed_in: Any, cast: Cast, returned: ReviewComment
) -> None:
    update = returned.revision.update_id
    runs.answer_comment(returned.pk, by=cast.reviewer, text="Ein Satz genügt.", now=NOW)
    runs.answer_comment(returned.pk, by=cast.clerk, text="Gern.", now=NOW)
    ways = [address(returned, way) for way in ("", "schreiben", "sachstand", "pruefung")]
    pages = [f"/sachstand/{update}/schreiben/", f"/sachstand/{update}/", f"/sachstand/{update}/verlauf/", *ways]
    for page in pages:
        shown = without_nameable(signed_in(cast.clerk).get(page).content.decode())
        assert cast.reviewer.name not in shown, page
        assert cast.clerk.name in shown, page
    assert "Ein Satz genügt." in shown
    assert cast.reviewer.name in signed_in(cast.chair).get(f"/pruefung/{update}/").content.decode()
    assert cast.reviewer.name in signed_in(cast.chair).get(f"/sachstand/{update}/verlauf/").content.decode()


def test_whoever_answers_for_an_absent_member_has_no_name_for_the_office(
    signed_in: Any, cast: Cast, returned: ReviewComment
) -> None:
    deputy = factories.member(Role.CLERK, factories.office("32", "Ordnungsamt"), name="Vertretung 32")
    factories.absence(cast.reviewer, deputy)
    runs.answer_comment(returned.pk, by=deputy, text="Ein Satz genügt.", now=NOW)
    page = signed_in(cast.clerk).get(address(returned)).content.decode()
    assert "Ein Satz genügt." in page
    assert deputy.name not in page


def test_members_reopen_what_is_not_done(signed_in: Any, cast: Cast, returned: ReviewComment) -> None:
    runs.answer_comment(returned.pk, by=cast.clerk, resolved=True, now=NOW)
    with pytest.raises(ConflictError):
        runs.answer_comment(returned.pk, by=cast.reviewer, resolved=True, now=NOW)
    signed_in(cast.reviewer).post(address(returned), {"resolved": "0", "zurueck": "pruefung"})
    assert [one.resolved for one in CommentAnswer.objects.all()] == [True, False]
    with pytest.raises(DomainError):
        runs.answer_comment(returned.pk, by=cast.reviewer, now=NOW)


def test_an_empty_answer_is_explained(signed_in: Any, cast: Cast, returned: ReviewComment) -> None:
    response = signed_in(cast.clerk).post(address(returned), {"text": " "})
    assert response.status_code == 422
    assert not CommentAnswer.objects.exists()


def test_a_script_gets_the_comment_as_it_is_now(signed_in: Any, cast: Cast, returned: ReviewComment) -> None:
    client = signed_in(cast.clerk)
    headers = {"X-Requested-With": "fetch"}
    asked = client.get(address(returned, "schreiben"), headers=headers).content.decode()
    assert "<html" not in asked
    got = client.post(address(returned), {"text": "Vierzig.", "zurueck": "schreiben"}, headers=headers).content.decode()
    assert "Vierzig." in got
    assert "<form" not in got, "Inside the form of the writing page there is no place for another one."


@pytest.mark.parametrize("who", ["school_clerk", "reader", "administrator", "stranger"])
def test_comments_are_not_there_for_others(signed_in: Any, cast: Cast, returned: ReviewComment, who: str) -> None:
    client = signed_in(getattr(cast, who))
    assert client.get(address(returned)).status_code == 404
    assert client.post(address(returned), {"text": "Ich auch."}).status_code == 404


def test_answering_saves_the_draft_first_where_there_is_no_script(
    signed_in: Any, cast: Cast, returned: ReviewComment
) -> None:
    update = returned.revision.update
    response = signed_in(cast.clerk).post(
        reverse("workflow:update-draft", args=[update.pk]),
        {"version": "0", "based_on": "1", "done": "Halb fertig", "then": f"answer-{returned.pk}"},
    )
    assert response.headers["Location"] == address(returned, "schreiben")
    assert update.drafts.get().content["done"] == "Halb fertig"


def test_reviewers_see_what_became_of_their_comments(signed_in: Any, cast: Cast, returned: ReviewComment) -> None:
    runs.answer_comment(returned.pk, by=cast.clerk, text="Vierzig.", resolved=True, now=NOW)
    update = returned.revision.update
    runs.hand_in(update.pk, by=cast.clerk, content=content(done="Vierzig Eltern."), now=NOW)
    update.refresh_from_db()
    assert update.state == UpdateState.IN_REVIEW
    page = signed_in(cast.reviewer).get(f"/pruefung/{update.pk}/").content.decode()
    assert "Erledigt:" in page
    assert "Vierzig." in page
