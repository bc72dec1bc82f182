"""Giving a task to another office: proposed, taken over, refused, taken back."""

import datetime

import pytest
from viewflow.workflow.models import Task

from concept.models import Assignment
from notifications.models import Mail
from offices.backends import office_permission
from offices.errors import ConflictError, DomainError
from offices.models import Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.conftest import Stage
from workflow import access, runs
from workflow.access import NotAllowedError
from workflow.models import Event, Participation, Reassignment, StatusUpdate, WorkItem
from workflow.queries import drafts
from workflow.services import history
from workflow.services.drafts import save_draft

LATER = datetime.date(2027, 2, 5)


def propose(cast: Cast, update: StatusUpdate, **fields: object) -> Reassignment:
    given = {"by": cast.clerk, "to_office_id": cast.health.pk, "reason": "Das ist Gesundheit.", "now": NOW}
    return runs.propose_reassignment(update.pk, **{**given, **fields})


@pytest.fixture
def health_clerk(cast: Cast):  # type: ignore[no-untyped-def]
    return factories.member(Role.CLERK, cast.health, name="Sachbearbeitung 53")


@pytest.fixture
def asked(cast: Cast) -> Participation:
    """40 contributes to a run that 51 leads, and has not yet."""
    edition = factories.edition()
    factories.recommendation(factories.goal(edition), lead=cast.youth, contributing=(cast.school,))
    factories.open_cycle(edition, contributions=True)
    return Participation.objects.select_related("update").get()


def desks(update: StatusUpdate) -> set[tuple[str, str]]:
    items = WorkItem.objects.filter(update=update, is_open=True).select_related("office")
    return {(item.step, item.office.number if item.office else "") for item in items}


def test_a_proposal_changes_nothing_and_asks_the_other_office(cast: Cast, stage: Stage, health_clerk) -> None:  # type: ignore[no-untyped-def]
    propose(cast, stage.youth_update)
    assert desks(stage.youth_update) == {("write", "51"), ("take_over", "53")}
    assert Mail.objects.get(kind="reassignment").recipient == health_clerk.email
    assert stage.youth_update in access.visible_updates(access.desk_of(health_clerk))


def test_taking_over_moves_run_engine_and_desk_but_not_the_concept(cast: Cast, stage: Stage, health_clerk) -> None:  # type: ignore[no-untyped-def]
    save_draft(stage.youth_update.pk, by=cast.clerk, content={"done": "Begonnen."}, version=0, now=NOW)
    one = propose(cast, stage.youth_update)
    runs.accept_reassignment(one.pk, by=health_clerk, now=NOW)
    update = StatusUpdate.objects.get(pk=stage.youth_update.pk)
    assert (update.lead_office, update.lead_office_label) == (cast.health, cast.health.label)
    assert desks(update) == {("write", "53")}
    task = Task.objects.get(work_items__update=update, work_items__is_open=True)
    assert task.owner_permission == office_permission(cast.health.pk)
    assert Assignment.objects.get(recommendation=update.recommendation, role="lead").office == cast.youth
    begun = drafts.start(update, health_clerk)
    assert (begun.raw["done"], begun.colleague.person) == ("Begonnen.", cast.clerk)
    with pytest.raises(NotAllowedError):
        runs.hand_in(update.pk, by=cast.clerk, content=content(), now=NOW)
    runs.hand_in(update.pk, by=health_clerk, content=content(), now=NOW)
    assert update.revisions.get().office_label == cast.health.label
    assert list(history.verify()) == []


def test_the_proposer_and_the_former_office_hear_of_it(cast: Cast, stage: Stage, health_clerk) -> None:  # type: ignore[no-untyped-def]
    one = propose(cast, stage.youth_update, by=cast.coordinator)
    runs.accept_reassignment(one.pk, by=health_clerk, now=NOW)
    answers = Mail.objects.filter(key=f"reassignment:{one.pk}:accepted").values_list("recipient", flat=True)
    assert set(answers) == {cast.coordinator.email, cast.clerk.email, cast.colleague.email}


def test_a_deputy_of_the_former_office_reads_for_whom_it_is(cast: Cast, stage: Stage, health_clerk) -> None:  # type: ignore[no-untyped-def]
    factories.absence(cast.clerk, cast.school_clerk)
    one = propose(cast, stage.youth_update, by=cast.coordinator)
    runs.accept_reassignment(one.pk, by=health_clerk, now=NOW)
    assert f"weil Sie {cast.clerk.name} vertreten" in Mail.objects.get(recipient=cast.school_clerk.email).text


def test_the_office_that_was_asked_hears_that_nobody_asks_any_more(cast: Cast, stage: Stage, health_clerk) -> None:  # type: ignore[no-untyped-def]
    one = propose(cast, stage.youth_update)
    with pytest.raises(NotAllowedError):
        runs.withdraw_reassignment(one.pk, by=cast.school_clerk, now=NOW)
    assert not Mail.objects.filter(kind="course").exists()
    runs.withdraw_reassignment(one.pk, by=cast.clerk, now=NOW)
    told = Mail.objects.get(kind="course")
    assert told.recipient == health_clerk.email
    assert "Sie müssen nicht antworten." in told.text
    assert [topic.topic for topic in told.topics.all()] == [f"update:{stage.youth_update.pk}"]


