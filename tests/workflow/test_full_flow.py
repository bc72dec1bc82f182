"""The flow with contributions, signatures and a quorum, through the doors."""

import datetime

import pytest

from offices.errors import ConflictError, DomainError
from offices.models import Membership, Person, Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from workflow import runs
from workflow.access import NotAllowedError
from workflow.content import CommentContent, ContributionContent, MeasureContent
from workflow.models import (
    CoSignature,
    Decision,
    Event,
    Participation,
    Passage,
    ReportingCycle,
    StatusUpdate,
    WorkItem,
)
from workflow.services import history

TEXT = ContributionContent(
    done="Das Schulamt hat vier Sprachkurse an Grundschulen eingerichtet.", measures=(MeasureContent("Sprachkurse"),)
)


@pytest.fixture
def update(cast: Cast) -> StatusUpdate:
    """A run led by 51 to which 40 and 53 contribute, in a cycle without signatures."""
    edition = factories.edition()
    factories.recommendation(factories.goal(edition), lead=cast.youth, contributing=(cast.school, cast.health))
    factories.open_cycle(edition, by=cast.coordinator, contributions=True)
    return StatusUpdate.objects.get()


@pytest.fixture
def health_clerk(cast: Cast) -> Person:
    return factories.member(Role.CLERK, cast.health, name="Sachbearbeitung 53")


def settle(update: StatusUpdate, **fields: object) -> None:
    ReportingCycle.objects.filter(pk=update.cycle_id).update(**fields)


def of(update: StatusUpdate, office: object) -> Participation:
    return Participation.objects.get(update=update, office=office)


def waiting(update: StatusUpdate) -> set[tuple[str, str]]:
    items = WorkItem.objects.filter(update=update, is_open=True).select_related("office")
    return {(item.step, item.office.number if item.office else "") for item in items}


def hand_in(cast: Cast, update: StatusUpdate, **fields: object) -> None:
    without = Participation.objects.filter(update=update).values_list("pk", flat=True)
    runs.hand_in(update.pk, by=cast.clerk, content=content(**fields), now=NOW, without=without)


def state(update: StatusUpdate) -> str:
    return StatusUpdate.objects.get(pk=update.pk).state


def test_every_contributing_office_has_a_task_beside_the_lead_office(update: StatusUpdate) -> None:
    assert waiting(update) == {("write", "51"), ("contribute", "40"), ("contribute", "53")}


def test_contributions_arrive_and_the_lead_office_brings_them_together(
    cast: Cast, update: StatusUpdate, health_clerk: Person
) -> None:
    runs.contribute(of(update, cast.school).pk, by=cast.school_clerk, content=TEXT, now=NOW)
    runs.contribute_nothing(of(update, cast.health).pk, by=health_clerk, reason="Nicht unser Thema.", now=NOW)
    assert waiting(update) == {("write", "51")}
    written = content(done=f"Eigener Text.\n\n{TEXT.done} Zwei weitere folgen.", measures=TEXT.measures)
    runs.hand_in(update.pk, by=cast.clerk, content=written, now=NOW)
    assert waiting(update) == {("review", "")}
    authors = {(one.field, one.office_label) for one in Passage.objects.all()}
    assert authors == {
        ("done", "51 Jugendamt"),
        ("done", "40 Amt für Schule und Bildung"),
        ("measures", "40 Amt für Schule und Bildung"),
    }
    assert list(history.verify()) == []


def test_the_lead_office_does_not_hand_in_over_a_missing_contribution_unawares(
    cast: Cast, update: StatusUpdate
) -> None:
    with pytest.raises(runs.ContributionsMissingError) as refused:
        runs.hand_in(update.pk, by=cast.clerk, content=content(), now=NOW, without=[of(update, cast.health).pk])
    assert [one.office for one in refused.value.missing] == [cast.school]
    assert waiting(update) == {("write", "51"), ("contribute", "40"), ("contribute", "53")}


def test_going_on_without_a_late_office_is_recorded(cast: Cast, update: StatusUpdate) -> None:
    runs.go_on_without(of(update, cast.health).pk, by=cast.clerk, now=NOW)
    assert waiting(update) == {("write", "51"), ("contribute", "40")}
    late = of(update, cast.health)
    assert (late.state, late.skipped_by) == ("skipped", cast.clerk)
    assert Event.objects.get(kind="contribution_skipped").data == {"offices": [cast.health.pk]}
    with pytest.raises(NotAllowedError):
        runs.contribute_nothing(late.pk, by=cast.school_clerk, reason="Zu spät", now=NOW)


def test_handing_in_without_the_late_ones_takes_their_tasks_away(cast: Cast, update: StatusUpdate) -> None:
    hand_in(cast, update)
    assert waiting(update) == {("review", "")}


def test_offices_co_sign_then_the_head_signs_then_the_arbeitsgruppe_reviews(
    cast: Cast, update: StatusUpdate, health_clerk: Person
) -> None:
    settle(update, co_sign=True, sign_off=True)
    hand_in(cast, update)
    assert state(update) == "signing"
    assert waiting(update) == {("co_sign", "40"), ("co_sign", "53")}
    runs.co_sign(update.pk, cast.school.pk, by=cast.school_clerk, now=NOW)
    assert waiting(update) == {("co_sign", "53")}
    runs.co_sign(update.pk, cast.health.pk, by=health_clerk, now=NOW)
    assert waiting(update) == {("sign", "51")}
    with pytest.raises(NotAllowedError):
        runs.sign(update.pk, by=cast.clerk, now=NOW)
    runs.sign(update.pk, by=cast.head, now=NOW)
    assert (state(update), waiting(update)) == ("in_review", {("review", "")})
    assert list(history.verify()) == []


