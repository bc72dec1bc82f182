"""The board at a glance: how many of how many, what is late and with whom, what waits for whom, and the forecast."""

import datetime

import pytest

from offices.access import desk_of
from offices.models import Membership, Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.conftest import Stage
from workflow import opening, runs
from workflow.models import ReportingCycle, StatusUpdate, WorkItem, WorkStep
from workflow.queries.board import Board, board
from workflow.queries.board_figures import Figures
from workflow.queries.board_filters import BoardFilters
from workflow.queries.board_late import late_words
from workflow.queries.board_selection import selected
from workflow.queries.board_waiting import forecast
from workflow.queries.counts import counts

DAY = datetime.timedelta(days=1)


def seen(cycle: ReportingCycle, cast: Cast, day: datetime.date = TODAY, **query: str) -> Board:
    now = NOW + (day - TODAY)
    return board(cycle, BoardFilters.read(query), day, desk=desk_of(cast.coordinator, day), now=now)


def waits(found: Board) -> dict[str, tuple[int, str]]:
    return {one.only: (one.number, one.longest) for one in found.waiting}


def test_lateness_is_told_by_office(cast: Cast, stage: Stage) -> None:
    late = seen(stage.cycle, cast, stage.cycle.due_on + 3 * DAY).late
    assert [(one.label, one.number, one.days) for one in late] == [
        ("40 Amt für Schule und Bildung", 1, 3),
        ("51 Jugendamt", 1, 3),
        ("53 Gesundheitsamt Region Kassel", 1, 3),
    ]
    assert seen(stage.cycle, cast, stage.cycle.due_on).late == []


def test_the_office_with_most_comes_first_and_the_rest_is_counted(cast: Cast, stage: Stage) -> None:
    goal = stage.youth_update.recommendation.goal
    for number in range(6):
        office = factories.office(f"9{number}", f"Amt {number}")
        factories.recommendation(goal, f"1.2.{number}", lead=office)
    factories.recommendation(goal, "1.3.1", lead=cast.health)
    opening.open_cycle(stage.cycle.pk, by=None, now=NOW, today=TODAY)
    found = seen(stage.cycle, cast, stage.cycle.due_on + DAY)
    assert (found.late[0].label, found.late[0].number) == ("53 Gesundheitsamt Region Kassel", 2)
    assert (len(found.late), len(found.more_late)) == (5, 4)


def test_contributors_co_signers_and_heads_are_late_as_well(cast: Cast) -> None:
    edition = factories.edition()
    goal = factories.goal(edition)
    factories.recommendation(goal, "1.1.1", lead=cast.youth, contributing=(cast.school, cast.health))
    factories.recommendation(goal, "1.1.2", lead=cast.youth, contributing=(cast.school,))
    factories.recommendation(goal, "1.1.3", lead=cast.youth)
    cycle = factories.open_cycle(edition, by=cast.coordinator, contributions=True, co_sign=True, sign_off=True)
    first, second, third = StatusUpdate.objects.order_by("recommendation__number")
    runs.hand_in(
        second.pk, by=cast.clerk, content=content(), now=NOW, without=[one.pk for one in second.participations.all()]
    )
    runs.hand_in(third.pk, by=cast.clerk, content=content(), now=NOW)
    found = seen(cycle, cast, cycle.due_on + 60 * DAY)
    said = {one.label: (one.number, one.what) for one in found.late}
    assert said["40 Amt für Schule und Bildung"] == (2, "Beitrag 1, Mitzeichnung 1")
    assert said["53 Gesundheitsamt Region Kassel"] == (1, "Beitrag 1")
    assert said["51 Jugendamt"] == (2, "Sachstand 1, Zeichnung der Leitung 1")
    for office, numbers in (
        (cast.school, {"1.1.1", "1.1.2"}),
        (cast.health, {"1.1.1"}),
        (cast.youth, {"1.1.1", "1.1.3"}),
    ):
        late = seen(cycle, cast, cycle.due_on + 60 * DAY, nur="ueberfaellig", amt=str(office.pk))
        assert {card.number for column in late.columns for card in column.cards} == numbers
    assert first.state == "requested"