def test_refusing_needs_a_sentence_and_leaves_the_task(cast: Cast, stage: Stage, health_clerk) -> None:  # type: ignore[no-untyped-def]
    one = propose(cast, stage.youth_update)
    with pytest.raises(DomainError):
        runs.refuse_reassignment(one.pk, by=health_clerk, answer="", now=NOW)
    runs.refuse_reassignment(one.pk, by=health_clerk, answer="Auch nicht unser Thema.", now=NOW)
    assert desks(stage.youth_update) == {("write", "51")}
    assert "Auch nicht unser Thema." in Mail.objects.get(key=f"reassignment:{one.pk}:refused").text
    assert stage.youth_update not in access.visible_updates(access.desk_of(health_clerk))


def test_only_one_answer_counts(cast: Cast, stage: Stage, health_clerk) -> None:  # type: ignore[no-untyped-def]
    one = propose(cast, stage.youth_update)
    runs.accept_reassignment(one.pk, by=health_clerk, now=NOW)
    with pytest.raises(ConflictError):
        runs.accept_reassignment(one.pk, by=health_clerk, now=NOW)
    with pytest.raises(ConflictError):
        runs.refuse_reassignment(one.pk, by=health_clerk, answer="Doch nicht.", now=NOW)
    with pytest.raises(ConflictError):
        runs.withdraw_reassignment(one.pk, by=cast.coordinator, now=NOW)


def test_only_the_office_that_was_asked_answers(cast: Cast, stage: Stage) -> None:
    one = propose(cast, stage.youth_update)
    for stranger in (cast.clerk, cast.coordinator, cast.reviewer):
        with pytest.raises(NotAllowedError):
            runs.accept_reassignment(one.pk, by=stranger, now=NOW)
        with pytest.raises(NotAllowedError):
            runs.refuse_reassignment(one.pk, by=stranger, answer="Nein.", now=NOW)
    with pytest.raises(NotAllowedError):
        runs.withdraw_reassignment(one.pk, by=cast.school_clerk, now=NOW)
    runs.withdraw_reassignment(one.pk, by=cast.colleague, now=NOW)
    assert desks(stage.youth_update) == {("write", "51")}


def test_a_proposal_needs_a_reason_and_another_office_that_exists(cast: Cast, stage: Stage) -> None:
    gone = factories.office("99", "Altes Amt", valid_until=TODAY.replace(year=2020))
    for wrong in ({"reason": " "}, {"to_office_id": cast.youth.pk}, {"to_office_id": gone.pk}):
        with pytest.raises(DomainError):
            propose(cast, stage.youth_update, **wrong)
    with pytest.raises(NotAllowedError):
        propose(cast, stage.youth_update, by=cast.school_clerk)
    propose(cast, stage.youth_update)
    with pytest.raises(ConflictError):
        propose(cast, stage.youth_update, by=cast.coordinator)


def test_what_is_handed_in_is_not_given_away(cast: Cast, stage: Stage, health_clerk) -> None:  # type: ignore[no-untyped-def]
    one = propose(cast, stage.youth_update)
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    assert desks(stage.youth_update) == {("review", "")}
    with pytest.raises(ConflictError):
        runs.accept_reassignment(one.pk, by=health_clerk, now=NOW)
    with pytest.raises(ConflictError):
        propose(cast, stage.youth_update, by=cast.coordinator)


def test_a_contributor_that_takes_the_lead_contributes_no_more(cast: Cast, asked: Participation) -> None:
    one = propose(cast, asked.update, to_office_id=cast.school.pk)
    runs.accept_reassignment(one.pk, by=cast.school_clerk, now=NOW)
    asked.refresh_from_db()
    assert (asked.state, asked.skipped_by) == ("skipped", cast.school_clerk)
    assert desks(asked.update) == {("write", "40")}
    assert Event.objects.filter(update=asked.update, kind="reassigned").count() == 1
    runs.hand_in(asked.update_id, by=cast.school_clerk, content=content(), now=NOW)
    assert desks(asked.update) == {("review", "")}


def test_what_was_asked_about_a_needless_contribution_leaves_every_desk(cast: Cast, asked: Participation) -> None:
    more = runs.ask_for_extension(
        asked.update_id,
        by=cast.school_clerk,
        reason="Ferien.",
        wanted_on=LATER,
        now=NOW,
        today=TODAY,
        participation_id=asked.pk,
    )
    elsewhere = propose(cast, asked.update, by=cast.school_clerk, participation_id=asked.pk)
    one = propose(cast, asked.update, to_office_id=cast.school.pk)
    runs.accept_reassignment(one.pk, by=cast.school_clerk, now=NOW)
    more.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (more.state, elsewhere.state) == ("withdrawn", "withdrawn")
    assert desks(asked.update) == {("write", "40")}
    with pytest.raises(ConflictError):
        runs.grant_extension(more.pk, by=cast.coordinator, granted_on=LATER, now=NOW, today=TODAY)
    assert list(history.verify()) == []


def test_a_contribution_goes_to_another_office(cast: Cast, asked: Participation, health_clerk) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(DomainError):
        propose(cast, asked.update, by=cast.school_clerk, to_office_id=cast.youth.pk, participation_id=asked.pk)
    one = propose(cast, asked.update, by=cast.school_clerk, participation_id=asked.pk)
    runs.accept_reassignment(one.pk, by=health_clerk, now=NOW)
    assert desks(asked.update) == {("write", "51"), ("contribute", "53")}
    runs.contribute_nothing(asked.pk, by=health_clerk, reason="Nichts Neues.", now=NOW)
    asked.refresh_from_db()
    assert (asked.state, asked.office) == ("nil_return", cast.health)
    assert list(history.verify()) == []