def test_an_objection_sends_the_entry_back_at_once(cast: Cast, update: StatusUpdate) -> None:
    settle(update, co_sign=True)
    hand_in(cast, update)
    with pytest.raises(DomainError):
        runs.object_to(update.pk, cast.school.pk, by=cast.school_clerk, reason=" ", now=NOW, today=TODAY)
    runs.object_to(update.pk, cast.school.pk, by=cast.school_clerk, reason="Falsche Zahl", now=NOW, today=TODAY)
    assert (state(update), waiting(update)) == ("returned", {("rework", "51")})
    assert set(CoSignature.objects.values_list("state", flat=True)) == {"objected", "void"}
    hand_in(cast, update)
    assert waiting(update) == {("co_sign", "40"), ("co_sign", "53")}


@pytest.mark.parametrize(
    ("consent", "after"), [(True, {("review", "")}), (False, {("co_sign", "40"), ("co_sign", "53")})]
)
def test_silence_counts_as_consent_only_if_the_cycle_says_so(
    cast: Cast, update: StatusUpdate, consent: bool, after: set[tuple[str, str]]
) -> None:
    settle(update, co_sign=True, silence_is_consent=consent)
    hand_in(cast, update)
    due = CoSignature.objects.values_list("due_on", flat=True)[0]
    assert due == TODAY + datetime.timedelta(days=7)
    assert runs.lapse_co_signatures(now=NOW, today=due) == 0
    runs.lapse_co_signatures(now=NOW, today=due + datetime.timedelta(days=1))
    assert waiting(update) == after
    assert runs.lapse_co_signatures(now=NOW, today=due + datetime.timedelta(days=1)) == 0


def test_going_on_without_a_co_signature_needs_a_reason(cast: Cast, update: StatusUpdate) -> None:
    settle(update, co_sign=True)
    hand_in(cast, update)
    with pytest.raises(DomainError):
        runs.go_on_without_co_signature(update.pk, cast.school.pk, by=cast.clerk, reason="", now=NOW)
    for office in (cast.school, cast.health):
        runs.go_on_without_co_signature(update.pk, office.pk, by=cast.clerk, reason="Urlaub", now=NOW)
    assert state(update) == "in_review"


def test_the_head_returns_instead_of_signing(cast: Cast, update: StatusUpdate) -> None:
    settle(update, sign_off=True)
    hand_in(cast, update)
    runs.return_unsigned(update.pk, by=cast.head, reason="Bitte kürzer", now=NOW, today=TODAY)
    assert waiting(update) == {("rework", "51")}
    assert StatusUpdate.objects.get().state_note == "Bitte kürzer"
    hand_in(cast, update)
    runs.go_on_without_signature(update.pk, by=cast.coordinator, reason="Stelle unbesetzt", now=NOW)
    assert waiting(update) == {("review", "")}


@pytest.mark.parametrize("asked", [{}, {"sign_off": True}, {"co_sign": True}])
def test_an_entry_is_taken_back_before_anybody_has_decided(
    cast: Cast, update: StatusUpdate, asked: dict[str, object]
) -> None:
    settle(update, **asked)
    hand_in(cast, update)
    runs.withdraw(update.pk, by=cast.clerk, reason="Eine Zahl fehlt.", now=NOW)
    assert (state(update), waiting(update)) == ("drafting", {("rework", "51")})
    with pytest.raises(ConflictError):
        runs.withdraw(update.pk, by=cast.clerk, now=NOW)
    hand_in(cast, update)
    assert StatusUpdate.objects.get().submitted.number == 2
    assert list(history.verify()) == []


def test_under_a_quorum_members_vote_and_the_chair_decides(cast: Cast, update: StatusUpdate) -> None:
    settle(update, review_policy="quorum", quorum=2)
    hand_in(cast, update)
    school_reviewer = factories.member(Role.REVIEWER, factories.office("50", "Sozialamt"))
    with pytest.raises(NotAllowedError):
        runs.approve(update.pk, revision_number=1, by=cast.reviewer, now=NOW)
    with pytest.raises(NotAllowedError):
        runs.vote(update.pk, revision_number=1, decision=Decision.APPROVED, by=cast.own_reviewer, now=NOW)
    runs.vote(update.pk, revision_number=1, decision=Decision.APPROVED, by=cast.reviewer, now=NOW)
    with pytest.raises(ConflictError):
        runs.vote(update.pk, revision_number=1, decision=Decision.APPROVED, by=cast.reviewer, now=NOW)
    with pytest.raises(DomainError):
        runs.approve(update.pk, revision_number=1, by=cast.chair, now=NOW)
    said = [CommentContent("Wie viele?", "done", quote="Elterncafé", start=12)]
    runs.vote(update.pk, revision_number=1, decision=Decision.RETURNED, by=school_reviewer, comments=said, now=NOW)
    runs.return_for_revision(update.pk, revision_number=1, by=cast.chair, comments=[], now=NOW, today=TODAY)
    assert (state(update), waiting(update)) == ("returned", {("rework", "51")})
    assert list(history.verify()) == []


def test_whoever_contributed_does_not_decide_even_from_another_office(cast: Cast, update: StatusUpdate) -> None:
    helper = factories.member(Role.CLERK, cast.school, email="hilfe@stadt.example", name="Hilfe 40")
    Membership.objects.create(person=helper, role=Role.REVIEWER, office=cast.school)
    runs.contribute(of(update, cast.school).pk, by=helper, content=TEXT, now=NOW)
    hand_in(cast, update)
    with pytest.raises(NotAllowedError):
        runs.approve(update.pk, revision_number=1, by=helper, now=NOW)
    runs.approve(update.pk, revision_number=1, by=cast.reviewer, now=NOW)
    assert state(update) == "approved"
