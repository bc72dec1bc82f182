"""Under a quorum: members vote on the page, the chair decides once enough have, and own entries are left out."""

from typing import Any

import pytest
from django.urls import reverse

from offices.access import desk_of
from offices.models import Person, Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.conftest import Stage, without_nameable
from workflow import runs
from workflow.models import Decision, ReportingCycle, Review, ReviewComment, ReviewPolicy, ReviewVote, StatusUpdate
from workflow.queries import inbox
from workflow.queries.review_queue import DECIDE, OTHERS, VOTE, QueueFilters, queue


@pytest.fixture
def waiting(cast: Cast, stage: Stage) -> StatusUpdate:
    """51 has handed in, in a cycle in which two votes are needed."""
    ReportingCycle.objects.update(review_policy=ReviewPolicy.QUORUM, quorum=2)
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    return StatusUpdate.objects.get(pk=stage.youth_update.pk)


@pytest.fixture
def second(cast: Cast) -> Person:
    return factories.member(Role.REVIEWER, cast.school, name="Arbeitsgruppe 40")


def vote(update: StatusUpdate, by: Person, decision: Decision = Decision.APPROVED) -> ReviewVote:
    return runs.vote(update.pk, revision_number=1, decision=decision, by=by, now=NOW)


def steps(person: Person) -> list[str]:
    return [one.step for one in queue(desk_of(Person.objects.get(pk=person.pk)), QueueFilters(), TODAY).waiting]


def page(client: Any, update: StatusUpdate) -> str:
    return without_nameable(client.get(reverse("workflow:review-detail", args=[update.pk])).content.decode())


def test_a_member_votes_and_goes_back_to_the_queue(signed_in: Any, cast: Cast, waiting: StatusUpdate) -> None:
    address = reverse("workflow:review-vote", args=[waiting.pk])
    response = signed_in(cast.reviewer).post(address, {"version": "1", "decision": "approved"}, follow=True)
    assert "Ihre Stimme ist notiert" in response.content.decode()
    assert "Sie haben über alles abgestimmt" in response.content.decode()
    assert ReviewVote.objects.get().person == cast.reviewer
    assert not Review.objects.exists()


def test_a_vote_for_return_brings_its_comments(signed_in: Any, cast: Cast, waiting: StatusUpdate) -> None:
    client = signed_in(cast.reviewer)
    address = reverse("workflow:review-vote", args=[waiting.pk])
    assert client.post(address, {"version": "1", "decision": "returned"}).status_code == 422
    client.post(address, {"version": "1", "decision": "returned", "comment_done": "Wie viele?"})
    assert (ReviewVote.objects.get().decision, ReviewComment.objects.get().text) == ("returned", "Wie viele?")


def test_a_double_click_votes_once_and_goes_on(signed_in: Any, cast: Cast, waiting: StatusUpdate) -> None:
    client = signed_in(cast.reviewer)
    for _click in range(2):
        response = client.post(
            reverse("workflow:review-vote", args=[waiting.pk]), {"version": "1", "decision": "approved"}
        )
        assert response.status_code == 302
    assert ReviewVote.objects.count() == 1


def test_how_others_voted_shows_after_the_own_vote(
    signed_in: Any, cast: Cast, waiting: StatusUpdate, second: Person
) -> None:
    vote(waiting, second)
    before = page(signed_in(cast.reviewer), waiting)
    assert "1 von 2 nötigen" in before
    assert "Arbeitsgruppe 40" not in before
    vote(waiting, cast.reviewer)
    assert "Arbeitsgruppe 40" in page(signed_in(cast.reviewer), waiting)
    assert "Arbeitsgruppe 40" in page(signed_in(cast.chair), waiting)
    assert "Arbeitsgruppe 40" not in page(signed_in(cast.own_reviewer), waiting)


