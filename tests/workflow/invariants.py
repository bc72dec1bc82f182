"""What must hold of every run, whatever people have tried."""

import datetime

from django.db.models import Q
from viewflow.workflow.models import Task

from offices.access import Desk
from offices.models import Person
from tests.factories import TODAY
from workflow import published
from workflow.models import (
    WRITING_STATES,
    Contribution,
    Decision,
    Draft,
    Review,
    ReviewPolicy,
    ReviewVote,
    Revision,
    StatusUpdate,
    UpdateState,
    WorkItem,
    WorkStep,
)
from workflow.services import history

STEPS_OF = {
    **{state: {WorkStep.WRITE, WorkStep.REWORK} for state in WRITING_STATES},
    UpdateState.SIGNING: {WorkStep.CO_SIGN, WorkStep.SIGN},
    UpdateState.IN_REVIEW: {WorkStep.REVIEW},
}
"""On which desk a run lies in each open state; contributions lie beside."""


class Invariants:
    """Checks to be mixed into the machine; ``texts`` and ``kept`` are what people have handed in and saved."""

    texts: set[str]
    kept: dict[tuple[int, int], str]
    judged: set[tuple[str, int]]
    now: datetime.datetime

    def check(self) -> None:
        self.nothing_is_public_that_nobody_approved()
        self.nobody_decides_on_an_entry_of_their_own()
        self.the_chair_decides_once_enough_seats_have_voted()
        self.no_text_is_lost()
        self.every_open_run_lies_on_exactly_the_desks_of_its_state()
        assert list(history.verify()) == []

    def nothing_is_public_that_nobody_approved(self) -> None:
        approved = Review.objects.filter(decision=Decision.APPROVED).values_list("revision__done", flat=True)
        for entries in published.entries(self.now).values():
            assert {entry.done for entry in entries} <= set(approved)

    def nobody_decides_on_an_entry_of_their_own(self) -> None:
        """Looked at when it happens: later a run may have come to the office of whoever decided on it."""
        reviews = Review.objects.select_related("revision__update")
        votes = ReviewVote.objects.select_related("revision__update")
        said = [
            *(("review", one.pk, one.revision, one.decided_by_id) for one in reviews),
            *(("vote", one.pk, one.revision, one.person_id) for one in votes),
        ]
        for what, pk, revision, person in said:
            if (what, pk) not in self.judged:
                self.judged.add((what, pk))
                offices = Desk(Person.objects.get(pk=person), TODAY).office_ids
                assert revision.update.lead_office_id not in offices
                assert revision.submitted_by_id != person
                assert not revision.passages.filter(Q(written_by=person) | Q(office__in=offices)).exists()

    def the_chair_decides_once_enough_seats_have_voted(self) -> None:
        for review in Review.objects.select_related("revision__update__cycle"):
            cycle = review.revision.update.cycle
            seats = {vote.on_behalf_of_id or vote.person_id for vote in review.revision.votes.all()}
            assert cycle.review_policy != ReviewPolicy.QUORUM or len(seats) >= cycle.quorum

    def no_text_is_lost(self) -> None:
        there = {
            *Revision.objects.values_list("done", flat=True),
            *Contribution.objects.values_list("done", flat=True),
            *Contribution.objects.values_list("nil_reason", flat=True),
        }
        assert self.texts <= there
        for (update, person), said in self.kept.items():
            draft = Draft.objects.get(update=update, person=person, participation__isnull=True)
            assert draft.content["done"] == said

    def every_open_run_lies_on_exactly_the_desks_of_its_state(self) -> None:
        for update in StatusUpdate.objects.all():
            items = WorkItem.objects.filter(update=update, is_open=True, task__isnull=False)
            steps = set(items.exclude(step=WorkStep.CONTRIBUTE).values_list("step", flat=True))
            expected = STEPS_OF.get(UpdateState(update.state), set())
            assert steps <= expected, (update.state, steps)
            assert bool(steps) == update.is_open, (update.state, steps)
            waiting = Task.objects.filter(process=update.process_id, flow_task_type="HUMAN", finished__isnull=True)
            assert set(waiting.values_list("pk", flat=True)) == set(items.values_list("task", flat=True))