def test_everybody_for_whom_something_waits_is_named_with_the_longest(cast: Cast, stage: Stage) -> None:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    found = seen(stage.cycle, cast, TODAY + 9 * DAY)
    assert waits(found) == {"schreiben": (2, "nächste Frist 15.01.2027"), "pruefung": (1, "am längsten seit 9 Tagen")}
    late = seen(stage.cycle, cast, stage.cycle.due_on + DAY)
    assert waits(late)["schreiben"] == (2, "2 überfällig, am längsten seit 1 Tag")


def test_contributors_heads_and_coordinators_are_among_them(cast: Cast) -> None:
    edition = factories.edition()
    goal = factories.goal(edition)
    factories.recommendation(goal, "1.1.1", lead=cast.youth, contributing=(cast.school, cast.health))
    factories.recommendation(goal, "1.1.2", lead=cast.youth)
    cycle = factories.open_cycle(edition, contributions=True)
    ReportingCycle.objects.filter(pk=cycle.pk).update(sign_off=True)
    cycle.refresh_from_db()
    first, second = StatusUpdate.objects.order_by("recommendation__number")
    runs.hand_in(second.pk, by=cast.clerk, content=content(), now=NOW)
    runs.ask_for_extension(
        first.pk, by=cast.clerk, reason="Krank", wanted_on=cycle.due_on + 7 * DAY, now=NOW, today=TODAY
    )
    found = waits(seen(cycle, cast, TODAY + 2 * DAY))
    assert found["zuarbeit"][0] == 2
    assert found["schlusszeichnung"] == (1, "am längsten seit 2 Tagen")
    assert found["koordination"] == (1, "am längsten seit 2 Tagen")


def test_another_running_cycle_is_not_counted(cast: Cast, stage: Stage) -> None:
    factories.open_cycle(stage.edition, period_from=datetime.date(2023, 1, 1), period_until=datetime.date(2024, 12, 31))
    found = seen(stage.cycle, cast)
    assert waits(found)["schreiben"][0] == 3


def test_what_is_open_again_in_a_closed_cycle_is_counted_there_alone(cast: Cast, stage: Stage) -> None:
    opening.close_cycle(stage.cycle.pk, by=cast.coordinator, now=NOW)
    again = stage.youth_update
    runs.reopen(again.pk, by=cast.coordinator, reason="Nachgereicht.", due_on=TODAY + 30 * DAY, now=NOW)
    following = factories.open_cycle(
        stage.edition, period_from=datetime.date(2027, 1, 1), period_until=datetime.date(2027, 12, 31)
    )
    assert {only: number for only, (number, _longest) in waits(seen(following, cast)).items()} == {"schreiben": 3}
    assert {only: number for only, (number, _longest) in waits(seen(stage.cycle, cast)).items()} == {"schreiben": 1}


def test_a_card_has_no_mark_for_a_period_in_which_nobody_was_asked(cast: Cast, stage: Stage) -> None:
    runs.cancel(stage.youth_update.pk, by=cast.coordinator, reason="Entfällt.", now=NOW)
    opening.close_cycle(stage.cycle.pk, by=cast.coordinator, now=NOW)
    following = factories.open_cycle(
        stage.edition, period_from=datetime.date(2027, 1, 1), period_until=datetime.date(2027, 12, 31)
    )
    cards = {card.number: card for column in seen(following, cast).columns for card in column.cards}
    assert [step.status for step in cards["1.1.1"].steps] == ["open"]
    assert [step.status for step in cards["1.1.2"].steps] == ["missing", "open"]


