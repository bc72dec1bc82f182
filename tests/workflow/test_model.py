"""Random people at random doors: whatever they try, what must hold of every run holds.

A model-based test (hypothesis). The rules stand here and in ``machine``, what must hold in ``invariants``.
"""

import datetime

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from offices.models import Absence, Person
from tests import factories
from tests.factories import TODAY
from tests.workflow.machine import Runs
from workflow import runs
from workflow.models import DeadlineExtension, Participation, Reassignment, StatusUpdate

CASES = settings(
    max_examples=24,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    database=None,
    # A failure is told as it was found: making it shorter takes minutes.
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)

LATER = TODAY + datetime.timedelta(days=90)


class RunsThatChangeCourse(Runs):
    """The same, and they ask for more time, for another office, take runs off the desks and open them again."""

    @rule(who=st.integers(0, 9), which=st.integers(0, 1), mine=st.booleans())
    def asks_for_more_time(self, who: int, which: int, mine: bool) -> None:
        def action(person: Person, update: StatusUpdate) -> object:
            if mine:
                return runs.ask_for_extension(
                    update.pk, by=person, reason="Urlaub", wanted_on=LATER, now=self.now, today=TODAY
                )
            return runs.extend(update.pk, by=person, due_on=LATER, reason="Messe", now=self.now, today=TODAY)

        self.attempt(action, who, which)

    @rule(who=st.integers(0, 9), agrees=st.booleans())
    def answers_about_more_time(self, who: int, agrees: bool) -> None:
        asked = DeadlineExtension.objects.order_by("-pk").first()

        def action(person: Person, _update: StatusUpdate) -> object:
            assert asked
            if agrees:
                return runs.grant_extension(asked.pk, by=person, granted_on=LATER, now=self.now, today=TODAY)
            return runs.undo_extension(asked.pk, by=person, now=self.now)

        if asked:
            self.attempt(action, who, 0)

    @rule(who=st.integers(0, 9), agrees=st.booleans(), place=st.integers(0, 1))
    def asks_for_more_time_to_contribute(self, who: int, agrees: bool, place: int) -> None:
        def action(person: Person, update: StatusUpdate) -> object:
            asked = Participation.objects.order_by("pk")[place].pk
            if agrees:
                return runs.ask_for_extension(
                    update.pk,
                    by=person,
                    reason="Urlaub",
                    wanted_on=LATER,
                    now=self.now,
                    today=TODAY,
                    participation_id=asked,
                )
            target = self.offices[3].pk
            return runs.propose_reassignment(
                update.pk, by=person, to_office_id=target, reason="Passt.", now=self.now, participation_id=asked
            )

        self.attempt(action, who, 0)

    @rule(member=st.integers(6, 7), deputy=st.integers(0, 4))
    def a_member_of_the_arbeitsgruppe_is_away(self, member: int, deputy: int) -> None:
        absent = self.people[member]
        if not Absence.objects.filter(person=absent).exists():
            factories.absence(absent, self.people[deputy])

    @rule(who=st.integers(0, 9), which=st.integers(0, 1), office=st.integers(0, 3))
    def offers_it_to_another_office(self, who: int, which: int, office: int) -> None:
        def action(person: Person, update: StatusUpdate) -> object:
            target = self.offices[office].pk
            return runs.propose_reassignment(
                update.pk, by=person, to_office_id=target, reason="Passt besser.", now=self.now
            )

        self.attempt(action, who, which)

    @rule(who=st.integers(0, 9), agrees=st.booleans())
    def answers_the_offer(self, who: int, agrees: bool) -> None:
        offer = Reassignment.objects.order_by("-pk").first()

        def action(person: Person, _update: StatusUpdate) -> object:
            assert offer
            if agrees:
                return runs.accept_reassignment(offer.pk, by=person, now=self.now)
            return runs.refuse_reassignment(offer.pk, by=person, answer="Nein.", now=self.now)

        if offer:
            self.attempt(action, who, 0)

    @rule(who=st.integers(7, 9), which=st.integers(0, 1))
    def takes_it_off_the_desks(self, who: int, which: int) -> None:
        self.attempt(
            lambda person, update: runs.cancel(update.pk, by=person, reason="Erledigt.", now=self.now), who, which
        )

    @rule(who=st.integers(7, 9), which=st.integers(0, 1))
    def opens_it_again(self, who: int, which: int) -> None:
        self.attempt(
            lambda person, update: runs.reopen(update.pk, by=person, reason="Doch noch.", due_on=LATER, now=self.now),
            who,
            which,
        )

    @rule(who=st.integers(0, 9), which=st.integers(0, 1))
    def corrects_what_is_public(self, who: int, which: int) -> None:
        self.attempt(
            lambda person, update: runs.start_correction(
                update.pk, by=person, note="Eine Zahl war falsch.", due_on=LATER, now=self.now
            ),
            who,
            which,
        )


@pytest.mark.django_db
def test_whatever_people_try_the_runs_stay_sound() -> None:
    run_state_machine_as_test(RunsThatChangeCourse, settings=CASES)
