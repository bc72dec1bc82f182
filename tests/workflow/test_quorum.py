"""More votes than can come together: refused if the Arbeitsgruppe is too small, named where a rule leaves too few."""

import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notifications.models import Mail, MailKind
from offices.errors import DomainError
from offices.models import Absence, Membership, Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.conftest import Stage
from tests.workflow.test_cycle_policies import change
from tests.workflow.test_cycle_views import entered
from workflow import opening, runs
from workflow.models import CycleState, Decision, ReportingCycle, ReviewPolicy, StatusUpdate
from workflow.queries import quorum
from workflow.services import weekly
from workflow.services.cycle_policies import CyclePolicy


def of_three(stage: Stage) -> ReportingCycle:
    """The cast's Arbeitsgruppe has three members: of 53, of 51 (which leads) and, with the chair, of 334."""
    return asked_for(stage, 3)


def asked_for(stage: Stage, votes: int) -> ReportingCycle:
    ReportingCycle.objects.filter(pk=stage.cycle.pk).update(review_policy=ReviewPolicy.QUORUM, quorum=votes)
    return ReportingCycle.objects.select_related("edition").get(pk=stage.cycle.pk)


def leave(person: Any) -> None:
    person.is_active = False
    person.save(update_fields=["is_active"])


def summary() -> str:
    """The newest weekly summary, as text."""
    return Mail.objects.filter(kind=MailKind.WEEKLY).latest("pk").text


def test_more_votes_than_members_are_refused_at_their_field(signed_in: Any, cast: Cast, stage: Stage) -> None:
    client = signed_in(cast.coordinator)
    chosen = entered(stage.edition, review_policy="quorum", quorum="4", save="1")
    page = client.post(reverse("workflow:cycle-create"), chosen)
    assert "Die Arbeitsgruppe hat zurzeit 3 Mitglieder; 4 Stimmen kommen so nie zusammen." in page.content.decode()
    assert "quorum" in page.context["form"].errors
    assert ReportingCycle.objects.count() == 1
    where = reverse("workflow:cycle-change", args=[stage.cycle.pk])
    page = client.post(where, {"publish_on": "", "rework_days": "14", "review_policy": "quorum", "quorum": "4"})
    assert "4 Stimmen kommen so nie zusammen" in page.content.decode()
    assert CyclePolicy.of(ReportingCycle.objects.get()) == CyclePolicy()


def test_who_has_left_or_is_not_yet_a_member_does_not_count(cast: Cast, stage: Stage) -> None:
    change(cast, stage.cycle, CyclePolicy(review_policy=ReviewPolicy.QUORUM, quorum=3))
    leave(cast.reviewer)
    with pytest.raises(DomainError, match="2 Mitglieder"):
        change(cast, stage.cycle, CyclePolicy(review_policy=ReviewPolicy.QUORUM, quorum=4))
    # What stands already does not keep the coordinator from changing something else.
    change(cast, stage.cycle, CyclePolicy(sign_off=True, review_policy=ReviewPolicy.QUORUM, quorum=3))
    Membership.objects.filter(role=Role.REVIEWER).update(valid_until=TODAY.replace(year=2000))
    with pytest.raises(DomainError, match="1 Mitglied;"):
        change(cast, stage.cycle, CyclePolicy(review_policy=ReviewPolicy.QUORUM, quorum=2))


def test_a_cycle_does_not_open_with_votes_that_never_come_together(signed_in: Any, cast: Cast, stage: Stage) -> None:
    planned = factories.cycle(factories.edition("Weitere Fassung"), review_policy=ReviewPolicy.QUORUM, quorum=3)
    factories.recommendation(factories.goal(planned.edition), "1.1", lead=cast.school)
    leave(cast.reviewer)
    client = signed_in(cast.coordinator)
    where = reverse("workflow:cycle-open", args=[planned.pk])
    assert "2 Mitglieder; 3 Stimmen kommen so nie zusammen" in client.get(where).content.decode()
    assert "3 Stimmen kommen so nie zusammen" in client.post(where, follow=True).content.decode()
    planned.refresh_from_db()
    assert (planned.state, planned.updates.count()) == (CycleState.PLANNED, 0)
    factories.member(Role.REVIEWER, cast.health, email="neu-53@stadt.example")
    assert opening.open_cycle(planned.pk, by=cast.coordinator, now=NOW, today=TODAY) == 1


def test_the_command_refuses_it_too(cast: Cast) -> None:
    edition = factories.edition("Konzept")
    factories.recommendation(factories.goal(edition), "1.1", lead=cast.youth)
    with pytest.raises(CommandError, match="4 Stimmen"):
        call_command(
            "open_cycle", "--edition", "Konzept", "--from", "2025-01-01", "--until", "2026-12-31",
            "--due", "2099-01-15", "--quorum", "4",
        )  # fmt: skip


