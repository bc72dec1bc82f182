"""Actions on many runs: approving under the cycle's policy, interrupted actions, and what a summary costs."""

import datetime
import uuid
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from offices.access import desk_of
from offices.models import Membership, Person, Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.bulk_steps import (
    also_reviews,
    begun,
    confirmed,
    hand_in,
    outcomes,
    summary,
)
from tests.workflow.conftest import Stage
from workflow import access, runs
from workflow.models import (
    BulkItem,
    BulkKind,
    BulkOutcome,
    Decision,
    Event,
    EventKind,
    ReviewPolicy,
    StatusUpdate,
    UpdateState,
)
from workflow.queries import bulk as queries
from workflow.queries import bulk_selection
from workflow.services import bulk

DAY = datetime.timedelta(days=1)


@pytest.fixture
def coordinator(signed_in: Callable[[Person], Client], cast: Cast) -> Client:
    return signed_in(cast.coordinator)


# --- Approving ------------------------------------------------------------------------------------------------------


def test_a_coordinator_who_is_no_member_approves_nothing(coordinator: Client, cast: Cast, stage: Stage) -> None:
    hand_in(stage.youth_update, cast.clerk)
    page = summary(coordinator, aktion="freigeben", alle="1")
    assert "Es gibt nichts zu tun" in page
    assert "Nur Mitglieder der Arbeitsgruppe entscheiden" in page


def test_a_member_approves_what_is_not_their_own(coordinator: Client, cast: Cast, stage: Stage) -> None:
    also_reviews(cast, cast.school)
    hand_in(stage.youth_update, cast.clerk)
    hand_in(stage.school_update, cast.school_clerk)
    page = summary(coordinator, aktion="freigeben", alle="1")
    assert "1 Sachstand freigeben?" in page
    assert "eigenen Amt" in page
    assert "Liegt nicht zur Prüfung vor" in page
    action = confirmed(coordinator, page)
    assert outcomes(action) == {"1.1.1": "done"}
    stage.youth_update.refresh_from_db()
    assert stage.youth_update.state == UpdateState.APPROVED
    assert coordinator.post(reverse("workflow:bulk-undo", args=[action.pk]), follow=True).status_code == 200
    stage.youth_update.refresh_from_db()
    assert stage.youth_update.state == UpdateState.APPROVED, "An approval is never undone."


def test_only_the_version_of_the_summary_is_approved(coordinator: Client, cast: Cast, stage: Stage) -> None:
    also_reviews(cast)
    hand_in(stage.youth_update, cast.clerk)
    page = summary(coordinator, aktion="freigeben", alle="1")
    runs.withdraw(stage.youth_update.pk, by=cast.clerk, now=NOW)
    hand_in(stage.youth_update, cast.clerk, content(done="Etwas ganz anderes."))
    assert outcomes(confirmed(coordinator, page)) == {"1.1.1": "failed"}
    stage.youth_update.refresh_from_db()
    assert stage.youth_update.state == UpdateState.IN_REVIEW


def test_nobody_slips_an_own_entry_into_the_confirmation(coordinator: Client, cast: Cast, stage: Stage) -> None:
    also_reviews(cast, cast.youth)
    hand_in(stage.youth_update, cast.clerk)
    hand_in(stage.school_update, cast.school_clerk)
    page = summary(coordinator, aktion="freigeben", alle="1")
    action = confirmed(coordinator, page, vorgaenge=f"{stage.youth_update.pk}:1,{stage.school_update.pk}:1")
    assert outcomes(action) == {"1.1.1": "failed", "1.1.2": "done"}


def test_under_a_quorum_the_chair_approves_what_has_its_votes(coordinator: Client, cast: Cast, stage: Stage) -> None:
    stage.cycle.__class__.objects.update(review_policy=ReviewPolicy.QUORUM, quorum=2)
    third = factories.member(Role.REVIEWER, factories.office("41", "Kulturamt"))
    hand_in(stage.youth_update, cast.clerk)
    hand_in(stage.school_update, cast.school_clerk)
    also_reviews(cast)
    assert "stimmen die Mitglieder ab" in summary(coordinator, aktion="freigeben", alle="1")
    Membership.objects.create(person=cast.coordinator, role=Role.CHAIR, office=factories.office("10", "Hauptamt"))
    for who in (cast.reviewer, third):
        runs.vote(stage.youth_update.pk, revision_number=1, decision=Decision.APPROVED, by=who, now=NOW)
    runs.vote(stage.school_update.pk, revision_number=1, decision=Decision.APPROVED, by=third, now=NOW)
    page = summary(coordinator, aktion="freigeben", alle="1")
    assert "Es fehlt 1 Stimme" in page
    assert outcomes(confirmed(coordinator, page)) == {"1.1.1": "done"}


# --- Many, interrupted ----------------------------------------------------------------------------------------------


def test_a_crash_loses_nothing_and_nothing_happens_twice(cast: Cast, stage: Stage) -> None:
    updates = dict.fromkeys(stage.cycle.updates.order_by("pk").values_list("pk", flat=True), 0)
    action = begun(cast, BulkKind.EXTEND, updates, due_on="2027-01-31", reason="Ferien")
    assert bulk.go_on(action, now=NOW, today=TODAY, limit=1) == 2
    assert bulk.finish(now=NOW, today=TODAY) == 1
    assert bulk.finish(now=NOW, today=TODAY) == 0
    assert set(outcomes(action).values()) == {BulkOutcome.DONE}
    assert Event.objects.filter(kind=EventKind.EXTENSION_GRANTED).count() == 3


def test_undoing_what_is_still_under_way_stops_it(cast: Cast, stage: Stage) -> None:
    updates = dict.fromkeys(stage.cycle.updates.order_by("pk").values_list("pk", flat=True), 0)
    action = begun(cast, BulkKind.EXTEND, updates, due_on="2027-01-31", reason="Ferien")
    bulk.go_on(action, now=NOW, today=TODAY, limit=1)
    bulk.undo(action, by=cast.coordinator, now=NOW)
    assert set(outcomes(action).values()) == {BulkOutcome.UNDONE}
    assert not StatusUpdate.objects.filter(due_on=datetime.date(2027, 1, 31)).exists()


def test_only_coordinators_act_on_many(cast: Cast, stage: Stage) -> None:
    with pytest.raises(access.NotAllowedError):
        bulk.begin(
            BulkKind.REMIND, token=uuid.uuid4(), revisions={stage.youth_update.pk: 0}, given={}, by=cast.clerk, now=NOW
        )
    assert not BulkItem.objects.exists()


@pytest.mark.parametrize("kind", bulk_selection.NAMES)
def test_a_summary_costs_the_same_for_two_runs_and_for_twenty(cast: Cast, kind: BulkKind) -> None:
    also_reviews(cast)
    desk = desk_of(cast.coordinator)
    assert desk.is_reviewer
    counts = []
    for number in (2, 20):
        edition = factories.edition(f"Fassung {number}")
        goal = factories.goal(edition)
        for place in range(number):
            factories.recommendation(goal, f"1.{place}", lead=cast.youth)
        updates = list(factories.open_cycle(edition).updates.order_by("pk"))
        for update in updates[::2]:
            hand_in(update, cast.clerk)
        with CaptureQueriesContext(connection) as statements:
            found = queries.plan(kind, [one.pk for one in updates], desk, {}, TODAY)
        assert (found.total, found.total_left_out) == (number // 2, number // 2)
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert counts[0] <= 6
