"""Nobody decides on what is their own, whichever office leads by now, and a seat in the Arbeitsgruppe votes once."""

import datetime

import pytest

from offices.errors import ConflictError, DomainError
from offices.models import Person, Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.conftest import Stage
from workflow import runs
from workflow.access import NotAllowedError
from workflow.content import CommentContent, ContributionContent
from workflow.models import Decision, Event, Participation, ReportingCycle, ReviewComment, StatusUpdate
from workflow.queries import voters

TEXT = "Das Jugendamt hat sechs Elterncafés eröffnet und ihre Leitungen geschult."


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def approve(update: StatusUpdate, by: Person) -> None:
    runs.approve(update.pk, revision_number=update.revisions.count(), by=fresh(by), now=NOW)


def test_the_text_of_ones_office_stays_ones_own_when_another_office_hands_it_in(cast: Cast, stage: Stage) -> None:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(done=TEXT), now=NOW)
    runs.withdraw(stage.youth_update.pk, by=cast.clerk, now=NOW)
    offer = runs.propose_reassignment(
        stage.youth_update.pk, by=cast.coordinator, to_office_id=cast.school.pk, reason="Passt besser.", now=NOW
    )
    runs.accept_reassignment(offer.pk, by=cast.school_clerk, now=NOW)
    runs.hand_in(stage.youth_update.pk, by=cast.school_clerk, content=content(done=TEXT), now=NOW)
    with pytest.raises(NotAllowedError):
        approve(stage.youth_update, cast.own_reviewer)
    approve(stage.youth_update, cast.reviewer)


def test_a_contribution_in_the_text_makes_it_the_contributing_offices_own(cast: Cast) -> None:
    edition = factories.edition()
    factories.recommendation(factories.goal(edition), lead=cast.youth, contributing=(cast.school,))
    factories.open_cycle(edition, contributions=True)
    update = StatusUpdate.objects.get()
    said = ContributionContent(done="Das Schulamt hat vier Kurse eingerichtet, an jeder Schule einen.")
    runs.contribute(Participation.objects.get().pk, by=cast.school_clerk, content=said, now=NOW)
    written = content(done=f"{TEXT}\n\n{said.done}")
    runs.hand_in(update.pk, by=cast.clerk, content=written, now=NOW)
    with pytest.raises(NotAllowedError):
        approve(update, factories.member(Role.REVIEWER, cast.school))
    approve(update, cast.reviewer)


def test_a_member_and_their_deputy_have_one_vote(cast: Cast, stage: Stage) -> None:
    ReportingCycle.objects.update(review_policy="quorum", quorum=2)
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    vote(stage.youth_update, cast.reviewer)
    deputy = factories.member(Role.CLERK, factories.office("33", "Bürgeramt"))
    factories.absence(cast.reviewer, deputy)
    with pytest.raises(ConflictError):
        vote(stage.youth_update, deputy)
    update = StatusUpdate.objects.select_related("submitted").get(pk=stage.youth_update.pk)
    assert update.submitted
    assert voters.voters_on(update, update.submitted) == {cast.reviewer.pk}
    with pytest.raises(DomainError):
        approve(stage.youth_update, cast.chair)


def test_whoever_comes_back_finds_the_vote_that_was_given_for_them(cast: Cast, stage: Stage) -> None:
    ReportingCycle.objects.update(review_policy="quorum", quorum=1)
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    deputy = factories.member(Role.CLERK, factories.office("33", "Bürgeramt"))
    factories.absence(cast.reviewer, deputy)
    vote(stage.youth_update, deputy)
    assert Event.objects.get(kind="voted").on_behalf_of == cast.reviewer
    with pytest.raises(ConflictError):
        vote(stage.youth_update, cast.reviewer)


def vote(update: StatusUpdate, by: Person) -> None:
    runs.vote(update.pk, revision_number=1, decision=Decision.APPROVED, by=fresh(by), now=NOW)


def test_members_do_not_close_comments_on_an_entry_of_their_own(cast: Cast, stage: Stage) -> None:
    comment = returned_with_a_comment(cast, stage)
    with pytest.raises(NotAllowedError):
        runs.answer_comment(comment.pk, by=fresh(cast.own_reviewer), resolved=True, now=NOW)
    runs.answer_comment(comment.pk, by=fresh(cast.reviewer), resolved=True, now=NOW)


def test_a_deputy_who_answers_a_comment_is_written_down_with_whom_they_stand_in_for(cast: Cast, stage: Stage) -> None:
    comment = returned_with_a_comment(cast, stage)
    deputy = factories.member(Role.CLERK, factories.office("33", "Bürgeramt"))
    factories.absence(cast.clerk, deputy)
    runs.answer_comment(comment.pk, by=fresh(deputy), text="Es waren 17.", resolved=True, now=NOW)
    event = Event.objects.get(kind="comment_answered")
    assert (event.actor, event.on_behalf_of) == (deputy, cast.clerk)


def returned_with_a_comment(cast: Cast, stage: Stage) -> ReviewComment:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    runs.return_for_revision(
        stage.youth_update.pk,
        revision_number=1,
        by=cast.reviewer,
        comments=[CommentContent("Wie viele?", "done")],
        now=NOW,
        today=TODAY,
    )
    return ReviewComment.objects.get()


def test_a_return_never_shortens_a_deadline_that_was_granted(cast: Cast, stage: Stage) -> None:
    later = stage.cycle.due_on + datetime.timedelta(days=60)
    runs.extend(stage.youth_update.pk, by=cast.coordinator, due_on=later, reason="Messe", now=NOW, today=TODAY)
    returned_with_a_comment(cast, stage)
    assert StatusUpdate.objects.get(pk=stage.youth_update.pk).due_on == later


def test_a_return_gives_the_cycles_span_where_nothing_was_granted(cast: Cast, stage: Stage) -> None:
    returned_with_a_comment(cast, stage)
    due = StatusUpdate.objects.get(pk=stage.youth_update.pk).due_on
    assert due == TODAY + datetime.timedelta(days=stage.cycle.rework_days)
