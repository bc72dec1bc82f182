"""The menu of a run: every entry is a way that is open to the person, and every way that is closed has no entry."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

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
from tests.workflow.conftest import Stage
from workflow import opening, runs
from workflow.content import CommentContent
from workflow.models import ReportingCycle, ReviewPolicy, StatusUpdate, UpdateState
from workflow.queries.moves import Menus, Move, refusals

SignIn = Callable[[Person], Client]


def drafting(cast: Cast, stage: Stage) -> None:
    StatusUpdate.objects.filter(pk=stage.youth_update.pk).update(state=UpdateState.DRAFTING)


def signing(cast: Cast, stage: Stage) -> None:
    ReportingCycle.objects.update(sign_off=True)
    in_review(cast, stage)


def in_review(cast: Cast, stage: Stage) -> None:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)


def returned(cast: Cast, stage: Stage) -> None:
    in_review(cast, stage)
    runs.return_for_revision(
        stage.youth_update.pk,
        revision_number=1,
        by=cast.reviewer,
        comments=[CommentContent("Bitte mit Zahlen.")],
        now=NOW,
        today=TODAY,
    )


def approved(cast: Cast, stage: Stage) -> None:
    in_review(cast, stage)
    runs.approve(stage.youth_update.pk, revision_number=1, by=cast.reviewer, now=NOW)


def missing(cast: Cast, stage: Stage) -> None:
    opening.close_cycle(stage.cycle.pk, by=cast.coordinator, now=NOW)


def cancelled(cast: Cast, stage: Stage) -> None:
    runs.cancel(stage.youth_update.pk, by=cast.coordinator, reason="Doppelt", now=NOW)


REACHED: dict[str, Callable[[Cast, Stage], None]] = {
    UpdateState.REQUESTED: lambda _cast, _stage: None,
    UpdateState.DRAFTING: drafting,
    UpdateState.SIGNING: signing,
    UpdateState.IN_REVIEW: in_review,
    UpdateState.RETURNED: returned,
    UpdateState.APPROVED: approved,
    UpdateState.MISSING: missing,
    UpdateState.CANCELLED: cancelled,
}

WRITING = ["remind", "write", "extend", "reassign", "cancel", "history"]
COORDINATION = {
    UpdateState.REQUESTED: WRITING,
    UpdateState.DRAFTING: WRITING,
    UpdateState.SIGNING: ["remind", "write", "go_on", "cancel", "history"],
    UpdateState.IN_REVIEW: ["write", "cancel", "history"],
    UpdateState.RETURNED: WRITING,
    UpdateState.APPROVED: ["write", "correct", "withdraw", "history"],
    UpdateState.MISSING: ["write", "reopen", "history"],
    UpdateState.CANCELLED: ["write", "reopen", "history"],
}
DECIDES = ["approve", "return"]


def moves_of(person: Person, update: StatusUpdate) -> list[Move]:
    # Read anew, as a request would: the desk remembers the day, not what has changed since.
    update = StatusUpdate.objects.select_related("cycle").get(pk=update.pk)
    menus = Menus(desk_of(Person.objects.get(pk=person.pk), TODAY), update.cycle, "")
    return menus.of(update.pk, update.state, has_approved=update.approved_id is not None)


def names(moves: list[Move]) -> list[str]:
    return [move.name for move in moves]


@pytest.mark.parametrize("state", UpdateState)
def test_each_state_offers_coordinators_what_the_flow_allows(cast: Cast, stage: Stage, state: str) -> None:
    REACHED[state](cast, stage)
    assert names(moves_of(cast.coordinator, stage.youth_update)) == COORDINATION[state]


@pytest.mark.parametrize("state", UpdateState)
def test_members_of_the_arbeitsgruppe_decide_and_do_nothing_else(cast: Cast, stage: Stage, state: str) -> None:
    REACHED[state](cast, stage)
    decides = DECIDES if state == UpdateState.IN_REVIEW else []
    assert names(moves_of(cast.reviewer, stage.youth_update)) == [*decides, "history"]
    assert names(moves_of(cast.own_reviewer, stage.youth_update)) == ["history"]
    assert names(moves_of(cast.clerk, stage.youth_update)) == ["history"]


def test_a_coordinator_who_is_a_member_decides_too_but_not_on_their_own(cast: Cast, stage: Stage) -> None:
    in_review(cast, stage)
    member = Membership.objects.create(person=cast.coordinator, role=Role.REVIEWER, office=cast.health)
    assert names(moves_of(cast.coordinator, stage.youth_update)) == [*DECIDES, "write", "cancel", "history"]
    member.office = cast.youth
    member.save()
    assert names(moves_of(cast.coordinator, stage.youth_update)) == ["write", "cancel", "history"]


def test_under_a_quorum_only_the_chair_has_the_entry(cast: Cast, stage: Stage) -> None:
    ReportingCycle.objects.update(review_policy=ReviewPolicy.QUORUM, quorum=2)
    in_review(cast, stage)
    assert names(moves_of(cast.reviewer, stage.youth_update)) == ["history"]
    assert names(moves_of(cast.chair, stage.youth_update)) == [*DECIDES, "history"]


@pytest.mark.parametrize("state", UpdateState)
def test_every_entry_opens_for_the_person_and_for_nobody_without_a_role(
    signed_in: SignIn, cast: Cast, stage: Stage, state: str
) -> None:
    Membership.objects.create(person=cast.coordinator, role=Role.REVIEWER, office=cast.health)
    REACHED[state](cast, stage)
    for move in moves_of(cast.coordinator, stage.youth_update):
        assert signed_in(cast.coordinator).get(move.address).status_code == 200, move
        assert signed_in(cast.stranger).get(move.address).status_code == 404, move
        if move.name not in {"history", "go_on", "correct"}:
            assert signed_in(cast.clerk).get(move.address).status_code in {403, 404}, move


@pytest.mark.parametrize("state", UpdateState)
def test_a_move_leads_into_another_column_and_no_column_has_two(cast: Cast, stage: Stage, state: str) -> None:
    Membership.objects.create(person=cast.coordinator, role=Role.REVIEWER, office=cast.health)
    REACHED[state](cast, stage)
    targets = [target for move in moves_of(cast.coordinator, stage.youth_update) for target in move.states]
    assert state not in targets
    assert len(targets) == len(set(targets)), "A dropped card would not know which entry is meant."


def test_where_a_card_may_not_go_a_sentence_says_why() -> None:
    found = refusals()
    assert set(UpdateState.values) <= set(found)
    assert all(sentence.endswith(".") for sentence in found.values())


def test_the_menu_on_the_board_is_that_of_the_run(signed_in: SignIn, cast: Cast, stage: Stage) -> None:
    in_review(cast, stage)
    page = signed_in(cast.coordinator).get("/board/?q=1.1").content.decode()
    for update in (stage.youth_update, stage.school_update):
        start = page.index(f'id="run-{update.pk}"')
        menu = page[page.index("<details", start) : page.index("</details>", start)]
        wanted = [urlsplit(move.address) for move in moves_of(cast.coordinator, update)]
        found = [urlsplit(one.replace("&amp;", "&")) for one in re.findall(r'href="([^"]+)"', menu)]
        assert [(one.path, one.fragment) for one in found] == [(one.path, one.fragment) for one in wanted]
        assert f"run={update.pk}" in menu or update == stage.youth_update
    assert "auswahl=%3Fq%3D1.1" in page
    assert 'aria-label="Menü zu 1.1.2"' in page


@pytest.mark.parametrize("view", ["", "?ansicht=tabelle", "?ansicht=felder", "?ansicht=aemter"])
def test_a_correction_is_discarded_by_the_same_name_on_the_board_and_on_its_page(
    signed_in: SignIn, cast: Cast, stage: Stage, view: str
) -> None:
    approved(cast, stage)
    update, other = stage.youth_update, stage.school_update
    runs.start_correction(update.pk, by=cast.clerk, note="Eine Zahl war falsch.", due_on=TODAY, now=NOW)
    page = signed_in(cast.coordinator).get(f"/board/{view}").content.decode()

    def menu(run: StatusUpdate) -> str:
        start = page.index(f'id="run-{run.pk}"')
        return page[page.index("<details", start) : page.index("</details>", start)]

    assert "Berichtigung verwerfen" in menu(update)
    assert "Entfallen lassen" not in menu(update)
    assert "Entfallen lassen" in menu(other)
    assert "verwerfen" not in menu(other)
    panel = signed_in(cast.coordinator).get(f"/board/vorgang/{update.pk}/").content.decode()
    assert "Berichtigung verwerfen" in panel
    assert "Entfallen lassen" not in panel


def test_a_correction_under_review_is_discarded_by_its_name_too(cast: Cast, stage: Stage) -> None:
    Membership.objects.create(person=cast.coordinator, role=Role.REVIEWER, office=cast.health)
    approved(cast, stage)
    update = stage.youth_update
    runs.start_correction(update.pk, by=cast.clerk, note="Eine Zahl war falsch.", due_on=TODAY, now=NOW)
    runs.hand_in(update.pk, by=cast.clerk, content=content(), now=NOW)
    moves = {move.name: move for move in moves_of(cast.coordinator, update)}
    assert str(moves["cancel"].label) == "Berichtigung verwerfen"
    assert moves["approve"].states == (UpdateState.APPROVED,)


def test_numbers_in_menus_are_never_markup(signed_in: SignIn, cast: Cast, stage: Stage) -> None:
    recommendation = stage.youth_update.recommendation
    recommendation.number = '"><b>1'
    recommendation.save()
    page = signed_in(cast.coordinator).get(reverse("workflow:board")).content.decode()
    assert '"><b>1' not in page
    assert "&quot;&gt;&lt;b&gt;1" in page


def test_menus_cost_one_query_at_most_whatever_the_number_of_cards(cast: Cast) -> None:
    Membership.objects.create(person=cast.coordinator, role=Role.REVIEWER, office=cast.health)
    desk = desk_of(cast.coordinator)
    assert desk.is_reviewer
    for number in (2, 20):
        edition = factories.edition(f"Fassung {number}")
        goal = factories.goal(edition)
        for place in range(number):
            factories.recommendation(goal, f"1.{place}", lead=cast.youth)
        cycle = factories.open_cycle(edition)
        for update in cycle.updates.all():
            runs.hand_in(update.pk, by=cast.clerk, content=content(), now=NOW)
        updates = list(cycle.updates.values_list("pk", "state"))
        with CaptureQueriesContext(connection) as statements:
            menus = Menus(desk, cycle, "")
            assert all("freigeben" in menus.drawn(pk, state, "1.1") for pk, state in updates)
        assert len(statements) == 1