@pytest.mark.parametrize("role", [None, Role.REVIEWER, Role.CHAIR, Role.CLERK])
def test_the_menu_takes_its_counts_from_the_board(cast: Cast, stage: Stage, role: Role | None) -> None:
    if role:
        Membership.objects.create(person=cast.coordinator, role=role, office=cast.health)
    runs.hand_in(stage.school_update.pk, by=cast.school_clerk, content=content(), now=NOW)
    runs.ask_for_extension(
        stage.youth_update.pk, by=cast.clerk, reason="Krank", wanted_on=stage.cycle.due_on + DAY, now=NOW, today=TODAY
    )
    assert seen(stage.cycle, cast).counts == counts(desk_of(cast.coordinator, TODAY))


@pytest.mark.parametrize(
    ("pace", "days_left", "sentence"),
    [
        (
            4,
            30,
            "Noch keine Aussage möglich, wann alles da ist: In den letzten 14 Tagen wurden 4 Sachstände abgegeben.",
        ),
        (
            14,
            60,
            "Geht es weiter wie in den letzten 14 Tagen (14 Sachstände), ist bis zum 02.01.2027 alles abgegeben.",
        ),
        (
            14,
            30,
            "Geht es weiter wie in den letzten 14 Tagen (14 Sachstände), sind am 23.12.2026 50 von 60 abgegeben "
            "und alle erst am 02.01.2027.",
        ),
        (14, -1, "Geht es weiter wie in den letzten 14 Tagen (14 Sachstände), dauert der Rest bis zum 02.01.2027."),
    ],
)
def test_the_forecast_is_one_honest_sentence(stage: Stage, pace: int, days_left: int, sentence: str) -> None:
    stage.cycle.due_on = TODAY + days_left * DAY
    figures = Figures(total=62, cancelled=2, handed_in=20, totals={"requested": 30, "drafting": 10, "in_review": 20})
    assert forecast(stage.cycle, figures, pace, TODAY) == sentence


def test_without_anything_missing_there_is_nothing_to_forecast(stage: Stage) -> None:
    assert (
        forecast(stage.cycle, Figures(total=3, handed_in=3, totals={"approved": 3}), 0, TODAY) == "Alles ist abgegeben."
    )


def test_first_hand_ins_of_two_weeks_make_the_pace(cast: Cast, stage: Stage) -> None:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW - 20 * DAY)
    runs.hand_in(stage.school_update.pk, by=cast.school_clerk, content=content(), now=NOW - 2 * DAY)
    assert "wurde 1 Sachstand abgegeben" in seen(stage.cycle, cast).forecast


def test_overdue_says_what_and_an_office_narrows_what_everybody_sees(cast: Cast, stage: Stage) -> None:
    today = stage.cycle.due_on - DAY
    update, school = stage.youth_update, cast.school
    WorkItem.objects.create(
        update=update, step=WorkStep.CONTRIBUTE, office=school, due_on=today - 2 * DAY, asked_on=today - 9 * DAY
    )
    found = seen(stage.cycle, cast, today)

    assert found.late_kinds == [(0, "Sachstände"), (1, "Beitrag")]
    assert late_words(found.late_kinds) == "0 Sachstände und 1 Beitrag überfällig"
    everywhere = set(selected(stage.cycle, BoardFilters(only="ueberfaellig"), today))
    assert everywhere == {update}
    assert set(selected(stage.cycle, BoardFilters(only="ueberfaellig", office=school.pk), today)) == everywhere


def test_an_office_that_owes_both_is_not_said_to_owe_a_letter(cast: Cast, stage: Stage) -> None:
    today = stage.cycle.due_on + 3 * DAY
    update, school = stage.youth_update, cast.school
    WorkItem.objects.create(
        update=update, step=WorkStep.CONTRIBUTE, office=school, due_on=today - 2 * DAY, asked_on=today - 9 * DAY
    )

    late = {one.pk: one.what for one in seen(stage.cycle, cast, today).late}
    assert late[school.pk] == "Sachstand 1, Beitrag 1"
