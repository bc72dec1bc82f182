"""The days on which a cycle reminds, in words: the rule as a sentence, and the calendar that it makes."""

import datetime

import pytest

from notifications.models import Mail, MailState, Notice, NoticeKind
from offices.models import Closure
from offices.working_days import WorkingDays, working_days
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY
from tests.workflow.conftest import Stage
from tests.workflow.mornings import half_past_six
from workflow import opening
from workflow.models import ReportingCycle
from workflow.reminder_calendar import Calendar, calendar_of
from workflow.reminder_words import free_day_words, policy_sentence, step_words
from workflow.reminding import DAY, Policy, Step
from workflow.services.reminder_policies import set_policy
from workflow.services.reminders import plan_reminders


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.fixture
def planned(cast: Cast) -> ReportingCycle:
    edition = factories.edition()
    factories.recommendation(factories.goal(edition), "1.1", lead=cast.youth, contributing=(cast.school,))
    return factories.cycle(edition)


# --- The words ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        (
            Policy(),
            "Erinnert wird 30, 14 und 3 Tage vorher, am Tag selbst, 1 und 7 Tage danach, dann alle 14 Tage; "
            "nach 7 Tagen erfährt es die Amtsleitung; nach 14 Tagen erfährt es die Koordination; "
            "nach 28 Tagen wird ein Schreiben an das Dezernat vorgeschlagen.",
        ),
        (
            Policy((1,), False, (1,), 1, 1, None, None),
            "Erinnert wird 1 Tag vorher, 1 Tag danach, dann jeden Tag; nach 1 Tag erfährt es die Amtsleitung.",
        ),
        (Policy((14,), False, (), 14, None, None, None), "Erinnert wird 14 Tage vorher."),
        (Policy((), False, (), 14, None, None, None), "Diese Abfrage erinnert niemanden an eine Frist."),
    ],
)
def test_the_rule_is_one_sentence(policy: Policy, said: str) -> None:
    assert policy_sentence(policy) == said


def test_steps_and_free_days_in_words() -> None:
    assert [step_words(Step(one)) for one in (-14, -1, 0, 1, 21)] == [
        "14 Tage vorher",
        "1 Tag vorher",
        "am Tag selbst",
        "1 Tag danach",
        "21 Tage danach",
    ]
    assert free_day_words(day("2026-10-03"), WorkingDays()) == "Samstag, 3. Oktober (Tag der Deutschen Einheit)"
    assert free_day_words(day("2026-10-04"), WorkingDays()) == "Sonntag, 4. Oktober"


# --- The calendar ---------------------------------------------------------------------------------------------------


def lines(found: Calendar) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [(one.day.isoformat(), line.deadline.name, line.words, line.who) for one in found.days for line in one.lines]


CLERKS, HEADS, COORDINATION = "Sachbearbeitung der federführenden Ämter", "ihre Amtsleitung", "Koordination"
LETTER = "Koordination: Vorschlag für ein Schreiben an das Dezernat"


def test_the_calendar_of_the_default(planned: ReportingCycle) -> None:
    """Entries are due on Friday, 15 January 2027."""
    found = calendar_of(planned, Policy(), working_days(), TODAY)
    entries = [(at, words, who) for at, name, words, who in lines(found) if name == "Sachstände"]
    assert entries == [
        ("2026-12-16", "30 Tage vorher", (CLERKS,)),
        ("2026-12-30", "14 Tage vorher", (CLERKS,)),
        ("2027-01-12", "3 Tage vorher", (CLERKS,)),
        ("2027-01-15", "am Tag selbst", (CLERKS,)),
        ("2027-01-18", "1 Tag danach", (CLERKS,)),
        ("2027-01-22", "7 Tage danach", (CLERKS, HEADS)),
        ("2027-01-29", "14 Tage danach", (COORDINATION,)),
        ("2027-02-05", "21 Tage danach", (CLERKS, HEADS)),
        ("2027-02-12", "28 Tage danach", (COORDINATION, LETTER)),
    ]
    assert found.goes_on_every == 14
    assert [one.day for one in found.days] == sorted({one.day for one in found.days})


def test_the_calendar_says_why_a_day_moves(planned: ReportingCycle) -> None:
    found = calendar_of(planned, Policy(), working_days(), TODAY)
    why = {(one.day.isoformat(), line.words): line.reason for one in found.days for line in one.lines}
    # 14 days before is New Year's Day, and on New Year's Eve the city is closed.
    assert why["2026-12-30", "14 Tage vorher"] == "statt Freitag, 1. Januar (Neujahr)"
    # The first day after is a Saturday.
    assert why["2027-01-18", "1 Tag danach"] == "statt Samstag, 16. Januar"
    assert why["2027-01-15", "am Tag selbst"] == ""


def test_a_closing_time_moves_a_day_and_is_named(planned: ReportingCycle) -> None:
    Closure.objects.create(name="Umzug", first_day=day("2027-01-11"), last_day=day("2027-01-12"))
    found = calendar_of(planned, Policy(), working_days(), TODAY)
    moved = {line.words: line.reason for one in found.days if one.day == day("2027-01-08") for line in one.lines}
    assert moved["3 Tage vorher"] == "statt Dienstag, 12. Januar (Umzug)"