def test_the_chair_has_buttons_to_decide_once_enough_have_voted(
    signed_in: Any, cast: Cast, waiting: StatusUpdate, second: Person
) -> None:
    approve = reverse("workflow:review-approve", args=[waiting.pk])
    assert approve not in page(signed_in(cast.chair), waiting)
    vote(waiting, second)
    vote(waiting, cast.reviewer)
    assert approve in page(signed_in(cast.chair), waiting)
    assert approve not in page(signed_in(cast.reviewer), waiting)
    signed_in(cast.chair).post(approve, {"version": "1"})
    assert Review.objects.get().decided_by == cast.chair


def test_the_queue_shows_first_what_the_person_is_asked_for(
    cast: Cast, stage: Stage, waiting: StatusUpdate, second: Person
) -> None:
    runs.hand_in(stage.health_update.pk, by=factories.member(Role.CLERK, cast.health), content=content(), now=NOW)
    assert steps(second) == [VOTE, VOTE]
    vote(waiting, second)
    assert steps(second) == [VOTE, OTHERS]
    assert steps(cast.chair) == [VOTE, VOTE]
    vote(stage.health_update, second)
    vote(stage.health_update, cast.own_reviewer)
    found = queue(desk_of(cast.chair), QueueFilters(), TODAY)
    assert [(one.pk, one.step) for one in found.waiting] == [(stage.health_update.pk, DECIDE), (waiting.pk, VOTE)]


def test_only_what_the_person_can_act_on_is_counted(cast: Cast, waiting: StatusUpdate) -> None:
    assert inbox.counts(desk_of(cast.reviewer)).reviews == 1
    assert inbox.counts(desk_of(cast.own_reviewer)).reviews == 0
    vote(waiting, cast.reviewer)
    assert inbox.counts(desk_of(cast.reviewer)).reviews == 0


@pytest.mark.parametrize("who", ["own_reviewer", "coordinator"])
def test_own_entries_and_readers_have_no_vote(signed_in: Any, cast: Cast, waiting: StatusUpdate, who: str) -> None:
    client = signed_in(getattr(cast, who))
    assert reverse("workflow:review-vote", args=[waiting.pk]) not in page(client, waiting)
    address = reverse("workflow:review-vote", args=[waiting.pk])
    assert client.post(address, {"version": "1", "decision": "approved"}).status_code == 403
    assert not ReviewVote.objects.exists()


def test_a_deputy_of_the_office_does_not_vote_on_its_entry(signed_in: Any, cast: Cast, waiting: StatusUpdate) -> None:
    factories.absence(cast.head, cast.reviewer)
    assert "aus Ihrem eigenen Amt" in page(signed_in(cast.reviewer), waiting)
    assert steps(cast.reviewer) == []


def test_a_deputy_votes_for_the_absent_member_and_both_names_show(
    signed_in: Any, cast: Cast, waiting: StatusUpdate
) -> None:
    deputy = factories.member(Role.CLERK, factories.office("33", "Bürgeramt"), name="Sachbearbeitung 33")
    factories.absence(cast.reviewer, deputy)
    assert "Sie handeln in Vertretung für Arbeitsgruppe 53." in page(signed_in(deputy), waiting)
    vote(waiting, deputy)
    assert ReviewVote.objects.get().on_behalf_of == cast.reviewer
    assert "in Vertretung für Arbeitsgruppe 53" in page(signed_in(cast.chair), waiting)


@pytest.mark.parametrize("number", [2, 20])
def test_the_queue_costs_a_constant_number_of_queries(
    signed_in: Any, cast: Cast, second: Person, number: int, django_assert_max_num_queries: Any
) -> None:
    edition = factories.edition()
    goal = factories.goal(edition)
    for place in range(number):
        factories.recommendation(goal, f"1.{place}", lead=cast.youth)
    cycle = factories.open_cycle(edition)
    ReportingCycle.objects.filter(pk=cycle.pk).update(review_policy=ReviewPolicy.QUORUM, quorum=2)
    for update in cycle.updates.all():
        runs.hand_in(update.pk, by=cast.clerk, content=content(), now=NOW)
        vote(update, second)
    client = signed_in(cast.chair)
    with django_assert_max_num_queries(8):
        client.get(reverse("workflow:review-queue"))