def test_the_offices_that_the_own_office_rule_leaves_short_are_named(signed_in: Any, cast: Cast, stage: Stage) -> None:
    client = signed_in(cast.coordinator)
    chosen = {"review_policy": "quorum", "quorum": "3"}
    preview = client.post(reverse("workflow:cycle-create"), entered(stage.edition, **chosen)).content.decode()
    assert "51 Jugendamt: 2 Stimmen sind möglich" in preview
    of_three(stage)
    for name in ("cycle-detail", "cycle-open"):
        page = client.get(reverse(f"workflow:{name}", args=[stage.cycle.pk])).content.decode()
        assert "51 Jugendamt: 2 Stimmen sind möglich" in page
        assert "40 Amt" not in page.partition("51 Jugendamt: 2 Stimmen")[2].partition("</div>")[0]
    asked_for(stage, 2)
    page = client.get(reverse("workflow:cycle-detail", args=[stage.cycle.pk])).content.decode()
    assert "niemand entscheiden" not in page


def test_who_stands_in_for_the_office_has_no_say_on_it_either(cast: Cast, stage: Stage) -> None:
    cycle = asked_for(stage, 2)
    assert quorum.shortage_of(cycle, TODAY) is None
    Absence.objects.create(person=cast.clerk, deputy=cast.reviewer, first_day=TODAY, last_day=TODAY, entered_at=NOW)
    found = quorum.shortage_of(cycle, TODAY)
    assert found is not None
    assert [(one.label, one.possible) for one in found.offices] == [("51 Jugendamt", 1)]


def test_an_office_from_which_the_chair_comes_cannot_be_decided_on(cast: Cast, stage: Stage) -> None:
    factories.member(Role.REVIEWER, cast.school, email="ag-40@stadt.example")
    cycle = asked_for(stage, 2)
    Membership.objects.filter(person=cast.chair).update(office=cast.youth)
    found = quorum.shortage_of(cycle, TODAY)
    assert found is not None
    assert [(one.label, one.sentence) for one in found.offices] == [
        ("51 Jugendamt", "der Vorsitz kommt aus diesem Amt oder vertritt dort jemanden")
    ]
    Membership.objects.filter(person=cast.chair).update(role=Role.REVIEWER)
    found = quorum.shortage_of(cycle, TODAY)
    assert found is not None
    assert found.reason == "Niemand hat den Vorsitz der Arbeitsgruppe, und nur der Vorsitz entscheidet."


def test_the_weekly_summary_says_when_members_leave_an_open_cycle(cast: Cast, stage: Stage) -> None:
    monday = datetime.datetime(2026, 11, 30, 7, tzinfo=ZoneInfo("Europe/Berlin"))
    factories.member(Role.REVIEWER, cast.school, email="ag-40@stadt.example")
    cycle = of_three(stage)
    weekly.plan_weekly(now=monday)
    assert "niemand entscheiden" not in summary()
    leave(cast.reviewer)
    weekly.plan_weekly(now=monday + datetime.timedelta(weeks=1))
    # 51 and 40 have a member each, so two of the three who are left may vote on theirs; 53 has all three.
    assert "Über 2 Sachstände kann niemand entscheiden:" in summary()
    assert f"{reverse('workflow:cycle-detail', args=[cycle.pk])}#zeichnung" in summary()


def test_the_board_costs_no_query_more_where_members_vote(signed_in: Any, cast: Cast, stage: Stage) -> None:
    client = signed_in(cast.coordinator)
    with CaptureQueriesContext(connection) as one_decides:
        client.get(reverse("workflow:board"))
    of_three(stage)
    with CaptureQueriesContext(connection) as members_vote:
        client.get(reverse("workflow:board"))
    assert len(members_vote) == len(one_decides)


def test_votes_that_were_given_count_after_their_giver_has_left(cast: Cast, stage: Stage) -> None:
    cycle = asked_for(stage, 2)
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    runs.vote(stage.youth_update.pk, revision_number=1, decision=Decision.APPROVED, by=cast.reviewer, now=NOW)
    before = quorum.shortage_of(cycle, TODAY)
    assert before is None
    leave(cast.reviewer)
    found = quorum.shortage_of(cycle, TODAY)
    others = StatusUpdate.objects.filter(lead_office=cast.youth).exclude(pk=stage.youth_update.pk).count()
    named = {one.label: one.entries for one in found.offices} if found else {}
    assert named.get("51 Jugendamt", 0) == others


def test_it_costs_the_same_for_any_number_of_offices_and_members(cast: Cast) -> None:
    costs = []
    for number in (2, 20):
        edition = factories.edition(f"Fassung {number}")
        goal = factories.goal(edition)
        for place in range(number):
            office = factories.office(f"{number}{place}", f"Amt {number}-{place}")
            factories.recommendation(goal, f"1.{place}", lead=office)
            factories.member(Role.REVIEWER, office, email=f"ag-{number}-{place}@stadt.example")
        cycle = factories.open_cycle(edition)
        cycle.review_policy, cycle.quorum = ReviewPolicy.QUORUM, 50
        with CaptureQueriesContext(connection) as captured:
            found = quorum.shortage_of(cycle, TODAY)
        assert found is not None
        assert len(found.offices) == number
        costs.append(len(captured))
    assert costs[0] == costs[1] <= 3