def test_nothing_goes_out_until_the_opening_is_over_and_what_lay_before_is_not_made_up_for(
    planned: ReportingCycle,
) -> None:
    steps = {line.words for one in calendar_of(planned, Policy(), working_days(), TODAY).days for line in one.lines}
    assert "30 Tage vorher" in steps
    found = calendar_of(planned, Policy(), working_days(), day("2026-12-28"))
    # Whoever opens the cycle on the 28th tells everybody on that day; the next step is that of the 29th.
    assert found.days[0].day == day("2026-12-29")
    assert {line.words for line in found.days[0].lines} == {"3 Tage vorher"}
    assert "30 Tage vorher" not in {line.words for one in found.days for line in one.lines}


def test_an_open_cycle_tells_past_days_from_the_next(stage: Stage) -> None:
    found = calendar_of(stage.cycle, Policy(), working_days(), day("2027-01-14"))
    assert {one.is_past for one in found.days if one.day < day("2027-01-14")} == {True}
    assert {one.is_past for one in found.days if one.day >= day("2027-01-14")} == {False}
    assert found.next_day == day("2027-01-15")


def test_heads_are_asked_for_signatures_and_get_no_copy_of_it(cast: Cast) -> None:
    cycle = factories.cycle(factories.edition(), sign_off=True)
    told = [who for _at, name, _words, who in lines(calendar_of(cycle, Policy(), working_days(), TODAY))
            if name == "Schlusszeichnung"]  # fmt: skip
    assert "Leitung der federführenden Ämter" in {one for who in told for one in who}
    assert HEADS not in {one for who in told for one in who}


def test_the_arbeitsgruppe_is_reminded_and_the_coordination_hears_of_it(planned: ReportingCycle) -> None:
    told = {who for _at, name, _words, line in lines(calendar_of(planned, Policy(), working_days(), TODAY))
            if name == "Prüfung" for who in line}  # fmt: skip
    assert told == {"Arbeitsgruppe", COORDINATION}


def test_a_rule_without_days_has_an_empty_calendar(planned: ReportingCycle) -> None:
    silent = Policy((), False, (), None, None, None, None)
    assert calendar_of(planned, silent, working_days(), TODAY) == Calendar((), None)


KINDS = {NoticeKind.TASK: CLERKS, NoticeKind.HEAD: HEADS, NoticeKind.COORDINATION: COORDINATION}


@pytest.mark.parametrize(
    "policy",
    [
        Policy(),
        Policy(before=(40, 13), on_the_day=False, after=(8,), every=None, head_after=8, coordinator_after=None),
    ],
)
def test_the_planner_keeps_to_the_calendar_day_by_day(cast: Cast, planned: ReportingCycle, policy: Policy) -> None:
    """Every day from the opening to the last before the repeats that the calendar leaves out."""
    set_policy(planned, policy, by=cast.coordinator, now=NOW)
    opening.open_cycle(planned.pk, by=cast.coordinator, now=NOW, today=TODAY)
    planned.refresh_from_db()
    last = day("2027-02-18")
    promised = {
        (one.day, line.step.offset, who)
        for one in calendar_of(planned, policy, working_days(), TODAY).days
        for line in one.lines
        for who in line.who
        if line.deadline.name == "Sachstände" and who != LETTER and one.day <= last
    }
    kept = set()
    today = TODAY
    while today <= last:
        before = set(Notice.objects.values_list("pk", flat=True))
        now = half_past_six(today)
        plan_reminders(today=today, now=now)
        Mail.objects.filter(state=MailState.DUE).update(state=MailState.SENT, sent_at=now, composed_at=now)
        new = Notice.objects.filter(due_on=planned.due_on).exclude(pk__in=before)
        kept |= {(today, one.step, KINDS[NoticeKind(one.kind)]) for one in new}
        today += DAY
    assert kept == promised


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        # Whoever was told at 14 days need not hear that it were 20.
        (Policy(before=(20, 3)), []),
        # What is nearer than the last mail is made up for, once.
        (Policy(before=(12, 3)), ["2027-01-05"]),
        (Policy(before=(30, 14, 9, 3)), ["2027-01-06"]),
    ],
)
def test_a_rule_that_changes_on_the_way_repeats_nothing_and_makes_up_for_what_is_new(
    cast: Cast, planned: ReportingCycle, changed: Policy, told: list[str]
) -> None:
    """14 days before falls on the 30th of December; the rule changes on the 4th of January, eleven days before."""
    opening.open_cycle(planned.pk, by=cast.coordinator, now=NOW, today=TODAY)
    found = []
    for today in ("2026-12-30", "2027-01-04", "2027-01-05", "2027-01-06", "2027-01-07", "2027-01-08"):
        now = half_past_six(day(today))
        before = set(Notice.objects.values_list("pk", flat=True))
        plan_reminders(today=day(today), now=now)
        Mail.objects.filter(state=MailState.DUE).update(state=MailState.SENT, sent_at=now, composed_at=now)
        if Notice.objects.filter(person=cast.clerk, due_on=planned.due_on).exclude(pk__in=before):
            found.append(today)
        if today == "2027-01-04":
            set_policy(planned, changed, by=cast.coordinator, now=now)
    assert found == ["2026-12-30", *told]


def test_steps_that_a_break_moves_to_one_day_are_said_to_come_together(planned: ReportingCycle) -> None:
    due_on = planned.due_on
    Closure.objects.create(name="Winterpause", first_day=due_on - 16 * DAY, last_day=due_on - 2 * DAY)
    found = calendar_of(planned, Policy(), working_days(), TODAY)
    reasons = [line.reason for one in found.days for line in one.lines if line.deadline.due_on == due_on]

    assert any("zusammen mit „14 Tage vorher“" in one for one in reasons)
    assert sum("zusammen" in one for one in reasons) == 1
