"""Random people at the doors of two runs: they write, contribute, sign, vote and decide.

Each rule lets somebody try something; a refusal is fine, anything else that is raised is a bug.
"""

import datetime
from collections.abc import Callable
from typing import Any

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from offices.access import Desk
from offices.errors import DomainError
from offices.models import Office, Person, Role
from tests import factories
from tests.factories import NOW, TODAY, content
from tests.workflow.invariants import Invariants
from workflow import opening, raw, runs
from workflow.content import CommentContent, ContributionContent
from workflow.models import (
    WRITING_STEPS,
    Decision,
    Draft,
    Participation,
    ReportingCycle,
    ReviewVote,
    StatusUpdate,
    WorkItem,
    WorkStep,
)
from workflow.services.drafts import save_draft


class Runs(Invariants, RuleBasedStateMachine):
    """Two runs, one with contributors; ten people of four offices, one of whom stands in for another."""

    def __init__(self) -> None:
        super().__init__()
        # Each example plays in a transaction of its own, which is rolled back.
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.texts: set[str] = set()
        self.kept: dict[tuple[int, int], str] = {}
        self.judged: set[tuple[str, int]] = set()
        self.written = 0
        self.now = NOW
        self.changed = True

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @initialize(sign_off=st.booleans(), co_sign=st.booleans(), silence=st.booleans(), quorum=st.sampled_from([0, 1, 2]))
    def begin(self, sign_off: bool, co_sign: bool, silence: bool, quorum: int) -> None:
        self.offices: list[Office] = [
            factories.office("51", "Jugendamt"),
            factories.office("40", "Schulamt"),
            factories.office("53", "Gesundheitsamt"),
            factories.office("334", "Zuwanderung"),
        ]
        youth, school, health, other = self.offices
        absent = factories.member(Role.CLERK, youth, email="abwesend@stadt.example")
        self.people: list[Person] = [
            factories.member(Role.CLERK, youth),
            factories.member(Role.HEAD, youth),
            factories.member(Role.CLERK, school),
            factories.member(Role.HEAD, school),
            factories.member(Role.CLERK, health),
            factories.member(Role.REVIEWER, youth),
            factories.member(Role.REVIEWER, health),
            factories.member(Role.CHAIR, other),
            factories.member(Role.COORDINATOR),
            # Reviews for 53, and writes for 51 while somebody there is away.
            deputy := factories.member(Role.REVIEWER, health, email="vertretung@stadt.example"),
        ]
        factories.absence(absent, deputy)
        edition = factories.edition()
        goal = factories.goal(edition)
        factories.recommendation(goal, "1", lead=youth, contributing=(school, health))
        factories.recommendation(goal, "2", lead=school)
        cycle = factories.cycle(edition)
        ReportingCycle.objects.filter(pk=cycle.pk).update(
            sign_off=sign_off,
            co_sign=co_sign,
            silence_is_consent=silence,
            review_policy="quorum" if quorum else "single",
            quorum=max(quorum, 1),
        )
        opening.open_cycle(cycle.pk, by=None, now=NOW, today=TODAY)

    # --- What people try ---------------------------------------------------------------------------------------------

    def attempt(self, action: Callable[[Person, StatusUpdate], Any], who: int, which: int) -> Any:
        """Let somebody try something with one of the runs; return what came of it, ``None`` if it was refused."""
        person = Person.objects.get(pk=self.people[who % len(self.people)].pk)
        person._desk = Desk(person, TODAY)  # type: ignore[attr-defined]
        update = StatusUpdate.objects.order_by("pk")[which]
        self.now += datetime.timedelta(minutes=7)
        try:
            with transaction.atomic():
                made = action(person, update)
        except DomainError:
            return None
        self.changed = True
        return made

    def text(self) -> str:
        self.written += 1
        return f"Text Nummer {self.written} von hundert."

    @rule(who=st.integers(0, 9), which=st.integers(0, 1))
    def saves_a_draft(self, who: int, which: int) -> None:
        said = self.text()

        def action(person: Person, update: StatusUpdate) -> None:
            draft = Draft.objects.filter(update=update, person=person, participation__isnull=True).first()
            version = draft.version if draft else 0
            save_draft(update.pk, by=person, content=raw.of(content(done=said)), version=version, now=self.now)
            self.kept[update.pk, person.pk] = said

        self.attempt(action, who, which)

    @rule(who=st.integers(0, 9), which=st.integers(0, 1), waits=st.booleans())
    def hands_in(self, who: int, which: int, waits: bool) -> None:
        said = self.text()

        def action(person: Person, update: StatusUpdate) -> object:
            without = () if waits else update.participations.values_list("pk", flat=True)
            made = runs.hand_in(update.pk, by=person, content=content(done=said), now=self.now, without=without)
            self.texts.add(said)
            return made

        self.attempt(action, who, which)

    @rule(who=st.integers(0, 9), place=st.integers(0, 1), nothing=st.booleans())
    def contributes(self, who: int, place: int, nothing: bool) -> None:
        said = self.text()

        def action(person: Person, update: StatusUpdate) -> None:
            asked = Participation.objects.order_by("pk")[place]
            if nothing:
                runs.contribute_nothing(asked.pk, by=person, reason=said, now=self.now)
            else:
                runs.contribute(asked.pk, by=person, content=ContributionContent(done=said), now=self.now)
            self.texts.add(said)

        self.attempt(action, who, 0)

    @rule(who=st.integers(0, 9), place=st.integers(0, 1))
    def goes_on_without(self, who: int, place: int) -> None:
        self.attempt(
            lambda person, _update: runs.go_on_without(
                Participation.objects.order_by("pk")[place].pk, by=person, now=self.now
            ),
            who,
            0,
        )

    @rule(who=st.integers(0, 9), which=st.integers(0, 1))
    def takes_back(self, who: int, which: int) -> None:
        self.attempt(lambda person, update: runs.withdraw(update.pk, by=person, now=self.now), who, which)

    @rule(who=st.integers(0, 9), office=st.integers(0, 2), agrees=st.booleans())
    def answers_for_an_office(self, who: int, office: int, agrees: bool) -> None:
        def action(person: Person, update: StatusUpdate) -> object:
            where = self.offices[office].pk
            if agrees:
                return runs.co_sign(update.pk, where, by=person, now=self.now)
            return runs.object_to(update.pk, where, by=person, reason="Anders.", now=self.now, today=TODAY)

        self.attempt(action, who, 0)

    @rule(days=st.integers(0, 30))
    def time_passes_for_co_signatures(self, days: int) -> None:
        self.changed = True
        runs.lapse_co_signatures(now=self.now, today=TODAY + datetime.timedelta(days=days))

    @rule(who=st.integers(0, 9), which=st.integers(0, 1), agrees=st.booleans())
    def signs(self, who: int, which: int, agrees: bool) -> None:
        def action(person: Person, update: StatusUpdate) -> None:
            if agrees:
                runs.sign(update.pk, by=person, now=self.now)
            else:
                runs.return_unsigned(update.pk, by=person, reason="Kürzer.", now=self.now, today=TODAY)

        self.attempt(action, who, which)

    @rule(who=st.integers(0, 9), which=st.integers(0, 1))
    def goes_on_unsigned(self, who: int, which: int) -> None:
        self.attempt(
            lambda person, update: runs.go_on_without_signature(
                update.pk, by=person, reason="Stelle frei", now=self.now
            ),
            who,
            which,
        )

    @rule(who=st.integers(4, 9), which=st.integers(0, 1), agrees=st.booleans())
    def votes(self, who: int, which: int, agrees: bool) -> None:
        def action(person: Person, update: StatusUpdate) -> object:
            decision = Decision.APPROVED if agrees else Decision.RETURNED
            said = () if agrees else (CommentContent("Bitte Zahlen.", "done"),)
            number = update.revisions.count()
            return runs.vote(
                update.pk, revision_number=number, decision=decision, by=person, comments=said, now=self.now
            )

        self.attempt(action, who, which)

    @rule(who=st.integers(4, 9), which=st.integers(0, 1), agrees=st.booleans())
    def decides(self, who: int, which: int, agrees: bool) -> None:
        def action(person: Person, update: StatusUpdate) -> object:
            number = update.revisions.count()
            if agrees:
                return runs.approve(update.pk, revision_number=number, by=person, now=self.now)
            said = [CommentContent("Bitte Zahlen.")]
            return runs.return_for_revision(
                update.pk, revision_number=number, by=person, comments=said, now=self.now, today=TODAY
            )

        self.attempt(action, who, which)

    # --- What those do whose turn it is, so that runs get somewhere ---------------------------------------------------

    @rule(place=st.integers(0, 5), who=st.integers(0, 5), agrees=st.booleans())
    def a_desk_is_cleared(self, place: int, who: int, agrees: bool) -> None:
        items = list(WorkItem.objects.filter(is_open=True).order_by("pk"))
        if not items:
            return
        item = items[place % len(items)]
        which = list(StatusUpdate.objects.order_by("pk").values_list("pk", flat=True)).index(item.update_id)
        fitting = [index for index, person in enumerate(self.people) if self.fits(Desk(person, TODAY), item)]
        if fitting:
            self.attempt(
                lambda person, _update: self.clear(item, person, agrees=agrees), fitting[who % len(fitting)], which
            )

    @rule(place=st.integers(0, 5), who=st.integers(0, 5))
    def a_desk_is_cleared_in_favour(self, place: int, who: int) -> None:
        self.a_desk_is_cleared(place, who, agrees=True)

    @rule(place=st.integers(0, 5), who=st.integers(0, 5))
    def another_desk_is_cleared_in_favour(self, place: int, who: int) -> None:
        self.a_desk_is_cleared(place, who, agrees=True)

    @staticmethod
    def fits(desk: Desk, item: WorkItem) -> bool:
        if item.step == WorkStep.REVIEW:
            return desk.is_reviewer
        return item.office_id in (desk.signing_for if item.step == WorkStep.SIGN else desk.acting_for)

    def clear(self, item: WorkItem, by: Person, *, agrees: bool) -> None:
        """Do what the work item asks for; without ``agrees`` in the way that sends things back."""
        run, said = item.update_id, self.text()
        if item.step in WRITING_STEPS:
            without = item.update.participations.values_list("pk", flat=True)
            runs.hand_in(run, by=by, content=content(done=said), now=self.now, without=without)
            self.texts.add(said)
        elif item.step == WorkStep.CONTRIBUTE:
            assert item.participation_id is not None
            runs.contribute(item.participation_id, by=by, content=ContributionContent(done=said), now=self.now)
            self.texts.add(said)
        elif item.step == WorkStep.CO_SIGN:
            assert item.office_id is not None
            if agrees:
                runs.co_sign(run, item.office_id, by=by, now=self.now)
            else:
                runs.object_to(run, item.office_id, by=by, reason=said, now=self.now, today=TODAY)
        elif item.step == WorkStep.SIGN:
            if agrees:
                runs.sign(run, by=by, now=self.now)
            else:
                runs.return_unsigned(run, by=by, reason=said, now=self.now, today=TODAY)
        elif item.step == WorkStep.REVIEW:
            self.review(item.update, by, agrees=agrees)

    def review(self, update: StatusUpdate, by: Person, *, agrees: bool) -> None:
        number = update.revisions.count()
        said = [] if agrees else [CommentContent("Bitte Zahlen.", "done")]
        if update.cycle.review_policy == "quorum" and not ReviewVote.objects.filter(
            revision=update.submitted_id, person=by
        ):
            decision = Decision.APPROVED if agrees else Decision.RETURNED
            runs.vote(update.pk, revision_number=number, decision=decision, by=by, comments=said, now=self.now)
        elif agrees:
            runs.approve(update.pk, revision_number=number, by=by, now=self.now)
        else:
            runs.return_for_revision(update.pk, revision_number=number, by=by, comments=said, now=self.now, today=TODAY)

    @invariant()
    def what_must_hold_holds(self) -> None:
        if self.changed:
            self.changed = False
            self.check()
