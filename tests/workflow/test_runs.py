"""The main job, step by step, without a browser."""

import datetime

import pytest
from viewflow.workflow.models import Process, Task

from offices.errors import ConflictError, DomainError
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.conftest import Stage
from workflow import runs
from workflow.access import NotAllowedError
from workflow.content import CommentContent, MeasureContent
from workflow.models import Event, Revision, StatusUpdate, UpdateState, WorkItem, WorkStep
from workflow.models.written_once import WrittenOnceError
from workflow.services import history


def kinds(update: StatusUpdate) -> list[str]:
    return list(Event.objects.filter(update=update).order_by("sequence").values_list("kind", flat=True))


def test_an_entry_is_written_returned_reworked_and_approved(cast: Cast, stage: Stage) -> None:
    update = stage.youth_update
    runs.hand_in(update.pk, by=cast.clerk, content=content(), now=NOW)
    runs.return_for_revision(
        update.pk,
        revision_number=1,
        by=cast.reviewer,
        comments=[CommentContent("Wie viele Eltern kommen?", "done")],
        now=NOW,
        today=TODAY,
    )
    runs.hand_in(update.pk, by=cast.colleague, content=content(measures=(MeasureContent("Schulung"),)), now=NOW)
    runs.approve(update.pk, revision_number=2, by=cast.reviewer, now=NOW)
    update.refresh_from_db()
    assert update.state == UpdateState.APPROVED
    assert update.approved is not None
    assert update.approved.number == 2
    assert [measure.title for measure in update.approved.measures.all()] == ["Schulung"]
    assert kinds(update) == ["requested", "submitted", "returned", "submitted", "approved"]
    assert Process.objects.get(pk=update.process_id).status == "DONE"
    assert not WorkItem.objects.filter(update=update, is_open=True).exists()
    assert list(history.verify()) == []


def test_reviewer_cannot_decide_on_an_entry_of_their_own_office(cast: Cast, stage: Stage) -> None:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    with pytest.raises(NotAllowedError):
        runs.approve(stage.youth_update.pk, revision_number=1, by=cast.own_reviewer, now=NOW)
    with pytest.raises(NotAllowedError):
        runs.return_for_revision(
            stage.youth_update.pk,
            revision_number=1,
            by=cast.own_reviewer,
            comments=[CommentContent("Nein.")],
            now=NOW,
            today=TODAY,
        )


@pytest.mark.parametrize("who", ["school_clerk", "reviewer", "coordinator", "reader", "administrator", "stranger"])
def test_only_people_of_the_lead_office_write(cast: Cast, stage: Stage, who: str) -> None:
    with pytest.raises(NotAllowedError):
        runs.hand_in(stage.youth_update.pk, by=getattr(cast, who), content=content(), now=NOW)
    assert not Revision.objects.exists()


@pytest.mark.parametrize("who", ["clerk", "head", "coordinator", "reader", "administrator", "stranger"])
def test_only_members_of_the_arbeitsgruppe_decide(cast: Cast, stage: Stage, who: str) -> None:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    with pytest.raises(NotAllowedError):
        runs.approve(stage.youth_update.pk, revision_number=1, by=getattr(cast, who), now=NOW)


def test_a_second_submission_changes_nothing(cast: Cast, stage: Stage) -> None:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    with pytest.raises(DomainError):
        runs.hand_in(stage.youth_update.pk, by=cast.colleague, content=content(done="Anders."), now=NOW)
    assert Revision.objects.get().done == content().done


def test_a_reviewer_decides_on_the_version_they_have_read(cast: Cast, stage: Stage) -> None:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    with pytest.raises(ConflictError):
        runs.approve(stage.youth_update.pk, revision_number=2, by=cast.reviewer, now=NOW)


def test_returning_needs_a_comment(cast: Cast, stage: Stage) -> None:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    with pytest.raises(DomainError):
        runs.return_for_revision(
            stage.youth_update.pk,
            revision_number=1,
            by=cast.reviewer,
            comments=[CommentContent("  ")],
            now=NOW,
            today=TODAY,
        )
    stage.youth_update.refresh_from_db()
    assert stage.youth_update.state == UpdateState.IN_REVIEW


@pytest.mark.parametrize("status", ["deferred", "not_pursued"])
def test_deferred_and_not_pursued_need_a_reason(cast: Cast, stage: Stage, status: str) -> None:
    with pytest.raises(DomainError):
        runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(implementation_status=status), now=NOW)
    runs.hand_in(
        stage.youth_update.pk,
        by=cast.clerk,
        content=content(implementation_status=status, status_reason="Es fehlt Geld."),
        now=NOW,
    )


def test_a_nil_return_needs_a_reason_and_goes_through_review(cast: Cast, stage: Stage) -> None:
    with pytest.raises(DomainError):
        runs.file_nil_return(stage.youth_update.pk, by=cast.clerk, reason=" ", now=NOW)
    runs.file_nil_return(stage.youth_update.pk, by=cast.clerk, reason="Die Stelle war nicht besetzt.", now=NOW)
    stage.youth_update.refresh_from_db()
    assert stage.youth_update.state == UpdateState.IN_REVIEW


def test_unchanged_needs_an_earlier_entry(cast: Cast, stage: Stage) -> None:
    with pytest.raises(DomainError):
        runs.confirm_unchanged(stage.youth_update.pk, by=cast.clerk, now=NOW)


def test_rework_is_due_after_the_cycles_span(cast: Cast, stage: Stage) -> None:
    late = datetime.date(2027, 2, 1)
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    runs.return_for_revision(
        stage.youth_update.pk,
        revision_number=1,
        by=cast.reviewer,
        comments=[CommentContent("Bitte Zahlen.")],
        now=NOW,
        today=late,
    )
    item = WorkItem.objects.get(update=stage.youth_update, is_open=True)
    assert (item.step, item.office, item.due_on) == (WorkStep.REWORK, cast.youth, datetime.date(2027, 2, 15))


def test_every_human_step_has_a_permission(cast: Cast, stage: Stage) -> None:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    human = Task.objects.filter(flow_task_type="HUMAN")
    assert human.count() == 5
    assert not human.filter(owner_permission__isnull=True).exists()


def test_a_handed_in_text_can_be_neither_changed_nor_deleted(cast: Cast, stage: Stage) -> None:
    revision = runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    revision.done = "Etwas anderes."
    with pytest.raises(WrittenOnceError):
        revision.save()
    with pytest.raises(WrittenOnceError):
        revision.delete()
    with pytest.raises(WrittenOnceError):
        Event.objects.filter(update=stage.youth_update).last().save()  # type: ignore[union-attr]
